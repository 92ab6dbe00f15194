"""Replay: an old assessment computed again, to the same bytes."""

from __future__ import annotations

from sqlalchemy import Connection

from fraudscore.review.desk import Desk


def replay(desk: Desk, connection: Connection, id: str) -> bytes | str:
    """The bytes of an assessment computed again if they are those kept, else a sentence why not.

    Raises NotThere. For operators: looks at every tenant.
    """
    raise NotImplementedError
