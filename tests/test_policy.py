"""The evidence rules as properties: they hold for any evidence whatever."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from features.catalogue import FEATURES
from fraudscore.assessment import BANDS
from fraudscore.policy import Policy, Rules, bands, within_budget

LIST = tuple(FEATURES.values())
POLICY = Policy(review=3.0, verify=1.0)
NAMES = list(FEATURES)
RULES = Rules(LIST)
RESTATING = np.array([f.contradiction and f.strength == "context" for f in LIST])
"""Contradictions that restate others: there they count, whatever their own weight."""
lines = st.lists(st.floats(-4, 4), min_size=len(LIST), max_size=len(LIST))


def judge(contributions, matrix=None, policy=POLICY):
    contributions = np.atleast_2d(np.array(contributions, dtype=float))
    matrix = np.where(RESTATING, 0.0, np.ones_like(contributions)) if matrix is None else matrix
    matrix = np.atleast_2d(matrix)
    seen = RULES.standing(matrix, contributions, policy.speaks)
    return bands(policy, seen), seen


def only(**parts):
    line = np.zeros(len(LIST))
    for name, value in parts.items():
        line[NAMES.index(name)] = value
    return line


def speaking_groups(line):
    """Groups of what speaks, less what tells of the same event as something that speaks."""
    said = {
        f.name: f
        for f, c in zip(LIST, line, strict=True)
        if c >= POLICY.speaks and f.strength != "context"
    }
    return {f.group for f in said.values() if not said.keys() & set(f.unless)}


@given(lines)
def test_review_needs_two_groups_and_a_contradiction(line):
    (band,), _ = judge(line)
    if band == "review":
        speaking = [f for f, c in zip(LIST, line, strict=True) if c >= POLICY.speaks]
        assert len(speaking_groups(line)) >= 2
        assert any(f.contradiction for f in speaking)


@given(lines)
def test_what_restates_others_contradicts_by_being_there(line):
    there = np.ones((1, len(LIST)))
    (band,), seen = judge(line, there)
    assert seen.contradictions[0] >= RESTATING.sum() == 1
    enough = sum(line) >= POLICY.review and len(speaking_groups(line)) >= POLICY.groups
    assert (band == "review") == enough


def test_a_referral_is_no_second_piece_of_evidence_beside_what_it_shares():
    apart = only(referral_with_shared_key=2, unsanctioned_tools=2)
    assert judge(apart)[1].speaking_groups.tolist() == [2]
    flatmates = only(referral_with_shared_key=2, device_sharers=2)
    (band,), seen = judge(flatmates)
    assert seen.speaking_groups.tolist() == [1]
    assert band == "verify"


@given(lines)
def test_context_alone_never_leaves_no_concern(line):
    context = np.array([f.strength == "context" for f in LIST])
    (band,), _ = judge(np.where(context, np.abs(line), np.minimum(line, 0)))
    assert band in ("no_concern", "insufficient_evidence")


def test_any_amount_of_vpn_alone_is_no_concern():
    line = only(anonymised_share=9.0, reported_provider_share=9.0, exit_countries=9.0)
    assert judge(line)[0] == ["no_concern"]


@given(lines)
def test_one_group_alone_is_never_review(line):
    for group in {f.group for f in LIST}:
        own = np.where([f.group == group for f in LIST], np.abs(line), 0.0)
        assert judge(own)[0] != ["review"]


@given(lines, st.floats(0, 3))
def test_more_evidence_never_lowers_the_band(line, more):
    before, _ = judge(line)
    after, _ = judge(np.array(line) + more)
    assert BANDS.index(after[0]) >= BANDS.index(before[0])


def test_nothing_known_is_insufficient_evidence():
    nothing = np.full(len(LIST), np.nan)
    assert judge(np.zeros(len(LIST)), nothing)[0] == ["insufficient_evidence"]


@given(st.lists(lines, min_size=1, max_size=8), st.integers(0, 10))
def test_a_budget_is_never_exceeded_and_keeps_strict_order(rows, budget):
    _, seen = judge(rows)
    ids = [f"p{k}" for k in range(len(rows))]
    chosen = within_budget(POLICY, seen, ids, budget)
    assert chosen.sum() <= budget
    given_bands = bands(POLICY, seen, chosen)
    assert given_bands.count("review") == chosen.sum()
    left = within_budget(POLICY, seen, ids, len(rows)) & ~chosen
    if chosen.any() and left.any():
        assert seen.evidence[chosen].min() >= seen.evidence[left].max()


@pytest.mark.parametrize("bad", [{"groups": 1}, {"contradictions": 0}, {"speaks": 0.0}, {"x": 1}])
def test_a_policy_cannot_drop_the_red_lines(bad):
    with pytest.raises(ValidationError):
        Policy(review=3, verify=1, **bad)


def test_every_band_is_reachable():
    strong = next(f for f in LIST if f.contradiction)
    other = next(f for f in LIST if f.group != strong.group and f.strength != "context")
    found = {
        judge(only(**{strong.name: 4.0, other.name: 1.0}))[0][0],
        judge(only(**{strong.name: 2.0}))[0][0],
        judge(np.zeros(len(LIST)))[0][0],
        judge(np.zeros(len(LIST)), np.full(len(LIST), np.nan))[0][0],
    }
    assert found == set(BANDS)
