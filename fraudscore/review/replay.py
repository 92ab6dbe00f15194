"""Replay: an old assessment computed again, to the same bytes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select

from features.reading import read_kept
from fraudscore.errors import NotThere
from fraudscore.review.desk import Desk
from fraudscore.review.heard import as_then
from fraudscore.review.tables import ASSESSMENTS


def replay(desk: Desk, connection: Connection, id: str) -> bytes | str:
    """The bytes of an assessment computed again if they are those kept, else a sentence why not.

    Raises NotThere. For operators: looks at every tenant.
    """
    row = connection.execute(select(ASSESSMENTS).where(ASSESSMENTS.c.id == id)).one_or_none()
    if row is None:
        raise NotThere(f"there is no assessment {id!r}")
    return _why_not(desk, row) or _again(desk, row)


def _why_not(desk: Desk, row: Row[Any]) -> str:
    if row.record is None:
        return "its record was dropped; what is left is the assessment and the record's digest"
    for what, then, today in (
        ("bundle", row.bundle, desk.scorer.bundle.id),
        ("policy", row.policy, desk.scorer.policy.id),
    ):
        if then != today:
            return f"it was made with the {what} {then}, and this is {today}; load that one"
    return ""


def _again(desk: Desk, row: Row[Any]) -> bytes | str:
    scorer = as_then(desk.scorer, row.links)
    body = scorer.score(read_kept(row.record)).model_dump_json().encode()
    if body == row.body:
        return body
    return (
        "it comes out differently: the record or the assessment was changed, or the look-up "
        "databases, base rate or libraries are not those of then"
    )
