"""The fixtures every test may ask for by name, and how long a property may take."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

import pytest
from hypothesis import settings

from tests.browsing import admin, lead, members, reviewer
from tests.desk import bases, costly_passwords, desk, quick_passwords, scorer, store, url

__all__ = [
    "admin",
    "bases",
    "costly_passwords",
    "desk",
    "lead",
    "members",
    "quick_passwords",
    "reviewer",
    "scorer",
    "store",
    "url",
]

# How long an example takes says how busy the machine is, and nothing of the property.
settings.register_profile("fraudscore", deadline=None, max_examples=60)
settings.load_profile("fraudscore")

TOGETHER = frozenset(
    "test_serving.py test_training.py test_walk.py test_wheel.py test_world.py".split()
)
"""Files that go to one worker whole, before all others: what their tests share is dear to make.

The marks of pytest-xdist say so too, but under pytest 9.2 it overlooks them, and each worker made a
world, a bundle and a server of its own.
"""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: Any, log: Any) -> Any:
    """Hand out tests one by one, but for those of TOGETHER."""
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return file if PurePath(file).name in TOGETHER else nodeid

    return Scheduling(config, log)
