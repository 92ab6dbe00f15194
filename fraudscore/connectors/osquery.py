"""Results logs of osqueryd: programs, packages, processes and hardware of devices.

Queries are recognised by their name (`pack_it_programs`), else by their columns. A snapshot of
programs or packages is a complete inventory of software, one of usb_devices of hardware; processes
and differential results show a part. A row that was removed tells nothing: the tool is gone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from fraudscore.connectors.cells import must_know, person, shown, whole
from fraudscore.connectors.connector import Connector, Finding, Options, Report
from fraudscore.connectors.dates import moment
from fraudscore.connectors.exports import lines
from fraudscore.connectors.inventory import Inventory, Seen
from fraudscore.connectors.tools import Known, known_display, known_hardware, known_tool

NOBODY = {"root", "system", "administrator", "_mbsetupuser", "loginwindow"}
"""Accounts of the system itself: the decorator saw nobody signed in."""
INSTALLED: dict[str, tuple[str, ...]] = {
    "programs": ("name",),
    "deb_packages": ("name",),
    "rpm_packages": ("name",),
    "apps": ("name", "bundle_identifier", "bundle_name", "display_name", "path"),
}
RUNNING: dict[str, tuple[str, ...]] = {
    "running_apps": ("bundle_identifier",),
    "processes": ("name", "path"),
    "listening_ports": ("name", "path", "process_name", "process_path"),
}
HARDWARE = ("usb_devices", "connected_displays")
_NAMED = re.compile(
    rf"(?<![a-z])({'|'.join(('running_apps', *INSTALLED, *RUNNING, *HARDWARE))})(?![a-z])"
)
_SHAPES: tuple[tuple[str, frozenset[str]], ...] = (
    ("usb_devices", frozenset({"vendor_id", "model_id"})),
    ("listening_ports", frozenset({"port", "protocol"})),
    ("processes", frozenset({"pid", "name"})),
    ("processes", frozenset({"pid", "path"})),
    ("apps", frozenset({"bundle_identifier", "name"})),
    ("programs", frozenset({"name", "version", "install_location"})),
    ("programs", frozenset({"name", "version", "publisher"})),
    ("deb_packages", frozenset({"name", "version", "arch"})),
)
EXPECTED = "give osqueryd.results.log, one JSON object a line with hostIdentifier and action"


def read(path: Path, options: Options, report: Report) -> Iterator[Finding]:
    """Devices of a results log, gathered over the whole of it."""
    log = _Log(path, options, report)
    for row, line in lines(path, options, report):
        try:
            result = json.loads(line)
        except (ValueError, RecursionError) as error:
            report.reject(str(path), row, "", f"is not JSON: {error}", "one JSON object a line")
            continue
        log.take(row, result)
    must_know(path, log.known, "a results log of osqueryd", EXPECTED)
    yield from log.inventory.findings()


class _Log:
    def __init__(self, path: Path, options: Options, report: Report) -> None:
        self.inventory = Inventory(options, report)
        self.known = False
        self._file = str(path)
        self._person = options.person
        self._report = report

    def take(self, row: int, result: Any) -> None:
        """One line of the log, whatever it holds."""
        if not isinstance(result, Mapping):
            return self._reject(row, "", f"is {shown(result)}", "one JSON object a line")
        self.known |= "hostIdentifier" in result and "name" in result
        results = self._results(row, result)
        if results is None:
            return None
        table = _table(result.get("name"), results[1])
        if table is None:
            self._report.ignored["results of other queries"] += 1
            return None
        device = self._device(row, result)
        if device is None:
            return None
        try:
            at = moment(result["unixTime"]) if "unixTime" in result else None
        except ValueError as error:
            return self._reject(row, "unixTime", str(error), "seconds since 1970")
        return self._look(row, table, results, device, at)

    def _results(self, row: int, result: Mapping[str, Any]) -> tuple[str, list[Any]] | None:
        """Where the rows stand and the rows themselves; removed ones are left out."""
        action = result.get("action")
        if isinstance(result.get("snapshot"), list):
            return "snapshot", result["snapshot"]
        batch = result.get("diffResults")
        if isinstance(batch, Mapping) and isinstance(batch.get("added"), list):
            return "diffResults.added", batch["added"]
        if action == "added" and isinstance(result.get("columns"), Mapping):
            return "columns", [result["columns"]]
        if action == "removed":
            self._report.ignored["removed rows"] += 1
        else:
            found = f"action {shown(action)} without rows"
            self._reject(row, "action", found, "snapshot with a list, or added with columns")
        return None

    def _device(self, row: int, result: Mapping[str, Any]) -> Seen | None:
        host = whole(result.get("hostIdentifier"))
        if host is None:
            self._reject(row, "hostIdentifier", "names no device", "set --host_identifier=uuid")
            return None
        who = _who(result.get("decorations")) or self._person
        if who is None:
            write = "a decorator with username or user_email, or --person ID"
            self._reject(row, "decorations", "names no person", write)
            return None
        device = self.inventory.device(who, host)
        if device is None:
            self._reject(row, "hostIdentifier", "is one device too many of a person", "split it")
        return device

    def _look(
        self, row: int, table: str, results: tuple[str, list[Any]], device: Seen, at: str | None
    ) -> None:
        where, found = results
        read = 0
        for number, columns in enumerate(found):
            if isinstance(columns, Mapping) and _names(table, columns):
                read += 1
                tool = _tool(table, columns)
                # A part of the system is on every computer; only its use is worth a line.
                if tool and not (tool.part_of and table in INSTALLED):
                    device.found(tool, _first_seen(columns, at))
            elif isinstance(columns, Mapping) and table == "listening_ports":
                self._report.ignored["ports without a process"] += 1
            else:
                pointer = where if where == "columns" else f"{where}[{number}]"
                self._reject(row, pointer, f"is no row of {table}", "the table's own columns")
        self._report.used[f"{table} rows"] += read
        whole_list = where == "snapshot" and 0 < read == len(found)
        if read and table in HARDWARE:
            device.looked_at_hardware(whole_list and table == "usb_devices")
        elif read:
            device.looked_at_software(whole_list and table in INSTALLED)

    def _reject(self, row: int, where: str, found: str, write: str) -> None:
        self._report.reject(self._file, row, where, found, write)


def _table(name: Any, results: list[Any]) -> str | None:
    """Which table a query asks: by its name, else by the columns of its first row."""
    named = _NAMED.findall(name.lower()[:500]) if isinstance(name, str) else []
    if named:
        return str(named[-1])
    first = results[0] if results and isinstance(results[0], Mapping) else {}
    return next((table for table, columns in _SHAPES if columns <= first.keys()), None)


def _names(table: str, columns: Mapping[str, Any]) -> bool:
    """Whether a row says what it is about."""
    if table == "usb_devices":
        return "vendor_id" in columns or "model" in columns
    if table == "connected_displays":
        return "name" in columns
    return any(
        isinstance(columns.get(name), str) for name in INSTALLED.get(table) or RUNNING[table]
    )


def _tool(table: str, columns: Mapping[str, Any]) -> Known | None:
    if table == "usb_devices":
        strings = (columns.get(name) for name in ("vendor", "model"))
        return known_hardware(columns.get("vendor_id"), columns.get("model_id"), *strings)
    if table == "connected_displays":
        return known_display(columns.get("name"))
    names = INSTALLED.get(table) or RUNNING[table]
    return known_tool(*(columns.get(name) for name in names))


def _first_seen(columns: Mapping[str, Any], at: str | None) -> str | None:
    """When a program came: the day it was installed where Windows wrote one, else when listed."""
    written = columns.get("install_date")
    if isinstance(written, str) and re.fullmatch(r"\d{8}", written, re.ASCII):
        written = f"{written[:4]}-{written[4:6]}-{written[6:]}"
    try:
        installed = moment(written)
    except ValueError:
        return at
    return min(installed, at) if at else installed


def _who(decorations: Any) -> str | None:
    if not isinstance(decorations, Mapping):
        return None
    names = (person(decorations.get(name)) for name in ("user_email", "username"))
    return next((n for n in names if n and n.lower().rpartition("\\")[2] not in NOBODY), None)


OSQUERY = Connector(
    "osquery", "devices: results log of osqueryd (osqueryd.results.log), JSON lines", read
)
