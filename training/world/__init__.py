"""The simulated world: labelled people as a folder of tables.

Operators run personas; honest people are messy; look-alikes are several times as many as positives;
two kinds of buyer see different parts, whoever the person is. Nothing here is a real person: names
are syllables, and addresses are drawn from ranges of the right country and kind.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from features.schema import TABLES
from fraudscore.errors import InputError
from training.whole import whole_folder
from training.world.belongings import conduct, contact, devices, payouts
from training.world.cast import people as cast
from training.world.life import Life
from training.world.parameters import Parameters
from training.world.sessions import Lines, SignIns

WORLD = "world.json"
Tables = dict[str, list[dict[str, Any]]]


def simulate(
    people: int,
    seed: int,
    out: Path,
    *,
    shift: float = 1.0,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Write ``people`` labelled lives to the folder ``out``, whole or not at all.

    ``shift`` scales the rates at which tells show. Raises InputError if ``out`` is a folder with
    other things in it.
    """
    if out.exists() and any(out.iterdir()) and not (out / WORLD).is_file():
        raise InputError(f"{out} is a folder with other things in it; name a new one")
    numbers, lines = Parameters(shift), Lines(seed)
    tables: Tables = defaultdict(list)
    for life in cast(people, seed, numbers):
        _live(life, lines, numbers)
        _collect(life, tables)
        if progress and life.number % 200 == 0:
            progress(life.number, people)
    about = {"people": people, "seed": seed, "shift": shift, "parameters": numbers.digest}
    _write(out, tables, about)


def _live(life: Life, lines: Lines, numbers: Parameters) -> None:
    if "sessions" in life.sees:
        for row in SignIns(life, lines, numbers).rows():
            life.add("sessions", **row)
    if "devices" in life.sees:
        devices(life)
    if "payouts" in life.sees:
        payouts(life, numbers)
    if "contact" in life.sees:
        contact(life, numbers)
    if "conduct" in life.sees:
        conduct(life)
    life.add("places", country=life.home.country, city=life.home.name)
    for trip in life.trips:
        if trip.declared:
            life.add("travel", country=trip.country, starts=trip.starts, ends=trip.ends)
    for use in life.claims.get("vpn", ()):
        life.add("vpn", value=use)


def _collect(life: Life, tables: Tables) -> None:
    profile = {
        "profile_id": life.profile_id,
        "as_of": life.as_of,
        "claims.name": life.name,
        "claims.time_zone": life.home.zone,
    }
    columns = TABLES["profiles"].columns
    profile |= {name: value for name, value in life.claims.items() if name in columns}
    tables["profiles"].append(profile)
    for name, rows in life.lists.items():
        tables[name].extend({"profile_id": life.profile_id, **row} for row in rows)
    tables["labels"].append(
        {
            "profile_id": life.profile_id,
            "label": life.label,
            "scheme": life.scheme,
            "story": life.story,
            "buyer": life.buyer,
            "cluster": life.cluster,
            "care": life.care,
            "clean": life.clean,
            "as_of": life.as_of,
        }
    )


def _write(out: Path, tables: Tables, about: dict[str, Any]) -> None:
    with whole_folder(out) as folder:
        for name, rows in tables.items():
            _frame(name, rows).to_parquet(folder / f"{name}.parquet", index=False)
        (folder / WORLD).write_text(json.dumps(about, indent=1) + "\n")


def _frame(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows)
    columns = TABLES[name].columns if name in TABLES else {}
    for column in frame.columns:
        kind = columns[column].kind if column in columns else None
        if kind == "instant" or column == "as_of":
            frame[column] = pd.to_datetime(frame[column], utc=True)
        elif kind == "flag":
            frame[column] = frame[column].astype("boolean")
        elif kind == "number":
            frame[column] = frame[column].astype("float64")
    return frame
