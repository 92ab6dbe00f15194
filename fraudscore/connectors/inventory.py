"""Devices gathered from inventories: what was looked at on each, and what was found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from features.fields import FEW_MAX
from features.placeholders import says_nothing
from fraudscore.connectors.connector import Finding, Options, Report
from fraudscore.connectors.tools import Known, Sanctioned
from fraudscore.connectors.values import given


@dataclass(slots=True)
class Seen:
    """One device: its facts, how far it was looked through, and tools with their first moment."""

    facts: dict[str, Any] = field(default_factory=dict)
    software: str | None = None
    hardware: str | None = None
    tools: dict[Known, str | None] = field(default_factory=dict)

    def looked_at_software(self, complete: bool) -> None:
        """Programs were listed: all of them, or some. All is never taken back by some."""
        self.software = "complete" if complete else self.software or "partial"

    def looked_at_hardware(self, complete: bool) -> None:
        """Hardware was listed: all of it, or some."""
        self.hardware = "complete" if complete else self.hardware or "partial"

    def found(self, tool: Known, at: str | None = None) -> None:
        """A tool was there at this moment; the earliest moment is kept."""
        known = self.tools.get(tool)
        self.tools[tool] = min(known, at) if known and at else known or at


class Inventory:
    """Every device of one export, by its person and its id."""

    def __init__(self, options: Options, report: Report) -> None:
        self._report = report
        self._keys = options.keys
        self._sanctioned = Sanctioned(options.mapping, report)
        self._people: dict[str, dict[str, Seen]] = {}

    def device(self, who: str, device: str) -> Seen | None:
        """The device of this person; None beyond what a profile may hold."""
        devices = self._people.setdefault(who, {})
        if device not in devices and len(devices) >= FEW_MAX:
            return None
        return devices.setdefault(device, Seen())

    def __len__(self) -> int:
        return sum(map(len, self._people.values()))

    def findings(self) -> Iterator[Finding]:
        """One finding a device, tools in order of name."""
        for who, devices in self._people.items():
            for device, seen in devices.items():
                self._report.used["devices"] += 1
                self._report.used["tools"] += len(seen.tools)
                part = given(
                    id=self._keys.keyed("device", _own(who, device)),
                    software_inventory=seen.software,
                    hardware_inventory=seen.hardware,
                    tools=[self._row(tool, seen.tools[tool]) for tool in sorted(seen.tools)],
                    **seen.facts,
                )
                yield Finding(who, {"devices": [part]})

    def _row(self, tool: Known, first_seen: str | None) -> dict[str, Any]:
        return given(
            kind=tool.kind,
            name=tool.name,
            sanctioned=self._sanctioned(tool),
            first_seen=first_seen,
        )


def _own(who: str, device: str) -> str:
    """What tells a device from all others: a placeholder of its maker does not, beyond its person."""
    return f"{who}: {device}" if says_nothing(device) else device
