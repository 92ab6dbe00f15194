"""One simulated life: what is true of a person, what they claim, and what shows."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any, Literal

from features.tables import rows

Buyer = Literal["marketplace", "employer"]
SYLLABLES = (
    "ba be bi bo dar del din dor fa fen fi gal gor ha hel i jo ka kel kor la len li lo lu ma mer mi "
    "mo na nel ni nor o pa pel ri ro sa sel si so ta tel ti tor u va vel vi vor wen ya zel zo"
).split()
CITIES = 8
"""Largest cities of a country in which people live."""


@dataclass(frozen=True)
class City:
    """A place to live."""

    country: str
    name: str
    zone: str


@dataclass(frozen=True)
class Trip:
    """A stay elsewhere."""

    country: str
    starts: date
    ends: date
    declared: bool


@dataclass
class Life:
    """Everything the rows of one person are made from.

    ``home`` is the claimed place, ``seat`` where the person really sits. ``tells`` are the
    observations that show (names of `parameters.TELLS`), for whatever reason. ``sees`` are the
    parts the buyer sees. ``claims`` are declarations beside name, place and zone.
    """

    rng: random.Random
    number: int
    as_of: datetime
    buyer: Buyer
    name: str
    home: City
    seat: City
    label: str = "honest"
    story: str = "ordinary"
    scheme: str = ""
    care: str = "honest"
    cluster: str = ""
    clean: bool = False
    hidden: bool = False
    vpn_share: float = 0.0
    relay_share: float = 0.0
    egress: tuple[str, bool] | None = None
    satellite: bool = False
    trips: list[Trip] = field(default_factory=list)
    tells: set[str] = field(default_factory=set)
    sees: set[str] = field(default_factory=set)
    claims: dict[str, Any] = field(default_factory=dict)
    lists: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    holder: str | None = None
    provider: str | None = None
    phone_country: str | None = None
    kvm_at_home: bool = False
    other_workers: int = 0
    other_users: int = 0

    @property
    def profile_id(self) -> str:
        """A stable id."""
        return f"p{self.number:07d}"

    def chance(self, share: float) -> bool:
        """True with this chance."""
        return self.rng.random() < share

    def add(self, table: str, **row: Any) -> None:
        """One row of a table of the record."""
        self.lists.setdefault(table, []).append(row)


@cache
def cities() -> dict[str, tuple[City, ...]]:
    """The largest cities of each country."""
    found: dict[str, list[tuple[int, City]]] = {}
    for row in rows("cities"):
        city = City(row["country"], row["name"], row["zone"])
        found.setdefault(row["country"], []).append((int(row["population"]), city))
    return {
        country: tuple(city for _, city in sorted(some, key=lambda c: (-c[0], c[1].name))[:CITIES])
        for country, some in found.items()
    }


def city_in(rng: random.Random, country: str) -> City:
    """A city to live in."""
    return rng.choice(cities()[country])


def pick(rng: random.Random, shares: dict[str, float]) -> str:
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
            f"{parts[0][0]}. {' '.join(parts[1:])}",
            f"{parts[-1]}, {' '.join(parts[:-1])}",
        )
    )
