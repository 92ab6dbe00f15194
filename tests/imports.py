"""Running imports in tests: through the command, or straight from a connector."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from fraudscore.cli import main
from fraudscore.connectors import CONNECTORS
from fraudscore.connectors.connector import Options, Report
from fraudscore.connectors.keys import Keys
from fraudscore.connectors.people import People

EXPORTS = Path(__file__).parent.parent / "data" / "samples" / "exports"
LOGIN, NUMBER, MAIL = "ona-vertaal-example", 987654321, "ona.vertaal@example.org"
"""The person of the samples."""
NOREPLY = f"{NUMBER}+{LOGIN}@users.noreply.github.com"
KEYS = Keys(b"k" * 32)


def command(folder, *arguments, code=0):
    """Run a command; imports get a key that every test knows."""
    given = [str(a) for a in arguments]
    if given[0] == "import":
        (folder / "key").write_bytes(b"k" * 32)
        given += ["--key-file", str(folder / "key")]
    done = CliRunner().invoke(main, given)
    assert done.exit_code == code, done.output
    return done


def options(person="p1", **more):
    return Options(keys=KEYS, person=person, **more)


def read(kind, path, given=None, **more):
    """Findings merged into people as plain data, and the report."""
    report, people = Report(), People()
    reading = kind if callable(kind) else CONNECTORS[kind].read
    for finding in reading(Path(path), given or options(**more), report):
        people.add(finding)
    return [person.data() for person in people], report


def profiles(path):
    return [json.loads(line) for line in path.read_text().splitlines()]
