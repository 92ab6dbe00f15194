"""The sign-ins of one life."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from training.world.addresses import AddressBook
from training.world.life import Life, Trip, cities
from training.world.parameters import NEIGHBOURS, Parameters

POOL = 4_000
KINDS = ("apply", "interview", "e_sign")


class Lines:
    """Addresses by country and kind, drawn in blocks; the same seed gives the same lines."""

    def __init__(self, seed: int) -> None:
        self._book = AddressBook()
        self._rng = np.random.default_rng(seed)
        self._pools: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._have = {
            kind: frozenset(self._book.countries(kind)) for kind in ("mobile", "vpn", "relay")
        }

    def line(self, country: str, kind: str = "ordinary") -> str:
        """A line of this kind, or an ordinary one where the country has none."""
        if kind in self._have and country not in self._have[kind]:
            kind = "ordinary"
        pool = self._pools[country, kind]
        if not pool:
            pool.extend(self._book.draw(self._rng, country, kind, POOL))
        return pool.pop()


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


class SignIns:
    """Makes the session rows of a life."""

    def __init__(self, life: Life, lines: Lines, numbers: Parameters) -> None:
        self.life, self.lines, self.numbers, self.rng = life, lines, numbers, life.rng
        wrong = life.chance(numbers["wrong_country_line"])
        self.home = lines.line(life.rng.choice(NEIGHBOURS) if wrong else life.home.country)
        self.mobile = lines.line(life.home.country, "mobile")
        self.there = lines.line(life.seat.country)
        listed = life.label != "impersonation" or life.chance(numbers["listed_exit"])
        abroad = life.vpn_share > 0 and life.chance(numbers["vpn_abroad"])
        country = life.rng.choice(NEIGHBOURS) if abroad else life.home.country
        self.exits = [lines.line(country, "vpn" if listed else "ordinary") for _ in range(3)]
        self.relay = [lines.line(life.home.country, "relay") for _ in range(3)]
        self.slip_share = life.rng.uniform(0.03, 0.14)
        self.outside_share = life.rng.uniform(0.25, 0.9)
        self.zone_name = (life.seat if "zone_there" in life.tells else life.home).zone
        self.round_trip = self._usual_round_trip()
        self.device = f"{life.profile_id}-d1"
        self.company = lines.line(life.egress[0]) if life.egress else None
        self.trip_lines: dict[str, str] = {}

    def _usual_round_trip(self) -> float:
        slow = "slow" in self.life.tells
        return self.rng.uniform(130, 320) if slow else self.rng.uniform(12, 85)

    def rows(self) -> list[dict[str, Any]]:
        """Every session, in order of time."""
        times = self._times()
        return [self._row(number, at, len(times)) for number, at in enumerate(times)]

    def _times(self) -> list[datetime]:
        numbers = self.numbers
        median, sigma = numbers["sessions_median"], numbers["sessions_sigma"]
        count = max(3, min(120, int(self.rng.lognormvariate(np.log(median), sigma))))
        span = numbers["history_days"] * self.rng.uniform(0.4, 1.0)
        days = sorted(self.rng.uniform(0.5, span) for _ in range(count))[::-1]
        return sorted(self._moment(day) for day in days)

    def _moment(self, days_ago: float) -> datetime:
        life = self.life
        there = "hours_there" in life.tells
        zone = life.claims.get("_hours") or (life.seat if there else life.home).zone
        day = (life.as_of - timedelta(days=days_ago)).date()
        minute = int(min(max(self.rng.gauss(14.0, 3.0), 0.1), 23.8) * 60)
        local = datetime(day.year, day.month, day.day, tzinfo=_zone(zone))
        return min(local + timedelta(minutes=minute), life.as_of).astimezone(UTC)

    def _trip(self, at: datetime) -> Trip | None:
        day = at.date()
        return next((t for t in self.life.trips if t.starts <= day <= t.ends), None)

    def _row(self, number: int, at: datetime, count: int) -> dict[str, Any]:
        life, sees = self.life, self.life.sees
        trip = self._trip(at)
        ip, hidden = self._address(number, count, trip)
        row: dict[str, Any] = {"at": at, "ip": ip, "device": self.device}
        row["kind"] = KINDS[number] if number < len(KINDS) and count > 6 else "login"
        if life.egress and life.egress[1] and ip == self.company:
            row["egress"] = "company"
        if "zones" in sees:
            row["time_zone"] = self._device_zone(number, count, trip)
        if "round_trip" in sees:
            row["round_trip_ms"] = round(self.round_trip * self.rng.lognormvariate(0, 0.2), 1)
            row["round_trip_country"] = life.home.country
        if "durations" in sees:
            row["duration_minutes"] = self._duration()
        if "tokens" in sees:
            old = "old_tokens" in life.tells and hidden
            row["token_age_hours"] = round(self.rng.uniform(0, 700 if old else 20), 1)
        self._managed(row, number, trip)
        return row

    def _managed(self, row: dict[str, Any], number: int, trip: Trip | None) -> None:
        life, sees = self.life, self.life.sees
        if "managed" in sees:
            first = "unmanaged_first" in life.tells and number < self.rng.randint(3, 8)
            row["managed"] = not first and not life.claims.get("claims.own_device")
            row["mfa_key"] = f"{life.profile_id}-m"
        if "hardware_location" in sees and self.rng.random() < 0.7:
            there = "hardware_there" in life.tells and self.rng.random() < 0.9
            place = life.seat.country if there else trip.country if trip else life.home.country
            row["device_country"] = place
        if "posture" in sees:
            dark = "dark" in life.tells and self.rng.random() < 0.8
            row["location_off"] = dark or self.rng.random() < 0.1
            row["wifi_off"] = dark or self.rng.random() < 0.1
        if "scan" in sees:
            row["remote_port_open"] = "open_port" in life.tells and self.rng.random() < 0.7

    def _address(self, number: int, count: int, trip: Trip | None) -> tuple[str, bool]:
        life, tells, draw = self.life, self.life.tells, self.rng.random()
        if trip:
            return self._abroad(trip.country), False
        if "switch" in tells:
            early = number < max(6, count // 4)
            return (self.there, False) if early else (self.rng.choice(self.exits), True)
        if life.hidden:
            slip = "slips" in tells and draw < self.slip_share
            return (self.there, False) if slip else (self.rng.choice(self.exits), True)
        if "outside" in tells and draw < self.outside_share:
            return self.there, False
        if "many_countries" in tells and draw < 0.3:
            return self.lines.line(self.rng.choice(NEIGHBOURS)), False
        if draw < life.vpn_share:
            return self.rng.choice(self.exits), True
        if draw < life.relay_share:
            return self.rng.choice(self.relay), False
        if self.company and draw < 0.8:
            return self.company, False
        if self.rng.random() < 0.004 or (life.satellite and self.rng.random() < 0.15):
            return self.lines.line(self.rng.choice(NEIGHBOURS)), False
        if self.rng.random() < self.numbers["mobile_share"]:
            return self.mobile, False
        return self.home, False

    def _abroad(self, country: str) -> str:
        if country not in self.trip_lines:
            self.trip_lines[country] = self.lines.line(country)
        return self.trip_lines[country]

    def _device_zone(self, number: int, count: int, trip: Trip | None) -> str:
        life = self.life
        if "zone_changes" in life.tells and number > count // 2:
            return life.home.zone if self.zone_name != life.home.zone else life.seat.zone
        if trip and self.rng.random() < 0.5:
            return cities()[trip.country][0].zone
        return self.zone_name

    def _duration(self) -> float:
        if "long_spans" in self.life.tells and self.rng.random() < 0.3:
            return round(self.rng.uniform(1_300, 2_600), 0)
        return round(self.rng.lognormvariate(4.0, 0.8), 0)


def rng_for(seed: int, number: int) -> random.Random:
    """A stream of its own for each person."""
    return random.Random(f"{seed}/{number}")
