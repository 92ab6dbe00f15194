"""What the ids of the audit log stand for now: the name of a user, a key or a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Select, func, select

from fraudscore.review.rights import Actor
from fraudscore.review.tables import APPEALS, ASSESSMENTS, CASES, DECISIONS, LABELS, PROFILES
from fraudscore.review.tables_team import HOOKS, KEYS, USERS

PERSON = func.coalesce(PROFILES.c.name, PROFILES.c.profile_id)
OF_CASE = PROFILES.join(CASES, CASES.c.profile == PROFILES.c.id)
NAMES: dict[str, tuple[Any, Any, Any]] = {
    "user": (USERS.c.id, USERS.c.name, USERS),
    "key": (KEYS.c.id, KEYS.c.name, KEYS),
    "hook": (HOOKS.c.id, HOOKS.c.url, HOOKS),
    "profile": (PROFILES.c.id, PERSON, PROFILES),
    "case": (CASES.c.id, PERSON, OF_CASE),
    "assessment": (ASSESSMENTS.c.id, PERSON, PROFILES.join(ASSESSMENTS)),
    "label": (LABELS.c.id, PERSON, PROFILES.join(LABELS, LABELS.c.profile == PROFILES.c.id)),
    "decision": (DECISIONS.c.id, PERSON, OF_CASE.join(DECISIONS, DECISIONS.c.case == CASES.c.id)),
    "appeal": (APPEALS.c.id, PERSON, OF_CASE.join(APPEALS, APPEALS.c.case == CASES.c.id)),
}
"""Id, name and where they are by the kind that stands before the colon."""


def names(connection: Connection, actor: Actor, words: Iterable[str]) -> dict[str, str]:
    """The name by ``KIND:ID`` for those words of the log that still stand for somebody or something.

    Right ``audit``. What was erased has no name, and a name is today's, not that of the entry's day.
    """
    actor.need("audit")
    ids: dict[str, set[str]] = defaultdict(set)
    for word in words:
        kind, _, id = word.partition(":")
        if kind in NAMES and id:
            ids[kind].add(id)
    return {
        f"{kind}:{row.id}": row.name
        for kind, some in ids.items()
        for row in connection.execute(_asked(kind, some, actor.tenant))
    }


def _asked(kind: str, ids: Iterable[str], tenant: int) -> Select[Any]:
    id, name, joined = NAMES[kind]
    asked = select(id.label("id"), name.label("name")).select_from(joined)
    return asked.where(id.in_(sorted(ids)), id.table.c.tenant == tenant)
