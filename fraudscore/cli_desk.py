"""The commands of whoever answers for a desk: is its log whole, can it say again what it said."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from features.sentences import counted
from fraudscore.shell import INVALID, errors, say

_DB = click.option("--db", metavar="URL", required=True, help="The desk: a file or a database URL.")


@click.group()
def audit() -> None:
    """The audit log of a desk: who did what, in a chain that shows a change."""


@audit.command()
@_DB
@click.option("--tenant", metavar="NAME", help="Only this team; else every one.")
@click.option(
    "--head", type=click.Path(path_type=Path), help="Heads kept elsewhere, by `audit head`."
)
def verify(db: str, tenant: str | None, head: Path | None) -> None:
    """Walk the log: exit 0 if it is whole, 2 with the entry at which it breaks.

    The database alone shows an entry changed, removed, added or moved, and an end cut off. Only a
    head kept elsewhere shows a log that was written anew by somebody who had the database in hand,
    and only up to that head.
    """
    from fraudscore.desk_log import run_verify

    with errors():
        broken = False
        for team, verdict in run_verify(db, tenant, head):
            click.echo(_told(team, verdict))
            broken = broken or not verdict.whole
        if head is None:
            say("no --head was given: a log written anew from some entry on would not be seen")
        sys.exit(INVALID if broken else 0)


def _told(team: str, verdict: Any) -> str:
    if not verdict.whole:
        return f"{team}: BROKEN at entry {verdict.broken_at}: {verdict.why}"
    erased = f", the detail of {verdict.erased} erased" if verdict.erased else ""
    entries = counted(verdict.head.entries, "entry", "entries")
    return f"{team}: whole, {entries}{erased}, head {verdict.head.digest}"


@audit.command()
@_DB
@click.option("--tenant", metavar="NAME", help="Only this team; else every one.")
def head(db: str, tenant: str | None) -> None:
    """Print where the log ends now, a line a team (JSON). Keep it where the desk cannot write."""
    from fraudscore.desk_log import run_head

    with errors():
        for line in run_head(db, tenant):
            click.echo(line)


@click.command()
@click.argument("id")
@_DB
@click.option("--bundle", type=click.Path(path_type=Path), help="Folder of a model bundle.")
@click.option("--ip-data", type=click.Path(path_type=Path), help="Folder of address databases.")
@click.option("--base-rate", type=float, help="Share of impersonated contractors you expect.")
@click.option("--key-file", type=click.Path(path_type=Path), help="Secret for keyed identifiers.")
def replay(id: str, **options: Any) -> None:
    """Compute the old assessment ID again: prints the same bytes, or says why not (exit 2)."""
    from fraudscore.desk_log import run_replay

    with errors():
        found = run_replay(id, **options)
        if isinstance(found, str):
            say(found)
            sys.exit(INVALID)
        click.echo(found, nl=False)
