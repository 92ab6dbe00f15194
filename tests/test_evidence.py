"""What may and may not move a score, held to on everybody we have: samples, personas, cases."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import fraudscore
from features.catalogue import FEATURES
from features.compute import compute
from features.reading import read_profile
from features.record_rows import from_profiles
from fraudscore.assessment import BANDS
from fraudscore.cohort import cohort_of
from tests.reachable import CONSTRUCTED, LINE, LINKED, NETWORK

ROOT = Path(__file__).parent.parent
STAGES = "interviewed verified shipped logged_in committed invoiced paid".split()
PARTS = {
    "sessions": ("sessions",),
    "devices": ("devices", "tools"),
    "payouts": ("payouts",),
    "shipments": ("shipments",),
    "checks": ("checks",),
    "conduct": ("conduct",),
    "applications": ("applications",),
    "code": ("repositories", "commits", "activity", "renames"),
    "work": ("positions", "education", "skills", "web_profiles", "references"),
    "contact": ("emails", "phones", "handles", "list_matches"),
    "engagement": ("chain", "deliverables"),
}
"""Each part of the record that holds evidence, and its tables."""


def everybody():
    lines = (ROOT / "data/samples/applicants.jsonl").read_text().splitlines()
    yield from map(json.loads, lines)
    for folder in ("tests/personas", "data/samples/published"):
        for path in sorted((ROOT / folder).glob("*.json")):
            yield json.loads(path.read_text())["profile"]
    for path in sorted((ROOT / "data/samples/stories").glob("*.json")):
        yield json.loads(path.read_text())


PEOPLE = list(everybody())


@pytest.fixture(scope="module")
def scorer():
    return fraudscore.load()


@pytest.fixture(scope="module")
def scored(scorer):
    return scorer.score_many(PEOPLE)


@pytest.fixture(scope="module")
def log_odds(scorer):
    return assessed(scorer, PEOPLE).log_odds


def reads(feature, part):
    """Whether a feature reads a part of the record."""
    places = [place for need in feature.needs for place in need.split("|")]
    own = any(place.split(".")[0] in PARTS[part] for place in places)
    return own or any(place.startswith(f"profiles.{part}.") for place in places)


def assessed(scorer, profiles):
    people = [read_profile(profile) for profile in profiles]
    return scorer.assess(from_profiles(people))


@pytest.mark.parametrize("part", PARTS)
def test_taking_away_what_did_not_help_never_raises_the_score_or_the_band(part, scorer):
    """A part's contribution is that of the features that read it and lose their value with it."""
    having = [profile for profile in PEOPLE if part in profile]
    lacking = [{n: v for n, v in profile.items() if n != part} for profile in having]
    before, after = assessed(scorer, having), assessed(scorer, lacking)
    old, new = before.computed.matrix, after.computed.matrix
    changed = ~((old == new) | (np.isnan(old) & np.isnan(new)))
    own = np.array([reads(feature, part) for feature in FEATURES.values()])
    contribution = np.where(changed & own, before.contributions, 0).sum(axis=1)
    against = contribution >= 0
    assert against.any()
    assert (after.log_odds[against] <= before.log_odds[against] + 1e-9).all()
    for row in np.flatnonzero(against):
        low = after.bands[row] == "insufficient_evidence"
        assert low or BANDS.index(after.bands[row]) <= BANDS.index(before.bands[row])


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("more", [{}, {"checked": "in_person", "name_agrees": True}])
def test_recording_a_clearing_check_never_raises_the_score(stage, more, scorer, log_odds):
    check = {"stage": stage, "outcome": "same", "capture": "in_person", **more}
    cleared = [
        profile | {"checks": [*profile.get("checks", ()), check | {"at": profile["as_of"]}]}
        for profile in PEOPLE
    ]
    raised = assessed(scorer, cleared).log_odds > log_odds + 1e-9
    assert not raised.any(), np.array(PEOPLE)[raised]


def test_recording_that_something_was_looked_for_and_not_seen_never_raises_the_score(
    scorer, log_odds
):
    from features.records import ObservationKind

    kinds = ObservationKind.__args__
    for kind in kinds:
        noted = [
            profile | {"conduct": [*profile.get("conduct", ()), {"kind": kind, "seen": False}]}
            for profile in PEOPLE[:60]
        ]
        raised = assessed(scorer, noted).log_odds > log_odds[:60] + 1e-9
        assert not raised.any(), (kind, np.array(PEOPLE[:60])[raised])


def test_an_observation_without_a_finding_is_none(scorer, scored):
    from features.records import ObservationKind

    blank = [{"kind": kind, "seen": None} for kind in ObservationKind.__args__]
    noted = [one | {"conduct": [*one.get("conduct", ()), *blank]} for one in PEOPLE[:60]]
    for old, new in zip(scored[:60], scorer.score_many(noted), strict=True):
        assert new.log_odds == old.log_odds, old.profile_id


def test_every_reason_is_reachable(scorer):
    seen = np.zeros(len(FEATURES), dtype=np.bool_)
    groups = (PEOPLE, scorer.context), (CONSTRUCTED, NETWORK), (LINKED, LINE)
    for profiles, context in groups:
        batch = from_profiles([read_profile(profile) for profile in profiles])
        among = replace(context, cohort=cohort_of([batch], context))
        matrix = compute(batch, among).matrix
        seen |= (np.nan_to_num(matrix) > 0).any(axis=0)
    assert not [name for name, found in zip(FEATURES, seen, strict=True) if not found]


def test_every_band_is_reachable(scored, scorer):
    nothing = scorer.score({"profile_id": "n", "as_of": "2026-06-01T00:00:00Z", "claims": {}})
    assert {item.band for item in scored} | {nothing.band} == set(BANDS)


def test_what_was_seen_is_told_even_without_weight(scored):
    for item in scored:
        codes = [reason.code for reason in item.reasons]
        assert len(codes) == len(set(codes))
        assert all(r.state == "present" or r.contribution <= 0 for r in item.reasons)
