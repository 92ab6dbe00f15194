"""Who else uses what a person controls, told as stories; more than half of them innocent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.linkage import LINKAGE
from features.record_rows import from_profiles
from fraudscore.cohort import cohort_of
from tests.fakes import context, profile, values_of

HOME = "81.2.69.10"
SYLLABLES = "ba de fi go lu ma ne pi ro sa".split()


LINES = {
    f"{net}.{host}": {"kind": "ordinary", "country": "US"}
    for net in ("81.2.69", "81.2.70", "81.3.7")
    for host in range(256)
}
LINES |= {f"2001:db8:0:{net}": LINES[HOME] for net in ("1200::1", "12ff::9", "1300::1")}


def day(number):
    return (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number)).isoformat()


def unlike(number):
    """A name that shares no part with that of another number below a thousand."""
    digits = [SYLLABLES[int(digit)] for digit in f"{number:03d}"]
    return f"{''.join(digits)} {''.join(reversed(digits))}stel"


def person(number, when=None, name=None, claims=None, **parts):
    """Somebody of a name of their own; comes on the day of their number."""
    said = {"name": name or unlike(number), **(claims or {})}
    moment = day(number if when is None else when)
    return profile(profile_id=f"p{number:03d}", as_of=moment, claims=said, **parts)


def at_home(*days, ip=HOME, **more):
    return [{"at": day(number), "ip": ip, **more} for number in days]


def paid(account):
    return [{"method": "crypto", "account": account}]


def sent(address, **more):
    return [{"address": address, **more}]


def among(people, networks=None, batches=1):
    """Every linkage feature of each person, by id, among all of them."""
    known = context(LINES if networks is None else networks)
    parts = [list(people[number::batches]) for number in range(batches)]
    cohort = cohort_of([from_profiles(part) for part in parts if part], known)
    found = {}
    for part in filter(None, parts):
        columns = values_of(LINKAGE, part, replace(known, cohort=cohort))
        for place, who in enumerate(part):
            found[who.profile_id] = {name: column[place] for name, column in columns.items()}
    return found


def worst(found, feature):
    """The largest value anybody has; NaN says nothing against anybody."""
    return max(0 if np.isnan(facts[feature]) else facts[feature] for facts in found.values())


def accused(found):
    """Whom a link contradicts."""
    return [who for who, facts in found.items() if facts["linked_identities"] > 0]


def strangers(count, start=0, **parts):
    """People of different names with the same parts, one a day."""
    return [person(start + number, **parts) for number in range(count)]


def one_line(count, start=0):
    return [person(n, sessions=at_home(n)) for n in range(start, start + count)]


def brothers():
    return [
        person(1, name="Pavlo Rezneck", sessions=at_home(1), devices=[{"id": "family-pc"}]),
        person(2, name="Ihor Rezneck", sessions=at_home(2), devices=[{"id": "family-pc"}]),
    ]


def couple_declared():
    payees = {"payees": [{"name": "Rosaria Bellin", "relation": "relative"}]}
    return [
        person(1, name="Rosaria Bellin", claims={"household": ["p002"]}, payouts=paid("IT60 1")),
        person(2, name="Dario Timmel", claims=payees, payouts=paid("IT60 1")),
    ]


def couple_undeclared():
    flat = sent("12 Juniper Road, Flat 3")
    return [person(n, sessions=at_home(n), payouts=paid("IT60 1"), shipments=flat) for n in (1, 2)]


def agency():
    names = "Northpine Studio LLC", "NORTHPINE STUDIO, L.L.C.", "Northpine Studio"
    return [
        person(n, claims={"agency": names[n % 3]}, payouts=paid("IN01 7"), sessions=at_home(n))
        for n in range(20)
    ]


def employer_of_record():
    payee = {"name": "Remotely Payroll Inc", "relation": "employer_of_record"}
    return strangers(40, claims={"payees": [payee]}, payouts=paid("US-EOR-1"))


def resold_phone():
    number = {"phones": [{"number": "+48 601 345 712"}]}
    return [person(1, contact=number), person(2, when=400, contact=number)]


def declared_hand_me_down():
    laptop = [{"id": "laptop-77aa"}]
    return [person(1, devices=laptop), person(2, claims={"household": ["p001"]}, devices=laptop)]


def recycled_address():
    return [person(1, sessions=at_home(1)), person(2, when=150, sessions=at_home(140))]


def nameless():
    return [
        profile(profile_id=f"n{n}", as_of=day(n), payouts=paid("0xabc"), devices=[{"id": "laptop"}])
        for n in range(8)
    ]


INNOCENT = {
    "two brothers in one house": brothers(),
    "a couple with one declared account": couple_declared(),
    "a couple who declared nothing": couple_undeclared(),
    "an agency of twenty": agency(),
    "an employer of record": employer_of_record(),
    "a dormitory of two hundred behind one line": one_line(200),
    "a co-working space": [
        person(n, sessions=at_home(n), devices=[{"id": f"own-{n}"}]) for n in range(25)
    ],
    "subscribers of one carrier": [
        person(n, sessions=at_home(n, ip=f"81.3.7.{n}"), payouts=paid(f"own {n}"))
        for n in range(90)
    ],
    "a phone number resold a year later": resold_phone(),
    "a laptop handed down in a declared household": declared_hand_me_down(),
    "a laptop handed down, undeclared": [person(n, devices=[{"id": "laptop"}]) for n in (1, 2)],
    "a recycled home address": recycled_address(),
    "three flatmates on one line": one_line(3),
    "three flatmates who have their laptops sent home": [
        person(n, sessions=at_home(n), shipments=sent("12 Juniper Road, Flat 3")) for n in range(3)
    ],
    "a block of flats without numbers": strangers(9, shipments=sent("12 Juniper Road")),
    "laptops fetched from one office": strangers(
        9, shipments=sent("1 Harbour Square", kind="office")
    ),
    "colleagues who brought each other in": [
        person(1),
        *(person(n, referrals=[{"other": "p001", "direction": "referred_by"}]) for n in (2, 3, 4)),
    ],
    "accounts of which a statement shows four digits": strangers(6, payouts=paid("****4821")),
    "people without names": nameless(),
    "somebody alone": [person(1, payouts=paid("0xabc"), sessions=at_home(1))],
    "siblings whose script writes a name in one piece": [
        person(n, name=name, payouts=paid("0xabc"))
        for n, name in enumerate(("王小明", "王大文", "Wang Xiaohong", "王美"))
    ],
    "a family of five": [
        person(n, name=f"{unlike(n).split()[0]} Varga", payouts=paid("HU1"), sessions=at_home(n))
        for n in range(5)
    ],
}


@pytest.mark.parametrize("story", INNOCENT)
def test_the_innocent_are_not_contradicted(story):
    found = among(INNOCENT[story])
    assert accused(found) == []
    if story != "a block of flats without numbers":
        assert worst(found, "ring_members") == 0


@pytest.mark.parametrize(
    "story",
    [
        "two brothers in one house",
        "a couple with one declared account",
        "an agency of twenty",
        "an employer of record",
        "a phone number resold a year later",
        "a laptop handed down in a declared household",
        "people without names",
        "somebody alone",
        "colleagues who brought each other in",
        "siblings whose script writes a name in one piece",
        "a family of five",
    ],
)
def test_what_was_declared_is_in_the_family_or_cannot_be_told_is_no_finding(story):
    found = among(INNOCENT[story])
    for feature in LINKAGE.features:
        assert worst(found, feature.name) == 0, feature.name


def test_an_undeclared_couple_is_shown_and_not_contradicted():
    later = among(INNOCENT["a couple who declared nothing"])["p002"]
    assert (later["account_sharers"], later["address_sharers"]) == (1, 1)
    assert later["line_sharers"] == later["linked_identities"] == later["ring_members"] == 0


def test_a_dormitory_weighs_nothing_once_it_is_known_for_one():
    found = among(one_line(200))
    assert worst(found, "line_sharers") <= 3
    assert all(found[f"p{n:03d}"]["link_bits"] == 0 for n in range(6, 200))


def test_a_public_computer_is_known_for_one_after_thirty_people():
    found = among(strangers(60, devices=[{"id": "library-pc"}]))
    assert all(found[f"p{n:03d}"]["device_sharers"] == 0 for n in range(30, 60))


@pytest.mark.parametrize("size", [2, 3])
def test_a_similar_cv_alone_links_nobody(size):
    template = " ".join(f"word{n % 61} built part{n % 37}" for n in range(120))
    found = among(strangers(size, work={"cv_text": template}))
    assert found[f"p{size - 1:03d}"]["text_sharers"] == size - 1
    assert accused(found) == []
    assert worst(found, "ring_members") == 0


def test_a_block_of_flats_without_numbers_is_shown():
    """Nor can it be told from a farm whose line is hidden, so that a person looks and no band rises."""
    found = among(INNOCENT["a block of flats without numbers"])
    assert found["p008"]["address_sharers"] == 8
    assert found["p008"]["ring_members"] == 7


def test_without_a_cohort_nothing_is_known():
    columns = values_of(LINKAGE, person(1, payouts=paid("0xabc"), sessions=at_home(1)), context())
    assert all(np.isnan(column).all() for column in columns.values())


def test_a_key_nobody_gave_is_not_assessed():
    alone = among([person(1)])["p001"]
    assert np.isnan(alone["account_sharers"])
    assert alone["linked_identities"] == 0


def wallet(size):
    return strangers(size, payouts=paid("0xabc"))


def farm(size):
    return [person(n, sessions=at_home(n), shipments=sent("4 Sorrel Lane")) for n in range(size)]


def test_one_wallet_for_several_personas():
    last = among(wallet(5))["p004"]
    assert last["account_sharers"] == last["linked_identities"] == 4
    assert last["ring_members"] == 3


def test_one_second_factor_for_several_users():
    users = strangers(4, sessions=[{"at": day(0), "mfa_key": "factor-9"}])
    last = among(users)["p003"]
    assert last["factor_sharers"] == last["linked_identities"] == 3


@pytest.mark.parametrize("size", [7, 13, 25])
def test_a_farm_is_no_hub(size):
    found = among(farm(size))
    last = found[f"p{size - 1:03d}"]
    assert last["linked_identities"] == last["address_sharers"] == size - 1
    assert last["line_sharers"] == size - 3
    assert last["ring_members"] == size - 2
    assert len(accused(found)) == size - 3


@pytest.mark.parametrize(
    "tie",
    [
        {"payouts": paid("0xabc")},
        {"devices": [{"id": "kvm-host"}]},
        {"contact": {"emails": [{"address": "desk@example.org"}]}},
    ],
)
def test_a_line_whose_people_share_more_is_no_hub(tie):
    found = among([person(n, sessions=at_home(n), **tie) for n in range(10)])
    assert found["p009"]["line_sharers"] == 7
    assert found["p009"]["linked_identities"] == 9


def test_a_farm_inside_a_dormitory_is_found_by_what_it_shares():
    crowd = [person(n, when=n / 4, sessions=at_home(n / 4)) for n in range(40)]
    ring = [person(n, when=n, sessions=at_home(n), payouts=paid("0xabc")) for n in range(100, 105)]
    found = among([*crowd, *ring])
    assert accused(found) == ["p103", "p104"]
    assert found["p104"]["line_sharers"] == 0


def nevada(**second):
    first = person(1, sessions=at_home(1), referrals=[{"other": "p002", "direction": "referred"}])
    return [first, person(2, **second)]


def test_a_referral_and_one_line():
    """After C24 and C25."""
    found = among(nevada(sessions=at_home(2)))
    assert found["p002"]["referral_with_shared_key"] == 1
    assert accused(found) == ["p002"]


def test_a_referral_without_more():
    found = among(nevada(sessions=at_home(2, ip="81.2.70.10")))
    assert found["p002"]["referral_with_shared_key"] == 0
    assert accused(found) == []


def test_a_referral_and_a_flatmate_who_had_no_part_in_it():
    flatmate = person(3, sessions=at_home(3, ip="81.2.70.9"), shipments=sent("1 Elm Row"))
    referred = person(
        4,
        sessions=at_home(4, ip="81.2.70.9"),
        shipments=sent("1 Elm Row"),
        referrals=[{"other": "p001", "direction": "referred_by"}],
    )
    found = among([person(1), flatmate, referred])
    assert found["p004"]["referral_with_shared_key"] == 0
    assert accused(found) == []


@pytest.mark.parametrize("home", [None, "US"])
def test_a_ring_of_thirty_is_found_whole(home):
    claims = {"places": [{"country": home}]} if home else {}
    found = among(strangers(30, claims=claims, payouts=paid("0xabc")))
    assert [found[f"p{n:03d}"]["ring_members"] for n in range(30)] == [0, 0, *range(1, 29)]


def test_a_ring_tied_by_several_keys():
    """Two and two share a device, and one of each pair the wallet."""
    keys = ["a"], ["a", "b"], ["b", "c"], ["c"]
    ring = [
        person(n, devices=[{"id": f"laptop-{key}"} for key in own]) for n, own in enumerate(keys)
    ]
    found = among(ring)
    assert found["p003"]["ring_members"] == 2
    assert found["p003"]["device_sharers"] == 1


def test_the_first_person_sees_nobody():
    found = among(wallet(5))
    assert found["p000"]["account_sharers"] == 0
    assert [found[f"p{n:03d}"]["account_sharers"] for n in range(5)] == [0, 1, 2, 3, 4]


def test_two_of_one_moment_come_in_order_of_their_ids():
    found = among([person(n, when=1, payouts=paid("0xabc")) for n in (2, 1)])
    assert [found[who]["account_sharers"] for who in ("p001", "p002")] == [0, 1]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ({"added_at": day(-300), "removed_at": day(-90)}, {}, 1),
        ({"added_at": day(-900), "removed_at": day(-400)}, {}, 0),
        ({}, {"added_at": day(-900), "removed_at": day(-400)}, 0),
        ({}, {"added_at": day(-20)}, 1),
    ],
)
def test_an_account_given_up_long_ago(first, second, expected):
    people = [
        person(number, payouts=[{"account": "0xabc", **dates}])
        for number, dates in ((1, first), (2, second))
    ]
    assert among(people)["p002"]["account_sharers"] == expected


def test_a_line_left_long_before_another_came_to_it():
    people = [
        person(1, when=0, sessions=at_home(-5)),
        person(2, when=2, sessions=at_home(-300), payouts=paid("0xabc")),
    ]
    assert among(people)["p002"]["link_bits"] == 0


FORMS = {
    "mailbox": (
        "contact",
        {"emails": [{"address": "Ann.Orla+work@Gmail.com"}]},
        {"emails": [{"address": "annorla@googlemail.com"}]},
        "contact_sharers",
    ),
    "phone": (
        "contact",
        {"phones": [{"number": "+48 601-345-712"}]},
        {"phones": [{"number": "0048601345712"}]},
        "contact_sharers",
    ),
    "address": (
        "shipments",
        sent("12 Juniper Road, Apt. 3"),
        sent("12 juniper rd #3"),
        "address_sharers",
    ),
    "account": ("payouts", paid("de89 3704 0044"), paid("DE8937040044"), "account_sharers"),
    "device": ("devices", [{"id": "Laptop-AA"}], [{"id": "laptop-aa "}], "device_sharers"),
}


@pytest.mark.parametrize("kind", FORMS)
def test_a_key_is_one_however_it_is_written(kind):
    part, first, second, feature = FORMS[kind]
    for one, other in ((first, second), (second, first)):
        assert among([person(1, **{part: one}), person(2, **{part: other})])["p002"][feature] == 1


@pytest.mark.parametrize(
    ("first", "second", "shared"),
    [
        ("81.2.69.10", "81.2.69.200", True),
        ("81.2.69.10", "81.2.70.10", False),
        ("2001:db8:0:1200::1", "2001:db8:0:12ff::9", True),
        ("2001:db8:0:1200::1", "2001:db8:0:1300::1", False),
    ],
)
def test_a_line_is_a_24_or_a_56(first, second, shared):
    people = [person(n, sessions=at_home(n, ip=ip)) for n, ip in ((1, first), (2, second))]
    found = among(people)
    assert (found["p002"]["link_bits"] > 0) is shared


@pytest.mark.parametrize("kind", ["mobile", "corporate", "relay", "vpn", "hosting"])
def test_what_many_come_through_is_no_line(kind):
    known = {HOME: {"kind": kind, "country": "US"}}
    assert worst(among(one_line(5), known), "link_bits") == 0


keys = st.fixed_dictionaries(
    {},
    optional={
        "payouts": st.sampled_from("ab").map(paid),
        "devices": st.lists(st.sampled_from("abc"), min_size=1, max_size=2, unique=True).map(
            lambda ids: [{"id": id_} for id_ in ids]
        ),
        "shipments": st.sampled_from(["1 Elm Row", "2 Elm Row"]).map(sent),
        "sessions": st.integers(-250, 0).map(at_home),
        "referrals": st.sampled_from(["p000", "p001", "elsewhere"]).map(
            lambda other: [{"other": other, "direction": "referred_by"}]
        ),
        "claims": st.sampled_from(
            [{"agency": "Northpine"}, {"household": ["p000"]}, {"places": [{"country": "US"}]}]
        ),
    },
)
names = st.sampled_from([None, "Mara Orla", "Irune Vastel", "Jon Vastel"])
crowds = st.lists(st.tuples(keys, names, st.integers(0, 5)), min_size=1, max_size=14).map(
    lambda drawn: [
        person(number, when=5 * number + late, name=name, **parts)
        for number, (parts, name, late) in enumerate(drawn)
    ]
)


def same(found, expected):
    return all(
        np.array_equal(list(found[who].values()), list(facts.values()), equal_nan=True)
        for who, facts in expected.items()
    )


@settings(deadline=None, max_examples=60)
@given(crowds, st.data())
def test_whoever_comes_later_changes_nothing_for_those_before(people, data):
    ordered = sorted(people, key=lambda who: (who.as_of, who.profile_id))
    before = among(ordered[: data.draw(st.integers(1, len(ordered)))])
    assert same(among(ordered), before)


@settings(deadline=None, max_examples=60)
@given(crowds, st.randoms(use_true_random=False), st.integers(1, 4))
def test_neither_order_nor_batches_change_anything(people, random, batches):
    expected = among(people)
    shuffled = list(people)
    random.shuffle(shuffled)
    assert same(among(shuffled, batches=batches), expected)


def test_a_crowd_that_grows_into_a_hub_changes_nothing_for_those_before():
    people = [*farm(20), *one_line(120)[30:]]
    for size in (3, 7, 12, 21, 64):
        assert same(among(people), among(people[:size]))


NOBODYS = {
    "an account that is none": lambda n: {"payouts": paid("N/A")},
    "a phone that is none": lambda n: {"contact": {"phones": [{"number": "000 000 0000"}]}},
    "a mailbox that is none": lambda n: {"contact": {"emails": [{"address": "none@none.com"}]}},
    "computers without a number": lambda n: {"devices": [{"id": "To Be Filled By O.E.M."}]},
    "a factor that is none": lambda n: {"devices": [{"id": f"pc{n}", "mfa_key": "unknown"}]},
    "lines told as IPv4 in IPv6": lambda n: {"sessions": at_home(n, ip=f"::ffff:81.{n}.7.1")},
}


@pytest.mark.parametrize("parts", NOBODYS.values(), ids=NOBODYS)
def test_what_stands_for_nothing_ties_nobody(parts):
    lines = {f"::ffff:81.{n}.7.1": LINES[HOME] for n in range(6)}
    found = among([person(n, **parts(n)) for n in range(6)], lines)
    told = {name: worth for name, worth in found["p005"].items() if worth > 0}
    assert not told
