"""Where equipment went and who took it, told as stories; more than half of them innocent."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.shipping import SHIPPING
from tests.fakes import context, facts_of, profile, sentence, value, values_of

WORLD = context(
    {
        "berlin": {"country": "DE", "lat": 52.52, "lon": 13.40, "radius": 20},
        "tokyo": {"country": "JP", "lat": 35.68, "lon": 139.69, "radius": 20},
        "vpn": {"country": "NL", "kind": "vpn"},
    }
)
BERLIN = {"country": "DE", "city": "Berlin"}


def on(day, month=5):
    return f"2026-{month:02d}-{day:02d}T09:00:00Z"


def sent(*parcels, name="Irune Vastel", places=(BERLIN,), sessions=(), **claims):
    signed = [{"at": on(1 + k), "ip": ip} for k, ip in enumerate(sessions)]
    said = {"name": name, "places": places, **claims}
    return profile(claims=said, shipments=parcels, sessions=signed)


def worth(feature, who):
    return value(feature, who, WORLD)


HOME = {"country": "DE", "city": "Berlin", "kind": "home", "sent_at": on(4)}
INNOCENT = {
    "laptop sent home and taken by the person": (
        sent({**HOME, "received_by": "VASTEL IRUNE", "other_recipients": 0}, sessions=["berlin"]),
        {
            "parcel_outside_share": 0,
            "parcel_beyond_home": 0,
            "post_box_share": 0,
            "received_by_other_share": 0,
            "parcel_recipients": 0,
            "parcel_and_sessions_outside": 0,
            "late_address_change": None,
        },
    ),
    "sent to a friend in another city because of a move, told three weeks before": (
        sent(
            {**HOME, "city": "Munich", "changed_at": on(12, 4), "received_by": "Irune Vastel"},
            sessions=["berlin"] * 3,
        ),
        {
            "parcel_outside_share": 0,
            "parcel_beyond_home": pytest.approx(404, abs=10),
            "late_address_change": 0,
            "received_by_other_share": 0,
            "parcel_and_sessions_outside": 0,
        },
    ),
    "moved half a year after the laptop came": (
        sent({**HOME, "sent_at": on(4, 1), "changed_at": on(1, 6)}),
        {"late_address_change": 0},
    ),
    "address corrected the day after it arrived": (
        sent({**HOME, "received_at": on(5), "changed_at": on(6)}),
        {"late_address_change": 0},
    ),
    "rural post box shared by the village": (
        sent({"kind": "post_box", "km_from_home": 12, "other_recipients": 300}),
        {"post_box_share": 1, "parcel_beyond_home": 0, "parcel_recipients": None},
    ),
    "safe address of somebody who fled a violent partner": (
        sent({"kind": "post_box", "received_by": "Oskar Pelto"}, places=()),
        {
            "parcel_outside_share": None,
            "parcel_beyond_home": None,
            "received_by_other_share": None,
            "parcel_and_sessions_outside": None,
        },
    ),
    "hotel on a declared trip": (
        sent(
            {"country": "PT", "city": "Lisbon", "km_from_home": 2300, "sent_at": on(4)},
            travel=[{"country": "PT", "starts": "2026-05-01", "ends": "2026-05-20"}],
        ),
        {"parcel_outside_share": 0, "parcel_beyond_home": 0},
    ),
    "sent ahead of a declared trip": (
        sent(
            {"country": "PT", "km_from_home": 2300, "sent_at": on(4), "received_at": on(11)},
            travel=[{"country": "PT", "starts": "2026-05-10", "ends": "2026-05-20"}],
        ),
        {"parcel_outside_share": 0, "parcel_beyond_home": 0},
    ),
    "parcel shop across the border": (
        sent({"country": "PL", "km_from_home": 8, "kind": "pickup"}, places=[{"country": "DE"}]),
        {"parcel_outside_share": 0, "parcel_beyond_home": 0, "post_box_share": 0},
    ),
    "second claimed place, nearer than the first": (
        sent(
            {"country": "DE", "city": "Munich", "km_from_home": 500},
            places=[BERLIN, {"country": "DE", "city": "Munich"}],
        ),
        {"parcel_beyond_home": 0},
    ),
    "claims a village no table knows": (
        sent({"country": "DE", "city": "Munich"}, places=[{"country": "DE", "city": "Klein Orla"}]),
        {"parcel_beyond_home": None, "parcel_outside_share": 0},
    ),
    "signed in the name she was born with": (
        sent(
            {**HOME, "received_by": "Greta Holmquist"},
            name="Greta Andrane",
            other_names=["Greta Holmquist"],
        ),
        {"received_by_other_share": 0},
    ),
    "signed in a married name nobody was told of": (
        sent({**HOME, "received_by": "Greta Holmquist"}, name="Greta Andrane"),
        {"received_by_other_share": None},
    ),
    "transliterated by the courier": (
        sent({**HOME, "received_by": "SERGEI VOLKOV"}, name="Сергей Волков"),
        {"received_by_other_share": 0},
    ),
    "written in another script by the courier": (
        sent({**HOME, "received_by": "Wang Xiaoming"}, name="王小明"),
        {"received_by_other_share": None},
    ),
    "taken by the partner of a declared household": (
        sent({**HOME, "received_by": "Oskar Pelto"}, household=["partner"]),
        {"received_by_other_share": None},
    ),
    "taken by a declared relative": (
        sent(
            {**HOME, "received_by": "Rosaria Bellin"},
            payees=[{"name": "Rosaria Bellin", "relation": "relative"}],
        ),
        {"received_by_other_share": 0},
    ),
    "left with a neighbour": (
        sent({**HOME, "received_by": "Neighbour Pelto"}),
        {"received_by_other_share": None},
    ),
    "signed for at the office, where twenty others get theirs": (
        sent({"kind": "office", "received_by": "Oskar Pelto", "other_recipients": 20}),
        {"received_by_other_share": None, "parcel_recipients": None, "post_box_share": 0},
    ),
    "couple who both work remotely and declared it": (
        sent({**HOME, "other_recipients": 1}, household=["partner"]),
        {"parcel_recipients": 0},
    ),
    "undeclared trip, laptop at home": (
        sent(HOME, sessions=["berlin", "tokyo"]),
        {"parcel_and_sessions_outside": 0, "parcel_beyond_home": 0},
    ),
    "laptop at a friend's, privacy network": (
        sent({"km_from_home": 600}, sessions=["vpn"] * 5),
        {"parcel_and_sessions_outside": None, "parcel_beyond_home": 500},
    ),
}
ODD = {
    "sent to a country never claimed": (
        sent({"country": "JP", "kind": "forwarder"}, HOME),
        {"parcel_outside_share": 0.5, "post_box_share": 0.5},
    ),
    "sent to another state, changed the day before, taken by a stranger": (
        sent(
            {
                "country": "DE",
                "city": "Munich",
                "sent_at": on(4),
                "changed_at": on(3),
                "received_by": "Oskar Pelto",
                "kind": "pickup",
            }
        ),
        {
            "parcel_beyond_home": pytest.approx(404, abs=10),
            "late_address_change": 1,
            "received_by_other_share": 1,
        },
    ),
    "rerouted while under way": (
        sent({**HOME, "changed_at": on(6), "received_at": on(9)}),
        {"late_address_change": 1},
    ),
    "a house that takes equipment for six strangers": (
        sent({**HOME, "other_recipients": 6}, household=["partner"]),
        {"parcel_recipients": 5},
    ),
    "declared household, but the parcel went elsewhere to somebody else": (
        sent({"km_from_home": 900, "received_by": "Oskar Pelto"}, household=["partner"]),
        {"received_by_other_share": 1},
    ),
    "parcel away from home and sessions from abroad": (
        sent({"km_from_home": 900}, sessions=["tokyo", "tokyo", "berlin", "tokyo"]),
        {"parcel_and_sessions_outside": 0.75},
    ),
}
TABLE = [
    pytest.param(who, feature, expected, id=f"{story}: {feature}")
    for story, (who, features) in (INNOCENT | ODD).items()
    for feature, expected in features.items()
]


@pytest.mark.parametrize(("who", "feature", "expected"), TABLE)
def test_stories(who, feature, expected):
    found = worth(feature, who)
    assert np.isnan(found) if expected is None else found == expected


def test_most_stories_are_innocent():
    assert len(INNOCENT) > len(ODD)


def test_nothing_supplied_is_nothing_assessed():
    for feature in SHIPPING.features:
        assert np.isnan(worth(feature.name, profile()))


@pytest.mark.parametrize(
    ("parcel", "feature"),
    [
        ({**HOME, "country": "JP", "sent_at": on(2, 7)}, "parcel_outside_share"),
        ({**HOME, "sent_at": on(29, 6), "changed_at": on(1, 7)}, "late_address_change"),
        (
            {**HOME, "received_by": "Oskar Pelto", "received_at": on(2, 7)},
            "received_by_other_share",
        ),
    ],
)
def test_what_happened_after_the_moment_asked_about_is_not_known_yet(parcel, feature):
    assert np.isnan(worth(feature, sent(parcel)))


def test_what_a_person_reads():
    who = sent({**HOME, "received_by": "Oskar Pelto"}, {**HOME, "received_by": "Irune Vastel"})
    assert sentence("received_by_other_share", who, WORLD) == (
        "1 of 2 parcels was received by Oskar Pelto, which fits no name the person gave"
    )
    rows = facts_of(SHIPPING, who, WORLD).stranger_rows
    assert [rows.table.pointer(row) for row in np.flatnonzero(rows.mask)] == ["shipments[0]"]


def in_order(parcel):
    """Sent before it is received, where both are told."""
    told = [name for name in ("sent_at", "received_at") if name in parcel]
    return parcel | dict(zip(told, sorted(parcel[name] for name in told), strict=True))


parcels = st.fixed_dictionaries(
    {},
    optional={
        "country": st.sampled_from(["DE", "JP", "PL"]),
        "city": st.sampled_from(["Berlin", "Munich", "Tokyo", "Klein Orla"]),
        "kind": st.sampled_from(["home", "office", "post_box", "forwarder", "pickup"]),
        "sent_at": st.integers(1, 9).map(on),
        "changed_at": st.integers(1, 9).map(on),
        "received_at": st.integers(1, 9).map(on),
        "received_by": st.sampled_from(["Irune Vastel", "Oskar Pelto", "Reception", "Telek GmbH"]),
        "km_from_home": st.sampled_from([0, 50, 400]),
        "other_recipients": st.integers(0, 3),
    },
).map(in_order)
clearing = st.fixed_dictionaries(
    {
        "country": st.just("DE"),
        "city": st.just("Berlin"),
        "kind": st.sampled_from(["home", "pickup"]),
    },
    optional={
        "km_from_home": st.sampled_from([0, 50]),
        "sent_at": st.just(on(9)),
        "changed_at": st.just(on(1, 4)),
        "received_by": st.just("Irune Vastel"),
        "other_recipients": st.just(0),
    },
)
claims = st.fixed_dictionaries(
    {"places": st.sampled_from([(BERLIN,), (BERLIN, {"country": "PL"})])},
    optional={
        "household": st.lists(st.sampled_from("ab"), max_size=2, unique=True),
        "sessions": st.lists(st.sampled_from(["berlin", "tokyo", "vpn"]), max_size=4),
    },
)


@settings(deadline=None)
@given(st.lists(parcels, max_size=3), clearing, claims)
def test_a_clearing_parcel_never_raises(some, clear, said):
    before = values_of(SHIPPING, sent(*some, **said), WORLD)
    after = values_of(SHIPPING, sent(*some, clear, **said), WORLD)
    for feature in SHIPPING.features:
        found = np.nan_to_num(after[feature.name][0])
        assert found <= np.nan_to_num(before[feature.name][0]), feature.name


@settings(deadline=None)
@given(st.lists(parcels, max_size=3), claims)
def test_declaring_more_never_raises(some, said):
    more = said | {"household": ["a", "b", "c"], "other_names": ["Oskar Pelto"]}
    before = values_of(SHIPPING, sent(*some, **said), WORLD)
    after = values_of(SHIPPING, sent(*some, **more), WORLD)
    for feature in SHIPPING.features:
        found = np.nan_to_num(after[feature.name][0])
        assert found <= np.nan_to_num(before[feature.name][0]), feature.name


@settings(deadline=None)
@given(st.lists(st.tuples(st.lists(parcels, max_size=3), claims), min_size=2, max_size=4))
def test_one_alone_is_one_among_many(lives):
    people = [sent(*some, **said) for some, said in lives]
    together = values_of(SHIPPING, people, WORLD)
    for name, column in together.items():
        alone = [values_of(SHIPPING, who, WORLD)[name][0] for who in people]
        assert np.array_equal(column, alone, equal_nan=True), name


@pytest.mark.parametrize("km", [None, 20, 500, 2300])
@pytest.mark.parametrize("city", ["Berlin", "Munich", "Lisbon"])
def test_one_more_claimed_place_never_takes_a_parcel_farther_away(km, city):
    parcel = {"country": "PT" if city == "Lisbon" else "DE", "city": city, "km_from_home": km}
    one = worth("parcel_beyond_home", sent(parcel))
    for more in (
        {"country": "JP"},
        {"country": "JP", "city": "Tokyo"},
        {"country": parcel["country"]},
    ):
        other = worth("parcel_beyond_home", sent(parcel, places=(BERLIN, more)))
        assert np.isnan(other) or other <= np.fmax(one, 0)
    assert worth("parcel_beyond_home", sent({**parcel, "city": "Berlin", "country": "DE"},
                                            places=(BERLIN, {"country": "JP"}))) == 0  # fmt: skip
