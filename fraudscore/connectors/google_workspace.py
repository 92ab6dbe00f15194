"""Google Workspace login audit: Reports API activities, or the CSV of the admin console."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fraudscore.connectors.connector import Connector, Finding, Options, Report
from fraudscore.connectors.events import events, opening
from fraudscore.connectors.exports import csv_rows
from fraudscore.connectors.sign_ins import (
    Broken,
    Event,
    Log,
    SignIn,
    Values,
    address,
    agent,
    at,
    findings,
    kind,
    label,
    moment,
    session,
    shown,
    words,
)

CHALLENGES = ("login_challenge", "login_verification")
SPELLED = {
    "login_success": "login_success",
    "login success": "login_success",
    "successful login": "login_success",
}
"""A successful sign-in as the versions of the admin console spell it."""
COLUMNS = {
    "event": ("event", "event name"),
    "date": ("date",),
    "user": ("actor", "user", "actor email", "user email"),
    "ip address": ("ip address",),
    "user agent": ("user agent",),
}


def _judge(event: Event, values: Values) -> SignIn | str:
    listed = at(event, "events")
    if not isinstance(listed, list) or not listed:
        raise Broken(("events",), f"{shown(listed)} is not a list of events", "write [ ... ]")
    names = [_name(item) for item in listed]
    passed = [name for name, item in zip(names, listed, strict=True) if _passed(name, item)]
    if not passed:
        return names[0]
    made = session(
        moment(event, "id", "time"),
        address(event, "ipAddress"),
        kind="login" if "login_success" in passed else "mfa",
        automated=True if words(event, "actor", "callerType") == "KEY" else None,
    )
    return passed[0], values.who(event, ("actor", "email")), made


def _name(item: Any) -> str:
    if not isinstance(item, dict):
        raise Broken(("events",), f"{shown(item)} is not an event", 'write {"name": ...}')
    return kind(item, "name")


def _passed(name: str, item: Event) -> bool:
    """Whether it is a sign-in, or a challenge that was passed ("Challenge Passed.")."""
    if name not in CHALLENGES:
        return name == "login_success"
    given = item.get("parameters")
    return any(
        isinstance(one, dict)
        and one.get("name") == "login_challenge_status"
        and isinstance(one.get("value"), str)
        and "passed" in one["value"].lower()
        for one in (given if isinstance(given, list) else ())
    )


def _judge_row(row: Event, values: Values) -> SignIn | str:
    what = SPELLED.get(row["event"].lower())
    if what is None:
        return label(row["event"] or "event without a name")
    who = values.who(row, ("user",))
    if "@" not in who and who != values.person:
        raise Broken(("user",), f"{shown(who)} is not an e-mail address", "export the addresses")
    made = session(
        moment(row, "date"),
        address(row, "ip address"),
        agent(row, "user agent"),
    )
    return what, who, made


JSON = Log("Google login audit", "events", _judge)
CSV = Log("Google login audit", "event", _judge_row)


def read(path: Path, options: Options, report: Report) -> Iterator[Finding]:
    """Successful sign-ins and passed challenges of people; dates need their time zone."""
    if opening(path, options) in ("[", "{"):
        return findings(JSON, events(path, options, report, "items"), path, options, report)
    rows = ((row, _ours(cells)) for row, cells in csv_rows(path, options, report))
    return findings(CSV, rows, path, options, report)


def _ours(cells: dict[str, str]) -> dict[str, str]:
    """Cells under our names: the console has renamed its columns more than once."""
    plain = {heading.casefold(): cell for heading, cell in cells.items()}
    return {
        ours: next(plain[heading] for heading in theirs if heading in plain)
        for ours, theirs in COLUMNS.items()
        if any(heading in plain for heading in theirs)
    }


GOOGLE_WORKSPACE = Connector(
    "google-workspace", "Google Workspace login audit, Reports API JSON or the console's CSV", read
)
