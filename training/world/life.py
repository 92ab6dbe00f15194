"""One simulated life: what is true of a person, what they claim, and what shows."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, Literal

from features.tables import rows
from training.world.parameters import SPANS, Parameters
from training.world.rates import ABROAD

Buyer = Literal["marketplace", "employer"]
SYLLABLES = (
    "ba be bi bo dar del din dor fa fen fi gal gor ha hel i jo ka kel kor la len li lo lu ma mer mi "
    "mo na nel ni nor o pa pel ri ro sa sel si so ta tel ti tor u va vel vi vor wen ya zel zo"
).split()
SOUNDS = (("k", "q"), ("i", "y"), ("v", "w"), ("z", "s"), ("f", "ph"), ("o", "ou"))
"""Letters that one transliteration writes one way and another otherwise."""
CITIES = 8
"""Largest cities of a country in which people live."""


@dataclass(frozen=True)
class City:
    """A place to live."""

    country: str
    name: str
    zone: str
    latitude: float = 0.0
    longitude: float = 0.0


@dataclass(frozen=True)
class Trip:
    """A stay elsewhere."""

    country: str
    starts: date
    ends: date
    declared: bool


@dataclass
class Ring:
    """What linked people hold in common: an operator's, a household's, an agency's.

    ``since`` is before any of them came; ``exits`` are shared lines and ``hosts`` keepers of laptops by
    country.
    """

    key: str
    size: int
    since: datetime
    first: int
    scheme: str = ""
    exits: dict[str, list[str]] = field(default_factory=dict)
    hosts: dict[str, str] = field(default_factory=dict)

    @property
    def members(self) -> range:
        """Numbers of the people."""
        return range(self.first, self.first + self.size)


@dataclass
class Life:
    """Everything the rows of one person are made from.

    ``home`` is the claimed place, ``seat`` where the person really sits. ``tells`` are the
    observations that show (names of `tells.TELLS`), for whatever reason. ``sees`` are the parts
    the buyer sees. ``claims`` are declarations beside name, place and zone. ``building``,
    ``second_hand``, ``recycled`` and ``resold`` name the house, device, line and number that strangers
    have or had; ``host`` and ``mule`` who keeps the laptop and owns the account; ``neighbour`` is
    somebody in the same house.
    """

    rng: random.Random
    numbers: Parameters
    number: int
    as_of: datetime
    buyer: Buyer
    name: str
    home: City
    seat: City
    label: str = "honest"
    story: str = "ordinary"
    scheme: str = ""
    care: str = ""
    cluster: str = ""
    clean: bool = False
    hidden: bool = False
    vpn_share: float = 0.0
    relay_share: float = 0.0
    work_vpn: bool = False
    home_kind: str = "ordinary"
    building: str = ""
    second_hand: str = ""
    recycled: str = ""
    resold: str = ""
    host: str = ""
    mule: str = ""
    egress: tuple[str, bool] | None = None
    satellite: bool = False
    split_shifts: bool = False
    hours_zone: str | None = None
    bank_country: str | None = None
    provider: str | None = None
    holder: str | None = None
    phone_country: str | None = None
    at_home: bool = True
    other_workers: int = 0
    neighbour: int | None = None
    ring: Ring | None = None
    trips: list[Trip] = field(default_factory=list)
    tells: set[str] = field(default_factory=set)
    sees: set[str] = field(default_factory=set)
    claims: dict[str, Any] = field(default_factory=dict)
    lists: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    @property
    def profile_id(self) -> str:
        """A stable id."""
        return f"p{self.number:07d}"

    @property
    def impersonated(self) -> bool:
        """Whether somebody else works under this name."""
        return self.label == "impersonation"

    def chance(self, share: float) -> bool:
        """True with this chance."""
        return self.rng.random() < share

    def rate(self, name: str) -> bool:
        """True with the chance of a number of the world."""
        return self.rng.random() < self.numbers[name]

    def mess(self, name: str) -> bool:
        """True with a chance, for all but those in whom nothing at all shows."""
        return not self.clean and self.rate(name)

    def between(self, name: str) -> float:
        """A quantity within its span."""
        span = SPANS[name]
        return self.rng.uniform(span.low, span.high)

    def whole(self, name: str) -> int:
        """A whole number within its span, both ends included."""
        span = SPANS[name]
        return self.rng.randint(int(span.low), int(span.high))

    def days(self, name: str) -> timedelta:
        """A whole number of days within its span."""
        return timedelta(days=self.whole(name))

    def elsewhere(self) -> str:
        """A country to go to that is not home."""
        country = pick(self.rng, ABROAD)
        while country == self.home.country:
            country = pick(self.rng, ABROAD)
        return country

    def add(self, table: str, **row: Any) -> None:
        """One row of a table of the record."""
        self.lists.setdefault(table, []).append(row)

    def claim_hours(self, zone: str) -> None:
        """Declare office hours in this time zone."""
        self.claims |= {
            "claims.working_hours.starts": 9.0,
            "claims.working_hours.ends": 18.0,
            "claims.working_hours.time_zone": zone,
        }

    def crowd(self) -> str:
        """A place or thing unrelated people come to share in one season; few are crowded, most not."""
        season = self.as_of.year * 4 + self.as_of.month // 4
        number = min(int(self.rng.paretovariate(self.numbers["building_tail"])), 500)
        return f"{self.home.country}-{season}-{number}"

    def shared_key(self, name: str) -> str:
        """A key linked people have in common, or the person's own where nobody is linked."""
        if self.ring is None:
            return f"{self.profile_id}-{name}"
        return f"{self.ring.key}-{name}{self.number % max(1, self.ring.size // 6)}"


@cache
def cities() -> dict[str, tuple[City, ...]]:
    """The largest cities of each country."""
    found: dict[str, list[tuple[int, City]]] = {}
    for row in rows("cities"):
        point = float(row["latitude"]), float(row["longitude"])
        city = City(row["country"], row["name"], row["zone"], *point)
        found.setdefault(row["country"], []).append((int(row["population"]), city))
    return {
        country: tuple(city for _, city in sorted(some, key=lambda c: (-c[0], c[1].name))[:CITIES])
        for country, some in found.items()
    }


def city_in(rng: random.Random, country: str) -> City:
    """A city to live in."""
    return rng.choice(cities()[country])


def pick(rng: random.Random, shares: Mapping[str, float]) -> str:
    """A key, by share."""
    return rng.choices(list(shares), list(shares.values()))[0]


def invent_name(rng: random.Random) -> str:
    """A made-up full name, drawn alike for everybody."""
    given, family = (
        "".join(rng.choice(SYLLABLES) for _ in range(rng.choice((2, 2, 3)))).capitalize()
        for _ in range(2)
    )
    return f"{given} {family}"


def variant(rng: random.Random, name: str) -> str:
    """The same name as a bank or form may write it."""
    parts = name.split()
    return rng.choice(
        (
            " ".join(reversed(parts)),
            name.upper(),
            f"{parts[0][0]}. {' '.join(parts[1:])}" if len(parts) > 1 else name.upper(),
            f"{parts[-1]}, {' '.join(parts[:-1])}" if len(parts) > 1 else name.lower(),
        )
    )


def transliterated(rng: random.Random, name: str) -> str:
    """The same name as another office would write its sounds."""
    low = name.lower()
    for sound, other in rng.sample(SOUNDS, 2):
        low = low.replace(sound, other)
    return low.title()
