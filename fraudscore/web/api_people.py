"""What people ask for themselves, over REST: everything kept of them, and that it be gone."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from fraudscore.review.desk import Desk
from fraudscore.review.erasure import erase_person, export_person
from fraudscore.web.access import caller
from fraudscore.web.body import read, whole_body
from fraudscore.web.clock import now
from fraudscore.web.openapi import PersonId, body_of
from fraudscore.web.schemas import ErasedOut, PersonOut, ReasonIn


def router(desk: Desk) -> APIRouter:
    """POST /profiles/{id}/export, POST /profiles/{id}/erasure."""
    routes = APIRouter(prefix="/api/v1", tags=["people"])

    @routes.post("/profiles/{profile_id:path}/export", **body_of(ReasonIn, PersonOut, once=False))
    async def export(request: Request, profile_id: PersonId) -> Response:
        """Everything kept of a person, for them. Reviewers are not named."""
        actor = await caller(request, "erase")
        asked = read(ReasonIn, await whole_body(request))

        def work() -> Response:
            with desk.store.writing() as connection:
                found = export_person(connection, actor, profile_id, asked.reason, now=now())
            return JSONResponse(found)

        return await run_in_threadpool(work)

    @routes.post("/profiles/{profile_id:path}/erasure", **body_of(ReasonIn, ErasedOut, once=False))
    async def erase(request: Request, profile_id: PersonId) -> Response:
        """Erase a person and what was done about them, for good. 409 while an appeal is open. A stored
        cohort is another store: `fraudscore forget`."""
        actor = await caller(request, "erase")
        asked = read(ReasonIn, await whole_body(request))

        def work() -> Response:
            with desk.store.writing() as connection:
                entries = erase_person(
                    connection, actor, profile_id, asked.reason, keys=desk.keys, now=now()
                )
            return JSONResponse(ErasedOut(entries=entries).model_dump())

        return await run_in_threadpool(work)

    return routes
