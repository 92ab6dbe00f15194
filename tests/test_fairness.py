"""Contradictions, never origins: a coherent person scores the same wherever they live."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

import numpy as np
import pytest

import fraudscore
from features.lookups import example_number
from training.world.addresses import AddressBook
from training.world.life import cities
from training.world.parameters import HOMES, SEATS

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
COUNTRIES = sorted({*HOMES, *SEATS})
BASES = 20
BOOK = AddressBook()


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
        items = scorer.score_many([coherent(country, base) for base in range(BASES)])
        scores[country] = np.mean([item.score for item in items])
        bands |= {item.band for item in items}
    assert bands == {"no_concern"}
    overall = np.mean(list(scores.values()))
    assert max(abs(score - overall) for score in scores.values()) <= 1.0


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


@pytest.mark.parametrize(
    "name", ["Ngozi Adeyemi", "Дмитро Коваль", "王小明", "김민준", "Ana", "محمد علي"]
)
def test_a_name_carries_nothing(scorer, name):
    def named(who):
        person = coherent("DE", 1)
        person["claims"]["name"] = person["payouts"][0]["holder"] = who
        return scorer.score(person)

    assert named(name).log_odds == named("Irune Vastel").log_odds
