"""The kinds of column that the desk's tables are made of."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Double, ForeignKey, Integer, String, TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
"""What indexes and keys are called."""
Number = BigInteger().with_variant(Integer, "sqlite")
"""A primary key that the database counts up itself."""
InOrder = String(400).with_variant(String(400, "C"), "postgresql")
"""Text whose order is that of its code points, so that an index finds all that begins alike."""


class Moment(TypeDecorator[datetime]):
    """A moment with its zone, kept as seconds since 1970."""

    impl = Double
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> float | None:
        """Seconds of an aware datetime."""
        return None if value is None else value.timestamp()

    def process_result_value(self, value: float | None, dialect: Any) -> datetime | None:
        """An aware datetime in UTC."""
        return None if value is None else datetime.fromtimestamp(value, UTC)


def own_id() -> Column[str]:
    """The primary key of rows whose ids leave the house."""
    return Column("id", String(32), primary_key=True)


def tenant() -> Column[int]:
    """Whose row it is."""
    return Column("tenant", ForeignKey("tenants.id"), nullable=False)


def moment(name: str = "at", nullable: bool = False) -> Column[datetime]:
    """A column of moments."""
    return Column(name, Moment, nullable=nullable)
