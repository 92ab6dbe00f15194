"""Linked people: who else uses what a person controls."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from fraudscore.assessment import Band
from fraudscore.review.rights import Actor

HUB = 50
"""People on a key above which it is a crowd's: shown, without the people (assumed)."""


@dataclass(frozen=True)
class SharedKey:
    """A key that others use too, masked. ``people``: others; ``hub``: more than HUB of them."""

    kind: str
    shown: str
    people: int
    hub: bool


@dataclass(frozen=True)
class Other:
    """Somebody who shares keys. ``keys``: indices into Linked.keys. ``case``: their newest case."""

    profile: str
    profile_id: str
    name: str | None
    case: str | None
    band: Band | None
    outcome: str | None
    keys: tuple[int, ...]


@dataclass(frozen=True)
class Linked:
    """Three columns: the person, the keys, the others. ``more``: others left out."""

    profile_id: str
    keys: tuple[SharedKey, ...]
    others: tuple[Other, ...]
    more: int


def linked(connection: Connection, actor: Actor, profile: str, *, limit: int = 40) -> Linked:
    """People linked to a person (``Case.profile``), most keys in common first. Raises NotThere."""
    raise NotImplementedError
