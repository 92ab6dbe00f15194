"""Lists of networks and the algebra of sorted ranges under ``build_ip_tables``."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_network
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.uint64]
Values = NDArray[np.int64]


@dataclass(frozen=True)
class Layer:
    """Sorted disjoint ranges ``starts <= x < stops``, each with a value of at least 0."""

    starts: Points
    stops: Points
    values: Values

    def at(self, points: Points) -> Values:
        """Value at each point, -1 outside every range."""
        if not len(self.starts):
            return np.full(len(points), -1, dtype=np.int64)
        row = np.searchsorted(self.starts, points, "right") - 1
        inside = (row >= 0) & (points < self.stops[row])
        return np.where(inside, self.values[row], -1)

    def overlap(self, other: Layer) -> float:
        """Share of this layer's addresses that ``other`` covers too."""
        points = np.unique(np.concatenate([self.starts, self.stops, other.starts, other.stops]))
        width = np.diff(points.astype(np.float64), append=float(points[-1]))
        mine = self.at(points) >= 0
        return float(width[mine & (other.at(points) >= 0)].sum() / width[mine].sum())


def layer(ranges: Iterable[tuple[int, int, int]]) -> Layer:
    """Layer of disjoint (start, stop, value)."""
    rows = sorted(ranges)
    starts, stops, values = zip(*rows, strict=True) if rows else ((), (), ())
    return Layer(
        np.array(starts, dtype=np.uint64),
        np.array(stops, dtype=np.uint64),
        np.array(values, dtype=np.int64),
    )


def merged(networks: Iterable[str], version: int) -> Layer:
    """Layer of value 0 over the union of the networks of one IP version."""
    joined: list[tuple[int, int, int]] = []
    for start, stop in sorted(_bounds(networks, version)):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(stop, joined[-1][1]), 0)
        else:
            joined.append((start, stop, 0))
    return layer(joined)


def _bounds(networks: Iterable[str], version: int) -> Iterator[tuple[int, int]]:
    for text in networks:
        net = ip_network(text.strip(), strict=False)
        if net.version == version:
            bounds = halve(int(net[0]), int(net[-1]), version)
            if bounds:
                yield bounds


def halve(first: int, last: int, version: int) -> tuple[int, int] | None:
    """Half-open bounds; IPv6 counts in /64, None for a range that fills no whole one."""
    if version == 4:
        return first, last + 1
    # The last /64 of all is reserved anyway, and its end fits no 64-bit number.
    start, stop = -(-first >> 64), min((last + 1) >> 64, 2**64 - 1)
    return (start, stop) if start < stop else None


def edges(layers: Iterable[Layer]) -> Points:
    """0 and every place where some layer may change."""
    zero = np.zeros(1, dtype=np.uint64)
    return np.unique(
        np.concatenate([zero, *(a for one in layers for a in (one.starts, one.stops))])
    )


def flatten(points: Points, key: Values) -> tuple[Points, Values]:
    """Starts and keys with equal neighbours merged."""
    change = np.concatenate([[True], key[1:] != key[:-1]])
    return points[change], key[change]


@dataclass(frozen=True)
class Lists:
    """The open lists of one folder, by file name."""

    folder: Path

    def lines(self, *names: str) -> list[str]:
        """Networks of text lists or MISP warninglists."""
        found: list[str] = []
        for name in names:
            text = (self.folder / name).read_text(encoding="utf-8")
            if name.endswith(".json"):
                found += json.loads(text)["list"]
            else:
                found += [line for line in map(_uncommented, text.splitlines()) if line]
        return found

    def asns(self) -> set[int]:
        """Networks that X4BNet or brianhama call hosting."""
        x4bnet = self.lines("x4bnet_datacenter_asn.txt")
        with (self.folder / "brianhama_bad_asn_list.csv").open(encoding="utf-8") as file:
            bad = {int(row["ASN"]) for row in csv.DictReader(file)}
        return bad | {int(line.removeprefix("AS")) for line in x4bnet}

    def misp_day(self, name: str) -> str:
        """Day a warninglist says it was made, ISO."""
        version = json.loads((self.folder / name).read_text(encoding="utf-8"))["version"]
        return datetime.strptime(str(version), "%Y%m%d").date().isoformat()


def _uncommented(line: str) -> str:
    return line.partition("#")[0].strip()
