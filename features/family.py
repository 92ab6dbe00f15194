"""A family of evidence: what it observes, and the features it makes of it.

A family is one file: a facts dataclass, one ``observe(batch, context) -> facts`` and its features.
A feature is a pure one-liner over the facts. Everything a person needs to hear about a feature
(reason, innocent causes, next check, source) stands beside it and is checked at import, so that a
feature that cannot explain itself does not load.
"""

from __future__ import annotations

import typing
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal, NamedTuple

from features.batch import Batch, Table
from features.coded import Coded
from features.context import Context
from features.fields import refusal
from features.fixed import kept
from features.segments import Bools, Floats
from features.sentences import facts_named, listed, said
from features.sources import SOURCES

Direction = Literal["raises", "lowers"]
Strength = Literal["strong", "medium", "weak", "context"]
"""Grade of the published evidence (signals.md): ``context`` speaks only beside something else."""

Column = Floats
"""A fact: one number per profile, NaN where it could not be assessed."""
Words = Callable[[int], str | None]
"""A fact in words: the text of a profile, asked for when a sentence says it, never computed with."""


class Rows(NamedTuple):
    """A fact that points at rows: the evidence behind a reason."""

    table: Table
    mask: Bools


@dataclass(frozen=True)
class Feature:
    """One number per profile with everything needed to explain it.

    ``reason`` is said when there is something to tell (a raising feature above zero), ``clear`` when
    it was looked for and is not there. ``needs`` names the columns (``table.column``; ``a|b``: either
    will do) without which it is `not supplied`; with them a NaN is `could not check`.
    ``contradiction`` marks a direct conflict between a claim and an observation of the same person.
    ``evidence`` names `Rows` facts. ``unless`` names features of the same family that tell of the same
    event: where one of them speaks, this one adds its weight and no group of evidence. ``told`` names a
    fact that is above 0 where somebody told of this at all: rows of one list are about many things, and
    where none is about this one it is `not supplied` all the same.
    """

    name: str
    family: str
    group: str
    description: str
    direction: Direction
    unit: str
    strength: Strength
    contradiction: bool
    reason: str
    clear: str
    innocent: tuple[str, ...]
    next_check: str
    source: tuple[str, ...]
    needs: tuple[str, ...]
    evidence: tuple[str, ...]
    unless: tuple[str, ...]
    told: str | None
    value: Callable[[Any], Floats]

    @property
    def code(self) -> str:
        """The stable reason code."""
        return self.name.upper()

    @property
    def monotone(self) -> int:
        """LightGBM's monotone constraint: more contradiction never lowers the score."""
        return 1 if self.direction == "raises" else -1


class CatalogueError(TypeError):
    """A feature or family is declared in a way that could not be explained to a person."""


FeatureMaker = Callable[[Callable[[Any], Floats]], Callable[[Any], Floats]]


class Family:
    """A named question about a person, its facts and its features.

    A fact that few records supply is ``kept``: worked out when a feature asks for it, which none does
    where nobody supplied what it needs.

    ``able`` tells whether a context can answer it at all; where not, nothing is assessed.
    """

    def __init__(
        self,
        name: str,
        *,
        asks: str,
        group: str,
        facts: type,
        observe: Callable[[Batch, Context], Any],
        able: Callable[[Context], bool] = lambda context: True,
    ) -> None:
        self.name = name
        self.asks = asks
        self.group = group
        self.facts = facts
        self.observe = observe
        self.able = able
        self.features: list[Feature] = []
        hints = typing.get_type_hints(facts)
        self._kinds = {field.name: hints[field.name] for field in fields(facts)}
        for later, fact in vars(facts).items():
            if isinstance(fact, kept):
                self._kinds[later] = typing.get_type_hints(fact.func)["return"]

    def feature(
        self,
        *,
        direction: Direction,
        unit: str,
        strength: Strength,
        reason: str,
        clear: str,
        innocent: tuple[str, ...],
        next_check: str,
        source: str | tuple[str, ...],
        needs: tuple[str, ...],
        contradiction: bool = False,
        evidence: str | tuple[str, ...] = (),
        group: str | None = None,
        unless: tuple[str, ...] = (),
        told: str | None = None,
    ) -> FeatureMaker:
        """Register a function of the facts as a feature; refuse one that cannot be explained."""
        sources = (source,) if isinstance(source, str) else source
        rows = (evidence,) if isinstance(evidence, str) else evidence

        def register(function: Callable[[Any], Floats]) -> Callable[[Any], Floats]:
            feature = Feature(
                name=function.__name__,
                family=self.name,
                group=group or self.group,
                description=(function.__doc__ or "").strip(),
                direction=direction,
                unit=unit,
                strength=strength,
                contradiction=contradiction,
                reason=reason,
                clear=clear,
                innocent=innocent,
                next_check=next_check,
                source=sources,
                needs=needs,
                evidence=rows,
                unless=unless,
                told=told,
                value=function,
            )
            self._check(feature)
            self.features.append(feature)
            return function

        return register

    def _check(self, feature: Feature) -> None:
        where = f"{self.name}.{feature.name}"
        for part in ("description", "reason", "clear", "innocent", "next_check", "source", "needs"):
            if not getattr(feature, part):
                raise CatalogueError(f"{where} has no {part}")
        if any(feature.name == other.name for other in self.features):
            raise CatalogueError(f"{where} is declared twice")
        unknown = set(feature.unless) - {other.name for other in self.features}
        if unknown:
            raise CatalogueError(f"{where} names {min(unknown)}, which is not declared before it")
        if refusal(feature.name):
            raise CatalogueError(f"{where}: {refusal(feature.name)}")
        for text in (feature.reason, feature.clear):
            if "{{" in text or "}}" in text:
                raise CatalogueError(f"{where} says a brace, which sentences have no use for")
            for name in facts_named(text):
                if self._kinds.get(name) not in (Column, Words):
                    raise CatalogueError(f"{where} names {{{name}}}, which is not a fact in words")
        named: list[tuple[str, Any, str]] = [(name, Rows, "rows") for name in feature.evidence]
        named += [(name, Column, "numbers") for name in (feature.told,) if name]
        strange = [(name, what) for name, kind, what in named if self._kinds.get(name) != kind]
        if strange:
            raise CatalogueError(f"{where} names {strange[0][0]}, not a fact of {strange[0][1]}")
        for tag in feature.source:
            if tag not in SOURCES:
                raise CatalogueError(f"{where}: source {tag!r} is not in features/sources.py")

    def say(self, feature: Feature, facts: Any, profile: int, value: float) -> str:
        """The feature's value in words for one profile of a batch."""
        template = feature.clear if feature.direction == "raises" and value == 0 else feature.reason
        names = facts_named(template)
        if not names:
            return template
        return said(template, {name: _of(getattr(facts, name), profile) for name in names})


def _of(fact: Any, profile: int) -> float | str | None:
    """What a fact says of one profile."""
    found: float | str | None = fact(profile) if callable(fact) else float(fact[profile])
    return found


def words(texts: Sequence[str | None]) -> Words:
    """A fact in words from one text per profile."""
    return texts.__getitem__


def words_of_first(table: Table, column: str | Coded, mask: Bools) -> Words:
    """A fact in words: what a column of text says in a profile's first true row."""

    def say(profile: int) -> str | None:
        rows = table.true_rows_of(profile, mask)
        text = table.text(column) if isinstance(column, str) else column
        return text.at(rows[0]) if rows else None

    return say


def words_of_each(table: Table, column: str | Coded, mask: Bools) -> Words:
    """A fact in words: what a column of text says in a profile's true rows, each once."""

    def say(profile: int) -> str | None:
        text = table.text(column) if isinstance(column, str) else column
        return listed(text.at(row) for row in table.true_rows_of(profile, mask))

    return say
