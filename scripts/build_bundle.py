"""Retrain the shipped bundle: simulate, train, and note the digest of its manifest.

    python scripts/build_bundle.py [--people N] [--seed S]

The same seed, code and library versions give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path

import click

from fraudscore.bundle import DEFAULT, MANIFEST
from fraudscore.run import context_for
from training.export import train
from training.world import simulate

BUNDLES = Path(__file__).parent.parent / "fraudscore" / "bundles"


@click.command()
@click.option("--people", default=80_000, show_default=True)
@click.option("--seed", default=7, show_default=True)
def main(people: int, seed: int) -> None:
    """Write fraudscore/bundles and print the evaluation."""
    with tempfile.TemporaryDirectory() as scratch:
        world = Path(scratch) / "world"
        simulate(people, seed, world)
        report = train(world, BUNDLES / DEFAULT, context_for(None), seed=seed, name=DEFAULT)
    digest = hashlib.sha256((BUNDLES / DEFAULT / MANIFEST).read_bytes()).hexdigest()
    (BUNDLES / "SHA256SUMS").write_text(f"{digest}  {DEFAULT}/{MANIFEST}\n")
    click.echo(json.dumps(report["model"], indent=1))


if __name__ == "__main__":
    main()
