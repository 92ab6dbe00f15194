"""What people ask for themselves: everything kept of them in a file, and that it be gone."""

from __future__ import annotations

import json
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from fraudscore.errors import Conflict, NotUsable, ReviewError
from fraudscore.review import erasure, subjects
from fraudscore.review.desk import Desk
from fraudscore.review.rights import Actor
from fraudscore.review.written import REASON_MIN
from fraudscore.web.browser import Posted, SignedIn, page, see_other
from fraudscore.web.clock import now
from fraudscore.web.problems import refusal

KEPT = {
    "words": ("keyed identifier", "keyed identifiers"),
    "assessments": ("assessment", "assessments"),
    "cases": ("case", "cases"),
    "decisions": ("decision", "decisions"),
    "appeals": ("link to contest, or appeal", "links to contest, and appeals"),
    "labels": ("label", "labels"),
}
"""What is kept, one and many."""


@dataclass(frozen=True)
class Draft:
    """What was typed into a form (``export`` or ``erase``) that could not be taken, and why."""

    form: str
    reason: str
    error: ReviewError


def router(desk: Desk) -> APIRouter:
    """The pages for admins who answer such a request."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/people")
    def people(request: Request, login: SignedIn, q: str = "", did: str = "") -> Response:
        login.actor.need("manage")
        failed = ""
        with desk.store.reading() as connection:
            try:
                found = subjects.find(desk, connection, login.actor, q)
            except NotUsable as error:
                found, failed = (), str(error)
        return page(
            request, "people.html", status=422 if failed else 200, found=found, text=q.strip(),
            most=subjects.FOUND_MAX, failed=failed, erased=did == "erased",
            cohort=desk.cohort_of(login.actor) is not None,
        )  # fmt: skip

    @routes.get("/people/{id}")
    def person(request: Request, login: SignedIn, id: str) -> Response:
        return _person(desk, request, login.actor, id)

    @routes.post("/people/{id}/export")
    def exported(request: Request, login: SignedIn, form: Posted, id: str) -> Response:
        try:
            with desk.store.writing() as connection:
                one = subjects.subject(connection, login.actor, id)
                told = erasure.export_person(
                    connection, login.actor, one.profile_id, form["reason"], now=now()
                )
        except NotUsable as error:
            return _person(desk, request, login.actor, id, Draft("export", form["reason"], error))
        headers = {"content-disposition": 'attachment; filename="everything-kept.json"'}
        body = json.dumps(told, ensure_ascii=False, indent=2)
        return Response(body, media_type="application/json", headers=headers)

    @routes.post("/people/{id}/erase")
    def erased(request: Request, login: SignedIn, form: Posted, id: str) -> Response:
        """Asks once more; a form with ``confirmed`` is the answer."""
        reason = form["reason"]
        try:
            if form["confirmed"] != "yes":
                return _once_more(desk, request, login.actor, id, reason)
            with desk.store.writing() as connection:
                one = subjects.subject(connection, login.actor, id)
                erasure.erase_person(
                    connection, login.actor, one.profile_id, reason, keys=desk.keys, now=now()
                )
        except (NotUsable, Conflict) as error:
            return _person(desk, request, login.actor, id, Draft("erase", reason, error))
        return see_other("/people?did=erased")

    return routes


def _person(
    desk: Desk, request: Request, actor: Actor, id: str, draft: Draft | None = None
) -> Response:
    with desk.store.reading() as connection:
        one = subjects.subject(connection, actor, id)
    return page(
        request, "person.html", status=refusal(draft.error).status_code if draft else 200, one=one,
        kept=KEPT, draft=draft, reason_min=REASON_MIN,
    )  # fmt: skip


def _once_more(desk: Desk, request: Request, actor: Actor, id: str, reason: str) -> Response:
    """What an erasure would take away. Raises NotThere, NotUsable."""
    with desk.store.reading() as connection:
        one = subjects.subject(connection, actor, id)
    subjects.impersonal(reason, one)
    return page(request, "erase.html", one=one, reason=reason, kept=KEPT)
