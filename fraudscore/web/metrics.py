"""What is counted and timed, for Prometheus. No label holds anything about a person."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fraudscore.assessment import BANDS
from fraudscore.web.logs import event

TOGETHER = "PROMETHEUS_MULTIPROC_DIR"
"""Names the folder in which the workers of one server add up what they count."""
MEDIA = CONTENT_TYPE_LATEST
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)

REQUESTS = Counter(
    "fraudscore_requests", "Requests answered.", ["method", "route", "status"]
)  # fmt: skip
TIMES = Histogram("fraudscore_request_seconds", "Time to answer.", ["route"], buckets=SECONDS)
BATCHES = Histogram(
    "fraudscore_batch", "Requests scored together.", buckets=(1, 2, 4, 8, 16, 32, 64)
)
ASSESSED = Counter("fraudscore_assessments", "People assessed, by band.", ["band"])
COHORT_FAILURES = Counter(
    "fraudscore_cohort_failures", "Times a stored cohort could not be asked or told."
)
DELIVERED = Counter("fraudscore_webhooks", "Webhooks sent, by outcome.", ["outcome"])
for _band in BANDS:
    ASSESSED.labels(_band)


def exposition() -> bytes:
    """Everything counted so far, by all workers, in Prometheus' text format."""
    if TOGETHER not in os.environ:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    # The library has no types for this one.
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)


def count_bands(bands: Iterable[str]) -> None:
    """Count assessments."""
    for band in bands:
        ASSESSED.labels(band).inc()


class Observed:
    """Middleware: every request is counted, timed and logged under its route, not its path."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and note how it went."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status = 500
        start = time.perf_counter()

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, sending)
        finally:
            seconds = time.perf_counter() - start
            route = getattr(scope.get("route"), "path", "none")
            REQUESTS.labels(scope["method"], route, status).inc()
            TIMES.labels(route).observe(seconds)
            event(
                "request", method=scope["method"], route=route, status=status,
                ms=round(seconds * 1e3, 2),
            )  # fmt: skip
