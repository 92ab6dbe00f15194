"""The fixtures every test may ask for by name, and how long a property may take."""

from __future__ import annotations

from hypothesis import settings

from tests.desk import bases, costly_passwords, desk, quick_passwords, scorer, store, url

__all__ = [
    "bases",
    "costly_passwords",
    "desk",
    "quick_passwords",
    "scorer",
    "store",
    "url",
]

# How long an example takes says how busy the machine is, and nothing of the property.
settings.register_profile("fraudscore", deadline=None, max_examples=60)
settings.load_profile("fraudscore")
