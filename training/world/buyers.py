"""Two kinds of buyer, who see different parts of a life, whoever the person is."""

from __future__ import annotations

from training.world.life import Life
from training.world.rates import EMPLOYER, MARKET, PARTS


def sight(life: Life) -> set[str]:
    """The parts this buyer sees of this person: by chance, and never by label."""
    side = MARKET if life.buyer == "marketplace" else EMPLOYER
    return {part for part, chances in PARTS.items() if life.chance(chances[side])}
