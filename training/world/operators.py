"""Operators: one seat, one care, one wave of applications, many personas that share things."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import cache

from training.world.brokers import Brokers
from training.world.life import Life, Ring, city_in, invent_name, pick
from training.world.parameters import SPANS, Parameters
from training.world.rates import CLAIMED, SEATS
from training.world.tells import CARE, SCHEME_TELLS, SCHEMES, TELLS

New = Callable[[int, datetime, dict[str, float]], Life]
"""Makes a person: number, moment, shares of claimed homes."""


def operator_size(rng: random.Random, numbers: Parameters) -> int:
    """Personas of one operator, heavy-tailed."""
    spread = rng.lognormvariate(0, numbers["operator_sigma"])
    return max(1, round(numbers["operator_median"] * spread))


def personas(
    rng: random.Random, first: int, last: datetime, size: int, brokers: Brokers, new: New
) -> Iterator[Life]:
    """The accounts of one operator, numbered from ``first``; the last one opened at ``last``."""
    seat, care = city_in(rng, pick(rng, SEATS)), pick(rng, CARE)
    since = last - timedelta(days=SPANS["operator_days"].high)
    ring = Ring(f"operator-{first}", size, since, first, pick(rng, SCHEMES))
    wave, before = SPANS["operator_days"], rng.random()
    for offset in range(size):
        days = rng.uniform(wave.low, wave.high)
        life = new(first + offset, last - timedelta(hours=round(days * 24)), CLAIMED)
        life.label, life.story, life.cluster, life.care = "impersonation", "persona", ring.key, care
        life.ring, life.seat = ring, seat
        keeps = life.rate("operator_keeps_scheme")
        life.scheme = ring.scheme if keeps else pick(life.rng, SCHEMES)
        while life.seat.country == life.home.country:
            life.home = city_in(life.rng, pick(life.rng, CLAIMED))
        # Spread evenly, not drawn, so that small worlds have their share too.
        share = life.numbers["clean"]
        life.clean = int(before + share * (offset + 1)) > int(before + share * offset)
        if not life.clean:
            _show(life)
            _served(life, ring, brokers)
        yield life


def _show(life: Life) -> None:
    """What shows of an impersonation, by care and scheme."""
    give_tells(life, life.care, SCHEME_TELLS[life.scheme])
    life.hidden = "hides" in life.tells
    life.at_home = life.rate("at_home_there")
    if life.rate("kept_foreign_number"):
        life.phone_country = life.elsewhere()
    if "payee_other" in life.tells:
        life.holder = invent_name(life.rng)
        if "payee_declared" in life.tells:
            life.add("payees", name=life.holder, relation="relative")


def _served(life: Life, ring: Ring, brokers: Brokers) -> None:
    """Whose house and whose account an operator uses."""
    if life.scheme == "stolen_identity_farm":
        life.host = brokers.host(life, ring)
    if "account_shared" in life.tells and life.rate("uses_mule"):
        life.mule = brokers.mule(life)
        if life.holder and "payee_declared" not in life.tells:
            life.holder = invent_name(random.Random(life.mule))


def give_tells(life: Life, care: str, factors: dict[str, float]) -> None:
    """Let each tell show by chance."""
    chances = _chances(life.numbers, care) | {
        name: life.numbers.tell(name, care, times) for name, times in factors.items()
    }
    life.tells |= {name for name, share in chances.items() if life.chance(share)}


@cache
def _chances(numbers: Parameters, care: str) -> dict[str, float]:
    """How often each tell shows where nothing makes it likelier."""
    return {name: numbers.tell(name, care) for name in TELLS}
