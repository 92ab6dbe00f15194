"""What is set once and never changes, at the price of what could change.

One record makes hundreds of these, and what guards them while the program runs is most of their price;
mypy guards them before it runs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, eq_default=False)
def fixed(made: type[T]) -> type[T]:
    """A dataclass that mypy keeps frozen, for columns and facts that never leave a batch.

    Freezing at run time makes each field five times as dear, and one record has hundreds.
    """
    return dataclass(eq=False)(made)


@dataclass_transform(frozen_default=True)
def fixed_value(made: type[T]) -> type[T]:
    """A dataclass that mypy keeps frozen, equal to another of the same fields, made anew each time.

    What is made once and shared is frozen while the program runs.
    """
    return dataclass(slots=True, unsafe_hash=True)(made)


if TYPE_CHECKING:
    from functools import cached_property

    kept = cached_property
else:

    class kept(Generic[T]):
        """`functools.cached_property` without the lock that every first use takes until Python 3.12."""

        def __init__(self, make: Callable[[Any], T]) -> None:
            self.func = make
            self._name = make.__name__
            self.__doc__ = make.__doc__

        def __get__(self, owner: Any, kind: type) -> Any:
            if owner is None:
                return self
            found = owner.__dict__[self._name] = self.func(owner)
            return found
