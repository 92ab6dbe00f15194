"""What every command does alike: turns errors into sentences, shows progress, says things."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

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


@contextmanager
def errors() -> Iterator[None]:
    """Turn what can go wrong into one sentence and an exit code."""
    from features.lookups import LookupDataError

    try:
        yield
    except BundleError as error:
        say(f"bundle refused: {error}")
        sys.exit(REFUSED)
    except (FraudscoreError, LookupDataError) as error:
        say(str(error))
        sys.exit(INVALID)
    except KeyboardInterrupt:
        say("interrupted; nothing was written")
        sys.exit(130)


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
