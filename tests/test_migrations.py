"""A desk of the first version, with people on it, is brought up to date and goes on working."""

from __future__ import annotations

import hashlib
from contextlib import closing
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Boolean, Column, Double, Integer, LargeBinary, MetaData, select

import fraudscore
from fraudscore.database import Database
from fraudscore.errors import ReviewError
from fraudscore.review import assessing, audit
from fraudscore.review.desk import Desk
from fraudscore.review.linked import linked
from fraudscore.review.queue import Filter, listed
from fraudscore.review.replay import replay
from fraudscore.review.rights import Actor
from fraudscore.review.store import LOCK, Store, migrations
from fraudscore.review.tables import ALL, ASSESSMENTS, PROFILES, WORDS
from fraudscore.review.tables_team import TENANTS, USERS
from tests.desk import ANSWERED, BASES, KEY, NOW
from tests.reviewing import rented

FIRST = "0001"


def raw(url: str) -> Database:
    """A database as it is, not brought up to date."""
    return Database(url, name="old", error=ReviewError, lock=LOCK)


@pytest.fixture(params=BASES)
def old(request, bases, scorer):
    """The URL of a desk at the first migration, with a row in every table."""
    url = bases.bare(request.param)
    with closing(raw(url)) as database, database.writing() as connection:
        config = migrations()
        config.attributes["connection"] = connection
        command.upgrade(config, FIRST)
        tables = MetaData()
        tables.reflect(connection)
        rows: dict[str, dict[str, Any]] = {}
        for table in tables.sorted_tables:
            if table.name != "alembic_version":
                own = {column.name: value_of(column, rows) for column in table.columns}
                rows[table.name] = own | real(table.name, scorer)
                connection.execute(table.insert(), rows[table.name])
    return url


def value_of(column: Column[Any], rows: dict[str, dict[str, Any]]) -> Any:
    """Something that fits a column: what it points at, or plain text, bytes or a number."""
    for key in column.foreign_keys:
        return rows[key.column.table.name][key.column.name]
    if isinstance(column.type, Boolean):
        return False
    if isinstance(column.type, Integer):
        return 1
    if isinstance(column.type, Double):
        return NOW.timestamp()
    return column.name.encode() if isinstance(column.type, LargeBinary) else column.name[:16]


def real(table: str, scorer: fraudscore.Scorer) -> dict[str, Any]:
    """What must be more than something that fits, because the desk reads it."""
    person = rented()
    record = person.model_dump_json(exclude_defaults=True).encode()
    said = scorer.score(person)
    if table == "tenants":
        return {"settings": ANSWERED.model_dump(), "audited": 1, "audit_head": entry()["digest"]}
    if table == "users":
        return {"role": "lead", "email": "lead@default.example"}
    if table == "profiles":
        as_of = person.as_of.timestamp()
        return {"record": record, "profile_id": "p1", "name": "Ines Ruiz", "as_of": as_of}
    if table == "assessments":
        return {
            "record": record, "body": said.model_dump_json().encode(), "band": said.band,
            "digest": hashlib.sha256(record).digest(), "links": None, "score": said.score,
            "bundle": scorer.bundle.id, "policy": scorer.policy.id,
        }  # fmt: skip
    if table == "cases":
        return {"band": said.band, "urgency": 3, "state": "open", "snoozed_until": None}
    return entry() if table == "audit" else {}


def entry() -> dict[str, Any]:
    """The one entry of the old log."""
    plain = {"tenant": 1, "number": 1, "actor": "system", "action": "tried", "subject": "team:"}
    commitment = hashlib.sha256(b"salt" + b"{}").digest()
    chained = {**plain, "commitment": commitment, "previous": audit.NOTHING}
    digest = audit._digest({**chained, "at": NOW})
    return {**chained, "at": NOW.timestamp(), "salt": b"salt", "detail": "{}", "digest": digest}


def test_an_old_desk_has_the_tables_of_a_new_one(old):
    with Store(old) as store, store.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), ALL) == []


def test_nothing_of_an_old_desk_is_lost(old):
    before = everything(old, None)
    for person in before["profiles"]:
        del person["sought"]  # another spelling of the name
    for answer in before["answered_requests"]:
        del answer["status"]  # they are kept when they are given, so all are good
    Store(old).close()
    after = everything(old, before)
    assert after == before
    assert all(before.values())


def everything(url: str, wanted: dict[str, list[dict[str, Any]]] | None) -> Any:
    """Every row by table; only the columns that ``wanted`` has."""
    with closing(raw(url)) as database, database.reading() as connection:
        tables = MetaData()
        tables.reflect(connection)
        tables.remove(tables.tables["alembic_version"])
        found = {
            name: [dict(row._mapping) for row in connection.execute(select(table))]
            for name, table in tables.tables.items()
        }
    if wanted is None:
        return found
    return {
        name: [
            {column: row.get(column) for column in kept}
            for kept, row in zip(rows, found[name], strict=True)
        ]
        for name, rows in wanted.items()
    }


def test_an_old_desk_goes_on(old, scorer):
    with Store(old) as store:
        desk = Desk(store, scorer, KEY)
        with store.reading() as connection:
            tenant = connection.execute(select(TENANTS.c.id)).scalar_one()
            user = connection.execute(select(USERS)).one()
            lead = Actor(tenant, user.id, "user", user.name, "lead")
            kept = connection.execute(select(ASSESSMENTS)).one()
            assert replay(desk, connection, kept.id) == kept.body
            (waiting,) = listed(desk, connection, lead, Filter(), now=NOW).cases
            person = connection.execute(select(PROFILES.c.id)).scalar_one()
            assert assessing.record(connection, lead, person) == rented()
            assert linked(connection, lead, person).others == ()
            for typed in ("P1", "ruiz", "ines r"):
                found = listed(desk, connection, lead, Filter(text=typed), now=NOW)
                assert [case.id for case in found.cases] == [waiting.id]
        again = assessing.assess(desk, lead, [rented(), rented("p2")], now=NOW)
        assert [one.before is None for one in again] == [False, True]
        assert again[0].case == waiting.id
        with store.reading() as connection:
            assert audit.verify(connection, tenant).whole
            words = connection.execute(select(WORDS.c.word).where(WORDS.c.profile == person)).all()
            assert ("word",) not in words
