"""Who operates the computer, told as stories; more than half of them innocent."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.device import DEVICE
from tests.fakes import context, facts_of, profile, value, values_of

NET = context({"192.0.2.1": {"country": "US", "kind": "vpn"}, "192.0.2.2": {"country": "US"}})
REMOTE = {"kind": "remote_access", "name": "AnyDesk", "sanctioned": False}


def worth(feature, person):
    return value(feature, person, NET)


def owner(*tools, claims=None, **device):
    seen = {"software_inventory": "complete", "hardware_inventory": "complete", "managed": True}
    computer = {"id": "d", "tools": list(tools), **(seen | device)}
    return profile(claims={"places": [{"country": "US"}], **(claims or {})}, devices=[computer])


@pytest.mark.parametrize(
    "person",
    [
        owner(),
        owner(REMOTE | {"sanctioned": True}),
        owner(REMOTE, managed=False),
        owner(REMOTE, claims={"own_device": True}, managed=None),
        owner({"kind": "keep_awake", "name": "Caffeine"}),
    ],
)
def test_remote_access_that_is_sanctioned_or_on_an_own_machine(person):
    assert worth("unsanctioned_tools", person) == 0
    assert worth("unattended_access", person) == 0


def test_nobody_looked():
    person = profile(devices=[{"id": "d", "managed": True}])
    assert np.isnan(worth("unsanctioned_tools", person))
    assert np.isnan(worth("switch_on_managed", person))


def test_two_tools_count_once_each_whatever_their_case():
    other = REMOTE | {"name": "RustDesk", "unattended": True}
    person = owner(REMOTE, REMOTE | {"name": "ANYDESK"}, other)
    assert worth("unsanctioned_tools", person) == 2
    assert worth("unattended_access", person) == 1


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (["2026-05-05"], 0),
        (["2026-05-05", "2026-06-20"], 0),
        (["2026-06-20", "2026-06-21"], 0),
        ([None], None),
        (["2026-05-05", "2026-05-06"], 1),
    ],
)
def test_one_tool_with_the_set_up_may_be_the_help_desks(days, expected):
    tools = [
        REMOTE | {"name": f"tool-{k}"} | ({"first_seen": f"{day}T00:00:00Z"} if day else {})
        for k, day in enumerate(days)
    ]
    person = owner(*tools, provisioned_at="2026-05-01T00:00:00Z")
    found = worth("early_tools", person)
    assert np.isnan(found) if expected is None else found == expected


def test_a_declared_own_device_does_not_excuse_a_managed_one():
    person = owner(REMOTE, claims={"own_device": True}, managed=True)
    assert worth("unsanctioned_tools", person) == 1


@pytest.mark.parametrize(
    ("tool", "tools", "unattended"),
    [
        ({"kind": "remote_access", "name": "AnyDesk"}, None, None),
        (REMOTE, 1, None),
        (REMOTE | {"unattended": False}, 1, 0),
        (REMOTE | {"unattended": True}, 1, 1),
        (REMOTE | {"first_seen": "2026-07-05T00:00:00Z"}, 0, 0),
    ],
)
def test_what_nobody_said_is_neither_a_finding_nor_its_absence(tool, tools, unattended):
    for feature, expected in (("unsanctioned_tools", tools), ("unattended_access", unattended)):
        found = worth(feature, owner(tool))
        assert np.isnan(found) if expected is None else found == expected


def test_a_tool_belongs_to_its_own_device_among_many_people():
    laptop = {"managed": True, "software_inventory": "complete"}
    people = [
        profile(devices=[laptop | {"id": "b"}, {"id": "a", "managed": False, "tools": [REMOTE]}]),
        profile(profile_id="q", devices=[laptop | {"id": "a", "tools": [REMOTE]}, {"id": "b"}]),
        profile(profile_id="r", devices=[laptop | {"id": "c"}]),
    ]
    found = values_of(DEVICE, people, NET)
    assert found["unsanctioned_tools"] == [0, 1, 0]
    assert found["own_device_tools"] == [1, 0, 0]


def test_one_inventory_says_nothing_about_the_other():
    software = owner(REMOTE | {"sanctioned": True}, hardware_inventory=None)
    assert np.isnan(worth("switch_on_managed", software))
    hardware = owner({"kind": "kvm", "name": "PiKVM"}, software_inventory=None)
    assert worth("switch_on_managed", hardware) == 1
    assert np.isnan(worth("unsanctioned_tools", hardware))


@pytest.mark.parametrize(
    ("device", "expected"),
    [
        ({}, 1),
        ({"at_home": False}, 1),
        ({"at_home": True}, 0),
        ({"managed": False}, 0),
        ({"managed": None}, None),
        ({"managed": None, "at_home": True}, 0),
    ],
)
def test_a_switch_at_the_own_home_is_a_habit(device, expected):
    found = worth("switch_on_managed", owner({"kind": "kvm", "name": "PiKVM"}, **device))
    assert np.isnan(found) if expected is None else found == expected


@pytest.mark.parametrize(
    ("claims", "users", "expected"),
    [({}, 0, 0), ({"household": ["brother"]}, 1, 0), ({"household": ["a"]}, 6, 5), ({}, 6, 6)],
)
def test_others_on_the_device(claims, users, expected):
    assert worth("device_users", owner(claims=claims, other_users=users)) == expected


@pytest.mark.parametrize(
    ("country", "claims", "expected"),
    [
        ("US", {}, 0),
        ("CN", {}, 1),
        ("PT", {"travel": [{"country": "PT", "starts": "2026-04-25", "ends": "2026-05-10"}]}, 0),
        (None, {}, None),
    ],
)
def test_where_it_was_first_started(country, claims, expected):
    person = owner(claims=claims, activated_at="2026-05-01T00:00:00Z", activation_country=country)
    found = worth("activation_elsewhere_share", person)
    assert np.isnan(found) if expected is None else found == expected


@pytest.mark.parametrize(
    ("country", "trip", "expected"), [("US", None, 0), ("PT", "PT", 0), ("PT", None, 1)]
)
def test_a_first_start_without_a_day_is_explained_by_any_trip(country, trip, expected):
    travel = [{"country": trip, "starts": "2026-04-25", "ends": "2026-05-10"}] if trip else []
    person = owner(claims={"travel": travel}, activation_country=country)
    assert worth("activation_elsewhere_share", person) == expected


def test_a_first_start_after_the_moment_asked_about_is_not_known_yet():
    person = owner(activated_at="2026-07-02T00:00:00Z", activation_country="CN")
    assert np.isnan(worth("activation_elsewhere_share", person))
    assert np.isnan(worth("malware_at_start", person))


def test_a_shared_device_and_a_shared_key_have_evidence_of_their_own():
    people = profile(devices=[{"id": "a", "other_users": 2}, {"id": "b", "mfa_other_users": 3}])
    facts = facts_of(DEVICE, people, NET)
    assert facts.shared_rows.mask.tolist() == [True, False]
    assert facts.key_rows.mask.tolist() == [False, True]


@pytest.mark.parametrize(
    ("seen", "expected"), [([], None), ([False], 0), ([True], 1), ([True, False], 0.5)]
)
def test_asking_for_an_own_device(seen, expected):
    person = profile(conduct=[{"kind": "asked_own_device", "seen": state} for state in seen])
    found = worth("asked_own_device", person)
    assert np.isnan(found) if expected is None else found == expected


def test_an_interview_from_an_own_computer_is_no_unmanaged_start():
    person = signins(False, False, True, True, kinds=["apply", "interview", "login", "work"])
    assert worth("unmanaged_start", person) == 0


def test_a_managed_laptop_that_is_never_used_is_an_unmanaged_start():
    person = signins(False, False, devices=[{"id": "d", "managed": True}])
    assert worth("unmanaged_start", person) == 1


def signins(*managed, claims=None, kinds=None, **more):
    rows = [
        {
            "at": f"2026-05-{day:02d}T09:00:00Z",
            "managed": state,
            "kind": kinds[day - 1] if kinds else "login",
        }
        for day, state in enumerate(managed, 1)
    ]
    return profile(claims=claims or {}, sessions=rows, **more)


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        (signins(True, True, True), 0),
        (signins(False, False, True, True, True, True), 0.4),
        (signins(False, False, False), None),
        (signins(False, True, claims={"own_device": True}), None),
    ],
)
def test_an_unmanaged_start(person, expected):
    found = worth("unmanaged_start", person)
    assert np.isnan(found) if expected is None else found == pytest.approx(expected)


def test_a_token_counts_only_in_a_hidden_session():
    def person(ip):
        return profile(sessions=[{"at": "2026-05-01T09:00:00Z", "ip": ip, "token_age_hours": 300}])

    assert worth("hidden_token_age", person("192.0.2.1")) == 300
    assert worth("hidden_token_age", person("192.0.2.2")) == 0
    assert np.isnan(worth("hidden_token_age", person("nowhere")))


@pytest.mark.parametrize(("hours", "expected"), [(3, 1), (40, 0), (None, 0)])
def test_malware_within_a_day(hours, expected):
    when = f"2026-05-0{1 + hours // 24}T{hours % 24:02d}:00:00Z" if hours else None
    person = owner(activated_at="2026-05-01T00:00:00Z", malware_at=when)
    assert worth("malware_at_start", person) == expected


def test_nothing_supplied_is_nothing_assessed():
    for feature in DEVICE.features:
        assert np.isnan(worth(feature.name, profile()))


@pytest.mark.parametrize(
    "person",
    [
        owner({"kind": "kvm", "name": "PiKVM"}, at_home=True),
        owner({"kind": "capture", "name": "Cam Link"}, managed=False),
        owner(REMOTE, REMOTE | {"name": "RustDesk"}, managed=False, other_users=0),
        owner(REMOTE | {"sanctioned": True, "unattended": True}),
        owner(mfa_other_users=0, activation_country="US", activated_at="2026-05-01T00:00:00Z"),
        signins(False, False, False, claims={"own_device": True}),
    ],
    ids=["kvm at home", "streamer", "home lab", "help desk", "new laptop", "own-device shop"],
)
def test_honest_people_with_odd_computers(person):
    for feature in DEVICE.features:
        if feature.strength in ("strong", "medium"):
            assert not worth(feature.name, person) > 0, feature.name


def test_a_weak_find_is_said_to_be_weak():
    person = owner(
        {"kind": "keep_awake", "name": "Caffeine"}, {"kind": "virtual_camera", "name": "OBS"}
    )
    found = {f.name for f in DEVICE.features if worth(f.name, person) > 0}
    assert found == {"keep_awake", "virtual_camera"}
    assert all(f.strength == "weak" for f in DEVICE.features if f.name in found)


def test_a_key_of_several_users():
    assert worth("second_factor_users", owner(mfa_other_users=4)) == 4
    assert np.isnan(worth("second_factor_users", owner()))


tools = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["remote_access", "kvm", "capture", "keep_awake", "anti_detect"]),
        "name": st.sampled_from(["AnyDesk", "anydesk", "RustDesk", "PiKVM"]),
    },
    optional={
        "sanctioned": st.booleans(),
        "unattended": st.booleans(),
        "first_seen": st.integers(1, 9).map(lambda month: f"2026-{month:02d}-05T00:00:00Z"),
    },
)
counts = st.integers(0, 9)
states = st.sampled_from(["complete", "partial"])
moments = st.integers(1, 9).map(lambda month: f"2026-{month:02d}-04T22:00:00Z")
parts = st.fixed_dictionaries(
    {},
    optional={
        "managed": st.booleans(),
        "software_inventory": states,
        "hardware_inventory": states,
        "tools": st.lists(tools, max_size=3),
        "at_home": st.booleans(),
        "provisioned_at": moments,
        "activated_at": moments,
        "activation_country": st.sampled_from(["US", "PT"]),
        "malware_at": moments,
        "other_users": counts,
        "mfa_other_users": counts,
    },
)
computers = st.lists(parts, max_size=3).map(
    lambda rows: [{**row, "id": f"d{k}"} for k, row in enumerate(rows)]
)
visits = st.fixed_dictionaries(
    {"at": st.integers(1, 28).map(lambda day: f"2026-05-{day:02d}T09:00:00Z")},
    optional={
        "ip": st.sampled_from(["192.0.2.1", "192.0.2.2", "198.51.100.9"]),
        "managed": st.booleans(),
        "token_age_hours": st.integers(0, 900),
        "kind": st.sampled_from(["login", "work", "interview"]),
    },
)
said = st.fixed_dictionaries(
    {},
    optional={
        "own_device": st.booleans(),
        "household": st.lists(st.sampled_from("ab"), max_size=2, unique=True),
        "places": st.lists(st.sampled_from([{"country": "US"}, {"country": "PT"}]), max_size=2),
    },
)
persons = st.builds(
    lambda claims, devices, sessions: profile(claims=claims, devices=devices, sessions=sessions),
    said,
    computers,
    st.lists(visits, max_size=4),
)


@settings(deadline=None)
@given(st.lists(persons, min_size=2, max_size=5))
def test_one_alone_is_one_among_many(several):
    together = values_of(DEVICE, several, NET)
    for name, column in together.items():
        alone = [values_of(DEVICE, person, NET)[name][0] for person in several]
        assert np.array_equal(column, alone, equal_nan=True), name


@settings(deadline=None)
@given(said, computers, tools)
def test_one_more_unsanctioned_tool_never_lowers(claims, devices, tool):
    more = {"id": "more", "managed": True, "tools": [tool | {"sanctioned": False}]}
    before = values_of(DEVICE, profile(claims=claims, devices=devices), NET)
    after = values_of(DEVICE, profile(claims=claims, devices=[*devices, more]), NET)
    for name in (
        "unsanctioned_tools",
        "unattended_access",
        "switch_on_managed",
        "anti_detect_browser",
    ):
        assert np.fmax(after[name], 0) >= np.fmax(before[name], 0), name


@settings(deadline=None)
@given(said, computers, st.sampled_from(["other_users", "mfa_other_users"]))
def test_one_more_user_never_lowers(claims, devices, column):
    more = [{**row, column: row.get(column, 0) + 1} for row in devices]
    before = values_of(DEVICE, profile(claims=claims, devices=devices), NET)
    after = values_of(DEVICE, profile(claims=claims, devices=more), NET)
    for name in ("device_users", "second_factor_users"):
        assert np.fmax(after[name], 0) >= np.fmax(before[name], 0), name


@settings(deadline=None)
@given(said, computers)
def test_a_sanctioned_tool_is_never_held_against_anybody(claims, devices):
    fine = [
        {**row, "tools": [{**t, "sanctioned": True} for t in row.get("tools", ())]}
        for row in devices
    ]
    found = values_of(DEVICE, profile(claims=claims, devices=fine), NET)
    for name in ("unsanctioned_tools", "early_tools", "unattended_access", "own_device_tools"):
        assert not found[name][0] > 0, name
