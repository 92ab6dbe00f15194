"""The catalogue over REST: what is looked at, why, and what else it may mean."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from fraudscore.catalogue_text import as_data
from fraudscore.web.access import caller
from fraudscore.web.openapi import described
from fraudscore.web.schemas import FeatureOut


def router() -> APIRouter:
    """GET /catalogue."""
    routes = APIRouter(prefix="/api/v1", tags=["catalogue"])

    @routes.get("/catalogue", **described(list[FeatureOut]))
    async def catalogue(request: Request) -> Response:
        """Every feature with reason, innocent causes, next check and source."""
        await caller(request, None)
        return JSONResponse(as_data())

    return routes
