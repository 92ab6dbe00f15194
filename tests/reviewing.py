"""People with a case, and short ways through the desk, for tests of it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from features.reading import read_profile
from features.records import Profile
from fraudscore.review import assessing, cases, decisions
from fraudscore.review.assessing import Kept
from fraudscore.review.desk import Desk
from fraudscore.review.finding import called, keep_called
from fraudscore.review.rights import Actor
from fraudscore.review.store import Store
from fraudscore.review.tables import ASSESSMENTS, CASES, PROFILES
from tests.desk import NOW, Team

STORIES = Path(__file__).parent.parent / "data" / "samples" / "stories"
RENTED: dict[str, Any] = json.loads((STORIES / "rented-account.json").read_text())
"""Somebody whose case opens."""
CALM = {"as_of": "2026-06-01T00:00:00Z", "claims": {"name": "Ines Calder"}}
"""Somebody about whom there is nothing to see."""
WHY = "the holder of the account told us so on the phone"


def rented(profile_id: str = "p1", **parts: Any) -> Profile:
    return read_profile(RENTED | {"profile_id": profile_id} | parts)


def calm(profile_id: str = "c1", **parts: Any) -> Profile:
    return read_profile(CALM | {"profile_id": profile_id} | parts)


def assess(desk: Desk, actor: Actor, *people: Profile, now: datetime = NOW, **more: Any) -> Kept:
    return assessing.assess(desk, actor, people, now=now, **more)[-1]


def open_case(desk: Desk, members: Team, profile_id: str = "p1") -> str:
    case = assess(desk, members.reviewer, rented(profile_id)).case
    assert case is not None
    return case


def looked_at(desk: Desk, actor: Actor, case: str, now: datetime = NOW) -> None:
    """The actor holds the case, has opened some evidence and recorded a view."""
    with desk.store.writing() as connection:
        cases.hold(connection, actor, case, now=now)
        code = a_reason(connection, actor, case)
        decisions.open_evidence(connection, actor, case, code, now=now)
        decisions.record_view(connection, actor, case, "somebody_else", now=now)


def a_reason(connection: Any, actor: Actor, case: str) -> str:
    from fraudscore.review.seen import seen

    return seen(connection, actor, case).against[0].code


def decided(
    desk: Desk, actor: Actor, case: str, kind: str = "confirm_impersonation", now: datetime = NOW
) -> decisions.Decision:
    looked_at(desk, actor, case, now)
    with desk.store.writing() as connection:
        return decisions.decide(connection, actor, case, kind, WHY, now=now)


def many_cases(store: Store, tenant: int, number: int, **more: Any) -> list[str]:
    """Cases straight into the tables, ids ``case-0`` on, evidence rising with the number."""
    some = {"tenant": tenant, "band": "review"}
    ids = [f"case-{k:06}" for k in range(number)]
    people = [
        {"id": f"own-{k}", "profile_id": f"acct-{k}", "name": f"Ana{k} Ruiz", "record": b"{}",
         "as_of": NOW, "changed": NOW, **some}
        for k in range(number)
    ]  # fmt: skip
    assessments = [
        {"id": f"said-{k}", "profile": f"own-{k}", "cause": "import", "score": k / number,
         "log_odds": 0.0, "bundle": "", "policy": "", "body": b"{}", "digest": b"", "at": NOW, **some}
        for k in range(number)
    ]  # fmt: skip
    rows = [
        {"id": ids[k], "profile": f"own-{k}", "assessment": f"said-{k}", "urgency": 2 + k % 2,
         "log_odds": k / 1000, "score": k / number, "state": "open", "explores": False,
         "opened": NOW - timedelta(minutes=k), "changed": NOW, "speaks": " network VPN_SHARE ",
         **some, **more}
        for k in range(number)
    ]  # fmt: skip
    texts = {one["id"]: called(one["profile_id"], one["name"]) for one in people}
    with store.writing() as connection:
        for table, new in ((PROFILES, people), (ASSESSMENTS, assessments), (CASES, rows)):
            connection.execute(insert(table), new)
        keep_called(connection, tenant, texts, [])
    return ids
