"""Who lives in the world: operators with their personas, honest people, look-alikes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from training.world.life import Buyer, Life, Trip, city_in, invent_name, pick
from training.world.lookalikes import STORIES
from training.world.parameters import (
    CARE,
    CLAIMED,
    HOMES,
    NEIGHBOURS,
    PARTS,
    SEATS,
    TELLS,
    Parameters,
)
from training.world.sessions import rng_for

END = datetime(2026, 6, 30, tzinfo=UTC)
SCHEMES = {
    "rented_account": 0.26, "stolen_identity_farm": 0.22, "fabricated_persona": 0.26,
    "lent_identity": 0.14, "stand_in": 0.12,
}  # fmt: skip
"""Shares of schemes (assumed; no source publishes them)."""
SCHEME_TELLS: dict[str, dict[str, float]] = {
    "rented_account": {"payee_other": 1.3, "passed_on": 1.8, "device_shared": 1.3, "early_change": 1.3},
    "stolen_identity_farm": {
        "hides": 0.3, "remote_tools": 1.7, "kvm": 1.8, "unattended": 1.6, "slow": 1.5,
        "hardware_there": 0.4, "mfa_shared": 1.6, "tax_disowned": 2.0, "outside": 0.3,
    },
    "fabricated_persona": {"young_mail": 1.4, "voip": 1.3, "contact_shared": 1.4, "crypto": 1.5},
    "lent_identity": {
        "payee_other": 0.3, "passed_on": 1.5, "voip": 0.5, "young_mail": 0.5, "listed": 0.3,
    },
    "stand_in": {"outside": 0.5, "payee_other": 0.4, "device_shared": 1.2, "hours_there": 1.3},
}  # fmt: skip
"""How much more often a tell shows in a scheme than in the mean (assumed)."""


def people(total: int, seed: int, numbers: Parameters) -> Iterator[Life]:
    """``total`` lives, in a fixed order for a seed."""
    rng = random.Random(f"cast/{seed}")
    count = 0
    while count < total:
        draw = rng.random()
        size = _operator_size(rng, numbers)
        # Operators come in whole, so they are called up less often by their mean size (7.9).
        if draw < numbers["impersonated"] / (
            numbers["impersonated"] + 7.9 * (1 - numbers["impersonated"])
        ):
            for life in _operator(rng, seed, count, min(size, total - count), numbers):
                count += 1
                yield life
        else:
            yield _honest(rng, seed, count, numbers)
            count += 1


def _operator_size(rng: random.Random, numbers: Parameters) -> int:
    return max(
        1, round(numbers["operator_median"] * rng.lognormvariate(0, numbers["operator_sigma"]))
    )


def _moment(rng: random.Random, numbers: Parameters) -> datetime:
    days = rng.uniform(0, numbers["months"] * 30.4)
    return (END - timedelta(days=days)).replace(minute=0, second=0, microsecond=0)


def _new(
    seed: int, number: int, as_of: datetime, shares: dict[str, float], numbers: Parameters
) -> Life:
    rng = rng_for(seed, number)
    buyer: Buyer = "marketplace" if rng.random() < numbers["marketplace"] else "employer"
    home = city_in(rng, pick(rng, shares))
    side = 0 if buyer == "marketplace" else 1
    life = Life(rng, number, as_of, buyer, invent_name(rng), home, home)
    life.sees = {part for part, chance in PARTS.items() if rng.random() < chance[side]}
    life.cluster = life.profile_id
    return life


def _operator(
    rng: random.Random, seed: int, number: int, size: int, numbers: Parameters
) -> Iterator[Life]:
    """One operator's personas: one seat, one care, one wave of applications."""
    last = _moment(rng, numbers)
    seat, care = city_in(rng, pick(rng, SEATS)), pick(rng, CARE)
    cluster = f"operator-{number}"
    for offset in range(size):
        as_of = last - timedelta(hours=round(rng.uniform(0, numbers["operator_days"] * 24)))
        life = _new(seed, number + offset, as_of, CLAIMED, numbers)
        life.label, life.story, life.cluster, life.care = "impersonation", "persona", cluster, care
        life.scheme = pick(life.rng, SCHEMES)
        life.seat = seat
        while life.seat.country == life.home.country:
            life.home = city_in(life.rng, pick(life.rng, CLAIMED))
        life.clean = life.chance(numbers["clean"])
        if not life.clean:
            _give_tells(life, numbers, SCHEME_TELLS[life.scheme])
            life.hidden = "hides" in life.tells
        yield life


def _give_tells(life: Life, numbers: Parameters, factors: dict[str, float]) -> None:
    for name in TELLS:
        if life.chance(min(0.97, numbers.tell(name, life.care) * factors.get(name, 1.0))):
            life.tells.add(name)


def _honest(rng: random.Random, seed: int, number: int, numbers: Parameters) -> Life:
    life = _new(seed, number, _moment(rng, numbers), HOMES, numbers)
    life.seat = city_in(life.rng, life.rng.choice(NEIGHBOURS))
    _give_tells(life, numbers, {})
    draw = life.rng.random()
    if draw < numbers["vpn_always"]:
        life.vpn_share = 1.0
    elif draw < numbers["vpn_always"] + numbers["vpn_sometimes"]:
        life.vpn_share = life.rng.uniform(0.05, 0.6)
    if life.vpn_share and life.chance(0.3):
        life.claims["vpn"] = ["privacy"]
    if life.chance(numbers["kept_foreign_number"]):
        life.phone_country = life.rng.choice(NEIGHBOURS)
    if life.chance(numbers["undeclared_trip"] + numbers["declared_trip"]):
        share = numbers["declared_trip"] / (numbers["undeclared_trip"] + numbers["declared_trip"])
        start = life.as_of.date() - timedelta(days=life.rng.randint(10, 140))
        stay = timedelta(days=life.rng.randint(3, 18))
        life.trips.append(
            Trip(life.rng.choice(NEIGHBOURS), start, start + stay, life.chance(share))
        )
    if life.chance(numbers["look_alikes"] / (1 - numbers["impersonated"])):
        story = life.rng.choices(list(STORIES), list(STORIES.values()))[0]
        story(life)
        life.story = story.__name__
    return life
