"""Writing assessments down: person, words, assessment, case, webhook and log, in one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, Select, bindparam, delete, insert, select, update

from features.records import Profile
from fraudscore.assessment import Assessment, Band
from fraudscore.review import audit, hooks
from fraudscore.review.desk import Desk
from fraudscore.review.finding import called, keep_called
from fraudscore.review.heard import UNASKED
from fraudscore.review.opening import Turn, move
from fraudscore.review.rights import Actor
from fraudscore.review.store import next_id
from fraudscore.review.tables import ASSESSMENTS, PROFILES, UNHEARD, WORDS
from fraudscore.review.words import Word

Cause = Literal["asked", "event", "import", "cohort"]
"""Why somebody was assessed: somebody asked, something came in, many at once, or the cohort of the team
answers again."""
# Statements are made once: making one takes longer than running it.
NEW = {table: insert(table) for table in (PROFILES, WORDS, ASSESSMENTS)}
AGAIN = update(PROFILES).where(PROFILES.c.id == bindparam("own"))
KNOWN: Select[Any] = select(
    PROFILES.c.id, PROFILES.c.profile_id, PROFILES.c.name, PROFILES.c.band, PROFILES.c.as_of
).where(
    PROFILES.c.tenant == bindparam("tenant"),
    PROFILES.c.profile_id.in_(bindparam("ids", expanding=True)),
)
HAD: Select[Any] = select(WORDS.c.profile, WORDS.c.word).where(
    WORDS.c.tenant == bindparam("tenant"),
    WORDS.c.profile.in_(bindparam("profiles", expanding=True)),
)
GONE = delete(WORDS).where(
    WORDS.c.tenant == bindparam("of"),
    WORDS.c.word == bindparam("what"),
    WORDS.c.profile == bindparam("whose"),
)


@dataclass(frozen=True)
class Kept:
    """One assessment as it was kept, ``body`` to the byte. ``case``: the person's open case, if there
    is one. ``before``: the band until now, None for somebody new."""

    id: str
    assessment: Assessment
    body: bytes
    case: str | None
    before: Band | None


@dataclass(frozen=True)
class Found:
    """One person as scored, ready to be kept."""

    profile: Profile
    assessment: Assessment
    record: bytes
    body: bytes
    words: tuple[Word, ...]
    links: bytes | None


def keep(
    desk: Desk,
    connection: Connection,
    actor: Actor,
    found: Sequence[Found],
    cause: Cause,
    now: datetime,
) -> list[Kept]:
    """Keep what was scored, in order. What is older than the kept record changes neither it nor the
    person's case."""
    return [
        kept
        for portion in _without_repeats(found)
        for kept in _keep(desk, connection, actor, portion, cause, now)
    ]


def _without_repeats(found: Sequence[Found]) -> Iterator[list[Found]]:
    """Portions in which nobody comes twice, so that each sees what was kept before."""
    portion: dict[str, Found] = {}
    for item in found:
        if item.profile.profile_id in portion:
            yield list(portion.values())
            portion = {}
        portion[item.profile.profile_id] = item
    yield list(portion.values())


def _keep(
    desk: Desk,
    connection: Connection,
    actor: Actor,
    found: Sequence[Found],
    cause: Cause,
    now: datetime,
) -> list[Kept]:
    known = _known(connection, actor, [item.profile.profile_id for item in found])
    turns = [_turn(item, known.get(item.profile.profile_id), now) for item in found]
    newest = [
        (item, turn)
        for item, turn in zip(found, turns, strict=True)
        if _is_newest(item, known.get(item.profile.profile_id))
    ]
    _keep_people(connection, actor, newest, now)
    _keep_called(connection, actor, newest, known)
    _keep_unheard(connection, newest)
    _keep_assessments(connection, actor, found, turns, cause, now)
    cases = move(desk, connection, actor, [turn for _, turn in newest], cause == "event", now)
    for _, turn in newest:
        _tell(connection, actor, turn, cases.get(turn.profile), now)
    return [
        Kept(turn.assessment, item.assessment, item.body, cases.get(turn.profile), turn.before)
        for item, turn in zip(found, turns, strict=True)
    ]


def _known(connection: Connection, actor: Actor, ids: Sequence[str]) -> dict[str, Row[Any]]:
    asked = {"tenant": actor.tenant, "ids": ids}
    return {row.profile_id: row for row in connection.execute(KNOWN, asked)}


def _turn(item: Found, known: Row[Any] | None, now: datetime) -> Turn:
    profile, before = (known.id, known.band) if known else (next_id(now), None)
    return Turn(profile, next_id(now), item.assessment, before)


def _is_newest(item: Found, known: Row[Any] | None) -> bool:
    return known is None or bool(item.profile.as_of >= known.as_of)


def _keep_people(
    connection: Connection, actor: Actor, newest: Sequence[tuple[Found, Turn]], now: datetime
) -> None:
    fresh = [
        {"id": turn.profile, "tenant": actor.tenant, **_person(item, now)}
        for item, turn in newest
        if turn.before is None
    ]
    again = [{"own": turn.profile, **_person(item, now)} for item, turn in newest if turn.before]
    if fresh:
        connection.execute(NEW[PROFILES], fresh)
    if again:
        connection.execute(AGAIN, again)
    _keep_words(connection, actor, newest)


def _keep_words(connection: Connection, actor: Actor, newest: Sequence[tuple[Found, Turn]]) -> None:
    """Write the words that are new and drop those that are gone: most of a person stays as it was."""
    known = [turn.profile for _, turn in newest if turn.before]
    asked = {"tenant": actor.tenant, "profiles": known}
    had = {tuple(row) for row in connection.execute(HAD, asked)} if known else set()
    said = {(turn.profile, word.word): word for item, turn in newest for word in item.words}
    new = [
        {
            "tenant": actor.tenant,
            "word": word.word,
            "profile": profile,
            "kind": word.kind,
            "shown": word.shown,
        }
        for (profile, _), word in said.items()
        if (profile, word.word) not in had
    ]
    gone = [
        {"of": actor.tenant, "whose": profile, "what": word} for profile, word in had - said.keys()
    ]
    if new:
        connection.execute(NEW[WORDS], new)
    if gone:
        connection.execute(GONE, gone)


def _keep_called(
    connection: Connection,
    actor: Actor,
    newest: Sequence[tuple[Found, Turn]],
    known: Mapping[str, Row[Any]],
) -> None:
    """Write what people are called, where that is new."""
    texts = {
        turn.profile: called(item.profile.profile_id, item.profile.claims.name)
        for item, turn in newest
        if turn.before is None or known[item.profile.profile_id].name != item.profile.claims.name
    }
    renamed = [turn.profile for _, turn in newest if turn.before and turn.profile in texts]
    keep_called(connection, actor.tenant, texts, renamed)


def _keep_unheard(connection: Connection, newest: Sequence[tuple[Found, Turn]]) -> None:
    """Note whose cohort did not answer, and nobody else any more."""
    known = [turn.profile for item, turn in newest if turn.before and item.links is not None]
    if known:
        connection.execute(delete(UNHEARD).where(UNHEARD.c.profile.in_(known)))
    new = [{"profile": turn.profile} for item, turn in newest if item.links == UNASKED]
    if new:
        connection.execute(insert(UNHEARD), new)


def _person(item: Found, now: datetime) -> dict[str, Any]:
    return {
        "profile_id": item.profile.profile_id,
        "record": item.record,
        "name": item.profile.claims.name,
        "band": item.assessment.band,
        "as_of": item.profile.as_of.astimezone(UTC),
        "changed": now,
    }


def _keep_assessments(
    connection: Connection,
    actor: Actor,
    found: Sequence[Found],
    turns: Sequence[Turn],
    cause: Cause,
    now: datetime,
) -> None:
    rows: list[dict[str, Any]] = [
        {
            "id": turn.assessment,
            "tenant": actor.tenant,
            "profile": turn.profile,
            "cause": cause,
            "band": item.assessment.band,
            "score": item.assessment.score,
            "log_odds": item.assessment.log_odds,
            "bundle": item.assessment.bundle,
            "policy": item.assessment.policy,
            "body": item.body,
            "record": item.record,
            "digest": hashlib.sha256(item.record).digest(),
            "links": item.links,
            "at": now,
        }
        for item, turn in zip(found, turns, strict=True)
    ]
    if rows:
        connection.execute(NEW[ASSESSMENTS], rows)
    done = [(f"assessment:{row['id']}", _logged(row)) for row in rows]
    audit.append_all(connection, actor, "assessed", done, now=now)


def _logged(row: dict[str, Any]) -> dict[str, Any]:
    """What the log says of an assessment: digests of what went in and came out, no values."""
    plain = {name: row[name] for name in ("cause", "bundle", "policy", "band", "score")}
    return plain | {
        "profile": row["profile"],
        "record": row["digest"].hex(),
        "body": hashlib.sha256(row["body"]).hexdigest(),
    }


def _tell(
    connection: Connection, actor: Actor, turn: Turn, case: str | None, now: datetime
) -> None:
    if turn.before in (None, turn.said.band):
        return
    detail = {
        "profile_id": turn.said.profile_id,
        "assessment": turn.assessment,
        "case": case,
        "before": turn.before,
        "after": turn.said.band,
    }
    hooks.tell(connection, actor.tenant, "band_changed", detail, now=now)
