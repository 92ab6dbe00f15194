"""What if: how the assessment would move if a check came out so. Nothing is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from features.reading import read_kept, read_profile
from features.records import Profile
from fraudscore.assessment import Assessment
from fraudscore.errors import Conflict, NotAllowed
from fraudscore.review.cases import row_of
from fraudscore.review.desk import Desk
from fraudscore.review.heard import as_then
from fraudscore.review.rights import Actor
from fraudscore.review.seen import visible
from fraudscore.review.tables import ASSESSMENTS


def whatif(
    desk: Desk,
    record: Profile,
    answers: Sequence[Mapping[str, Any]],
    links: bytes | None = None,
    trips: Sequence[Mapping[str, Any]] = (),
) -> Assessment:
    """The assessment of a record with more checks (``{"stage": "verified", "outcome": "same"}``), and
    more declared ``trips`` (``{"country": "PT", "starts": "2026-05-01", "ends": "2026-05-09"}``).

    ``links``: what a cohort said of the person then. Raises InvalidProfile for a check that is none.
    """
    only = {"profile_id": record.profile_id, "as_of": record.as_of, "checks": list(answers)}
    more = read_profile(only | {"claims": {"travel": list(trips)}})
    travel = (*record.claims.travel, *more.claims.travel)
    claims = record.claims.model_copy(update={"travel": travel})
    asked = record.model_copy(update={"checks": (*record.checks, *more.checks), "claims": claims})
    return as_then(desk.scorer, links).score(asked)


def whatif_case(
    desk: Desk,
    connection: Connection,
    actor: Actor,
    case: str,
    answers: Sequence[Mapping[str, Any]],
    trips: Sequence[Mapping[str, Any]] = (),
) -> Assessment:
    """The same for a case's assessment. Raises NotThere, NotAllowed while the score is hidden, Conflict
    if the record was dropped."""
    actor.need("see")
    row = row_of(connection, actor, case)
    if not visible(connection, actor, [case]):
        raise NotAllowed("the score is hidden until you record a view")
    own = ASSESSMENTS.c.id == row.assessment
    asked = select(ASSESSMENTS.c.record, ASSESSMENTS.c.links).where(own)
    kept = connection.execute(asked).one()
    if kept.record is None:
        raise Conflict("the record was dropped; there is nothing to compute from")
    record = read_kept(kept.record)
    return whatif(desk, record, answers, kept.links, trips)
