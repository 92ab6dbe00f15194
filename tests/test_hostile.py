"""What is sent to hurt: markup, hidden marks, formulas, bombs, depth, size, slowness, odd bytes."""

from __future__ import annotations

import asyncio
import copy
import csv
import io
import json
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from functools import cache
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

import pytest

from features.reading import InvalidProfile, read_profile
from features.records import Profile
from fraudscore.review import appeals, cases, decisions
from fraudscore.review.seen import seen
from fraudscore.web import forms
from fraudscore.web.body import BODY_MAX
from fraudscore.web.clock import now
from fraudscore.web.forms import FIELDS_MAX, FILE_FORM_MAX, FORM_MAX
from fraudscore.web.openapi import record
from tests.browsing import HERE
from tests.desk import Team
from tests.reviewing import RENTED, WHY, assess, calm
from tests.test_doors import API, DOORS, PAGE, PUBLIC, SHARED, Caller, Town, by_role

XSS = (
    "<script>alert(1)</script>",
    "\"><img src=x onerror='alert(1)'>",
    "' onmouseover='alert(1)' x='",
    '" autofocus onfocus="alert(1)',
    "</title></textarea></svg><script>alert(1)</script>",
    "]]><svg/onload=alert(1)>",
    "javascript:alert(1)//{{7*7}}${7*7}",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<!--<style>*{display:none}</style>",
)
MARKS = "\u202egnp.\u2066x\u2069\u200b\u200d\ufeff\u00ad\u2028\u061c"
"""Marks that turn text round or hide between letters."""
TAGS = {"img", "iframe", "object", "embed", "base", "form-x", "frame", "video", "audio"}


class Page(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.active: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        for name, value in given.items():
            target = name in ("href", "src", "action", "xlink:href", "formaction")
            leads = target and not value.startswith(("/", "#", "?", "https://"))
            if name.startswith("on") or name == "style" or leads:
                self.active.append(f"{tag} {name}={value}")
            if not (tag == "input" and name == "value"):  # what was typed comes back as typed
                self.words.append(value)
        if tag in TAGS or (tag == "script" and not given.get("src", "").startswith("/static/")):
            self.active.append(f"{tag} {given}")

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def tame(answer: Any, status: int = 200) -> str:
    """The words of a page on which nothing runs and nothing hides; Fails where something does."""
    assert answer.status_code == status, answer.text[:500]
    page = Page(answer.text)
    assert page.active == []
    text = "\n".join(page.words)
    assert {c for c in text if not c.isprintable()} <= {"\n", "\t", "\xa0"}, answer.url
    return text


def poisoned(text: str, profile_id: str) -> Profile:
    """Somebody whose case opens, with a text in every place that takes one."""
    return read_profile(_poisoned(text) | {"profile_id": profile_id})


@cache
def _poisoned(text: str) -> dict[str, Any]:
    whole = record() | {"profile_id": "p1", "as_of": RENTED["as_of"]}
    whole["sessions"] = [*copy.deepcopy(RENTED["sessions"]), *whole["sessions"]]
    whole["payouts"] = [{"provider": "x", "holder": "x", "account": "x", "other_workers": 3}]
    kinds = "different_person", "account_advertised", "joined_under_other_name"
    whole["conduct"] = [*whole["conduct"], *({"kind": kind, "seen": True} for kind in kinds)]
    changed = 0
    for holder, key in list(strings(whole)):
        kept, holder[key] = holder[key], text
        try:
            read_profile(whole)
            changed += 1
        except InvalidProfile:
            holder[key] = kept
    assert changed > 40, changed
    return whole


def strings(value: Any) -> Any:
    """Every place of a text in a record, as the list or object it is in and its key."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in pairs:
        if isinstance(inner, (dict, list)):
            yield from strings(inner)
        elif isinstance(inner, str) and key not in ("profile_id", "as_of"):
            yield value, key


@pytest.fixture
def town(desk):
    return Town(desk)


def everything_opened(town: Town, members: Team, case: str) -> None:
    """The reviewer has opened all evidence and recorded a view: the page shows all it has."""
    with town.desk.store.writing() as connection:
        cases.hold(connection, members.reviewer, case, now=now())
        told = seen(connection, members.reviewer, case)
        for line in (*told.against, *told.in_favour, *told.other):
            decisions.open_evidence(connection, members.reviewer, case, line.code, now=now())
        decisions.record_view(
            connection, members.reviewer, case, "somebody_else", XSS[0] + MARKS, now=now()
        )


# Text that people write


@pytest.mark.parametrize("text", XSS[:6])
def test_the_check_itself_sees_what_would_run(text):
    assert Page(f"<p title=\"{text}\" lang='{text}'>{text}</p>").active


@pytest.mark.parametrize("text", [*XSS, MARKS, f"{XSS[0]}{MARKS}", "\x1b[31m\x07"])
def test_nothing_that_a_person_writes_runs_or_hides(town, text):
    ours = town.ours
    people = [poisoned(text, f"{text}{k}"[:190]) for k in range(2)]
    tied = calm(f"{text}9"[:190], claims={"name": text}, payouts=[SHARED])
    assess(town.desk, ours.admin, tied)
    case = assess(town.desk, ours.admin, *people).case
    assert case is not None
    everything_opened(town, ours, case)
    at = town.signed_in(ours.reviewer)
    own = quote(people[0].profile_id, safe="")
    queue = tame(at.ask("GET", "/queue?state="))
    page = tame(at.ask("GET", f"/cases/{case}"))
    assert at.ask("GET", f"/cases/{case}").text.count("<details") > 5
    for shown in (queue, page):
        assert visible(text) in shown
    for path in (
        f"/cases/{case}?check=call&outcome=same",
        f"/cases/{case}/letter",
        "/rings",
        f"/queue?state=&q={own}",
    ):
        tame(at.ask("GET", path))
    assert visible(text) in tame(at.ask("GET", "/rings/of?member=r1"))
    with town.desk.store.writing() as connection:
        made = decisions.decide(
            connection, ours.reviewer, case, "confirm_impersonation", WHY + text, now=now()
        )
        link = appeals.offer(connection, ours.reviewer, made.id, now=now())
        appeal = appeals.open_appeal(connection, link, f"It was me. {text}", now=now()).id
    tame(Caller(town.client).ask("GET", f"/appeal/{link}"))
    lead = town.signed_in(ours.lead)
    for path in ("/appeals", f"/appeals/{appeal}", f"/cases/{case}"):
        assert visible(text) in tame(lead.ask("GET", path))
    tame(town.signed_in(ours.auditor).ask("GET", "/audit"))


def visible(text: str) -> str:
    from fraudscore.screen import visible as shown

    return shown(text)


@pytest.mark.parametrize("text", [*XSS, MARKS])
def test_what_stands_in_the_address_is_shown_and_never_obeyed(town, text):
    given = quote(text, safe="")
    at, admin = town.signed_in(town.ours.reviewer), town.signed_in(town.ours.admin)
    for path in (f"/queue?q={given}", f"/queue?did={given}", f"/cases/{town.case}?did={given}"):
        tame(at.ask("GET", path))
    for path in (f"/cases/{given}", f"/{given}", f"/rings/of?member={given}", f"/appeals/{given}"):
        tame(at.ask("GET", path), 404)
    for path in (
        f"/queue?band={given}",
        f"/queue?since={given}",
        f"/cases/{town.case}?check={given}",
    ):
        answer = at.ask("GET", path)
        tame(answer, answer.status_code)
    tame(Caller(town.client).ask("GET", f"/sign-in?next={given}"))
    tame(Caller(town.client).ask("GET", f"/setup/{given}"), 404)
    auditor = town.signed_in(town.ours.auditor)
    tame(auditor.ask("GET", f"/audit?subject={given}"))
    tame(admin.ask("GET", f"/team/settings?saved={given}"))


@pytest.mark.parametrize("text", [*XSS, MARKS])
def test_what_a_form_brings_back_is_shown_and_never_obeyed(town, text):
    admin, at = town.signed_in(town.ours.admin), town.signed_in(town.ours.reviewer)
    for caller, path, body in (
        (admin, "/team/invite", {"email": text, "name": text, "role": "viewer"}),
        (admin, "/team/invite", {"email": "a@b.example", "name": text, "role": text}),
        (admin, "/team/keys", {"name": text, "scope": text, "per_minute": text}),
        (admin, "/team/keys", {"name": text[:30], "scope": "read", "per_minute": "60"}),
        (admin, "/team/settings", {"exploration": text, "weekly_budget": text}),
        (at, f"/cases/{town.case}/view", {"view": text, "note": text}),
        (at, f"/cases/{town.case}/decide", {"kind": text, "reason": text}),
        (at, f"/cases/{town.case}/snooze", {"until": text}),
        (at, "/hires", {"h": ["ID", "Full name", text], "c": [text, text, text]}),
        (at, "/hires", {"pasted": f"ID\tFull name\tRole\n{text}\t{text}\t{text}"}),
        (at, "/hires", {"h": ["ID", "Full name", "Country"], "c": ["a", text, text]}),
    ):
        answer = caller.ask("POST", path, body)
        assert answer.status_code in (200, 409, 422), (path, answer.text)
        page = Page(answer.text)
        assert page.active == [], path
    for path in ("/team", "/team/keys", "/queue"):
        tame(admin.ask("GET", path))


# Files for spreadsheets


@pytest.mark.parametrize("mark", ["=", "+", "-", "@", "\t", "\r", "\n", "=\t", "\t="])
def test_no_file_holds_a_formula(town, mark):
    text = f"{mark}HYPERLINK('https://evil.example')"
    people = [poisoned(text, f"{text}{k}") for k in range(2)]
    case = assess(town.desk, town.ours.admin, *people).case
    everything_opened(town, town.ours, case)
    with town.desk.store.writing() as connection:
        decisions.decide(
            connection, town.ours.reviewer, case, "confirm_impersonation", text + WHY, now=now()
        )
    lead = town.signed_in(town.ours.lead)
    auditor = town.signed_in(town.ours.auditor)
    for at, path in (
        (lead, "/api/v1/cases.csv?state="),
        (lead, "/api/v1/rings.csv"),
        (lead, "/api/v1/labels.csv"),
        (auditor, "/audit.csv"),
    ):
        answer = at.ask("GET", path)
        assert answer.status_code == 200
        rows = list(csv.reader(io.StringIO(answer.text, newline="")))
        assert len(rows) > 1, path
        for cell in (cell for row in rows for cell in row):
            assert not cell.startswith(tuple("=+-@\t\r\n")) or is_number(cell), (path, cell)


def is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


# Bombs at the HR door


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/"), data)
    return out.getvalue()


def workbook(sheet: bytes) -> bytes:
    """A workbook with one sheet of our own making."""
    import openpyxl

    book, out, made = openpyxl.Workbook(), io.BytesIO(), io.BytesIO()
    book.save(out)
    with zipfile.ZipFile(out) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            data = sheet if item.filename == "xl/worksheets/sheet1.xml" else old.read(item)
            new.writestr(item.filename, data)
    return made.getvalue()


SHEET = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b"%b<sheetData>%b</sheetData></worksheet>"
)
LAUGHS = b"".join(
    b'<!ENTITY l%d "%b">' % (k, b"&l%d;" % (k - 1) * 10 if k else b"ha" * 10) for k in range(10)
)


def lying() -> bytes:
    """A ZIP that says it unpacks to a hundredth of what it does."""
    data = zipped(xl__worksheets__sheet1xml=b" " * 40_000_000)
    true, said = (40_000_000).to_bytes(4, "little"), (400_000).to_bytes(4, "little")
    return data.replace(true, said)


CELL = b'<row r="%d"><c r="%b%d" t="inlineStr"><is><t>x</t></is></c></row>'
BOMBS: dict[str, Callable[[], bytes]] = {
    "spaces.xlsx": lambda: zipped(xl__worksheets__sheet1xml=b" " * 60_000_000),
    "strings.xlsx": lambda: zipped(xl__sharedStrings=b"<si><t>x</t></si>" * 4_000_000),
    "lying.xlsx": lying,
    "laughs.xlsx": lambda: workbook(
        b"<!DOCTYPE w [" + LAUGHS + b"]>" + SHEET % (b"", b"<row><c>&l9;</c></row>")
    ),
    "far.xlsx": lambda: workbook(
        SHEET % (b'<dimension ref="A1:XFD1048576"/>', CELL % (1_048_576, b"XFD", 1_048_576))
    ),
    "wide.xlsx": lambda: workbook(SHEET % (b"", CELL % (1, b"XFD", 1))),
    "many.xlsx": lambda: zipped(**{f"f{k}": b"" for k in range(20_000)}),
    "in.xlsx": lambda: zipped(xl__workbook=zipped(again=zipped(x=b" " * 60_000_000))),
    "cell.csv": lambda: b'"ID","Full name"\n"a","' + b"x" * 3_500_000 + b'"\n',
    "open.csv": lambda: b'ID,Full name\na,"' + b"x\n" * 1_500_000,
    "commas.csv": lambda: b"ID," + b"," * 3_500_000,
    "lines.csv": lambda: b"ID\n" + b"\n" * 3_500_000,
    "rows.csv": lambda: b"ID\n" + b"a\n" * 1_700_000,
    "nul.csv": lambda: b"ID,Full name\n\x00,\x00\n",
    "bytes.csv": lambda: bytes(range(256)) * 1000,
}
"""How each is built: by the test that sends it, not by all of them."""


@pytest.mark.parametrize("name", sorted(BOMBS))
def test_a_bomb_is_refused_with_a_sentence_in_bounds(town, name):
    data = BOMBS[name]()
    assert len(data) < FILE_FORM_MAX
    at = town.signed_in(town.ours.reviewer)
    tracemalloc.start()
    began = time.process_time()
    answer = town.client.post(
        "/hires", data={"csrf": at.csrf}, files={"file": (name, data)},
        headers=at.headers | {"origin": HERE},
    )  # fmt: skip
    spent, (_, peak) = time.process_time() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    tame(answer, 422)
    assert 'role="alert"' in answer.text or "aria-invalid" in answer.text
    assert spent < 20
    assert peak < 300 * 1024 * 1024, peak / 1024 / 1024


# What is too deep, too large, too slow


POSTS = sorted(path for method, path in API if method == "POST")
DEEP = (
    b"[" * 50_000,
    b'{"a":' * 100 + b"1" + b"}" * 100,
    b'{"reason":' + b"[" * 40 + b"]" * 40 + b"}",
)
ODD = (b'"\\ud800"', b"\xff\xfe", b"\x00", b"{}\x00", b"1e400", b"-", b"NaN", b'{"a":"\x1f"}')


@pytest.mark.parametrize("pattern", POSTS)
def test_no_body_is_too_deep_too_large_or_too_odd_for_an_answer(town, pattern):
    at = town.with_key(town.ours.admin, by_role(("POST", pattern)))
    path = town.path(pattern)
    for body in (*DEEP, *ODD):
        answer = town.client.post(path, content=body, headers=at.headers)
        assert answer.status_code == 422, (body[:20], answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
    for body in (b" " * (BODY_MAX + 1), (b" " * 65_536 for _ in range(20))):
        assert town.client.post(path, content=body, headers=at.headers).status_code == 413


@pytest.mark.parametrize("text", ["\x00", "\ud800", MARKS, "\U0001f4a3", "x" * 5_000, "\x1b[2J"])
def test_odd_text_is_kept_or_refused_by_every_door_for_machines(town, text):
    for pattern, body in (
        ("/api/v1/labels", {"profile_id": text, "label": "confirmed_genuine"}),
        ("/api/v1/labels", {"profile_id": "p1", "label": text}),
        ("/api/v1/cases/{id}/decisions", {"kind": text, "reason": text}),
        (
            "/api/v1/cases/{id}/decisions",
            {"kind": "clear", "reason": "It is the same person. " + text},
        ),
        ("/api/v1/profiles/{profile_id:path}/events", {text: [], "as_of": RENTED["as_of"]}),
        (
            "/api/v1/profiles/{profile_id:path}/events",
            {"checks": [{"stage": text, "outcome": text}]},
        ),
    ):
        at = town.with_key(town.ours.admin, by_role(("POST", pattern)))
        answer = town.client.post(town.path(pattern), content=json.dumps(body), headers=at.headers)
        assert answer.status_code in (200, 404, 409, 422), (pattern, answer.text)


FIELDS = (
    "after back query name case user until reason view note kind assessment decision email role "
    "disabled scope per_minute outcome answer statement password again next h c get pasted anyway "
    "exploration weekly_budget hold_minutes appeal_days record_days score_shown advance"
).split()
RAW = (
    "%00",
    "a%00b",
    "%ED%A0%80",
    "%FF%FE",
    "%F0%9F%92%A3",
    "%E2%80%AE",
    "%0d%0a",
    "9" * 400,
    "-1",
    "nan",
)


@pytest.mark.parametrize("raw", RAW)
def test_odd_text_is_kept_or_refused_by_every_form(town, raw):
    for method, pattern in PAGE:
        if method != "POST" or (method, pattern) in PUBLIC or pattern == "/sign-out":
            continue
        at = town.signed_in(town.ours.of(by_role((method, pattern))))
        path = town.path(pattern, town.filter_of(town.ours.lead))
        body = "&".join([f"csrf={quote(at.csrf)}", *(f"{name}={raw}" for name in FIELDS)])
        headers = at.headers | {"origin": HERE, "content-type": "application/x-www-form-urlencoded"}
        answer = town.client.post(path, content=body, headers=headers)
        assert answer.status_code < 500, (pattern, answer.status_code)
    nobody = Caller(town.client, {"cookie": "__Host-form=a-word"}, "a-word")
    for _, pattern in (door for door in PUBLIC if door[0] == "POST"):
        body = "&".join(["csrf=a-word", *(f"{name}={raw}" for name in FIELDS)])
        headers = nobody.headers | {
            "origin": HERE,
            "content-type": "application/x-www-form-urlencoded",
        }
        answer = town.client.post(town.path(pattern), content=body, headers=headers)
        assert answer.status_code < 500, (pattern, answer.status_code)


QUERY = (
    "after did q band state mine assignee speaks since until explores snoozed sort limit closed "
    "subject before verify saved member check outcome next v"
).split()
SEARCHED = ("/queue", "/api/v1/cases", "/cases/{id}", "/audit")


@pytest.mark.parametrize("raw", RAW)
def test_odd_text_in_an_address_is_answered(town, raw):
    for door in DOORS:
        method, pattern = door
        if method != "GET":
            continue
        roles = [role for role in ("lead", "auditor", "admin") if role in DOORS[door]]
        at = town.signed_in(town.ours.of(roles[0])) if roles else Caller(town.client)
        path = town.path(pattern, "x")
        joint = "&" if "?" in path else "?"
        alone = [f"{name}={raw}" for name in QUERY] if pattern in SEARCHED else []
        for query in (*alone, "&".join(f"{name}={raw}" for name in QUERY)):
            answer = at.ask("GET", f"{path}{joint}{query}")
            assert answer.status_code < 500, (path, query, answer.status_code)


def form(at: Caller, pairs: Any) -> bytes:
    """A form in parts."""
    line = b'--b\r\ncontent-disposition: form-data; name="%b"\r\n\r\n%b\r\n'
    parts = [line % (name, value) for name, value in ((b"csrf", at.csrf.encode()), *pairs)]
    return b"".join(parts) + b"--b--\r\n"


@pytest.mark.parametrize(("number", "status"), [(FIELDS_MAX - 1, 422), (FIELDS_MAX + 1, 422)])
def test_a_form_of_very_many_fields_is_answered_in_time(town, number, status):
    at = town.signed_in(town.ours.reviewer)
    headers = at.headers | {"origin": HERE, "content-type": "multipart/form-data; boundary=b"}
    body = form(at, ((b"c", b"x") for _ in range(number)))
    began = time.process_time()
    answer = town.client.post("/hires", content=body, headers=headers)
    assert answer.status_code == status
    assert ("the form cannot be read" in answer.text.lower()) == (number > FIELDS_MAX)
    assert time.process_time() - began < 20


def test_a_plain_form_of_very_many_fields_is_answered_in_time(town):
    at = town.signed_in(town.ours.reviewer)
    headers = at.headers | {"origin": HERE, "content-type": "application/x-www-form-urlencoded"}
    body = f"csrf={at.csrf}" + "&c" * ((FORM_MAX - 100) // 2)
    began = time.process_time()
    answer = town.client.post("/hires", content=body, headers=headers)
    assert answer.status_code == 422
    assert time.process_time() - began < 20


def test_a_form_too_large_is_refused_while_it_comes(town):
    at = town.signed_in(town.ours.reviewer)
    for kind, most in (
        ("application/x-www-form-urlencoded", FORM_MAX),
        ("multipart/form-data; boundary=b", FILE_FORM_MAX),
    ):
        headers = at.headers | {"origin": HERE, "content-type": kind}
        body = (b"a" * 65_536 for _ in range(most // 65_536 + 2))
        if "multipart" in kind:
            body = (
                form(at, ((b"c", b"x" * 65_000),)).removesuffix(b"--b--\r\n")
                for _ in range(most // 65_000 + 2)
            )
        answer = town.client.post("/hires", content=body, headers=headers)
        assert answer.status_code == 413, kind


def sent_in_parts(town, path, receive, headers):
    """What a server sends to somebody whose body comes as ``receive`` gives it."""
    sent = []

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST",
        "scheme": "https", "path": path, "raw_path": path.encode(), "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": None, "server": ("desk.example", 443), "root_path": "", "state": {},
    }  # fmt: skip
    asyncio.run(town.app(scope, receive, send))
    return sent


def form_headers(at):
    kind = "application/x-www-form-urlencoded"
    return at.headers | {"origin": HERE, "content-type": kind, "host": "desk.example"}


def test_a_form_that_comes_too_slowly_is_refused(town, monkeypatch):
    monkeypatch.setattr(forms, "SECONDS_MAX", 0.05)
    at = town.signed_in(town.ours.reviewer)
    parts = [(0, b"csrf=")]

    async def receive():
        wait, part = parts.pop(0) if parts else (10, b"")
        await asyncio.sleep(wait)
        return {"type": "http.request", "body": part, "more_body": True}

    sent = sent_in_parts(town, "/hires", receive, form_headers(at))
    assert sent[0]["status"] == 408


@pytest.mark.parametrize("path", ["/hires", "/api/v1/labels"])
def test_whoever_drops_while_they_send_leaves_no_trace_of_trouble(town, path, caplog):
    parts = [{"type": "http.request", "body": b"csrf=", "more_body": True}]

    async def receive():
        return parts.pop(0) if parts else {"type": "http.disconnect"}

    if path == "/hires":
        headers = form_headers(town.signed_in(town.ours.reviewer))
    else:
        key = town.with_key(town.ours.admin, "label").headers
        headers = key | {"content-type": "application/json", "host": "desk.example"}
    sent = sent_in_parts(town, path, receive, headers)
    assert sent[0]["status"] == 400
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
