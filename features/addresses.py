"""Read IP addresses as typed and look them up in the tables shipped with the package."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from socket import AF_INET, AF_INET6, inet_pton
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.context import (
    COULD_NOT_CHECK,
    FOUND,
    NETWORK_KINDS,
    Addresses,
    Database,
    Networks,
)
from features.segments import unknown

TABLES = Path(__file__).parent / "tables" / "ip"
"""Folder of the embedded tables, made by ``scripts/build_ip_tables.py``."""

RESERVED_V4 = (
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/3",
)
"""IPv4 no session can come from (IANA special-purpose registry, multicast, class E)."""

RESERVED_V6 = (
    "::/3",
    "2001::/23",
    "2001:db8::/32",
    "2002::/16",
    "3fff::/20",
    "4000::/2",
    "8000::/1",
)
"""IPv6 outside global unicast, and tunnels, documentation and protocol space inside it."""

_NOWHERE = bytes(4)  # 0.0.0.0 is reserved: malformed addresses end where reserved ones do
_MAPPED = bytes(10) + b"\xff\xff"
_KNOWN = 2  # rows 0 and 1 of the tables are unknown and reserved
_SORT_FROM = 2048  # a sorted search is twice as fast, from here on even with the sort
_PLAIN = tuple(NETWORK_KINDS.index(kind) for kind in ("ordinary", "mobile", "corporate"))
_HOSTED = tuple(NETWORK_KINDS.index(kind) for kind in ("hosting", "cloud"))
_RELAY, _MOBILE = NETWORK_KINDS.index("relay"), NETWORK_KINDS.index("mobile")


def packed(text: str) -> bytes:
    """The address in 4 or 16 bytes, empty if malformed.

    Surrounding space, brackets and an IPv6 zone are dropped; an IPv4-mapped address is the IPv4.
    """
    text = text.strip().removeprefix("[").removesuffix("]").strip()
    family = AF_INET6 if ":" in text else AF_INET
    try:
        raw = inet_pton(family, text.partition("%")[0] if family == AF_INET6 else text)
    except (OSError, ValueError):
        return b""
    return raw[12:] if len(raw) == 16 and raw.startswith(_MAPPED) else raw


def _masks(networks: Iterable[IPv4Network | IPv6Network]) -> tuple[tuple[int, int], ...]:
    return tuple((int(net.netmask), int(net.network_address)) for net in networks)


_RESERVED = {
    4: _masks(map(ip_network, RESERVED_V4)),
    16: _masks(map(ip_network, RESERVED_V6)),
}


def is_public(raw: bytes) -> bool:
    """Whether a session can come from the address ``packed`` gave; False for malformed."""
    value = int.from_bytes(raw, "big")
    return bool(raw) and all(value & mask != start for mask, start in _RESERVED[len(raw)])


@dataclass(frozen=True, slots=True)
class Tables:
    """The embedded arrays: starts of ranges and the row each has; see ``tables/ip/README.md``."""

    v4_start: NDArray[np.uint32]
    v4_row: NDArray[np.uint32]
    v6_start: NDArray[np.uint64]
    v6_row: NDArray[np.uint32]
    country: NDArray[np.int16]
    asn: NDArray[np.int64]
    kind: NDArray[np.int8]
    provider: NDArray[np.int16]
    state: NDArray[np.int8]
    countries: tuple[str, ...]
    providers: tuple[str, ...]
    databases: tuple[Database, ...]


@lru_cache(maxsize=4)
def load_tables(folder: Path = TABLES) -> Tables:
    """Map the arrays of a folder into memory, once per process.

    Raises FileNotFoundError if the folder is not one of ``scripts/build_ip_tables.py``.
    """
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))

    def array(name: str, dtype: Any) -> NDArray[Any]:
        mapped = np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
        # A plain view: memmap's own bookkeeping costs more than a search for one address.
        plain: NDArray[Any] = mapped.view(np.ndarray).astype(dtype, copy=False)
        return plain

    asn = array("row_asn", np.int64)
    state = np.full(len(asn), FOUND, dtype=np.int8)
    state[:_KNOWN] = COULD_NOT_CHECK
    return Tables(
        v4_start=array("v4_start", np.uint32),
        v4_row=array("v4_row", np.uint32),
        v6_start=array("v6_start", np.uint64),
        v6_row=array("v6_row", np.uint32),
        country=array("row_country", np.int16),
        asn=asn,
        kind=array("row_kind", np.int8),
        provider=array("row_provider", np.int16),
        state=state,
        countries=tuple(manifest["countries"]),
        providers=tuple(manifest["providers"]),
        databases=tuple(
            Database(one["name"], date.fromisoformat(one["built"]), one["attribution"])
            for one in manifest["sources"]
        ),
    )


@dataclass(frozen=True)
class EmbeddedNetworks:
    """Networks from the shipped tables: country, AS number, kind, VPN provider; no coordinates.

    ``folder`` holds tables of ``scripts/build_ip_tables.py``. IPv6 is known per /64.
    """

    folder: Path = TABLES

    @property
    def databases(self) -> tuple[Database, ...]:
        """The sources the tables were built from."""
        return load_tables(self.folder).databases

    def find(self, addresses: Sequence[str]) -> Addresses:
        """Look up distinct addresses; reserved, unannounced or malformed: COULD_NOT_CHECK."""
        tables = load_tables(self.folder)
        row = _rows(tables, addresses)
        point = unknown(len(row))
        return Addresses(
            state=tables.state[row],
            country=tables.country[row],
            asn=tables.asn[row],
            kind=tables.kind[row],
            provider=tables.provider[row],
            latitude=point,
            longitude=point,
            radius_km=point,
            countries=tables.countries,
            providers=tables.providers,
        )


def _rows(tables: Tables, addresses: Sequence[str]) -> NDArray[np.uint32]:
    """Row of the table for each address."""
    words: list[bytes] = []
    wide: dict[int, bytes] = {}
    for place, text in enumerate(addresses):
        try:
            words.append(inet_pton(AF_INET, text))
        except (OSError, ValueError):
            raw = packed(text)
            words.append(raw if len(raw) == 4 else _NOWHERE)
            if len(raw) == 16:
                wide[place] = raw[:8]
    row = _search(tables.v4_start, tables.v4_row, _integers(words, np.uint32))
    if wide:
        halves = _integers(wide.values(), np.uint64)
        row[list(wide)] = _search(tables.v6_start, tables.v6_row, halves)
    return row


def _integers(words: Iterable[bytes], dtype: type[np.unsignedinteger[Any]]) -> NDArray[Any]:
    """Big-endian words as native integers: a search must not convert the whole table."""
    return np.frombuffer(b"".join(words), np.dtype(dtype).newbyteorder(">")).astype(dtype)


def _search(
    starts: NDArray[Any], rows: NDArray[np.uint32], keys: NDArray[Any]
) -> NDArray[np.uint32]:
    """Row of the range that holds each key; the first range starts at 0."""
    if len(keys) < _SORT_FROM:
        return rows[starts.searchsorted(keys, "right") - 1]
    order = np.argsort(keys)
    found = np.empty(len(keys), dtype=np.uint32)
    found[order] = rows[np.searchsorted(starts, keys[order], "right") - 1]
    return found


@dataclass(frozen=True)
class LayeredNetworks:
    """Ask ``first``; take from ``second`` every field the first leaves open.

    Two kinds of the second stand against the first: a listed relay, because a benign relay must not
    read as a VPN; and anything listed, where the first only knows the kind of line. A line known to
    be mobile stays mobile in a network that is only listed as hosting.
    """

    first: Networks
    second: Networks

    @property
    def databases(self) -> tuple[Database, ...]:
        """The sources of both, the more trusted first."""
        return (*self.first.databases, *self.second.databases)

    def find(self, addresses: Sequence[str]) -> Addresses:
        """Look up distinct addresses in both."""
        one, two = self.first.find(addresses), self.second.find(addresses)
        countries = tuple(dict.fromkeys((*one.countries, *two.countries)))
        providers = tuple(dict.fromkeys((*one.providers, *two.providers)))
        country = _recode(two.country, two.countries, countries)
        provider = _recode(two.provider, two.providers, providers)
        listed = (two.kind >= 0) & ~np.isin(two.kind, _PLAIN)
        listed &= ~((one.kind == _MOBILE) & np.isin(two.kind, _HOSTED))
        over = (two.kind == _RELAY) | (one.kind < 0) | (np.isin(one.kind, _PLAIN) & listed)
        kind = np.where(over, two.kind, one.kind)
        named = np.where(one.provider >= 0, one.provider, provider)
        placed = ~np.isnan(one.latitude)
        return Addresses(
            state=np.minimum(one.state, two.state),
            country=np.where(one.country >= 0, one.country, country),
            asn=np.where(one.asn > 0, one.asn, two.asn),
            kind=kind,
            provider=np.where(over, provider, np.where(kind == two.kind, named, one.provider)),
            latitude=np.where(placed, one.latitude, two.latitude),
            longitude=np.where(placed, one.longitude, two.longitude),
            radius_km=np.where(placed, one.radius_km, two.radius_km),
            countries=countries,
            providers=providers,
        )


def _recode(
    codes: NDArray[np.int16], names: tuple[str, ...], target: tuple[str, ...]
) -> NDArray[np.int16]:
    """Indexes into ``names`` as indexes into ``target``; -1 stays."""
    places = {name: place for place, name in enumerate(target)}
    table = np.array([*(places[name] for name in names), -1], dtype=np.int16)
    return table[codes]
