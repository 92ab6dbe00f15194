"""The desk as people use it, in Chromium: from the first admin's link to an answered appeal."""

from __future__ import annotations

import csv

import pytest
from playwright.sync_api import expect, sync_playwright

from fraudscore.review.settings import QUESTIONS
from tests.walk import CHROMIUM, NARROW, WIDE, Person, serving

pytestmark = [
    pytest.mark.enable_socket,
    pytest.mark.skipif(
        CHROMIUM is None, reason="no Chromium here: nobody walked through the pages in a browser"
    ),
]
HIRES = "ID,Full name,Country,City\na-1,Irune Vastel,Spainn,Madrid\na-2,Bo Lin,Germany,Ulm\n"
REASON = "The pay-out account belongs to somebody else, and the person on the calls changed."


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def site(tmp_path):
    with serving(tmp_path) as site:
        yield site


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_a_case_from_the_first_admin_to_an_answered_appeal(chromium, site, scripts):
    people = []

    def person():
        people.append(Person(chromium, site, scripts=scripts))
        return people[-1]

    admin, reviewer, lead, other, auditor = (person() for _ in range(5))
    admin.accept(site.link, "Ada", "ada@desk.example")
    _answer_the_questions(admin)
    for who, name, role in (
        (reviewer, "Rune", "reviewer"),
        (lead, "Lea", "lead"),
        (other, "Otto", "reviewer"),
        (auditor, "Aud", "auditor"),
    ):
        who.accept(_invite(admin, name, role), name)
    _check_hires(admin)
    _around(admin, lead, auditor)
    case, name = _first_case(reviewer)
    _think_and_decide(reviewer)
    _take_back(lead, case)
    link = _decide_again(reviewer, case)
    contester = person()
    _contest(contester, link)
    _answer_the_appeal(reviewer, other, name)
    contester.page.reload()
    contester.sees("The decision was changed")
    contester.look("contest-closed")
    _export(lead, case)
    assert [one.said for one in people if one.said] == []
    for one in people:
        one.context.close()


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_what_is_typed_on_a_case_is_not_lost_nor_sent_by_another_form(chromium, site, scripts):
    admin, lead = (Person(chromium, site, scripts=scripts) for _ in range(2))
    admin.accept(site.link, "Ada", "ada@desk.example")
    admin.field("Always").check()
    _answer_the_questions(admin)
    lead.accept(_invite(admin, "Lea", "lead"), "Lea")
    lead.open("/queue")
    lead.follow("Haruno Testmori")
    lead.press("Take it", "t")
    case = lead.page.url.partition("?")[0]
    lead.field("Note").fill("Perhaps a family.")
    lead.choose("Ask the person")
    lead.page.keyboard.press("Enter")
    lead.page.wait_for_url("**/hold")
    expect(lead.page.get_by_role("radio", name="Ask the person")).to_be_checked()
    lead.sees_not("Evidence, opened by you")
    lead.field("Reason").fill("We need to know more.")
    lead.page.keyboard.press("Escape")
    lead.press("Open the evidence", "e")
    lead.sees("Evidence, opened by you")
    expect(lead.field("Note")).to_have_value("Perhaps a family.")
    lead.look("case-typed")
    lead.press("Letter to the person", "p")
    expect(lead.page.get_by_role("heading", name="Letter to")).to_be_visible()
    lead.press("q Back to the case, with what you wrote", "q")
    lead.field("Check").select_option("document")
    lead.press("Show")
    lead.sees("Record the answer where checks are recorded")
    expect(lead.field("Note")).to_have_value("Perhaps a family.")
    lead.field("Reason").press("End")
    lead.press("Decide", "Control+Enter")
    expect(lead.page.get_by_role("heading", name="Letter to")).to_be_visible()
    lead.open(case)
    _take_back_beside_a_decision(lead)
    if scripts:
        lead.page.keyboard.press("s")
        expect(lead.field("Put off until")).to_be_focused()
    assert admin.said + lead.said == []
    for one in (admin, lead):
        one.context.close()


def _take_back_beside_a_decision(lead):
    lead.press("Take it", "t")
    lead.choose("Clear")
    lead.page.get_by_text("Take it back").click()
    lead.field("Why").fill("The answer came by telephone.")
    lead.press("Open the evidence")
    expect(lead.field("Why")).to_have_value("The answer came by telephone.")
    lead.field("Why").press("End")
    lead.press("Take the decision back", "Control+Enter")
    lead.sees("The decision was taken back")


def _answer_the_questions(admin):
    admin.sees("Before the first decision")
    for question in QUESTIONS.values():
        admin.field(question).fill("As our handbook says in its third part.")
    admin.look("settings")
    admin.press("Save", "Control+Enter")
    admin.sees("Saved. It holds from now on")


def _invite(admin, name, role):
    admin.open("/team")
    admin.fill(Name=name)
    admin.page.locator("#email").fill(f"{name.lower()}@desk.example")
    admin.page.locator("#role").select_option(role)
    admin.press("Make the link", "Control+Enter")
    admin.sees("Send this link to")
    if role == "auditor":
        admin.look("team")
    return admin.page.locator("code.secret").inner_text()


def _check_hires(admin):
    admin.open("/hires")
    admin.look("hires")
    file = {"name": "hires.csv", "mimeType": "text/csv", "buffer": HIRES.encode()}
    admin.field("CSV or XLSX").set_input_files(file)
    admin.press("Check the file")
    admin.sees("1 cell needs your help")
    broken = admin.page.locator("[aria-invalid=true]")
    expect(broken).to_have_value("Spainn")
    expect(broken).to_have_accessible_description(
        "'Spainn' is not a country; did you mean 'Spain'?"
    )
    admin.look("hires-broken")
    broken.fill("Spain")
    admin.press("Check again", "Control+Enter")
    expect(admin.page.get_by_role("heading", name="2 people checked")).to_be_visible()
    expect(admin.page.locator("article.person")).to_have_count(2)
    admin.look("hired")


def _around(admin, lead, auditor):
    for path, name in (
        ("/team/keys", "keys"),
        ("/team/hooks", "hooks"),
        ("/account", "account"),
        ("/nowhere", "problem"),
    ):
        admin.open(path)
        admin.look(name)
    _request_of_a_person(admin)
    auditor.open("/audit?verify=1&subject=team:")
    auditor.sees("The log is whole")
    auditor.look("audit")
    lead.open("/queue?state=&band=review")
    lead.look("queue-lead")
    _give_several(lead)
    lead.open("/rings")
    lead.look("rings")
    lead.page.locator("h2 a").first.click()
    lead.sees("The same in words")
    lead.look("ring")


def _request_of_a_person(admin):
    admin.open("/people")
    admin.field("Id, name").fill("bo")
    admin.press("Find")
    admin.look("people")
    admin.page.locator("th").get_by_role("link").first.click()
    admin.look("person")
    name = admin.page.locator("h1").inner_text().removeprefix("What is kept of ")
    reason = admin.page.locator("#erase")
    reason.fill(f"{name} asked for it in a letter.")
    admin.press("Erase, and ask")
    admin.sees("it must not name them")
    admin.look("person-refused")
    reason.fill("Their letter of 3 June, number 812.")
    admin.press("Erase, and ask")
    admin.look("erase")
    admin.press(f"Erase {name}")
    admin.sees("Erased. The audit log says")


def _give_several(lead):
    lead.open("/queue?state=&band=verify")
    picks = lead.page.get_by_role("checkbox", name="Choose ")
    for place in (0, 1):
        picks.nth(place).check()
    lead.page.locator("#to").select_option(label="Otto")
    lead.look("queue-picked")
    lead.press("Give")
    expect(lead.page.locator(".hands").get_by_text("for Otto")).to_have_count(2)


def _first_case(reviewer):
    reviewer.sees("more may be decided within this week's budget")
    reviewer.look("queue")
    reviewer.press("Take the next case", "n")
    reviewer.sees("You have it until")
    reviewer.press("Give it back", "r")
    reviewer.sees("Nobody has it")
    # Whoever is next may be somebody drawn at random, of whom there is no evidence to open.
    reviewer.open("/queue")
    reviewer.follow("Haruno Testmori")
    reviewer.press("Take it", "t")
    reviewer.sees("You have it until")
    return reviewer.page.url.partition("?")[0], reviewer.page.locator("h1").inner_text()


def _think_and_decide(reviewer):
    reviewer.sees("Score not shown yet")
    reviewer.sees_not("of 100")
    expect(reviewer.page.get_by_role("button", name="Decide")).to_have_count(0)
    reviewer.look("case")
    _map_on_a_telephone(reviewer)
    reviewer.press("Open the evidence", "e")
    reviewer.sees("Evidence, opened by you")
    reviewer.choose("1", "1")
    reviewer.press("Record my view", "Control+Enter")
    reviewer.sees("of 100")
    _decide(reviewer, "Too short")
    expect(reviewer.page.get_by_role("alert")).to_be_visible()
    reviewer.look("case-refused")
    _decide(reviewer, REASON)
    reviewer.sees("Kept: Confirm impersonation.")


def _map_on_a_telephone(reviewer):
    """All of the map is in sight; what is wider than the screen says so, and keys can scroll it."""
    reviewer.page.set_viewport_size(NARROW)
    for name, fits in (("Map of sign-ins", True), ("Timeline of sign-ins", False)):
        shown = reviewer.page.get_by_role("group", name=name)
        expect(shown).to_have_count(1)
        assert shown.evaluate("e => e.scrollWidth <= e.clientWidth") == fits
        sign = shown.evaluate("e => getComputedStyle(e, '::before').content")
        assert ("scroll sideways" in sign) != fits
        assert fits or shown.get_attribute("tabindex") == "0"
    reviewer.page.set_viewport_size(WIDE)


def _decide(reviewer, reason):
    reviewer.choose("Confirm impersonation", "3")
    reviewer.field("Reason").fill(reason)
    reviewer.press("Decide", "Control+Enter")


def _take_back(lead, case):
    lead.open(case)
    lead.look("case-closed")
    lead.page.get_by_text("Take it back").click()
    lead.field("Why").fill("The account was opened by the person's own company.")
    lead.press("Take the decision back")
    lead.sees("The decision was taken back")


def _decide_again(reviewer, case):
    reviewer.open(case)
    reviewer.press("Take it", "t")
    reviewer.sees("of 100")
    _decide(reviewer, REASON)
    reviewer.sees("Kept: Confirm impersonation.")
    reviewer.press("Make the link to contest it")
    reviewer.sees("With this link the person can contest the decision once")
    reviewer.look("offered")
    link = reviewer.page.locator("output.secret").inner_text()
    reviewer.open(f"{case}/letter")
    reviewer.look("letter")
    return link


def _contest(contester, link):
    contester.open(link)
    contester.look("contest")
    contester.field("What should we know?").fill("The account is my company's. Here is its paper.")
    contester.press("Send", "Control+Enter")
    contester.sees("We have your statement")
    contester.look("contest-open")


def _answer_the_appeal(decider, other, name):
    decider.open("/appeals")
    decider.look("appeals")
    decider.page.locator("td, th").get_by_role("link").first.click()
    decider.sees("You made the decision, so somebody else has to look at this appeal")
    decider.look("appeal-decider")
    other.open(decider.page.url)
    other.press("Take this appeal", "t")
    other.choose("Overturned", "2")
    other.field("Answer to the person").fill("Your company owns the account; its paper settled it.")
    other.look("appeal")
    other.press("Close the appeal", "Control+Enter")
    other.sees("overturned on")


def _export(lead, case):
    lead.open("/queue?state=closed")
    with lead.page.expect_download() as waited:
        lead.page.get_by_role("link", name="CSV", exact=True).click()
    with open(waited.value.path(), newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == [case.rpartition("/")[2]]
