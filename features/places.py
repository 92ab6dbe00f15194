"""Claimed places and points on the globe: where a claim holds, and how far apart two points are."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np

from features.batch import Batch
from features.coded import Coded
from features.segments import Bools, Floats, Ints
from features.tables import country_codes, rows

COUNTRIES: tuple[str, ...] = tuple(sorted(country_codes()))
"""Country codes in the order used for integer codes throughout a batch."""
NUMBER = {code: number for number, code in enumerate(COUNTRIES)}
EARTH_KM = 6371.0
NO_CLAIM = -2
"""The number of no country, not even of one that is not known."""


def country_numbers(column: Coded) -> Ints:
    """The place of each row's country in COUNTRIES, -1 not supplied."""
    return column.per_value(lambda value: NUMBER.get(value, -1), -1).astype(np.int64)


def kilometres(lat1: Floats, lon1: Floats, lat2: Floats, lon2: Floats) -> Floats:
    """Great-circle distance; NaN where any coordinate is NaN."""
    a, b, c, d = map(np.radians, (lat1, lon1, lat2, lon2))
    h = np.sin((c - a) / 2) ** 2 + np.cos(a) * np.cos(c) * np.sin((d - b) / 2) ** 2
    found: Floats = 2 * EARTH_KM * np.arcsin(np.sqrt(np.minimum(h, 1)))
    return found


@cache
def cities() -> dict[tuple[str, str], tuple[float, float, str]]:
    """Latitude, longitude and time zone of the largest city of each (country, lower-case name)."""
    found: dict[tuple[str, str], tuple[float, float, str]] = {}
    size: dict[tuple[str, str], int] = {}
    for row in rows("cities"):
        key, people = (row["country"], row["name"].lower()), int(row["population"])
        if people > size.get(key, -1):
            size[key] = people
            found[key] = (float(row["latitude"]), float(row["longitude"]), row["zone"])
    return found


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
    for name, first, last in (("places", "since", "until"), ("travel", "starts", "ends")):
        table = batch.table(name)
        if not table.size:
            continue
        numbers = country_numbers(table.text("country"))
        dated = table.holds(first) or table.holds(last)
        if dated:
            start, end = table.number(first) - 86_400, table.number(last) + 2 * 86_400
        counts = np.bincount(table.owner, minlength=batch.n)
        offsets = counts.cumsum() - counts
        for k in range(int(counts.max())):
            has = counts > k
            row = np.where(has, offsets + k, 0)
            span = (start[row], end[row]) if dated else None
            yield np.where(has, numbers[row], NO_CLAIM), span


@cache
def numbers_of(countries: tuple[str, ...]) -> Ints:
    """The number of each country of a source's list, and -1 at the end for none."""
    return np.array([*(NUMBER.get(c, -1) for c in countries), -1], dtype=np.int64)
