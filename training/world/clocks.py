"""Whose clock a commit carries: one person's machines and moves, or the first owner's.

Histories of impersonators are laundered: other people's projects under a new name, with dates and
offsets as they were (code_history.md). Honest clocks are messy for reasons of their own.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from training.world.life import Life, cities, city_in, pick
from training.world.rates import HOMES

DEFAULT_ZONE = "America/Los_Angeles"
"""What a Windows machine is set to before anybody changes it."""
SERVER_ZONE = "Etc/UTC"


@cache
def zone_info(name: str) -> ZoneInfo:
    """A time zone by name."""
    return ZoneInfo(name)


def offset(name: str, at: datetime) -> int:
    """Minutes ahead of UTC in a zone at a moment."""
    shift = at.astimezone(zone_info(name)).utcoffset()
    return int(shift.total_seconds() // 60) if shift else 0


def owner_zone(rng: random.Random) -> str:
    """Where the first owner of a copied project happened to live."""
    return city_in(rng, pick(rng, HOMES)).zone


@dataclass(frozen=True)
class Stay:
    """Some time in a zone."""

    starts: datetime
    ends: datetime
    zone: str


class Clocks:
    """The machines one person writes code on, and where they have been."""

    def __init__(self, life: Life, since: datetime) -> None:
        self.life = life
        there = "code_there" in life.tells
        self.zone = (life.seat if there else life.home).zone
        self.browser = (life.seat if "site_there" in life.tells else life.home).zone
        self.stays = [*self._trips(), *self._past(since)]
        self.cloud = life.between("cloud_share") if "cloud_editor" in life.tells else 0.0
        self.machine = life.between("machine_share") if "second_machine" in life.tells else 0.0

    def local(self, at: datetime) -> str:
        """The zone of the person's own machine at a moment."""
        for stay in self.stays:
            if stay.starts <= at <= stay.ends:
                return stay.zone
        return self.zone

    def commit(self, at: datetime) -> str:
        """The zone that a commit carries, on whichever machine it was made."""
        draw = self.life.rng.random()
        if draw < self.cloud:
            return SERVER_ZONE
        return DEFAULT_ZONE if draw < self.cloud + self.machine else self.local(at)

    def site(self, at: datetime) -> str:
        """The zone of the browser a commit on the site was made in."""
        return self.local(at) if self.browser == self.zone else self.browser

    def _trips(self) -> list[Stay]:
        """Journeys told elsewhere in the record, and a week away nobody mentions."""
        life = self.life
        found = []
        for trip in life.trips:
            if life.rate("laptop_travels"):
                start = life.as_of.replace(
                    year=trip.starts.year, month=trip.starts.month, day=trip.starts.day
                )
                days = timedelta(days=(trip.ends - trip.starts).days + 1)
                found.append(Stay(start, start + days, cities()[trip.country][0].zone))
        if life.mess("code_trip"):
            start = life.as_of - life.days("code_trip_ago")
            found.append(Stay(start, start + timedelta(days=7), self._elsewhere()))
        return found

    def _past(self, since: datetime) -> list[Stay]:
        """A home before this one."""
        life = self.life
        if "emigrant" not in life.tells:
            return []
        whole = (life.as_of - since).total_seconds()
        moved = since + timedelta(seconds=life.rng.uniform(0.2, 0.8) * whole)
        long_ago = since - timedelta(days=20 * 366)
        return [Stay(long_ago, moved, self._elsewhere())]

    def _elsewhere(self) -> str:
        return cities()[self.life.elsewhere()][0].zone
