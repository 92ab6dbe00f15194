"""What is said of a person is so: of the first of something, of several, of what was not supplied."""

from __future__ import annotations

import pytest

import fraudscore
from features.catalogue import FEATURES
from fraudscore.assessment import speaks_for
from fraudscore.claimed import claims_for
from fraudscore.plain import confirmed, plain
from fraudscore.pointed import moments_at
from fraudscore.report import person_page
from tests.fakes import context, profile, sentence, value

WORLD = context(
    {
        "berlin": {"country": "DE"},
        "lima": {"country": "PE"},
        "oslo": {"country": "NO"},
        "vpn": {"country": "DE", "kind": "vpn"},
    }
)


def on(day, month=5, year=2026):
    return f"{year}-{month:02d}-{day:02d}T09:00:00Z"


def person(claims=None, **parts):
    said = {"name": "Irune Vastel", "places": [{"country": "DE"}], **(claims or {})}
    return profile(claims=said, **parts)


def told(feature, who):
    found = value(feature, who, WORLD)
    return found, sentence(feature, who, WORLD, against=bool(found))


def signed(*ips):
    return [{"at": on(1 + day), "ip": ip} for day, ip in enumerate(ips)]


def test_the_first_account_is_none_that_was_added_later():
    found, text = told("payout_changes", person(payouts=[{"added_at": on(20)}]))
    assert (found, text) == (0, "no further pay-out account was added in the last 90 days")


def test_who_began_elsewhere_is_not_told_to_have_begun_at_home():
    found, text = told("switch_share", person(sessions=signed(*["lima"] * 8)))
    assert found == 0
    assert "first sign-ins came from the claimed" not in text


@pytest.mark.parametrize("names", [["a"], []])
def test_an_account_that_was_renamed_once_did_not_keep_its_name(names):
    renames = [{"at": on(3), "old": old} for old in names]
    who = person(code={"created_at": on(1, 1, 2020), "renames": renames})
    assert told("account_renames", who) == (0, "the account was renamed once at most")


def test_nobodys_account_agrees_with_a_live_check():
    check = {"stage": "verified", "outcome": "same", "capture": "live", "name_agrees": True}
    _, text = told("id_verified_live", person(checks=[check | {"checked": "document"}]))
    assert "holder agreed" not in text
    assert "no pay-out to a stranger known" in text


def test_two_stages_are_not_told_as_four():
    sessions = [{"at": on(1), "ip": "berlin", "kind": "apply"}]
    sessions += [{"at": on(2), "ip": "lima", "kind": "login"}]
    found, text = told("channel_countries", person(sessions=sessions))
    assert found == 1
    assert "as far as placed" in text


@pytest.mark.parametrize(
    ("feature", "parts", "names"),
    [
        (
            "payee_other_share",
            {"payouts": [{"holder": "Tom Kirsch"}, {"holder": "Ana Berg"}]},
            "in the name Tom Kirsch or Ana Berg,",
        ),
        (
            "received_by_other_share",
            {"shipments": [{"received_by": "Tom Kirsch"}, {"received_by": "Ana Berg"}]},
            "received by Tom Kirsch or Ana Berg,",
        ),
        (
            "web_name_other_share",
            {"work": {"web_profiles": [{"service": s, "name": n} for s, n in (
                ("a", "Tom Kirsch"), ("b", "Ana Berg"), ("c", "Tom Kirsch"))]}},
            "in the name Tom Kirsch or Ana Berg,",
        ),
        (
            "slips",
            {"sessions": signed(*["vpn"] * 8, "lima", "oslo")},
            "came from Peru and Norway,",
        ),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)  # fmt: skip
def test_several_strangers_are_each_named(feature, parts, names):
    assert names in told(feature, person(**parts))[1]


@pytest.mark.parametrize(
    ("milliseconds", "long"), [(40, False), (300, True)], ids=["for the person", "against"]
)
def test_a_short_way_is_not_told_as_a_long_one(milliseconds, long):
    session = {"at": on(1), "round_trip_ms": milliseconds, "round_trip_country": "DE"}
    assert ("long" in plain(told("round_trip_excess", person(sessions=[session]))[1])) is long


@pytest.mark.parametrize(
    ("text", "simple"),
    [
        ("an anonymised session ran on a token 2 hours old", "A hidden sign-in ran on"),
        ("a browser made for running many identities", "A browser made for acting as many people"),
        ("1 of 1 deliverable names a firm", "1 of 1 piece of work names a firm"),
        ("no own commit was found", "No own code entry was found"),
        ("1 remote-access tool that nobody sanctioned", "1 remote-control program that nobody"),
    ],
)
def test_one_of_something_is_told_in_plain_words_as_many_are(text, simple):
    assert plain(text).startswith(simple)


def test_what_was_found_is_not_told_as_agreement():
    """The trees may give a little of what speaks against people less than no weight."""
    layers = [{"name": "Northpine", "role": "agency", "declared": True, "verified_person": False}]
    item = fraudscore.load().score(person(engagement={"chain": layers}))
    found = next(r for r in item.reasons if r.code == "UNVERIFIED_LAYER_SHARE")
    assert found.state == "present"
    assert not speaks_for(found)
    assert plain(found.text) not in confirmed(item)
    shown = person_page(item)
    assert shown.index("of little or no weight") < shown.index(found.text)


def test_the_first_moment_is_the_first_wherever_it_was_written_down():
    late, early = "2026-05-01T23:00:00-05:00", "2026-05-02T01:00:00+00:00"
    who = person(sessions=[{"at": late}, {"at": early}])
    found = moments_at(who, ["sessions[0]", "sessions[1]"])
    assert found == (who.sessions[1].at, who.sessions[0].at)


@pytest.mark.parametrize(
    ("feature", "shown"), [("payee_other_share", False), ("account_workers", True)]
)
def test_a_household_is_shown_beside_what_it_would_explain(feature, shown):
    claims = {claim.what for claim in claims_for(person(), FEATURES[feature])}
    assert ("household" in claims) is shown
