"""The base of every part of the record."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar, Self

from pydantic import BaseModel, ConfigDict, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from features.problems import BACKWARDS

KEPT = "kept"
A_DAY, A_YEAR = timedelta(days=1), timedelta(days=366)


class Part(BaseModel):
    """Frozen, closed to unknown fields, and finite: NaN and infinity are not values."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Span(Part):
    """A part that holds from one moment to another: the other way round it would say nothing.

    ``span``: the fields with its beginning and its end. ``slack``: by how much the end may lie before
    the beginning, where a moment may be told by its day or its year alone. What was kept before this was
    a rule is read as it stands (context KEPT).
    """

    span: ClassVar[tuple[str, str]]
    slack: ClassVar[timedelta] = timedelta()

    @model_validator(mode="after")
    def _in_order(self, info: ValidationInfo) -> Self:
        if info.context == KEPT:
            return self
        first, last = (getattr(self, name) for name in self.span)
        if first is not None and last is not None and last + self.slack < first:
            raise PydanticCustomError("backwards", BACKWARDS)
        return self
