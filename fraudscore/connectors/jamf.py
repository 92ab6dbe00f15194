"""Jamf Pro: inventory as CSV from a search of computers, with or without their applications."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fraudscore.connectors.cells import Cells, must_know, person, pick, rows, whole
from fraudscore.connectors.connector import Connector, Finding, Options, Report
from fraudscore.connectors.dates import moment
from fraudscore.connectors.inventory import Inventory
from fraudscore.connectors.tools import known_tool
from fraudscore.connectors.values import given

MANAGED = {"managed": True, "true": True, "yes": True}
UNMANAGED = {"unmanaged": False, "false": False, "no": False, "not managed": False}
EXPECTED = "export a search of computers with Computer Name and Serial Number as CSV"


def read(path: Path, options: Options, report: Report) -> Iterator[Finding]:
    """Computers, one row each, or one row for each application on them."""
    inventory = Inventory(options, report)
    known = False
    for row, cells in rows(path, options, report):
        known |= "computername" in cells or "serialnumber" in cells
        problem = _take(cells, inventory, options)
        if problem:
            report.reject(str(path), row, *problem)
        elif cells.get("applicationtitle"):
            report.used["applications"] += 1
    must_know(path, known, "an inventory of Jamf Pro", EXPECTED)
    yield from inventory.findings()


def _take(cells: Cells, inventory: Inventory, options: Options) -> tuple[str, str, str] | None:
    """Take one row; where, found and what to write if it cannot be used."""
    device_id = whole(pick(cells, "serialnumber", "udid", "jamfcomputerid", "computername"))
    if device_id is None:
        return "Serial Number", "names no computer", "the computer's serial number"
    names = ("emailaddress", "username")
    who = next(filter(None, (person(cells.get(name)) for name in names)), options.person)
    if who is None:
        return "Username", "names no person", "Username or Email Address, or give --person ID"
    try:
        facts = _facts(cells)
    except ValueError as error:
        return "Last Enrollment", str(error), "2026-01-31 09:30:00"
    device = inventory.device(who, device_id)
    if device is None:
        return "Serial Number", "is one computer too many of a person", "split the export"
    device.facts |= facts
    app = cells.get("applicationtitle")
    if app:
        device.looked_at_software(complete=True)
        tool = known_tool(app, cells.get("applicationbundleid"))
        if tool and not tool.part_of:
            device.found(tool)
    return None


def _facts(cells: Cells) -> dict[str, Any]:
    enrolled = pick(cells, "lastenrollment", "enrollmentdate")
    return given(
        managed=(MANAGED | UNMANAGED).get((cells.get("managed") or "").lower()),
        provisioned_at=moment(enrolled) if enrolled else None,
    )


JAMF = Connector("jamf", "devices: Jamf Pro, CSV of a search of computers", read)
