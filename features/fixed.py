"""Dataclasses that are set once, at the price of plain ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, eq_default=False)
def fixed(made: type[T]) -> type[T]:
    """A dataclass that mypy keeps frozen, for columns and facts that never leave a batch.

    Freezing at run time makes each field five times as dear, and one record has hundreds.
    """
    return dataclass(eq=False)(made)
