"""OCSF Authentication events (class 3002), as JSON lines or an array."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from fraudscore.connectors.connector import Connector, Finding, Options, Report
from fraudscore.connectors.events import events
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
    flag,
    label,
    moment,
    session,
    shown,
)

AUTHENTICATION, LOGON, SUCCESS = 3002, 1, 1
UNATTENDED = (4, 5)
"""Kinds of logon (``logon_type_id``) without a person: batch and service."""
SYSTEM = 3
"""The kind of user (``user.type_id``) that is no person."""


def _judge(event: Event, values: Values) -> SignIn | str:
    for field, wanted in (
        ("class_uid", AUTHENTICATION),
        ("activity_id", LOGON),
        ("status_id", SUCCESS),
    ):
        found = at(event, field)
        if type(found) is not int:
            raise Broken((field,), f"{shown(found)} is not a whole number", f"write {wanted}")
        if found != wanted:
            return f"event of {field} {label(str(found))}"
    if at(event, "user", "type_id") == SYSTEM:
        return "logon of a system user"
    device = values.key("device", event, "device", "uid")
    made = session(
        moment(event, "time" if "time" in event else "time_dt"),
        address(event, "src_endpoint", "ip"),
        agent(event, "http_request", "user_agent"),
        device=device,
        managed=flag(event, "device", "is_managed") if device else None,
        automated=True if at(event, "logon_type_id") in UNATTENDED else None,
    )
    people = (("user", "email_addr"), ("user", "name"), ("user", "uid"))
    return "logon", values.who(event, *people), made


LOG = Log("OCSF Authentication", "class_uid", _judge)


def read(path: Path, options: Options, report: Report) -> Iterator[Finding]:
    """Successful logons; a person is known by e-mail address, else name, else uid."""
    return findings(LOG, events(path, options, report), path, options, report)


OCSF = Connector("ocsf", "OCSF Authentication events (class 3002), JSON lines or an array", read)
