"""Who operates the computer, told as stories; more than half of them innocent."""

from __future__ import annotations

import numpy as np
import pytest

from features.device import DEVICE
from tests.fakes import context, profile, value

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
        owner(REMOTE, claims={"own_device": True}),
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


@pytest.mark.parametrize(("day", "expected"), [("2026-05-05", 1), ("2026-06-20", 0), (None, 0)])
def test_tools_that_come_with_the_set_up(day, expected):
    tool = REMOTE | ({"first_seen": f"{day}T00:00:00Z"} if day else {})
    person = owner(tool, provisioned_at="2026-05-01T00:00:00Z")
    assert worth("early_tools", person) == expected


@pytest.mark.parametrize(
    ("device", "expected"),
    [({}, 1), ({"at_home": False}, 1), ({"at_home": True}, 0), ({"managed": False}, 0)],
)
def test_a_switch_at_the_own_home_is_a_habit(device, expected):
    assert worth("switch_on_managed", owner({"kind": "kvm", "name": "PiKVM"}, **device)) == expected


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


def signins(*managed, claims=None):
    rows = [
        {"at": f"2026-05-{day:02d}T09:00:00Z", "managed": state}
        for day, state in enumerate(managed, 1)
    ]
    return profile(claims=claims or {}, sessions=rows)


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
    assert np.isnan(worth("hidden_token_age", person("192.0.2.2")))


@pytest.mark.parametrize(("hours", "expected"), [(3, 1), (40, 0), (None, 0)])
def test_malware_within_a_day(hours, expected):
    when = f"2026-05-0{1 + hours // 24}T{hours % 24:02d}:00:00Z" if hours else None
    person = owner(activated_at="2026-05-01T00:00:00Z", malware_at=when)
    assert worth("malware_at_start", person) == expected


def test_nothing_supplied_is_nothing_assessed():
    for feature in DEVICE.features:
        assert np.isnan(worth(feature.name, profile()))
