"""An assessment as a reviewer reads it: each reason with claim, observation, time and evidence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from features.catalogue import FAMILIES, FEATURES
from features.family import Feature, Strength
from features.ledger import HandOver
from features.records import Profile
from features.schema import TABLES
from features.sources import SOURCES
from fraudscore.assessment import WORTH_SAYING, Assessment, Reason, speaks_against
from fraudscore.claimed import Claim, claims_for
from fraudscore.pointed import (
    PointedTable,
    in_words,
    moments_at,
    pointers_in,
    row_of_the_record,
    rows_at,
)

FALLBACK_ROWS = 5
"""Rows shown where a reason points at none: those that hold what it is worked out from."""
RELIABLE: dict[Strength, str] = {
    "strong": "strong: published cases rest on it",
    "medium": "medium: reported often, has everyday causes too",
    "weak": "weak: common among honest people",
    "context": "context only: says nothing by itself",
}
_ASKS = {family.name: family.asks for family in FAMILIES}


@dataclass(frozen=True)
class Told:
    """One reason in full. ``opened``: this reviewer has opened its evidence.

    ``tables`` are the record's own rows behind it, identifiers masked.
    """

    reason: Reason
    asks: str
    claimed: tuple[Claim, ...]
    when: str
    reliable: str
    contradiction: bool
    sources: tuple[str, ...]
    tables: tuple[PointedTable, ...]
    opened: bool

    @property
    def anchor(self) -> str:
        """The place of this reason on its page."""
        return f"reason-{self.reason.code.lower()}"


@dataclass(frozen=True)
class Step:
    """One hand-over of the ledger with the rows that say how it went."""

    over: HandOver
    because: tuple[str, ...]
    tables: tuple[PointedTable, ...]


@dataclass(frozen=True)
class Unseen:
    """One family: what was not supplied and what could not be checked, in words."""

    asks: str
    state: str
    assessed: int
    features: int
    not_supplied: tuple[str, ...]
    could_not_check: tuple[str, ...]


@dataclass(frozen=True)
class Page:
    """Everything a case page says of an assessment."""

    ledger: tuple[Step, ...]
    against: tuple[Told, ...]
    favour: tuple[Told, ...]
    light: tuple[Told, ...]
    unseen: tuple[Unseen, ...]


def page_of(item: Assessment, record: Profile | None, opened: Iterable[str]) -> Page:
    """An assessment in words; without its record (dropped by age) the rows behind it are missing."""
    seen = frozenset(opened)

    def told(reasons: Iterable[Reason]) -> tuple[Told, ...]:
        return tuple(_told(reason, record, reason.code in seen) for reason in reasons)

    light = (r for r in item.reasons if r.state == "present" and abs(r.contribution) < WORTH_SAYING)
    return Page(
        ledger=tuple(_step(over, record) for over in item.hand_overs),
        against=told(reason for reason in item.reasons if speaks_against(reason)),
        favour=told(r for r in reversed(item.reasons) if r.contribution <= -WORTH_SAYING),
        light=told(light),
        unseen=_unseen(item),
    )


def _told(reason: Reason, record: Profile | None, opened: bool) -> Told:
    feature = FEATURES[reason.code.lower()]
    pointers = reason.evidence or (_fallback(feature, record) if record else ())
    tables = rows_at(record, pointers, _columns(feature)) if record else ()
    about = row_of_the_record(record, _own_columns(feature)) if record else None
    return Told(
        reason=reason,
        asks=_ASKS[reason.family],
        claimed=claims_for(record, reason.family) if record else (),
        when=_when(record, pointers),
        reliable=RELIABLE[feature.strength],
        contradiction=feature.contradiction,
        sources=tuple(SOURCES[tag] for tag in reason.source),
        tables=(*tables, about) if about and not tables else tables,
        opened=opened,
    )


def _when(record: Profile | None, pointers: Iterable[str]) -> str:
    moments = moments_at(record, pointers) if record else ()
    if not moments:
        return "no date was recorded"
    first, last = in_words(moments[0]), in_words(moments[-1])
    return first if first == last else f"{first} to {last}"


def _fallback(feature: Feature, record: Profile) -> tuple[str, ...]:
    """Pointers to rows that hold what a feature is worked out from, but for the claims."""
    found: list[str] = []
    for column in _columns(feature):
        table, _, name = column.partition(".")
        spec = TABLES[table]
        if not spec.path or spec.path[0] == "claims" or spec.parent:
            continue
        rows: list[Any] = list(spec.rows(record))
        if table == "conduct":
            own = [place for place, row in enumerate(rows) if row.kind == feature.name]
        else:
            own = [place for place, row in enumerate(rows) if getattr(row, name, None) is not None]
        found += [f"{'.'.join(spec.path)}[{place}]" for place in own[:FALLBACK_ROWS]]
    return tuple(dict.fromkeys(found))


def _own_columns(feature: Feature) -> tuple[str, ...]:
    """Columns of the record itself, not of its lists, that a feature is worked out from."""
    own = (column for column in _columns(feature) if column.startswith("profiles."))
    return tuple(column.removeprefix("profiles.") for column in own)


def _columns(feature: Feature) -> tuple[str, ...]:
    """The columns a feature is worked out from, as ``table.column``."""
    return tuple(one for need in feature.needs for one in need.split("|"))


def _step(over: HandOver, record: Profile | None) -> Step:
    tables = rows_at(record, pointers_in(over.because)) if record else ()
    says = tuple(dict.fromkeys(text.partition(": ")[2] or text for text in over.because))
    return Step(over, says, tables)


def _unseen(item: Assessment) -> tuple[Unseen, ...]:
    lacking = frozenset(item.coverage.not_supplied if item.coverage else ())
    unchecked = frozenset(item.coverage.could_not_check if item.coverage else ())
    states = {part.family: part.state for part in item.families}
    return tuple(
        Unseen(
            asks=family.asks,
            state=states.get(family.name, "not_supplied"),
            assessed=sum(f.name not in lacking | unchecked for f in family.features),
            features=len(family.features),
            not_supplied=_first_lines(family.features, lacking),
            could_not_check=_first_lines(family.features, unchecked),
        )
        for family in FAMILIES
    )


def _first_lines(features: Iterable[Feature], names: frozenset[str]) -> tuple[str, ...]:
    """What features say they measure, the finer points left out."""
    return tuple(f.description.partition("\n")[0] for f in features if f.name in names)
