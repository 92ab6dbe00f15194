"""What to write to the person of a case: the letter, without anything the score follows from."""

from __future__ import annotations

from sqlalchemy import Connection, select

from fraudscore.assessment import Assessment
from fraudscore.letter import letter
from fraudscore.review.cases import row_of
from fraudscore.review.rights import Actor
from fraudscore.review.tables import ASSESSMENTS


def letter_of(connection: Connection, actor: Actor, case: str) -> str:
    """The letter about a case's assessment, ready to send, whether or not the score is shown.

    Right ``review``. Raises NotThere.
    """
    actor.need("review")
    row = row_of(connection, actor, case)
    body = select(ASSESSMENTS.c.body).where(ASSESSMENTS.c.id == row.assessment)
    return letter(Assessment.model_validate_json(connection.execute(body).scalar_one()))
