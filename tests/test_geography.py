"""Stories about places: what each person, most of them honest, would see said of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.geography import GEOGRAPHY
from features.records import Profile
from tests.fakes import context, facts_of, profile, sentence, value, values_of

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
WORLD = context(
    {
        "berlin": {"country": "DE", "lat": 52.52, "lon": 13.40, "radius": 20},
        "munich": {"country": "DE", "lat": 48.14, "lon": 11.58, "radius": 20},
        "germany": {"country": "DE", "lat": 51.3, "lon": 9.49, "radius": 1000},
        "strasbourg": {"country": "FR", "lat": 48.57, "lon": 7.75, "radius": 20},
        "kehl": {"country": "DE", "lat": 48.57, "lon": 7.81, "radius": 20},
        "lisbon": {"country": "PT", "lat": 38.72, "lon": -9.14, "radius": 20},
        "tokyo": {"country": "JP", "lat": 35.68, "lon": 139.69, "radius": 20},
        "dallas": {"country": "US", "lat": 32.78, "lon": -96.80, "radius": 20},
        "roaming": {"country": "DE", "kind": "mobile", "lat": 50.1, "lon": 8.7, "radius": 50},
        "relay": {"country": "US", "kind": "relay"},
        "head office": {"country": "FR", "kind": "corporate", "lat": 45.7, "lon": 4.8, "radius": 5},
        "vpn": {"country": "NL", "kind": "vpn"},
    }
)
BERLIN = {"country": "DE", "city": "Berlin"}


def days(*ips: str, every: float = 24, **parts: Any) -> list[dict[str, Any]]:
    """One session after another, by default a day apart."""
    return [
        {"at": START + timedelta(hours=every * k), "ip": ip, **parts} for k, ip in enumerate(ips)
    ]


def person(*places: dict[str, Any], travel: Any = (), sessions: Any = ()) -> Profile:
    return profile(claims={"places": places, "travel": travel}, sessions=sessions)


def trip(country: str, first: int, last: int) -> dict[str, Any]:
    day = START.date()
    return {
        "country": country,
        "starts": day + timedelta(days=first),
        "ends": day + timedelta(days=last),
    }


Expected = dict[str, float | None]
NOTHING: Expected = {
    "outside_share": 0.0,
    "elsewhere_weeks": 0.0,
    "parallel_days": 0.0,
}
UNSAID: Expected = {
    "outside_share": None,
    "elsewhere_weeks": None,
    "never_at_home": None,
}
INNOCENT: dict[str, tuple[Profile, Expected]] = {
    "stays at home": (
        person(BERLIN, sessions=days(*["berlin"] * 20)),
        {**NOTHING, "never_at_home": 0.0, "away_week_share": 0.0, "beyond_home": 0.0},
    ),
    "declared traveller": (
        person(
            BERLIN,
            travel=[trip("PT", 10, 20)],
            sessions=days(*["berlin"] * 10, *["lisbon"] * 10, *["berlin"] * 5),
        ),
        {**NOTHING, "never_at_home": 0.0, "away_week_share": 0.0, "beyond_home": 0.0},
    ),
    "declared nomad who is never at home": (
        person(BERLIN, travel=[trip("PT", 0, 30)], sessions=days(*["lisbon"] * 30)),
        {**NOTHING, "never_at_home": None, "away_week_share": None, "beyond_home": None},
    ),
    "border commuter who claims both": (
        person(
            {"country": "FR", "city": "Strasbourg"},
            {"country": "DE"},
            sessions=days(*["strasbourg", "kehl"] * 10, every=6),
        ),
        {**NOTHING, "never_at_home": 0.0, "beyond_home": 0.0},
    ),
    "somewhere in a second country, of which no town is claimed": (
        person(BERLIN, {"country": "PT"}, sessions=days(*["lisbon"] * 20)),
        {**NOTHING, "never_at_home": 0.0, "beyond_home": None},
    ),
    "border commuter, a morning and an evening": (
        person(
            {"country": "FR", "city": "Strasbourg"},
            sessions=days("strasbourg", "kehl", "strasbourg", every=4),
        ),
        {"parallel_days": 0.0, "beyond_home": 0.0, "away_week_share": 0.0},
    ),
    "declared trip, phone roaming through home": (
        person(
            BERLIN,
            travel=[trip("PT", 0, 9)],
            sessions=days(*["roaming", "lisbon"] * 8, every=2),
        ),
        {**NOTHING, "beyond_home": None},
    ),
    "declared trip within the country": (
        person(BERLIN, travel=[trip("DE", 0, 9)], sessions=days(*["munich"] * 6)),
        {**NOTHING, "beyond_home": None, "never_at_home": 0.0},
    ),
    "roaming phone beside undeclared hotel Wi-Fi": (
        person(BERLIN, sessions=days(*["roaming", "lisbon"] * 4, every=2)),
        {"parallel_days": 0.0, "never_at_home": 0.0},
    ),
    "flew home between two sessions": (
        person(BERLIN, sessions=days("lisbon", "berlin", every=5, duration_minutes=290)),
        {"overlapping_sessions": 0.0},
    ),
    "computer left on at home during a declared trip": (
        person(
            BERLIN,
            travel=[trip("PT", 0, 9)],
            sessions=days(*["berlin", "lisbon"] * 3, every=2, duration_minutes=600),
        ),
        {"overlapping_sessions": 0.0},
    ),
    "roaming phone beside a long session on hotel Wi-Fi": (
        person(BERLIN, sessions=days(*["lisbon", "roaming"] * 3, every=2, duration_minutes=600)),
        {"overlapping_sessions": 0.0},
    ),
    "private relay only": (person(BERLIN, sessions=days(*["relay"] * 10)), UNSAID),
    "company line 600 km away": (
        person({"country": "FR", "city": "Bordeaux"}, sessions=days(*["head office"] * 10)),
        {**UNSAID, "beyond_home": None},
    ),
    "known company egress abroad": (
        person(BERLIN, sessions=days(*["strasbourg"] * 10, egress="company")),
        UNSAID,
    ),
    "scheduled jobs run elsewhere": (
        person(BERLIN, sessions=days(*["dallas"] * 10, automated=True)),
        UNSAID,
    ),
    "privacy VPN always on": (person(BERLIN, sessions=days(*["vpn"] * 10)), UNSAID),
    "default coordinates of a country": (
        person({"country": "DE", "city": "Munich"}, sessions=days(*["germany"] * 10)),
        {**NOTHING, "beyond_home": None},
    ),
    "military spouse who says so": (
        person({"country": "US"}, {"country": "JP"}, sessions=days(*["tokyo"] * 20)),
        {**NOTHING, "never_at_home": 0.0, "away_week_share": 0.0},
    ),
    "moved house": (
        person(
            {"country": "DE", "until": (START + timedelta(days=9)).date()},
            {"country": "PT", "since": (START + timedelta(days=10)).date()},
            sessions=days(*["berlin"] * 10, *["lisbon"] * 10),
        ),
        {**NOTHING, "never_at_home": 0.0},
    ),
    "says nothing of the years before": (
        person(
            {"country": "PT", "since": (START + timedelta(days=30)).date()},
            sessions=days(*["berlin"] * 10),
        ),
        UNSAID,
    ),
    "claims no place": (profile(sessions=days(*["berlin"] * 10)), UNSAID),
    "computer kept at home, used from home": (
        person(BERLIN, sessions=days(*["berlin"] * 10, device_country="DE")),
        {"never_converging_share": 0.0, "hardware_outside_share": 0.0},
    ),
    "took the laptop along": (
        person(
            BERLIN,
            sessions=[
                *days(*["berlin"] * 5, device_country="DE"),
                *days(*["lisbon"] * 3, device_country="PT"),
            ],
        ),
        {"never_converging_share": 0.0},
    ),
    "roaming line, laptop abroad on a declared trip": (
        person(
            BERLIN,
            travel=[trip("PT", 0, 10)],
            sessions=days(*["roaming"] * 10, device_country="PT"),
        ),
        {"never_converging_share": None, "hardware_outside_share": 0.0},
    ),
    "wired desk": (
        person(BERLIN, sessions=days("berlin", location_off=False, wifi_off=True)),
        {"location_dark_share": 0.0},
    ),
}
CONTRADICTED: dict[str, tuple[Profile, Expected]] = {
    "claims one country, always in another": (
        person(BERLIN, sessions=days(*["tokyo"] * 20)),
        {
            "outside_share": 1.0,
            "elsewhere_weeks": 4.0,
            "never_at_home": 1.0,
            "away_week_share": 1.0,
        },
    ),
    "never once at home": (
        person(BERLIN, sessions=days(*["tokyo"] * 20)),
        {"away_week_share": 1.0, "beyond_home": 8796.0},
    ),
    "one bare session among few": (
        person(BERLIN, sessions=days("berlin", "lisbon", "berlin", "berlin")),
        {"outside_share": 0.25, "elsewhere_weeks": 1.0, "never_at_home": None},
    ),
    "two countries in turns within a day": (
        person(BERLIN, sessions=days("berlin", "dallas", "berlin", "dallas", every=2)),
        {"parallel_days": 1.0},
    ),
    "signed in from two countries at once": (
        person(BERLIN, sessions=days("berlin", "dallas", every=1, duration_minutes=90)),
        {"overlapping_sessions": 1.0, "parallel_days": 0.0},
    ),
    "another city": (
        person({"country": "DE", "city": "Munich"}, sessions=days(*["berlin"] * 5)),
        {"outside_share": 0.0, "beyond_home": 384.0},
    ),
    "laptop farm: hardware at the claimed place, hands elsewhere": (
        person({"country": "US"}, sessions=days(*["tokyo"] * 40, device_country="US")),
        {"never_converging_share": 1.0, "hardware_outside_share": 0.0},
    ),
    "hardware abroad": (
        person(BERLIN, sessions=days(*["berlin"] * 4, device_country="PT")),
        {"hardware_outside_share": 1.0},
    ),
    "hardware in another city": (
        person(
            BERLIN,
            sessions=days(*["vpn"] * 4, device_latitude=48.14, device_longitude=11.58),
        ),
        {"hardware_beyond_home": 404.0, "outside_share": None},
    ),
    "location and Wi-Fi off": (
        person(BERLIN, sessions=days("berlin", "berlin", location_off=True, wifi_off=True)),
        {"location_dark_share": 1.0},
    ),
}
STORIES = {**INNOCENT, **CONTRADICTED}


@pytest.mark.parametrize("name", STORIES)
def test_story(name: str) -> None:
    someone, expected = STORIES[name]
    seen = {feature: value(feature, someone, WORLD) for feature in expected}
    for feature, wanted in expected.items():
        if wanted is None:
            assert np.isnan(seen[feature]), (feature, seen[feature])
        else:
            assert seen[feature] == pytest.approx(wanted, abs=2 if wanted > 100 else 1e-9), feature


def test_at_least_half_the_stories_are_innocent() -> None:
    assert len(INNOCENT) >= len(CONTRADICTED)


def test_trips_that_end_at_home_weigh_less_than_a_life_elsewhere() -> None:
    """Undeclared nomads still converge at home; the share of weeks says so."""
    nomad = person(BERLIN, sessions=days(*(["lisbon"] * 4 + ["berlin"] * 3) * 6))
    assert value("away_week_share", nomad, WORLD) < 0.2
    assert value("never_at_home", nomad, WORLD) == 0


def test_the_sentence_names_the_sessions_and_not_the_person() -> None:
    someone = person(BERLIN, sessions=days("berlin", "lisbon", "lisbon"))
    assert sentence("outside_share", someone, WORLD) == (
        "2 of 3 sessions that hide nothing came from outside the claimed places, most from Portugal"
    )


def test_every_sentence_can_be_said() -> None:
    for someone, _ in STORIES.values():
        for feature in GEOGRAPHY.features:
            for against in (True, False):
                assert sentence(feature.name, someone, WORLD, against)


def test_nothing_supplied_is_nothing_assessed() -> None:
    for numbers in values_of(GEOGRAPHY, profile(), context()).values():
        assert np.isnan(numbers[0])


def test_nobody_at_all() -> None:
    assert all(numbers == [] for numbers in values_of(GEOGRAPHY, [], context()).values())


def test_alone_as_in_company() -> None:
    people = [someone for someone, _ in STORIES.values()]
    together = values_of(GEOGRAPHY, people, WORLD)
    for k, someone in enumerate(people):
        alone = values_of(GEOGRAPHY, someone, WORLD)
        for name, numbers in together.items():
            np.testing.assert_equal(numbers[k], alone[name][0], err_msg=f"{k} {name}")


SOMEWHERE = st.lists(
    st.tuples(
        st.sampled_from(["berlin", "munich", "lisbon", "vpn", "relay", "roaming", "unknown"]),
        st.integers(0, 24 * 120),
        st.sampled_from([None, "DE", "PT"]),
    ),
    max_size=25,
)


def wanderer(where: list[tuple[str, int, str | None]]) -> Profile:
    sessions = [
        {"ip": ip, "at": START + timedelta(hours=hour), "device_country": device}
        for ip, hour, device in where
    ]
    return person(BERLIN, travel=[trip("PT", 20, 30)], sessions=sessions)


@settings(max_examples=60, deadline=None)
@given(SOMEWHERE, st.integers(0, 24 * 120))
def test_one_more_session_outside_never_speaks_for_the_person(
    where: list[tuple[str, int, str | None]], hour: int
) -> None:
    before, after = wanderer(where), wanderer([*where, ("tokyo", hour, None)])
    assert (
        facts_of(GEOGRAPHY, after, WORLD).outside == facts_of(GEOGRAPHY, before, WORLD).outside + 1
    )
    for name in ("outside_share", "never_at_home"):
        a, b = value(name, before, WORLD), value(name, after, WORLD)
        assert np.isnan(a) or b >= a
    assert value("outside_share", after, WORLD) > 0


@settings(max_examples=40, deadline=None)
@given(st.lists(SOMEWHERE, min_size=2, max_size=4))
def test_company_never_matters(crowd: list[list[tuple[str, int, str | None]]]) -> None:
    people = [wanderer(where) for where in crowd]
    together = values_of(GEOGRAPHY, people, WORLD)
    alone = [values_of(GEOGRAPHY, someone, WORLD) for someone in people]
    for name, numbers in together.items():
        np.testing.assert_equal(numbers, [one[name][0] for one in alone])


@settings(max_examples=40, deadline=None)
@given(SOMEWHERE)
def test_declaring_the_travel_explains_it(where: list[tuple[str, int, str | None]]) -> None:
    sessions = wanderer(where).model_dump()["sessions"]
    told = person(BERLIN, travel=[trip("PT", 0, 130)], sessions=sessions)
    assert not value("outside_share", told, WORLD) > 0
    assert not value("hardware_outside_share", told, WORLD) > 0
