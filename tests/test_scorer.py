"""Assessments: sums, silence, strict order, and the same answer by every door."""

from __future__ import annotations

import gc
import json
import weakref
from math import log
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import fraudscore
from features.catalogue import of_code
from features.frames import from_frames
from features.reading import InvalidProfile, read_profile
from features.record_rows import from_profiles
from fraudscore.assessment import BANDS, Assessment
from fraudscore.errors import InputError

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "data" / "samples"
LINES = (SAMPLES / "applicants.jsonl").read_bytes().splitlines()


@pytest.fixture(scope="module")
def scorer():
    return fraudscore.load()


@pytest.fixture(scope="module")
def everybody(scorer):
    return scorer.score_many(LINES)


def test_of_many_the_one_that_cannot_be_used_is_named(scorer):
    bad = json.loads(LINES[1]) | {"as_of": "2026-06-01"}
    with pytest.raises(InvalidProfile) as told:
        scorer.score_many([LINES[0], bad])
    assert str(told.value).startswith("profiles[1].as_of: '2026-06-01' has no time zone (of ")
    assert bad["profile_id"] in str(told.value)
    with pytest.raises(InvalidProfile, match=r"^profiles\[0\], line 1 column 2: is not JSON"):
        scorer.score_many(["{"])


def test_log_odds_are_the_prior_and_the_contributions(everybody):
    for item in everybody:
        families = sum(part.contribution for part in item.families)
        reasons = sum(reason.contribution for reason in item.reasons)
        assert item.log_odds == pytest.approx(item.prior + families, abs=1e-6)
        assert item.log_odds == pytest.approx(item.prior + reasons, abs=1e-6)
        assert item.score == pytest.approx(100 / (1 + np.exp(-item.log_odds)))


def test_a_person_of_whom_nothing_is_known_scores_the_base_rate(scorer):
    item = scorer.score({"profile_id": "a", "as_of": "2026-06-01T00:00:00Z", "claims": {}})
    assert item.score == pytest.approx(100 * item.base_rate)
    assert item.reasons == ()
    assert item.band == "insufficient_evidence"
    assert {part.state for part in item.families} == {"not_supplied"}


def test_a_family_with_a_contradiction_is_present_whatever_its_weight(everybody):
    unweighed = 0
    for item in everybody:
        states = {part.family: part.state for part in item.families}
        for reason in item.reasons:
            if reason.state == "present" and of_code(reason.code).contradiction:
                assert states[reason.family] == "present"
                unweighed += reason.contribution == 0
    assert unweighed > 20


def test_no_probability_from_a_simulated_world(everybody):
    assert {item.probability for item in everybody} == {None}
    assert all(any("simulated" in n.text for n in item.notices) for item in everybody)


def test_alone_or_in_a_batch_or_as_tables_the_same(scorer, everybody):
    for line, item in list(zip(LINES, everybody, strict=True))[:25]:
        assert scorer.score(line) == item
    tables = {
        path.stem: pd.read_csv(path, dtype=str, keep_default_na=False)
        for path in (SAMPLES / "tables").glob("*.csv")
    }
    frame = scorer.score_tables(tables).set_index("profile_id")
    for item in everybody:
        assert frame.loc[item.profile_id, "score"] == pytest.approx(item.score, abs=1e-9)
        assert frame.loc[item.profile_id, "band"] == item.band


def let_go(scorer, make):
    """Whether nothing holds the batch that ``make`` makes after its people have been scored."""
    batch = make()
    left = weakref.ref(batch)
    scorer.assess(batch).assessments()
    del batch
    return left() is None


def test_people_are_let_go_as_soon_as_they_are_scored(scorer):
    records = [read_profile(line) for line in LINES[:20]]
    frame = pd.DataFrame({"profile_id": ["a"], "as_of": ["2026-06-01T00:00:00Z"]})
    gc.disable()
    try:
        assert let_go(scorer, lambda: from_profiles(records))
        assert let_go(scorer, lambda: from_profiles(records[:1]))
        assert let_go(scorer, lambda: from_frames({"profiles": frame})[0])
    finally:
        gc.enable()


def test_the_base_rate_moves_every_score_and_no_band(everybody):
    other = fraudscore.load(base_rate=0.05)
    moved = other.score_many(LINES[:40])
    for before, after in zip(everybody, moved, strict=False):
        assert after.band == before.band
        shift = log(0.05 / 0.95) - before.prior
        assert after.log_odds - before.log_odds == pytest.approx(shift)


@pytest.mark.parametrize("rate", [0, 1, -0.1, 2])
def test_a_base_rate_must_be_a_share(rate):
    with pytest.raises(InputError, match="base rate"):
        fraudscore.load(base_rate=rate)


@pytest.mark.parametrize("budget", [0, 1, 3, 1_000])
def test_a_budget_takes_the_strongest_in_strict_order(scorer, budget):
    scored = [scorer.assess(from_profiles([fraudscore.read_profile(line) for line in LINES]))]
    bands = scorer.choose([part.seen for part in scored], scored[0].batch.ids, budget)
    chosen = [e for e, band in zip(scored[0].seen.evidence, bands, strict=True) if band == "review"]
    assert len(chosen) <= budget
    if chosen:
        left = [
            e
            for e, band, may in zip(scored[0].seen.evidence, bands, scored[0].eligible, strict=True)
            if band != "review" and may
        ]
        assert min(chosen) >= max(left, default=-np.inf)


def test_not_assessed_contributes_nothing_and_is_named(everybody):
    for item in everybody:
        missing = {*item.coverage.not_supplied, *item.coverage.could_not_check}
        assert not missing & {reason.code.lower() for reason in item.reasons}
        assert item.coverage.assessed + len(missing) == item.coverage.features


def test_an_address_nobody_can_look_up_is_could_not_check(scorer):
    sessions = [{"at": "2026-05-01T09:00:00Z", "ip": ip} for ip in ("10.0.0.1", "rubbish", "::1")]
    claims = {"places": [{"country": "DE"}]}
    base = {"profile_id": "a", "as_of": "2026-06-01T00:00:00Z", "claims": claims}
    item = scorer.score(base | {"sessions": sessions})
    states = {part.family: part.state for part in item.families}
    assert states["network"] == "could_not_check"
    assert states["payment"] == "not_supplied"
    assert item.score == pytest.approx(scorer.score(base).score)


CHECK = {"stage": "logged_in", "outcome": "failed"}
NOT_SUPPLIED = {
    "one note of a call": (
        {"conduct": [{"kind": "camera_refused", "seen": False}]},
        "clock device payment contact",
    ),
    "a note that says nothing": ({"conduct": [{"kind": "camera_refused"}]}, "conduct payment"),
    "a document": (
        {"checks": [CHECK | {"stage": "verified", "checked": "document"}]},
        "conduct continuity",
    ),
    "a check between stages": ({"checks": [CHECK]}, "conduct documents"),
}


@pytest.mark.parametrize(("parts", "families"), NOT_SUPPLIED.values(), ids=NOT_SUPPLIED)
def test_what_nobody_told_of_is_not_supplied_whatever_else_was_noted(scorer, parts, families):
    item = scorer.score({"profile_id": "a", "as_of": "2026-06-01T00:00:00Z", "claims": {}} | parts)
    states = {part.family: part.state for part in item.families}
    assert {states[family] for family in families.split()} == {"not_supplied"}
    unchecked = {of_code(name).family for name in item.coverage.could_not_check}
    assert not unchecked & set(families.split())


def test_what_lies_after_as_of_is_told_and_not_used(scorer):
    record = json.loads(LINES[0])
    late = {"at": "2030-01-01T00:00:00Z", "ip": "192.0.2.1"}
    record["sessions"] = [*record.get("sessions", []), late]
    item = scorer.score(record)
    assert any(notice.code == "after_as_of" for notice in item.notices)
    assert item.log_odds == scorer.score(LINES[0]).log_odds


def test_old_address_data_is_told(scorer):
    item = scorer.score({"profile_id": "a", "as_of": "2029-01-01T00:00:00Z", "claims": {}})
    assert any(notice.code == "old_database" for notice in item.notices)


def called(record, name):
    """The record of a person whom every source calls so."""
    renamed = json.loads(json.dumps(record).replace(record["claims"]["name"], name))
    for payout in renamed.get("payouts", []):
        payout["holder"] = name
    for profile in renamed.get("work", {}).get("web_profiles", []):
        profile["name"] = name
    return renamed


def test_renaming_a_person_changes_nothing(scorer):
    record = json.loads(LINES[1])
    before = scorer.score(record)
    record_own = called(record, record["claims"]["name"])
    for name in ("Ngozi Adeyemi-Park", "Дмитро Коваль", "王小明", "X"):
        renamed = called(record, name)
        for mail in (*renamed.get("contact", {}).get("emails", []),):
            mail["address"] = record_own["contact"]["emails"][0]["address"]
        assert scorer.score(renamed).log_odds == pytest.approx(
            scorer.score(record_own).log_odds, abs=1e-9
        )
    assert before.band in BANDS


@pytest.mark.parametrize("part", ["sessions", "devices", "payouts", "contact", "conduct"])
def test_dropping_a_part_moves_the_mean_score_by_at_most_one_point(scorer, everybody, part):
    """Absence is neutral on average; stated for people who are not in review."""
    records = [json.loads(line) for line in LINES]
    without = scorer.score_many([{k: v for k, v in r.items() if k != part} for r in records])
    calm = [k for k, item in enumerate(everybody) if item.band != "review"]
    change = [without[k].score - everybody[k].score for k in calm]
    assert abs(float(np.mean(change))) <= 1.0


def test_an_assessment_is_json_both_ways(everybody):
    for item in everybody[:20]:
        assert Assessment.model_validate_json(item.model_dump_json()) == item


def test_a_stray_features_module_is_named(tmp_path, monkeypatch):
    import sys
    import types

    stray = types.ModuleType("features")
    stray.__file__ = str(tmp_path / "features.py")
    monkeypatch.setitem(sys.modules, "features", stray)
    with pytest.raises(ImportError, match=r"features\.py hides"):
        _ = fraudscore.load
