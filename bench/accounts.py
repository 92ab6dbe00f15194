"""Accounts of the benchmark's size: 30 sessions, three pay-outs, two devices, about 10 KB of JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from training.world.addresses import AddressBook

SESSIONS = 30
BOOK = AddressBook()
START = datetime(2026, 3, 1, tzinfo=UTC)
AGENT = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/120.0.0.0 Safari/537.36"
)


def accounts(number: int, seed: int = 1, sessions: int = SESSIONS) -> list[dict[str, Any]]:
    """Synthetic accounts; about six distinct addresses each, of one country for four in five."""
    rng = np.random.default_rng(seed)
    return [_account(rng, k, sessions) for k in range(number)]


def _account(rng: np.random.Generator, number: int, sessions: int) -> dict[str, Any]:
    addresses = BOOK.draw(rng, "ES", "ordinary", 5)
    addresses += BOOK.draw(rng, "PT" if number % 5 == 0 else "ES", "ordinary", 1)
    minutes = rng.integers(0, 600, sessions).tolist()
    chosen = rng.integers(0, len(addresses), sessions).tolist()
    return {
        "profile_id": f"account-{number}",
        "as_of": "2026-06-01T00:00:00+00:00",
        "claims": {
            "name": f"Bench Person{number}",
            "places": [{"country": "ES", "city": "Madrid"}],
            "time_zone": "Europe/Madrid",
        },
        "contact": {
            "emails": [{"address": f"person{number}@example.org", "first_seen": "2020-05-01"}],
            "phones": [{"number": "+34 600 123 456", "carrier_type": "mobile"}],
        },
        "sessions": [
            {
                "at": (START + timedelta(days=k * 2, hours=8, minutes=minutes[k])).isoformat(),
                "ip": addresses[chosen[k]],
                "device": f"device-{number}-{k % 2}",
                "kind": "login",
                "time_zone": "Europe/Madrid",
                "user_agent": AGENT,
                "round_trip_ms": 24.5,
                "round_trip_country": "ES",
                "managed": k % 2 == 0,
                "duration_minutes": 45.0,
            }
            for k in range(sessions)
        ],
        "devices": [
            {"id": f"device-{number}-{k}", "managed": k == 0, "software_inventory": "complete"}
            for k in range(2)
        ],
        "payouts": [
            {
                "method": "bank",
                "holder": f"Bench Person{number}",
                "account": f"hash-{number}-{k}",
                "country": "ES",
                "added_at": (START + timedelta(days=k)).isoformat(),
            }
            for k in range(3)
        ],
    }


def write_jsonl(people: list[dict[str, Any]], path: Path) -> None:
    """One account a line."""
    path.write_text("".join(json.dumps(person) + "\n" for person in people), encoding="utf-8")


def write_tables(people: list[dict[str, Any]], folder: Path) -> None:
    """The same accounts as a folder of Parquet tables."""
    folder.mkdir(parents=True, exist_ok=True)
    claims = [person["claims"] for person in people]
    profiles = pd.DataFrame(
        {
            "profile_id": [person["profile_id"] for person in people],
            "as_of": pd.to_datetime([person["as_of"] for person in people], utc=True),
            "claims.name": [claim["name"] for claim in claims],
            "claims.time_zone": [claim["time_zone"] for claim in claims],
        }
    )
    profiles.to_parquet(folder / "profiles.parquet")
    lists = {"places": "claims", "emails": "contact", "phones": "contact"}
    for name in ("places", "emails", "phones", "sessions", "devices", "payouts"):
        rows = [
            {"profile_id": person["profile_id"], **row}
            for person in people
            for row in (person[lists[name]] if name in lists else person)[name]
        ]
        frame = pd.DataFrame(rows)
        for column in ("at", "added_at"):
            if column in frame:
                frame[column] = pd.to_datetime(frame[column], utc=True)
        frame.to_parquet(folder / f"{name}.parquet")
