"""Write the migration that brings the newest one up to the tables: `python -m scripts.new_migration`."""

from __future__ import annotations

import tempfile

import click
from alembic import command

from fraudscore.review import store


@click.command()
@click.argument("number")
@click.argument("message")
def main(number: str, message: str) -> None:
    """NUMBER as in 0002, MESSAGE a sentence about what changed."""
    config = store.migrations()
    with (
        tempfile.TemporaryDirectory() as folder,
        store.Store(f"{folder}/desk.db") as desk,
        desk.writing() as connection,
    ):
        config.attributes["connection"] = connection
        command.revision(config, message=message, autogenerate=True, rev_id=number)


if __name__ == "__main__":
    main()
