"""The commands. Each is thin: it reads options, calls the house, prints, and sets the exit code.

0 scored, 2 input invalid, 3 partly scored, 4 bundle refused.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from features.sentences import counted
from fraudscore import __version__
from fraudscore.cli_desk import audit, replay
from fraudscore.cli_model import evaluate, ipdata, simulate, train
from fraudscore.cli_serve import key, serve, team
from fraudscore.shell import INVALID, PARTLY, SCORED, errors, progress, say

Command = Callable[..., Any]


class Instant(click.ParamType[datetime]):
    """A moment with its zone, as in 2026-06-01T00:00:00Z; a bare day means midnight UTC."""

    name = "time"

    def convert(self, value: Any, param: Any, ctx: Any) -> datetime:
        """Parse or fail with the form to write."""
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a time; write 2026-06-01T00:00:00Z", param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _shared(command: Command) -> Command:
    """Options of every command that reads profiles."""
    for option in reversed(
        (
            click.argument("inputs", nargs=-1, required=True, metavar="INPUT..."),
            click.option(
                "--as-of", type=Instant(), help="Score as of this moment, whatever the record says."
            ),
            click.option(
                "--ip-data", type=click.Path(path_type=Path), help="Folder of address databases."
            ),
            click.option(
                "--bundle", type=click.Path(path_type=Path), help="Folder of a model bundle."
            ),
            click.option(
                "--link", is_flag=True, help="Hold the people against each other too (read twice)."
            ),
            click.option("--cohort", metavar="URL", help="Hold them against a stored cohort too."),
            click.option(
                "--key-file", type=click.Path(path_type=Path), help="Secret for keyed identifiers."
            ),
            click.option(
                "--base-rate", type=float, help="Share of impersonated contractors you expect."
            ),
        )
    ):
        command = option(command)
    return command


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """Do a remote contractor's claims and what was observed of the same person agree?"""


@main.command()
@_shared
@click.option(
    "-o", "--out", type=click.Path(path_type=Path), help="Write here instead of the screen."
)
@click.option("--format", "form", type=click.Choice(["table", "json", "jsonl", "csv", "parquet"]))
@click.option("--budget", type=click.IntRange(0), help="At most this many people in review.")
@click.option("--alert-rate", type=click.FloatRange(0, 1), help="At most this share in review.")
@click.option("--reasons", type=click.Choice(["all", "flagged", "none"]), default="all")
@click.option(
    "--rejected", type=click.Path(path_type=Path), help="Write what was rejected (JSONL)."
)
def score(**options: Any) -> None:
    """Score people: bands and reasons."""
    if options["budget"] is not None and options["alert_rate"] is not None:
        raise click.UsageError("give --budget or --alert-rate, not both")
    if math.isnan(options["alert_rate"] or 0):
        raise click.UsageError("--alert-rate is no number; write a share as in 0.01")
    from fraudscore.run import run_score

    with errors(), progress("scoring") as advance:
        sys.exit(_outcome(*run_score(progress=advance, **options)))


def _outcome(scored: int, rejected: int) -> int:
    if not rejected:
        return SCORED
    return PARTLY if scored else INVALID


@main.command()
@_shared
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def check(**options: Any) -> None:
    """Is my input usable: what can be assessed, what is missing, every error."""
    from fraudscore.run import run_check

    with errors():
        sys.exit(_outcome(*run_check(**options)))


@main.command()
@_shared
@click.option("--id", "profile_id", required=True, help="The profile to explain.")
@click.option("--json", "as_json", is_flag=True, help="Print the assessment as JSON.")
def explain(**options: Any) -> None:
    """One person in full."""
    from fraudscore.run import run_explain

    with errors():
        run_explain(**options)


@main.command()
@click.option("--format", "form", type=click.Choice(["table", "md", "json"]), default="table")
def features(form: str) -> None:
    """The catalogue: every feature, its reason, innocent causes, next check and source."""
    from fraudscore.catalogue_text import as_data, as_markdown
    from fraudscore.screen import console
    from fraudscore.terminal import catalogue

    with errors():
        if form == "table":
            console().print(catalogue())
        else:
            text = as_markdown() if form == "md" else json.dumps(as_data(), indent=1) + "\n"
            click.echo(text, nl=False)


@main.command()
def headers() -> None:
    """The headers that a spreadsheet of people may have, and what means the same."""
    from fraudscore.headers import listed

    with errors():
        for line in listed():
            click.echo(line)


@main.command(name="import")
@click.argument("kind", required=False, metavar="KIND")
@click.argument("inputs", nargs=-1, metavar="FILE...")
@click.option(
    "--suggest",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Only guess what the columns of this table mean, as a mapping for --map.",
)
@click.option(
    "-o", "--out", type=click.Path(path_type=Path), help="Profiles (JSONL); merged if it exists."
)
@click.option(
    "--into", type=click.Path(path_type=Path, exists=True), help="Merge into these profiles."
)
@click.option("--as-of", type=Instant(), help="Date the profiles; else their newest row does.")
@click.option("--person", help="Whom an export without a name is about.")
@click.option("--map", "mapping", type=click.Path(path_type=Path), help="Mapping of columns.")
@click.option("--key-file", type=click.Path(path_type=Path), help="Secret for keyed identifiers.")
@click.option("--token-env", help="Environment variable that holds the access token.")
@click.option("--cache", type=click.Path(path_type=Path), help="Folder in which to resume.")
@click.option(
    "--rejected", type=click.Path(path_type=Path), help="Write what was rejected (JSONL)."
)
def import_(kind: str | None, out: Path | None, suggest: Path | None, **options: Any) -> None:
    """Read exports of other systems as profiles. `import list` names the kinds."""
    from fraudscore.connectors import CONNECTORS
    from fraudscore.importing import run_import

    if suggest is not None:
        if kind is not None:
            raise click.UsageError("--suggest FILE stands alone, without KIND and further files")
        _suggest(suggest, out)
        return
    known = "\n".join(f"  {one.kind:18} {one.about}" for one in CONNECTORS.values())
    if kind == "list":
        click.echo(known)
        return
    if kind not in CONNECTORS:
        raise click.UsageError(f"{kind!r} is not a kind of export; there are:\n{known}")
    if not options["inputs"]:
        raise click.UsageError(f"name the {kind} export to read")
    if out is None:
        raise click.UsageError("say where to write the profiles with -o PROFILES.jsonl")
    with errors(), progress("reading") as advance:
        sys.exit(_outcome(*run_import(kind, out=out, progress=advance, **options)))


def _suggest(path: Path, out: Path | None) -> None:
    from fraudscore.connectors.suggest import write_suggestion

    with errors():
        guess = write_suggestion(path, out)
    left = ", ".join(guess.left)
    say(
        f"a guess to check, table {guess.mapping['table']}"
        + (f"; left out: {left}" if left else "")
    )
    for line in guess.questions():
        say(line)


@main.command()
@_shared
@click.option("-o", "--out", type=click.Path(path_type=Path), required=True, help="Folder.")
@click.option("--id", "profile_id", help="Only this person.")
@click.option(
    "--audience",
    type=click.Choice(["reviewer", "hr", "applicant"]),
    default="reviewer",
    show_default=True,
    help="Who will read it.",
)
@click.option("--pdf", is_flag=True, help="Write each page as PDF too.")
@click.option(
    "--policy", type=click.Path(path_type=Path), help="Answers to the four policy questions (JSON)."
)
def report(**options: Any) -> None:
    """A readable page a person, and one that lists everybody (HTML, PDF)."""
    from fraudscore.report import run_report

    with errors():
        sys.exit(_outcome(*run_report(**options)))


@main.command()
@_shared
@click.option("-o", "--out", type=click.Path(path_type=Path), help="Write the rings (JSON).")
@click.option("--picture", type=click.Path(path_type=Path), help="Draw one ring as SVG.")
@click.option("--ring", "number", type=click.IntRange(1), default=1, help="Which ring to draw.")
def rings(**options: Any) -> None:
    """Rings of people who share what they control: members, keys, the cheapest key to check."""
    from fraudscore.rings import run_rings

    with errors():
        sys.exit(_outcome(*run_rings(**options)))


@main.command()
@_shared
def learn(**options: Any) -> None:
    """Learn people into a stored cohort (--cohort), so that later ones are held against them."""
    from fraudscore.cohorts import run_learn

    if options["cohort"] is None:
        raise click.UsageError("say where the cohort is kept with --cohort FILE or URL")
    with errors():
        total, new, rejected = run_learn(**options)
        say(f"{counted(total, 'person', 'people')} read, {new} of them new to the cohort")
        sys.exit(_outcome(total, rejected))


@main.command()
@click.option("--cohort", metavar="URL", required=True, help="The stored cohort.")
@click.option("--id", "profile_id", required=True, help="The person a reviewer decided about.")
@click.option("--at", type=Instant(), help="When that was decided; now, if not given.")
@click.option("--withdraw", is_flag=True, help="It was no impersonation after all.")
@click.option("--key-file", type=click.Path(path_type=Path), help="Secret for keyed identifiers.")
def confirm(
    cohort: str, profile_id: str, at: datetime | None, withdraw: bool, key_file: Path | None
) -> None:
    """Note a confirmed impersonation in a stored cohort, for those who come after."""
    from fraudscore.cohorts import confirm as note
    from fraudscore.cohorts import open_cohort
    from fraudscore.run import moment

    with errors(), open_cohort(cohort, key_file) as store:
        at = at or moment()
        note(store, profile_id, None if withdraw else at, now=at)
        say(f"{profile_id} is noted as {'no' if withdraw else 'a'} confirmed case")


@main.command()
@click.option("--cohort", metavar="URL", required=True, help="The stored cohort.")
@click.option("--id", "profile_id", required=True, help="The person to erase.")
@click.option("--key-file", type=click.Path(path_type=Path), help="Secret for keyed identifiers.")
def forget(cohort: str, profile_id: str, key_file: Path | None) -> None:
    """Erase one person from a stored cohort."""
    from fraudscore.cohorts import forget as erase
    from fraudscore.cohorts import open_cohort

    with errors(), open_cohort(cohort, key_file) as store:
        erase(store, profile_id)
        say(f"{profile_id} is forgotten")


@main.command()
@click.option("--table", type=click.Path(path_type=Path), required=True, help="CSV or Parquet.")
@click.option("--user", required=True, help="Column of the user.")
@click.option(
    "--key", "keys", multiple=True, required=True, help="Column of a key, or COLUMN=KIND."
)
@click.option("--time", help="Column of the time; without it the order of the table counts.")
@click.option("--label", help="Column of known fraud: 1, 0 or empty.")
@click.option("-o", "--out", type=click.Path(path_type=Path), help="Facts of each user.")
def link(**options: Any) -> None:
    """Who shares a device, a line or an account in any table of sign-ups."""
    from fraudscore.link_table import run_link

    with errors():
        run_link(**options)


for command in (simulate, train, evaluate, ipdata, serve, key, team, audit, replay):
    main.add_command(command)

if __name__ == "__main__":
    main()
