"""How sessions arrive, told as stories; more than half of them innocent."""

from __future__ import annotations

import numpy as np
import pytest

from features.network import NETWORK
from tests.fakes import context, facts_of, profile, value

NET = context(
    {
        "home": {"country": "ES"},
        "home-2": {"country": "ES"},
        "phone": {"country": "ES", "kind": "mobile"},
        "vpn-es": {"country": "ES", "kind": "vpn", "provider": "Mullvad"},
        "vpn-us": {"country": "US", "kind": "vpn"},
        "vpn-jp": {"country": "JP", "kind": "hosting"},
        "relay": {"country": "ES", "kind": "relay"},
        "company": {"country": "DE", "kind": "corporate"},
        "portugal": {"country": "PT"},
        "china": {"country": "CN"},
        "madrid": {"country": "ES", "lat": 40.4, "lon": -3.7, "radius": 20},
        "lisbon": {"country": "PT", "lat": 38.7, "lon": -9.1, "radius": 20},
        "sydney": {"country": "AU", "lat": -33.9, "lon": 151.2, "radius": 20},
        "vague": {"country": "AU", "lat": -33.9, "lon": 151.2, "radius": 1000},
    }
)


def person(*ips, claims=None, hours=24, **common):
    rows = [
        {
            "at": f"2026-03-{1 + k * hours // 24:02d}T{k * hours % 24:02d}:30:00Z",
            "ip": ip,
            **common,
        }
        for k, ip in enumerate(ips)
    ]
    return profile(claims={"places": [{"country": "ES"}], **(claims or {})}, sessions=rows)


def worth(feature, who):
    return value(feature, who, NET)


@pytest.mark.parametrize(
    ("ips", "expected"),
    [
        (["home"] * 4, 0),
        (["relay"] * 4, 0),
        (["company"] * 4, 0),
        (["phone"] * 4, 0),
        (["home", "vpn-es"], 0.5),
        (["vpn-es", "vpn-jp"], 1),
        (["nowhere", "10.0.0.1"], None),
        (["home", "nowhere"], 0),
    ],
)
def test_what_hides_a_place(ips, expected):
    found = worth("anonymised_share", person(*ips))
    assert np.isnan(found) if expected is None else found == expected


def test_a_company_line_the_operator_knows_hides_nothing():
    assert worth("anonymised_share", person("vpn-us", egress="company")) == 0


def test_a_reported_brand_is_context():
    assert worth("reported_provider_share", person("vpn-es", "home")) == 0.5
    assert worth("reported_provider_share", person("vpn-us", "home")) == 0


@pytest.mark.parametrize(
    ("ips", "expected"),
    [(["vpn-es"] * 3, 0), (["vpn-es", "vpn-us", "vpn-jp"], 2), (["home"], 0), (["nowhere"], None)],
)
def test_exits(ips, expected):
    found = worth("exit_countries", person(*ips))
    assert np.isnan(found) if expected is None else found == expected


TRIP = {"travel": [{"country": "CN", "starts": "2026-03-01", "ends": "2026-03-30"}]}


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (person(*["vpn-es"] * 9, "home"), 0),
        (person(*["vpn-es"] * 9, "china", claims=TRIP), 0),
        (person(*["home"] * 5, "china"), 0),
        (person(*["vpn-es"] * 10), 0),
        (person(*["vpn-es"] * 9, "china", claims={"places": []}), None),
        (person(*["vpn-es"] * 9, "china"), 1),
    ],
)
def test_slips_of_people_who_are_otherwise_hidden(who, expected):
    found = worth("slips", who)
    assert np.isnan(found) if expected is None else found == expected


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (person(*["home"] * 5, *["vpn-es"] * 5), 0),
        (person(*["china"] * 5, *["home"] * 5), 0),
        (person(*["china"] * 5, *["vpn-es"] * 5, claims=TRIP), 0),
        (person("china", "vpn-es", "vpn-es"), None),
        (person(*["china"] * 5, *["vpn-es"] * 5), 1),
        (person(*["china"] * 5, *["vpn-es"] * 2, *["home"] * 2), 0.5),
    ],
)
def test_a_baseline_elsewhere_then_hidden(who, expected):
    found = worth("switch_share", who)
    assert np.isnan(found) if expected is None else found == pytest.approx(expected)


def test_a_switch_names_the_baseline():
    facts = facts_of(NETWORK, person(*["china"] * 5, *["vpn-es"] * 5), NET)
    feature = next(f for f in NETWORK.features if f.name == "switch_share")
    assert "China" in NETWORK.say(feature, facts, 0, 1.0)


@pytest.mark.parametrize(
    ("ips", "hours", "day", "week"),
    [
        (["home"] * 5, 6, 0, 0),
        (["home", "vpn-us", "vpn-jp", "relay", "company"], 6, 0, 0),
        (["home", "portugal"], 48, 0, 1),
        (["home", "portugal", "china"], 6, 2, 2),
        (["home", "portugal", "home", "china"], 36, 0, 2),
        (["vpn-us"], 6, None, None),
    ],
)
def test_countries_are_counted_on_sessions_that_hide_nothing(ips, hours, day, week):
    who = person(*ips, hours=hours)
    for feature, expected in (("countries_in_a_day", day), ("countries_in_a_week", week)):
        found = worth(feature, who)
        assert np.isnan(found) if expected is None else found == expected


@pytest.mark.parametrize(
    ("ips", "hours", "expected"),
    [
        (["madrid", "madrid"], 1, 0),
        (["madrid", "lisbon"], 2, 0),
        (["madrid", "sydney"], 48, 0),
        (["madrid", "vague"], 1, None),
        (["madrid", "phone", "vpn-us"], 1, None),
        (["madrid", "sydney"], 2, 1),
        (["madrid", "sydney", "sydney"], 2, 0.5),
    ],
)
def test_travel_that_no_flight_could_make(ips, hours, expected):
    found = worth("impossible_travel_share", person(*ips, hours=hours))
    assert np.isnan(found) if expected is None else found == pytest.approx(expected)


@pytest.mark.parametrize(
    ("common", "expected"),
    [
        ({"round_trip_ms": 25, "round_trip_country": "ES"}, 0),
        ({"round_trip_ms": 109, "round_trip_country": "ES"}, 0),
        ({"round_trip_ms": 300, "round_trip_country": "US"}, None),
        ({"round_trip_ms": 300}, None),
        ({"round_trip_ms": 260, "round_trip_country": "ES"}, 150),
    ],
)
def test_latency_inside_the_claimed_country(common, expected):
    found = worth("round_trip_excess", person(*["home"] * 3, **common))
    assert np.isnan(found) if expected is None else found == expected


@pytest.mark.parametrize(("state", "expected"), [(True, 1), (False, 0), (None, None)])
def test_an_open_port_is_known_only_where_somebody_scanned(state, expected):
    found = worth("open_port_share", person("home", remote_port_open=state))
    assert np.isnan(found) if expected is None else found == expected


def channels(*pairs, claims=None):
    rows = [
        {"at": f"2026-03-{day:02d}T09:00:00Z", "ip": ip, "kind": kind}
        for day, (kind, ip) in enumerate(pairs, 1)
    ]
    return profile(claims={"places": [{"country": "ES"}], **(claims or {})}, sessions=rows)


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (channels(("apply", "home"), ("interview", "home-2"), ("login", "phone")), 0),
        (channels(("apply", "home"), ("interview", "vpn-us")), None),
        (channels(("apply", "home"), ("login", "china"), claims=TRIP), 0),
        (channels(("apply", "home"), ("login", "china")), 1),
        (channels(("apply", "portugal"), ("interview", "china"), ("login", "home")), 2),
    ],
)
def test_channels_that_disagree(who, expected):
    found = worth("channel_countries", who)
    assert np.isnan(found) if expected is None else found == expected


def test_evidence_points_at_the_sessions():
    facts = facts_of(NETWORK, person("home", "vpn-es"), NET)
    rows = facts.anonymised_rows
    assert [rows.table.pointer(k) for k in np.flatnonzero(rows.mask)] == ["sessions[1]"]


def test_nothing_supplied_is_nothing_assessed():
    for feature in NETWORK.features:
        assert np.isnan(worth(feature.name, profile()))
