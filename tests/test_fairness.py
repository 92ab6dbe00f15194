"""Contradictions, never origins: a coherent person scores the same wherever they live."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from anyascii import anyascii

import fraudscore
from features.lookups import example_number
from features.names import in_latin
from features.reading import read_profile
from features.record_rows import from_profiles
from fraudscore.assessment import disagrees
from tests.relocating import homebody, relocated
from training.world.addresses import AddressBook
from training.world.life import cities
from training.world.parameters import HOMES, SEATS

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
COUNTRIES = sorted({*HOMES, *SEATS})
BASES = 500
BOOK = AddressBook()
SAMPLES = Path(__file__).parent.parent / "data" / "samples"


@pytest.fixture(scope="module")
def scorer():
    return fraudscore.load()


def coherent(country, base):
    """Somebody whose place, network, clock, hours, phone and bank agree, with habits by ``base``."""
    rng = np.random.default_rng(base)
    city = cities()[country][base % len(cities()[country])]
    lines = BOOK.draw(np.random.default_rng(base), country, "ordinary", 2)
    days, hours = np.sort(rng.choice(150, 24, replace=False))[::-1], rng.uniform(8, 22, 24)
    midnight = datetime(2026, 5, 31, tzinfo=ZoneInfo(city.zone))
    sessions = [
        {
            "at": (midnight - timedelta(days=int(day)) + timedelta(hours=float(hour))).isoformat(),
            "ip": lines[int(rng.integers(0, 2))],
            "time_zone": city.zone,
            "round_trip_ms": 30.0,
            "round_trip_country": country,
        }
        for day, hour in zip(days, hours, strict=True)
    ]
    return {
        "profile_id": f"{country}-{base}",
        "as_of": AS_OF.isoformat(),
        "claims": {"name": "Irune Vastel", "places": [{"country": country, "city": city.name}]},
        "contact": {"phones": [{"number": example_number(country), "carrier_type": "mobile"}]},
        "sessions": sessions,
        "payouts": [
            {
                "method": "bank",
                "holder": "Irune Vastel",
                "country": country,
                "added_at": "2026-01-01T00:00:00Z",
            }
        ],
    }


def test_relocating_a_whole_coherent_profile_changes_nothing_that_matters(scorer):
    assert len(COUNTRIES) >= 30
    scores, bands = {}, set()
    for country in COUNTRIES:
        people = [read_profile(coherent(country, base)) for base in range(BASES)]
        seen = scorer.assess(from_profiles(people))
        scores[country] = np.mean(seen.scores)
        bands |= set(seen.bands)
    assert bands == {"no_concern"}
    overall = np.mean(list(scores.values()))
    assert max(abs(score - overall) for score in scores.values()) <= 1.0


def stays(person):
    """Whether somebody's record tells of one country only, and of no parcel to another town."""
    towns = {row.get("city") for row in person.get("shipments", ())}
    return homebody(person) and towns <= {person["claims"]["places"][0].get("city")}


def test_relocating_people_of_the_simulated_world_changes_no_band(scorer):
    """With whatever speaks against them: other payees, refused cameras, tools, gaps in their work."""
    lines = (SAMPLES / "applicants.jsonl").read_text().splitlines()
    people = [person for person in map(json.loads, lines) if stays(person)]
    assert len(people) > 80
    pairs = [
        (before, there)
        for number, (person, before) in enumerate(
            zip(people, scorer.score_many(people), strict=True)
        )
        for country in (COUNTRIES[(number + 5 * k) % len(COUNTRIES)] for k in range(6))
        if (there := relocated(person, country)) is not None
    ]
    assert len(pairs) > 400
    after = scorer.score_many([there for _, there in pairs])
    assert {before.band for before, _ in pairs} >= {"review", "verify", "no_concern"}
    moves = [new.log_odds - old.log_odds for (old, _), new in zip(pairs, after, strict=True)]
    for (old, there), new in zip(pairs, after, strict=True):
        assert new.band == old.band, (old.profile_id, there["claims"]["places"])
        assert abs(new.score - old.score) <= 1.0
    # Where UTC is the claimed clock, it cannot be told from a machine's, and weighs nothing.
    assert np.mean(np.abs(moves) < 1e-9) > 0.95


TELLING = {
    "camera": {"conduct": [{"kind": "camera_refused", "seen": True}]},
    "payee": {"payouts": [{"method": "bank", "holder": "Bram Ostervald"}]},
    "two accounts": {"payouts": [{"other_workers": 1}]},
    "tool": {
        "devices": [
            {"id": "pc", "managed": True, "software_inventory": "complete",
             "tools": [{"kind": "remote_access", "name": "AnyDesk", "sanctioned": False}]}
        ]
    },
    "parcel": {"shipments": [{"km_from_home": 900.0}]},
    "other person": {"conduct": [{"kind": "different_person", "seen": True}]},
}  # fmt: skip
"""What may be known of somebody beside where they are: nothing of it hangs on a country."""


def telling(country, base, parts):
    """Somebody with little on file: place, number and bank of one country, and these parts."""
    number = {"number": example_number(country)} | ({"carrier_type": "mobile"} if base % 2 else {})
    bank = {"method": "bank", "holder": "Irune Vastel", "country": country}
    person = {
        "profile_id": f"{country}-{base}",
        "as_of": AS_OF.isoformat(),
        "claims": {"name": "Irune Vastel", "places": [{"country": country}]},
        "contact": {"phones": [number]},
        "payouts": [bank],
    }
    for part in parts:
        for table, (row, *_) in TELLING[part].items():
            if table == "payouts":
                person["payouts"] = [person["payouts"][0] | row]
            else:
                person.setdefault(table, []).append(row)
    return person


def test_what_is_known_beside_weighs_the_same_wherever_somebody_lives(scorer):
    some = [parts for size in range(4) for parts in combinations(TELLING, size)]
    kinds = [(base, parts) for base in (0, 1) for parts in some]
    assert len(kinds) > 80
    bands = defaultdict(dict)
    for country in COUNTRIES:
        people = [telling(country, *kind) for kind in kinds]
        for kind, item in zip(kinds, scorer.score_many(people, detail="none"), strict=True):
            bands[kind].setdefault(item.band, []).append(country)
    assert {kind: found for kind, found in bands.items() if len(found) > 1} == {}


NAMES = {
    "Latin": ("Ngozi Adeyemi", "Bram Ostervald"),
    "Latin with marks": ("Łukasz Żółć", "Jörn Müller"),
    "Cyrillic": ("Дмитро Коваль", "Ирина Белова"),
    "Greek": ("Νίκος Παππάς", "Ελένη Βλάχου"),
    "Arabic": ("سليم حداد", "ندى فارس"),
    "Hebrew": ("דנה לוין", "רון כהן"),
    "Devanagari": ("अनिल शर्मा", "गोविंद पटेल"),
    "Bengali": ("রিনা দাস", "কমল সেন"),
    "Tamil": ("கவின் குமார்", "லதா ராஜன்"),
    "Telugu": ("రాజు నాయుడు", "గీత ప్రసాద్"),
    "Thai": ("สมชาย ใจดี", "วิภา แสงทอง"),
    "Khmer": ("សុខ ចាន់", "ធីតា ហេង"),
    "Georgian": ("ნინო კვარაცხელია", "გიორგი ბერიძე"),
    "Armenian": ("Անի Սարգսյան", "Դավիթ Հակոբյան"),
    "Ethiopic": ("አበበ ቢቂላ", "ሰላም ተስፋዬ"),
    "Hangul": ("김 민준", "이 서연"),
    "Kana": ("やまだ はなこ", "すずき たろう"),
    "Han": ("王 小明", "李 红梅"),
}
"""Two people each; whoever is one of them is not the other."""
NAMED = {
    "payee": lambda name: {"payouts": [{"method": "bank", "holder": name, "country": "DE"}]},
    "receiver": lambda name: {
        "shipments": [{"received_by": name, "country": "DE", "km_from_home": 3.0}]
    },
    "web profile": lambda name: {
        "work": {"web_profiles": [{"service": "linkedin", "name": name, "connections": 300}]}
    },
    "commits": lambda name: {
        "code": {
            "commits": [
                {"id": f"c{n}", "repository": "r", "authored_at": f"2026-03-{n:02}T10:00:00Z",
                 "author_name": name, "linked": True}
                for n in range(1, 12)
            ]
        }
    },
    "deliverable": lambda name: {
        "engagement": {
            "chain": [{"name": "Harrow Pictures", "role": "buyer", "declared": True}],
            "deliverables": [{"author": name, "tool": "editor"}],
        }
    },
}  # fmt: skip
"""Where a name may stand beside the one a person gives."""
MAILS = {"emails": [{"address": f"{local}@example.org"} for local in ("work", "nadiafares")]}


def named(given, place, name):
    """Somebody who gives one name, with this one at a place of the record."""
    person = coherent("DE", 1)
    person["claims"]["name"] = person["payouts"][0]["holder"] = given
    person |= NAMED[place](name)
    person["contact"] = person["contact"] | MAILS
    return person


@pytest.mark.parametrize("place", NAMED)
def test_a_name_carries_nothing_in_whatever_letters(scorer, place):
    own = scorer.score_many([named(one, place, one) for one, _ in NAMES.values()])
    assert len({item.log_odds for item in own}) == 1
    assert not any(map(disagrees, own))
    other = scorer.score_many([named(one, place, another) for one, another in NAMES.values()])
    assert min(item.log_odds for item in other) > own[0].log_odds
    # A mailbox can spell such names only as Latin letters spell; no band rests on it.
    assert len({item.band for item in other}) == 1


@pytest.mark.parametrize("place", NAMED)
def test_a_name_in_other_letters_speaks_against_nobody(scorer, place):
    """Papers and accounts are often in Latin letters where the person's own name is not."""
    for given, another in combinations([one for one, _ in NAMES.values()], 2):
        for name in (another, anyascii(given).title()):
            item = scorer.score(named(given, place, name))
            assert not disagrees(item) or (in_latin(given) and in_latin(name)), (given, name)


@pytest.mark.parametrize("script", NAMES)
def test_a_payee_declared_in_other_letters_explains_the_account(scorer, script):
    given = "Ngozi Adeyemi"
    person = named(given, "payee", anyascii(NAMES[script][1]).title())
    person["claims"]["payees"] = [{"name": NAMES[script][1], "relation": "relative"}]
    person["payouts"][0]["other_workers"] = 2
    assert not disagrees(scorer.score(person))
