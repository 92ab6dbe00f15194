"""Addresses for the simulated world, drawn from the networks that really exist."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from socket import inet_ntoa

import numpy as np
from numpy.typing import NDArray

from features.addresses import TABLES, Tables, load_tables
from features.context import NETWORK_KINDS

_Integers = NDArray[np.int64]
_SPARE = 1.1  # assumed: drawing a tenth too many saves most second rounds


@dataclass(frozen=True)
class _Pool:
    """Ranges to draw from: first address of each, and how many addresses lie before it."""

    start: _Integers
    before: _Integers
    size: int

    def at(self, places: _Integers) -> _Integers:
        """The address at each place, 0 to ``size`` - 1, counting through the ranges."""
        row = np.searchsorted(self.before, places, "right") - 1
        return self.start[row] + places - self.before[row]


class AddressBook:
    """IPv4 addresses by country, kind of network and VPN provider, from the embedded tables.

    Every address is as likely as another, so large networks come up as often as they are large.
    ``country`` is ISO 3166 alpha-2, ``kind`` one of NETWORK_KINDS. The same generator state gives
    the same addresses. KeyError where the tables have no such range.
    """

    def __init__(self, folder: Path = TABLES) -> None:
        self._tables: Tables = load_tables(folder)
        self._pools: dict[tuple[str, str, str | None], _Pool] = {}

    @cached_property
    def _width(self) -> _Integers:
        """Addresses in each range of the table."""
        start = self._tables.v4_start.astype(np.int64)
        return np.append(start[1:], 2**32) - start

    def draw(
        self,
        rng: np.random.Generator,
        country: str,
        kind: str,
        n: int,
        provider: str | None = None,
    ) -> list[str]:
        """``n`` addresses, with repeats; ``provider`` None takes any or none."""
        pool = self._pool(country, kind, provider)
        return _texts(pool.at(rng.integers(0, pool.size, n)))

    def lines(self, rng: np.random.Generator, country: str, kind: str, n: int) -> list[str]:
        """``n`` different addresses in random order. Raises ValueError if there are fewer."""
        pool = self._pool(country, kind, None)
        if n > pool.size:
            raise ValueError(f"{country} has {pool.size} addresses of kind {kind}, not {n}")
        if n * 2 > pool.size:
            return _texts(pool.at(rng.permutation(pool.size)[:n]))
        places = np.empty(0, dtype=np.int64)
        while len(places) < n:
            more = rng.integers(0, pool.size, int((n - len(places)) * _SPARE) + 1)
            drawn = np.concatenate([places, more])
            places = drawn[np.sort(np.unique(drawn, return_index=True)[1])]
        return _texts(pool.at(places[:n]))

    def countries(self, kind: str) -> tuple[str, ...]:
        """Countries with at least one address of a kind, sorted. Raises KeyError."""
        tables = self._tables
        rows = tables.v4_row[tables.kind[tables.v4_row] == _kind(kind)]
        codes = np.unique(tables.country[rows])
        return tuple(sorted(tables.countries[code] for code in codes if code >= 0))

    def _pool(self, country: str, kind: str, provider: str | None) -> _Pool:
        key = (country, kind, provider)
        if key not in self._pools:
            self._pools[key] = self._gather(country, kind, provider)
        return self._pools[key]

    def _gather(self, country: str, kind: str, provider: str | None) -> _Pool:
        tables = self._tables
        wanted = tables.country == _index(tables.countries, country, "country")
        wanted &= tables.kind == _kind(kind)
        if provider is not None:
            wanted &= tables.provider == _index(tables.providers, provider, "provider")
        ranges = np.flatnonzero(wanted[tables.v4_row])
        if not len(ranges):
            asked = f"{kind} in {country}" + (f" by {provider}" if provider else "")
            some = ", ".join(self.countries(kind)[:12]) or "none"
            raise KeyError(f"no IPv4 range of kind {asked}; countries with this kind: {some} ...")
        ends = np.cumsum(self._width[ranges])
        return _Pool(
            start=tables.v4_start[ranges].astype(np.int64),
            before=ends - self._width[ranges],
            size=int(ends[-1]),
        )


def _kind(kind: str) -> int:
    return _index(NETWORK_KINDS, kind, "kind of network")


def _index(names: Sequence[str], name: str, what: str) -> int:
    if name not in names:
        raise KeyError(f"no {what} {name!r}; known: {', '.join(names)}")
    return names.index(name)


def _texts(addresses: _Integers) -> list[str]:
    raw = addresses.astype(">u4").tobytes()
    return [inet_ntoa(raw[place : place + 4]) for place in range(0, len(raw), 4)]
