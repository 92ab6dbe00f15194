"""Builders of the personas and published cases: sessions over weeks, code histories, plain parts.

Everything is drawn from the name of the person, so that the same name gives the same file. Names
are invented; addresses come from ranges of the right country and network; phone numbers are the
numbering plans' own examples; mailboxes stand at reserved example domains.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from features.addresses import load_tables
from features.lookups import example_number
from scripts.stories import AS_OF
from training.world.addresses import AddressBook

LONGEST_LINE = 240
"""Characters up to which a JSON value stays on one line."""
Json = dict[str, Any]
Story = Callable[["Diary"], Json]


@dataclass(frozen=True)
class Project:
    """A repository: made on the host, commits from the first to the last day, who wrote them.

    ``own`` are the person's commits, ``others`` those of other contributors, whose zones differ and
    who may have ``begun`` earlier.
    """

    name: str
    made: str
    first: str
    last: str
    own: int
    others: int = 0
    contributors: int = 1
    stars: int = 0
    fork: bool = False
    begun: str | None = None


class Diary:
    """Draws the addresses, days and commits of one person; the same name gives the same person."""

    def __init__(self, book: AddressBook, name: str, as_of: datetime = AS_OF) -> None:
        self.name, self.as_of = name, as_of
        self.book = book
        self._rng = np.random.default_rng(zlib.crc32(name.encode()))

    def line(self, country: str, kind: str = "ordinary", provider: str | None = None) -> str:
        """One address of a country and kind of network."""
        return self.book.draw(self._rng, country, kind, 1, provider)[0]

    def lines(
        self, country: str, count: int, kind: str = "ordinary", provider: str | None = None
    ) -> list[str]:
        """Several addresses of a country and kind of network."""
        return self.book.draw(self._rng, country, kind, count, provider)

    def network(self, country: str, number: int, count: int = 1) -> list[str]:
        """Addresses of one autonomous system that are no VPN, relay or data centre."""
        tables = load_tables()
        plain = (tables.asn == number) & (tables.kind == 0)
        plain &= tables.country == tables.countries.index(country)
        ranges = np.flatnonzero(plain[tables.v4_row])
        starts = tables.v4_start.astype(np.int64)
        found = []
        for place in self._rng.choice(ranges, count).tolist():
            address = self._rng.integers(starts[place], starts[place + 1])
            found.append(str(ip_address(int(address))))
        return found

    def key(self, what: str) -> str:
        """A keyed value as the operator would store it, of this person only."""
        return f"{what}-{zlib.crc32(f'{self.name}/{what}'.encode()):08x}"

    def ago(self, days: float) -> str:
        """The moment that many days before as_of."""
        return _text(self.as_of - timedelta(days=days))

    def weeks(
        self,
        count: int,
        zone: str,
        lines: str | Sequence[str],
        *,
        until: int = 0,
        hours: tuple[float, float] = (9, 17),
        per_week: int = 2,
        shows: str | None = None,
        round_trip: tuple[float, str] | None = None,
        **more: Any,
    ) -> list[Json]:
        """Sessions on working days of ``count`` weeks that end ``until`` days before as_of.

        ``hours`` are local in ``zone``, past midnight where the second is smaller; ``lines`` are
        used at random; ``shows`` is the zone the device is set to, if another; ``round_trip`` is
        the usual round trip and the country of the server.
        """
        end = self.as_of.date() - timedelta(days=until)
        span = (hours[1] - hours[0]) % 24
        pool = [lines] if isinstance(lines, str) else list(lines)
        found = []
        for week in range(count, 0, -1):
            days = [end - timedelta(days=7 * week) + timedelta(days=n) for n in range(7)]
            work = [day for day in days if day.weekday() < 5]
            for place in sorted(self._rng.choice(len(work), min(per_week, 5), replace=False)):
                into = float(self._rng.uniform(0, max(span - 0.5, 0.1)))
                row = {
                    "at": _text(_local(work[place], hours[0] + into, zone)),
                    "ip": str(self._rng.choice(pool)),
                    "time_zone": shows or zone,
                    "duration_minutes": int(self._rng.uniform(0.3, 1) * (span - into) * 60),
                    **more,
                }
                if round_trip:
                    row["round_trip_ms"] = round(round_trip[0] * self._rng.uniform(0.85, 1.3), 1)
                    row["round_trip_country"] = round_trip[1]
                found.append(row)
        return found

    def on(self, moment: str, zone: str, ip: str | None, kind: str = "login", **more: Any) -> Json:
        """One contact at a local moment, such as ``2026-03-02 09:40``."""
        day, clock = moment.split()
        hour, minute = map(int, clock.split(":"))
        at = _local(date.fromisoformat(day), hour + minute / 60, zone)
        row = {"at": _text(at), "ip": ip, "time_zone": zone, "kind": kind, **more}
        return {name: value for name, value in row.items() if value is not None}

    def hiring(self, day: str, zone: str, ip: str, **more: Any) -> list[Json]:
        """The road into a job: applied, interviewed twice, signed."""
        first = date.fromisoformat(day)
        steps = ((0, "20:15", "apply"), (9, "11:00", "interview"), (16, "15:30", "interview"))
        return [
            self.on(f"{first + timedelta(days=after)} {clock}", zone, ip, kind, **more)
            for after, clock, kind in (*steps, (24, "18:05", "e_sign"))
        ]

    def code(
        self,
        author: str,
        zones: str | Sequence[tuple[str, str]],
        projects: Sequence[Project],
        *,
        created: str,
        public: Sequence[tuple[str, str, int]] = (),
        host: str = "github.com",
        **more: Any,
    ) -> Json:
        """An account with its repositories, commits and months of public activity.

        ``zones``: where the clock stood, one zone or (first day, zone) in order. ``public``: (first
        month, last month, usual events); every other month since the account was made is quiet.
        """
        moves = [("1990-01-01", zones)] if isinstance(zones, str) else list(zones)
        commits = [row for project in projects for row in self._commits(author, moves, project)]
        return {
            "host": host,
            "login": self.key("login"),
            "created_at": f"{created}T10:00:00Z",
            "contacted_at": self.ago(40),
            "last_seen_at": self.ago(1),
            "twins_searched": True,
            "repositories": [
                {
                    "name": project.name,
                    "created_at": f"{project.made}T12:00:00Z",
                    "first_commit_at": min(
                        row["authored_at"] for row in commits if row["repository"] == project.name
                    ),
                    "fork": project.fork,
                    "stars": project.stars,
                    "contributors": project.contributors,
                }
                for project in projects
            ],
            "commits": sorted(commits, key=lambda row: row["authored_at"]),
            "activity": self.months(created, public),
            **more,
        }

    def _commits(self, author: str, moves: list[tuple[str, str]], project: Project) -> list[Json]:
        own = [self._commit(project, moves, n, project.first) for n in range(project.own)]
        for row in own:
            row |= {"author_name": author, "author_email": self.key("mail"), "linked": True}
        foreign = []
        for n in range(project.others):
            zone = str(self._rng.choice(OTHER_ZONES))
            begun = project.begun or project.first
            row = self._commit(project, [("1990-01-01", zone)], project.own + n, begun)
            who = f"{project.name} contributor {n % max(project.contributors - 1, 1) + 1}"
            mail = self.key(who.replace(" ", "-"))
            foreign.append(row | {"author_name": who, "author_email": mail, "linked": False})
        return own + foreign

    def _commit(
        self, project: Project, moves: list[tuple[str, str]], number: int, begun: str
    ) -> Json:
        first, last = date.fromisoformat(begun), date.fromisoformat(project.last)
        day = first + timedelta(days=int(self._rng.integers(0, (last - first).days + 1)))
        zone = [zone for since, zone in moves if since <= day.isoformat()][-1]
        at = _local(day, float(self._rng.uniform(9, 23)), zone)
        offset = at.astimezone(ZoneInfo(zone)).utcoffset()
        assert offset is not None
        minutes = int(offset.total_seconds() // 60)
        on_site = bool(self._rng.random() < 0.12 and day.isoformat() >= project.made)
        return {
            "repository": project.name,
            "id": f"{zlib.crc32(f'{self.name}/{project.name}/{number}'.encode()):08x}",
            "authored_at": _text(at),
            "author_offset_minutes": minutes,
            "committed_at": _text(at),
            "committer_offset_minutes": minutes,
            "on_site": on_site,
            "twin": False,
            "subject_length": int(self._rng.integers(8, 62)),
        }

    def months(self, created: str, public: Sequence[tuple[str, str, int]]) -> list[Json]:
        """Public events of every month since the account was made, 0 where it was quiet."""
        months = []
        month = date.fromisoformat(created).replace(day=1)
        while month < self.as_of.date().replace(day=1):
            usual = next((n for a, b, n in public if a <= month.isoformat()[:7] <= b), 0)
            events = max(1, int(self._rng.poisson(usual))) if usual else 0
            months.append({"month": month.isoformat(), "events": events})
            month = (month + timedelta(days=32)).replace(day=1)
        return months


OTHER_ZONES = ("America/New_York", "Europe/Berlin", "Asia/Kolkata", "America/Sao_Paulo")
"""Where the other contributors of a project sit."""


def _local(day: date, hour: float, zone: str) -> datetime:
    """The moment at which clocks in a zone show this hour of a day; 24 and more is the next day."""
    seconds = round(hour * 3600)
    shown = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
    return (shown + timedelta(seconds=seconds)).astimezone(UTC)


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def in_order(*parts: list[Json]) -> list[Json]:
    """Sessions of several parts of a life, by time."""
    return sorted((row for part in parts for row in part), key=lambda row: row["at"])


def person(name: str, country: str, city: str | None, zone: str | None, **claims: Any) -> Json:
    """Claims of somebody who lives in one place."""
    place = {"country": country} | ({"city": city} if city else {})
    told = {"name": name, "places": [place]} | ({"time_zone": zone} if zone else {})
    return {**told, **claims}


def reach(
    t: Diary, mailbox: str, country: str, seen: str, *, carrier: str = "mobile", **mail: Any
) -> Json:
    """A mailbox and a number that nobody else gives; the shared lists were looked at."""
    box = {"address": mailbox, "first_seen": seen, "other_identities": 0, **mail}
    phone = {"number": example_number(country), "carrier_type": carrier, "other_identities": 0}
    return {"emails": [box], "phones": [phone], "lists_checked": True}


def bank(t: Diary, holder: str, country: str, *, days: float = 300, **more: Any) -> Json:
    """A bank account, the person's only one unless said otherwise."""
    row = {"method": "bank", "holder": holder, "account": t.key("account"), "country": country}
    return {**row, "added_at": t.ago(days), "other_workers": 0, "paid_by_self": False, **more}


def laptop(t: Diary, *, days: float = 200, **more: Any) -> Json:
    """The employer's computer, its software and hardware looked through."""
    row = {"id": t.key("laptop"), "managed": True, "software_inventory": "complete"}
    row |= {"hardware_inventory": "complete", "provisioned_at": t.ago(days)}
    return {**row, "other_users": 0, "mfa_key": t.key("mfa"), "mfa_other_users": 0, **more}


def own_computer(t: Diary, **more: Any) -> Json:
    """A computer of the person's own that nobody else uses."""
    return {"id": t.key("computer"), "managed": False, "other_users": 0, **more}


def delivered(t: Diary, country: str, city: str, name: str, *, days: float = 205) -> Json:
    """A laptop sent to the claimed home and received there."""
    row = {"country": country, "city": city, "kind": "home", "km_from_home": 0, "received_by": name}
    return {**row, "sent_at": t.ago(days), "received_at": t.ago(days - 4), "other_recipients": 0}


def same(stage: str, method: str, at: str, **more: Any) -> Json:
    """A continuity check that found the same person."""
    return {"stage": stage, "outcome": "same", "method": method, "at": at, **more}


def identity(t: Diary, *, days: float = 230, **more: Any) -> Json:
    """A vendor's live check of an identity document."""
    row = same("verified", "live document check", t.ago(days), checked="document", capture="live")
    row |= {"done_by": "identity vendor", "name_agrees": True, "reused_in": 0}
    return {**row, "owner_unaware": False, **more}


def job(employer: str, title: str, starts: str, ends: str | None = None, **more: Any) -> Json:
    """A job as the CV tells it."""
    row = {"source": "cv", "employer": employer, "title": title, "starts": starts, "ends": ends}
    return {name: value for name, value in {**row, **more}.items() if value is not None}


def on_linkedin(row: Json) -> Json:
    """The same entry as LinkedIn tells it."""
    return row | {"source": "linkedin"}


def layout(value: Any, indent: int = 0) -> str:
    """JSON with one row a line: whatever fits a line stays on it."""
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, (dict, list)) or not value:
        return flat
    rows = isinstance(value, dict) and not any(isinstance(v, (dict, list)) for v in value.values())
    if indent and (rows or len(flat) + indent <= LONGEST_LINE):
        return flat
    pad = " " * (indent + 1)
    if isinstance(value, list):
        inner = [pad + layout(item, indent + 1) for item in value]
        return "[\n" + ",\n".join(inner) + "\n" + " " * indent + "]"
    inner = [
        f"{pad}{json.dumps(name, ensure_ascii=False)}: {layout(item, indent + 1)}"
        for name, item in value.items()
    ]
    return "{\n" + ",\n".join(inner) + "\n" + " " * indent + "}"


def write(folder: Path, files: dict[str, Json]) -> None:
    """Write each record as <name>.json, and take away files of that kind nobody wrote."""
    folder.mkdir(parents=True, exist_ok=True)
    for stray in sorted(set(folder.glob("*.json")) - {folder / f"{name}.json" for name in files}):
        stray.unlink()
    for name, record in files.items():
        (folder / f"{name}.json").write_text(layout(record) + "\n", encoding="utf-8")


def story_of(made: Story) -> str:
    """The story of a person: the docstring of the function that tells it, on one line."""
    return " ".join((made.__doc__ or "").split())


def slug(made: Story) -> str:
    """The file name of a person: the function's name."""
    return made.__name__.replace("_", "-")


def tell(book: AddressBook, made: Story) -> Json:
    """A person's story and profile."""
    name = slug(made)
    start = {"profile_id": f"persona-{name}", "as_of": _text(AS_OF)}
    return {"story": story_of(made), "profile": {**start, **made(Diary(book, name))}}
