"""The samples do what their datasheet says; the honest stories stay out of review."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import fraudscore
from fraudscore.io import read_inputs
from scripts.stories import IMPERSONATED, STORIES

SAMPLES = Path(__file__).parent.parent / "data" / "samples"


@pytest.fixture(scope="module")
def scorer():
    return fraudscore.load()


def story(name):
    return json.loads((SAMPLES / "stories" / f"{name}.json").read_text())


@pytest.mark.parametrize("name", [name for name in STORIES if name not in IMPERSONATED])
def test_honest_but_odd_people_are_not_in_review(scorer, name):
    item = scorer.score(story(name))
    assert item.band in ("no_concern", "verify", "insufficient_evidence"), item.reasons[:3]


@pytest.mark.parametrize("name", IMPERSONATED)
def test_impersonation_after_published_cases_is_in_review(scorer, name):
    item = scorer.score(story(name))
    assert item.band == "review"
    assert all(reason.innocent and reason.next_check for reason in item.reasons)


def test_every_story_has_a_file_and_says_who_it_is():
    assert {path.stem for path in (SAMPLES / "stories").glob("*.json")} == set(STORIES)
    assert all(made.__doc__ for made in STORIES.values())
    assert len(STORIES) - len(IMPERSONATED) >= 12


def test_applicants_and_tables_are_the_same_people():
    ids = [
        json.loads(line)["profile_id"]
        for line in (SAMPLES / "applicants.jsonl").read_text().splitlines()
    ]
    table = pd.read_csv(SAMPLES / "tables" / "profiles.csv")
    labels = pd.read_csv(SAMPLES / "applicants.labels.csv")
    assert len(ids) == 300
    assert set(ids) == set(table["profile_id"]) == set(labels["profile_id"])
    assert labels["label"].value_counts().to_dict() == {
        "honest": 210,
        "policy_breach": 36,
        "other_misrepresentation": 30,
        "impersonation": 24,
    }


@pytest.mark.parametrize("name", ["hires.csv", "hires.xlsx"])
def test_twelve_hires_can_all_be_read(name):
    chunks = list(read_inputs([SAMPLES / name], default_as_of=pd.Timestamp("2026-06-01", tz="UTC")))
    assert sum(chunk.batch.n for chunk in chunks) == 12
    assert not [item for chunk in chunks for item in chunk.rejected]


def test_both_spreadsheets_hold_the_same_cells():
    sheet = openpyxl.load_workbook(SAMPLES / "hires.xlsx").active
    frame = pd.read_csv(SAMPLES / "hires.csv", dtype=str, keep_default_na=False)
    assert [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)] == [
        list(frame.columns),
        *frame.to_numpy().tolist(),
    ]
