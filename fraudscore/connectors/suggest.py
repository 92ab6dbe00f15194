"""A first mapping for an unknown table, guessed from its headings and a few rows.

A heading counts by likeness to those we know, and only where the values below it fit the column.
The guess is written for a person to check, never used as it is.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz

from features.schema import TABLES, TableSpec
from fraudscore.connectors.connector import Options, Report
from fraudscore.connectors.keys import SECRET_MIN, Keys
from fraudscore.connectors.mapping import NUMBER, ZONED, Unfit, fitted, required, targets_of
from fraudscore.connectors.people import MAIL
from fraudscore.connectors.table import rows_of
from fraudscore.errors import InputError
from fraudscore.headers import HEADERS, plain, why_refused
from fraudscore.whole_file import open_output, spare

ROWS_READ = 200
COLUMNS_READ = 200
TEXT_READ = 300
ALIKE = 82
"""Likeness in percent from which a heading counts as one we know."""
FITTING = 0.9
"""Share of the values below a heading that must fit the column."""
BY_CONTENT = 70
"""What values that speak for themselves count for, as the likeness of their heading would."""
AGREEING = 5
MISSING = 100
"""What a required column without a heading costs a table."""

WHO = (
    "profile id, worker id, employee id, contractor id, applicant id, person id, worker, user, "
    "user email, user name, username, user principal name, login, email, e-mail, email address, "
    "work email, account, account id, member, actor, who"
).split(", ")
ALIASES = {
    "sessions.at": "time, timestamp, date, login time, login date, logged in at, event time, "
    "sign in time, signed in at, occurred at, created at, datetime, when",
    "sessions.ip": "ip, ip address, source ip, client ip, login ip, remote ip, source address",
    "sessions.device": "device, device id, machine, computer, hostname",
    "sessions.user_agent": "user agent, useragent, browser agent",
    "sessions.kind": "kind, event kind, session kind",
    "sessions.managed": "managed, managed device, company device, corporate device",
    "devices.id": "device id, device, serial, serial number, device serial, "
    "device serial number, asset tag, hostname, computer",
    "devices.managed": "managed, managed device, company device",
    "devices.provisioned_at": "provisioned, enrolled at, enrolment date, enrollment date",
    "devices.activated_at": "activated, first boot, activation date",
    "tools.device": "device id, device, computer, hostname, serial number",
    "tools.name": "software, program, application, app name, tool, product",
    "tools.kind": "tool kind, category",
    "payouts.account": "account number, iban, account hash, wallet, wallet address",
    "payouts.added_at": "added, added on, date added, since, created at",
    "payouts.removed_at": "removed, removed on, closed at",
    "shipments.sent_at": "sent, shipped, shipped at, ship date, dispatched",
    "shipments.received_at": "received, received at, delivered, delivered at, delivery date",
    "shipments.received_by": "signed by, signature, receiver",
    "shipments.city": "ship to city, delivery city, destination city",
    "positions.employer": "company, employer, organisation, organization",
    "positions.title": "title, job title, position, role",
    "positions.starts": "start, start date, from, started",
    "positions.ends": "end, end date, to, until, ended",
    "education.school": "school, university, institution, college",
    "education.degree": "degree, study type, qualification",
    "checks.stage": "stage, step",
    "checks.outcome": "outcome, result, decision",
    "checks.done_by": "vendor, provider, checked by",
    "applications.at": "applied, applied at, application date, submitted at",
    "applications.to": "job, applied to, requisition, opening",
}
"""What the columns of the record are called elsewhere, beside their own names."""
PLAIN: dict[str, tuple[tuple[str, str, re.Pattern[str]], ...]] = {
    "sessions": (
        ("kind", "login", re.compile(r"(?<![a-z])(log(ged)?|sign(ed)?)[ _-]*(in|on)(?!g)")),
    ),
    "payouts": (
        ("method", "bank", re.compile(r"(?<![a-z])(iban|swift|bic|bank account)(?![a-z])")),
        ("method", "crypto", re.compile(r"crypto|blockchain|wallet address")),
    ),
}
"""What every row of a table is where its name or its headings say so and no column does."""
HOME = {"ip": "sessions", "user_agent": "sessions"}
"""The table that a bare heading of this name means, whichever others have such a column."""
DATE_FORMS = tuple(
    f"{day}{time}"
    for day in ("%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y")
    for time in ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
)


@dataclass(frozen=True)
class Sample:
    """One column of the table: its heading and some values that are not blank."""

    heading: str
    values: tuple[Any, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """The beginnings of the values, as text."""
        return tuple(str(value)[:TEXT_READ].strip() for value in self.values)


@dataclass(frozen=True)
class Guess:
    """A mapping as data, how sure we are, and which headings it leaves out.

    ``unsaid``: the column that says what a row is, which the table has not.
    """

    mapping: dict[str, Any]
    score: float
    left: tuple[str, ...]
    unsaid: str = ""

    def questions(self) -> Iterator[str]:
        """What a person has to confirm or to fill in."""
        for column, value in self.mapping.get("constants", {}).items():
            if value:
                yield f'to confirm: every row has the {column} "{value}", which no column says'
            else:
                yield f"to fill in, under constants: {column}, which no column says"
        if self.unsaid:
            yield (
                f"no column says the {self.unsaid} of a row; if all have the same, write it under "
                "constants, or they tell less"
            )


def write_suggestion(path: Path, out: Path | None) -> Guess:
    """Guess a mapping for a table and write it as JSON. Raises InputError for no table."""
    spare([path], out)
    guess = suggest(path)
    with open_output(out) as stream:
        stream.write(json.dumps(guess.mapping, indent=1, ensure_ascii=False).encode() + b"\n")
    return guess


def suggest(path: Path) -> Guess:
    """The most likely mapping of a table. Raises InputError where nothing in it is known."""
    columns = _samples(path)
    who = _who(columns)
    rest = [column for column in columns if column is not who and not why_refused(column.heading)]
    guesses = [_for_table(spec, who, rest, columns) for spec in TABLES.values()]
    best = max(guesses, key=lambda guess: guess.score)
    if not best.mapping["columns"]:
        raise InputError(f"{path}: no column is like one of the record; write the mapping by hand")
    return _with_kind(best, [path.stem, *(column.heading for column in rest)])


def _with_kind(guess: Guess, names: Iterable[str]) -> Guess:
    """The guess with what every row is, for a person to confirm, where no column tells it."""
    known = PLAIN.get(guess.mapping["table"], ())
    missing = {column for column, _, _ in known} - set(guess.mapping["columns"].values())
    said = [
        (column, value)
        for column, value, words in known
        if column in missing and any(words.search(name.casefold()) for name in names)
    ]
    if len(said) == 1:  # of two that contradict each other none is proposed
        constants = guess.mapping.get("constants", {}) | dict(said)
        return replace(guess, mapping=guess.mapping | {"constants": constants})
    return replace(guess, unsaid=min(missing, default=""))


def _samples(path: Path) -> list[Sample]:
    # No identifier is made here, so any secret will do.
    options, report = Options(keys=Keys(bytes(SECRET_MIN))), Report()
    values: dict[str, list[Any]] = {}
    for _, cells in itertools.islice(rows_of(path, options, report), ROWS_READ):
        for heading, value in cells.items() if isinstance(cells, dict) else ():
            known = heading in values or len(values) < COLUMNS_READ
            if known and heading.strip() and heading.isprintable():
                held = values.setdefault(heading, [])
                if not isinstance(value, (dict, list)) and value not in (None, ""):
                    held.append(value)
    if not values:
        raise InputError(f"{path} has no rows; give a table with a header and a few rows")
    return [Sample(heading, tuple(held)) for heading, held in values.items()]


def _who(columns: Sequence[Sample]) -> Sample | None:
    """The column that most likely names the person."""

    def score(column: Sample) -> float:
        named = _likeness(column.heading, WHO)
        mails = _share(column.texts, lambda text: MAIL.fullmatch(text) is not None)
        return (named if named >= ALIKE else 0) + 50 * (mails > FITTING)

    best = max(columns, key=score)
    return best if score(best) else None


def _for_table(
    spec: TableSpec, who: Sample | None, rest: Sequence[Sample], columns: Sequence[Sample]
) -> Guess:
    """The best pairs of headings and columns of one table, each used once."""
    pairs = sorted(_pairs(spec, rest), key=lambda pair: -pair[0])
    found: dict[str, str] = {}
    total = 0.0
    for score, heading, target in pairs:
        if heading not in found and target not in found.values():
            found[heading] = target
            total += score
    chosen = {c.heading: found[c.heading] for c in rest if c.heading in found}
    missing = [name for name in required(spec) if name not in found.values()]
    mapping = {"table": spec.name, "who": who.heading if who else None, "columns": chosen}
    if missing:
        mapping["constants"] = dict.fromkeys(missing, "")
    dated = [c for c in rest if _kind(spec, chosen.get(c.heading, "")) in ("instant", "day")]
    mapping |= _dates(dated)
    used = {*chosen, *([who.heading] if who else [])}
    left = tuple(column.heading for column in columns if column.heading not in used)
    return Guess(mapping, total - MISSING * len(missing), left)


def _pairs(spec: TableSpec, columns: Iterable[Sample]) -> Iterator[tuple[float, str, str]]:
    for column in columns:
        spoken = _spoken(column)
        for target in targets_of(spec):
            named = _likeness(column.heading, _names(spec, target))
            score = float(named if named >= ALIKE else 0)
            if spoken == target and _at_home(spec, target):
                # Of two alike the one whose values say the same.
                score = max(score, BY_CONTENT) + AGREEING
            if score and spoken in (target, None) and _fits(spec, target, column):
                yield score, column.heading, target


def _names(spec: TableSpec, target: str) -> list[str]:
    """What a column of the record may be called."""
    path = ".".join((*spec.path, target))
    own = target.rpartition(".")[2]
    also = ALIASES.get(f"{spec.name}.{target}")
    singular = spec.name.removesuffix("s")
    return [
        *([own] if _at_home(spec, target) else ()),
        f"{singular} {own}",
        *(also.split(", ") if also else ()),
        *HEADERS.get(path, ()),
        *(HEADERS["sessions"] if path == "sessions.ip" else ()),
    ]


def _at_home(spec: TableSpec, target: str) -> bool:
    return HOME.get(target, spec.name) == spec.name


def _likeness(heading: str, names: Iterable[str]) -> float:
    bare = plain(re.sub(r"\(.*", "", heading[:100]))
    return max(fuzz.ratio(bare, plain(name)) for name in names)


def _spoken(column: Sample) -> str | None:
    """What the values alone tell that they are."""
    if _share(column.texts, _is_address) > FITTING:
        return "ip"
    agents = _share(column.texts, lambda text: text.startswith("Mozilla/"))
    return "user_agent" if agents > FITTING else None


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _fits(spec: TableSpec, target: str, column: Sample) -> bool:
    """Whether the record would take the values; of dates any that a person would read as one."""
    known = spec.columns.get(target)
    if known is None or not column.values:
        return bool(column.values)
    dates = _dates([column]).get("dates") if known.kind in ("instant", "day") else None

    def fits(value: Any) -> bool:
        try:
            fitted(known, value, dates=dates)
        except Unfit:
            return False
        return True

    return _share(column.values, fits) > FITTING


def _kind(spec: TableSpec, target: str) -> str:
    column = spec.columns.get(target)
    return column.kind if column else ""


def _dates(columns: Sequence[Sample]) -> dict[str, str]:
    """How dates are written, where that cannot be told from each by itself; and their zone."""
    texts = [text for column in columns for text in column.texts]
    bare = [text for text in texts if not ZONED.search(text) and not NUMBER.fullmatch(text)]
    found = {"time_zone": "UTC"} if any(":" in text for text in bare) else {}
    forms = [form for form in DATE_FORMS if bare and all(_has_form(text, form) for text in bare)]
    return {**found, "dates": forms[0]} if len(forms) == 1 else found


def _has_form(text: str, form: str) -> bool:
    try:
        datetime.strptime(text, form)
    except (ValueError, re.error):
        return False
    return True


def _share(values: Sequence[Any], test: Any) -> float:
    return sum(map(test, values)) / len(values) if values else 0.0
