"""Whom a searched text finds: by an identifier, or by how what they are called begins."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, Select, delete, insert, select, union_all

from fraudscore.connectors.keys import Keys
from fraudscore.review.tables import CALLED, WORDS
from fraudscore.review.words import sought

FOUND_MAX = 1_000
"""Most people a searched text finds."""
PARTS_MAX = 20
"""Words of a name from which on it is found (assumed)."""
LAST = "\U0010ffff"
"""Comes after every letter."""
NEW = insert(CALLED)


def called(profile_id: str, name: str | None) -> frozenset[str]:
    """What is kept of a person for search: their id, and their name from each of its words on."""
    parts = _plain(name or "").split()
    endings = (" ".join(parts[start:]) for start in range(min(len(parts), PARTS_MAX)))
    return frozenset((_plain(profile_id), *endings))


def keep_called(
    connection: Connection, tenant: int, texts: Mapping[str, frozenset[str]], known: list[str]
) -> None:
    """Keep what people are called, by the desk's id; ``known``: those of whom something was kept."""
    if known:
        connection.execute(delete(CALLED).where(CALLED.c.profile.in_(known)))
    rows = [
        {"tenant": tenant, "text": text, "profile": profile}
        for profile, each in texts.items()
        for text in each
    ]
    if rows:
        connection.execute(NEW, rows)


def whoever(text: str, tenant: int, keys: Keys) -> Select[tuple[str]]:
    """The desk's ids of whoever has an identifier, an id that begins so, or a name of which a word
    does; some of them twice, at most FOUND_MAX in all."""
    plain = _plain(text)
    shared = select(WORDS.c.profile).where(
        WORDS.c.tenant == tenant, WORDS.c.word.in_(sought(text, keys))
    )
    begins = select(CALLED.c.profile).where(
        CALLED.c.tenant == tenant, CALLED.c.text >= plain, CALLED.c.text < plain + LAST
    )
    found = union_all(shared, begins).subquery()
    return select(found.c.profile).limit(FOUND_MAX)


def _plain(text: str) -> str:
    return " ".join(text.lower().split())
