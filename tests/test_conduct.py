"""What was noted at interviews and at work, told as stories; more than half of them innocent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.conduct import CONDUCT
from features.records import ObservationKind
from tests.fakes import context, facts_of, profile, sentence, value, values_of

NONE = context({})
KINDS = [feature.name for feature in CONDUCT.features]
ELSEWHERE = {
    "asked_own_device": "device",
    "asked_off_platform": "contact",
    "prepayment_demanded": "payment",
    "tax_form_disowned": "payment",
    "unavailable_in_claimed_hours": "clock",
}
"""Kinds read by the families whose question they answer."""
RUBRIC = Path(__file__).parent.parent / "data" / "rubric"


def note(kind, seen=True, **parts):
    return {"kind": kind, "seen": seen, **parts}


def noted(*notes, checks=()):
    return profile(conduct=notes, checks=checks)


def worth(feature, who):
    return value(feature, who, NONE)


INNOCENT = {
    "deaf, met in a written interview; nobody asked for a camera": (
        noted(note("reads_answers", False)),
        {"camera_refused": None, "reads_answers": 0},
    ),
    "camera off once for a bad line, on at the next two calls": (
        noted(note("camera_refused"), note("camera_refused", False), note("camera_refused", False)),
        {"camera_refused": pytest.approx(1 / 3)},
    ),
    "camera refused because of a disability, and nothing else": (
        noted(note("camera_refused"), note("different_person", False)),
        {"camera_refused": 1, "different_person": 0, "artefact_seen": None},
    ),
    "background filter that somebody looked at and explained": (
        noted(note("artefact_seen", False)),
        {"artefact_seen": 0},
    ),
    "joined under the name of the application": (
        noted(note("joined_under_other_name", False)),
        {"joined_under_other_name": 0},
    ),
    "new in town, knew the place she came from": (
        noted(note("claimed_place_unknown"), note("claimed_place_unknown", False)),
        {"claimed_place_unknown": 0.5, "claimed_employer_unknown": None},
    ),
    "never asked about the place": (
        noted(note("claimed_employer_unknown", False)),
        {"claimed_place_unknown": None, "claimed_employer_unknown": 0},
    ),
    "carer who came to the second appointment": (
        noted(note("in_person_avoided"), note("in_person_avoided", False)),
        {"in_person_avoided": 0.5, "pickup_avoided": None},
    ),
    "collected the laptop": (noted(note("pickup_avoided", False)), {"pickup_avoided": 0}),
    "wrote the test by hand": (noted(note("pasted_code_test", False)), {"pasted_code_test": 0}),
    "kept his accounts, copied nothing, worked as before": (
        noted(
            note("handle_switched", False),
            note("bulk_export", False),
            note("output_changed", False),
            note("meeting_collision", False),
            note("threatened", False),
            note("account_advertised", False),
        ),
        {
            "handle_switched": 0,
            "bulk_export": 0,
            "output_changed": 0,
            "meeting_collision": 0,
            "threatened": 0,
            "account_advertised": 0,
        },
    ),
    "interviewer who ticked same person in the spreadsheet": (
        noted(checks=[{"stage": "interviewed", "outcome": "same"}]),
        {"different_person": 0},
    ),
    "interview that was not compared with the one before": (
        noted(checks=[{"stage": "interviewed", "outcome": "not_checked"}]),
        {"different_person": None},
    ),
    "the vendor's selfie check at the interview is for documents to read": (
        noted(checks=[{"stage": "interviewed", "outcome": "different", "checked": "selfie"}]),
        {"different_person": None},
    ),
    "notes that other families read": (
        noted(*(note(kind) for kind in ELSEWHERE)),
        dict.fromkeys(KINDS, None),
    ),
}
ODD = {
    "another voice at the second interview": (
        noted(note("different_person"), checks=[{"stage": "interviewed", "outcome": "same"}]),
        {"different_person": 0.5},
    ),
    "the interviewer ticked different person": (
        noted(checks=[{"stage": "interviewed", "outcome": "different"}]),
        {"different_person": 1},
    ),
    "the account was on offer": (noted(note("account_advertised")), {"account_advertised": 1}),
    "could not name a street nor a colleague, on two calls": (
        noted(*(note(k) for k in ("claimed_place_unknown", "claimed_employer_unknown") * 2)),
        {"claimed_place_unknown": 1, "claimed_employer_unknown": 1},
    ),
    "every kind once": (noted(*(note(kind) for kind in KINDS)), dict.fromkeys(KINDS, 1)),
}
TABLE = [
    pytest.param(who, feature, expected, id=f"{story}: {feature}")
    for story, (who, features) in (INNOCENT | ODD).items()
    for feature, expected in features.items()
]


@pytest.mark.parametrize(("who", "feature", "expected"), TABLE)
def test_stories(who, feature, expected):
    found = worth(feature, who)
    assert np.isnan(found) if expected is None else found == expected


def test_most_stories_are_innocent():
    assert len(INNOCENT) > len(ODD)


def test_nothing_supplied_is_nothing_assessed():
    for feature in CONDUCT.features:
        assert np.isnan(worth(feature.name, profile()))


def test_only_a_name_a_person_or_an_offer_contradicts():
    found = {f.name for f in CONDUCT.features if f.contradiction}
    assert found == {"joined_under_other_name", "different_person", "account_advertised"}


def test_a_note_after_the_moment_asked_about_is_not_known_yet():
    late = noted(note("different_person", at="2026-07-02T00:00:00Z"))
    assert np.isnan(worth("different_person", late))


def test_what_a_person_reads():
    who = noted(note("camera_refused"), note("camera_refused", False))
    assert sentence("camera_refused", who, NONE) == (
        "the camera was refused in 50% of the calls noted"
    )
    rows = facts_of(CONDUCT, who, NONE).camera_rows
    assert [rows.table.pointer(row) for row in np.flatnonzero(rows.mask)] == ["conduct[0]"]


def test_every_kind_is_read_by_one_family():
    assert sorted([*KINDS, *ELSEWHERE]) == sorted(get_args(ObservationKind))


notes = st.lists(
    st.builds(note, st.sampled_from(get_args(ObservationKind)), st.booleans()), max_size=6
)


@settings(deadline=None)
@given(notes, st.sampled_from(KINDS))
def test_a_note_that_saw_nothing_never_raises(some, kind):
    before = values_of(CONDUCT, noted(*some), NONE)
    after = values_of(CONDUCT, noted(*some, note(kind, False)), NONE)
    for name in KINDS:
        assert np.nan_to_num(after[name][0]) <= np.nan_to_num(before[name][0]), name


@settings(deadline=None)
@given(notes, st.sampled_from(KINDS))
def test_a_note_that_saw_it_never_lowers(some, kind):
    before = values_of(CONDUCT, noted(*some), NONE)
    after = values_of(CONDUCT, noted(*some, note(kind)), NONE)
    for name in KINDS:
        assert np.nan_to_num(after[name][0]) >= np.nan_to_num(before[name][0]), name


@settings(deadline=None)
@given(st.lists(notes, min_size=2, max_size=4))
def test_one_alone_is_one_among_many(several):
    people = [noted(*some) for some in several]
    together = values_of(CONDUCT, people, NONE)
    for name, column in together.items():
        alone = [values_of(CONDUCT, who, NONE)[name][0] for who in people]
        assert np.array_equal(column, alone, equal_nan=True), name


def test_the_rubric_knows_every_kind_and_no_other():
    rubric = json.loads((RUBRIC / "interview.json").read_text())
    kinds = [entry["kind"] for entry in rubric["kinds"]]
    assert kinds == list(get_args(ObservationKind))
    text = (RUBRIC / "interview.md").read_text()
    for entry in rubric["kinds"]:
        for part in ("when", "ask", "seen", "not_seen", "no_note", "innocent"):
            assert entry[part], (entry["kind"], part)
        told = [entry[part] for part in ("seen", "not_seen", "no_note")]
        cells = [f"`{entry['kind']}`", *told, "; ".join(entry["innocent"])]
        assert f"| {' | '.join(cells)} |" in text
        assert f"- `{entry['kind']}` ({entry['when']}): {entry['ask']}" in text


def test_the_rubric_s_example_is_a_record():
    rubric = json.loads((RUBRIC / "interview.json").read_text())
    who = profile(conduct=rubric["example"])
    assert worth("camera_refused", who) == 1
    assert worth("different_person", who) == 0


@pytest.mark.parametrize("trait", ["accent", "language", "looks", "background"])
def test_the_rubric_says_what_is_never_judged(trait):
    never = json.loads((RUBRIC / "interview.json").read_text())["never_judge"]
    assert any(trait in entry["what"] for entry in never)
    text = (RUBRIC / "interview.md").read_text()
    assert all(f"| {entry['what']} | {entry['why']} |" in text for entry in never)
