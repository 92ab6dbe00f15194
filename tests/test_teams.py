"""A second team on one desk: made on the command line, begun by a link, and blind to the first."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from click.testing import CliRunner

from fraudscore.cli import main
from fraudscore.review import audit, people, team
from fraudscore.review.rights import program
from fraudscore.web import clock, pages_sign_in
from fraudscore.web.app import application
from tests.browsing import HERE, Browser
from tests.desk import PASSWORD
from tests.desk import team as made_team
from tests.reviewing import assess, rented

NAME = "Équipe Nord"
BEA = {"name": "Bea Nord", "email": "bea@nord.example"}


@pytest.fixture
def ours(store):
    return made_team(store, with_passwords=True)


@pytest.fixture
def app(desk):
    return application(desk.scorer, desk)


def run(url, *words):
    return CliRunner().invoke(main, ["team", words[0], "--db", url, *words[1:]])


def added(url, name=NAME):
    """The path of the link of a new team."""
    done = run(url, "add", name, "--url", f"{HERE}/")
    assert done.exit_code == 0, done.output
    assert "within 7 days" in done.stderr
    (path,) = re.findall(rf"^{HERE}(/setup/[\w-]+)$", done.stdout, re.M)
    return path


def begun(app, path, person=BEA):
    """The browser of whoever used a link."""
    theirs = Browser(app)
    theirs.get(path)
    answer = theirs.send(path, data=person | {"password": PASSWORD, "again": PASSWORD})
    assert answer.status_code == 303, answer.text
    return theirs


def number_of(store, name=NAME):
    with store.reading() as connection:
        return team.tenants(connection)[name]


def test_the_admin_of_a_second_team_begins_by_a_link_that_works_once(ours, url, app):
    path = added(url)
    assert "Bea Nord" in begun(app, path).get("/team")
    Browser(app).get(path, 404)
    listed = run(url, "list").stdout.splitlines()
    assert listed == ["default: 6 people may sign in", f"{NAME}: 1 person may sign in"]


def test_a_link_ends_after_seven_days_and_a_fresh_one_replaces_it(ours, url, app, monkeypatch):
    path = added(url)
    late = clock.now() + timedelta(days=7, minutes=1)
    with monkeypatch.context() as patch:
        patch.setattr(pages_sign_in, "now", lambda: late)
        Browser(app).get(path, 404)
    fresh = run(url, "link", NAME).stdout.strip().removeprefix("http://127.0.0.1:8000")
    Browser(app).get(path, 404)
    begun(app, fresh)
    done = run(url, "link", NAME)
    assert done.exit_code == 2
    assert f"somebody is in team '{NAME}' already" in done.stderr


def test_two_teams_see_nothing_of_each_other(desk, ours, url, app):
    phone = "+81 50 3172 4406"
    person = rented(contact={"phones": [{"number": phone}]})
    case = assess(desk, ours.reviewer, person).case
    admin = begun(app, added(url))
    other = program(number_of(desk.store))
    with desk.store.writing() as connection:
        lea = {"name": "Lea Nord", "email": "lea@nord.example"}
        token = people.invite(connection, other, lea["email"], lea["name"], "lead", now=clock.now())
    lead = begun(app, f"/setup/{token}", lea)
    phone = phone.replace("+", "%2B")
    for page in (lead.get("/queue?state="), lead.get(f"/queue?q={phone}"), lead.get("/rings")):
        assert case not in page
        assert rented().claims.name not in page
    assert "Nothing is kept of anybody" in admin.get("/people?q=p1")
    lead.get(f"/cases/{case}", 404)
    theirs = assess(desk, other, person).case
    assert theirs in lead.get(f"/queue?q={phone}")
    page = Browser(app).sign_in("lead").get(f"/queue?q={phone}")
    assert (case in page, theirs in page) == (True, False)
    team_page = Browser(app).sign_in("admin").get("/team")
    assert "Nord" not in team_page


def test_each_team_waits_for_its_own_first_admin(desk, url, app):
    """Nobody has come yet to any of three teams, and each link is its own."""
    store = desk.store
    north, south = added(url), added(url, "South")
    with store.writing() as connection:
        first = people.first_admin(connection, now=clock.now())
    for path, email in (
        (north, "n@x.example"),
        (south, "s@x.example"),
        (f"/setup/{first}", "f@x.example"),
    ):
        begun(app, path, {"name": "Some Body", "email": email})
    assert run(url, "list").stdout.splitlines() == [
        f"{name}: 1 person may sign in" for name in ("default", NAME, "South")
    ]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (NAME, "there is a team 'Équipe Nord' already"),
        (f" {NAME.replace(' ', '   ')} ", "already"),
        ("default", "already"),
        (" ", "at most 200 characters"),
        ("n" * 201, "at most 200 characters"),
        ("evil\u202eteam", "can be seen"),
        ("evil\x1b[2Jteam", "can be seen"),
    ],
)
def test_a_name_that_cannot_be_is_told_in_a_sentence(ours, url, name, said):
    added(url)
    before = run(url, "list").stdout
    done = run(url, "add", name)
    assert done.exit_code == 2
    assert said in done.stderr
    assert "setup" not in done.output
    assert run(url, "list").stdout == before


def test_the_log_of_a_team_begins_with_how_it_was_made(desk, ours, url):
    path = added(url)
    number = number_of(desk.store)
    with desk.store.reading() as connection:
        entries = audit.entries(connection, program(number))[::-1]
        assert [entry.action for entry in entries] == ["team_made", "link_made"]
        assert {entry.actor for entry in entries} == {"system"}
        assert NAME in str(entries[0])
        assert path.removeprefix("/setup/") not in str(entries)
        assert audit.verify(connection, number).whole
        assert audit.entries(connection, ours.auditor) == audit.entries(
            connection, program(ours.tenant)
        )
        assert NAME not in str(audit.entries(connection, ours.auditor))


def test_what_is_not_there_is_told(ours, url, tmp_path):
    done = run(url, "link", "Nobody")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "there is no team 'Nobody'; there is 'default'" in done.stderr
    for words in (("add", NAME), ("link", NAME), ("list",)):
        done = run(str(tmp_path / "none.db"), *words)
        assert done.exit_code == 2
        assert "there is no desk at" in done.stderr
    assert not (tmp_path / "none.db").exists()
