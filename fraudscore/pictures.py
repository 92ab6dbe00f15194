"""The pictures of one person's page: where and when the sign-ins were."""

from __future__ import annotations

from dataclasses import dataclass

from features.batch import Batch
from features.context import Context
from features.record_rows import from_profiles
from features.records import Profile
from fraudscore.drawing import login_map, timeline
from fraudscore.drawing.login_map import NARROW, trip_in_words
from fraudscore.drawing.marks import MARKS
from fraudscore.logins import Login, claimed_in, logins_in, trips_in


@dataclass(frozen=True)
class Pictures:
    """Pictures as SVG text, the sign-ins they show, the latest first, for a table, and declared travel
    in words. ``narrow_map``: the map as a telephone shows it."""

    map: str
    narrow_map: str
    timeline: str
    logins: tuple[Login, ...]
    travel: tuple[str, ...]


def pictures_of(record: Profile, context: Context) -> Pictures | None:
    """The pictures of a record; None where it holds no dated sign-in."""
    return pictures_in(from_profiles([record]), 0, context)


def pictures_in(batch: Batch, profile: int, context: Context) -> Pictures | None:
    """The pictures of one profile of a batch; None where it holds no dated sign-in."""
    logins = logins_in(batch, profile, context)
    if not logins:
        return None
    claims, trips = claimed_in(batch, profile), trips_in(batch, profile)
    return Pictures(
        login_map(logins, claims, trips),
        login_map(logins, claims, trips, NARROW),
        timeline(logins, claims),
        logins[::-1],
        tuple(map(trip_in_words, trips)),
    )


def line_in_words(login: Login) -> str:
    """The line of a sign-in as the legend of the pictures calls it."""
    return MARKS[login.line].words
