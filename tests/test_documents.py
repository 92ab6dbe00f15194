"""What identity checks found, told as stories; more than half of them innocent."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.documents import DOCUMENTS
from tests.fakes import context, facts_of, profile, sentence, value, values_of

NONE = context({})
LIVE = {"checked": "document", "capture": "live", "name_agrees": True}


def check(outcome="same", stage="verified", **parts):
    return {"stage": stage, "outcome": outcome, **parts}


def person(*checks, name="Irune Vastel", payouts=(), **claims):
    return profile(claims={"name": name, **claims}, checks=checks, payouts=payouts)


def worth(feature, who):
    return value(feature, who, NONE)


def same(found, expected):
    return np.isnan(found) if expected is None else found == expected


INNOCENT = {
    "verified live under her own name": (
        person(check(**LIVE, address_agrees=True, reused_in=0, owner_unaware=False)),
        {
            "id_name_differs_share": 0,
            "id_address_differs_share": 0,
            "id_not_live_share": 0,
            "id_document_reuse": 0,
            "id_other_person_share": 0,
            "id_check_failed_share": 0,
            "id_owner_unaware_share": 0,
            "id_verified_live": 1,
        },
    ),
    "met in person instead of on camera, because of a disability": (
        person(check(checked="in_person", name_agrees=True)),
        {"id_not_live_share": None, "id_check_failed_share": 0, "id_verified_live": 1},
    ),
    "the live check could not read a face behind an oxygen mask, a visit did": (
        person(
            check("failed", checked="selfie", capture="live"),
            check(checked="in_person", capture="in_person", name_agrees=True),
        ),
        {"id_check_failed_share": 0.5, "id_other_person_share": 0, "id_verified_live": 1},
    ),
    "married name the vendor was told of": (
        person(check(**LIVE), name="Greta Andrane", other_names=["Greta Holmquist"]),
        {"id_name_differs_share": 0, "id_verified_live": 1},
    ),
    "transliterated document the vendor would not compare": (
        person(check(checked="document", capture="live")),
        {"id_name_differs_share": None, "id_not_live_share": 0, "id_verified_live": None},
    ),
    "vendor without live capture, who does not say how": (
        person(check(checked="document", name_agrees=True)),
        {"id_not_live_share": None, "id_name_differs_share": 0, "id_verified_live": None},
    ),
    "safe address kept from a violent partner": (
        person(check(**LIVE, address_agrees=None)),
        {"id_address_differs_share": None, "id_name_differs_share": 0, "id_verified_live": 1},
    ),
    "moved, then verified again with a new lease": (
        person(check(**LIVE, address_agrees=False), check(checked="address", address_agrees=True)),
        {"id_address_differs_share": 0.5, "id_verified_live": 1},
    ),
    "couple who declared each other hand in the same electricity bill": (
        person(check(checked="address", reused_in=1), household=["partner"]),
        {"id_document_reuse": 0, "id_selfie_reuse": None},
    ),
    "twins who declared each other": (
        person(check(checked="selfie", reused_in=1), household=["sister"]),
        {"id_selfie_reuse": 0, "id_document_reuse": None},
    ),
    "check that was planned and not made": (
        person(check("not_checked", checked="selfie", capture="scan", name_agrees=False)),
        dict.fromkeys((f.name for f in DOCUMENTS.features), None),
    ),
    "row of a spreadsheet that only says verified": (
        person(check()),
        {"id_other_person_share": 0, "id_check_failed_share": 0, "id_verified_live": None},
    ),
    "partner's bank account does not change whose document it is": (
        person(
            check(**LIVE),
            check("different", checked="bank_account", name_agrees=False, reused_in=1),
        ),
        {
            "id_name_differs_share": 0,
            "id_other_person_share": 0,
            "id_document_reuse": None,
            "id_verified_live": 0,
        },
    ),
    "paid through an agency": (
        person(check(**LIVE), payouts=[{"holder": "Northpine LLC"}], agency="Northpine"),
        {"id_verified_live": 1},
    ),
    "interviewer who says it was the same person": (
        person(check(stage="interviewed")),
        dict.fromkeys((f.name for f in DOCUMENTS.features), None),
    ),
}
ODD = {
    "spelled otherwise on the document": (
        person(check(**{**LIVE, "name_agrees": False})),
        {"id_name_differs_share": 1, "id_verified_live": 0},
    ),
    "screenshot of a document": (
        person(check(checked="document", capture="screenshot", name_agrees=True)),
        {"id_not_live_share": 1, "id_verified_live": None},
    ),
    "document in four other files": (
        person(check(checked="document", reused_in=4)),
        {"id_document_reuse": 4, "id_selfie_reuse": None},
    ),
    "the same picture under two other names": (
        person(check(checked="selfie", reused_in=2), check(checked="document", reused_in=0)),
        {"id_selfie_reuse": 2, "id_document_reuse": 0},
    ),
    "another person came to be verified": (
        person(check("different", checked="in_person"), check(checked="document")),
        {"id_other_person_share": 0.5},
    ),
    "another person at work than was verified is no matter of documents": (
        person(check("different", stage="logged_in")),
        {"id_other_person_share": None},
    ),
    "another person at work, by a selfie": (
        person(check("different", stage="logged_in", checked="selfie")),
        {"id_other_person_share": 1},
    ),
    "the named person was asked and knew nothing": (
        person(check(checked="database", owner_unaware=True)),
        {"id_owner_unaware_share": 1},
    ),
    "passes live, paid to somebody never named": (
        person(check(**LIVE), payouts=[{"holder": "Oskar Pelto"}]),
        {"id_verified_live": 0, "id_name_differs_share": 0},
    ),
}
TABLE = [
    pytest.param(who, feature, expected, id=f"{story}: {feature}")
    for story, (who, features) in (INNOCENT | ODD).items()
    for feature, expected in features.items()
]


@pytest.mark.parametrize(("who", "feature", "expected"), TABLE)
def test_stories(who, feature, expected):
    assert same(worth(feature, who), expected)


def test_most_stories_are_innocent():
    assert len(INNOCENT) > len(ODD)


def test_nothing_supplied_is_nothing_assessed():
    for feature in DOCUMENTS.features:
        assert np.isnan(worth(feature.name, profile()))


def test_a_check_after_the_moment_asked_about_is_not_known_yet():
    late = person(check("different", checked="selfie", at="2026-07-02T00:00:00Z"))
    assert np.isnan(worth("id_other_person_share", late))


def test_the_rows_behind_a_reason_are_shown():
    who = person(check(**LIVE), check("different", checked="selfie"))
    rows = facts_of(DOCUMENTS, who, NONE).other_rows
    assert [rows.table.pointer(row) for row in np.flatnonzero(rows.mask)] == ["checks[1]"]


def test_a_live_check_that_settles_nothing_is_not_told_as_agreement():
    who = person(check(**LIVE), payouts=[{"holder": "Oskar Pelto"}])
    said = sentence("id_verified_live", who, NONE, against=False)
    assert said == (
        "0 of 1 live identity check found the person under their name, with no pay-out to a "
        "stranger known"
    )


rows = st.fixed_dictionaries(
    {
        "stage": st.sampled_from(["verified", "interviewed", "logged_in"]),
        "outcome": st.sampled_from(["same", "different", "not_checked", "failed"]),
    },
    optional={
        "checked": st.sampled_from(
            ["document", "selfie", "address", "bank_account", "database", "in_person"]
        ),
        "name_agrees": st.booleans(),
        "address_agrees": st.booleans(),
        "capture": st.sampled_from(["live", "scan", "screenshot", "in_person"]),
        "reused_in": st.integers(0, 3),
        "owner_unaware": st.booleans(),
    },
)
clearing = st.fixed_dictionaries(
    {"stage": st.just("verified"), "outcome": st.just("same")},
    optional={
        "checked": st.sampled_from(["document", "selfie", "address", "bank_account", "in_person"]),
        "name_agrees": st.just(True),
        "address_agrees": st.just(True),
        "capture": st.sampled_from(["live", "in_person"]),
        "reused_in": st.just(0),
        "owner_unaware": st.just(False),
    },
)
holders = st.lists(st.sampled_from(["Irune Vastel", "Oskar Pelto", "Telek GmbH"]), max_size=2)


def some(found):
    """NaN counts as nothing said either way."""
    return 0.0 if np.isnan(found) else found


@settings(deadline=None)
@given(st.lists(rows, max_size=3), clearing, holders)
def test_a_clearing_check_never_speaks_against_anybody(checks, clear, names):
    payouts = [{"holder": name} for name in names]
    before, after = (
        values_of(DOCUMENTS, person(*some_rows, payouts=payouts), NONE)
        for some_rows in (checks, [*checks, clear])
    )
    for feature in DOCUMENTS.features:
        change = some(after[feature.name][0]) - some(before[feature.name][0])
        assert change * feature.monotone <= 0, feature.name


@settings(deadline=None)
@given(st.lists(st.tuples(st.lists(rows, max_size=3), holders), min_size=2, max_size=4))
def test_one_alone_is_one_among_many(lives):
    people = [person(*checks, payouts=[{"holder": n} for n in names]) for checks, names in lives]
    together = values_of(DOCUMENTS, people, NONE)
    for name, column in together.items():
        alone = [values_of(DOCUMENTS, who, NONE)[name][0] for who in people]
        assert np.array_equal(column, alone, equal_nan=True), name
