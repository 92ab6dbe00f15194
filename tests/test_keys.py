"""What counts as a key, and when two of them are one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.keys import (
    KINDS,
    account,
    address,
    bands,
    mailbox,
    masked,
    name_parts,
    network,
    people,
    phone,
    uses,
)
from features.record_rows import from_profiles
from tests.fakes import AS_OF, context, profile

TEXT = " ".join(f"word{n % 61} built part{n % 37}" for n in range(120))


def used(who, mapping=None):
    """Every use of one person as (kind, key)."""
    found = uses(from_profiles([who]), context(mapping))
    return [
        (KINDS[kind], key)
        for kind, key in zip(found.kind.tolist(), found.key, strict=True)
        if (KINDS[kind], key) != ("referral", "p")
    ]


@pytest.mark.parametrize(
    ("make", "first", "second"),
    [
        (mailbox, "Ann.Orla+work@Gmail.com", "annorla@googlemail.com"),
        (mailbox, " ann@Example.org", "ANN@example.org"),
        (mailbox, "ann+jobs@example.org", "ann@example.org"),
        (phone, "+48 601-345-712", "0048601345712"),
        (phone, "(601) 345 712 9", "6013457129"),
        (address, "12 Juniper Road, Apt. 3", "12 juniper rd #3"),
        (address, "12 Juniper Street Unit 3", "12 JUNIPER ST SUITE 3"),
        (address, "Lange Straße 4", "lange strasse 4"),
        (address, "Hauptstraße 4", "Hauptstr. 4"),
        (address, "Calle Alcalá 9", "calle alcala, 9"),
        (account, "de89 3704 0044", "DE8937040044"),
        (network, "81.2.69.10", "81.2.69.200"),
        (network, "2001:db8:0:1200::1", "2001:db8:0:12ff::9"),
        (network, "81.2.69.10", "::ffff:81.2.69.10"),
        (network, " 81.2.69.10", "[::FFFF:81.2.69.10]"),
    ],
)
def test_one_key_in_two_forms(make, first, second):
    assert make(first) == make(second) != ""


@pytest.mark.parametrize(
    ("make", "first", "second"),
    [
        (mailbox, "ann.orla@example.org", "annorla@example.org"),
        (mailbox, "ann@example.org", "ann@example.net"),
        (phone, "+48 601 345 712", "+48 601 345 713"),
        (address, "12 Juniper Road, Flat 3", "12 Juniper Road, Flat 4"),
        (address, "12 Juniper Road", "3 Juniper Road"),
        (account, "DE8937040044", "DE8937040045"),
        (network, "81.2.69.10", "81.2.70.10"),
        (network, "2001:db8:0:1200::1", "2001:db8:0:1300::1"),
        (network, "::ffff:81.2.69.10", "::ffff:81.2.70.10"),
    ],
)
def test_two_keys_stay_two(make, first, second):
    assert make(first) != make(second)


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (mailbox, "+tag@example.org"),
        (mailbox, "no address"),
        (phone, "12345"),
        (phone, "ask me"),
        (address, "home"),
        (address, "London"),
        (address, "Juniper Road"),
        (account, "****4821"),
        (account, "xxxx4821"),
        (account, " "),
        (account, "N/A"),
        (account, "No aplica"),
        (account, "keine Angabe"),
        (account, "нет"),
        (account, "不明"),
        (account, "not provided"),
        (account, "0000 0000"),
        (account, "12345678"),
        (phone, "0000000000"),
        (phone, "+34 000 000 000"),
        (phone, "1234567890"),
        (mailbox, "none@example.org"),
        (mailbox, "no-reply@example.org"),
        (network, "localhost"),
        (network, ""),
    ],
)
def test_what_is_no_key(make, text):
    assert make(text) == ""


def test_the_example_numbers_of_a_plan_tie_nobody():
    assert phone("+48 512 345 678") == ""


@given(st.text(max_size=60))
def test_a_key_made_twice_is_the_same_key(text):
    for make in (account, address):
        assert make(make(text)) == make(text)


@pytest.mark.parametrize(
    ("first", "second", "related"),
    [
        ("Pavlo Rezneck", "Ihor Rezneck", True),
        ("Zoë Brandt", "Otto BRANDT", True),
        ("王小明", "王大文", True),
        ("王小明", "Wang Xiaohong", True),
        ("김철수", "김영희", True),
        ("田中太郎", "田中花子", True),
        ("Irune Vastel", "Mara Orla", False),
        ("J. Vastel", "J. Orla", False),
        ("王小明", "李大文", False),
        ("Сергей Волков", "Анна Волков", True),
    ],
)
def test_names_that_share_a_part(first, second, related):
    assert bool(name_parts(first) & name_parts(second)) is related


def test_initials_are_no_name():
    assert name_parts("J. K.") == frozenset()


def tied(first, second):
    batch = from_profiles(
        [
            profile(profile_id=id_, claims={"name": "Somebody", **claims})
            for id_, claims in (("a", first), ("b", second))
        ]
    )
    one, other = people(batch).ties
    return bool(one & other)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ({"household": ["b"]}, {}, True),
        ({}, {"household": ["a"]}, True),
        ({"household": ["c"]}, {}, False),
        ({"household": ["home-1"]}, {"household": ["home-1"]}, True),
        ({"agency": "Northpine Studio LLC"}, {"agency": "NORTHPINE STUDIO, L.L.C."}, True),
        ({"agency": "Northpine"}, {"payees": [{"name": "Northpine", "relation": "agency"}]}, True),
        ({"agency": "Northpine"}, {"agency": "Southfir"}, False),
        ({"agency": "Studio LLC"}, {"agency": "Group LLC"}, False),
        ({"agency": "home-1"}, {"household": ["home-1"]}, False),
        ({}, {}, False),
    ],
)
def test_who_declared_each_other(first, second, expected):
    assert tied(first, second) is expected


LINE = {"81.2.69.10": {"kind": "ordinary", "country": "US"}}


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({}, []),
        ({"sessions": [{"at": AS_OF, "ip": "81.2.69.10"}]}, [("line", "81.2.69.0/24")]),
        ({"sessions": [{"at": AS_OF, "ip": "81.2.69.10", "automated": True}]}, []),
        ({"sessions": [{"at": AS_OF, "ip": "81.2.69.10", "egress": "company"}]}, []),
        ({"sessions": [{"at": AS_OF, "ip": "81.2.69.10", "egress": "mobile"}]}, []),
        ({"sessions": [{"at": AS_OF, "ip": "198.51.100.7"}]}, []),
        (
            {"sessions": [{"at": AS_OF, "device": "L1", "mfa_key": "F1"}]},
            [("mfa", "f1"), ("device", "l1")],
        ),
        ({"devices": [{"id": "L1", "mfa_key": "F1"}]}, [("mfa", "f1"), ("device", "l1")]),
        ({"payouts": [{"account": "0xAbc"}, {"holder": "Somebody"}]}, [("payout", "0xabc")]),
        ({"shipments": [{"address": "1 Elm Row"}]}, [("address", "1 elm row")]),
        ({"shipments": [{"address": "1 Elm Row", "kind": "home"}]}, [("address", "1 elm row")]),
        ({"shipments": [{"address": "1 Elm Row", "kind": "pickup"}]}, []),
        (
            {"referrals": [{"other": "q", "direction": "referred"}]},
            [("referral", "q")],
        ),
        ({"work": {"cv_text": "Ten words are too few to be compared with anybody"}}, []),
        ({"contact": {"handles": [{"service": "telegram", "handle": "somebody"}]}}, []),
    ],
)
def test_what_a_person_controls(parts, expected):
    assert used(profile(**parts), LINE) == expected


def test_a_sign_in_is_a_moment_and_an_account_holds_until_it_is_removed():
    dates = {"added_at": "2026-01-01T00:00:00Z", "removed_at": "2026-02-01T00:00:00Z"}
    who = profile(
        payouts=[{"account": "0xabc", **dates}, {"account": "0xdef"}],
        sessions=[{"at": "2026-03-01T00:00:00Z", "device": "l1"}],
    )
    found = uses(from_profiles([who]), context())
    held = dict(zip(found.key, ((found.last - found.first) / 86_400).tolist(), strict=True))
    assert held == {"0xabc": 31, "0xdef": 0, "l1": 0, "p": 0}


def test_where_a_key_stands():
    who = profile(payouts=[{"holder": "Somebody"}, {"account": "0xabc"}])
    found = uses(from_profiles([who]), context())
    row = found.key.index("0xabc")
    assert (found.tables[found.table[row]], found.row[row]) == ("payouts", 1)
    assert found.row[found.key.index("p")] == -1


def test_nobody_uses_nothing():
    found = uses(from_profiles([]), context())
    assert found.owner.size == len(found.key) == 0


def common(first, second):
    return sum(a == b != "" for a, b in zip(bands(first), bands(second), strict=True))


def test_texts_nearly_the_same_share_a_band_and_others_none():
    words = TEXT.split()
    assert common(TEXT, " ".join([*words[:-4], "and", "a", "little", "more"])) > 0
    assert common(TEXT, " ".join(reversed(words))) == 0
    assert set(bands(" ".join(words[:49]))) == {""}
    assert np.unique(bands(TEXT)).size == 8


@pytest.mark.parametrize(("key", "shown"), [("0xabcdef", "0x…ef"), ("short", "…")])
def test_a_key_is_shown_masked(key, shown):
    assert masked(key) == shown
