"""Which known tool is this name: remote access, virtual cameras, switches and capture hardware.

Names are compared whole, after case, version and architecture were taken off; nothing is found
inside another word. What comes with Windows or macOS is known but tells nothing by being there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import Any, NamedTuple

from features.tables import rows
from fraudscore.connectors.cells import shown
from fraudscore.connectors.connector import Report
from fraudscore.errors import InputError

LISTED_MAX = 10_000
"""Most names on a list of sanctioned tools."""
NAME_MAX = 300
_VERSION = re.compile(r"(?:\s+-)?\s+v?\d+(?:\.\d+)+[\w.+-]*$|\s+\d{1,4}$")
_ASIDE = re.compile(r"\s*\([^()]*\)$")
_PATH = re.compile(r"^(?:/|~|[a-z]:[\\/]|\\\\|%)")
_HEX = re.compile(r"(?:0x)?([0-9a-f]{1,4})")


class Known(NamedTuple):
    """A tool of the tables. ``part_of``: the system that brings it along, if one does."""

    name: str
    kind: str
    part_of: str = ""


def known_tool(*names: Any) -> Known | None:
    """The tool that goes by one of these names: a program, package, bundle, process or path."""
    for name in names:
        if isinstance(name, str) and 1 < len(name) <= NAME_MAX:
            found = _software(name)
            if found:
                return found
    return None


@lru_cache(maxsize=20_000)
def _software(name: str) -> Known | None:
    text = " ".join(name.casefold().split())
    files, products = _index()
    if _PATH.match(text):
        text = re.split(r"[\\/]", text.rstrip("\\/"))[-1]
        return files.get(text)
    return files.get(text) or products.get(_plain(text))


def _plain(text: str) -> str:
    """A product's name without the version and the asides that installers append."""
    shorter = _VERSION.sub("", _ASIDE.sub("", text))
    return shorter if shorter in (text, "") else _plain(shorter)


@cache
def _index() -> tuple[dict[str, Known], dict[str, Known]]:
    files: dict[str, Known] = {}
    products: dict[str, Known] = {}
    for row in rows("remote_access_tools"):
        tool = Known(row["name"], row["kind"], row["part_of"])
        files |= dict.fromkeys(_split(row["on_disk"]), tool)
        products |= dict.fromkeys(_split(row["installed_as"]), tool)
    return files, products


def known_hardware(vendor_id: Any, product_id: Any, *strings: Any) -> Known | None:
    """The switch or capture device with these USB ids, or with one of these USB strings."""
    ids, names, _ = _hardware()
    found = ids.get(f"{_hex(vendor_id)}:{_hex(product_id)}")
    return found or next((names[s] for s in map(_string, strings) if s in names), None)


def known_display(name: Any) -> Known | None:
    """The switch or capture device that shows itself to the computer as this display."""
    return _hardware()[2].get(_string(name))


@cache
def _hardware() -> tuple[dict[str, Known], dict[str, Known], dict[str, Known]]:
    ids: dict[str, Known] = {}
    strings: dict[str, Known] = {}
    displays: dict[str, Known] = {}
    for row in rows("hardware"):
        device = Known(row["name"], row["kind"])
        ids |= dict.fromkeys(_split(row["usb_ids"]), device)
        strings |= dict.fromkeys(_split(row["usb_strings"]), device)
        displays |= dict.fromkeys(_split(row["displays"]), device)
    return ids, strings, displays


def _split(cell: str) -> Iterable[str]:
    return (name.casefold() for name in cell.split("|") if name)


def _hex(value: Any) -> str:
    found = _HEX.fullmatch(value.strip().lower()) if isinstance(value, str) else None
    return found[1].zfill(4) if found else ""


def _string(value: Any) -> str:
    """USB strings as they were made: udev writes blanks as underscores."""
    if not isinstance(value, str) or len(value) > NAME_MAX:
        return ""
    return " ".join(value.casefold().replace("_", " ").split())


class Sanctioned:
    """The tools that the operator put there, where a list of them was given."""

    def __init__(self, mapping: Mapping[str, Any] | None, report: Report) -> None:
        """Read ``{"sanctioned": ["TeamViewer", ...]}``. Raises InputError for another shape."""
        listed = (mapping or {}).get("sanctioned")
        self._given = listed is not None
        self._names: set[str] = set()
        if not self._given:
            return
        if not isinstance(listed, list) or len(listed) > LISTED_MAX:
            raise InputError('"sanctioned" is not a list; write {"sanctioned": ["TeamViewer"]}')
        for entry in listed:
            if not isinstance(entry, str):
                raise InputError(f'"sanctioned" holds {shown(entry)}; write names of tools')
            tool = _by_own_name().get(entry.strip().casefold()) or known_tool(entry)
            if tool:
                self._names.add(tool.name)
            else:
                report.ignored[f"sanctioned {shown(entry)} (no known tool)"] += 1

    def __call__(self, tool: Known) -> bool | None:
        """Whether this tool was sanctioned; None without a list, and for parts of the system."""
        if tool.name in self._names:
            return True
        return False if self._given and not tool.part_of else None


@cache
def _by_own_name() -> dict[str, Known]:
    found = {
        row["name"].casefold(): Known(row["name"], row["kind"], row.get("part_of", ""))
        for table in ("hardware", "remote_access_tools")
        for row in rows(table)
    }
    return found
