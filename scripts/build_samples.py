"""Build data/samples: applicants from the simulated world, stories, and an HR spreadsheet.

    python scripts/build_samples.py

Everything is invented; the same code gives the same files.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
from openpyxl.styles import Font

from features.schema import TABLES, VALUE, TableSpec
from scripts.stories import STORIES, tell
from training.world import simulate
from training.world.addresses import AddressBook

SAMPLES = Path(__file__).parent.parent / "data" / "samples"
PEOPLE = 300
HIRES = 12
WORLD = 3_000
SEED = 11
EPOCH = b"1980-01-01T00:00:00Z"


def main() -> None:
    """Write every sample."""
    with tempfile.TemporaryDirectory() as scratch:
        world = Path(scratch) / "world"
        simulate(WORLD, SEED, world)
        frames = {path.stem: pd.read_parquet(path) for path in sorted(world.glob("*.parquet"))}
    labels = frames.pop("labels")
    chosen = _choose(labels)
    frames = {name: frame[frame["profile_id"].isin(chosen)] for name, frame in frames.items()}
    _tables(frames)
    _applicants(frames)
    labels[labels["profile_id"].isin(chosen)].drop(columns=["as_of"]).to_csv(
        SAMPLES / "applicants.labels.csv", index=False, lineterminator="\n"
    )
    _stories()
    _hires()


def _choose(labels: pd.DataFrame) -> frozenset[str]:
    """The first people of each label: 8 % impersonated, 24 % look-alikes by label, the rest honest."""
    sizes = {"impersonation": 24, "policy_breach": 36, "other_misrepresentation": 30}
    sizes["honest"] = PEOPLE - sum(sizes.values())
    parts = [labels[labels["label"] == name].head(size) for name, size in sizes.items()]
    return frozenset(pd.concat(parts)["profile_id"])


def _tables(frames: dict[str, pd.DataFrame]) -> None:
    folder = SAMPLES / "tables"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, frame in frames.items():
        if len(frame):
            frame.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")


def _applicants(frames: dict[str, pd.DataFrame]) -> None:
    people: dict[str, dict[str, Any]] = {}
    for row in _records(frames["profiles"]):
        people[row["profile_id"]] = profile = {"claims": {}}
        for column, value in row.items():
            _put(profile, column.split("."), value)
    for name, frame in frames.items():
        if name != "profiles":
            _add(people, TABLES[name], frame)
    with (SAMPLES / "applicants.jsonl").open("w", encoding="utf-8", newline="\n") as stream:
        for profile in people.values():
            stream.write(json.dumps(profile, ensure_ascii=False) + "\n")


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    text = frame.to_json(orient="records", date_format="iso", date_unit="s")
    rows = json.loads(text)
    return [{key: value for key, value in row.items() if value is not None} for row in rows]


def _put(target: dict[str, Any], path: list[str], value: Any) -> None:
    for step in path[:-1]:
        target = target.setdefault(step, {})
    target[path[-1]] = value


def _add(people: dict[str, dict[str, Any]], spec: TableSpec, frame: pd.DataFrame) -> None:
    for row in _records(frame):
        target: Any = people[row.pop("profile_id")]
        for step in spec.path[:-1]:
            target = target.setdefault(step, [] if spec.parent else {})
        if spec.parent:
            parent = row.pop(spec.parent)
            target = next(item for item in target if item["id"] == parent)
        target.setdefault(spec.path[-1], []).append(row.get(VALUE, row))


def _stories() -> None:
    folder = SAMPLES / "stories"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    book = AddressBook()
    for name in STORIES:
        text = json.dumps(tell(book, name), indent=1, ensure_ascii=False)
        (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def _hires() -> None:
    """Twelve hires as an HR team would keep them."""
    book = AddressBook()
    rows = [_hire(tell(book, name)) for name in list(STORIES)[:HIRES]]
    frame = pd.DataFrame(rows)
    frame.to_csv(SAMPLES / "hires.csv", index=False, lineterminator="\n")
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "Hires"
    sheet.append(list(frame.columns))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for values in frame.fillna("").itertuples(index=False):
        sheet.append(list(values))
    written = io.BytesIO()
    workbook.save(written)
    (SAMPLES / "hires.xlsx").write_bytes(_undated(written))


def _undated(workbook: io.BytesIO) -> bytes:
    """A workbook that does not say when it was written."""
    out = io.BytesIO()
    with zipfile.ZipFile(workbook) as dated, zipfile.ZipFile(out, "w") as plain:
        for name in dated.namelist():
            data = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", EPOCH, dated.read(name))
            plain.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _hire(profile: dict[str, Any]) -> dict[str, str]:
    claims = profile["claims"]
    place = claims["places"][0]
    payout = profile.get("payouts", [{}])[0]
    phone = profile.get("contact", {}).get("phones", [{}])[0]
    sessions = profile.get("sessions", [])[-6:]
    return {
        "ID": profile["profile_id"].removeprefix("story-"),
        "Full name": claims["name"],
        "Country": place["country"],
        "City": place.get("city", ""),
        "Time zone": claims.get("time_zone", ""),
        "Phone": phone.get("number", ""),
        "Account holder": payout.get("holder", ""),
        "Payout country": payout.get("country", ""),
        "Payout method": payout.get("method", ""),
        "Login IPs": "; ".join(
            f"{s['ip']} @ {s['at'][:16].replace('T', ' ')} UTC" for s in sessions
        ),
    }


if __name__ == "__main__":
    main()
