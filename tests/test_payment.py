"""Where the pay goes, told as stories; more than half of them innocent."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.payment import PAYMENT
from tests.fakes import context, facts_of, profile, value, values_of

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
        paid("Сергей Волков", holder="SERGEI VOLKOV"),
        paid("Irune Vastel", holder="Irune Vastel", method="e_money", provider="Payoneer"),
        paid(
            "Mara Telek",
            {"payees": [{"name": "Telek GmbH", "relation": "own_company"}]},
            holder="Telek GmbH",
        ),
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
        paid("田中 太郎", holder="ﾀﾅｶ ﾀﾛｳ"),
        paid("Greta Holmquist", holder="G. Andrane"),
        paid("Suharwan", holder="Suharwan Wijaya"),
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
        ({"passed_on_share": 0.9}, None),
        ({}, None),
    ],
)
def test_pay_that_leaves_at_once(payout, expected):
    found = worth("passed_on_share", paid(holder="Irune Vastel", **payout))
    assert np.isnan(found) if expected is None else found == pytest.approx(expected)


def test_the_rows_behind_a_share_that_leaves_at_once_are_shown_however_small():
    person = paid(holder="Irune Vastel", passed_on_share=0.1, passed_on_hours=5)
    rows = facts_of(PAYMENT, person, NONE).passed_rows
    assert [rows.table.pointer(row) for row in np.flatnonzero(rows.mask)] == ["payouts[0]"]


def test_a_couple_who_declared_each_other():
    said = {
        "payees": [{"name": "Rosaria Bellin", "relation": "relative"}],
        "household": ["partner"],
    }
    person = paid("Dario Timmel", said, holder="Rosaria Bellin", other_workers=1)
    assert worth("payee_other_share", person) == 0
    assert worth("account_workers", person) == 0


def test_payoneer_where_no_bank_will_serve():
    person = paid("Irune Vastel", home="TJ", holder="Irune Vastel", method="e_money", country="US")
    assert np.isnan(worth("payout_elsewhere_share", person))
    assert worth("payee_other_share", person) == 0


def test_what_kind_of_account_is_not_said_is_no_bank_account():
    said = {"holder": "Irune Vastel", "country": "LU"}
    assert worth("payout_elsewhere_share", paid(**said)) == 1
    assert np.isnan(worth("payout_elsewhere_share", paid(**said, method=None)))


def test_a_client_the_worker_controls_is_three_valued():
    found = [worth("paid_by_self", paid(paid_by_self=said)) for said in (True, False)]
    assert found == [1, 0]
    assert np.isnan(worth("paid_by_self", paid()))


def accounts(*days):
    moments = [{"holder": "Irune Vastel", "added_at": f"2026-{day}T00:00:00Z"} for day in days]
    signin = {"at": moments[0]["added_at"]}
    return profile(claims={"name": "Irune Vastel"}, payouts=moments, sessions=[signin])


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
    assert worth(feature, profile(conduct=[{"kind": kind, "seen": True}])) == 1
    assert np.isnan(worth(feature, profile(conduct=[{"kind": kind}])))  # nothing was noted


def test_a_route_by_request_counts_only_where_unusual():
    assert worth("unusual_route_request", paid(requested_after_hire=True)) == 0
    assert np.isnan(worth("unusual_route_request", paid(requested_after_hire=True, method=None)))
    asked = {"requested_after_hire": True, "method": "crypto"}
    assert worth("unusual_route_request", paid(**asked)) == 1
    assert worth("crypto_share", paid(**asked)) == 1


def test_nothing_supplied_is_nothing_assessed():
    for feature in PAYMENT.features:
        assert np.isnan(worth(feature.name, profile()))


@pytest.mark.parametrize(
    ("agency", "holder"),
    [
        ("Northpine Studio LLC", "NORTHPINE STUDIO, LLC"),
        ("Northpine Studio", "Northpine Studio LLC"),
        ("Northpine Studio LLC", "Northpine Studio L.L.C."),
        ("Northpine", "Northpine Holding GmbH"),
    ],
)
def test_a_declared_agency_is_the_same_however_its_form_is_written(agency, holder):
    person = paid(
        "Sunita Valmeer",
        {"agency": agency},
        holder=holder,
        other_workers=19,
        passed_on_share=0.9,
        passed_on_hours=9,
    )
    for feature in ("payee_other_share", "account_workers", "passed_on_share"):
        assert worth(feature, person) == 0


def test_declaring_one_company_says_nothing_of_another():
    agency = {"agency": "Northpine Studio LLC"}
    person = paid(claims=agency, holder="Oskar Pelto Ltd", other_workers=19)
    assert worth("account_workers", person) == 19


@pytest.mark.parametrize(
    ("claims", "holder"),
    [
        ({"agency": "北松科技"}, "Beisong Keji"),
        ({"agency": "Northpine Studio"}, None),
        ({"agency": "Northpine Studio"}, "Northpine Pictures Ltd"),
        ({"payees": [{"name": "Розарія Белін", "relation": "relative"}]}, "罗莎 贝林"),
    ],
)
def test_an_account_that_may_be_a_declared_payees_speaks_neither_way(claims, holder):
    own = {"other_workers": 19, "passed_on_share": 0.9, "passed_on_hours": 9, "country": "LU"}
    person = paid(claims=claims, holder=holder, **own)
    for feature in ("account_workers", "passed_on_share", "payout_elsewhere_share"):
        assert np.isnan(worth(feature, person))
    clear = paid(claims=claims, holder=holder, **own | {"other_workers": 0, "country": "ES"})
    assert worth("account_workers", clear) == worth("payout_elsewhere_share", clear) == 0


def test_a_payee_declared_in_other_letters_may_be_the_holder():
    said = {"payees": [{"name": "王丽", "relation": "relative"}]}
    assert np.isnan(worth("payee_other_share", paid(claims=said, holder="Wang Li")))
    assert worth("payee_other_share", paid(holder="Wang Li")) == 1


def test_an_agency_pays_its_people_on():
    person = paid(
        claims={"agency": "Northpine Studio LLC"},
        holder="Northpine Studio LLC",
        passed_on_share=0.9,
        passed_on_hours=20,
    )
    assert worth("passed_on_share", person) == 0


def test_a_bank_that_closed_the_account_costs_one_change_and_no_other_name():
    person = accounts("01-01", "06-10")
    assert worth("payout_changes", person) == 1
    assert worth("payee_other_share", person) == 0


def test_an_account_that_is_told_of_again_is_no_change():
    """Listed once a currency, or once a check of it: it is the same account."""
    days = ("01-01", "01-20", "06-10")
    one, other = ([row.model_dump() for row in accounts(*days).payouts] for _ in range(2))
    for row in one:
        row["account"] = "acc-1"
    other[0]["account"] = other[1]["account"] = "acc-1"
    other[2]["account"] = "acc-2"
    for rows, changes in ((one, 0), (other, 1)):
        person = profile(
            claims={"name": "Irune Vastel"},
            payouts=rows,
            sessions=[{"at": "2026-01-01T00:00:00Z"}],
        )
        assert worth("payout_changes", person) == changes
        assert worth("early_payout_change", person) == 0


def test_a_bank_of_a_former_home_was_in_a_claimed_country_when_it_was_added():
    places = [{"country": "PL", "until": "2024-01-01"}, {"country": "ES", "since": "2024-01-01"}]
    person = paid(claims={"places": places}, country="PL", added_at="2023-05-01T00:00:00Z")
    assert worth("payout_elsewhere_share", person) == 0


def test_an_account_added_after_the_moment_asked_about_is_not_known_yet():
    person = paid(holder="Vexin Marlo", added_at="2026-07-02T00:00:00Z")
    assert np.isnan(worth("payee_other_share", person))


people = st.sampled_from(["Irune Vastel", "Vexin Marlo", "Telek GmbH", "王小明", "Suharwan"])
counts = st.none() | st.integers(0, 9)
routes = st.fixed_dictionaries(
    {
        "method": st.sampled_from(["bank", "e_money", "crypto"]),
        "added_at": st.integers(1, 9).map(lambda month: f"2026-{month:02d}-05T00:00:00Z"),
    },
    optional={
        "holder": people,
        "country": st.sampled_from(["ES", "US", "PT"]),
        "requested_after_hire": st.booleans(),
        "passed_on_share": st.floats(0, 1),
        "passed_on_hours": st.integers(0, 99),
        "other_workers": counts,
        "paid_by_self": st.booleans(),
    },
)
claims = st.fixed_dictionaries(
    {},
    optional={
        "name": people,
        "other_names": st.lists(people, max_size=2),
        "agency": people,
        "household": st.lists(st.sampled_from("ab"), max_size=2, unique=True),
        "places": st.lists(st.sampled_from([{"country": "ES"}, {"country": "US"}]), max_size=2),
    },
)
persons = st.builds(
    lambda said, routes: profile(claims=said, payouts=routes), claims, st.lists(routes, max_size=3)
)


@settings(deadline=None)
@given(st.lists(persons, min_size=2, max_size=5))
def test_one_alone_is_one_among_many(several):
    together = values_of(PAYMENT, several, NONE)
    for name, column in together.items():
        alone = [values_of(PAYMENT, person, NONE)[name][0] for person in several]
        assert np.array_equal(column, alone, equal_nan=True), name


dates = st.none() | st.integers(1, 6).map(lambda month: f"2026-{month:02d}-05T00:00:00Z")


@settings(deadline=None)
@given(st.lists(st.lists(dates, max_size=4), min_size=2, max_size=4))
def test_undated_accounts_read_the_same_alone_and_among_many(people_dates):
    people = [profile(payouts=[{"added_at": day} for day in days]) for days in people_dates]
    together = values_of(PAYMENT, people, NONE)
    for name in ("payout_changes", "early_payout_change"):
        alone = [values_of(PAYMENT, person, NONE)[name][0] for person in people]
        assert np.array_equal(together[name], alone, equal_nan=True), name


def test_an_undated_account_between_two_dated_ones():
    routes = [{"added_at": "2026-02-05T00:00:00Z"}, {}, {"added_at": "2026-01-05T00:00:00Z"}]
    tidy = [routes[2], routes[0], routes[1]]
    signin = [{"at": "2026-01-05T00:00:00Z"}]
    found = [
        worth("early_payout_change", profile(payouts=rows, sessions=signin))
        for rows in (routes, tidy)
    ]
    assert found[0] == found[1]


def test_when_an_account_began_is_not_known_without_a_sign_in():
    person = profile(payouts=[{"added_at": f"2026-01-{day}T00:00:00Z"} for day in ("05", "25")])
    assert np.isnan(worth("early_payout_change", person))


def least(value):
    """NaN counts as nothing said against the person."""
    return 0.0 if np.isnan(value) else value


@settings(deadline=None)
@given(claims, st.lists(routes, min_size=1, max_size=3), st.integers(0, 9))
def test_one_more_worker_on_the_account_never_lowers(said, rows, more):
    fewer, many = ([{**row, "other_workers": n} for row in rows] for n in (more, more + 1))
    before = worth("account_workers", profile(claims=said, payouts=fewer))
    assert least(worth("account_workers", profile(claims=said, payouts=many))) >= least(before)


@settings(deadline=None)
@given(st.lists(people, max_size=3))
def test_one_more_undeclared_payee_never_lowers(holders):
    def person(*names):
        return profile(claims={"name": "Mara Orla"}, payouts=[{"holder": n} for n in names])

    before = worth("payee_other_share", person(*holders))
    assert least(worth("payee_other_share", person(*holders, "Vexin Marlo"))) >= least(before)


@settings(deadline=None)
@given(claims, st.lists(routes, max_size=3), people)
def test_declaring_one_more_payee_never_raises(said, rows, payee):
    declared = said | {"payees": [{"name": payee, "relation": "relative"}]}
    for feature in ("account_workers", "passed_on_share"):
        before = worth(feature, profile(claims=said, payouts=rows))
        after = worth(feature, profile(claims=declared, payouts=rows))
        assert least(after) <= least(before)


@pytest.mark.parametrize(
    "holder", ["N/A", "unknown", "-", "not provided", "ninguno", "неизвестно", "无"]
)
def test_a_holder_nobody_told_is_no_stranger(holder):
    assert np.isnan(worth("payee_other_share", paid(holder=holder)))
    declared = {"payees": [{"name": "Rosaria Bellin", "relation": "relative"}]}
    shared = paid("Dario Timmel", declared, holder=holder, other_workers=3)
    assert np.isnan(worth("account_workers", shared))


def test_whoever_gave_no_name_is_held_against_none():
    assert np.isnan(worth("payee_other_share", paid("N/A", holder="Irune Vastel")))
