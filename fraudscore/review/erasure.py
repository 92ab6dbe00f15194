"""What a person may ask for, and what time does: export, erasure, and records that were kept long
enough.

Erasure takes everything the desk knows of a person, and leaves in the audit log that something was
done, when, by whom and why, without a word of whom or what. A cohort is another store: `fraudscore
forget`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    delete,
    select,
    update,
)

from fraudscore.assessment import TRAINED_ON
from fraudscore.connectors.keys import Keys
from fraudscore.errors import Conflict, NotThere
from fraudscore.review import answered, audit, team
from fraudscore.review.appealed import contested
from fraudscore.review.desk import allowed
from fraudscore.review.logins import drop_ended
from fraudscore.review.rights import Actor, program
from fraudscore.review.subjects import impersonal
from fraudscore.review.tables import (
    APPEALS,
    ASSESSMENTS,
    CALLED,
    CASES,
    CONFIRMED,
    DECISIONS,
    LABELS,
    OPENINGS,
    PROFILES,
    UNHEARD,
    VIEWS,
    WORDS,
)
from fraudscore.review.tables_team import ANSWERED, AUDIT, DELIVERIES, FILTERS, HOOKS, INVITATIONS
from fraudscore.review.words import sought
from fraudscore.review.written import REASON_MIN, written

OWN = (CASES, WORDS, CALLED, ASSESSMENTS, CONFIRMED, UNHEARD)
UNTOLD = frozenset(
    ("prior", "log_odds", "base_rate", "contribution", "multiplier", "policy", "source")
)
"""Weights, thresholds and lists: nobody who is looked at is told them (trust.md, red line 12)."""


def export_person(
    connection: Connection, actor: Actor, profile_id: str, reason: str, *, now: datetime
) -> dict[str, Any]:
    """All that is kept of a person, as plain data without anybody else in it; why goes to the log.

    Reviewers are not named, weights and lists not told. Right ``manage``, scope ``erase``. Raises
    NotThere, NotUsable for a reason that is too short.
    """
    allowed(actor, "manage", "erase")
    person = _person(connection, actor, profile_id)
    detail = {"reason": written(reason, "the reason", REASON_MIN)}
    own = {
        table.name: _rows(connection, table, person.id) for table in (WORDS, ASSESSMENTS, LABELS)
    }
    told = {
        "trained_on": TRAINED_ON,
        "profile_id": person.profile_id,
        "name": person.name,
        "as_of": person.as_of.isoformat(),
        "record": None if person.record is None else json.loads(person.record),
        "identifiers": [_told(row, "kind", "shown") for row in own["words"]],
        "assessments": [_assessment(row) for row in own["assessments"]],
        "cases": [_case(connection, row) for row in _rows(connection, CASES, person.id)],
        "labels": [_told(row, "at", "label", "source", "void") for row in own["labels"]],
        "log": [_told(row, "at", "action") for row in _log(connection, person)],
    }
    audit.append(connection, actor, "person_exported", f"profile:{person.id}", detail, now=now)
    return told


def erase_person(
    connection: Connection,
    actor: Actor,
    profile_id: str,
    reason: str,
    *,
    keys: Keys,
    now: datetime,
) -> int:
    """Erase a person and what was done about them; how many entries of the audit log lost their
    detail. The log stays whole, and keeps why. ``keys``: of the desk.

    Right ``manage``, scope ``erase``. Raises NotThere, Conflict while an appeal of theirs is open,
    NotUsable for a reason that is too short or names them.
    """
    allowed(actor, "manage", "erase")
    person = _person(connection, actor, profile_id)
    why = impersonal(reason, person)
    if connection.execute(select(contested(person.id))).scalar():
        raise Conflict("an appeal of this person is open; close it before you erase them")
    dropped = audit.drop_details(connection, actor.tenant, _subjects(connection, person.id))
    _forget_sought(connection, actor.tenant, person, keys)
    for table, theirs in _theirs(person.id):
        connection.execute(delete(table).where(theirs))
    _forget_told(connection, actor.tenant, person.profile_id)
    subject = f"profile:{person.id}"
    detail = {"entries": dropped, "reason": why}
    audit.append(connection, actor, audit.ERASED, subject, detail, now=now)
    return len(dropped)


def drop_old_records(connection: Connection, *, now: datetime) -> int:
    """Drop raw records that each team's ``record_days`` are over for; what was derived stays.

    An open appeal keeps the records of its person. Also forgets what has ended: logins, links, answers
    that were kept, webhooks that were delivered or given up. Returns how many records were dropped.
    """
    dropped = sum(
        _drop_old(connection, tenant, now) for tenant in team.tenants(connection).values()
    )
    drop_ended(connection, now=now)
    answered.drop_old(connection, now=now)
    connection.execute(delete(INVITATIONS).where(INVITATIONS.c.expires <= now))
    return dropped


def _drop_old(connection: Connection, tenant: int, now: datetime) -> int:
    ended = now - timedelta(days=team.settings(connection, tenant).record_days)
    people = connection.execute(
        update(PROFILES)
        .where(PROFILES.c.tenant == tenant, PROFILES.c.record.is_not(None))
        .where(PROFILES.c.changed < ended, ~contested(PROFILES.c.id))
        .values(record=None)
    ).rowcount
    assessments = connection.execute(
        update(ASSESSMENTS)
        .where(ASSESSMENTS.c.tenant == tenant, ASSESSMENTS.c.record.is_not(None))
        .where(ASSESSMENTS.c.at < ended, ~contested(ASSESSMENTS.c.profile))
        .values(record=None, links=None)
    ).rowcount
    told = DELIVERIES.c.hook.in_(select(HOOKS.c.id).where(HOOKS.c.tenant == tenant))
    connection.execute(delete(DELIVERIES).where(told, DELIVERIES.c.done < ended))
    if people or assessments:
        detail = {"profiles": people, "assessments": assessments}
        audit.append(connection, program(tenant), "records_dropped", "team:", detail, now=now)
    return people + assessments


def _person(connection: Connection, actor: Actor, profile_id: str) -> Row[Any]:
    ours = (PROFILES.c.tenant == actor.tenant) & (PROFILES.c.profile_id == profile_id)
    row = connection.execute(select(PROFILES).where(ours)).one_or_none()
    if row is None:
        raise NotThere("there is nobody of that id on this desk")
    return row


def _of(table: Table, profile: str) -> Select[Any]:
    """The ids of a person's rows."""
    if table in (DECISIONS, APPEALS):
        return select(table.c.id).where(table.c.case.in_(_of(CASES, profile)))
    return select(table.c.id).where(table.c.profile == profile)


def _theirs(profile: str) -> tuple[tuple[Table, ColumnElement[bool]], ...]:
    """A person's rows, those first that others do not rest on."""
    cases = _of(CASES, profile)
    return (
        *((table, table.c.case.in_(cases)) for table in (OPENINGS, VIEWS, APPEALS)),
        (LABELS, LABELS.c.profile == profile),
        (DECISIONS, DECISIONS.c.case.in_(cases)),
        *((table, table.c.profile == profile) for table in OWN),
        (PROFILES, PROFILES.c.id == profile),
    )


def _subjects(connection: Connection, profile: str) -> list[str]:
    """How the audit log names a person and everything about them."""
    found = [f"profile:{profile}"]
    for table in (ASSESSMENTS, CASES, DECISIONS, APPEALS, LABELS):
        ids = connection.execute(_of(table, profile)).scalars()
        found += [f"{table.name.removesuffix('s')}:{id}" for id in ids]
    return found


def _forget_told(connection: Connection, tenant: int, profile_id: str) -> None:
    """Erase answers and webhooks that name a person; their text is all there is to know them by."""
    signs = {json.dumps(profile_id, ensure_ascii=ascii).encode() for ascii in (True, False)}
    hooks = select(HOOKS.c.id).where(HOOKS.c.tenant == tenant)
    for table, key, ours in (
        (ANSWERED, ANSWERED.c.key, ANSWERED.c.tenant == tenant),
        (DELIVERIES, DELIVERIES.c.id, DELIVERIES.c.hook.in_(hooks)),
    ):
        rows = connection.execute(select(key, table.c.body).where(ours)).all()
        named = [row[0] for row in rows if any(sign in row.body for sign in signs)]
        for one in named:
            connection.execute(delete(table).where(ours, key == one))


def _forget_sought(connection: Connection, tenant: int, person: Row[Any], keys: Keys) -> None:
    """Erase filters that somebody keeps and that look for a person by name, id or an identifier."""
    named = {text.lower() for text in (person.profile_id, person.name) if text}
    own = {row.word for row in _rows(connection, WORDS, person.id)}
    ours = select(FILTERS.c.id, FILTERS.c.name, FILTERS.c.query).where(FILTERS.c.tenant == tenant)
    for row in connection.execute(ours).all():
        words = {row.name, *json.loads(row.query).values()}
        keyed = {one for word in words for one in sought(word, keys)}
        if {word.strip().lower() for word in words} & named or keyed & own:
            connection.execute(delete(FILTERS).where(FILTERS.c.id == row.id))


def _rows(connection: Connection, table: Table, profile: str) -> list[Row[Any]]:
    order = table.c.word if table is WORDS else table.c.opened if table is CASES else table.c.at
    return list(connection.execute(select(table).where(table.c.profile == profile).order_by(order)))


def _told(row: Row[Any], *names: str) -> dict[str, Any]:
    values = {name: row._mapping[name] for name in names}
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
    }


def _assessment(row: Row[Any]) -> dict[str, Any]:
    return _told(row, "id", "at", "cause", "band") | {"result": _plain(json.loads(row.body))}


def _plain(thing: Any) -> Any:
    """A result without what is not told; evidence of links goes too, for it shows other people."""
    if isinstance(thing, list):
        return [_plain(item) for item in thing]
    if not isinstance(thing, Mapping):
        return thing
    untold = UNTOLD | ({"evidence"} if thing.get("family") == "linkage" else set())
    return {name: _plain(value) for name, value in thing.items() if name not in untold}


def _case(connection: Connection, case: Row[Any]) -> dict[str, Any]:
    parts = {
        "views": (VIEWS, ("at", "view", "note")),
        "decisions": (DECISIONS, ("at", "kind", "reason", "undone", "undone_because")),
        "appeals": (APPEALS, ("offered", "opened", "statement", "outcome", "answer", "closed")),
    }
    told = _told(case, "opened", "state", "closed", "outcome")
    for name, (table, columns) in parts.items():
        rows = connection.execute(select(table).where(table.c.case == case.id))
        told[name] = sorted(
            (_told(row, *columns) for row in rows), key=lambda item: str(item[columns[0]])
        )
    return told


def _log(connection: Connection, person: Row[Any]) -> list[Row[Any]]:
    ours = (AUDIT.c.tenant == person.tenant) & AUDIT.c.subject.in_(_subjects(connection, person.id))
    return list(connection.execute(select(AUDIT).where(ours).order_by(AUDIT.c.number)))
