"""Labels over REST: what became known for sure, in and out; for training."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from fraudscore.review import answered, labels
from fraudscore.review.answered import Sent
from fraudscore.review.desk import Desk
from fraudscore.review.labels import Label
from fraudscore.review.rights import Actor
from fraudscore.web.access import caller
from fraudscore.web.body import read, whole_body
from fraudscore.web.clock import now
from fraudscore.web.exports import MEDIA, csv_of, note_export
from fraudscore.web.once import once
from fraudscore.web.openapi import After, body_of, described
from fraudscore.web.schemas import LabelIn, LabelOut, LabelsOut

PAGE = 1_000
COLUMNS = tuple(LabelOut.model_fields)


def router(desk: Desk) -> APIRouter:
    """POST /labels, GET /labels (.json, .csv)."""
    routes = APIRouter(prefix="/api/v1", tags=["labels"])

    @routes.post("/labels", **body_of(LabelIn, LabelOut))
    async def add(request: Request) -> Response:
        """Keep what became known of somebody outside of the console."""
        actor = await caller(request, "label")
        body = await whole_body(request)
        asked = read(LabelIn, body)

        def work(sent: Sent | None) -> bytes:
            at = now()
            with desk.store.writing() as connection:
                kept = labels.add(connection, actor, asked.profile_id, asked.label, now=at)
                told = LabelOut.model_validate(asdict(kept)).model_dump_json().encode()
                answered.answer(connection, actor, sent, told, now=at)
            return told

        return await once(request, actor, body, lambda sent: run_in_threadpool(work, sent))

    @routes.get("/labels", **described(LabelsOut))
    async def a_page(request: Request, after: After = None) -> Response:
        """A page of labels by id; those that were taken back or are contested are not among them."""
        actor = await caller(request, "label")
        found = await run_in_threadpool(_page, desk, actor, after)
        last = found[-1].id if len(found) == PAGE else None
        return JSONResponse({"labels": [_shown(one) for one in found], "after": last})

    @routes.get("/labels.json", **described(list[LabelOut]))
    async def as_json(request: Request) -> Response:
        """Every label, as a file."""
        actor = await caller(request, "label")
        return JSONResponse(await run_in_threadpool(_every, desk, actor, "json"))

    @routes.get("/labels.csv", **described(None, MEDIA))
    async def as_csv(request: Request) -> Response:
        """The same as a table of ids and words, as `fraudscore train` reads it."""
        actor = await caller(request, "label")
        return csv_of(COLUMNS, await run_in_threadpool(_every, desk, actor, "csv"), "labels.csv")

    return routes


def _page(desk: Desk, actor: Actor, after: str | None) -> tuple[Label, ...]:
    with desk.store.reading() as connection:
        return labels.labels(connection, actor, after=after, limit=PAGE)


def _every(desk: Desk, actor: Actor, form: str) -> list[dict[str, Any]]:
    """Every label; that they were taken away is noted."""
    found: list[dict[str, Any]] = []
    after: str | None = None
    while page := _page(desk, actor, after):
        found += map(_shown, page)
        after = page[-1].id
    note_export(desk, actor, "labels", form, len(found))
    return found


def _shown(label: Label) -> dict[str, Any]:
    return LabelOut.model_validate(asdict(label)).model_dump(mode="json")
