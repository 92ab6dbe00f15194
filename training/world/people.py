"""Who lives in the world: operators with their personas, honest people, look-alikes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from training.world.brokers import Brokers
from training.world.buyers import sight
from training.world.life import Buyer, Life, Ring, Trip, city_in, invent_name, pick
from training.world.lookalikes import GROUPS, STORY
from training.world.operators import give_tells, operator_size, personas
from training.world.parameters import SPANS, Parameters
from training.world.rates import HOMES, STORIES

END = datetime(2026, 6, 30, tzinfo=UTC)


@dataclass(frozen=True)
class _Birth:
    """Makes people, each with a stream of chance of their own."""

    seed: int
    numbers: Parameters

    def __call__(self, number: int, as_of: datetime, homes: dict[str, float]) -> Life:
        rng = random.Random(f"{self.seed}/{number}")
        buyer: Buyer = "marketplace" if rng.random() < self.numbers["marketplace"] else "employer"
        home = city_in(rng, pick(rng, homes))
        life = Life(rng, self.numbers, number, as_of, buyer, invent_name(rng), home, home)
        life.sees = sight(life)
        life.work_vpn = buyer == "employer" and life.rate("work_vpn")
        life.cluster = life.profile_id
        return life


def people(total: int, seed: int, numbers: Parameters) -> Iterator[Life]:
    """``total`` lives, in a fixed order for a seed."""
    rng, birth = random.Random(f"cast/{seed}"), _Birth(seed, numbers)
    # Operators come in whole, so they are called up less often by their mean size.
    share = numbers["impersonated"]
    operators = share / (share + numbers["operator_mean"] * (1 - share))
    brokers = Brokers(random.Random(f"brokers/{seed}"), numbers)
    count, moved_in = 0, dict[str, int]()
    while count < total:
        last, room = _moment(rng, numbers), total - count
        if rng.random() < operators:
            size = min(operator_size(rng, numbers), room)
            some = personas(rng, count, last, size, brokers, birth)
        else:
            some = _honest(rng, count, last, room, birth)
        for life in some:
            count += 1
            if life.building:
                life.neighbour = moved_in.get(life.building)
                moved_in[life.building] = life.number
            yield life


def _moment(rng: random.Random, numbers: Parameters) -> datetime:
    days = rng.uniform(0, numbers["months"] * numbers["month_days"])
    return (END - timedelta(days=days)).replace(minute=0, second=0, microsecond=0)


def _honest(
    rng: random.Random, number: int, as_of: datetime, room: int, birth: _Birth
) -> Iterator[Life]:
    """An honest person, or a group of linked ones."""
    life = _ordinary(birth(number, as_of, HOMES))
    share = life.numbers["look_alikes"] / (1 - life.numbers["impersonated"])
    story = pick(life.rng, STORIES) if life.chance(share) else ""
    if not story:
        yield life
        return
    _tell(life, story)
    if story in GROUPS and room > 1 and life.rate("group_in_data"):
        yield from _linked(rng, life, story, room - 1, birth)
    else:
        yield life


def _linked(
    rng: random.Random, first: Life, story: str, room: int, birth: _Birth
) -> Iterator[Life]:
    """Somebody with their partner or colleagues, who have the same payee and account."""
    size = 1 if "couple" in story else first.whole("group_members")
    first.ring = Ring(f"{story}-{first.number}", size + 1, first.as_of, first.number)
    first.cluster = first.ring.key
    house = first.building or first.ring.key
    if "couple" in story or first.rate("agency_office"):
        first.building = house
    family_phone = "couple" in story and first.rate("family_phone")
    if family_phone:
        first.tells.add("contact_shared")
    yield first
    for offset in range(1, min(size, room) + 1):
        wave = SPANS["operator_days"]
        gap = timedelta(hours=round(rng.uniform(wave.low, wave.high) * 24))
        life = _ordinary(birth(first.number + offset, min(first.as_of + gap, END), HOMES))
        life.home = life.seat = first.home
        life.ring, life.cluster, life.holder = first.ring, first.cluster, first.holder
        if "couple" in story or life.rate("agency_office"):
            life.building = house
        if "couple" in story and first.holder:
            life.name = first.holder
        if family_phone:
            life.tells.add("contact_shared")
        _tell(life, story)
        yield life


def _tell(life: Life, story: str) -> None:
    STORY[story](life)
    life.story = story


def _ordinary(life: Life) -> Life:
    """The mess of any honest life: a VPN, a trip, an old number, a wrong entry."""
    life.seat = city_in(life.rng, life.elsewhere())
    give_tells(life, "honest", {})
    if "payee_other" in life.tells:
        life.holder = invent_name(life.rng)
    numbers, draw = life.numbers, life.rng.random()
    if draw < numbers["vpn_always"]:
        life.vpn_share = 1.0
    elif draw < numbers["vpn_always"] + numbers["vpn_sometimes"]:
        life.vpn_share = life.between("vpn_share")
    if life.vpn_share and life.rate("vpn_declared"):
        life.claims["vpn"] = ["privacy"]
    if life.rate("kept_foreign_number"):
        life.phone_country = life.elsewhere()
    if life.rate("shared_building"):
        life.building = life.crowd()
    if life.rate("second_hand"):
        life.second_hand = f"used-{life.crowd()}"
    if life.rate("recycled_line"):
        life.recycled = f"recycled-{life.crowd()}"
    if life.rate("resold_number"):
        life.resold = f"resold-{life.crowd()}"
    _travel(life)
    if life.rate("typo_place"):
        life.claims["place"] = life.elsewhere()
    return life


def _travel(life: Life) -> None:
    for name, stay, declared in (
        ("declared_trip", "trip_days", True),
        ("undeclared_trip", "trip_days", False),
        ("weekend", "weekend_days", False),
    ):
        if life.rate(name):
            start = life.as_of.date() - life.days("trip_ago")
            life.trips.append(Trip(life.elsewhere(), start, start + life.days(stay), declared))
