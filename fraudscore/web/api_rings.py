"""Rings over REST: people tied together by what they control."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from fraudscore.review.desk import Desk
from fraudscore.review.rights import Actor
from fraudscore.review.rings import rings
from fraudscore.web.access import caller
from fraudscore.web.exports import MEDIA, csv_of, note_export
from fraudscore.web.openapi import described
from fraudscore.web.schemas import RingOut, RingsOut

COLUMNS = ("ring", "people", "members", "kinds", "keys", "density", "check")


def router(desk: Desk) -> APIRouter:
    """GET /rings (.json, .csv)."""
    routes = APIRouter(prefix="/api/v1", tags=["rings"])

    @routes.get("/rings", **described(RingsOut))
    async def listed(request: Request) -> Response:
        """Rings, largest first. Sharing is no proof: households and agencies share too."""
        actor = await caller(request, "read")
        found, people = await run_in_threadpool(rings, desk, actor)
        return JSONResponse({"rings": [asdict(ring) for ring in found], "people": people})

    @routes.get("/rings.json", **described(list[RingOut]))
    async def as_json(request: Request) -> Response:
        """The rings alone, as a file."""
        actor = await caller(request, "read")
        found = await run_in_threadpool(_taken, desk, actor, "json")
        return JSONResponse(found)

    @routes.get("/rings.csv", **described(None, MEDIA))
    async def as_csv(request: Request) -> Response:
        """The same for spreadsheets, one ring a row."""
        actor = await caller(request, "read")
        found = await run_in_threadpool(_taken, desk, actor, "csv")
        return csv_of(COLUMNS, [_row(n, ring) for n, ring in enumerate(found, 1)], "rings.csv")

    return routes


def _taken(desk: Desk, actor: Actor, form: str) -> list[dict[str, Any]]:
    """Every ring; that they were taken away is noted."""
    found, _ = rings(desk, actor)
    note_export(desk, actor, "rings", form, len(found))
    return [asdict(ring) for ring in found]


def _row(number: int, ring: dict[str, Any]) -> dict[str, Any]:
    keys = [f"{key['kind']} {key['key']} ({key['people']})" for key in ring["keys"]]
    return ring | {"ring": number, "people": len(ring["members"]), "keys": keys}
