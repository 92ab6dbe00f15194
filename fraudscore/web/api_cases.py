"""Cases over REST: the queue with its filters, the same as files, and decisions by systems."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from features.problems import Problem
from fraudscore.errors import NotUsable
from fraudscore.review import answered, cases, decisions, queue
from fraudscore.review.answered import Sent
from fraudscore.review.cases import Case
from fraudscore.review.desk import Desk
from fraudscore.review.rights import Actor
from fraudscore.web.access import caller
from fraudscore.web.body import read, whole_body
from fraudscore.web.clock import now
from fraudscore.web.exports import MEDIA, csv_of, note_export
from fraudscore.web.once import once
from fraudscore.web.openapi import After, Id, body_of, described
from fraudscore.web.problems import Refused
from fraudscore.web.schemas import CaseOut, CasesOut, DecisionIn, DecisionOut

EXPORT_MAX = 20_000
"""Cases of one file."""
COLUMNS = tuple(CaseOut.model_fields)
FILTERS = {
    "state": ("open, asked, escalated, appealed, closed, or empty for all", "open"),
    "band": ("review, verify, insufficient_evidence or no_concern", "review"),
    "mine": ("1: given to or held by whoever asks", "1"),
    "assignee": ("a user's id, or none", "none"),
    "speaks": ("a family or reason code that speaks against", "payment"),
    "q": ("an identifier (finds all who share it), a profile id, the beginning of a name", "a-1"),
    "since": ("opened on this day or later", "2026-06-01"),
    "until": ("opened on this day or earlier", "2026-06-30"),
    "explores": ("1: drawn at random; for leads", "1"),
    "snoozed": ("1: the snoozed ones", "1"),
    "sort": ("urgency, oldest or newest", "urgency"),
}
"""What a list may be narrowed by, as in the queue's own address."""
OF_A_PAGE = ("after", "limit")
Limit = Annotated[int, Query(ge=1, le=200, description="cases of a page", examples=[50])]
PARAMETERS = [
    {
        "name": name,
        "in": "query",
        "required": False,
        "description": about,
        "schema": {"type": "string", "maxLength": 200, "examples": [example]},
    }
    for name, (about, example) in FILTERS.items()
]


def router(desk: Desk) -> APIRouter:
    """GET /cases (.json, .csv), GET /cases/{id}, POST /cases/{id}/decisions."""
    routes = APIRouter(prefix="/api/v1", tags=["cases"])
    listed: dict[str, Any] = {"openapi_extra": {"parameters": PARAMETERS}}

    @routes.get("/cases", **described(CasesOut), **listed)
    async def a_page(request: Request, after: After = None, limit: Limit = 50) -> Response:
        """A page of cases in the order of the queue, with counts of the whole queue."""
        actor = await caller(request, "read")
        page = await run_in_threadpool(_page, desk, actor, _asked(request), after, limit)
        return JSONResponse(_shown(page))

    @routes.get("/cases.json", **described(list[CaseOut]), **listed)
    async def as_json(request: Request) -> Response:
        """Every case the filter lets through, as a file; 422 for more than 20,000."""
        actor = await caller(request, "read")
        return JSONResponse(await run_in_threadpool(_every, desk, actor, _asked(request), "json"))

    @routes.get("/cases.csv", **described(None, MEDIA), **listed)
    async def as_csv(request: Request) -> Response:
        """The same for spreadsheets."""
        actor = await caller(request, "read")
        rows = await run_in_threadpool(_every, desk, actor, _asked(request), "csv")
        return csv_of(COLUMNS, rows, "cases.csv")

    @routes.get("/cases/{id}", **described(CaseOut))
    async def one(request: Request, id: Id) -> Response:
        """One case."""
        actor = await caller(request, "read")
        return JSONResponse(await run_in_threadpool(_one, desk, actor, id))

    @routes.post("/cases/{id}/decisions", **body_of(DecisionIn, DecisionOut))
    async def decide(request: Request, id: Id) -> Response:
        """Clear a case, ask the person, or hand it to a lead. What speaks against a person is decided
        by a named reviewer in the console, never by a key."""
        actor = await caller(request, "decide")
        body = await whole_body(request)
        asked = read(DecisionIn, body)

        def work(sent: Sent | None) -> bytes:
            return _decide(desk, actor, id, asked, sent)

        return await once(request, actor, body, lambda sent: run_in_threadpool(work, sent))

    return routes


def _asked(request: Request) -> dict[str, str]:
    """The filter's values of a query. Raises Refused for a NUL and for a name that is no filter."""
    found = {name: value for name, value in request.query_params.items() if name not in OF_A_PAGE}
    unknown = [name for name in found if name not in FILTERS]
    if unknown:
        known = f"the filters are {', '.join(FILTERS)}"
        problems = [Problem(f"query.{name}", "is not a filter", known) for name in unknown]
        raise Refused(422, f"there is no such filter; {known}", problems)
    for name, value in found.items():
        if "\x00" in value:
            problem = Problem(name, "holds a NUL character", "leave it out")
            raise Refused(422, "the filter cannot be used", [problem])
    return found


def _page(
    desk: Desk, actor: Actor, asked: dict[str, str], after: str | None, limit: int
) -> queue.Page:
    with desk.store.reading() as connection:
        wanted = queue.Filter.of(asked)
        return queue.listed(desk, connection, actor, wanted, now=now(), after=after, limit=limit)


def _every(desk: Desk, actor: Actor, asked: dict[str, str], form: str) -> list[dict[str, Any]]:
    """Every case of a filter; that they were taken away is noted. Raises NotUsable for too many: a file
    that held some of them would look like all."""
    found: list[dict[str, Any]] = []
    for page in _pages(desk, actor, asked):
        found += [_case(case) for case in page.cases]
        if len(found) > EXPORT_MAX:
            raise NotUsable(
                f"more than {EXPORT_MAX} cases fit this; narrow it, by since and until for example"
            )
    note_export(desk, actor, "cases", form, len(found), asked)
    return found


def _pages(desk: Desk, actor: Actor, asked: dict[str, str]) -> Iterator[queue.Page]:
    """Every page as of one moment."""
    wanted, moment, after = queue.Filter.of(asked), now(), None
    with desk.store.reading() as connection:
        while True:
            page = queue.listed(
                desk, connection, actor, wanted, now=moment, after=after, limit=queue.PAGE_MAX
            )
            yield page
            after = page.after
            if after is None:
                return


def _shown(page: queue.Page) -> dict[str, Any]:
    told = {
        "cases": [_case(case) for case in page.cases],
        "after": page.after,
        "counts": {state: dict(bands) for state, bands in page.counts.items()},
        "oldest": page.oldest,
        "budget_left": page.budget_left,
    }
    return CasesOut.model_validate(told).model_dump(mode="json")


def _one(desk: Desk, actor: Actor, id: str) -> dict[str, Any]:
    with desk.store.reading() as connection:
        return _case(cases.case(connection, actor, id, now=now()))


def _case(case: Case) -> dict[str, Any]:
    told = {name: value for name, value in asdict(case).items() if name in COLUMNS}
    return CaseOut.model_validate(told).model_dump(mode="json")


def _decide(desk: Desk, actor: Actor, id: str, asked: DecisionIn, sent: Sent | None) -> bytes:
    at = now()
    with desk.store.writing() as connection:
        made = decisions.decide(
            connection, actor, id, asked.kind, asked.reason, now=at, assessment=asked.assessment
        )
        told = DecisionOut.model_validate(asdict(made)).model_dump_json().encode()
        answered.answer(connection, actor, sent, told, now=at)
    return told
