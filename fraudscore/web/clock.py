"""The one place of the server that reads the clock; everything else is told what time it is."""

from __future__ import annotations

import time
from datetime import UTC, datetime


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def ticks() -> float:
    """Seconds that never run backwards, for spans of time only."""
    return time.monotonic()
