"""Linked people: who else uses what a person controls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, case, select

from fraudscore.assessment import BANDS, Band
from fraudscore.errors import NotThere
from fraudscore.review.rights import Actor
from fraudscore.review.tables import CASES, PROFILES, WORDS

HUB = 50
"""People on a key above which it is a crowd's: shown, without the people (assumed)."""


@dataclass(frozen=True)
class SharedKey:
    """A key that others use too, masked. ``people``: the others. ``hub``: the key is a crowd's, of
    whom nobody counts more than HUB."""

    kind: str
    shown: str
    people: int
    hub: bool


@dataclass(frozen=True)
class Other:
    """Somebody who shares keys. ``keys``: indices into Linked.keys. ``case``: their newest one, with
    ``band`` as the queue shows it; ``outcome``: how it was decided, if it was and is not contested."""

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
    actor.need("see")
    own = (PROFILES.c.tenant == actor.tenant) & (PROFILES.c.id == profile)
    profile_id = connection.execute(select(PROFILES.c.profile_id).where(own)).scalar()
    if profile_id is None:
        raise NotThere(f"there is nobody of the id {profile!r}")
    rows = _shared(connection, actor, profile)
    places = {row.word: place for place, row in enumerate(rows) if row.hub is None}
    users = _users(connection, actor, profile, list(places))
    counted = Counter(word for words in users.values() for word in words)
    keys = tuple(
        SharedKey(r.kind, r.shown, counted[r.word] or HUB, r.hub is not None) for r in rows
    )
    ranked = sorted(users, key=lambda other: (-len(users[other]), other))
    people = _people(connection, ranked[:limit])
    cases = _cases(connection, actor, ranked[:limit])
    others = tuple(
        _other(people[id], cases.get(id), tuple(sorted(places[word] for word in users[id])))
        for id in ranked[:limit]
    )
    return Linked(profile_id, keys, others, max(0, len(ranked) - limit))


def _shared(connection: Connection, actor: Actor, profile: str) -> Sequence[Row[Any]]:
    """The person's words that somebody else has too; ``hub`` is not None where a crowd has it.

    Nobody counts a crowd: it is enough to step over HUB of its people.
    """
    users = WORDS.alias()
    same = (users.c.tenant == WORDS.c.tenant) & (users.c.word == WORDS.c.word)
    beyond = select(users.c.profile).where(same).order_by(users.c.profile).limit(1)
    second, last = (beyond.offset(n).scalar_subquery() for n in (1, HUB))
    asked: Select[Any] = (
        select(WORDS.c.word, WORDS.c.kind, WORDS.c.shown, last.label("hub"))
        .where(WORDS.c.tenant == actor.tenant, WORDS.c.profile == profile, second.is_not(None))
        .order_by(WORDS.c.kind, WORDS.c.shown, WORDS.c.word)
    )
    return connection.execute(asked).all()


def _users(
    connection: Connection, actor: Actor, profile: str, words: Sequence[str]
) -> dict[str, list[str]]:
    """Words by the other people who have them."""
    asked = select(WORDS.c.profile, WORDS.c.word).where(
        WORDS.c.tenant == actor.tenant, WORDS.c.word.in_(words), WORDS.c.profile != profile
    )
    found: dict[str, list[str]] = {}
    for other, word in connection.execute(asked):
        found.setdefault(other, []).append(word)
    return found


def _people(connection: Connection, ids: Sequence[str]) -> dict[str, Row[Any]]:
    asked: Select[Any] = select(PROFILES.c.id, PROFILES.c.profile_id, PROFILES.c.name)
    return {row.id: row for row in connection.execute(asked.where(PROFILES.c.id.in_(ids)))}


def _cases(connection: Connection, actor: Actor, ids: Sequence[str]) -> dict[str, Row[Any]]:
    stands = case((CASES.c.state == "closed", CASES.c.outcome)).label("outcome")
    asked: Select[Any] = select(CASES.c.id, CASES.c.profile, CASES.c.urgency, stands)
    own = (CASES.c.tenant == actor.tenant) & CASES.c.profile.in_(ids)
    return {
        row.profile: row for row in connection.execute(asked.where(own).order_by(CASES.c.opened))
    }


def _other(person: Row[Any], newest: Row[Any] | None, keys: tuple[int, ...]) -> Other:
    return Other(
        profile=person.id,
        profile_id=person.profile_id,
        name=person.name,
        case=newest.id if newest else None,
        band=BANDS[newest.urgency] if newest else None,
        outcome=newest.outcome if newest else None,
        keys=keys,
    )
