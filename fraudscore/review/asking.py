"""What the person of a case is told: letters, and the claims in question behind a link.

Nothing of it says what the score follows from.
"""

from __future__ import annotations

from sqlalchemy import Connection, select

from fraudscore.assessment import Assessment
from fraudscore.clearing import Point, points
from fraudscore.letter import letter, letter_of_decision, letter_of_end
from fraudscore.review.appeals import Appeal
from fraudscore.review.cases import row_of
from fraudscore.review.decisions import ADVERSE, decisions
from fraudscore.review.rights import Actor
from fraudscore.review.tables import ASSESSMENTS, DECISIONS
from fraudscore.review.team import settings


def letter_of(connection: Connection, actor: Actor, case: str, link: str = "") -> str:
    """The letter about a case, ready to send, whether or not the score is shown: a question, or what
    was decided. ``link``: with which the person may contest it.

    Right ``review``. Raises NotThere.
    """
    actor.need("review")
    row = row_of(connection, actor, case)
    standing = [made for made in decisions(connection, actor, case) if made.undone is None]
    if standing and standing[-1].kind in ADVERSE:
        made, days = standing[-1], settings(connection, actor.tenant).appeal_days
        return letter_of_decision(_said(connection, made.assessment), made.kind, days, link)
    if row.state == "closed":
        return letter_of_end()
    return letter(_said(connection, row.assessment))


def in_question(connection: Connection, appeal: Appeal) -> tuple[Point, ...]:
    """The claims that a contested decision rests on, for whoever has the link."""
    of_it = select(DECISIONS.c.assessment).where(DECISIONS.c.id == appeal.decision)
    return points(_said(connection, connection.execute(of_it).scalar_one()))


def _said(connection: Connection, assessment: str) -> Assessment:
    body = select(ASSESSMENTS.c.body).where(ASSESSMENTS.c.id == assessment)
    return Assessment.model_validate_json(connection.execute(body).scalar_one())
