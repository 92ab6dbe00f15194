"""What a case page shows: everything on it, gathered in one transaction and put into the template."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import exp
from typing import Any

from fastapi import Request, Response
from markupsafe import Markup
from sqlalchemy import Connection

from features.records import Profile
from fraudscore.assessment import Assessment
from fraudscore.claimed import place_in_words
from fraudscore.drawing import OtherPerson, SharedKey, linked_people, picture_style
from fraudscore.errors import Conflict, NotAllowed
from fraudscore.logins import logins_of
from fraudscore.pictures import line_in_words, pictures_of
from fraudscore.report import WORDS
from fraudscore.review import assessing, cases, people
from fraudscore.review.cases import Case
from fraudscore.review.decisions import ADVERSE, DECISIONS, REASON_MIN, VIEWS, Decision, decisions
from fraudscore.review.desk import Desk
from fraudscore.review.history import Happened, history
from fraudscore.review.linked import Linked, linked
from fraudscore.review.people import User
from fraudscore.review.rights import Actor
from fraudscore.review.seen import Seen, seen
from fraudscore.review.settings import Settings
from fraudscore.review.team import settings
from fraudscore.review.views import RecordedView, views
from fraudscore.review.whatif import whatif_case
from fraudscore.web.browser import page
from fraudscore.web.clock import now
from fraudscore.web.imagined import OUTCOMES, USUAL, Asked, Check, own_checks, trips
from fraudscore.web.pages_queue import OUTCOMES as ENDED
from fraudscore.web.pages_queue import STATES, said
from fraudscore.web.told import cheapest, whole_of

HAPPENED = {
    "assessed": "Scored",
    "viewed": "View",
    "decided": "Decided",
    "undone": "Taken back",
    "appeal_offered": "Link to contest it was made",
    "appeal_opened": "Appeal",
    "appeal_closed": "Appeal answered",
    "labelled": "Label from outside",
}
"""Lines of the history."""
TOLD: Mapping[str, str] = {
    str(word): words for part in (WORDS["band"], DECISIONS, VIEWS) for word, words in part.items()
}
"""What bands, decisions and views are called."""
SAID: Mapping[str, Any] = {
    "reason_min": REASON_MIN,
    "adverse": ADVERSE,
    "views": VIEWS,
    "decided": DECISIONS,
    "ended": ENDED,
    "outcomes": OUTCOMES,
    "states": STATES,
    "happened": HAPPENED,
    "told_words": TOLD,
    "line": line_in_words,
}
"""What the template says the same of every case."""


@dataclass(frozen=True)
class Draft:
    """What was typed on a case and is not kept. ``form``: what could not be done, view, decide,
    undo or next. ``because``: why to take a decision back. ``until``: a day that could not be taken.
    ``advance``: whether the next case is wanted after the decision."""

    form: str = ""
    view: str = ""
    note: str = ""
    kind: str = ""
    reason: str = ""
    because: str = ""
    until: str = ""
    advance: bool = True

    @property
    def typed(self) -> bool:
        """Whether there is anything to give back."""
        return any((self.view, self.note, self.kind, self.reason, self.because))

    @property
    def fields(self) -> dict[str, str]:
        """The same as fields of a form."""
        return {
            "view": self.view,
            "note": self.note,
            "kind": self.kind,
            "reason": self.reason,
            "because": self.because,
            "advance": "1" if self.advance else "0",
        }


@dataclass(frozen=True)
class Gathered:
    """What the desk knows of a case, as this actor may see it. ``record``: None where it is not the
    one that was assessed. ``own``: checks that may be imagined of this person, ``moved`` what came of
    the one that was, ``refused`` why none did. ``barred``: why the actor may not take the case,
    ``did`` what they just did."""

    case: Case
    seen: Seen
    record: Profile | None
    linked: Linked
    history: tuple[Happened, ...]
    made: tuple[Decision, ...]
    view: RecordedView | None
    settings: Settings
    colleagues: tuple[User, ...]
    moved: Assessment | None
    own: Mapping[str, Check]
    refused: str
    barred: str
    did: Markup


def case_page(
    desk: Desk,
    request: Request,
    actor: Actor,
    id: str,
    *,
    status: int = 200,
    failed: str = "",
    draft: Draft | None = None,
    asked: Asked | None = None,
    did: str = "",
) -> Response:
    """The page of a case. ``failed``: why a form could not be taken, ``draft`` what it said.
    ``asked``, ``did``: the check to be imagined, and what was just done; by the address if not given.

    Raises NotThere, NotAllowed.
    """
    query = request.query_params
    asked = asked or Asked(query.get("check", ""), query.get("outcome", ""))
    with desk.store.reading() as connection:
        found = _gathered(desk, connection, actor, id, asked, did or query.get("did", ""))
    if found.refused:
        failed, status = found.refused, 422
    case, whole = found.case, whole_of(found.seen, found.record)
    standing = [one for one in found.made if one.undone is None]
    mine = case.held and case.holder == actor.id
    drawn = pictures_of(found.record, desk.scorer.context) if found.record else None
    return page(
        request, "case.html", status=status, case=case, seen=found.seen, record=found.record,
        whole=whole, linked=found.linked, linked_picture=_linked(found), history=found.history,
        view=found.view, standing=standing[-1] if standing else None, actor=actor, mine=mine,
        role=found.record.claims.role if found.record else None, says=_says(found.record),
        barred=found.barred, pictures=drawn, map=Markup(drawn.map if drawn else ""),
        narrow_map=Markup(drawn.narrow_map if drawn else ""),
        timeline=Markup(drawn.timeline if drawn else ""),
        opens=f"/cases/{case.id}/evidence" if actor.may("review") else "",
        opened=sum(told.line.opened for told in (*whole.against, *whole.favour, *whole.other)),
        cheapest=cheapest(whole.against), colleagues=_to(found.colleagues, actor),
        answered=found.settings.answers is not None,
        score_always=found.settings.score_shown == "always",
        asked=asked, own_checks=found.own, usual=USUAL, moved=found.moved, factor=_factor(found),
        did=found.did, failed=failed, draft=draft or Draft(),
        offer=secrets.token_hex(16), pictures_css=pictures_path(), **SAID,
    )  # fmt: skip


def pictures_path() -> str:
    """Where the style of pictures is; it is kept until it changes."""
    return f"/pictures.css?v={pictures_css()[1]}"


@cache
def pictures_css() -> tuple[str, str]:
    """The style of pictures, and a word that changes when it does."""
    text = picture_style()
    return text, hashlib.sha256(text.encode()).hexdigest()[:12]


def _gathered(
    desk: Desk, connection: Connection, actor: Actor, id: str, asked: Asked, did: str
) -> Gathered:
    case = cases.case(connection, actor, id, now=now())
    told = seen(connection, actor, id)
    record = assessing.record(connection, actor, case.profile)
    kept = record if record is not None and record.as_of == told.as_of else None
    own = [view for view in views(connection, actor, id) if view.by == actor.id]
    checks = own_checks(told.against)
    refused = asked.refused(checks | USUAL)
    return Gathered(
        case=case,
        seen=told,
        record=kept,
        linked=linked(connection, actor, case.profile),
        history=_history(connection, actor, id, told),
        made=decisions(connection, actor, id),
        view=own[0] if own else None,
        settings=settings(connection, actor.tenant),
        colleagues=people.colleagues(connection, actor),
        moved=None if refused else _moved(desk, connection, actor, told, kept, asked),
        own=checks,
        refused=refused,
        barred=_barred(connection, actor, id) if actor.may("review") else "",
        did=said(connection, actor, did, id),
    )


def _barred(connection: Connection, actor: Actor, id: str) -> str:
    """Why the actor may not take a case, "" where they may."""
    try:
        cases.may_hold(connection, actor, cases.row_of(connection, actor, id), now())
    except (Conflict, NotAllowed) as error:
        return str(error)
    return ""


def _history(
    connection: Connection, actor: Actor, id: str, told: Seen
) -> tuple[Happened, ...]:  # fmt: skip
    """Everything that happened; what others thought waits, like the score, for one's own view."""
    lines = history(connection, actor, id)
    return lines if told.numbers else tuple(line for line in lines if line.what != "viewed")


def _moved(
    desk: Desk,
    connection: Connection,
    actor: Actor,
    told: Seen,
    record: Profile | None,
    asked: Asked,
) -> Assessment | None:
    """The assessment if the check that was asked for came out so."""
    if not asked.outcome or told.numbers is None or record is None:
        return None
    row = asked.row(own_checks(told.against) | USUAL)
    answers = [] if row is None else [row | {"at": told.as_of.isoformat()}]
    away = () if row else trips(logins_of(record, desk.scorer.context))
    return whatif_case(desk, connection, actor, told.case, answers, away)


def _linked(found: Gathered) -> Markup:
    """The picture of linked people; every person with a case is a link to it."""
    tied = found.linked
    keys = [
        SharedKey(
            key.kind,
            f"{key.shown} (a crowd's)" if key.hub else key.shown,
            tuple(n for n, other in enumerate(tied.others) if place in other.keys),
        )
        for place, key in enumerate(tied.keys)
    ]
    others = [
        OtherPerson(
            other.name or other.profile_id,
            other.band,
            f"/cases/{other.case}" if other.case else None,
        )
        for other in tied.others
    ]
    who = found.case.name or found.case.profile_id
    return Markup(linked_people(who, keys, others)) if keys else Markup("")


def _factor(found: Gathered) -> float | None:
    """By how much the imagined check multiplies the odds."""
    if found.moved is None or found.seen.numbers is None:
        return None
    return exp(found.moved.log_odds - found.seen.numbers.log_odds)


def _says(record: Profile | None) -> str:
    return "; ".join(map(place_in_words, record.claims.places)) if record else ""


def _to(colleagues: Sequence[User], actor: Actor) -> list[User]:
    """To whom the actor may give a case."""
    return [one for one in colleagues if actor.may("assign") or one.id == actor.id]
