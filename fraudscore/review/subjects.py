"""People as whoever answers their requests finds them: by what they give of themselves, one by one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select

from fraudscore.errors import NotThere, NotUsable
from fraudscore.review.appealed import contested
from fraudscore.review.desk import Desk
from fraudscore.review.finding import whoever
from fraudscore.review.rights import Actor
from fraudscore.review.tables import APPEALS, ASSESSMENTS, CASES, DECISIONS, LABELS, PROFILES, WORDS
from fraudscore.review.written import REASON_MIN, written

FOUND_MAX = 20
"""People shown of those that a text fits."""
TEXT_MAX = 200


@dataclass(frozen=True)
class Subject:
    """Somebody of whom something is kept. ``id`` is the desk's, ``profile_id`` the sender's.

    ``record``: whether the raw record is still there. ``counts``: rows by what they are.
    ``contested``: an appeal of theirs is open.
    """

    id: str
    profile_id: str
    name: str | None
    as_of: datetime
    changed: datetime
    record: bool
    counts: Mapping[str, int]
    contested: bool


def find(desk: Desk, connection: Connection, actor: Actor, text: str) -> tuple[Subject, ...]:
    """Whoever has this e-mail address, phone, account or the like, an id that begins so, or a name of
    which a word does; at most FOUND_MAX, by id. Right ``manage``. Raises NotUsable for a text that is
    too long."""
    actor.need("manage")
    plain = text.strip()
    if len(plain) > TEXT_MAX:
        raise NotUsable(f"write at most {TEXT_MAX} characters")
    if not plain:
        return ()
    found = PROFILES.c.id.in_(whoever(plain, actor.tenant, desk.keys))
    fits = or_(PROFILES.c.profile_id == plain, found)
    asked = select(PROFILES).where(PROFILES.c.tenant == actor.tenant, fits)
    rows = connection.execute(asked.order_by(PROFILES.c.profile_id).limit(FOUND_MAX))
    return tuple(_subject(connection, row) for row in rows.all())


def subject(connection: Connection, actor: Actor, id: str) -> Subject:
    """One of them by the desk's id. Right ``manage``. Raises NotThere."""
    actor.need("manage")
    own = (PROFILES.c.tenant == actor.tenant) & (PROFILES.c.id == id)
    row = connection.execute(select(PROFILES).where(own)).one_or_none()
    if row is None:
        raise NotThere("there is nobody of that id on this desk")
    return _subject(connection, row)


def impersonal(reason: str, person: Row[Any] | Subject) -> str:
    """A written reason that may stay when the person is gone.

    Raises NotUsable where it is too short, or names the person or an e-mail address.
    """
    plain = written(reason, "the reason", REASON_MIN)
    named = (rf"(?<!\w){re.escape(word)}(?!\w)" for word in _names(person))
    if any(re.search(name, plain, re.IGNORECASE) for name in (*named, r"\S@\S")):
        raise NotUsable(
            "the reason stays in the log when the person is gone, so it must not name them; write who "
            "asked, when, or the number of the request"
        )
    return plain


def _names(person: Row[Any] | Subject) -> Iterator[str]:
    for word in (person.profile_id, *(person.name or "").split()):
        if len(word) >= 3:
            yield word


def _subject(connection: Connection, row: Row[Any]) -> Subject:
    return Subject(
        id=row.id,
        profile_id=row.profile_id,
        name=row.name,
        as_of=row.as_of,
        changed=row.changed,
        record=row.record is not None,
        counts=dict(_counts(connection, row.id)),
        contested=bool(connection.execute(select(contested(row.id))).scalar()),
    )


def _counts(connection: Connection, profile: str) -> Iterator[tuple[str, int]]:
    cases = select(CASES.c.id).where(CASES.c.profile == profile)
    for table in (WORDS, ASSESSMENTS, CASES, DECISIONS, APPEALS, LABELS):
        theirs = table.c.case.in_(cases) if "case" in table.c else table.c.profile == profile
        counted = select(func.count()).select_from(table).where(theirs)
        yield table.name, int(connection.execute(counted).scalar_one())
