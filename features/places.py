"""Claimed places and points on the globe: where a claim holds, and how far apart two points are."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

import numpy as np
from anyascii import anyascii

from features.batch import Batch
from features.coded import Coded
from features.segments import Bools, Floats, Ints
from features.tables import country_codes, rows

COUNTRIES: tuple[str, ...] = tuple(sorted(country_codes()))
"""Country codes in the order used for integer codes throughout a batch."""
NUMBER = {code: number for number, code in enumerate(COUNTRIES)}
EARTH_KM = 6371.0
DAY = 86_400.0
DATES = {"places": ("since", "until"), "travel": ("starts", "ends")}
"""The columns that say from when and until when a claim holds."""
NO_CLAIM = -2
"""The number of no country, not even of one that is not known."""


def country_numbers(column: Coded) -> Ints:
    """The place of each row's country in COUNTRIES, -1 not supplied."""
    numbers: Ints = numbers_of(column.values)[column.codes]
    return numbers


def kilometres(lat1: Floats, lon1: Floats, lat2: Floats, lon2: Floats) -> Floats:
    """Great-circle distance; NaN where any coordinate is NaN."""
    a, b, c, d = map(np.radians, (lat1, lon1, lat2, lon2))
    h = np.sin((c - a) / 2) ** 2 + np.cos(a) * np.cos(c) * np.sin((d - b) / 2) ** 2
    found: Floats = 2 * EARTH_KM * np.arcsin(np.sqrt(np.minimum(h, 1)))
    return found


@lru_cache(maxsize=100_000)
def city_point(country: str, name: str) -> tuple[float, float]:
    """Latitude and longitude of the largest city of this name in a country; NaN of an unknown one.

    Marks, capitals and blanks are no difference: `Łódź` is `lodz`.
    """
    return _cities().get((country, _plain(name)), (np.nan, np.nan))


@cache
def _cities() -> dict[tuple[str, str], tuple[float, float]]:
    found: dict[tuple[str, str], tuple[float, float]] = {}
    size: dict[tuple[str, str], int] = {}
    for row in rows("cities"):
        key, people = (row["country"], _plain(row["name"])), int(row["population"])
        if people > size.get(key, -1):
            size[key] = people
            found[key] = float(row["latitude"]), float(row["longitude"])
    return found


def _plain(name: str) -> str:
    return " ".join(anyascii(unicodedata.normalize("NFKC", name)).lower().split())


def claimed_countries(batch: Batch) -> tuple[Ints, Ints]:
    """(owner, country number) of every claimed place, rows without a known country left out."""
    places = batch.table("places")
    numbers = country_numbers(places.text("country"))
    known = numbers >= 0
    return places.owner[known], numbers[known]


def claims_cover(batch: Batch, owner: Ints, at: Floats, country: Ints) -> Bools:
    """Whether a person's claims explain being in ``country`` at ``at`` (seconds).

    A claimed place explains it from ``since`` to ``until`` (open where not given); declared travel
    from its start to its end, with a day of slack at each end for time zones and flights.
    """
    covered: Bools = np.zeros(owner.size, dtype=np.bool_)
    if not owner.size:
        return covered
    for claimed, span in batch.once("claims", lambda: list(_claims(batch))):
        here = claimed[owner] == country
        if span is not None:
            start, end = span
            here &= ~(at < start[owner]) & ~(at >= end[owner])
        covered |= here
    return covered


def _claims(batch: Batch) -> Iterator[tuple[Ints, tuple[Floats, Floats] | None]]:
    """Country of each person's first claim, of their second, ..., and its start and end if dated.

    NO_CLAIM where a person has fewer.
    """
    for name in ("places", "travel"):
        numbers = country_numbers(batch.table(name).text("country"))
        spans = claimed_spans(batch, name)
        for row in batch.table(name).in_turn():
            span = spans and (spans[0][row], spans[1][row])
            yield np.where(row >= 0, numbers[row], NO_CLAIM), span


def claimed_spans(batch: Batch, name: str) -> tuple[Floats, Floats] | None:
    """When each claim in ``places`` or ``travel`` starts and ends to hold; None if none is dated."""
    table, (first, last) = batch.table(name), DATES[name]
    if not (table.holds(first) or table.holds(last)):
        return None
    return table.number(first) - DAY, table.number(last) + 2 * DAY


@lru_cache(maxsize=1_000)
def numbers_of(countries: tuple[str, ...]) -> Ints:
    """The number of each country of a list, and -1 at the end for none."""
    return np.array([*(NUMBER.get(c, -1) for c in countries), -1], dtype=np.int64)
