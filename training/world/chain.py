"""The contracts between buyer and worker, what was delivered, and who brought whom in."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from training.world.clocks import offset
from training.world.life import Life, cities, invent_name, pick, variant
from training.world.rates import DELIVERED
from training.world.work import firm_name

YEAR = 365.25
HIDDEN_AGENCIES = ("undeclared_agency",)
"""Stories in which a real agency stands between, and nobody entered it."""


def chain(life: Life) -> None:
    """Buyer, perhaps an agency, perhaps somebody nobody named, and the worker."""
    buyer = firm_name(life.rng)
    _layer(life, buyer, "buyer", declared=True)
    agency, hidden = _agency(life), life.story in HIDDEN_AGENCIES
    if agency:
        role = "employer_of_record" if life.story == "employer_of_record" else "agency"
        known = life.clean or life.rate("agency_verifies")
        terms = {"verified_person": known, "substitution_allowed": life.rate("substitution")}
        _layer(life, agency, role, declared=not hidden, **terms)
    if "layer_undeclared" in life.tells:
        shell = "shell_layer" in life.tells
        name = firm_name(_common(life, "l"))
        _layer(life, name, "subcontractor", shell=shell, declared=False, verified_person=False)
    verified = "unverified" not in life.tells
    _layer(life, life.name, "worker", declared=True, verified_person=verified)
    if "deliverables" in life.sees:
        _deliveries(life, agency or buyer)


def _agency(life: Life) -> str | None:
    if "claims.agency" in life.claims:
        return str(life.claims["claims.agency"])
    if life.story in {*HIDDEN_AGENCIES, "employer_of_record"}:
        return life.holder
    return firm_name(life.rng) if life.rate("through_agency") else None


def _layer(life: Life, name: str, role: str, *, shell: bool = False, **more: Any) -> None:
    if "register" in life.sees and role != "worker":
        span = "firm_young" if shell else "firm_years"
        more["founded"] = (life.as_of - timedelta(days=life.between(span) * YEAR)).date()
        more["same_address"] = life.whole("same_address") if shell else _neighbours(life)
    life.add("chain", name=name, role=role, **more)


def _neighbours(life: Life) -> int:
    """Other firms at the address; some honest firms sit where a thousand are registered."""
    if life.mess("formation_agent"):
        return life.whole("same_address")
    return life.whole("same_address_usual")


def _common(life: Life, name: str) -> random.Random:
    """Chance that linked people have in common."""
    return random.Random(life.shared_key(name))


def _deliveries(life: Life, organisation: str) -> None:
    """Documents and what their metadata say."""
    ghost = invent_name(_common(life, "g"))
    hidden = firm_name(_common(life, "o"))
    for _ in range(life.whole("deliverables")):
        at = life.as_of - life.days("delivered_ago") + timedelta(hours=life.whole("office_hours"))
        other = "author_other" in life.tells and life.rate("noted")
        elsewhere = "organisation_other" in life.tells and life.rate("noted")
        author = ghost if other else _author(life)
        user = (ghost if other else life.name).split()[0].lower()
        life.add(
            "deliverables",
            author=author,
            tool=pick(life.rng, DELIVERED),
            utc_offset_minutes=_offset(life, at),
            path=f"/home/{user}/work",
            organisation=hidden if elsewhere else organisation if life.rate("licensed") else None,
            at=min(at, life.as_of),
        )


def _author(life: Life) -> str:
    """The person, or whoever made the template."""
    if life.mess("template"):
        return invent_name(life.rng)
    return variant(life.rng, life.name) if life.rate("author_variant") else life.name


def _offset(life: Life, at: datetime) -> int:
    there = "deliver_there" in life.tells and life.rate("noted")
    trip = next((t for t in life.trips if t.starts <= at.date() <= t.ends), None)
    if trip and not there and life.rate("laptop_travels"):
        return offset(cities()[trip.country][0].zone, at)
    return offset((life.seat if there else life.home).zone, at)


def referrals(life: Life) -> None:
    """Who brought this person in, or whom this person brought in."""
    if not life.rate("referred"):
        return
    by = "referred_by" if life.rate("referred_by") else "referred"
    at = life.as_of - life.days("contact_since")
    life.add("referrals", other=_acquaintance(life), direction=by, at=at)


def _acquaintance(life: Life) -> str:
    """Somebody of the same ring or house, or somebody met elsewhere."""
    ring = life.ring
    if ring and ring.size > 1 and "refers_ring" in life.tells:
        others = [number for number in ring.members if number != life.number]
        return f"p{life.rng.choice(others):07d}"
    if life.neighbour is not None and life.rate("refers_neighbour"):
        return f"p{life.neighbour:07d}"
    return f"p{life.rng.randrange(max(1, life.number)):07d}"
