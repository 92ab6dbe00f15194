"""Numbers that know their unit and their source.

Source tags are those of the published quantities (YG, MBO, PIND ...) or `code_history.md`; `assumed`
marks a number nobody has published.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

ASSUMED = "assumed"


class Shares(dict[str, float]):
    """Things and their shares or weights; ``unit`` and ``source`` say what of and after whom."""

    def __init__(self, unit: str, source: str, of: Mapping[str, float]) -> None:
        super().__init__(of)
        self.unit, self.source = unit, source


@dataclass(frozen=True)
class Tell:
    """How often one observation shows, by the care an impersonator takes, and among honest people.

    ``careless``, ``hidden``, ``targeted``, ``copied``: shares of impersonated people of that care.
    ``honest``: share of ordinary honest people in whom the same shows for its own reasons.
    """

    careless: float
    hidden: float
    targeted: float
    copied: float
    honest: float
    source: str = ASSUMED
    unit: str = "share of people"


@dataclass(frozen=True)
class Number:
    """One number of the world."""

    value: float
    unit: str
    source: str


@dataclass(frozen=True)
class Span:
    """The bounds between which a quantity lies, each value as likely as another."""

    low: float
    high: float
    unit: str
    source: str
