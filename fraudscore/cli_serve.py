"""The commands of whoever runs a server: serve, a first key for its API, and further teams."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from fraudscore.shell import errors, say

DB = click.option(
    "--db", metavar="URL", help="Where the desk is kept: a SQLite file, or postgresql://..."
)


@click.command()
@DB
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--socket", type=click.Path(path_type=Path), help="Listen on a Unix socket instead.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True)
@click.option("--demo", is_flag=True, help="Load invented people onto a new desk.")
@click.option("--stateless", is_flag=True, help="The REST API alone; nothing is kept.")
@click.option("--check", is_flag=True, help="Only tell what is configured and what is not.")
@click.option(
    "--key-file",
    type=click.Path(path_type=Path),
    help="Secret for keyed identifiers; with --stateless the key that callers must send.",
)
@click.option(
    "--cohort", metavar="URL", help="A stored cohort to ask, and to tell what is decided."
)
@click.option(
    "--team-cohort",
    "team_cohorts",
    nargs=2,
    multiple=True,
    metavar="TEAM URL",
    help="That of another team than the first; each has its own.",
)
@click.option("--bundle", type=click.Path(path_type=Path), help="Folder of a model bundle.")
@click.option("--ip-data", type=click.Path(path_type=Path), help="Folder of address databases.")
@click.option("--base-rate", type=float, help="Share of impersonated contractors you expect.")
def serve(
    check: bool, cohort: str | None, team_cohorts: tuple[tuple[str, str], ...], **options: Any
) -> None:
    """The review desk in the browser, and the REST API."""
    with errors():
        from fraudscore.review.team import FIRST

        options["cohorts"] = ({} if cohort is None else {FIRST: cohort}) | dict(team_cohorts)
        if check:
            from fraudscore.web.checking import run_check_of_server

            sys.exit(run_check_of_server(**options))
        from fraudscore.web.serving import run_serve

        run_serve(**options)


@click.command()
@DB
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(["assess", "read", "label", "decide", "erase"]),
    default=("assess", "read"),
    show_default=True,
)
@click.option("--per-minute", type=click.IntRange(1, 1_000_000), default=600, show_default=True)
def key(db: str | None, name: str, scopes: tuple[str, ...], per_minute: int) -> None:
    """Make an API key called NAME and print it, once. Admins make and revoke keys in the browser."""
    from fraudscore.web.keyring import run_key

    with errors():
        secret = run_key(db, name, scopes, per_minute)
        say(f"the key {name!r} may: {', '.join(scopes)}, {per_minute} times a minute")
        click.echo(secret)


@click.group()
def team() -> None:
    """The teams of a desk. Each has its own people, cases, settings and log, and sees no other's."""


_URL = click.option(
    "--url", default="http://127.0.0.1:8000", show_default=True, help="Where the desk is served."
)


@team.command()
@DB
@_URL
@click.argument("name")
def add(db: str | None, url: str, name: str) -> None:
    """Make a team called NAME and print the one-time link for its first admin."""
    from fraudscore.review.people import INVITED
    from fraudscore.web.teams import run_add

    with errors():
        found = run_add(db, name, url)
        say(f"choose the password of the team's admin, once, within {INVITED.days} days, at")
        click.echo(found)


@team.command()
@DB
@_URL
@click.argument("name")
def link(db: str | None, url: str, name: str) -> None:
    """Print a fresh link for the first admin of NAME, if they have not come; the old one ends."""
    from fraudscore.web.teams import run_link

    with errors():
        click.echo(run_link(db, name, url))


@team.command(name="list")
@DB
def list_(db: str | None) -> None:
    """Name the teams, and how many may sign in to each."""
    from fraudscore.web.teams import run_list

    with errors():
        for line in run_list(db):
            click.echo(line)
