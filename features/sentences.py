"""Sentences with facts in them: numbers, the words that fit them, and what is not known.

`{n}` says a number, `{n:.0f}` says it so formatted, `{n:session|sessions}` says the word for one or for
another number of them.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Mapping
from functools import cache
from math import isnan
from typing import NamedTuple

NAMES_MAX = 3
"""Most names told in one sentence."""
WORDS = re.compile(r"\{\w+:[^|{}]*\|([^{}]*)\}")


class _Piece(NamedTuple):
    """Text, then a fact: as a number of this format, or as the word for one or for several."""

    text: str
    fact: str | None
    format: str
    words: tuple[str, str] | None


@cache
def _pieces(sentence: str) -> tuple[_Piece, ...]:
    found = []
    for text, fact, spec, _ in string.Formatter().parse(sentence):
        one, choice, many = (spec or "").partition("|")
        found.append(_Piece(text, fact, one, (one, many) if choice else None))
    return tuple(found)


@cache
def facts_named(sentence: str) -> tuple[str, ...]:
    """The facts a sentence names, each once."""
    return tuple(dict.fromkeys(piece.fact for piece in _pieces(sentence) if piece.fact is not None))


def said(sentence: str, facts: Mapping[str, float | str | None]) -> str:
    """A sentence with its facts; a number that is NaN and a text that is None are not known."""
    told = []
    for text, name, spec, words in _pieces(sentence):
        told.append(text)
        if name is None:
            continue
        fact = facts[name]
        if fact is None or isinstance(fact, str):
            told.append(fact or "unknown")
        elif words:
            told.append(words[0] if not isnan(fact) and round(fact) == 1 else words[1])
        elif isnan(fact):
            told.append("an unknown number of")
        else:
            told.append(format(int(fact) if fact.is_integer() else fact, spec))
    return "".join(told)


def of_many(sentence: str) -> str:
    """A sentence as it stands in a catalogue: the numbers open, the words as for several."""
    return WORDS.sub(r"\1", sentence)


def listed(names: Iterable[str | None], joined: str = "or") -> str | None:
    """``Ana``, ``Ana or Ben``, ``Ana, Ben, Cleo or another``, each once; None where there is none."""
    told = [*dict.fromkeys(filter(None, names))]
    shown = [*told[:NAMES_MAX], "another"] if len(told) > NAMES_MAX else told
    if len(shown) < 2:
        return shown[0] if shown else None
    return f"{', '.join(shown[:-1])} {joined} {shown[-1]}"


def counted(number: int, one: str, many: str = "") -> str:
    """``1 case``, ``2 cases``; ``many`` where it is not ``one`` with an s."""
    return f"{number} {one if number == 1 else many or one + 's'}"
