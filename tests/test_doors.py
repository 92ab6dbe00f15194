"""Every door times everybody: what each may open, and that another team's ids open nothing."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import pytest
from fastapi import routing
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from fraudscore.review import api_keys, appeals, filters, hooks, logins, people, subjects
from fraudscore.review.queue import Filter
from fraudscore.review.rights import SCOPES, Actor
from fraudscore.review.tables import ALL
from fraudscore.review.tables_team import KEYS
from fraudscore.web.clock import now
from tests.browsing import HERE, whole
from tests.desk import team
from tests.reviewing import CALM, RENTED, assess, calm, decided, open_case

EVERYBODY = "viewer reviewer lead auditor admin"
PAGES = {
    "anybody": """
        GET  /health
        GET  /ready
        GET  /openapi.json
        GET  /static/{name}
        GET  /pictures.css
        GET  /sign-in
        POST /sign-in
        GET  /setup/{token}
        POST /setup/{token}
        GET  /appeal/{token}
        POST /appeal/{token}
    """,
    EVERYBODY: """
        GET  /
        POST /sign-out
        GET  /account
        POST /account
        GET  /queue
        POST /queue/filters
        POST /queue/filters/{id}/drop
        GET  /cases/{id}
        GET  /rings
        GET  /rings/of
    """,
    "reviewer lead": """
        POST /queue/next
        POST /queue/assign
        POST /cases/{id}
        POST /cases/{id}/letter
        POST /cases/{id}/imagine
        POST /cases/{id}/assign
        GET  /cases/{id}/letter
        GET  /cases/{id}/letter.txt
        POST /cases/{id}/hold
        POST /cases/{id}/next
        POST /cases/{id}/release
        POST /cases/{id}/snooze
        POST /cases/{id}/wake
        POST /cases/{id}/evidence
        POST /cases/{id}/view
        POST /cases/{id}/decide
        POST /cases/{id}/appeal
        GET  /appeals
        GET  /appeals/{id}
        POST /appeals/{id}/take
        POST /appeals/{id}/close
    """,
    "lead": """
        POST /cases/{id}/undo
    """,
    "reviewer lead admin": """
        GET  /hires
        POST /hires
    """,
    "auditor": """
        GET  /audit
        GET  /audit.csv
        GET  /audit.json
    """,
    "admin": """
        GET  /people
        GET  /people/{id}
        POST /people/{id}/export
        POST /people/{id}/erase
        GET  /team
        POST /team/invite
        POST /team/people/{id}/link
        POST /team/people/{id}/role
        POST /team/people/{id}/disabled
        GET  /team/keys
        POST /team/keys
        POST /team/keys/{id}/revoke
        GET  /team/hooks
        POST /team/hooks
        POST /team/hooks/{id}/disable
        GET  /team/settings
        POST /team/settings
    """,
}
"""Pages by who may open them. A key opens none of these but those of anybody."""
READS = f"read {EVERYBODY}"
REST = {
    f"keys {EVERYBODY}": """
        GET  /api/v1/catalogue
    """,
    READS: """
        GET  /metrics
        GET  /api/v1/assessments/{id}
        GET  /api/v1/cases
        GET  /api/v1/cases.json
        GET  /api/v1/cases.csv
        GET  /api/v1/cases/{id}
        GET  /api/v1/rings
        GET  /api/v1/rings.json
        GET  /api/v1/rings.csv
    """,
    "label lead auditor": """
        GET  /api/v1/labels
        GET  /api/v1/labels.json
        GET  /api/v1/labels.csv
    """,
    "label": """
        POST /api/v1/labels
    """,
    "assess": """
        POST /api/v1/assessments
        POST /api/v1/profiles/{profile_id:path}/events
    """,
    "decide": """
        POST /api/v1/cases/{id}/decisions
    """,
    "erase": """
        POST /api/v1/profiles/{profile_id:path}/export
        POST /api/v1/profiles/{profile_id:path}/erasure
    """,
}
"""REST by scope, and who may read it while signed in: a cookie alone never changes anything."""


def doors(table: dict[str, str]) -> dict[tuple[str, str], set[str]]:
    """Who may, by method and path pattern."""
    return {
        (method, path): set(who.split())
        for who, lines in table.items()
        for method, path in (line.split() for line in lines.strip().splitlines())
    }


PAGE, API = doors(PAGES), doors(REST)
DOORS = PAGE | API
PUBLIC = {door for door, who in PAGE.items() if who == {"anybody"}}
PUBLIC_FORMS = {door for door in PUBLIC if door[0] == "POST"}
OWN_FORMS = PUBLIC_FORMS - {("POST", "/appeal/{token}")}
"""Those that need a word of the page; the link of an appeal is a secret itself."""
NAMED = [door for door in DOORS if "{id}" in door[1] or "{profile_id" in door[1]]
BODIES = {
    "/api/v1/cases/{id}/decisions": {"kind": "clear", "reason": "x" * 40},
    "/api/v1/profiles/{profile_id:path}/events": {"as_of": CALM["as_of"]},
    "/api/v1/profiles/{profile_id:path}/export": {"reason": "x" * 40},
    "/api/v1/profiles/{profile_id:path}/erasure": {"reason": "x" * 40},
    "/account": {"password": "one", "again": "another"},
    "/people/{id}/export": {"reason": "x" * 40},
    "/people/{id}/erase": {"reason": "x" * 40, "confirmed": "yes"},
    "/cases/{id}/snooze": {"until": "2099-01-01"},
    "/cases/{id}/view": {"view": "same_person"},
    "/cases/{id}/decide": {"kind": "clear", "reason": "x" * 40},
    "/cases/{id}/evidence": {"code": "VPN_SHARE"},
    "/appeals/{id}/close": {"outcome": "upheld", "answer": "x" * 40},
    "/team/people/{id}/role": {"role": "viewer"},
    "/team/people/{id}/disabled": {"disabled": "1"},
}
"""What is sent where an empty form would be refused before anybody asks who sends it."""


ROLES = tuple(EVERYBODY.split())
CALLERS = ("", *SCOPES)
OURS = "https://hooks.default.example/told"
"""Where our team is told."""
SHARED = {"method": "bank", "account": "DE02 1234 5678 9012"}
"""What ties people into a ring."""


@dataclass
class Caller:
    """Somebody who asks: nobody, a signed-in browser, or a key."""

    client: TestClient
    headers: dict[str, str] = field(default_factory=dict)
    csrf: str = ""

    def ask(self, method: str, path: str, sent: Any = None, **headers: str) -> Any:
        """The answer; a form carries what our own page would send along."""
        given = self.headers | headers
        if method != "POST":
            return self.client.request(method, path, headers=given)
        if path.startswith("/api/"):
            return self.client.post(path, json=sent or {}, headers=given)
        form = {"csrf": self.csrf} | (sent or {})
        return self.client.post(path, data=form, headers={"origin": HERE} | given)


def person_of(desk: Any, members: Any, profile_id: str) -> str:
    """The desk's own id of somebody."""
    with desk.store.reading() as connection:
        (one,) = subjects.find(desk, connection, members.admin, profile_id)
    return one.id


class Town:
    """An application with one team that has one of everything, and another team that has people."""

    def __init__(self, desk: Any) -> None:
        self.desk = desk
        self.app = whole(desk)
        self.client = TestClient(
            self.app, base_url=HERE, follow_redirects=False, raise_server_exceptions=False
        )
        self.ours = team(desk.store)
        self.others = team(desk.store, "other")
        self._fill()

    def _fill(self) -> None:
        desk, ours = self.desk, self.ours
        names = ("Ana Ruiz", "Bo Chen", "Cy Doe")
        ring = [
            calm(f"r{k}", claims={"name": name}, payouts=[SHARED]) for k, name in enumerate(names)
        ]
        assess(desk, ours.admin, *ring)
        self.contested = open_case(desk, ours, "p2")
        self.decision = decided(desk, ours.other_reviewer, self.contested, now=now()).id
        assess(desk, ours.admin, calm("asks", claims={"name": "Di Falk"}))
        self.person = person_of(desk, ours, "asks")
        self.case = open_case(desk, ours, "p1")
        self.assessment = assess(desk, ours.admin, calm()).id
        with desk.store.writing() as connection:
            self.link = appeals.offer(connection, ours.other_reviewer, self.decision, now=now())
            self.appeal = appeals.open_appeal(connection, self.link, "It was me.", now=now()).id
            self.invitation = people.invite(
                connection, ours.admin, "new@default.example", "New", "viewer", now=now()
            )
            self.hook = hooks.add_hook(connection, ours.admin, OURS, now=now())[0].id
            self.key, _ = api_keys.make_key(connection, ours.admin, "old", ["read"], 60, now=now())

    def signed_in(self, actor: Actor) -> Caller:
        """A browser in which somebody is signed in."""
        with self.desk.store.writing() as connection:
            login = logins.begin(connection, actor.id, "password", now=now())
        return Caller(self.client, {"cookie": f"__Host-session={login.cookie}."}, login.csrf)

    def with_key(self, admin: Actor, *scopes: str) -> Caller:
        """A system with a key; one without scopes can only come from the database."""
        with self.desk.store.writing() as connection:
            id, secret = api_keys.make_key(
                connection, admin, "a system", scopes or ["read"], 60_000, now=now()
            )
            own = update(KEYS).where(KEYS.c.id == id)
            connection.execute(own.values(scopes=" ".join(scopes)))
        return Caller(self.client, {"authorization": f"Bearer {secret}"})

    def filter_of(self, actor: Actor) -> str:
        """The id of a filter that somebody keeps."""
        with self.desk.store.writing() as connection:
            return filters.save(connection, actor, "mine", Filter(), now=now()).id

    def body(self, pattern: str, user: str) -> dict[str, Any]:
        """A form or a body that is whole, with the ids of our team in it. ``user``: who gets a case."""
        given = {
            "/queue/assign": {"case": self.case, "user": user},
            "/cases/{id}/assign": {"user": user},
            "/cases/{id}/undo": {"decision": self.decision, "because": "x" * 40},
            "/cases/{id}/appeal": {"decision": self.decision},
        }
        return given.get(pattern) or BODIES.get(pattern, {})

    def path(self, pattern: str, filter: str = "none") -> str:
        """A path with the ids of our team in it."""
        given = {
            "/queue/filters/{id}": filter,
            "/appeals/{id}": self.appeal,
            "/team/people/{id}": self.ours.other_reviewer.id,
            "/people/{id}": self.person,
            "/team/keys/{id}": self.key,
            "/team/hooks/{id}": self.hook,
            "assessments/{id}": self.assessment,
            "cases/{id}": self.case,
            "/setup/{token}": self.invitation,
            "/appeal/{token}": self.link,
            "/static/{name}": "style.css",
            "profiles/{profile_id:path}": "p1",
        }
        if pattern == "/rings/of":
            return "/rings/of?member=r1"
        if "{" not in pattern:
            return pattern
        start, value = next((known, value) for known, value in given.items() if known in pattern)
        return pattern.replace(start, start[: start.index("{")] + value)


@pytest.fixture
def town(desk):
    return Town(desk)


def test_every_route_is_in_the_table(town):
    every = getattr(routing, "iter_route_contexts", iter)
    found = {
        (method, route.path)
        for route in every(town.app.routes)
        for method in getattr(route, "methods", None) or {"ANY"}
        if method != "HEAD"
    }
    assert found == set(DOORS)


def opened(door: tuple[str, str], answer: Any) -> bool:
    """Whether a door opened: a page, or a form that was read and found wanting."""
    method, _ = door
    if method == "GET":
        return answer.status_code == 200
    return answer.status_code in (200, 303, 409, 422)


def sent_to_sign_in(answer: Any) -> bool:
    return answer.status_code == 303 and answer.headers["location"].startswith("/sign-in")


def test_nobody_opens_only_what_is_public(town):
    nobody = Caller(town.client)
    for door in DOORS:
        method, pattern = door
        answer = nobody.ask(method, town.path(pattern))
        if door in OWN_FORMS:
            assert answer.status_code == 403, door  # no token of a page
        elif door in PUBLIC:
            assert opened(door, answer), (door, answer.text)
        elif door in PAGE:
            assert sent_to_sign_in(answer), (door, answer.status_code)
        else:
            assert answer.status_code == 401, door
            assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_what_the_table_says(town, role):
    actor = town.ours.of(role)
    own = town.filter_of(actor)
    at = town.signed_in(actor)
    at.headers["cookie"] += f"; __Host-form={at.csrf}"
    for door in sorted(DOORS, key=lambda door: door[1] == "/sign-out"):
        method, pattern = door
        answer = at.ask(method, town.path(pattern, own), town.body(pattern, actor.id))
        told = (door, answer.status_code, answer.text[:300])
        if door in OWN_FORMS:
            assert answer.status_code in (403, 409, 422), told
            assert "too old" not in answer.text  # it was read, and nothing in it is of use
        elif door in (("GET", "/"), ("GET", "/sign-in"), ("POST", "/sign-out")):
            assert answer.status_code == 303, told
        elif door in PUBLIC or role in DOORS[door]:
            assert opened(door, answer), told
            assert door[1] == "/sign-out" or not sent_to_sign_in(answer), told
        elif door in API and method == "POST":
            assert answer.status_code == 401, told
        else:
            assert answer.status_code == 403, told


@pytest.mark.parametrize("scope", CALLERS, ids=lambda scope: scope or "none")
def test_each_key_opens_what_its_scope_says(town, scope):
    caller = town.with_key(town.ours.admin, *([scope] if scope else []))
    for door in DOORS:
        method, pattern = door
        answer = caller.ask(method, town.path(pattern))
        told = (door, answer.status_code, answer.text[:300])
        if door in OWN_FORMS:
            assert answer.status_code == 403, told
        elif door in PUBLIC or (door in API and {scope, "keys"} & DOORS[door]):
            assert opened(door, answer), told
        elif door in API:
            assert answer.status_code == 403, told
        else:
            assert sent_to_sign_in(answer), told


@pytest.mark.parametrize("secret", ["", "fs_", "fs_" + "x" * 43, "Bearer", "\x00", "x" * 5_000])
def test_a_wrong_key_opens_nothing_even_beside_a_login(town, secret):
    at = town.signed_in(town.ours.lead)
    at.headers["authorization"] = f"Bearer {secret}x"
    for method, pattern in API:
        assert at.ask(method, town.path(pattern)).status_code == 401, pattern


def test_other_methods_are_refused(town):
    lead = town.signed_in(town.ours.lead)
    for pattern in {pattern for _, pattern in DOORS}:
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"):
            if (method, pattern) not in DOORS:
                answer = lead.ask(method, town.path(pattern))
                led = method == "GET" and ("POST", pattern) in PAGE
                allowed = (303, 404) if led else (404, 405)
                assert answer.status_code in allowed, (method, pattern, answer.status_code)


FORMS = sorted(door[1] for door in PAGE if door[0] == "POST" and door not in PUBLIC)
ELSEWHERE = (
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": ""},
    {"origin": HERE + ".evil.example"},
    {"origin": HERE.replace("https", "http")},
    {"origin": HERE + ":8443"},
    {"origin": "", "referer": "https://evil.example/queue"},
)


@pytest.mark.parametrize("pattern", FORMS)
def test_a_form_from_elsewhere_or_without_its_token_does_nothing(town, pattern):
    role = next(role for role in ("lead", "admin", "viewer") if role in PAGE["POST", pattern])
    actor = town.ours.of(role)
    path = town.path(pattern, town.filter_of(actor))
    at, other = town.signed_in(actor), town.signed_in(actor)
    before = kept(town)
    for headers in ELSEWHERE:
        assert at.ask("POST", path, **headers).status_code == 403, headers
    for token in ("", "x", at.csrf[:-1], at.csrf + "x", other.csrf, "\u202e"):
        assert at.ask("POST", path, {"csrf": token}).status_code == 403, token
    assert kept(town) == before


@pytest.mark.parametrize("pattern", sorted(door[1] for door in PUBLIC_FORMS))
def test_a_public_form_from_elsewhere_or_without_its_token_does_nothing(town, pattern):
    path = town.path(pattern)
    at = town.signed_in(town.ours.lead)
    before = kept(town)
    nobody = Caller(town.client, {"cookie": "__Host-form=a-word"}, "a-word")
    for headers in ELSEWHERE:
        assert nobody.ask("POST", path, **headers).status_code == 403, headers
    at.headers["cookie"] += "; __Host-form=a-word"
    for headers in ELSEWHERE:
        assert at.ask("POST", path, **headers).status_code == 403, headers
    if ("POST", pattern) in OWN_FORMS:
        for token in ("", "x", "a-wor", at.csrf):
            assert nobody.ask("POST", path, {"csrf": token}).status_code == 403, token
            assert at.ask("POST", path, {"csrf": token}).status_code == 403, token
        nobody.headers["cookie"] = "__Host-form="
        assert nobody.ask("POST", path, {"csrf": ""}).status_code == 403
    assert kept(town) == before


def kept(town: Town) -> dict[str, list[Any]]:
    """Everything the database holds, but who signed in when."""
    with town.desk.store.reading() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table)).all()))
            for table in ALL.sorted_tables
            if table.name != "logins"
        }


# Another team's ids


def by_role(door: tuple[str, str]) -> str:
    """A role or a scope that may open a door."""
    known = ("lead", "auditor", "admin", *SCOPES)
    return next(who for who in known if who in DOORS[door])


def stranger(town: Town, who: str) -> Caller:
    """Somebody of the other team."""
    if who in SCOPES:
        return town.with_key(town.others.admin, who)
    return town.signed_in(town.others.of(who))


@pytest.mark.parametrize("door", NAMED, ids=" ".join)
def test_another_team_s_id_is_not_there(town, door):
    method, pattern = door
    who = by_role(door)
    at = stranger(town, who)
    own = town.filter_of(town.ours.lead)
    body, before = town.body(pattern, town.others.reviewer.id), kept(town)
    path = town.path(pattern, own)
    answer = at.ask(method, path, body)
    assert answer.status_code == 404, answer.text
    ids = (town.case, town.appeal, town.key, town.hook, town.assessment, town.person, own)
    ids += (town.ours.other_reviewer.id,)
    missing = path
    for id in (*ids, "p1"):
        missing = missing.replace(f"/{id}", "/" + "0" * len(id))
    never = at.ask(method, missing, body)
    assert never.status_code == 404
    assert plain(never, path, missing) == plain(answer, path, missing)
    assert kept(town) == before


def plain(answer: Any, *paths: str) -> str:
    """An answer without the id that was asked for: what is not ours looks like what is nowhere."""
    ids = {
        step for steps in zip(*(path.split("/") for path in paths), strict=True) for step in steps
    }
    same = set.intersection(*(set(path.split("/")) for path in paths))
    return re.sub("|".join(map(re.escape, ids - same)), "ID", answer.text)


def test_another_team_s_ids_in_a_form_or_a_query_are_not_there(town):
    ours, others = town.ours, town.others
    theirs = open_case(town.desk, others, "q1")
    lead, admin = town.signed_in(others.lead), town.signed_in(others.admin)
    label = stranger(town, "label")
    before = {name: rows for name, rows in kept(town).items() if name != "audit"}
    user = others.reviewer.id
    reason = "x" * 40
    for at, path, body in (
        (lead, "/queue/assign", {"case": town.case, "user": user}),
        (lead, "/queue/assign", {"case": [theirs, town.case], "user": user}),
        (lead, "/queue/assign", {"case": theirs, "user": ours.reviewer.id}),
        (lead, f"/cases/{theirs}/assign", {"user": ours.reviewer.id}),
        (lead, f"/cases/{theirs}/undo", {"decision": town.decision, "reason": reason}),
        (lead, f"/cases/{theirs}/appeal", {"decision": town.decision}),
        (admin, f"/team/people/{ours.admin.id}/link", {}),
        (label, "/api/v1/labels", {"profile_id": "p1", "label": "confirmed_genuine"}),
    ):
        assert at.ask("POST", path, body).status_code == 404, (path, body)
    assert {name: rows for name, rows in kept(town).items() if name != "audit"} == before
    assert lead.ask("GET", "/rings/of?member=r1").status_code == 404


def test_another_team_s_people_are_on_no_list(town):
    at, system = town.signed_in(town.others.lead), stranger(town, "read")
    auditor, admin = town.signed_in(town.others.auditor), town.signed_in(town.others.admin)
    name = RENTED["claims"]["name"]
    for path in (
        "/queue?state=",
        f"/queue?state=&q={name}",
        f"/queue?state=&assignee={town.ours.reviewer.id}",
        "/rings",
        "/appeals",
        "/appeals?closed=1",
    ):
        hidden(town, at.ask("GET", path), name)
    for path in ("cases?state=", "cases.json?state=", "cases.csv?state=", "rings", "rings.csv"):
        hidden(town, system.ask("GET", f"/api/v1/{path}"), name)
    hidden(town, stranger(town, "label").ask("GET", "/api/v1/labels.json"), name)
    for path in ("/audit", f"/audit?subject=case:{town.case}", "/audit.csv", "/audit.json"):
        hidden(town, auditor.ask("GET", path), name)
    for path in ("/team", "/team/keys", "/team/hooks", "/people?q=Ana"):
        hidden(town, admin.ask("GET", path), name)


def hidden(town: Town, answer: Any, name: str) -> None:
    """Nothing of our team stands in an answer."""
    assert answer.status_code == 200, answer.text
    text = answer.text.partition("<main")[2] or answer.text
    asked = unquote(str(answer.request.url))  # what was asked for is shown again
    words = {name, "Ana Ruiz", town.case, town.appeal, town.key, "default.example"}
    assert [word for word in words if word in text and word not in asked] == []


def test_a_saved_filter_of_a_colleague_is_not_there(town):
    own = town.filter_of(town.ours.reviewer)
    lead = town.signed_in(town.ours.lead)
    assert lead.ask("POST", f"/queue/filters/{own}/drop").status_code == 404


def test_no_token_opens_what_is_not_there(town):
    nobody = Caller(town.client)
    tokens = (f"/setup/{town.link}", f"/appeal/{town.invitation}", f"/appeal/{town.appeal}")
    files = ("/static/..%2f..%2fapp.py", "/static/../app.py", "/static/%00")
    for path in (*tokens, *files, "/setup/0", "/appeal/%00"):
        assert nobody.ask("GET", path).status_code == 404, path


def test_ids_that_are_no_ids_are_not_there(town):
    """Hostile ids on every door that takes one: never a mistake of ours."""
    hostile = ("%00", "%ff", "'%20OR%201=1--", "x" * 3_000, "%2e%2e", "a%0d%0aSet-Cookie:x")
    callers = {who: stranger(town, who) for who in map(by_role, NAMED)}
    for door in NAMED:
        method, pattern = door
        at = callers[by_role(door)]
        for id in hostile:
            start = pattern[: pattern.index("{")]
            path = start + id + pattern[pattern.index("}") + 1 :]
            answer = at.ask(method, path, BODIES.get(pattern))
            assert answer.status_code in (404, 405, 422), (method, path[:60], answer.status_code)


def test_the_api_is_described_as_it_is(town):
    told = json.loads(Caller(town.client).ask("GET", "/openapi.json").text)["paths"]
    found = {
        (method.upper(), path.replace("{profile_id}", "{profile_id:path}"))
        for path, methods in told.items()
        for method in methods
    }
    assert found - {("GET", "/health"), ("GET", "/ready")} == set(API)
