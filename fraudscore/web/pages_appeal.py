"""Appeals: a public page behind a link for the person, and the reviewers' side of it."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from fraudscore.errors import Conflict, NotAllowed, NotThere, NotUsable, ReviewError
from fraudscore.letter import NOT_YOU, decision
from fraudscore.review import appeals, people
from fraudscore.review.appeals import Appeal
from fraudscore.review.asking import in_question
from fraudscore.review.cases import case
from fraudscore.review.decisions import DECISIONS, decisions
from fraudscore.review.desk import Desk
from fraudscore.review.rights import Actor
from fraudscore.web.browser import (
    LinkedForm,
    Posted,
    SignedIn,
    page,
    page_for_anybody,
    see_other,
)
from fraudscore.web.clock import now
from fraudscore.web.problems import refusal


def router(desk: Desk) -> APIRouter:
    """The pages of appeals."""
    routes = APIRouter(include_in_schema=False)
    _public(routes, desk)
    _ours(routes, desk)
    return routes


def _public(routes: APIRouter, desk: Desk) -> None:
    @routes.get("/appeal/{token}")
    def contest(request: Request, token: str) -> Response:
        with desk.store.reading() as connection:
            return _contested(request, connection, token)

    @routes.post("/appeal/{token}")
    def opened(request: Request, token: str, form: LinkedForm) -> Response:
        try:
            with desk.store.writing() as connection:
                appeals.open_appeal(connection, token, form["statement"], now=now())
        except NotThere as error:
            return _unknown(request, form["statement"], error)
        except (NotUsable, Conflict) as error:
            with desk.store.reading() as connection:
                found = appeals.of_token(connection, token, now=now())
                if found.statement != form["statement"]:  # else it was sent twice, and is there
                    return _contested(request, connection, token, form["statement"], error)
        return see_other(f"/appeal/{quote(token, safe='')}")


def _contested(
    request: Request,
    connection: Connection,
    token: str,
    statement: str = "",
    error: ReviewError | None = None,
) -> Response:
    """The public page: the state of this appeal, what was decided and the claims in question; no names,
    reasons or other people. ``statement``: what was typed and, by the ``error``, not taken."""
    found = appeals.of_token(connection, token, now=now())
    return page_for_anybody(
        request, "contest.html", status=_status(error), token_path=quote(token, safe=""),
        state=found.state, appeal=found, decision=decision(found.decided),
        points=in_question(connection, found), statement=statement, failed=str(error or ""),
        longest=appeals.STATEMENT_MAX, not_you=NOT_YOU,
    )  # fmt: skip


def _unknown(request: Request, statement: str, error: NotThere) -> Response:
    """A statement to a link that a newer one took the place of: it is given back."""
    return page_for_anybody(
        request, "contest.html", status=_status(error), state="unknown", statement=statement,
        failed=str(error),
    )  # fmt: skip


def _status(error: ReviewError | None) -> int:
    return refusal(error).status_code if error else 200


def _ours(routes: APIRouter, desk: Desk) -> None:
    @routes.get("/appeals")
    def listed(request: Request, login: SignedIn, closed: str = "") -> Response:
        login.actor.need("review")
        with desk.store.reading() as connection:
            found = appeals.appeals(connection, login.actor, now=now(), closed=closed == "1")
        return page(request, "appeals.html", appeals=found, closed=closed == "1", now=now())

    @routes.get("/appeals/{id}")
    def one(request: Request, login: SignedIn, id: str) -> Response:
        login.actor.need("review")
        return _page(desk, request, login.actor, id)

    @routes.post("/appeals/{id}/take")
    def taken(login: SignedIn, form: Posted, id: str) -> Response:
        with desk.store.writing() as connection:
            reviewer = form["user"] or login.actor.id
            appeals.assign_appeal(connection, login.actor, id, reviewer, now=now())
        return see_other(f"/appeals/{quote(id, safe='')}")

    @routes.post("/appeals/{id}/close")
    def closed_one(request: Request, login: SignedIn, form: Posted, id: str) -> Response:
        try:
            with desk.store.writing() as connection:
                appeals.close_appeal(
                    connection, login.actor, id, form["outcome"], form["answer"], now=now()
                )
        except (NotUsable, Conflict, NotAllowed) as error:
            login.actor.need("review")
            typed = {"outcome": form["outcome"], "answer": form["answer"]}
            return _page(desk, request, login.actor, id, typed, error)
        return see_other(f"/appeals/{quote(id, safe='')}")


def _page(
    desk: Desk,
    request: Request,
    actor: Actor,
    id: str,
    typed: Mapping[str, str] | None = None,
    error: ReviewError | None = None,
) -> Response:
    """The page of an appeal. ``typed``: what a form that could not be taken said."""
    assigns = actor.may("assign")
    with desk.store.reading() as connection:
        found = appeals.appeal(connection, actor, id, now=now())
        about = case(connection, actor, found.case, now=now())
        why = _why(connection, actor, found)
        reviewers = people.colleagues(connection, actor)
    return page(
        request, "appeal.html", status=_status(error), appeal=found, case=about, why=why,
        decided=DECISIONS, failed=str(error or ""), now=now(),
        **(typed or {"outcome": "", "answer": ""}),
        reviewers=[one for one in reviewers if one.id != found.decider] if assigns else [],
        decider=found.decider == actor.id, mine=found.reviewer == actor.id,
    )  # fmt: skip


def _why(connection: Connection, actor: Actor, found: Appeal) -> str:
    """What was written when it was decided."""
    made = decisions(connection, actor, found.case)
    return next((decision.reason for decision in made if decision.id == found.decision), "")
