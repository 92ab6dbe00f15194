"""A world as a folder of tables, written whole or not at all."""

from __future__ import annotations

import json
from collections import defaultdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from features.schema import TABLES
from fraudscore.errors import InputError
from training.whole import whole_folder
from training.world.life import Life
from training.world.tells import ATTACKER

WORLD = "world.json"
LABELS = "labels"
LIBRARIES = ("numpy", "pandas", "phonenumbers", "pyarrow")
"""Libraries whose version may change the bytes."""
PACKED = 2_000
"""People whose rows are kept as dictionaries before they become columns, to save memory."""


def refuse_other_folders(out: Path) -> None:
    """Raise InputError for a folder that holds anything but a world."""
    if out.exists() and any(out.iterdir()) and not (out / WORLD).is_file():
        raise InputError(f"{out} is a folder with other things in it; name a new one")


class Tables:
    """The rows of everybody so far, packed into columns every so often."""

    def __init__(self) -> None:
        self._rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._packed: dict[str, list[pd.DataFrame]] = defaultdict(list)

    def collect(self, life: Life) -> None:
        """Add the rows of one life."""
        self._rows["profiles"].append(_profile(life))
        for name, rows in life.lists.items():
            self._rows[name].extend({"profile_id": life.profile_id, **row} for row in rows)
        self._rows[LABELS].append(_label(life))
        if len(self._rows[LABELS]) >= PACKED:
            self._pack()

    def frames(self) -> dict[str, pd.DataFrame]:
        """Every table; columns without a value are left out."""
        self._pack()
        whole = {name: pd.concat(parts, ignore_index=True) for name, parts in self._packed.items()}
        return {
            name: frame if name == LABELS else frame.dropna(axis="columns", how="all")
            for name, frame in whole.items()
        }

    def _pack(self) -> None:
        for name, rows in self._rows.items():
            self._packed[name].append(_frame(name, rows))
        self._rows.clear()


def write(out: Path, tables: Tables, about: dict[str, Any]) -> None:
    """Write every table and ``world.json``, then put the folder in its place."""
    about = about | {"versions": {library: version(library) for library in LIBRARIES}}
    with whole_folder(out) as folder:
        for name, frame in tables.frames().items():
            frame.to_parquet(folder / f"{name}.parquet", index=False)
        (folder / WORLD).write_text(json.dumps(about, indent=1, sort_keys=True) + "\n")


def _profile(life: Life) -> dict[str, Any]:
    columns = TABLES["profiles"].columns
    return {
        "profile_id": life.profile_id,
        "as_of": life.as_of,
        "claims.name": life.name,
        "claims.time_zone": life.home.zone,
    } | {name: value for name, value in life.claims.items() if name in columns}


def _label(life: Life) -> dict[str, Any]:
    return {
        "profile_id": life.profile_id,
        "label": life.label,
        "scheme": life.scheme,
        "story": life.story,
        "buyer": life.buyer,
        "cluster": life.cluster,
        "attacker": ATTACKER.get(life.care, ""),
        "clean": life.clean,
        "as_of": life.as_of,
    }


def _frame(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Rows as columns of the kinds the record has."""
    frame = pd.DataFrame(rows)
    columns = TABLES[name].columns if name in TABLES else {}
    for column in frame.columns:
        kind = columns[column].kind if column in columns else None
        if kind == "instant" or column == "as_of":
            frame[column] = pd.to_datetime(frame[column], utc=True).dt.as_unit("us")
        elif kind == "flag":
            frame[column] = frame[column].astype("boolean")
        elif kind == "number":
            frame[column] = frame[column].astype("float64")
        elif frame[column].isna().all():
            frame = frame.drop(columns=column)
    return frame
