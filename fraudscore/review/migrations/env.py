"""Run by Alembic for each upgrade, on the connection that the store hands over."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

from fraudscore.review.columns import Moment
from fraudscore.review.tables import ALL


def rendered(kind: str, thing: Any, _: Any) -> str | Literal[False]:
    """A migration keeps its own words: it must not change when a type of ours does."""
    return "sa.Double()" if kind == "type" and isinstance(thing, Moment) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=ALL,
    render_as_batch=True,
    render_item=rendered,
)
context.run_migrations()
