"""The HR door: a grid of new hires in, one readable page each out; nothing is kept of it.

Whoever has an open case is told as the case tells: the evidence, and no level until a view was recorded.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response

from features.catalogue import FAMILIES
from fraudscore.assessment import Assessment, Reason, speaks_against, speaks_for
from fraudscore.errors import InputError, NotAllowed, NotUsable
from fraudscore.headers import TITLES
from fraudscore.hires import (
    EMPTY_ROWS,
    PEOPLE_MAX,
    Checked,
    Grid,
    check,
    empty,
    grid_in,
    grid_of,
)
from fraudscore.paper import pdf_possible
from fraudscore.report import band_means
from fraudscore.review.audit import append
from fraudscore.review.desk import Desk
from fraudscore.review.heard import score
from fraudscore.review.seen import hidden
from fraudscore.review.settings import Answers
from fraudscore.review.team import settings
from fraudscore.web.browser import Posted, SignedIn, page
from fraudscore.web.clock import now
from fraudscore.web.forms import Form
from fraudscore.web.hire_files import file_of

ASKS = {family.name: family.asks for family in FAMILIES}
GRID = "hires.html"


def router(desk: Desk) -> APIRouter:
    """The pages of the HR door."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/hires")
    def hires(request: Request, login: SignedIn) -> Response:
        login.actor.need("check_hires")
        return _grid(request, empty())

    @routes.post("/hires")
    def checked(request: Request, login: SignedIn, form: Posted) -> Response:
        login.actor.need("check_hires")
        try:
            grid = _sent(form)
        except InputError as error:
            return _grid(request, empty(), failed=str(error))
        result = check(grid, now=now())
        if result.stopped or (result.bad_rows and not (form["anyway"] and result.people)):
            return _grid(request, result.grid, result)
        return _answered(desk, request, login, form, result)

    return routes


def _sent(form: Form) -> Grid:
    """What was sent: a file before pasted text before the grid itself. Raises InputError."""
    file = form.file("file")
    if file is not None:
        return grid_in(*file)
    pasted = form["pasted"]
    if pasted:
        return grid_in("the pasted text", pasted.encode())
    return grid_of(form.all("h"), form.all("c"))


def _grid(
    request: Request, grid: Grid, result: Checked | None = None, *, failed: str = ""
) -> Response:
    return page(
        request,
        GRID,
        status=422 if failed or (result and grid.wrong) else 200,
        grid=grid,
        usable=len(result.people) if result else 0,
        stopped=result is None or result.stopped,
        bad_rows=result.bad_rows if result else 0,
        failed=failed,
        known=tuple(TITLES.values()),
        most=PEOPLE_MAX,
        spare=EMPTY_ROWS,
    )


def _answered(
    desk: Desk, request: Request, login: SignedIn, form: Form, result: Checked
) -> Response:
    cohort = desk.cohort_of(login.actor)
    items = [item for item, _ in score(desk.scorer, cohort, result.people)]
    with desk.store.reading() as connection:
        team = settings(connection, login.actor.tenant)
        away = hidden(connection, login.actor, [item.profile_id for item in items])
    wanted = form["get"]
    if wanted:
        return _file(wanted, items, away, team.answers)
    with desk.store.writing() as connection:
        # How many, and by whom: what was found of whom is not kept.
        append(
            connection, login.actor, "hires_checked", "hires:", {"people": len(items)}, now=now()
        )
    names = {person.profile_id: person.claims.name for person in result.people}
    told = [_told(item, names[item.profile_id], away.get(item.profile_id)) for item in items]
    return page(
        request, "hired.html", told=told, grid=result.grid, left_out=result.bad_rows, team=team,
        pdf=pdf_possible(), away=len(away),
    )  # fmt: skip


def _told(item: Assessment, name: str | None, case: str | None) -> dict[str, Any]:
    """What one person's page says, in the order it says it.

    ``case``: the open case that hides the level from who asks; the order then tells no strength.
    """
    reasons = item.reasons if case is None else sorted(item.reasons, key=_place)
    seen = [reason for reason in reasons if reason.state == "present"]
    favour = [reason for reason in reasons if speaks_for(reason)]
    return {
        "item": item,
        "name": name,
        "case": case,
        "meaning": band_means(item),
        "against": [reason for reason in reasons if speaks_against(reason)],
        "favour": favour[::-1] if case is None else favour,
        "light": [r for r in seen if not (speaks_against(r) or speaks_for(r))],
        "unseen": [
            (ASKS[part.family], part.state)
            for part in item.families
            if part.state in ("not_supplied", "could_not_check")
        ],
        "missed": [n.text for n in item.notices if n.code == "cohort_not_asked"],
        "stages": [step for step in item.hand_overs if step.outcome != "not_checked"],
    }


def _place(reason: Reason) -> tuple[str, str]:
    return reason.family, reason.code


def _file(
    wanted: str, items: Sequence[Assessment], away: Collection[str], answers: Answers | None
) -> Response:
    """The files that were asked for, of those whose level may be shown."""
    kind, _, number = wanted.partition(":")
    try:
        chosen = items if not number else [items[int(number)]]
    except (ValueError, IndexError) as error:
        raise NotUsable("there is no such person; load the page again and repeat") from error
    chosen = [item for item in chosen if item.profile_id not in away]
    if not chosen:
        raise NotAllowed("the level is hidden until you record your view on the open case")
    name, media, data = file_of(kind, chosen, answers)
    told = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return Response(data, media_type=media, headers={"content-disposition": told})
