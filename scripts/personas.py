"""Build tests/personas: honest people who look odd, each with a story and a full profile.

    python -m scripts.personas

Everybody is invented; the same code and tables give the same files. No persona may ever land in
`review`; when one does, the product is at fault and not the person.
"""

from __future__ import annotations

from pathlib import Path

from scripts import personas_home, personas_life, personas_places, personas_shared, personas_work
from scripts.personas_base import Json, Story, slug, tell, write
from training.world.addresses import AddressBook

FOLDER = Path(__file__).parent.parent / "tests" / "personas"
ROOMS = (personas_places, personas_shared, personas_work, personas_life, personas_home)
PERSONAS: dict[str, Story] = {slug(made): made for room in ROOMS for made in room.PEOPLE}


def build() -> dict[str, Json]:
    """Every persona by slug."""
    book = AddressBook()
    return {name: tell(book, made) for name, made in PERSONAS.items()}


if __name__ == "__main__":
    write(FOLDER, build())
