"""The chain and the ledger, told as stories; half of them innocent."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.continuity import CONTINUITY
from features.ledger import STAGES, hand_overs
from features.record_rows import from_profiles
from tests.fakes import context, profile, value, values_of

NAME = "Ines Falk"


def worth(feature, person):
    return value(feature, person, context())


def check(stage, outcome, **more):
    return {"stage": stage, "outcome": outcome, **more}


def layer(name, role="agency", declared=True, **more):
    return {"name": name, "role": role, "declared": declared, **more}


def worker(claims=None, **parts):
    return profile(claims={"name": NAME, **(claims or {})}, **parts)


def chain(*layers, deliverables=(), **claims):
    return worker(claims, engagement={"chain": list(layers), "deliverables": list(deliverables)})


def same(found, expected):
    return np.isnan(found) if expected is None else found == pytest.approx(expected)


@pytest.mark.parametrize(
    ("checks", "different", "failed", "confirmed"),
    [
        ([], None, None, None),
        ([check("logged_in", "not_checked")], None, None, None),
        ([check("logged_in", "same"), check("paid", "same")], 0, 0, 2),
        ([check("logged_in", "different")], 1, 0, 0),
        ([check("shipped", "failed")], None, 1, 0),
        ([check("shipped", "failed"), check("paid", "same")], 0, 1, 1),
        ([check("interviewed", "different")], None, None, None),
        ([check("logged_in", "different", checked="selfie")], None, None, None),
        (
            [
                check("logged_in", "different", at="2026-01-01T00:00:00Z"),
                check("logged_in", "same", at="2026-02-01T00:00:00Z"),
            ],
            0, 0, 1,
        ),
        (
            [
                check("logged_in", "same", at="2026-01-01T00:00:00Z"),
                check("logged_in", "different", at="2026-02-01T00:00:00Z"),
            ],
            1, 0, 0,
        ),
    ],
)  # fmt: skip
def test_checks_between_stages(checks, different, failed, confirmed):
    person = worker(checks=checks)
    assert same(worth("handovers_different", person), different)
    assert same(worth("handovers_failed", person), failed)
    assert same(worth("handovers_confirmed", person), confirmed)


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ([], None),
        ([layer("Northpine"), layer(NAME, "worker")], 0),
        ([layer("Northpine"), layer("Kestrel Pay", "employer_of_record")], 0),
        ([layer("Northpine", declared=None)], None),
        ([layer("Northpine"), layer("Harrow", "subcontractor", declared=False)], 1),
        ([layer("Buyer", "buyer", declared=False), layer(NAME, "worker", declared=False)], None),
    ],
)
def test_links_nobody_declared(layers, expected):
    assert same(worth("undeclared_layers", chain(*layers)), expected)


@pytest.mark.parametrize(
    ("names", "given", "expected"),
    [
        ([NAME], {}, 0),
        (["Falk, Ines"], {}, 0),
        (["ifalk"], {}, None),
        (["Ines Moreau"], {"other_names": ["Ines Moreau"]}, 0),
        (["Grace Hopper", NAME], {}, 0),
        (["Grace Hopper"], {"agency": "Grace Hopper"}, 0),
        (["Grace Hopper"], {}, 1),
    ],
)
def test_names_on_commits(names, given, expected):
    commits = [
        {"repository": "r", "authored_at": f"2026-01-0{n + 1}T00:00:00Z", "author_email": "me",
         "author_name": name, "linked": True}
        for n, name in enumerate(names)
    ]  # fmt: skip
    assert same(worth("commits_in_other_name", worker(given, code={"commits": commits})), expected)


@pytest.mark.parametrize(
    ("layers", "author", "expected"),
    [
        ([], NAME, 0),
        ([], None, None),
        ([layer("Northpine Studios", substitution_allowed=True)], "Otto Brandt", None),
        ([layer("Otto Brandt", "subcontractor")], "Otto Brandt", 0),
        ([], "Northpine Studios", None),
        ([], "Otto Brandt", 1),
        ([], "Microsoft Office User", None),
        ([], "python-docx", None),
        ([layer("Northpine", declared=False, substitution_allowed=True)], "Otto Brandt", 1),
    ],
)
def test_who_made_the_work(layers, author, expected):
    made = [{"author": author, "tool": "editor"}]
    assert same(worth("deliverables_by_other_share", chain(*layers, deliverables=made)), expected)


@pytest.mark.parametrize(
    ("layers", "firm", "expected"),
    [
        ([layer("Northpine Studios")], "Northpine Studios Ltd.", 0),
        ([], "Harrow Pictures", None),
        ([layer("Northpine Studios"), layer("Harrow Pictures", declared=False)],
         "Harrow Pictures", 1),
        ([layer("Northpine Studios")], None, None),
        ([layer("Northpine Studios")], "北松电影", None),
        ([layer("Northpine Studios")], "N/A", None),
        ([layer("Northpine Studios")], "HP Inc.", None),
        ([layer("Northpine Studios"), layer("Harrow")], "Northpine Foundry", None),
    ],
)  # fmt: skip
def test_firms_in_files_against_the_declared_chain_only(layers, firm, expected):
    made = [{"organisation": firm, "tool": "editor"}]
    assert same(worth("undeclared_firm_share", chain(*layers, deliverables=made)), expected)


@pytest.mark.parametrize(
    ("claims", "layers", "expected"),
    [
        ({"places": [{"country": "DE"}]}, [], 1),
        ({"places": [{"country": "JP"}]}, [], 0),
        ({"places": [{"country": "DE"}], "time_zone": "Asia/Tokyo"}, [], 0),
        ({"places": [{"country": "DE"}]}, [layer("Northpine")], None),
        ({"places": [{"country": "DE"}], "agency": "Northpine"}, [], None),
        ({}, [], None),
    ],
)
def test_clocks_of_files(claims, layers, expected):
    made = [{"utc_offset_minutes": 540, "at": "2026-03-01T00:00:00Z"}]
    found = worth("deliverable_zone_outside_share", chain(*layers, deliverables=made, **claims))
    assert same(found, expected)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, None),
        ({"founded": "2012-01-01"}, 0),
        ({"founded": "2012-01-01", "same_address": 2}, 0),
        ({"founded": "2026-05-01"}, 1),
        ({"same_address": 40}, 1),
    ],
)
def test_young_firms_and_letterboxes(more, expected):
    assert same(worth("shell_suppliers", chain(layer("Northpine", **more))), expected)


def test_declared_agency_work_scores_no_higher_than_undeclared():
    made = [{"author": "Otto Brandt", "organisation": "Northpine"}]
    declared, hidden = (
        chain(layer("Northpine", declared=d, verified_person=False), deliverables=made)
        for d in (True, False)
    )
    open_, secret = (values_of(CONTINUITY, p, context()) for p in (declared, hidden))
    for feature in CONTINUITY.features:
        a, b = open_[feature.name][0], secret[feature.name][0]
        assert np.isnan(a) or np.isnan(b) or a <= b or feature.direction == "lowers"
    assert secret["undeclared_layers"] > open_["undeclared_layers"]


def outcomes(person):
    return {h.later: h.outcome for h in hand_overs(from_profiles([person]), 0)}


def test_a_ledger_of_nothing_is_not_checked():
    assert set(outcomes(profile()).values()) == {"not_checked"}


def test_the_ledger_names_the_broken_hand_over_and_the_evidence():
    person = worker(
        checks=[check("verified", "same"), check("logged_in", "failed")],
        conduct=[{"kind": "different_person", "seen": False}],
        shipments=[{"received_by": NAME}],
        payouts=[{"holder": "Otto Brandt"}],
    )
    found = hand_overs(from_profiles([profile(), person]), 1)
    assert [h.later for h in found] == list(STAGES[1:])
    assert [h.outcome for h in found] == [
        "same", "same", "same", "failed", "not_checked", "not_checked", "different",
    ]  # fmt: skip
    assert found[-1].because == ("payouts[0]: the account is held in another name",)


def test_a_declared_payee_is_the_same_hand_over():
    payees = [{"name": "Otto Brandt", "relation": "relative"}]
    assert (
        outcomes(worker({"payees": payees}, payouts=[{"holder": "Otto Brandt"}]))["paid"] == "same"
    )


@given(st.lists(st.sampled_from(STAGES[1:]), min_size=1, max_size=4), st.data())
def test_a_clearing_check_never_speaks_against(stages, data):
    outcome = st.sampled_from(["same", "different", "failed", "not_checked"])
    checks = [
        check(stage, data.draw(outcome), at=f"2026-01-0{n + 1}T00:00:00Z")
        for n, stage in enumerate(stages)
    ]
    clearing = check(data.draw(st.sampled_from(stages)), "same", at="2026-03-01T00:00:00Z")
    before, after = (
        values_of(CONTINUITY, worker(checks=rows), context())
        for rows in (checks, [*checks, clearing])
    )
    for feature in CONTINUITY.features:
        a, b = before[feature.name][0], after[feature.name][0]
        if not np.isnan(a) and not np.isnan(b):
            assert b <= a if feature.direction == "raises" else b >= a


def test_a_family_computer_breaks_no_hand_over():
    device = {"id": "pc", "managed": True, "other_users": 1}
    session = {"at": "2026-03-01T00:00:00Z", "device": "pc"}
    assert outcomes(worker(devices=[device], sessions=[session]))["logged_in"] == "not_checked"
    own = device | {"other_users": 0}
    assert outcomes(worker(devices=[own], sessions=[session]))["logged_in"] == "same"


def test_whose_the_bank_account_is_breaks_no_verification():
    checks = [check("verified", "same", checked="bank_account", name_agrees=False)]
    assert outcomes(worker(checks=checks))["verified"] == "same"


@pytest.mark.parametrize(
    ("parcel", "claims", "expected"),
    [
        ({"received_by": "Reception"}, {}, "not_checked"),
        ({"received_by": "Am Empfang"}, {}, "not_checked"),
        ({"received_by": "Portería"}, {}, "not_checked"),
        ({"received_by": "Sąsiad"}, {}, "not_checked"),
        ({"received_by": "Otto Brandt", "kind": "office"}, {}, "not_checked"),
        ({"received_by": "Otto Brandt"}, {"household": ["partner"]}, "not_checked"),
        (
            {"received_by": "Otto Brandt", "received_at": "2026-07-02T00:00:00Z"},
            {},
            "not_checked",
        ),
        ({"received_by": "Otto Brandt"}, {}, "different"),
        ({"received_by": "Otto Brandt", "km_from_home": 900}, {"household": ["x"]}, "different"),
    ],
)
def test_whoever_signs_for_others_breaks_no_hand_over(parcel, claims, expected):
    said = {"places": [{"country": "DE"}], **claims}
    assert outcomes(worker(said, shipments=[parcel]))["shipped"] == expected


@pytest.mark.parametrize(("allowed", "expected"), [(True, "not_checked"), (False, "different")])
def test_a_substitute_that_was_agreed_on_breaks_no_hand_over(allowed, expected):
    agreed = layer("Northpine", substitution_allowed=allowed)
    assert (
        outcomes(chain(agreed, deliverables=[{"author": "Otto Brandt"}]))["committed"] == expected
    )
