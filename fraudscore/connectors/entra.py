"""Microsoft Entra sign-in logs: JSON of Graph or the portal, and the portal's CSV."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

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
    flag,
    label,
    moment,
    session,
    shown,
    unwrapped,
    words,
)

GUEST = "#EXT#"
"""Stands in the user name of a guest after the own address, whose @ became an underscore."""


def _judge(event: Event, values: Values) -> SignIn | str:
    code = at(event, "status", "errorCode")
    if type(code) is not int:
        raise Broken(("status", "errorCode"), f"{shown(code)} is no code", "write 0 for success")
    if code:
        return f"sign-in error {label(str(code))}"
    if words(event, "userPrincipalName") is None and words(event, "servicePrincipalId"):
        return "sign-in of a service"
    who = values.who(event, ("userPrincipalName",))
    device = values.key("device", event, "deviceDetail", "deviceId")
    interactive = flag(event, "isInteractive")
    made = session(
        moment(event, "createdDateTime"),
        address(event, "ipAddress"),
        agent(event, "userAgent"),
        device=device,
        # Without a device id Entra did not see the device, and says false for want of better.
        managed=_managed(event) if device else None,
        automated=True if interactive is False else None,
    )
    return "sign-in", _own_address(who), made


def _managed(event: Event) -> bool | None:
    managed = flag(event, "deviceDetail", "isManaged")
    return True if flag(event, "deviceDetail", "isCompliant") else managed


def _own_address(who: str) -> str:
    """``ann_example.com#EXT#@tenant.onmicrosoft.com`` is the guest ``ann@example.com``."""
    own, mark, _ = who.partition(GUEST)
    user, _, domain = own.rpartition("_")
    return f"{user}@{domain}" if mark and user and "." in domain else who


def _judge_row(row: Event, values: Values) -> SignIn | str:
    if row.get("Status") != "Success":
        return f"sign-in {'interrupted' if row.get('Status') == 'Interrupted' else 'failed'}"
    if "Username" not in row and row.get("Service principal ID"):
        return "sign-in of a service"
    who = values.who(row, ("Username",))
    device = values.key("device", row, "Device ID")
    managed = "True" in (row.get("Managed"), row.get("Compliant"))
    made = session(
        moment(row, "Date (UTC)", bare=UTC),
        address(row, "IP address"),
        agent(row, "User agent"),
        device=device,
        managed=managed if device and row.get("Managed") else None,
        automated=True if row.get("Is interactive") == "false" else None,
    )
    return "sign-in", _own_address(who), made


JSON = Log("Entra sign-in log", "createdDateTime", _judge, ("location",))
CSV = Log("Entra sign-in log", "Date (UTC)", _judge_row, ("Location",))


def read(path: Path, options: Options, report: Report) -> Iterator[Finding]:
    """Successful sign-ins; those that were not interactive are marked as automated."""
    # Diagnostic settings write the same sign-in under ``properties``, an event hub many in ``records``.
    if opening(path, options) in ("[", "{"):
        plain = unwrapped("properties", events(path, options, report, "value", "records"))
        return findings(JSON, plain, path, options, report)
    rows = csv_rows(path, options, report)
    # The portal writes the same columns for both kinds; only the name of the file tells them apart.
    if path.name.lower().startswith("noninteractive"):
        rows = ((row, {**cells, "Is interactive": "false"}) for row, cells in rows)
    return findings(CSV, rows, path, options, report)


ENTRA = Connector("entra", "Microsoft Entra sign-in log, JSON or the portal's CSV", read)
