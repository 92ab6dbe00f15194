"""The application: REST for machines, pages for people, one store and one scorer behind both."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from fraudscore import __version__
from fraudscore.review.desk import Desk
from fraudscore.scorer import Scorer
from fraudscore.web import api_assessments, api_catalogue, operation, problems
from fraudscore.web.access import Door
from fraudscore.web.heads import Heads
from fraudscore.web.metrics import Observed
from fraudscore.web.openapi import describe


def application(scorer: Scorer, desk: Desk | None = None, key: bytes | None = None) -> FastAPI:
    """Everything that is served. Without a desk nothing is kept and there are no pages.

    ``key``: digest of the bearer token of a server without a desk; None leaves it open.
    """
    app = FastAPI(
        title="fraudscore", version=__version__, docs_url=None, redoc_url=None, lifespan=_life,
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )  # fmt: skip
    app.state.desk = desk
    app.state.door = Door(desk, key)
    # First what is asked most: routes are tried in this order.
    assessments = api_assessments.router(scorer, desk)
    app.router.routes.append(api_assessments.short_way(assessments))
    app.include_router(assessments)
    app.include_router(operation.router(scorer, desk))
    app.include_router(api_catalogue.router())
    page = None
    if desk is not None:
        page = _with_desk(app, desk)
    problems.install(app, page)
    describe(app, scorer, closed=desk is not None or key is not None)
    app.add_middleware(Observed)
    app.add_middleware(Heads)
    return app


def _with_desk(app: FastAPI, desk: Desk) -> problems.Page:
    """What needs a store: cases, labels, rings, and the pages."""
    from fraudscore.web import (
        api_cases,
        api_labels,
        api_people,
        api_rings,
        browser,
        pages_appeal,
        pages_audit,
        pages_case,
        pages_hires,
        pages_hooks,
        pages_people,
        pages_queue,
        pages_rings,
        pages_sign_in,
        pages_team,
    )

    rest = (api_cases, api_labels, api_people, api_rings)
    work = (pages_queue, pages_case, pages_rings, pages_appeal)
    pages = (pages_sign_in, *work, pages_hires, pages_people, pages_team, pages_hooks, pages_audit)
    for part in (*rest, *pages):
        app.include_router(part.router(desk))
    browser.install(app, desk)
    return browser.error_page


@asynccontextmanager
async def _life(app: FastAPI) -> AsyncIterator[None]:
    """What runs beside the answering."""
    desk: Desk | None = app.state.desk
    if desk is None:
        yield
        return
    from fraudscore.web.chores import doing

    async with doing(desk):
        yield
