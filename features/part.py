"""The base of every part of the record."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """Frozen, closed to unknown fields, and finite: NaN and infinity are not values."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
