"""The audit log for whoever audits: look, filter, verify, take away."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from fastapi import APIRouter, Request, Response

from fraudscore.errors import NotUsable
from fraudscore.review import audit
from fraudscore.review.audit import Entry
from fraudscore.review.desk import Desk
from fraudscore.review.named import names
from fraudscore.review.rights import Actor
from fraudscore.web.browser import SignedIn, page
from fraudscore.web.clock import now
from fraudscore.web.exports import csv_of

LINES = 100
"""Entries of one page."""
COLUMNS = ("number", "at", "actor", "action", "subject", "detail", "digest")


def router(desk: Desk) -> APIRouter:
    """The pages of the audit log."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/audit")
    def log(
        request: Request, login: SignedIn, subject: str = "", before: str = "", verify: str = ""
    ) -> Response:
        login.actor.need("audit")
        with desk.store.reading() as connection:
            found = audit.entries(
                connection, login.actor, subject=subject.strip() or None, before=_number(before),
                limit=LINES + 1,
            )  # fmt: skip
            found, more = found[:LINES], len(found) > LINES
            named = names(connection, login.actor, _words(found, subject.strip()))
            verdict = audit.verify(connection, login.actor.tenant) if verify == "1" else None
        older = found[-1].number if more else None
        lines = [(entry, _detail(entry)) for entry in found]
        return page(
            request, "audit.html", lines=lines, subject=subject.strip(), older=older,
            verdict=verdict, named=named,
        )  # fmt: skip

    @routes.get("/audit.csv")
    def as_csv(login: SignedIn, subject: str = "") -> Response:
        rows = _exported(desk, login.actor, subject, "csv")
        return csv_of(COLUMNS, rows, "audit.csv")

    @routes.get("/audit.json")
    def as_json(login: SignedIn, subject: str = "") -> Response:
        rows = _exported(desk, login.actor, subject, "json")
        told = {"content-disposition": 'attachment; filename="audit.json"'}
        body = json.dumps({"entries": rows}, ensure_ascii=False, default=str)
        return Response(body, media_type="application/json", headers=told)

    return routes


def _words(entries: Iterable[Entry], subject: str) -> Iterator[str]:
    """Everything on the page that may have a name."""
    yield subject
    for entry in entries:
        yield entry.actor
        yield entry.subject


def _number(text: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal() or len(text) > 15:
        raise NotUsable("before is the number of an entry")
    return int(text)


def _detail(entry: Entry) -> str:
    """What is known of it in a line, "" where an erasure dropped it."""
    if entry.detail is None:
        return ""
    return json.dumps(dict(entry.detail), ensure_ascii=False, sort_keys=True)


def _exported(desk: Desk, actor: Actor, subject: str, form: str) -> list[dict[str, Any]]:
    """Every entry, oldest first; that it was taken away is an entry of its own."""
    actor.need("audit")
    rows: list[dict[str, Any]] = []
    with desk.store.writing() as connection:
        own = audit.append(connection, actor, "audit_exported", "audit:", {"form": form}, now=now())
    before = own + 1
    # Nobody who writes waits until a long log was read.
    with desk.store.reading() as connection:
        while part := audit.entries(
            connection, actor, subject=subject.strip() or None, before=before, limit=audit.MOST
        ):
            rows += [_row(entry) for entry in part]
            before = part[-1].number
    return rows[::-1]


def _row(entry: Entry) -> dict[str, Any]:
    row: dict[str, Any] = {name: getattr(entry, name) for name in COLUMNS}
    return row | {"at": entry.at.isoformat(), "detail": _detail(entry)}
