"""The sign-ins of one person as pictures show them: when, from where, over what kind of network."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

import numpy as np
from numpy.typing import NDArray

from features.batch import Batch
from features.claimed import POINT_RADIUS_KM
from features.context import NETWORK_KINDS, Context
from features.places import COUNTRIES, city_point, kilometres
from features.record_rows import from_profiles
from features.records import Profile
from features.segments import Floats
from features.tables import country_name, rows
from features.whereabouts import Whereabouts, whereabouts
from fraudscore.drawing.sign_ins import (
    AUTOMATED,
    NOT_PLACED,
    ClaimedPlace,
    DeclaredTrip,
    Line,
    Login,
)
from fraudscore.drawing.world import centre_of

__all__ = [
    "ClaimedPlace",
    "DeclaredTrip",
    "Login",
    "claimed_in",
    "claimed_of",
    "logins_in",
    "logins_of",
    "trips_in",
]

CITY_KM = 50.0
"""Kilometres, or the accuracy radius if larger, within which a point is called after a city."""
LINES: dict[str, Line] = {
    "ordinary": "ordinary", "mobile": "mobile", "corporate": "company", "relay": "relay",
    "vpn": "vpn", "residential_proxy": "vpn", "tor": "vpn", "hosting": "hosting", "cloud": "hosting",
}  # fmt: skip
"""The line a reader sees for each kind of network."""


def logins_of(record: Profile, context: Context) -> tuple[Login, ...]:
    """The dated sign-ins of a record, the earliest first."""
    return logins_in(from_profiles([record]), 0, context)


def logins_in(batch: Batch, profile: int, context: Context) -> tuple[Login, ...]:
    """The dated sign-ins of one profile of a batch, the earliest first."""
    seen = whereabouts(batch, context)
    at = seen.sessions.number("at")
    own = [row for row in seen.sessions.rows_of(profile).tolist() if not np.isnan(at[row])]
    kinds = seen.sessions.text("kind")
    return tuple(_login(seen, row, kinds.at(row) or "login") for row in own)


def claimed_of(record: Profile) -> tuple[ClaimedPlace, ...]:
    """The claimed places of a record, each with a point to draw it at where one is known."""
    return claimed_in(from_profiles([record]), 0)


def claimed_in(batch: Batch, profile: int) -> tuple[ClaimedPlace, ...]:
    """The claimed places of one profile of a batch."""
    table = batch.table("places")
    country, city = table.text("country"), table.text("city")
    latitude, longitude = table.number("latitude"), table.number("longitude")
    found = []
    for row in table.rows_of(profile).tolist():
        code = country.at(row)
        if code:
            point = (float(latitude[row]), float(longitude[row]))
            found.append(_claimed(code, city.at(row), point))
    return tuple(dict.fromkeys(found))


def trips_in(batch: Batch, profile: int) -> tuple[DeclaredTrip, ...]:
    """The declared travel of one profile of a batch, the earliest first."""
    table = batch.table("travel")
    country, starts, ends = table.text("country"), table.number("starts"), table.number("ends")
    own = sorted(table.rows_of(profile).tolist(), key=lambda row: float(starts[row]))
    return tuple(
        _trip(code, float(starts[row]), float(ends[row]))
        for row in own
        if (code := country.at(row))
    )


def _trip(country: str, starts: float, ends: float) -> DeclaredTrip:
    latitude, longitude = centre_of(country) or (None, None)
    first, last = (datetime.fromtimestamp(at, UTC).date() for at in (starts, ends))
    return DeclaredTrip(country_name(country), latitude, longitude, first, last)


def _claimed(country: str, city: str | None, point: tuple[float, float]) -> ClaimedPlace:
    name = ", ".join(filter(None, (city, country_name(country))))
    if not np.isnan(point).any():
        return ClaimedPlace(name, country, *point, exact=True)
    known = city_point(country, city or "")
    if not np.isnan(known).any():
        return ClaimedPlace(name, country, *known, exact=True)
    latitude, longitude = centre_of(country) or (None, None)
    return ClaimedPlace(name, country, latitude, longitude, exact=False)


def _login(seen: Whereabouts, row: int, kind: str) -> Login:
    number = int(seen.kind[row])
    automated = bool(seen.sessions.flag("automated")[row])
    code = int(seen.country[row])
    country = COUNTRIES[code] if code >= 0 else None
    place, point, exact = (AUTOMATED, None, False) if automated else _where(seen, row, country)
    return Login(
        at=datetime.fromtimestamp(float(seen.sessions.number("at")[row]), UTC),
        kind=kind,
        line=LINES[NETWORK_KINDS[number]] if number >= 0 else "unknown",
        place=place,
        country=country,
        latitude=point[0] if point else None,
        longitude=point[1] if point else None,
        exact=exact,
        person=bool(seen.placed[row]),
        explained=bool(seen.covered[row]),
    )


def _where(
    seen: Whereabouts, row: int, country: str | None
) -> tuple[str, tuple[float, float] | None, bool]:
    """What an address says: a place in words, a point, and whether the point is its own."""
    point = float(seen.latitude[row]), float(seen.longitude[row])
    radius = float(seen.radius_km[row])
    if seen.checked[row] and not np.isnan(point).any() and not radius > POINT_RADIUS_KM:
        return _name(*point, radius, country), point, True
    if country is None:
        return NOT_PLACED, None, False
    return country_name(country), centre_of(country), False


def _name(latitude: float, longitude: float, radius: float, country: str | None) -> str:
    """A point after the largest city it may stand for, else after its country."""
    codes, names, people, latitudes, longitudes = _cities()
    here = np.full(latitudes.size, latitude), np.full(latitudes.size, longitude)
    within = kilometres(*here, latitudes, longitudes) <= max(CITY_KM, np.nan_to_num(radius))
    if country is not None:
        within &= codes == country
    if not within.any():
        return f"in {country_name(country)}" if country else "at sea or far from a city"
    city = int(np.argmax(np.where(within, people, -1)))
    return f"{names[city]}, {country_name(str(codes[city]))}"


@cache
def _cities() -> tuple[NDArray[np.str_], NDArray[np.str_], Floats, Floats, Floats]:
    """Country, name, people, latitude and longitude of every city."""
    every = list(rows("cities"))
    people, latitude, longitude = (
        np.array([float(city[name]) for city in every])
        for name in ("population", "latitude", "longitude")
    )
    codes, names = (np.array([city[name] for city in every]) for name in ("country", "name"))
    return codes, names, people, latitude, longitude
