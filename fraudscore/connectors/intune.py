"""Microsoft Intune: the export of all devices, and of the apps found on each (AppInvRawData).

A device that Intune calls personal stays the person's own, enrolled or not.
"""

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
from fraudscore.errors import InputError

MANAGING = {"intune", "mdm", "co-managed", "comanaged", "configmgr", "mdm/configmgr agent"}
"""What `Managed by` says of a device that somebody manages; EAS and MDE manage mail and alerts."""
EXPECTED = "export Devices > All devices, or the report AppInvRawData, as CSV with English headings"


def read(path: Path, options: Options, report: Report) -> Iterator[Finding]:
    """Devices of either export; which of the two is told by the headings."""
    inventory = Inventory(options, report)
    known = False
    for row, cells in rows(path, options, report):
        if "devicecount" in cells and "deviceid" not in cells:
            raise InputError(
                f"{path} counts apps over all devices; export the report AppInvRawData, which "
                "names the device of each"
            )
        app = pick(cells, "applicationname")
        known |= "deviceid" in cells and ("devicename" in cells or app is not None)
        problem = _take(cells, app, inventory, options)
        if problem:
            report.reject(str(path), row, *problem)
        elif app:
            report.used["apps"] += 1
    must_know(path, known, "an Intune export", EXPECTED)
    yield from inventory.findings()


def _take(
    cells: Cells, app: str | None, inventory: Inventory, options: Options
) -> tuple[str, str, str] | None:
    """Take one row; where, found and what to write if it cannot be used."""
    device_id = whole(cells.get("deviceid"))
    if device_id is None:
        return "Device ID", "names no device", "the device's GUID"
    names = ("primaryuserupn", "primaryuseremailaddress", "emailaddress", "userprincipalname")
    who = next(filter(None, (person(cells.get(name)) for name in names)), options.person)
    if who is None:
        return "Primary user UPN", "names no person", "the user's UPN, or give --person ID"
    try:
        facts = {} if app else _facts(cells)
    except ValueError as error:
        return "Enrollment date", str(error), "2026-01-31 09:30:00"
    device = inventory.device(who, device_id)
    if device is None:
        return "Device ID", "is one device too many of a person", "split the export"
    device.facts |= facts
    if app:
        device.looked_at_software(complete=True)
        tool = known_tool(app)
        if tool and not tool.part_of:
            device.found(tool)
    return None


def _facts(cells: Cells) -> dict[str, Any]:
    enrolled = pick(cells, "enrollmentdate", "enrolleddatetime")
    # The year 1 is how Intune writes that a device never enrolled.
    if enrolled and enrolled.startswith("0001-"):
        enrolled = None
    return given(managed=_managed(cells), provisioned_at=moment(enrolled) if enrolled else None)


def _managed(cells: Cells) -> bool | None:
    ownership = (cells.get("ownership") or "").lower()
    if ownership == "personal":
        return False
    return True if (cells.get("managedby") or "").lower() in MANAGING else None


INTUNE = Connector(
    "intune", "devices: Microsoft Intune, CSV of all devices or report AppInvRawData", read
)
