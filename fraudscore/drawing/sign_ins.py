"""What the map and the timeline draw: one sign-in, one claimed place, one declared trip."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

NOT_PLACED = "not placed"
AUTOMATED = "automated jobs"
Line = Literal["ordinary", "mobile", "company", "relay", "vpn", "hosting", "unknown"]


@dataclass(frozen=True, slots=True)
class Login:
    """One sign-in. ``place``: what its address says in words, NOT_PLACED or AUTOMATED.

    ``latitude`` and ``longitude`` in degrees, None where it cannot be placed. ``exact``: they are the
    address's own point and not the middle of its country. ``person``: the address says where the
    person is; else, behind a VPN, a relay or a company's line, it says only where the exit is.
    ``explained``: claimed places or declared travel cover it on that day.
    """

    at: datetime
    kind: str
    line: Line
    place: str
    country: str | None
    latitude: float | None
    longitude: float | None
    exact: bool
    person: bool
    explained: bool


@dataclass(frozen=True, slots=True)
class ClaimedPlace:
    """One place the person says they live or work in; ``exact`` if it is more than a country."""

    place: str
    country: str
    latitude: float | None
    longitude: float | None
    exact: bool


@dataclass(frozen=True, slots=True)
class DeclaredTrip:
    """One journey the person told of, drawn at the middle of its country."""

    place: str
    latitude: float | None
    longitude: float | None
    starts: date
    ends: date
