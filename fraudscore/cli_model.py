"""The commands of whoever trains or runs a model: worlds, bundles, address databases."""

from __future__ import annotations

import json
from pathlib import Path

import click

from fraudscore.shell import errors, progress, say


@click.command()
@click.option("--people", type=click.IntRange(100, 2_000_000), required=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("-o", "--out", type=click.Path(path_type=Path), required=True)
def simulate(people: int, seed: int, out: Path) -> None:
    """Make a labelled simulated world as a folder of tables."""
    from training.world import simulate as make

    with errors(), progress("simulating") as advance:
        make(people, seed, out, progress=advance)
    say(f"{people} simulated people in {out}")


@click.command()
@click.option("--data", type=click.Path(path_type=Path), required=True)
@click.option("-o", "--out", type=click.Path(path_type=Path), required=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--name", default="local-run", show_default=True)
@click.option("--ip-data", type=click.Path(path_type=Path))
def train(data: Path, out: Path, seed: int, name: str, ip_data: Path | None) -> None:
    """Train a bundle on a labelled folder of tables."""
    from fraudscore.run import context_for
    from training.export import train as fit

    with errors():
        report = fit(data, out, context_for(ip_data), seed=seed, name=name)
        say(f"bundle written to {out}")
        click.echo(json.dumps(report["model"], indent=1))


@click.command()
@click.option("--bundle", type=click.Path(path_type=Path), required=True)
@click.option("--data", type=click.Path(path_type=Path), required=True)
@click.option("-o", "--out", type=click.Path(path_type=Path), required=True)
@click.option("--ip-data", type=click.Path(path_type=Path))
def evaluate(bundle: Path, data: Path, out: Path, ip_data: Path | None) -> None:
    """Measure a bundle on labelled people, with counts and intervals."""
    from fraudscore.run import context_for
    from training.assess import evaluate_bundle

    with errors():
        click.echo(evaluate_bundle(bundle, data, out, context_for(ip_data)))


@click.group()
def ipdata() -> None:
    """Which address databases are in use."""


@ipdata.command()
def status() -> None:
    """Print the databases, their build dates and licence lines."""
    from fraudscore.run import context_for
    from fraudscore.settings import ip_data_folder

    with errors():
        folder = ip_data_folder()
        click.echo(f"folder: {folder or 'none chosen, the embedded tables are used'}")
        for base in context_for(None).networks.databases:
            click.echo(f"{base.name}  built {base.built or 'unknown'}  {base.attribution}".rstrip())


@ipdata.command()
@click.argument("path", type=click.Path(path_type=Path))
def use(path: Path) -> None:
    """Use the databases in PATH from now on; `embedded` goes back to the shipped tables."""
    from fraudscore.settings import choose_ip_data

    with errors():
        click.echo(choose_ip_data(path))
