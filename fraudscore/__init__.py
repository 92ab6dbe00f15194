"""fraudscore: do a contractor's claims and what was observed of the same person agree?

    import fraudscore
    fraudscore.load().score({"profile_id": "a-1", "as_of": "2026-06-01T00:00:00Z", "claims": {}})

The shipped model is trained on a simulated world: it ranks people for a second look and gives no
probability. A person decides.
"""

from __future__ import annotations

import importlib
from typing import Any

_HOME = {
    "load": "fraudscore.scorer",
    "Scorer": "fraudscore.scorer",
    "Assessment": "fraudscore.assessment",
    "Profile": "features.records",
    "InvalidProfile": "features.reading",
    "FraudscoreError": "fraudscore.errors",
    "read_profile": "features.reading",
}
__all__ = [
    "Assessment",
    "FraudscoreError",
    "InvalidProfile",
    "Profile",
    "Scorer",
    "load",
    "read_profile",
]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used, so that `import fraudscore` stays instant."""
    if name not in _HOME:
        raise AttributeError(f"module 'fraudscore' has no attribute {name!r}")
    _refuse_stray_features()
    return getattr(importlib.import_module(_HOME[name]), name)


def _refuse_stray_features() -> None:
    import features

    if not hasattr(features, "__path__"):
        raise ImportError(
            f"{features.__file__} hides the package `features` that belongs to fraudscore; "
            "rename that file or start from another folder"
        )
