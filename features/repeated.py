"""Objects that give a name twice: readers of JSON keep the last, and the first would be lost unseen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from features.problems import Problem, pointer, shorten


class Repeating(dict[str, Any]):
    """An object that was written with a name twice. ``twice``: those names."""

    def __init__(self, pairs: Sequence[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        names = [name for name, _ in pairs]
        self.twice = tuple(name for name in self if names.count(name) > 1)


def marking(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """What `json.loads` makes of an object: one that repeats a name can be told from others."""
    found = dict(pairs)
    return found if len(found) == len(pairs) else Repeating(pairs)


def repeated(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[Problem]:
    """Every name that stands twice in one object, anywhere in what `marking` made."""
    if isinstance(value, Repeating):
        for name in value.twice:
            where = pointer((*path, shorten(name)[1:-1]))
            yield Problem(where, "stands there twice", "keep one, or join the two")
    if isinstance(value, dict):
        for name, item in value.items():
            yield from repeated(item, (*path, name))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from repeated(item, (*path, place))
