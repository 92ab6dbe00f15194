"""`fraudscore key`: an API key from the command line, for whoever has the database."""

from __future__ import annotations

from collections.abc import Sequence

from fraudscore.review.api_keys import make_key
from fraudscore.review.demo import system
from fraudscore.review.store import opened
from fraudscore.web.clock import now
from fraudscore.web.setting_up import own_database


def run_key(db: str | None, name: str, scopes: Sequence[str], per_minute: int) -> str:
    """Make a key for the first tenant; returns its secret. Raises ReviewError."""
    with opened(db or own_database()) as store, store.writing() as connection:
        actor = system(connection)
        _, secret = make_key(connection, actor, name, scopes, per_minute, now=now())
    return secret
