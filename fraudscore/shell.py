"""What every command does alike: turns errors into sentences, shows progress, says things."""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
)

from fraudscore.errors import BundleError, FraudscoreError

SCORED, INVALID, PARTLY, REFUSED = 0, 2, 3, 4
"""Exit codes."""
INTERRUPTED = (
    "interrupted; what was finished until then is kept, no file is left half written: run it again"
)
"""Pages of a report and people of a cohort are finished one after the other."""
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}


class Stopped(KeyboardInterrupt):
    """Asked to end by the system (SIGTERM); what was begun is put away as after Ctrl-C."""


@contextmanager
def errors() -> Iterator[None]:
    """Turn what can go wrong into one sentence and an exit code."""
    from features.lookups import LookupDataError

    try:
        with _stoppable():
            yield
    except BundleError as error:
        say(f"bundle refused: {error}")
        sys.exit(REFUSED)
    except (FraudscoreError, LookupDataError) as error:
        say(str(error))
        sys.exit(INVALID)
    except OSError as error:
        # Files of ours tell their own trouble: what is left without a name is standard output.
        if error.filename is not None or error.errno not in FULL:
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        say(f"standard output: {error.strerror}; write to where there is room")
        sys.exit(INVALID)
    except Stopped:
        say(INTERRUPTED)
        sys.exit(128 + signal.SIGTERM)
    except KeyboardInterrupt:
        say(INTERRUPTED)
        sys.exit(128 + signal.SIGINT)


@contextmanager
def _stoppable() -> Iterator[None]:
    """Let SIGTERM end a command as Ctrl-C does, so that nothing half written stays behind."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _stop(_number: int, _frame: Any) -> NoReturn:
    raise Stopped


def say(text: str) -> None:
    """One line on the error stream."""
    from fraudscore.screen import console

    console(error=True).print(text, soft_wrap=True)


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int | None], None]]:
    """How far a command has come, on the error stream, shown to people only."""
    from fraudscore.screen import console

    shown = console(error=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=shown, transient=True, disable=not shown.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
