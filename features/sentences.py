"""Sentences with facts in them: numbers, the words that fit them, and what is not known.

`{n}` says a number, `{n:.0f}` says it so formatted, `{n:session|sessions}` says the word for one or for
another number of them.
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from functools import cache
from math import isnan
from typing import Any

WORDS = re.compile(r"\{\w+:[^|{}]*\|([^{}]*)\}")


@cache
def facts_named(sentence: str) -> tuple[str, ...]:
    """The facts a sentence names, each once."""
    found = (name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None)
    return tuple(dict.fromkeys(found))


def said(sentence: str, facts: Mapping[str, float | str | None]) -> str:
    """A sentence with its facts; a number that is NaN and a text that is None are not known."""
    return sentence.format_map({name: _speakable(fact) for name, fact in facts.items()})


def of_many(sentence: str) -> str:
    """A sentence as it stands in a catalogue: the numbers open, the words as for several."""
    return WORDS.sub(r"\1", sentence)


def counted(number: int, one: str, many: str = "") -> str:
    """``1 case``, ``2 cases``; ``many`` where it is not ``one`` with an s."""
    return f"{number} {one if number == 1 else many or one + 's'}"


class _Number(float):
    """A number that finds the words that fit it."""

    def __format__(self, spec: str) -> str:
        one, choice, many = spec.partition("|")
        if choice:
            return one if round(self) == 1 else many
        return format(int(self) if self.is_integer() else float(self), spec)


class _Unknown(str):
    """A number that is not known."""

    def __format__(self, spec: str) -> str:
        _, choice, many = spec.partition("|")
        return many if choice else "an unknown number of"


def _speakable(fact: float | str | None) -> Any:
    if fact is None or isinstance(fact, str):
        return fact or "unknown"
    return _Unknown() if isnan(fact) else _Number(fact)
