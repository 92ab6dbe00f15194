"""The people that `fraudscore serve --demo` shows, out of data/samples."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import fraudscore
from fraudscore.review.demo import PEOPLE

SAMPLES = Path(__file__).parent.parent / "data" / "samples"
EACH = 6
"""Applicants of each band, the smallest records."""


def main() -> None:
    """Every story, the rings, and a few applicants of each band."""
    people = [_read(path.read_text()) for path in sorted((SAMPLES / "stories").glob("*.json"))]
    people += [
        _read(line) for line in (SAMPLES / "rings" / "people.jsonl").read_text().splitlines()
    ]
    people += _applicants()
    text = "".join(json.dumps(one, separators=(",", ":")) + "\n" for one in people)
    PEOPLE.write_text(text)
    print(f"{len(people)} people, {len(text)} bytes in {PEOPLE}")


def _read(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found


def _applicants() -> list[dict[str, Any]]:
    lines = sorted((SAMPLES / "applicants.jsonl").read_text().splitlines(), key=len)
    bands: dict[str, list[dict[str, Any]]] = {}
    for line, item in zip(lines, fraudscore.load().score_many(lines), strict=True):
        bands.setdefault(item.band, []).append(_read(line))
    return [one for band in sorted(bands) for one in bands[band][:EACH]]


if __name__ == "__main__":
    main()
