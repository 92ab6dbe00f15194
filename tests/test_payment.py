"""Where the pay goes, told as stories; more than half of them innocent."""

from __future__ import annotations

import numpy as np
import pytest

from features.payment import PAYMENT
from tests.fakes import context, facts_of, profile, value

NONE = context({})


def paid(name="Irune Vastel", claims=None, home="ES", **payout):
    said = {"name": name, "places": [{"country": home}], **(claims or {})}
    return profile(claims=said, payouts=[{"method": "bank", **payout}])


def worth(feature, person):
    return value(feature, person, NONE)


@pytest.mark.parametrize(
    "person",
    [
        paid(holder="VASTEL IRUNE"),
        paid(holder="I. Vastel"),
        paid("Greta Holmquist", {"other_names": ["Greta Andrane"]}, holder="Greta Andrane"),
        paid(
            "Dario Timmel",
            {"payees": [{"name": "Rosaria Bellin", "relation": "relative"}]},
            holder="Rosaria Bellin",
        ),
        paid("Sunita Valmeer", {"agency": "Northpine Studio LLC"}, holder="Northpine Studio LLC"),
        paid("Suharwan", holder="Suharwan Suharwan"),
    ],
)
def test_a_payee_who_is_the_worker_or_was_declared(person):
    assert worth("payee_other_share", person) == 0


@pytest.mark.parametrize(
    "person",
    [
        paid("Greta Holmquist", holder="Greta Andrane"),
        paid(holder="Some Company GmbH"),
        paid("王小明", holder="Wang Xiaoming"),
        paid(),
        profile(claims={}, payouts=[{"holder": "Somebody"}]),
        profile(),
    ],
)
def test_a_payee_nobody_can_judge_is_not_assessed(person):
    assert np.isnan(worth("payee_other_share", person))


def test_an_undeclared_other_person():
    person = paid(holder="Vexin Marlo")
    assert worth("payee_other_share", person) == 1
    facts = facts_of(PAYMENT, person, NONE)
    assert "Vexin Marlo" in PAYMENT.say(PAYMENT.features[0], facts, 0, 1.0)


@pytest.mark.parametrize(
    ("claims", "others", "expected"),
    [
        ({"agency": "Northpine Studio LLC"}, 19, 0),
        ({"household": ["partner"]}, 1, 0),
        ({}, 0, 0),
        ({}, 6, 6),
        ({"household": ["partner"]}, 6, 5),
    ],
)
def test_workers_on_one_account(claims, others, expected):
    holder = claims.get("agency", "Irune Vastel")
    assert (
        worth("account_workers", paid(claims=claims, holder=holder, other_workers=others))
        == expected
    )


@pytest.mark.parametrize(
    ("payout", "expected"),
    [
        ({"country": "ES"}, 0),
        ({"country": "CN"}, 1),
        ({"country": "US", "method": "e_money", "provider": "Payoneer"}, None),
        ({"country": "US", "method": "crypto"}, None),
        ({}, None),
    ],
)
def test_only_a_bank_places_anybody(payout, expected):
    found = worth("payout_elsewhere_share", paid(**payout))
    assert np.isnan(found) if expected is None else found == expected


@pytest.mark.parametrize(
    ("payout", "expected"),
    [
        ({"passed_on_share": 0.9, "passed_on_hours": 20}, 0.9),
        ({"passed_on_share": 0.9, "passed_on_hours": 200}, 0),
        ({"passed_on_share": 0.0}, 0),
        ({}, None),
    ],
)
def test_pay_that_leaves_at_once(payout, expected):
    found = worth("passed_on_share", paid(holder="Irune Vastel", **payout))
    assert np.isnan(found) if expected is None else found == pytest.approx(expected)


def accounts(*days):
    moments = [{"holder": "Irune Vastel", "added_at": f"2026-{day}T00:00:00Z"} for day in days]
    return profile(claims={"name": "Irune Vastel"}, payouts=moments)


@pytest.mark.parametrize(
    ("person", "changes", "early"),
    [
        (accounts("01-01"), 0, 0),
        (accounts("01-01", "03-10"), 0, 0),
        (accounts("01-01", "06-10"), 1, 0),
        (accounts("01-01", "01-15"), 0, 1),
        (accounts("06-01", "06-10", "06-20"), 2, 1),
    ],
)
def test_changes_of_account(person, changes, early):
    assert worth("payout_changes", person) == changes
    assert worth("early_payout_change", person) == early


@pytest.mark.parametrize(
    ("kind", "feature"),
    [("prepayment_demanded", "prepayment_demanded"), ("tax_form_disowned", "tax_form_disowned")],
)
def test_observations_are_three_valued(kind, feature):
    assert np.isnan(worth(feature, profile(conduct=[{"kind": "camera_refused"}])))
    assert worth(feature, profile(conduct=[{"kind": kind, "seen": False}])) == 0
    assert worth(feature, profile(conduct=[{"kind": kind}])) == 1


def test_a_route_by_request_counts_only_where_unusual():
    assert worth("unusual_route_request", paid(requested_after_hire=True)) == 0
    asked = {"requested_after_hire": True, "method": "crypto"}
    assert worth("unusual_route_request", paid(**asked)) == 1
    assert worth("crypto_share", paid(**asked)) == 1


def test_nothing_supplied_is_nothing_assessed():
    for feature in PAYMENT.features:
        assert np.isnan(worth(feature.name, profile()))
