"""Rows held against the claims of the same person on the same day: places, travel, periods."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from features.batch import Batch, Table
from features.places import city_point, claimed_spans, kilometres
from features.segments import Bools, Floats, Ints, runs, some, true_rows, unknown

DAY = 86_400.0
POINT_RADIUS_KM = 200.0
"""Points less certain than this place nobody (signals.md N7)."""
CITY_SLACK_KM = 100.0
"""A commute, and the distance to a provider's exchange (assumed)."""
Pairs = list[tuple[Ints, Ints]]


def claims_on(batch: Batch, name: str, rows: str = "sessions") -> Pairs:
    """Pairs (row, claim) of ``places`` or ``travel`` in which the claim holds on that day.

    ``rows`` is a table with a time. One pair of arrays for each first, second, ... claim of a
    person, with the slack of a day at each end that `claims_cover` gives.
    """
    return batch.once(("claims_on", name, rows), lambda: list(_claims_on(batch, name, rows)))


def _claims_on(batch: Batch, name: str, rows_of: str) -> Iterator[tuple[Ints, Ints]]:
    table, held = batch.table(name), batch.table(rows_of)
    if not table.size or not held.size:
        return
    owner, at = held.owner, held.number(held.spec.time or "at")
    spans = claimed_spans(batch, name)
    for of_each in table.in_turn():
        claim = of_each[owner]
        rows = true_rows(claim >= 0)
        claim = claim[rows]
        if spans is not None:
            # An end that was not given is NaN, which no comparison holds for: open.
            start, end = spans
            holds = ~((start[claim] > at[rows]) | (at[rows] >= end[claim]))
            rows, claim = rows[holds], claim[holds]
        yield rows, claim


def travelling(batch: Batch, rows: str = "sessions") -> Bools:
    """Which rows fall on a day of declared travel, abroad or at home."""
    away = np.zeros(batch.table(rows).size, dtype=np.bool_)
    for on_trip, _ in claims_on(batch, "travel", rows):
        away[on_trip] = True
    return away


def spells(table: Table, key: Ints, mask: Bools) -> Floats:
    """How many different keys, never falling within a profile, its true rows hold."""
    if table.n == 1:
        return table.distinct(key, mask)
    rows = true_rows(mask)
    if not rows.size:
        return np.zeros(table.n)
    owner = table.owner[rows]
    first = runs(owner, key[rows])
    return np.bincount(owner[first], minlength=table.n).astype(np.float64)


def periods(at: Floats, seconds: float) -> Ints:
    """The number of the day, week, ... each moment falls into."""
    return (at // seconds).astype(np.int64)


def claimed_points(batch: Batch) -> tuple[Floats, Floats]:
    """Latitude and longitude of every claimed place, of its city where none were given."""
    return batch.once("claimed_points", lambda: _claimed_points(batch))


def _claimed_points(batch: Batch) -> tuple[Floats, Floats]:
    places = batch.table("places")
    latitude, longitude = places.number("latitude"), places.number("longitude")
    country, city = places.text("country"), places.text("city")
    lacking = city.known & country.known & (np.isnan(latitude) | np.isnan(longitude))
    if not some(lacking):
        return latitude, longitude
    latitude, longitude = latitude.copy(), longitude.copy()
    key = country.codes[lacking] * len(city.values) + city.codes[lacking]
    pairs, inverse = np.unique(key, return_inverse=True)
    named = (divmod(pair, len(city.values)) for pair in pairs.tolist())
    points = np.array([city_point(country.values[c], city.values[t]) for c, t in named])[inverse]
    latitude[lacking], longitude[lacking] = points[:, 0], points[:, 1]
    return latitude, longitude


def beyond_claims(
    batch: Batch, s: Table, point: tuple[Floats, Floats, Floats], usable: Bools
) -> Floats:
    """Median km from the nearest claimed city, radius and slack taken off; NaN without points.

    A day with a claimed place of no known point is left out where no other is within reach.
    """
    latitude, longitude, radius = point
    usable = usable & (radius <= POINT_RADIUS_KM) & ~np.isnan(latitude) & ~np.isnan(longitude)
    if not some(usable):
        return unknown(s.n)
    claimed_latitude, claimed_longitude = claimed_points(batch)
    nearest, lost = np.full(s.size, np.inf), np.zeros(s.size, dtype=np.bool_)
    for rows, claim in claims_on(batch, "places"):
        km = kilometres(
            latitude[rows], longitude[rows], claimed_latitude[claim], claimed_longitude[claim]
        )
        nearest[rows] = np.fmin(nearest[rows], km)
        lost[rows] |= np.isnan(km)
    beyond = np.maximum(nearest - radius - CITY_SLACK_KM, 0)
    told = usable & ~np.isinf(beyond) & ~(lost & (beyond > 0))
    return s.median(np.where(told, beyond, np.nan))
