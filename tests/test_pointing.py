"""A reason points at the rows it tells of: at all sorts of them, and at no others."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from features.record_rows import from_profiles
from fraudscore.bundle import load_bundle
from fraudscore.cohort import cohort_of
from fraudscore.scorer import Scorer
from tests.fakes import context, profile

WORLD = context(
    {
        "berlin": {"country": "DE"},
        "oslo": {"country": "NO"},
        "lima": {"country": "PE"},
        "mullvad": {"country": "DE", "kind": "vpn", "provider": "Mullvad"},
        "other": {"country": "DE", "kind": "vpn", "provider": "Zzz"},
        "81.2.69.10": {"country": "DE"},
    }
)
PLACES = {"places": [{"country": "DE"}]}


def on(day, month=5, year=2026):
    return f"{year}-{month:02d}-{day:02d}T09:00:00Z"


def person(claims=None, **parts):
    return profile(claims={"name": "Irune Vastel", **PLACES, **(claims or {})}, **parts)


def pointed(who, *others):
    """Where each reason about somebody points, beside others who came before."""
    batch = from_profiles([who, *others])
    known = replace(WORLD, cohort=cohort_of([batch], WORLD)) if others else WORLD
    found = Scorer(load_bundle(), known).assess(batch).explanation.reasons(0)
    return {reason.code: reason.evidence for reason in found if reason.state == "present"}


def test_a_late_change_of_account_is_not_an_early_one():
    accounts = [
        {"holder": "Irune Vastel", "account": key, "added_at": at}
        for key, at in (("a", on(1, 1, 2024)), ("b", on(20, 1, 2024)), ("c", on(20)))
    ]
    found = pointed(person(payouts=accounts, sessions=[{"at": on(1, 1, 2024)}]))
    assert found["PAYOUT_CHANGES"] == ("payouts[2]",)
    assert found["EARLY_PAYOUT_CHANGE"] == ("payouts[1]",)


def test_weeks_in_one_country_rest_on_sign_ins_from_there():
    sessions = [{"at": on(1), "ip": "oslo"}, *({"at": on(d), "ip": "lima"} for d in (8, 15, 22))]
    found = pointed(person(sessions=sessions))
    assert found["ELSEWHERE_WEEKS"] == ("sessions[1]", "sessions[2]", "sessions[3]")
    assert "sessions[0]" in found["OUTSIDE_SHARE"]


def test_a_brand_that_is_named_is_the_brand_that_was_used():
    sessions = [{"at": on(1), "ip": "other"}, {"at": on(2), "ip": "mullvad"}]
    assert pointed(person(sessions=sessions))["REPORTED_PROVIDER_SHARE"] == ("sessions[1]",)


def test_a_clock_that_moved_too_quickly_is_no_journey():
    days = [(d, 60) for d in range(20)] + [(40, 540), (80, 60), (120, 540)]
    quick = [(130 + d / 24, 60 if d % 2 else -480) for d in range(4)]
    commits = [
        {
            "repository": "r",
            "authored_at": (datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=day)).isoformat(),
            "author_email": "me",
            "author_offset_minutes": offset,
            "linked": True,
        }
        for day, offset in (*days, *quick)
    ]
    found = pointed(person(code={"commits": commits}))
    assert found["IMPOSSIBLE_SWITCHES"] == tuple(f"code.commits[{n}]" for n in (24, 25, 26))
    assert found["ZONE_SWITCH_SHARE"][0] == "code.commits[20]"


def test_an_interviewers_check_is_pointed_at_as_a_note_is():
    check = {"stage": "interviewed", "outcome": "different"}
    note = {"kind": "different_person", "seen": True}
    found = pointed(person(checks=[{"stage": "paid", "outcome": "same"}, check], conduct=[note]))
    assert found["DIFFERENT_PERSON"] == ("conduct[0]", "checks[1]")


SHARED = {
    "a mailbox": (
        {
            "contact": {
                "emails": [{"address": "one@example.org"}],
                "phones": [{"number": "5550100"}],
            }
        },
        {"contact": {"emails": [{"address": "one@example.org"}]}},
        {"CONTACT_SHARERS": ("contact.emails[0]",)},
    ),
    "a second factor shown at sign-in": (
        {"devices": [{"id": "mine"}], "sessions": [{"at": on(1)}, {"at": on(2), "mfa_key": "k"}]},
        {"devices": [{"id": "theirs", "mfa_key": "k"}]},
        {"FACTOR_SHARERS": ("sessions[1]",)},
    ),
    "a second factor of one device, and another device": (
        {"devices": [{"id": "one", "mfa_key": "k"}, {"id": "two"}]},
        {"devices": [{"id": "three", "mfa_key": "k"}, {"id": "two"}]},
        {"FACTOR_SHARERS": ("devices[0]",), "DEVICE_SHARERS": ("devices[1]",)},
    ),
    "a referral beside an account": (
        {
            "referrals": [{"other": "q0", "direction": "referred_by"}],
            "payouts": [{"account": "a"}],
            "sessions": [{"at": on(1), "ip": "berlin"}],
        },
        {"payouts": [{"account": "a"}]},
        {"REFERRAL_WITH_SHARED_KEY": ("referrals[0]",), "ACCOUNT_SHARERS": ("payouts[0]",)},
    ),
}


@pytest.mark.parametrize(("own", "theirs", "expected"), SHARED.values(), ids=SHARED)
def test_what_is_shared_is_what_is_pointed_at(own, theirs, expected):
    other = profile(
        profile_id="q0", as_of="2026-06-01T00:00:00Z", claims={"name": "Tom Kirsch"}, **theirs
    )
    found = pointed(person(**own), other)
    assert {code: found.get(code) for code in expected} == expected


def test_a_line_that_is_shared_is_not_the_device_that_is():
    names = ("Tom Kirsch", "Ana Berg", "Oskar Pelto", "Mia Sund")
    others = [
        profile(
            profile_id=f"q{n}",
            as_of="2026-06-01T00:00:00Z",
            claims={"name": name},
            sessions=[{"at": on(4), "ip": "81.2.69.10"}],
            devices=[{"id": "shared"}] if n == 0 else [],
        )
        for n, name in enumerate(names)
    ]
    own = [{"at": on(2), "device": "shared", "ip": "lima"}, {"at": on(3), "ip": "81.2.69.10"}]
    found = pointed(person(sessions=own), *others)
    assert found["LINE_SHARERS"] == ("sessions[1]",)
    assert found["DEVICE_SHARERS"] == ("sessions[0]",)
