"""The fixtures every test may ask for by name."""

from __future__ import annotations

from tests.desk import bases, desk, scorer, store, url

__all__ = ["bases", "desk", "scorer", "store", "url"]
