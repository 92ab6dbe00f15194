"""Build data/samples/published: published cases and look-alikes as records.

    python -m scripts.published

What a source tells is given; what it does not tell is left out, never filled in. Nobody's name,
handle, firm or mailbox is kept. The same code and tables give the same files.
"""

from __future__ import annotations

from pathlib import Path

from scripts import published_cases, published_lookalikes
from scripts.personas_base import Diary, Json, story_of, write
from scripts.published_base import CASES, Case
from training.world.addresses import AddressBook

FOLDER = Path(__file__).parent.parent / "data" / "samples" / "published"
ROOMS = (published_cases, published_lookalikes)
"""Importing a room is what keeps its cases."""


def build() -> dict[str, Json]:
    """Every case by id."""
    book = AddressBook()
    return {id_: tell(book, id_, CASES[id_]) for id_ in sorted(CASES)}


def tell(book: AddressBook, id_: str, case: Case) -> Json:
    """One case as kept in its file."""
    profile = {"profile_id": f"published-{id_}", "as_of": case.as_of.isoformat()}
    return {
        "case": id_,
        "story": story_of(case.made),
        "source": list(case.source),
        "known": list(case.known),
        "assumed": list(case.assumed),
        "unknown": list(case.unknown),
        "profile": {**profile, **_own_devices(id_, case.made(Diary(book, id_, case.as_of)))},
    }


def _own_devices(id_: str, parts: Json) -> Json:
    """A device is one case's: no two people share one because both call theirs a laptop."""
    named = (("devices", "id"), ("sessions", "device"))
    own = {
        table: [
            row | {column: f"{id_}-{row[column]}"} if row.get(column) else row
            for row in parts[table]
        ]
        for table, column in named
        if table in parts
    }
    return parts | own


if __name__ == "__main__":
    write(FOLDER, build())
