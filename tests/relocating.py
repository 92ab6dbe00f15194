"""The same person elsewhere: everything that tells of one country told of another, nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from features.context import NETWORK_KINDS
from features.lookups import example_number, load_networks
from training.world.addresses import AddressBook
from training.world.life import City, cities

BOOK = AddressBook()
NETWORKS = load_networks()
CLOCKS = {"author_offset_minutes": "authored_at", "committer_offset_minutes": "committed_at"}
"""The moment at which each offset was shown, where it is not ``at``."""
UNTIL = 1e-6
"""Minutes of difference between two offsets that are the same."""


def homebody(person: dict[str, Any]) -> str | None:
    """The country of somebody whose whole record tells of no other; None of anybody else."""
    places = person["claims"].get("places") or [{}]
    home = places[0].get("country")
    if home is None or home not in cities() or person["claims"].get("time_zone") is None:
        return None
    zone = ZoneInfo(person["claims"]["time_zone"])
    told = {value for key, value, _ in _leaves(person) if key.endswith("country")}
    zones = {value for key, value, _ in _leaves(person) if key == "time_zone"}
    offsets = (
        value - _offset(zone, row[CLOCKS.get(key, "at")])
        for key, value, row in _leaves(person)
        if key.endswith("offset_minutes") and value
    )
    numbers = {value for key, value, _ in _leaves(person) if key == "number"}
    lines = NETWORKS.find(_addresses(person))
    come_from = {lines.countries[country] for country in lines.country.tolist()}
    whole = told <= {home} and zones <= {zone.key} and numbers <= {example_number(home)}
    return home if whole and come_from <= {home} and not any(offsets) else None


def relocated(person: dict[str, Any], to: str) -> dict[str, Any] | None:
    """A homebody in another country, at the same hours of the day; None where that has no such lines."""
    home, zone = person["claims"]["places"][0]["country"], person["claims"]["time_zone"]
    lines = _lines(person, to)
    if lines is None:
        return None
    towns = {town.name: there for town, there in zip(cities()[home], cities()[to], strict=False)}
    there = towns.get(person["claims"]["places"][0].get("city"), cities()[to][0])
    here = next(
        (town for town in cities()[home] if towns.get(town.name) is there), cities()[home][0]
    )
    old, new = ZoneInfo(zone), ZoneInfo(there.zone)

    def moment(text: str) -> str:
        local = datetime.fromisoformat(text).astimezone(old).replace(tzinfo=None)
        return local.replace(tzinfo=new).astimezone(UTC).isoformat()

    def told(key: str, value: Any, row: dict[str, Any]) -> Any:
        if key == "ip":
            return lines[value]
        if key.endswith("country"):
            return to
        if key == "city":
            return towns.get(value, there).name
        if key == "time_zone":
            return there.zone
        if key == "number":
            return example_number(to)
        if key.endswith("offset_minutes") and value:
            return _offset(new, moment(row[CLOCKS.get(key, "at")]))
        if key.endswith("latitude"):
            return value - here.latitude + there.latitude
        if key.endswith("longitude"):
            return _longitude(value, row[key.replace("longitude", "latitude")], here, there)
        if isinstance(value, str) and value.endswith("Z") and "T" in value:
            return moment(value)
        return value

    found = _told_anew(person, told)
    assert isinstance(found, dict)
    return found


def _leaves(part: Any, key: str = "", row: Any = None) -> Iterator[tuple[str, Any, Any]]:
    """Every value with its key and the object it stands in."""
    if isinstance(part, dict):
        for name, inner in part.items():
            yield from _leaves(inner, name, part)
    elif isinstance(part, list):
        for inner in part:
            yield from _leaves(inner, key, row)
    elif part is not None:
        yield key, part, row


def _told_anew(
    part: Any, told: Callable[[str, Any, Any], Any], key: str = "", row: Any = None
) -> Any:
    if isinstance(part, dict):
        return {name: _told_anew(inner, told, name, part) for name, inner in part.items()}
    if isinstance(part, list):
        return [_told_anew(inner, told, key, row) for inner in part]
    return part if part is None else told(key, part, row)


def _addresses(person: dict[str, Any]) -> list[str]:
    return sorted({value for key, value, _ in _leaves(person) if key == "ip"})


def _offset(zone: ZoneInfo, at: str) -> float:
    offset = datetime.fromisoformat(at).astimezone(zone).utcoffset()
    assert offset is not None
    return offset.total_seconds() / 60


def _lines(person: dict[str, Any], to: str) -> dict[str, str] | None:
    """A line elsewhere for each line of a person, alike in kind, with what they have in common."""
    addresses, rng = _addresses(person), np.random.default_rng(0)
    known = NETWORKS.find(addresses)
    nets: dict[tuple[str, int], str] = {}
    found = {}
    for address, kind, provider in zip(addresses, known.kind, known.provider, strict=True):
        if kind < 0:
            return None
        sort = NETWORK_KINDS[kind], known.providers[provider] if provider >= 0 else None
        net, _, last = address.rpartition(".")
        if (net, kind) not in nets:
            try:
                (drawn,) = BOOK.draw(rng, to, sort[0], 1, sort[1])
            except KeyError:
                return None
            nets[net, kind] = drawn.rpartition(".")[0]
        found[address] = f"{nets[net, kind]}.{last}"
    there = NETWORKS.find([found[address] for address in addresses])
    alike = (there.kind == known.kind).all()
    alike &= all(there.countries[country] == to for country in there.country.tolist())
    return found if alike else None


def _longitude(value: float, latitude: float, here: City, there: City) -> float:
    """As many kilometres east of the town as before."""
    cosine = np.cos(np.radians([latitude, latitude - here.latitude + there.latitude]))
    east = (value - here.longitude) * cosine[0] / cosine[1]
    return float((east + there.longitude + 180) % 360 - 180)
