"""The queue: which cases wait, in which order, whose they are, and the next one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from fastapi import APIRouter, Request, Response
from markupsafe import Markup, escape
from sqlalchemy import Connection

from features.catalogue import FAMILIES
from features.sentences import counted
from fraudscore.assessment import BANDS
from fraudscore.errors import Conflict, NotThere, NotUsable, ReviewError
from fraudscore.review import cases, filters, people
from fraudscore.review.cases import Case
from fraudscore.review.decisions import DECISIONS, Decision, lately
from fraudscore.review.desk import Desk
from fraudscore.review.filter import Filter
from fraudscore.review.queue import WAITING, Page, listed
from fraudscore.review.rights import Actor
from fraudscore.web.browser import Posted, SignedIn, page, see_other
from fraudscore.web.clock import now
from fraudscore.web.forms import Form
from fraudscore.web.problems import refusal
from fraudscore.web.showing import day, shown

OUTCOMES = {"overturned": "overturned on appeal"} | {str(k): w for k, w in DECISIONS.items()}
"""How a case was closed, in words."""
ROWS = 50
"""Cases of one page."""
STATES = {
    "open": "open",
    "asked": "waits for the person",
    "escalated": "waits for a lead",
    "appealed": "appeal open",
    "closed": "closed",
    "": "any",
}
SORTS = {"urgency": "most urgent first", "oldest": "oldest first", "newest": "newest first"}
TABS: tuple[tuple[str, dict[str, str], str], ...] = (
    ("Open", {}, ""),
    ("Mine", {"state": "", "mine": "1"}, "m"),
    ("Waits for the person", {"state": "asked"}, ""),
    ("Waits for a lead", {"state": "escalated"}, ""),
    ("Appeals", {"state": "appealed"}, ""),
    ("Put off", {"state": "", "snoozed": "1"}, ""),
    ("Closed", {"state": "closed"}, ""),
)
"""Parts of the queue: name, filter and key."""


@dataclass(frozen=True)
class Tab:
    """A part of the queue. ``number``: cases in it, None where nobody counts them."""

    name: str
    query: str
    here: bool
    number: int | None
    key: str


def router(desk: Desk) -> APIRouter:
    """The queue, the next case, assignment and saved filters."""
    routes = APIRouter(include_in_schema=False)
    _reading(routes, desk)
    _working(routes, desk)
    return routes


def _reading(routes: APIRouter, desk: Desk) -> None:
    @routes.get("/queue")
    def queue(request: Request, login: SignedIn, after: str = "", did: str = "") -> Response:
        query = dict(request.query_params)
        try:
            return _queue(desk, request, login.actor, Filter.of(query), after, did)
        except NotUsable as error:
            return _queue(desk, request, login.actor, Filter(), error=error)


def _working(routes: APIRouter, desk: Desk) -> None:
    @routes.post("/queue/next")
    def following(login: SignedIn, form: Posted) -> Response:
        return next_case(desk, login.actor, form["after"])

    @routes.post("/queue/assign")
    def assigned(request: Request, login: SignedIn, form: Posted) -> Response:
        wanted = Filter.of(dict(parse_qsl(form["back"].removeprefix("?"), True)))
        try:
            chosen = form.all("case")
            if not chosen:
                raise NotUsable("choose the cases to give first")
            with desk.store.writing() as connection:
                cases.assign(connection, login.actor, chosen, form["user"] or None, now=now())
        except (NotUsable, Conflict) as error:
            return _queue(desk, request, login.actor, wanted, error=error, typed=form)
        return see_other(f"/queue{query_of(wanted)}")

    @routes.post("/queue/filters")
    def kept(request: Request, login: SignedIn, form: Posted) -> Response:
        wanted = Filter.of(dict(parse_qsl(form["query"].removeprefix("?"), True)))
        try:
            with desk.store.writing() as connection:
                filters.save(connection, login.actor, form["name"], wanted, now=now())
        except (NotUsable, Conflict) as error:
            return _queue(desk, request, login.actor, wanted, error=error, typed=form)
        return see_other(f"/queue{query_of(wanted)}")

    @routes.post("/queue/filters/{id}/drop")
    def dropped(login: SignedIn, _form: Posted, id: str) -> Response:
        with desk.store.writing() as connection:
            filters.drop(connection, login.actor, id)
        return see_other("/queue")


def next_case(desk: Desk, actor: Actor, after: str = "", did: str = "") -> Response:
    """The page of the next case, taken for the actor, or the queue where nothing is left.

    ``did``: the id of the decision on the one before.
    """
    with desk.store.writing() as connection:
        found = cases.next_case(connection, actor, now=now(), after=after or None)
    if found is None:
        return see_other(f"/queue?did={quote(did or 'nothing')}")
    return see_other(f"/cases/{found.id}{f'?did={quote(did)}' if did else ''}")


def _queue(
    desk: Desk,
    request: Request,
    actor: Actor,
    wanted: Filter,
    after: str = "",
    did: str = "",
    *,
    error: ReviewError | None = None,
    typed: Form | None = None,
) -> Response:
    """A page of the queue. ``error``: why the form ``typed`` could not be taken."""
    form = typed or Form([])
    moment = now()
    with desk.store.reading() as connection:
        found = listed(desk, connection, actor, wanted, now=moment, after=after or None, limit=ROWS)
        saved = filters.saved(connection, actor)
        colleagues = people.colleagues(connection, actor)
        told = said(connection, actor, did)
    knows = actor.may("see_exploration")
    return page(
        request, "queue.html", status=refusal(error).status_code if error else 200, page=found,
        filter=wanted, query=query_of(wanted), actor=actor, tabs=_tabs(found, wanted, knows),
        failed=str(error or ""), did=told, knows=knows, picked=form.all("case"), to=form["user"],
        filter_name=form["name"],
        saved=[{"id": one.id, "name": one.name, "path": _written(one.query)} for one in saved],
        colleagues=colleagues, assigns=actor.may("assign"), fence=_fence(found, wanted, after),
        more=_written({**wanted.query, "after": found.after or ""}),
        ages={case.id: age(case, moment) for case in found.cases},
        oldest_age=span(found.oldest, moment) if found.oldest else "",
        total=sum(sum(by_band.values()) for by_band in found.counts.values()),
        counted={b: sum(by.get(b, 0) for by in found.counts.values()) for b in BANDS},
        everywhere=_written({**wanted.query, "state": ""}) if wanted.text and wanted.state else "",
        states=STATES, sorts=SORTS, bands=BANDS[::-1], waiting=WAITING,
        families=[family.name for family in FAMILIES],
    )  # fmt: skip


def query_of(wanted: Filter) -> str:
    """A filter as the query of a URL, "" for the plain queue."""
    return _written(wanted.query)


def _written(query: Mapping[str, str]) -> str:
    return f"?{urlencode(query)}" if query else ""


def _tabs(found: Page, wanted: Filter, knows: bool) -> list[Tab]:
    every = TABS if not knows else (*TABS, ("Drawn at random", {"state": "", "explores": "1"}, ""))
    return [
        Tab(name, _written(query), Filter.of(query) == wanted, _number(found, query), key)
        for name, query, key in every
    ]


def _number(found: Page, query: Mapping[str, str]) -> int | None:
    if "mine" in query:
        return found.mine
    if "snoozed" in query:
        return sum(found.snoozed.values())
    state: Any = query.get("state", "open")
    if state not in found.counts:
        return None
    # Cases that are put off have a part of their own.
    away = found.snoozed.get("open", 0) if state == "open" else 0
    return sum(found.counts[state].values()) - away


def _fence(found: Page, wanted: Filter, after: str) -> int | None:
    """Before which case of the page the week's budget ends; None where it does not."""
    if wanted.sort != "urgency" or wanted.state != "open" or wanted.snoozed:
        return None
    first = next((n for n, case in enumerate(found.cases) if not case.within_budget), None)
    return None if first == 0 and after else first


def age(case: Case, moment: datetime) -> str:
    """How long a case has waited, or when it was closed."""
    if case.closed:
        outcome = OUTCOMES.get(case.outcome or "", "decision taken back")
        return f"closed {span(case.closed, moment)} ago: {outcome}"
    return f"waits for {span(case.opened, moment)}"


def span(since: datetime, until: datetime) -> str:
    """A span of time in the largest unit that counts."""
    minutes = max(0, int((until - since).total_seconds() // 60))
    for size, name in ((1440, "day"), (60, "hour")):
        if minutes >= size:
            number = minutes // size
            return counted(number, name)
    return counted(minutes, "minute") if minutes else "less than a minute"


def said(connection: Connection, actor: Actor, did: str, here: str = "") -> Markup:
    """What is told after a form was taken, if the database says so too: a URL says nothing by itself.

    ``did``: the id of a decision or of a case that was put off, or ``nothing``. ``here``: the case
    whose page this is; any other is named.
    """
    if did in ("", "nothing"):
        return Markup("No open case is free." if did else "")
    made = lately(connection, actor, did, now=now())
    try:
        about = cases.case(connection, actor, made.case if made else did, now=now())
    except NotThere:
        return Markup()
    words = _done(made, about)
    if not words or about.id == here:
        return escape(words)
    who = shown(about.name or about.profile_id)
    return Markup('<a href="/cases/{}">{}</a>: {}').format(about.id, who, words)


def _done(made: Decision | None, about: Case) -> str:
    if made is None:
        away = about.snoozed_until if about.snoozed else None
        return f"Put off until {day(away)}." if away else ""
    if made.undone is not None:
        return "The decision was taken back; its label is never used again."
    return f"Kept: {DECISIONS[made.kind]}."
