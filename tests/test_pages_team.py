"""Signing in, the team, its settings and keys, and the audit log, in a browser."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from sqlalchemy import delete, select, update

from fraudscore.review import appeals, audit, hooks, people
from fraudscore.review.logins import FREE_FAILURES
from fraudscore.review.named import NAMES, names
from fraudscore.review.rights import ROLES
from fraudscore.review.settings import QUESTIONS, Settings
from fraudscore.review.tables_team import AUDIT, LOGINS, USERS
from fraudscore.review.team import settings
from fraudscore.web import (
    pages_appeal,
    pages_audit,
    pages_hires,
    pages_hooks,
    pages_sign_in,
    pages_team,
)
from fraudscore.web.clock import now
from tests.browsing import Browser, served
from tests.desk import PASSWORD, team
from tests.reviewing import RENTED, decided, looked_at, open_case

PAGES = (pages_sign_in, pages_team, pages_hooks, pages_audit, pages_hires, pages_appeal)
ANSWERS = {question: f"In our words, {question}." for question in QUESTIONS}
NUMBERS = {
    "score_shown": "after_view",
    "weekly_budget": "20",
    "exploration": "2",
    "hold_minutes": "15",
    "appeal_days": "10",
    "record_days": "40",
}


@pytest.fixture
def app(desk, members):
    return served(desk, *PAGES)


# Signing in


def test_nobody_sees_a_page_before_signing_in(app):
    answer = Browser(app).client.get("/team?x=1")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2Fteam%3Fx%3D1"


def test_signing_in_goes_on_to_where_one_wanted(app):
    at = Browser(app)
    at.get("/sign-in?next=/team")
    data = {"email": "admin@default.example", "password": PASSWORD, "next": "/team"}
    assert at.send("/sign-in", data=data).headers["location"] == "/team"
    assert "What each role may do" in at.get("/team")


@pytest.mark.parametrize(
    "onward", ["//evil.example", "/\\evil.example", "https://evil.example", "/\n/x"]
)
def test_signing_in_never_leads_elsewhere(app, onward):
    at = Browser(app)
    at.get("/sign-in")
    data = {"email": "admin@default.example", "password": PASSWORD, "next": onward}
    assert at.send("/sign-in", data=data).headers["location"] == "/"


@pytest.mark.parametrize("email", ["admin@default.example", "nobody@default.example"])
def test_a_wrong_password_tells_nothing_about_the_address(app, email):
    at = Browser(app)
    at.get("/sign-in")
    answer = at.send("/sign-in", data={"email": email, "password": "not this one at all"})
    assert answer.status_code in (403, 422)
    assert 'role="alert"' in answer.text
    at.get("/team", 303)


def test_signing_out_ends_the_login_and_not_only_the_cookie(app, admin):
    kept = admin.client.cookies["__Host-session"]
    admin.get("/team")
    assert admin.send("/sign-out").status_code == 303
    admin.client.cookies.set("__Host-session", kept)
    admin.get("/team", 303)


def test_the_cookie_is_bound_to_this_host_and_closed_to_scripts(app):
    at = Browser(app)
    at.get("/sign-in")
    data = {"email": "admin@default.example", "password": PASSWORD}
    (cookie,) = (
        text
        for text in at.send("/sign-in", data=data).headers.get_list("set-cookie")
        if "session" in text
    )
    assert cookie.startswith("__Host-session=")
    for part in ("HttpOnly", "SameSite=lax", "Secure", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie


def test_without_tls_the_cookie_has_another_name(app):
    at = Browser(app, "http://desk.example")
    assert at.sign_in("admin").client.cookies["session"]


# Forms that somebody else made


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://desk.example", ""])
def test_a_form_from_elsewhere_is_refused(admin, origin):
    admin.get("/team")
    assert admin.send("/sign-out", origin=origin).status_code == 403
    admin.get("/team")


@pytest.mark.parametrize("token", ["", "x" * 43, "é"])
def test_a_form_without_the_token_is_refused(admin, token):
    admin.get("/team")
    assert admin.send("/sign-out", token=token).status_code == 403
    admin.get("/team")


def test_somebody_elses_token_is_refused(app, admin):
    other = Browser(app).sign_in("lead")
    other.get("/hires")
    token = re.search(r'name="csrf" value="([^"]+)"', other.page)[1]
    admin.get("/team")
    assert admin.send("/sign-out", token=token).status_code == 403


def test_every_page_forbids_what_it_does_not_need(admin):
    headers = admin.client.get("/team").headers
    assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'self';")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"


def test_pages_hold_nothing_inline(admin):
    for path in ("/team", "/team/keys", "/team/hooks", "/team/settings", "/hires"):
        page = admin.get(path)
        assert not re.search(r"<style|<script(?! src)|\son\w+=|\sstyle=", page), path


# First steps and invitations


def test_the_first_admin_begins_by_a_link_that_works_once(desk):
    app = served(desk, *PAGES)
    with desk.store.writing() as connection:
        token = people.first_admin(connection, now=now())
    at = Browser(app)
    assert "first admin" in at.get(f"/setup/{token}")
    data = {"name": "Ana", "email": "ana@acme.example", "password": PASSWORD, "again": PASSWORD}
    assert at.send(f"/setup/{token}", data=data).status_code == 303
    assert "Before the first decision" in at.get("/team/settings")
    assert Browser(app).client.get(f"/setup/{token}").status_code in (404, 409)


def test_two_passwords_that_differ_and_a_short_one_are_sent_back(desk):
    app = served(desk, *PAGES)
    with desk.store.writing() as connection:
        token = people.first_admin(connection, now=now())
    at = Browser(app)
    for password, again in ((PASSWORD, PASSWORD + "x"), ("short", "short")):
        at.get(f"/setup/{token}")
        data = {"name": "Ana", "email": "a@acme.example", "password": password, "again": again}
        answer = at.send(f"/setup/{token}", data=data)
        assert answer.status_code == 422
        assert password not in answer.text


def test_an_invited_person_gets_a_link_that_is_shown_once(app, admin):
    admin.get("/team")
    data = {"name": "Di", "email": "di@acme.example", "role": "lead"}
    answer = admin.send("/team/invite", data=data)
    link = re.search(r"https://desk\.example(/setup/[\w%-]+)", answer.text)[1]
    assert link not in admin.get("/team")
    at = Browser(app)
    assert "You were invited as lead" in at.get(link)
    done = at.send(link, data={"name": "Di", "password": PASSWORD, "again": PASSWORD})
    assert done.status_code == 303
    assert "Di · lead" in at.get("/hires")


def test_a_link_is_taken_in_a_browser_that_somebody_is_signed_in_with(desk, app, admin):
    admin.get("/team")
    data = {"name": "Di", "email": "di@acme.example", "role": "lead"}
    answer = admin.send("/team/invite", data=data)
    link = re.search(r"https://desk\.example(/setup/[\w%-]+)", answer.text)[1]
    admin.get(link)
    own = {"name": "Di", "password": PASSWORD, "again": PASSWORD}
    for token in ("", "guessed"):
        assert admin.send(link, token=token, data=own).status_code == 403
    admin.get("/team")
    admin.send("/sign-out")
    admin.get(link)
    admin.sign_in("lead")
    admin.get(link)
    with desk.store.writing() as connection:
        connection.execute(delete(LOGINS))
    assert admin.send(link, data=own).status_code == 303
    assert "Di · lead" in admin.get("/hires")


def carried(page):
    """The field with which a page carries a form that was not sent."""
    return {"unsent": unescape(re.search(r'name="unsent" value="([^"]*)"', page)[1])}


def test_a_form_whose_login_has_ended_waits_until_one_signed_in_again(desk, app, admin):
    admin.get("/team")
    sent = {"name": "Di Ana", "email": "di@acme.example", "role": "lead"}
    with desk.store.writing() as connection:
        connection.execute(delete(LOGINS))
    asked = admin.send("/team/invite", data=sent)
    assert "What you wrote waits here" in asked.text
    wrong = {"email": "admin@default.example", "password": "wrong", **carried(asked.text)}
    refused = admin.send("/sign-in", data=wrong)
    assert refused.status_code == 403
    right = {"email": "admin@default.example", "password": PASSWORD, **carried(refused.text)}
    again = admin.send("/sign-in", data=right)
    assert "nothing was done" in again.text
    assert 'action="/team/invite"' in again.text
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', again.text))
    assert fields.items() >= sent.items()
    assert "Send this link to" in admin.send("/team/invite", data=fields).text


def test_a_form_of_an_older_login_can_be_sent_again(app, admin):
    admin.get("/team/keys")
    form = admin.page
    admin.client.cookies.clear()
    admin.sign_in("admin")
    admin.page = form  # the other tab
    sent = {"name": "of the market", "scope": ["read", "label"], "per_minute": "5"}
    again = admin.send("/team/keys", data=sent)
    assert again.status_code == 403
    assert "Not sent yet" in again.text
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', again.text)
    assert [text for name, text in fields if name == "scope"] == ["read", "label"]
    assert 'action="/team/keys"' in again.text


def test_no_page_carries_a_password(desk, app, admin):
    admin.get("/account")
    with desk.store.writing() as connection:
        connection.execute(delete(LOGINS))
    sent = {"email": "a@b.example", "current": "secret-1", "password": "secret-2", "again": "s-3"}
    assert not re.search("secret|s-3", admin.send("/account", data=sent).text)


def test_a_form_from_elsewhere_does_not_wait(desk, app, admin):
    admin.get("/team")
    with desk.store.writing() as connection:
        connection.execute(delete(LOGINS))
    answer = admin.send("/team/invite", origin="https://evil.example", data={"name": "Di"})
    assert answer.headers["location"] == "/sign-in"


def test_the_largest_grid_waits_and_its_file_does_not(desk, app, members):
    at = Browser(app).sign_in("lead")
    at.get("/hires")
    with desk.store.writing() as connection:
        connection.execute(delete(LOGINS))
    cells = [f"cell {number}" for number in range(6_200)]
    files = {"file": ("hires.csv", b"ID")}
    asked = at.send("/hires", data={"c": cells}, files=files)
    data = {"email": "lead@default.example", "password": PASSWORD, **carried(asked.text)}
    again = at.send("/sign-in", data=data, files={"file": ("", b"")})
    assert re.findall(r'name="c" value="([^"]+)"', again.text) == cells
    assert "The file hires.csv is not" in again.text
    assert "<blockquote>" not in again.text


@pytest.mark.parametrize("where", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_what_waits_is_sent_nowhere_else(app, members, where):
    at = Browser(app)
    at.get("/sign-in")
    own = {
        "email": "admin@default.example",
        "password": PASSWORD,
        "unsent": json.dumps({"path": where}),
    }
    assert 'action="/"' in at.send("/sign-in", data=own).text


def test_signing_in_twice_in_one_browser_is_no_mistake(app, members):
    one = Browser(app)
    one.get("/sign-in")
    form = one.page
    one.sign_in("lead")
    one.page = form  # the other tab
    data = {"email": "lead@default.example", "password": PASSWORD, "next": "/hires"}
    assert one.send("/sign-in", data=data).headers["location"] == "/hires"


def test_a_forgotten_password_is_mended_by_a_new_link(app, admin, members):
    admin.get("/team")
    answer = admin.send(f"/team/people/{members.lead.id}/link")
    link = re.search(r"https://desk\.example(/setup/[\w%-]+)", answer.text)[1]
    at = Browser(app)
    at.get(link)
    fresh = "another long passphrase"
    assert (
        at.send(link, data={"name": "Lead", "password": fresh, "again": fresh}).status_code == 303
    )
    with pytest.raises(AssertionError):
        Browser(app).sign_in("lead")


def test_who_waits_for_a_link_that_expired_is_seen_and_gets_another(desk, app, admin, members):
    ago = now() - people.INVITED
    with desk.store.writing() as connection:
        for name, at in (("Di", ago), ("Em", now())):
            people.invite(connection, members.admin, f"{name}@acme.example", name, "lead", now=at)
        people.new_link(connection, members.admin, members.viewer.id, now=ago)
    page = admin.get("/team")
    assert page.count("invitation expired") == 1
    assert page.count("link expired") == 1
    assert len(re.findall(r"invited</span> <span[^>]*>link until", page)) == 1
    late = re.search(r'action="(/team/people/\w+/link)">.*\n?<button class="little">', page)[1]
    answer = admin.send(late)
    link = re.search(r"https://desk\.example(/setup/[\w%-]+)", answer.text)[1]
    Browser(app).get(link)


def test_a_link_that_is_none(app):
    Browser(app).get("/setup/nothing-of-the-kind", 404)


def test_a_disabled_person_is_out_at_once(app, admin, members):
    lead = Browser(app).sign_in("lead")
    admin.get("/team")
    admin.send(f"/team/people/{members.lead.id}/disabled", data={"disabled": "1"})
    lead.get("/hires", 303)
    assert "Let in again" in admin.get("/team")


def test_a_role_can_be_changed(app, admin, members):
    viewer = Browser(app).sign_in("viewer")
    viewer.get("/hires", 403)
    admin.get("/team")
    admin.send(f"/team/people/{members.viewer.id}/role", data={"role": "reviewer"})
    viewer.get("/hires")


@pytest.mark.parametrize(
    ("path", "right"),
    [
        ("/team", "manage"),
        ("/team/keys", "manage"),
        ("/team/settings", "manage"),
        ("/audit", "audit"),
        ("/audit.csv", "audit"),
        ("/audit.json", "audit"),
        ("/hires", "check_hires"),
        ("/appeals", "review"),
    ],
)
@pytest.mark.parametrize("role", ROLES)
def test_who_may_open_what(app, role, path, right):
    Browser(app).sign_in(role).get(path, 200 if right in ROLES[role] else 403)


@pytest.mark.parametrize("role", ROLES)
def test_the_navigation_offers_only_what_the_role_may_open(app, role):
    at = Browser(app).sign_in(role)
    allowed = {"/team": "manage", "/audit": "audit", "/hires": "check_hires", "/appeals": "review"}
    page = at.get(
        next((path for path, right in allowed.items() if right in ROLES[role]), "/team"),
        200 if role != "viewer" else 403,
    )
    for path, right in allowed.items():
        assert (f'<a href="{path}"' in page) == (right in ROLES[role]), path


def test_another_teams_people_are_not_there(desk, admin):
    other = team(desk.store, "other", with_passwords=True)
    assert "other.example" not in admin.get("/team")
    answer = admin.send(f"/team/people/{other.lead.id}/disabled", data={"disabled": "1"})
    assert answer.status_code == 404


def test_a_hostile_name_is_text(desk, admin, members):
    with desk.store.writing() as connection:
        connection.execute(
            update(USERS)
            .where(USERS.c.id == members.lead.id)
            .values(name='"><img src=x onerror=alert(1)>\u202e')
        )
    assert "<img" not in admin.client.get("/team").text
    assert "&lt;202e&gt;" in admin.client.get("/team").text


# One's own password

FRESH = "four brown otters sleep late"


def changing(at, current=PASSWORD, password=FRESH, again=None):
    at.get("/account")
    data = {"current": current, "password": password, "again": again or password}
    return at.send("/account", data=data)


def test_a_changed_password_ends_every_other_login_and_link(desk, app, admin, members):
    lead, elsewhere = Browser(app).sign_in("lead"), Browser(app).sign_in("lead")
    admin.get("/team")
    answer = admin.send(f"/team/people/{members.lead.id}/link")
    link = re.search(r"https://desk\.example(/setup/[\w%-]+)", answer.text)[1]
    before = lead.client.cookies["__Host-session"]
    assert changing(lead).headers["location"] == "/account?did=changed"
    assert "Changed." in lead.get("/account?did=changed")
    assert lead.client.cookies["__Host-session"] != before
    elsewhere.get("/hires", 303)
    Browser(app).get(link, 404)
    with pytest.raises(AssertionError):
        Browser(app).sign_in("lead")
    with desk.store.reading() as connection:
        done = connection.execute(select(AUDIT).where(AUDIT.c.action == "password_changed")).one()
    assert (done.actor, done.detail) == (f"user:{members.lead.id}", "{}")
    assert changing(lead, FRESH, PASSWORD).status_code == 303


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ({"current": "not this one at all"}, 403, "not your current password"),
        ({"again": FRESH + "x"}, 422, "the two passwords differ"),
        ({"password": "short"}, 422, "at least 12 characters"),
        ({"password": PASSWORD}, 422, "the password you have"),
        ({"password": "lead lead lead lead"}, 422, "first to be guessed"),
    ],
)
def test_a_password_that_cannot_be_taken_changes_nothing(app, typed, status, said):
    lead, elsewhere = Browser(app).sign_in("lead"), Browser(app).sign_in("lead")
    answer = changing(lead, **typed)
    assert answer.status_code == status
    assert said in answer.text.lower()
    assert FRESH not in answer.text
    elsewhere.get("/hires")
    Browser(app).sign_in("lead")


def test_a_new_password_that_is_too_short_is_no_wrong_guess(app, members):
    at = Browser(app).sign_in("lead")
    for _ in range(FREE_FAILURES + 2):
        assert "at least 12 characters" in changing(at, password="short").text
    assert changing(at).status_code == 303


def test_guessing_the_current_password_is_slowed_down(app):
    lead = Browser(app).sign_in("lead")
    for _ in range(FREE_FAILURES):
        changing(lead, "not this one at all")
    assert "wait" in changing(lead).text


def test_whoever_comes_through_a_proxy_has_no_password_to_change(desk, members):
    with desk.store.writing() as connection:
        own = update(USERS).where(USERS.c.id == members.lead.id)
        connection.execute(own.values(password=None))
    app = served(desk, *PAGES, trusted_header="X-Email")
    lead = Browser(app, headers={"X-Email": "lead@default.example"})
    lead.get("/sign-in", 303)
    assert "You have no password here" in lead.get("/account")
    assert lead.send("/account", data={"current": ""}).status_code == 403


# Settings and keys


def test_the_four_questions_are_answered_and_kept(desk, app, admin, members):
    admin.get("/team/settings")
    answer = admin.send("/team/settings", data=ANSWERS | NUMBERS)
    assert answer.headers["location"] == "/team/settings?saved=1"
    assert "Saved" in admin.get("/team/settings?saved=1")
    with desk.store.reading() as connection:
        kept = settings(connection, members.tenant)
    assert kept == Settings(
        answers=ANSWERS, weekly_budget=20, exploration=0.02, hold_minutes=15, appeal_days=10,
        record_days=40,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("who_may_clear", "me", "Answer this in your own words"),
        ("exploration", "50", "write a number from 0 to 5"),
        ("weekly_budget", "many", "is not a whole number"),
        ("appeal_days", "0", "write 1 or more"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(admin, name, value, said):
    admin.get("/team/settings")
    answer = admin.send("/team/settings", data=ANSWERS | NUMBERS | {name: value})
    assert answer.status_code == 422
    assert re.search(f'id="{name}"[^>]*aria-invalid="true"', answer.text)
    assert said.lower() in answer.text.lower()
    assert ANSWERS["which_signals"] in answer.text


def test_a_key_is_shown_once_and_can_be_revoked(admin):
    admin.get("/team/keys")
    answer = admin.send(
        "/team/keys", data={"name": "payroll", "scope": ["assess", "read"], "per_minute": "60"}
    )
    secret = re.search(r'<code class="secret">([^<]+)</code>', answer.text)[1]
    page = admin.get("/team/keys")
    assert secret not in page
    assert "assess, read" in page
    way = re.search(r"/team/keys/[\w-]+/revoke", page)[0]
    admin.send(way)
    assert "revoked" in admin.get("/team/keys")


def test_a_webhook_is_added_its_secret_shown_once_and_disabled(desk, admin, members):
    admin.get("/team/hooks")
    bad = admin.send("/team/hooks", data={"url": "http://acme.example/x"})
    assert bad.status_code == 422
    assert 'aria-invalid="true" value="http://acme.example/x"' in bad.text
    answer = admin.send("/team/hooks", data={"url": "https://acme.example/told"})
    secret = re.search(r'<code class="secret">([^<]+)</code>', answer.text)[1]
    with desk.store.writing() as connection:
        hooks.tell(connection, members.tenant, "decided", {}, now=now())
        (one,) = hooks.take(connection, now=now())
        hooks.failed(connection, one.id, "the host has a private address", now=now())
    page = admin.get("/team/hooks")
    assert secret not in page
    assert "The host has a private address." in page
    admin.send(re.search(r"/team/hooks/[\w-]+/disable", page)[0])
    assert "disabled</span>" in admin.get("/team/hooks")


# The audit log


def test_the_log_is_read_verified_and_taken_away(app, admin):
    admin.get("/team/settings")
    admin.send("/team/settings", data=ANSWERS | NUMBERS)
    auditor = Browser(app).sign_in("auditor")
    assert "The log is whole" in auditor.get("/audit?verify=1")
    rows = json.loads(auditor.get("/audit.json"))["entries"]
    assert [row["number"] for row in rows] == list(range(1, len(rows) + 1))
    assert rows[-1]["action"] == "audit_exported"
    assert auditor.get("/audit.csv").startswith("number,at,actor,action,subject,detail,digest")


def test_nobody_who_writes_waits_for_a_log_that_is_taken_away(desk, app, monkeypatch):
    auditor = Browser(app).sign_in("auditor")
    read = audit.entries

    def reading(*arguments, **options):
        with desk.store.writing():
            return read(*arguments, **options)

    monkeypatch.setattr(audit, "entries", reading)
    rows = json.loads(auditor.get("/audit.json"))["entries"]
    assert rows[-1]["action"] == "audit_exported"


def test_a_changed_log_is_told(desk, app, admin):
    admin.get("/team/settings")
    admin.send("/team/settings", data=ANSWERS | NUMBERS)
    with desk.store.writing() as connection:
        connection.execute(update(AUDIT).where(AUDIT.c.number == 1).values(actor="user:x"))
    page = Browser(app).sign_in("auditor").get("/audit?verify=1")
    assert "The log breaks at entry 1" in page


def test_names_stand_beside_the_ids_of_the_log(desk, app, members):
    case = open_case(desk, members, "p1")
    other = open_case(desk, team(desk.store, "other"), "q1")
    looked_at(desk, members.reviewer, case, now=now())
    auditor = Browser(app).sign_in("auditor")
    page = auditor.get("/audit")
    who = (
        f'<span class="named">Reviewer</span> <code class="soft">user:{members.reviewer.id}</code>'
    )
    person = RENTED["claims"]["name"]
    whose = f'<span class="named">{person}</span> <code class="soft">case:{case}</code>'
    assert who in page
    assert whose in page
    assert f"About <strong>{person}</strong>" in auditor.get(f"/audit?subject=case:{case}")
    assert "About" not in auditor.get(f"/audit?subject=case:{other}")


def test_every_kind_of_subject_has_a_name(desk, members):
    case = open_case(desk, members, "p1")
    decision = decided(desk, members.reviewer, case).id
    with desk.store.writing() as connection:
        appeals.offer(connection, members.reviewer, decision, now=now())
        rows = {kind: connection.execute(select(id)).scalar() for kind, (id, _, _) in NAMES.items()}
        found = names(connection, members.auditor, [f"{kind}:{id}" for kind, id in rows.items()])
    person = RENTED["claims"]["name"]
    for kind in ("profile", "case", "assessment", "decision", "appeal", "label"):
        assert found[f"{kind}:{rows[kind]}"] == person


def test_a_subject_filters_the_log(app, admin):
    auditor = Browser(app).sign_in("auditor")
    assert "No entry about this subject" in auditor.get("/audit?subject=case:none")
    auditor.get("/audit?before=x", 422)


# A proxy that knows who is there


def test_older_entries_are_offered_where_there_are_some(app, members):
    at = Browser(app).sign_in("auditor")
    page = at.get(f"/audit?subject=user:{members.auditor.id}")
    assert "signed in" in page
    assert "Older entries" not in page


def test_who_may_not_is_told_in_words(app, members):
    page = Browser(app).sign_in("lead").get("/audit", 403)
    assert "Your role is lead; ask somebody who may read the audit log." in page


def test_the_address_of_a_form_leads_to_its_page(app, admin):
    for path, page in (("/team/invite", "/team"), ("/team/keys/x/revoke", "/team/keys")):
        assert admin.client.get(path).headers["location"] == page


def test_a_trusted_proxy_signs_people_in(desk, members):
    app = served(desk, *PAGES, trusted_header="X-Email")
    lead = Browser(app, headers={"X-Email": "Lead@default.example"})
    assert lead.client.get("/sign-in?next=/hires").headers["location"] == "/hires"
    assert "Lead · lead" in lead.get("/hires")


def test_a_login_ends_when_the_proxy_says_somebody_else_is_there(desk, members):
    app = served(desk, *PAGES, trusted_header="X-Email")
    at = Browser(app, headers={"X-Email": "lead@default.example"})
    at.get("/sign-in", 303)
    at.get("/hires")
    at.client.headers["X-Email"] = "viewer@default.example"
    at.get("/hires", 303)


def test_the_header_means_nothing_unless_it_is_trusted(app):
    at = Browser(app, headers={"X-Email": "admin@default.example"})
    assert 'type="password"' in at.get("/sign-in")
