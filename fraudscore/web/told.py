"""A case's assessment as a reviewer reads it: each reason with claim, observation, time and rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from features.catalogue import FAMILIES, of_code
from features.family import Family, Feature, Strength
from features.ledger import HandOver
from features.records import Profile
from features.schema import TABLES
from features.sources import SOURCES
from fraudscore.assessment import EVIDENCE_MAX, contradicts
from fraudscore.claimed import Claim, claims_for
from fraudscore.pointed import (
    PointedTable,
    in_words,
    moments_at,
    pointers_in,
    row_of_the_record,
    rows_at,
)
from fraudscore.review.seen import Line, Seen

RELIABLE: dict[Strength, str] = {
    "strong": "published cases rest on it",
    "medium": "often reported, and has everyday causes too",
    "weak": "common among honest people",
    "context": "says nothing by itself",
}

CHEAP = (
    "contact", "clock", "payment", "network", "geography", "shipping", "work_history", "code_history",
    "linkage", "continuity", "conduct", "documents", "device",
)  # fmt: skip
"""Families by what it costs to ask about them, a message first (assumed)."""

SENT_COUNTS = frozenset(
    {"other_identities", "other_users", "mfa_other_users", "other_workers", "other_recipients",
     "reused_in", "same_address"}
)  # fmt: skip
"""Columns in which whoever sent a record counted other people, of whom the desk knows no more."""


@dataclass(frozen=True)
class Told:
    """One reason in full. ``tables``: the record's own rows behind it, identifiers masked.

    ``first``: how many rows are named where they may be the first of more, 0 where they are all.
    ``sent_count``: the other people it tells of were counted by whoever sent the record.
    ``strength``: the grade of the published evidence, ``reliable`` the same as a sentence.
    """

    line: Line
    claimed: tuple[Claim, ...]
    when: str
    first: int
    strength: Strength
    reliable: str
    contradiction: bool
    sent_count: bool
    sources: tuple[str, ...]
    tables: tuple[PointedTable, ...]

    @property
    def anchor(self) -> str:
        """The place of this reason on its page."""
        return anchor_of(self.line.code)


def anchor_of(code: str) -> str:
    """The place of a reason on its page."""
    return f"reason-{code.lower()}"


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
class Whole:
    """Everything a case page says. ``other``: of little weight, contradictions first."""

    ledger: tuple[Step, ...]
    against: tuple[Told, ...]
    favour: tuple[Told, ...]
    other: tuple[Told, ...]
    unseen: tuple[Unseen, ...]

    @property
    def unweighed(self) -> int:
        """How many observations contradict a claim and have little or no weight."""
        return sum(told.contradiction for told in self.other)

    @property
    def sent_counts(self) -> bool:
        """Whether other people are told of whom whoever sent the record counted."""
        return any(told.sent_count for told in (*self.against, *self.other))


def whole_of(seen: Seen, record: Profile | None) -> Whole:
    """An assessment in words; without the record it rests on, the rows behind it are missing."""
    return Whole(
        ledger=tuple(_step(over, record) for over in seen.hand_overs),
        against=tuple(_told(line, record) for line in seen.against),
        favour=tuple(_told(line, record) for line in seen.in_favour),
        other=tuple(sorted((_told(line, record) for line in seen.other), key=_agrees)),
        unseen=_unseen(seen),
    )


def _agrees(told: Told) -> bool:
    return not told.contradiction


def cheapest(against: Sequence[Told]) -> Told | None:
    """The reason whose check costs least; None where nothing speaks against the person."""
    return min(against, key=lambda told: CHEAP.index(told.line.family), default=None)


def _told(line: Line, record: Profile | None) -> Told:
    feature = of_code(line.code)
    pointers, more = line.evidence, len(line.evidence) == EVIDENCE_MAX
    if record and not pointers:
        pointers, more = _fallback(feature, record)
    first = len(pointers) if more else 0
    tables = rows_at(record, pointers, _columns(feature)) if record else ()
    about = row_of_the_record(record, _own_columns(feature)) if record else None
    return Told(
        line=line,
        claimed=claims_for(record, feature) if record else (),
        when=_when(record, pointers, first),
        first=first,
        strength=feature.strength,
        reliable=RELIABLE[feature.strength],
        contradiction=contradicts(line.code, line.state),
        sent_count=line.state == "present" and _sent_count(feature),
        sources=tuple(SOURCES[tag] for tag in line.source),
        tables=(about,) if about and not tables else tables,
    )


def _when(record: Profile | None, pointers: Iterable[str], first: int) -> str:
    moments = moments_at(record, pointers) if record else ()
    if not moments:
        return "no date was recorded"
    begins, ends = in_words(moments[0]), in_words(moments[-1])
    told = begins if begins == ends else f"{begins} to {ends}"
    return f"the first {first}: {told}; there may be more" if first else told


def _fallback(feature: Feature, record: Profile) -> tuple[tuple[str, ...], bool]:
    """Pointers to rows that hold what a feature is worked out from, but for the claims.

    They stand for a reason that points at none: the first EVIDENCE_MAX of each column, and whether
    there are more.
    """
    found: list[str] = []
    more = False
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
        found += [f"{'.'.join(spec.path)}[{place}]" for place in own[:EVIDENCE_MAX]]
        more |= len(own) > EVIDENCE_MAX
    return tuple(dict.fromkeys(found)), more


def _own_columns(feature: Feature) -> tuple[str, ...]:
    """Columns of the record itself, not of its lists, that a feature is worked out from."""
    own = (column for column in _columns(feature) if column.startswith("profiles."))
    return tuple(column.removeprefix("profiles.") for column in own)


def _sent_count(feature: Feature) -> bool:
    return any(column.partition(".")[2] in SENT_COUNTS for column in _columns(feature))


def _columns(feature: Feature) -> tuple[str, ...]:
    """The columns a feature is worked out from, as ``table.column``."""
    return tuple(one for need in feature.needs for one in need.split("|"))


def _step(over: HandOver, record: Profile | None) -> Step:
    tables = rows_at(record, pointers_in(over.because)) if record else ()
    says = tuple(dict.fromkeys(text.partition(": ")[2] or text for text in over.because))
    return Step(over, says, tables)


def _unseen(seen: Seen) -> tuple[Unseen, ...]:
    lacking = frozenset(seen.coverage.not_supplied if seen.coverage else ())
    unchecked = frozenset(seen.coverage.could_not_check if seen.coverage else ())
    against = {line.family for line in seen.against}
    against |= {line.family for line in seen.other if contradicts(line.code, line.state)}
    return tuple(_unseen_of(family, lacking, unchecked, against) for family in FAMILIES)


def _unseen_of(
    family: Family, lacking: frozenset[str], unchecked: frozenset[str], against: set[str]
) -> Unseen:
    names = {feature.name for feature in family.features}
    assessed = len(names - lacking - unchecked)
    if assessed:
        state = "present" if family.name in against else "absent"
    else:
        state = "could_not_check" if names & unchecked else "not_supplied"
    return Unseen(
        asks=family.asks,
        state=state,
        assessed=assessed,
        features=len(names),
        not_supplied=_first_lines(family.features, lacking),
        could_not_check=_first_lines(family.features, unchecked),
    )


def _first_lines(features: Iterable[Feature], names: frozenset[str]) -> tuple[str, ...]:
    """What features say they measure, the finer points left out."""
    return tuple(f.description.partition("\n")[0] for f in features if f.name in names)
