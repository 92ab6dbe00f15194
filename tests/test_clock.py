"""Stories about clocks and hours: what each person, most of them honest, would see said of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.clock import CLOCK
from features.offsets import LOWEST, QUARTER, Clocks, zone_clock
from features.records import Profile
from tests.fakes import context, facts_of, profile, sentence, value, values_of

BERLIN, TOKYO, CHICAGO = "Europe/Berlin", "Asia/Tokyo", "America/Chicago"
WORLD = context(
    {
        "de": {"country": "DE"},
        "pt": {"country": "PT"},
        "us": {"country": "US"},
        "jp": {"country": "JP"},
        "sim": {"country": "DE", "kind": "mobile"},
        "relay": {"country": "US", "kind": "relay"},
    }
)


def moments(*hours: float, zone: str = BERLIN, days: int = 12, start: str = "2026-01-05") -> Any:
    """The same local hours on so many days."""
    first = datetime.fromisoformat(start).replace(tzinfo=ZoneInfo(zone))
    return [
        (first + timedelta(days=day) + timedelta(hours=hour)).astimezone(UTC)
        for day in range(days)
        for hour in hours
    ]


def sessions(at: Any, **parts: Any) -> list[dict[str, Any]]:
    return [{"at": moment, **parts} for moment in at]


def person(country: str | None = "DE", *rows: dict[str, Any], **claims: Any) -> Profile:
    places = [{"country": country}] if country else []
    return profile(claims={"places": places, **claims}, sessions=rows)


def noon(*zones: str | None, **parts: Any) -> list[dict[str, Any]]:
    """One noon session a day on a device set to these zones in turn."""
    at = moments(12, days=len(zones))
    return [{"at": at[k], "time_zone": zone, **parts} for k, zone in enumerate(zones)]


OFFICE = tuple(range(9, 18, 2))
TRIP = {"country": "PT", "starts": "2026-01-01", "ends": "2026-03-01"}
INNOCENT: dict[str, tuple[Profile, dict[str, float | None]]] = {
    "clock of the claimed country": (
        person("DE", *noon(*[BERLIN] * 5, ip="de")),
        {"zone_outside_share": 0.0, "zone_address_gap_share": 0.0, "zone_changes": 0.0},
    ),
    "another name of the same time": (
        person("DE", *noon("Europe/Paris", "Africa/Lagos")),
        {"zone_outside_share": 0.0},
    ),
    "summer time begins": (
        person("DE", *sessions(moments(12, start="2026-03-20"), time_zone=BERLIN, ip="de")),
        {"zone_outside_share": 0.0, "zone_address_gap_share": 0.0, "zone_changes": 0.0},
    ),
    "summer time begins, device sends offsets": (
        person(
            "DE",
            {"at": "2026-03-29T00:59:00Z", "utc_offset_minutes": 60},
            {"at": "2026-03-29T01:01:00Z", "utc_offset_minutes": 120},
        ),
        {"zone_outside_share": 0.0, "zone_changes": 0.0},
    ),
    "declared traveller": (
        person("DE", *noon(BERLIN, "Europe/Lisbon", TOKYO, BERLIN, ip="pt"), travel=[TRIP]),
        {"zone_outside_share": 0.0, "zone_address_gap_share": None, "zone_changes": 0.0},
    ),
    "keeps the clock of the client": (
        person("PT", *noon(*[CHICAGO] * 5), time_zone=CHICAGO),
        {"zone_outside_share": 0.0, "zone_changes": 0.0},
    ),
    "works a client's zone but lives where claimed": (
        person("PT", *noon(*["Europe/Lisbon"] * 5, ip="pt"), time_zone=CHICAGO),
        {"zone_outside_share": 0.0, "zone_address_gap_share": 0.0},
    ),
    "drives through the zones of one country": (
        person("US", *noon("America/New_York", CHICAGO, "America/Denver", "America/Los_Angeles")),
        {"zone_outside_share": 0.0, "zone_changes": 0.0},
    ),
    "private browser that shows UTC": (
        person("US", *noon("UTC", "UTC", "UTC", ip="us")),
        {"zone_outside_share": None, "zone_address_gap_share": None, "zone_changes": None},
    ),
    "roaming phone on local time": (
        person("DE", *noon("Europe/Lisbon", ip="sim"), travel=[TRIP]),
        {"zone_address_gap_share": None, "zone_outside_share": 0.0},
    ),
    "relay that comes out far away": (
        person("DE", *noon(BERLIN, ip="relay")),
        {"zone_address_gap_share": None, "zone_outside_share": 0.0},
    ),
    "military spouse who says so": (
        profile(
            claims={"places": [{"country": "US"}, {"country": "JP"}]},
            sessions=noon(TOKYO, TOKYO, CHICAGO, ip="jp"),
        ),
        {"zone_outside_share": 0.0, "zone_changes": 0.0},
    ),
    "scheduled jobs in another zone": (
        person("DE", *noon(CHICAGO, CHICAGO, automated=True)),
        {"zone_outside_share": None},
    ),
    "claims neither place nor zone": (
        person(None, *noon(TOKYO, TOKYO, CHICAGO)),
        {"zone_outside_share": None, "zone_changes": None, "rest_gap": None},
    ),
    "office hours": (person("DE", *sessions(moments(*OFFICE))), {"rest_gap": 0.0}),
    "early riser": (person("DE", *sessions(moments(5, 7, 9, 11, 13))), {"rest_gap": 0.0}),
    "night owl": (person("DE", *sessions(moments(14, 17, 20, 23, 26))), {"rest_gap": 0.0}),
    "night worker with declared hours": (
        person(
            "DE",
            *sessions(moments(22, 24, 26, 28, 29)),
            working_hours={"starts": 22, "ends": 6, "time_zone": BERLIN},
        ),
        {"rest_gap": 0.0},
    ),
    "declared client hours in the client's zone": (
        person(
            "DE",
            *sessions(moments(*OFFICE, zone="America/Los_Angeles")),
            working_hours={"starts": 9, "ends": 18, "time_zone": "America/Los_Angeles"},
        ),
        {"rest_gap": 0.0},
    ),
    "split shifts around children": (
        person("DE", *sessions(moments(5, 6, 7, 20, 21, 22))),
        {"rest_gap": None},
    ),
    "too few sessions for habits": (
        person("DE", *sessions(moments(2, 3, days=6))),
        {"rest_gap": None},
    ),
    "three shifts, then home": (
        person("DE", *sessions(moments(8, days=3), duration_minutes=600)),
        {"span_beyond_a_day": 0.0, "day_beyond_twenty_hours": 0.0},
    ),
    "two computers at once": (
        person("DE", *sessions(moments(8, 9, days=3), duration_minutes=600)),
        {"span_beyond_a_day": 0.0, "day_beyond_twenty_hours": 0.0},
    ),
    "scheduled job without an end": (
        person("DE", *sessions(moments(8, days=1), duration_minutes=6000, automated=True)),
        {"span_beyond_a_day": None, "day_beyond_twenty_hours": None},
    ),
    "always reachable": (
        profile(conduct=[{"kind": "unavailable_in_claimed_hours", "seen": False}] * 2),
        {"unavailable_share": 0.0},
    ),
    "other conduct noted": (
        profile(conduct=[{"kind": "camera_refused"}]),
        {"unavailable_share": None},
    ),
}
CONTRADICTED: dict[str, tuple[Profile, dict[str, float | None]]] = {
    "clock of another place": (
        person("US", *noon(TOKYO, TOKYO, CHICAGO, CHICAGO, ip="us")),
        {"zone_outside_share": 0.5, "zone_address_gap_share": 0.5, "zone_changes": 1.0},
    ),
    "clock in step with the declared zone, address elsewhere": (
        person("US", *noon(CHICAGO, CHICAGO, ip="pt"), time_zone=CHICAGO),
        {"zone_outside_share": 0.0, "zone_address_gap_share": 1.0},
    ),
    "an offset without a zone": (
        person("US", *sessions(moments(12, days=4), utc_offset_minutes=540)),
        {"zone_outside_share": 1.0},
    ),
    "two devices, each keeping its own zone": (
        person("US", *noon(TOKYO, device="a"), *noon(CHICAGO, CHICAGO, device="b")),
        {"zone_outside_share": 1 / 3, "zone_changes": 0.0},
    ),
    "rests when the claimed place works": (
        person("US", *sessions(moments(*OFFICE, zone=TOKYO)), time_zone="America/New_York"),
        {"rest_gap": 3.0},
    ),
    "two days without a break": (
        person("DE", *sessions(moments(0, 20, 40, days=1), duration_minutes=1200)),
        {"span_beyond_a_day": 36.0, "day_beyond_twenty_hours": 4.0},
    ),
    "four shifts of six hours": (
        person("DE", *sessions(moments(1, 7, 13, 19, days=1), duration_minutes=345)),
        {"span_beyond_a_day": 0.0, "day_beyond_twenty_hours": 3.0},
    ),
    "not there when called": (
        profile(
            conduct=[
                {"kind": "unavailable_in_claimed_hours", "seen": True},
                {"kind": "unavailable_in_claimed_hours", "seen": False},
            ]
        ),
        {"unavailable_share": 0.5},
    ),
}
STORIES = {**INNOCENT, **CONTRADICTED}


@pytest.mark.parametrize("name", STORIES)
def test_story(name: str) -> None:
    someone, expected = STORIES[name]
    for feature, wanted in expected.items():
        seen = value(feature, someone, WORLD)
        if wanted is None:
            assert np.isnan(seen), (feature, seen)
        else:
            assert seen == pytest.approx(wanted, abs=0.01), feature


def test_at_least_half_the_stories_are_innocent() -> None:
    assert len(INNOCENT) >= len(CONTRADICTED)


def test_which_zone_it_is_never_matters() -> None:
    """The same agreement anywhere in the world gives the same numbers."""
    everywhere = [
        person(country, *sessions(moments(*OFFICE, zone=zone), time_zone=zone))
        for country, zone in (("DE", BERLIN), ("JP", TOKYO), ("IN", "Asia/Kolkata"))
    ]
    for numbers in values_of(CLOCK, everywhere, WORLD).values():
        np.testing.assert_equal(numbers, numbers[:1] * 3)


def test_the_sentence_speaks_of_the_clock() -> None:
    someone = CONTRADICTED["clock of another place"][0]
    assert sentence("zone_outside_share", someone, WORLD) == (
        "the device clock was set to a zone the claims do not explain in 2 of 4 sessions"
    )


def test_every_sentence_can_be_said() -> None:
    for someone, _ in STORIES.values():
        for feature in CLOCK.features:
            for against in (True, False):
                assert sentence(feature.name, someone, WORLD, against)


def test_nothing_supplied_is_nothing_assessed() -> None:
    for numbers in values_of(CLOCK, profile(), context()).values():
        assert np.isnan(numbers[0])


def test_nobody_at_all() -> None:
    assert all(numbers == [] for numbers in values_of(CLOCK, [], context()).values())


def test_alone_as_in_company() -> None:
    people = [someone for someone, _ in STORIES.values()]
    together = values_of(CLOCK, people, WORLD)
    for k, someone in enumerate(people):
        alone = values_of(CLOCK, someone, WORLD)
        for name, numbers in together.items():
            np.testing.assert_allclose(numbers[k], alone[name][0], err_msg=f"{k} {name}")


ZONES = (BERLIN, CHICAGO, "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kathmandu")
INSTANTS = st.datetimes(datetime(2001, 1, 1), datetime(2044, 12, 1))


@given(st.lists(st.tuples(st.sampled_from(ZONES), INSTANTS), min_size=1, max_size=20))
def test_offsets_are_those_of_the_zone_database(asked: list[tuple[str, datetime]]) -> None:
    number = np.array([ZONES.index(zone) for zone, _ in asked])
    moments = [moment.replace(tzinfo=UTC) for _, moment in asked]
    at = np.array([moment.timestamp() for moment in moments])
    shown = (Clocks(ZONES, zone_clock).shown(number, at) + LOWEST) * QUARTER
    for (zone, _), moment, seconds in zip(asked, moments, shown.tolist(), strict=True):
        offset = moment.astimezone(ZoneInfo(zone)).utcoffset()
        assert offset is not None
        assert seconds == offset.total_seconds()


DIARY = st.lists(
    st.tuples(
        st.integers(0, 24 * 60),
        st.sampled_from([None, BERLIN, CHICAGO, "UTC"]),
        st.sampled_from([None, 30, 600, 3000]),
        st.sampled_from([None, "a", "b"]),
    ),
    max_size=30,
)


def keeper(diary: list[tuple[int, str | None, int | None, str | None]]) -> Profile:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    rows = [
        {
            "at": start + timedelta(hours=hour),
            "time_zone": zone,
            "duration_minutes": minutes,
            "device": device,
        }
        for hour, zone, minutes, device in diary
    ]
    return person("DE", *rows)


@settings(max_examples=60, deadline=None)
@given(DIARY, st.integers(0, 24 * 60))
def test_one_more_foreign_clock_never_speaks_for_the_person(diary: Any, hour: int) -> None:
    before = facts_of(CLOCK, keeper(diary), WORLD)
    after = facts_of(CLOCK, keeper([*diary, (hour, TOKYO, None, None)]), WORLD)
    assert after.zones_outside[0] == before.zones_outside[0] + 1


@settings(max_examples=40, deadline=None)
@given(DIARY)
def test_spans_are_what_a_minute_by_minute_count_says(diary: Any) -> None:
    facts = facts_of(CLOCK, keeper(diary), WORLD)
    minutes: set[int] = set()
    for hour, _, length, _ in diary:
        minutes.update(range(hour * 60, hour * 60 + (length or 0)))
    if not minutes:
        assert np.isnan(facts.span[0])
        return
    per_day = np.bincount(np.array(sorted(minutes)) // 1440)
    assert facts.day[0] == pytest.approx(per_day.max() / 60)
    runs = np.split(np.array(sorted(minutes)), np.flatnonzero(np.diff(sorted(minutes)) > 1) + 1)
    assert facts.span[0] == pytest.approx(max(map(len, runs)) / 60)


@settings(max_examples=40, deadline=None)
@given(st.lists(DIARY, min_size=2, max_size=4))
def test_company_never_matters(crowd: Any) -> None:
    people = [keeper(diary) for diary in crowd]
    together = values_of(CLOCK, people, WORLD)
    alone = [values_of(CLOCK, someone, WORLD) for someone in people]
    for name, numbers in together.items():
        np.testing.assert_allclose(numbers, [one[name][0] for one in alone], atol=1e-6)
