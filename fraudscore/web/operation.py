"""For whoever runs the server: alive, ready, measured."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from fraudscore.review.desk import Desk
from fraudscore.scorer import Scorer
from fraudscore.web import metrics
from fraudscore.web.access import caller
from fraudscore.web.openapi import described
from fraudscore.web.schemas import HealthOut


def router(scorer: Scorer, desk: Desk | None) -> APIRouter:
    """GET /health, /ready, /metrics."""
    routes = APIRouter(tags=["operation"])

    @routes.get("/health", response_model=HealthOut, openapi_extra={"security": []})
    async def health() -> Response:
        """Alive, and which model is loaded."""
        told = HealthOut(
            status="ok",
            bundle=scorer.bundle.id,
            policy=scorer.policy.id,
            trained_on=scorer.bundle.manifest.trained_on,
        )
        return JSONResponse(told.model_dump())

    @routes.get("/ready", openapi_extra={"security": []}, response_model=None,
                responses={503: {"description": "the database does not answer"}})  # fmt: skip
    async def ready() -> Response:
        """Whether requests can be answered now.

        ``cohort``, where there is one: whether it answers (of several, whether all do); people are
        assessed without it too.
        """
        if desk is not None:
            await run_in_threadpool(_asked, desk)
        if desk is None or not desk.cohorts:
            return JSONResponse({"status": "ready"})
        answers = all([await run_in_threadpool(one.answers) for one in desk.cohorts.values()])
        told = "ready" if answers else "does not answer"
        return JSONResponse({"status": "ready", "cohort": told})

    @routes.get("/metrics", **described(None, "text/plain"))
    async def measured(request: Request) -> Response:
        """Counts and times for Prometheus; with a key, as everything else."""
        await caller(request, "read")
        return Response(metrics.exposition(), media_type=metrics.MEDIA)

    return routes


def _asked(desk: Desk) -> None:
    """Raises ReviewError unless the database answers."""
    with desk.store.reading() as connection:
        connection.exec_driver_sql("SELECT 1")
