"""The sign-ins of one life."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import log
from operator import itemgetter
from typing import Any

from training.world.clocks import offset, zone_info
from training.world.life import City, Life, Trip, cities
from training.world.lines import Lines, Routes

KINDS = ("apply", "interview", "e_sign")
LATER = ("login", "login", "login", "login", "work", "work", "mfa")
FEWEST, MOST = 3, 120
"""Sessions of a life, at least and at most."""
SHORT = 10
"""Minutes of a session in which nobody else has time to sign in."""


class SignIns:
    """Makes the session rows of a life."""

    def __init__(self, life: Life, lines: Lines) -> None:
        self.life, self.rng, self.numbers = life, life.rng, life.numbers
        self.routes = Routes(life, lines)
        self.zone = (life.seat if "zone_there" in life.tells else life.home).zone
        self.as_offset = life.rate("as_offset")
        self.round_trip = life.between("latency_slow" if "slow" in life.tells else "latency")
        self.device = life.second_hand or _own(life, "d")
        if "device_shared" in life.tells:
            self.device = life.shared_key("d")
        self.mfa_key = life.shared_key("m") if "mfa_shared" in life.tells else _own(life, "m")

    def rows(self) -> list[dict[str, Any]]:
        """Every session, in order of time."""
        times = self._times()
        rows = [self._row(number, at, len(times)) for number, at in enumerate(times)]
        if "two_at_once" in self.life.tells:
            rows += self._at_once(rows)
        return sorted(rows, key=itemgetter("at"))

    def _at_once(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Sign-ins from elsewhere in the middle of some that last."""
        long = [row for row in rows if row.get("duration_minutes", 0) > SHORT]
        some = self.rng.sample(long, min(len(long), self.life.whole("at_once")))
        return [
            row
            | {"at": row["at"] + timedelta(minutes=row["duration_minutes"] // 2), "kind": "login"}
            | {"ip": self.routes.at_once(), "duration_minutes": SHORT}
            for row in some
            if row["at"] + timedelta(minutes=row["duration_minutes"] // 2) <= self.life.as_of
        ]

    def _times(self) -> list[datetime]:
        numbers = self.numbers
        usual = self.rng.lognormvariate(log(numbers["sessions_median"]), numbers["sessions_sigma"])
        count = max(FEWEST, min(MOST, int(usual)))
        span = numbers["history_days"] * self.life.between("history")
        return sorted(self._moment(self.rng.uniform(0.5, span)) for _ in range(count))

    def _moment(self, days_ago: float) -> datetime:
        life = self.life
        there = "hours_there" in life.tells
        zone = life.hours_zone or (life.seat if there else life.home).zone
        day = (life.as_of - timedelta(days=days_ago)).date()
        local = datetime(day.year, day.month, day.day, tzinfo=zone_info(zone))
        minutes = timedelta(minutes=int(min(max(self._hour(), 0.1), 23.8) * 60))
        return min(local + minutes, life.as_of).astimezone(UTC)

    def _hour(self) -> float:
        numbers = self.numbers
        if self.life.split_shifts:
            return self.rng.gauss(self.rng.choice((7.5, 21.0)), numbers["split_spread"])
        return self.rng.gauss(numbers["midday"], numbers["day_spread"])

    def _row(self, number: int, at: datetime, count: int) -> dict[str, Any]:
        life, sees = self.life, self.life.sees
        trip = next((t for t in life.trips if t.starts <= at.date() <= t.ends), None)
        route = self.routes.take(number, count, trip)
        row: dict[str, Any] = {"at": at, "ip": route.ip, "device": self.device}
        row["kind"] = KINDS[number] if number < len(KINDS) and count > 6 else self.rng.choice(LATER)
        if route.egress:
            row["egress"] = route.egress
        if "zones" in sees:
            self._clock(row, number, count, trip)
        if "round_trip" in sees:
            wobble = self.rng.lognormvariate(0, self.numbers["latency_sigma"])
            row["round_trip_ms"] = round(self.round_trip * wobble, 1)
            row["round_trip_country"] = life.home.country
        if "durations" in sees:
            row["duration_minutes"] = self._duration()
        if "tokens" in sees:
            old = "old_tokens" in life.tells
            row["token_age_hours"] = round(life.between("token_old" if old else "token"), 1)
        if "automation" in sees:
            row["automated"] = life.rate("automated")
        self._machine(row, number, trip)
        return row

    def _clock(self, row: dict[str, Any], number: int, count: int, trip: Trip | None) -> None:
        life, zone = self.life, self.zone
        if "zone_changes" in life.tells and number > count // 2:
            zone = life.home.zone if zone != life.home.zone else life.seat.zone
        elif trip and life.rate("trip_zone"):
            zone = cities()[trip.country][0].zone
        if self.as_offset:
            row["utc_offset_minutes"] = offset(zone, row["at"])
        else:
            row["time_zone"] = zone

    def _machine(self, row: dict[str, Any], number: int, trip: Trip | None) -> None:
        """What the device reports of itself, where the buyer manages or scans it."""
        life, sees = self.life, self.life.sees
        if "managed" in sees:
            first = "unmanaged_first" in life.tells and number < life.whole("unmanaged")
            own = life.claims.get("claims.own_device", False)
            row |= {"managed": not first and not own, "mfa_key": self.mfa_key}
        if "hardware_location" in sees and life.rate("hardware_fix"):
            row |= point(life, "device", self._hardware(trip))
        if "posture" in sees:
            dark = "dark" in life.tells and life.rate("posture_dark")
            row["location_off"] = dark or life.rate("posture_off")
            row["wifi_off"] = dark or (not life.clean and life.rate("posture_off"))
        if "scan" in sees:
            row["remote_port_open"] = "open_port" in life.tells and life.rate("port_answers")

    def _hardware(self, trip: Trip | None) -> City:
        life = self.life
        if "hardware_there" in life.tells and life.rate("hardware_there"):
            return life.seat
        return cities()[trip.country][0] if trip else life.home

    def _duration(self) -> float:
        if "long_spans" in self.life.tells and self.life.rate("long_session"):
            return round(self.life.between("long_minutes"))
        numbers = self.numbers
        return round(self.rng.lognormvariate(numbers["duration_mean"], numbers["duration_sigma"]))


def point(life: Life, prefix: str, city: City) -> dict[str, Any]:
    """Where hardware said it was: near a city, with a radius."""
    return {
        f"{prefix}_country": city.country,
        f"{prefix}_latitude": round(city.latitude + life.between("fix_jitter"), 3),
        f"{prefix}_longitude": round(city.longitude + life.between("fix_jitter"), 3),
        f"{prefix}_radius_km": round(life.between("fix_radius"), 1),
    }


def _own(life: Life, name: str) -> str:
    return f"{life.profile_id}-{name}"
