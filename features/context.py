"""What a family may ask about the world outside the batch: protocols and the answers they give.

A look-up takes the *distinct* values of a column and answers with parallel arrays, so that a
million sessions cost one question per distinct address. An answer that cannot be given is
``COULD_NOT_CHECK``, never a guess and never evidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from features.keys import People, Uses
    from features.links import Links

FOUND = 0
"""State of an answer: the source knew the value."""
COULD_NOT_CHECK = 1
"""State of an answer: unknown, private, reserved or malformed value, or no source to ask."""

NETWORK_KINDS = (
    "ordinary",
    "mobile",
    "corporate",
    "relay",
    "vpn",
    "residential_proxy",
    "tor",
    "hosting",
    "cloud",
)
"""Kinds of network, in code order. ``relay`` is a benign relay such as Private Relay."""


@dataclass(frozen=True, slots=True)
class Database:
    """One source behind a look-up: its name, the day it was built, its licence line."""

    name: str
    built: date | None
    attribution: str = ""


@dataclass(frozen=True, slots=True)
class Addresses:
    """What is known of n distinct IP addresses; every array has length n.

    ``state``: FOUND or COULD_NOT_CHECK. ``country``: index into ``countries`` (ISO 3166 alpha-2),
    -1 unknown. ``asn``: autonomous system number, 0 unknown. ``kind``: index into NETWORK_KINDS, -1
    unknown. ``provider``: index into ``providers``, -1 unknown. ``latitude``, ``longitude`` in
    degrees and ``radius_km`` (accuracy radius) are NaN where the source has no point.
    """

    state: NDArray[np.int8]
    country: NDArray[np.int16]
    asn: NDArray[np.int64]
    kind: NDArray[np.int8]
    provider: NDArray[np.int16]
    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]
    radius_km: NDArray[np.float64]
    countries: tuple[str, ...]
    providers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PhoneNumbers:
    """What is known of n distinct (number, default country) pairs; every array has length n.

    ``state``: FOUND for a valid number. ``country``: index into ``countries``, -1 unknown or shared
    by several countries. What kind of line it is no numbering plan tells alike for every country: ask
    the carrier. ``foreign_format``: 1.0 if the number was typed with its country code or an
    international prefix, 0.0 if in national form, NaN if it cannot be told.
    """

    state: NDArray[np.int8]
    country: NDArray[np.int16]
    foreign_format: NDArray[np.float64]
    countries: tuple[str, ...]


class Networks(Protocol):
    """Where an address is and what kind of network announces it."""

    @property
    def databases(self) -> tuple[Database, ...]:
        """The sources asked, in order of trust."""

    def find(self, addresses: Sequence[str]) -> Addresses:
        """Look up distinct addresses; never raises for a bad one."""


class Phones(Protocol):
    """What a phone number says about itself."""

    def find(self, numbers: Sequence[str], regions: Sequence[str | None]) -> PhoneNumbers:
        """Look up distinct numbers as typed, each with the country whose national form to assume."""


class Cohort(Protocol):
    """The other people of the same deployment, each known from their ``as_of`` on."""

    def links(self, uses: Uses, people: People) -> Links:
        """Who else uses these people's keys; nobody sees a person who came later."""


@dataclass(frozen=True, slots=True)
class Context:
    """Everything a family may consult beside the batch itself; without a cohort nobody is linked."""

    networks: Networks
    phones: Phones
    cohort: Cohort | None = None
