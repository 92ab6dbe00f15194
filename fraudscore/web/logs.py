"""Logs as one JSON object a line, without personal values: routes, statuses, kinds of error."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

LOG = logging.getLogger("fraudscore")
TRUSTED = ("fraudscore", "uvicorn")
"""Whose messages are printed; those of libraries may quote what a caller sent."""


def event(name: str, **values: Any) -> None:
    """Something that happened. ``values`` are counts, kinds and ids, never what somebody typed."""
    LOG.info(name, extra={"values": values})


def trouble(error: BaseException) -> None:
    """Something that should not happen: its kind and where, not its text, which may quote a caller."""
    LOG.error("error", extra={"values": {"kind": type(error).__name__, "where": where(error)}})


def where(error: BaseException) -> list[str]:
    """The innermost places of an error, as ``file:line``."""
    frames = traceback.extract_tb(error.__traceback__)[-5:]
    return [f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames]


class JsonLine(logging.Formatter):
    """One record as a JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """The moment, the level, what happened and its values."""
        known = record.name.partition(".")[0] in TRUSTED
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage() if known else record.name,
        }
        line |= getattr(record, "values", {})
        if record.exc_info and record.exc_info[1] is not None:
            line |= {"kind": type(record.exc_info[1]).__name__, "where": where(record.exc_info[1])}
        return json.dumps(line)


def start_logging() -> None:
    """Send every log line to the error stream as JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLine())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    LOG.setLevel(logging.INFO)
