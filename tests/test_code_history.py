"""Published code, told as stories; more than half of them innocent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.code_history import CODE_HISTORY
from features.family import Rows
from features.own_commits import own_commits
from features.record_rows import from_profiles
from tests.fakes import context, facts_of, profile, value, values_of

START = datetime(2024, 1, 8, 9, tzinfo=UTC)
BERLIN, TOKYO, PACIFIC = 60, 540, -480


def commit(day, offset=BERLIN, *, repository="r1", hour=0, linked=True, **more):
    at = START + timedelta(days=day, hours=hour)
    return {
        "repository": repository,
        "authored_at": at.isoformat(),
        "author_email": "me",
        "author_offset_minutes": offset,
        "linked": linked,
        **more,
    }


def coder(commits, claims=None, **code):
    return profile(claims=claims or {}, code={"commits": commits, **code})


def worth(feature, person):
    return value(feature, person, context())


def steady(number=30, offset=BERLIN, **more):
    return [commit(3 * day, offset, **more) for day in range(number)]


SIX = (
    "clocks_of_several_people zones_at_once zone_switch_share repository_zone_share "
    "impossible_switches"
).split()

EMIGRANT = steady(20) + [commit(100 + 3 * day, TOKYO) for day in range(20)]
SUMMER = [commit(6 * day, BERLIN + 60 * (80 < 6 * day < 300)) for day in range(60)]
CLOUD = [commit(2 * day, 0 if day % 3 else BERLIN) for day in range(40)]
TRIP = (
    steady(30)
    + [commit(91, TOKYO), commit(92, TOKYO)]
    + [commit(100 + 3 * day) for day in range(10)]
)
LAUNDERED = [
    commit(day // 2, (BERLIN, TOKYO, PACIFIC)[day % 3], repository=f"r{day % 3}", hour=day % 2)
    for day in range(60)
]


@pytest.mark.parametrize(
    "commits",
    [steady(), EMIGRANT, SUMMER, CLOUD, TRIP],
    ids="home emigrant summer cloud trip".split(),
)
def test_one_persons_clocks_are_believed(commits):
    assert worth("clocks_of_several_people", coder(commits)) == 0
    assert worth("zones_at_once", coder(commits)) == 0


def test_the_clocks_of_three_people_in_one_account():
    person = coder(LAUNDERED)
    assert worth("clocks_of_several_people", person) >= 2
    assert worth("zones_at_once", person) == 1
    assert worth("zone_switch_share", person) == 1
    assert worth("repository_zone_share", person) == pytest.approx(2 / 3)
    assert worth("impossible_switches", person) > 10


@pytest.mark.parametrize("feature", SIX)
def test_nothing_is_said_of_few_commits(feature):
    assert np.isnan(worth(feature, coder(LAUNDERED[:19])))
    assert np.isnan(worth(feature, profile()))


def test_which_zone_it_is_makes_no_difference():
    """The finding is a clock that one person cannot have, never where the clock is."""
    for shift in (-300, 0, 180):
        moved = [
            c | {"author_offset_minutes": c["author_offset_minutes"] + shift} for c in LAUNDERED
        ]
        for feature in SIX:
            assert worth(feature, coder(moved)) == worth(feature, coder(LAUNDERED))


def test_other_peoples_commits_are_left_out():
    friends = [
        commit(3 * day, TOKYO, repository="team", linked=False, author_email="friend")
        for day in range(40)
    ]
    person = coder(steady() + friends)
    assert worth("clocks_of_several_people", person) == 0
    assert facts_of(CODE_HISTORY, person, context()).own.tolist() == [30]


def test_bots_are_nobody():
    bots = [commit(3 * day, 0, bot=True, author_email="bot") for day in range(40)]
    assert facts_of(CODE_HISTORY, coder(steady() + bots), context()).own.tolist() == [30]


@pytest.mark.parametrize(
    ("identity", "own"),
    [
        ({"author_email": "7+ada@users.noreply.github.com"}, True),
        ({"author_email": "7+former@users.noreply.github.com"}, True),
        ({"author_email": "8+ada@users.noreply.github.com"}, False),
        ({"author_email": "ada@users.noreply.github.com"}, True),
        ({"author_email": "k1", "author_name": "ada"}, True),
        ({"author_email": "ada@example.org"}, True),
        ({"author_email": "other@example.org", "author_name": "Somebody Else"}, False),
        ({"author_email": "you@example.com", "author_name": "root"}, False),
    ],
)
def test_an_identity_is_the_owners_if_it_carries_the_login(identity, own):
    person = profile(
        contact={"emails": [{"address": "ada@example.org"}]},
        code={
            "login": "ada",
            "account_id": 7,
            "commits": [commit(0, linked=None) | identity],
        },
    )
    assert own_commits(from_profiles([person])).own.tolist() == [own]


def test_identities_close_over_shared_addresses_and_names():
    chain = [
        commit(0, author_email="a", author_name="Ada L"),
        commit(1, linked=False, author_email="b", author_name="Ada L"),
        commit(2, linked=False, author_email="b", author_name="A. L."),
        commit(3, linked=False, author_email="c", author_name="Else"),
    ]
    assert own_commits(from_profiles([coder(chain)])).own.tolist() == [True, True, True, False]


def test_what_an_installer_writes_ties_nobody():
    pair = [
        commit(0, author_email="a", author_name="root"),
        commit(1, linked=False, author_email="b", author_name="root"),
    ]
    assert own_commits(from_profiles([coder(pair)])).own.tolist() == [True, False]


def test_an_identity_of_many_repositories_is_the_owners():
    rows = [commit(n, linked=False, author_email="x", repository=f"r{n}") for n in range(3)] + [
        commit(9, linked=False, author_email="y", repository="r0")
    ]
    assert own_commits(from_profiles([coder(rows)])).own.tolist() == [True, True, True, False]


@pytest.mark.parametrize(
    ("created", "expected"),
    [("2023-12-01", 0), ("2024-01-08", 0), ("2024-03-01", 18 / 30), (None, None)],
)
def test_commits_older_than_the_account(created, expected):
    account = {"created_at": f"{created}T00:00:00Z"} if created else {}
    found = worth("precreation_share", coder(steady(), **account))
    assert np.isnan(found) if expected is None else found == pytest.approx(expected)


def test_code_older_than_its_repository():
    made = {"name": "r1", "created_at": "2024-03-20T00:00:00Z"}
    assert worth("imported_share", coder(steady(), repositories=[made])) == pytest.approx(14 / 30)
    assert np.isnan(worth("imported_share", coder(steady(), repositories=[made | {"fork": True}])))
    assert np.isnan(worth("imported_share", coder(steady())))


@pytest.mark.parametrize(
    ("more", "searched", "expected"),
    [
        ({"subject_length": 30}, None, None),
        ({"subject_length": 30}, True, 0),
        ({"subject_length": 10, "twin": True}, True, None),
        ({"subject_length": 30, "twin": True, "merge": True}, True, None),
        ({"subject_length": 30, "twin": True}, True, 1),
        ({"subject_length": 30, "twin": False}, None, 0),
    ],
)
def test_twins_count_only_where_somebody_looked(more, searched, expected):
    found = worth("reauthored_share", coder(steady(**more), twins_searched=searched))
    assert np.isnan(found) if expected is None else found == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["Ada Lovelace"], 0),
        (["Ada Lovelace", "Ada King"], 0),
        (["ada", "lovelace"], None),
        (["Ada Lovelace", "Northpine Studios"], 0),
        (["Ada Lovelace", "Grace Hopper"], 1),
        (["Ada Lovelace", "Lovelace Ada", "Grace Hopper", "Alan Turing"], 2),
    ],
)
def test_full_names_of_other_people(names, expected):
    rows = [commit(n, author_name=name) for n, name in enumerate(names)]
    found = worth("other_full_names", coder(rows))
    assert np.isnan(found) if expected is None else found == expected


@pytest.mark.parametrize(
    ("site", "rest", "expected"),
    [(BERLIN, BERLIN, 0), (BERLIN, TOKYO, 8), (None, TOKYO, None)],
)
def test_the_browsers_clock_is_an_anchor(site, rest, expected):
    rows = steady(offset=rest)
    rows += [commit(100 + n, site, on_site=True) for n in range(3)] if site is not None else []
    found = worth("site_clock_gap", coder(rows))
    assert np.isnan(found) if expected is None else found == expected


def test_a_commit_by_the_hosts_own_committer_was_made_on_the_site():
    rows = steady(offset=TOKYO) + [
        commit(100 + n, BERLIN, committer_email="noreply@github.com") for n in range(3)
    ]
    assert worth("site_clock_gap", coder(rows)) == 8


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"places": [{"country": "DE"}]}, 0),
        ({"places": [{"country": "JP"}]}, 1),
        ({"places": [{"country": "JP"}], "time_zone": "Europe/Berlin"}, 0),
        ({"places": [{"country": "JP", "since": "2025-01-01"}, {"country": "DE"}]}, 0),
        ({"places": [{"country": "JP"}],
          "travel": [{"country": "DE", "starts": "2024-01-01", "ends": "2024-12-31"}]}, None),
        ({}, None),
    ],
)  # fmt: skip
def test_clocks_against_claimed_places(claims, expected):
    found = worth("commit_zone_outside_share", coder([commit(day) for day in range(30)], claims))
    assert np.isnan(found) if expected is None else found == expected


def test_a_server_clock_speaks_against_nobody():
    person = coder(steady(offset=0), {"places": [{"country": "JP"}]})
    assert np.isnan(worth("commit_zone_outside_share", person))


@pytest.mark.parametrize(
    ("months", "expected"),
    [
        ([("2014-02-01", 3), ("2015-02-01", 3)], 0),
        ([("2014-02-01", 3), ("2024-02-01", 9)], 7),
        ([("2024-02-01", 9)], 7.1),
        ([("2014-02-01", 3)], 0),
        ([("2014-02-01", 3), ("2026-09-01", 9)], 0),
        ([], None),
    ],
)
def test_an_account_that_lay_still(months, expected):
    activity = [{"month": month, "events": events} for month, events in months]
    person = coder([], created_at="2014-01-01T00:00:00Z", activity=activity)
    found = worth("revived_after_years", person)
    assert np.isnan(found) if expected is None else found == pytest.approx(expected, abs=0.05)


@pytest.mark.parametrize(
    ("repository", "expected"),
    [
        ({"contributors": 1, "stars": 0}, 0),
        ({"contributors": 30, "stars": 20_000}, 0),
        ({"contributors": 12, "stars": 0}, 8),
        ({"contributors": 12, "stars": 0, "fork": True}, None),
        ({"contributors": 12, "stars": 0, "created_at": "2026-09-01T00:00:00Z"}, None),
        ({}, None),
    ],
)
def test_many_contributors_to_what_nobody_knows(repository, expected):
    found = worth(
        "contributors_without_fame", coder([], repositories=[{"name": "r", **repository}])
    )
    assert np.isnan(found) if expected is None else found == pytest.approx(expected)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ({"contacted_at": "2026-01-01T00:00:00Z", "gone_at": "2026-01-04T00:00:00Z"}, 1),
        ({"contacted_at": "2026-01-01T00:00:00Z", "gone_at": "2026-03-04T00:00:00Z"}, 0),
        ({"contacted_at": "2026-01-01T00:00:00Z", "last_seen_at": "2026-02-04T00:00:00Z"}, 0),
        ({"gone_at": "2026-01-04T00:00:00Z"}, None),
        ({"contacted_at": "2026-06-29T00:00:00Z", "last_seen_at": "2026-06-29T00:00:00Z"}, None),
        ({"contacted_at": "2026-06-29T00:00:00Z", "gone_at": "2026-07-01T00:00:00Z"}, None),
        ({"contacted_at": "2026-06-01T00:00:00Z", "last_seen_at": "2026-07-01T00:00:00Z"}, None),
    ],
)
def test_an_account_closed_when_asked_about(code, expected):
    found = worth("gone_after_contact", coder([], **code))
    assert np.isnan(found) if expected is None else found == expected


@pytest.mark.parametrize(("renames", "expected"), [(0, 0), (1, 0), (3, 2)])
def test_one_rename_is_anybodys(renames, expected):
    rows = [{"at": f"2025-0{n + 1}-01T00:00:00Z"} for n in range(renames)]
    person = coder([], created_at="2014-01-01T00:00:00Z", renames=rows)
    assert worth("account_renames", person) == expected


def test_a_young_account_of_somebody_with_experience():
    old = {"experience_since": "2010-01-01"}
    assert (
        worth("account_younger_than_claim", coder([], old, created_at="2012-01-01T00:00:00Z")) == 0
    )
    young = coder([], old, created_at="2025-01-01T00:00:00Z")
    assert worth("account_younger_than_claim", young) == pytest.approx(10, abs=0.02)


def test_evidence_points_at_the_commits():
    facts = facts_of(CODE_HISTORY, coder(LAUNDERED), context())
    assert isinstance(facts.far_rows, Rows)
    assert facts.far_rows.mask.sum() == 59


@pytest.mark.parametrize("later", ["created_at", "repositories"])
def test_what_was_made_after_the_moment_speaks_against_nobody(later):
    made = "2026-09-01T00:00:00Z"
    code = {"created_at": made} if later == "created_at" else {}
    repository = {"name": "r1", "created_at": made}
    person = coder(steady(), repositories=[repository], **code)
    assert np.isnan(worth("imported_share", person))
    assert np.isnan(worth("precreation_share", person))


rows = st.builds(
    commit,
    st.integers(0, 700),
    st.sampled_from([-720, -480, -210, 0, 60, 120, 330, 345, 540, 840]),
    repository=st.sampled_from(["r1", "r2", "r3"]),
    linked=st.sampled_from([True, False, None]),
    on_site=st.sampled_from([True, None]),
    author_name=st.sampled_from(["ada", "Ada Lovelace", "Grace Hopper", None]),
    subject_length=st.integers(0, 60),
    twin=st.sampled_from([True, False, None]),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(rows, max_size=45), min_size=2, max_size=4))
def test_a_person_is_scored_alone_as_among_others(histories):
    people = [
        coder(commits, {"places": [{"country": "DE"}]}, created_at="2024-06-01T00:00:00Z")
        for commits in histories
    ]
    together = values_of(CODE_HISTORY, people, context())
    for place, person in enumerate(people):
        for name, found in values_of(CODE_HISTORY, person, context()).items():
            np.testing.assert_equal(found[0], together[name][place])


@settings(max_examples=40, deadline=None)
@given(st.lists(rows, max_size=60))
def test_no_history_says_anything_below_zero(commits):
    for column in values_of(CODE_HISTORY, coder(commits), context()).values():
        assert np.isnan(column[0]) or column[0] >= 0
