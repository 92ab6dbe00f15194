"""What is kept between runs: which folder of address databases to use, and where a key lies."""

from __future__ import annotations

import os
from pathlib import Path

from fraudscore.errors import OutputError

VARIABLE = "FRAUDSCORE_IP_DATA"
EMBEDDED = "embedded"


def folder() -> Path:
    """Where the user's own settings are kept; it need not exist."""
    base = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(base) / "fraudscore"


def _file() -> Path:
    return folder() / "ip-data"


def ip_data_folder() -> Path | None:
    """The folder chosen by the environment or by `fraudscore ipdata use`, None for embedded."""
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named)
    try:
        text = _file().read_text(encoding="utf-8").strip()
    except (OSError, RuntimeError, UnicodeDecodeError):
        return None
    return Path(text) if text else None


def choose_ip_data(path: Path) -> str:
    """Remember a folder after opening what is in it; returns a sentence about what is in use.

    Raises LookupDataError if nothing usable is there, OutputError if the choice cannot be kept.
    """
    from features.lookups import load_networks

    chosen = "" if str(path) == EMBEDDED else str(path.resolve())
    bases = load_networks(Path(chosen) if chosen else None).databases
    try:
        _file().parent.mkdir(parents=True, exist_ok=True)
        _file().write_text(chosen, encoding="utf-8")
    except (OSError, RuntimeError) as error:
        raise OutputError(
            f"the choice cannot be kept ({error}); set {VARIABLE}={path} instead"
        ) from error
    return "in use: " + ", ".join(base.name for base in bases)


def data_folder() -> Path:
    """Where the user's own data is kept; it need not exist."""
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "fraudscore"
