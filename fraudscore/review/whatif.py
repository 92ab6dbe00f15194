"""What if: how the assessment would move if a check came out so. Nothing is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from features.records import Profile
from fraudscore.assessment import Assessment
from fraudscore.review.desk import Desk
from fraudscore.review.rights import Actor


def whatif(
    desk: Desk, record: Profile, answers: Sequence[Mapping[str, Any]], links: bytes | None = None
) -> Assessment:
    """The assessment of a record with more checks. Raises InvalidProfile for a check that is none."""
    raise NotImplementedError


def whatif_case(
    desk: Desk,
    connection: Connection,
    actor: Actor,
    case: str,
    answers: Sequence[Mapping[str, Any]],
) -> Assessment:
    """The same for a case. Raises NotThere, NotAllowed while the score is hidden, Conflict if the
    record was dropped."""
    raise NotImplementedError
