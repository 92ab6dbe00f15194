"""Stand-ins for the outside world and short builders of profiles, for tests of families."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from features.context import (
    COULD_NOT_CHECK,
    FOUND,
    NETWORK_KINDS,
    Addresses,
    Context,
    Database,
    PhoneNumbers,
)
from features.family import Family
from features.record_rows import from_profiles
from features.records import Profile

AS_OF = "2026-06-30T00:00:00Z"
Known = Mapping[str, Mapping[str, Any]]


class _Names:
    """Numbers for names in order of first use, -1 for none."""

    def __init__(self) -> None:
        self.index: dict[str, int] = {}

    def number(self, name: str | None) -> int:
        return -1 if name is None else self.index.setdefault(name, len(self.index))


class FakeNetworks:
    """Addresses out of a dictionary: ip -> kind, country, asn, lat, lon, radius, provider."""

    def __init__(self, mapping: Known) -> None:
        self._known = mapping

    @property
    def databases(self) -> tuple[Database, ...]:
        return (Database("fake", None),)

    def find(self, addresses: Sequence[str]) -> Addresses:
        found = [self._known.get(ip) for ip in addresses]
        facts: list[Mapping[str, Any]] = [{"kind": None} if f is None else f for f in found]
        countries, providers = _Names(), _Names()
        kinds = [f.get("kind", "ordinary") for f in facts]
        return Addresses(
            state=np.array([COULD_NOT_CHECK if f is None else FOUND for f in found], dtype=np.int8),
            country=np.array([countries.number(f.get("country")) for f in facts], dtype=np.int16),
            asn=np.array([f.get("asn", 0) for f in facts], dtype=np.int64),
            kind=np.array([NETWORK_KINDS.index(k) if k else -1 for k in kinds], dtype=np.int8),
            provider=np.array([providers.number(f.get("provider")) for f in facts], dtype=np.int16),
            latitude=np.array([f.get("lat", np.nan) for f in facts], dtype=np.float64),
            longitude=np.array([f.get("lon", np.nan) for f in facts], dtype=np.float64),
            radius_km=np.array([f.get("radius", np.nan) for f in facts], dtype=np.float64),
            countries=tuple(countries.index),
            providers=tuple(providers.index),
        )


class FakePhones:
    """Numbers out of a dictionary: number as typed -> country, foreign_format."""

    def __init__(self, mapping: Known | None = None) -> None:
        self._known = mapping or {}

    def find(self, numbers: Sequence[str], regions: Sequence[str | None]) -> PhoneNumbers:
        found = [self._known.get(number) for number in numbers]
        facts: list[Mapping[str, Any]] = [f or {} for f in found]
        countries = _Names()
        formats = [f.get("foreign_format", np.nan) for f in facts]
        return PhoneNumbers(
            state=np.array([COULD_NOT_CHECK if f is None else FOUND for f in found], dtype=np.int8),
            country=np.array([countries.number(f.get("country")) for f in facts], dtype=np.int16),
            foreign_format=np.array(formats, dtype=np.float64),
            countries=tuple(countries.index),
        )


def context(mapping: Known | None = None, phones: Known | None = None) -> Context:
    """A context that knows these addresses and numbers only."""
    return Context(FakeNetworks(mapping or {}), FakePhones(phones))


def profile(**parts: Any) -> Profile:
    """A profile of plain values; id, moment and claims have defaults."""
    return Profile.model_validate({"profile_id": "p", "as_of": AS_OF, "claims": {}, **parts})


def facts_of(family: Family, profiles: Profile | Sequence[Profile], context: Context) -> Any:
    """What a family observed of one or many profiles."""
    people = [profiles] if isinstance(profiles, Profile) else list(profiles)
    return family.observe(from_profiles(people), context)


def values_of(
    family: Family, profiles: Profile | Sequence[Profile], context: Context
) -> dict[str, list[float]]:
    """Every feature of a family by name, one number a profile."""
    with np.errstate(divide="ignore", invalid="ignore"):
        facts = facts_of(family, profiles, context)
        return {f.name: f.value(facts).tolist() for f in family.features}


def family_of(feature_name: str) -> Family:
    """The family, among the modules imported so far, that declares this feature."""
    modules = [module for name, module in sys.modules.items() if name.startswith("features.")]
    families = {id(v): v for m in modules for v in vars(m).values() if isinstance(v, Family)}
    for family in families.values():
        if any(feature.name == feature_name for feature in family.features):
            return family
    raise KeyError(f"no imported family declares {feature_name}")


def value(feature_name: str, profile: Profile, context: Context) -> float:
    """One feature of one profile."""
    return values_of(family_of(feature_name), profile, context)[feature_name][0]


def sentence(feature_name: str, profile: Profile, context: Context, against: bool = True) -> str:
    """What a person would read about one feature of one profile."""
    family = family_of(feature_name)
    with np.errstate(divide="ignore", invalid="ignore"):
        facts = facts_of(family, profile, context)
    feature = next(f for f in family.features if f.name == feature_name)
    return family.say(feature, facts, 0, against)
