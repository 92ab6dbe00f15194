"""The HR door, as somebody from HR would notice it."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import func, select

from fraudscore import load
from fraudscore.errors import InputError
from fraudscore.hires import PEOPLE_MAX, check, empty, grid_in, grid_of
from fraudscore.review import appeals
from fraudscore.review.tables import ASSESSMENTS, PROFILES
from fraudscore.review.tables_team import AUDIT
from fraudscore.web import pages_hires, pages_sign_in
from fraudscore.web.clock import now
from fraudscore.web.showing import sentence
from tests.browsing import Browser, served
from tests.desk import team
from tests.reviewing import decided, looked_at, open_case

SAMPLES = Path(__file__).parent.parent / "data" / "samples"
AT = datetime(2026, 6, 1, tzinfo=UTC)
HEADERS = ("ID", "Full name", "Country", "City", "Account holder", "Interview check")
WRONG = ("a-1", "Irune Vastel", "Spain", "Madrid", "Bo Lin", "different")
FINE = ("a-2", "Bo Lin", "Germany", "Ulm", "Bo Lin", "same")


def sheet(*rows):
    return "\n".join(",".join(row) for row in rows).encode()


def workbook(*rows):
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


# What is wrong in which cell


def test_a_bad_cell_is_marked_and_the_other_rows_are_usable():
    bad = ("a-1", "Irune Vastel", "Spainn", "Madrid", "Bo Lin", "sort of")
    found = check(grid_in("hires.csv", sheet(HEADERS, bad, FINE)), now=AT)
    assert found.grid.wrong == {
        (2, 2): "'Spainn' is not a country; did you mean 'Spain'?",
        (2, 5): "'sort of' is no outcome; write same, different, failed or not checked.",
    }
    assert [person.profile_id for person in found.people] == ["a-2"]
    assert found.bad_rows == 1
    assert not found.stopped


def test_an_error_of_the_spreadsheet_stops_nothing_and_is_told():
    row = ("a-2", "Bo Lin", "Germany", "Ulm", "#N/A", "same")
    found = check(grid_in("hires.csv", sheet(HEADERS, row)), now=AT)
    assert (found.grid.wrong, found.bad_rows, found.stopped) == ({}, 0, False)
    assert "'#N/A' is an error of the spreadsheet" in found.grid.asides[2, 4]
    assert found.people[0].payouts == ()


def test_a_person_given_twice_is_marked_in_the_second_row():
    found = check(grid_in("hires.csv", sheet(HEADERS, FINE, FINE)), now=AT)
    assert list(found.grid.wrong) == [(3, 0)]
    assert len(found.people) == 1


@pytest.mark.parametrize("title", ["Nationality", "Date of birth", "Photo", "Religion"])
def test_a_refused_column_stops_everything_and_says_why(title):
    found = check(grid_of(["Name", title], ["Bo", "x"]), now=AT)
    assert found.stopped
    assert found.people == ()
    assert found.grid.wrong[1, 1].endswith("Delete this column.")


def test_an_unknown_column_is_told_and_stops_nothing():
    found = check(grid_of(["Name", "Contry"], ["Bo", "DE"]), now=AT)
    assert "did you mean 'country'?" in found.grid.asides[1, 1]
    unlike = check(grid_of(["Name", "Shoe size"], ["Bo", "42"]), now=AT).grid.asides[1, 1]
    assert "the page of new hires" in unlike
    assert ".py" not in unlike
    assert len(found.people) == 1


def test_hidden_marks_are_shown_and_stop_nothing():
    found = check(grid_of(["Name"], ["Bo\u202enil"]), now=AT)
    assert found.grid.asides == {(2, 0): "Holds marks that cannot be seen: Bo<202e>nil"}
    assert len(found.people) == 1


def test_an_empty_grid_says_what_to_do():
    assert check(empty(), now=AT).grid.notes == (
        "Nothing is filled in yet: write one person a row.",
    )


def test_rows_keep_their_numbers_when_one_is_left_empty():
    cells = ["a-1", "Bo", "Germany", "", "", "", "a-2", "Cy", "Narnia"]
    found = check(grid_of(["ID", "Name", "Country"], cells), now=AT)
    assert list(found.grid.wrong) == [(4, 2)]


def test_excel_and_csv_give_the_same_grid():
    rows = (HEADERS, WRONG, FINE)
    assert grid_in("h.xlsx", workbook(*rows)) == grid_in("h.csv", sheet(*rows))


def test_a_title_above_is_left_out_of_the_grid():
    rows = (HEADERS, WRONG, FINE)
    assert grid_in("h.csv", b"New hires, July,,,,\n\n" + sheet(*rows)) == grid_in(
        "h.csv", sheet(*rows)
    )


def test_what_of_a_file_is_not_in_the_grid_is_told_before_anybody_is_checked(hr):
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in (HEADERS, FINE):
        book.active.append(row)
    other = book.create_sheet("Managers")
    for row in (HEADERS, WRONG):
        other.append(row)
    book.save(out)
    page = unescape(hr.send("/hires", files={"file": ("h.xlsx", out.getvalue())}).text)
    assert "Sheet Managers was not read, with 1 row below headers that we know" in page
    assert "checked</h1>" not in page
    assert 'value="Bo Lin"' in page


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("a-3,Cy, Dee,Ulm,,same,same", "Row 3 of the file has 7 cells under 6 headers"),
        ('a-3,"Cy,Spain,Ulm,,same', "Row 3 of the file has a quotation mark that is not closed"),
    ],
)
def test_damage_of_a_file_is_told_above_the_grid(row, told):
    found = check(grid_in("h.csv", sheet(HEADERS, FINE) + b"\n" + row.encode()), now=AT)
    assert found.stopped
    assert found.grid.notes[0].startswith(told)
    assert found.grid.rows[0] == (*FINE, *[""] * (len(found.grid.headers) - len(FINE)))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"ID,Full name\n,\n\n", "hires.csv has a header and no rows; write one row a person"),
        (b'ID,Full name\na,"Bo\n', "Row 2 of the file has a quotation mark that is not closed"),
        (b'ID,Full name\na,"' + b"x" * 200_000, "Row 2 of the file has a cell of more than 131072"),
    ],
)
def test_a_file_of_which_nobody_can_be_read_is_refused(hr, text, told):
    answer = hr.send("/hires", files={"file": ("hires.csv", text)})
    assert answer.status_code == 422
    assert told in unescape(answer.text)


def test_cells_under_no_header_are_told_with_their_column():
    found = check(grid_of(["Name", ""], ["Bo", "late"]), now=AT)
    assert "Has no header and was not used" in found.grid.asides[1, 1]
    assert len(found.people) == 1


def test_too_many_people():
    with pytest.raises(InputError, match="use the API"):
        grid_of(["Name"], ["x"] * (PEOPLE_MAX + 1))


def test_a_zip_bomb_is_never_unpacked():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 60_000_000)
    with pytest.raises(InputError, match="unpacks to more than"):
        grid_in("hires.xlsx", out.getvalue())


# The pages


@pytest.fixture
def app(desk):
    team(desk.store, with_passwords=True)
    return served(desk, pages_sign_in, pages_hires)


@pytest.fixture
def hr(app):
    found = Browser(app).sign_in("reviewer")
    found.get("/hires")
    return found


def checked(hr, *rows, **more):
    files = {"file": ("hires.csv", sheet(*rows))}
    return hr.send("/hires", files=files, data=more)


def again(hr, **more):
    """The fields that the last page carries along, sent once more."""
    fields = re.findall(r'<input type="hidden" name="([hc])" value="([^"]*)">', hr.page)
    data = {name: [unescape(v) for n, v in fields if n == name] for name in "hc"}
    return hr.send("/hires", data=data | {"anyway": "1"} | more)


def test_one_page_a_person_with_what_does_not_fit_and_what_to_ask(hr):
    text = unescape(checked(hr, HEADERS, WRONG, FINE).text)
    assert "2 people checked" in text
    assert "Irune Vastel" in text
    for part in (
        "What does not fit",
        "Can be innocent",
        "What to ask next",
        "What was not checked",
        "If the person disagrees",
        "trained on a simulated world",
        "As our handbook says on who_may_clear.",
    ):
        assert part in text
    assert "nationality" not in text.lower()


def test_nobody_is_said_to_agree_of_whom_a_contradiction_is_told(hr):
    book = (SAMPLES / "hires.xlsx").read_bytes()
    page = unescape(hr.send("/hires", files={"file": ("hires.xlsx", book)}).text)
    people = re.findall(r'<article class="panel person".*?</article>', page, re.DOTALL)
    away = [one for one in people if "sessions that hide nothing came from outside" in one.lower()]
    agree = [one for one in people if "Claims and observations agree" in one]
    assert any("Irune Vastel" in one for one in away)
    assert not set(agree) & set(away)
    assert agree
    assert "Something does not agree, and weighs too little to ask about." in away[0]


def test_nothing_is_kept_but_that_it_was_done(desk, hr):
    checked(hr, HEADERS, WRONG, FINE)
    with desk.store.reading() as connection:
        for table in (PROFILES, ASSESSMENTS):
            assert connection.execute(select(func.count()).select_from(table)).scalar() == 0
        entry = connection.execute(select(AUDIT).where(AUDIT.c.action == "hires_checked")).one()
    assert entry.detail == '{"people":2}'


def test_a_broken_cell_comes_back_with_its_sentence_and_what_was_typed(hr):
    bad = ("a-1", "Irune Vastel", "Spainn", "Madrid", "Bo Lin", "same")
    answer = checked(hr, HEADERS, bad, FINE)
    assert answer.status_code == 422
    assert 'value="Spainn" aria-label="Country, row 2"' in answer.text
    assert 'aria-invalid="true" aria-describedby="w2-2"' in answer.text
    assert "did you mean 'Spain'?" in unescape(answer.text)
    assert "Leave out 1 row, check 1" in answer.text


def test_the_rows_that_can_be_read_may_be_checked_without_the_others(hr):
    bad = ("a-1", "Irune Vastel", "Spainn", "Madrid", "Bo Lin", "same")
    text = checked(hr, HEADERS, bad, FINE, anyway="1").text
    assert "1 person checked" in text
    assert "1 row was left out" in text


def test_pasted_cells(hr):
    pasted = "\n".join("\t".join(row) for row in (HEADERS, WRONG, FINE))
    assert "2 people checked" in hr.send("/hires", data={"pasted": pasted}).text


def test_applicant_text_is_shown_and_never_obeyed(hr):
    evil = ("a-1", "<script>alert(1)</script>\u202e", "Germany", "Ulm", "", "")
    text = checked(hr, HEADERS, evil).text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&lt;202e&gt;" in text


def test_everybody_in_a_zip_made_from_what_the_page_carries(hr):
    checked(hr, HEADERS, WRONG, FINE)
    answer = again(hr, get="zip-html")
    assert answer.headers["content-disposition"].endswith("new-hires.zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.namelist() == ["001-a-1.html", "002-a-2.html", "index.html"]
        assert b"Bo Lin, which fits no name" in archive.read("001-a-1.html")


def test_one_person_as_a_file(hr):
    checked(hr, HEADERS, WRONG, FINE)
    answer = again(hr, get="html:1")
    assert answer.headers["content-disposition"].endswith("a-2.html")
    assert again(hr, get="html:7").status_code == 422


def test_one_person_as_pdf(hr):
    pytest.importorskip("weasyprint", reason="the extra pdf is not installed")
    checked(hr, HEADERS, WRONG, FINE)
    assert again(hr, get="pdf:0").content.startswith(b"%PDF-")


@pytest.mark.parametrize(("role", "status"), [("viewer", 403), ("auditor", 403), ("admin", 200)])
def test_who_may_check_hires(app, role, status):
    Browser(app).sign_in(role).get("/hires", status)


def test_a_file_too_large_is_refused(hr):
    answer = hr.send("/hires", files={"file": ("hires.csv", b"x" * (4 * 1024 * 1024 + 1))})
    assert answer.status_code == 413


# Who has an open case


@pytest.fixture
def with_case(desk):
    """The door, and a team at it, where a-1 has an open case."""
    members = team(desk.store, with_passwords=True)
    return served(desk, pages_sign_in, pages_hires), members, open_case(desk, members, "a-1")


def at_the_door(app, role):
    found = Browser(app).sign_in(role)
    found.get("/hires")
    return found


@pytest.mark.parametrize("role", ["reviewer", "admin"])
def test_the_level_of_an_open_case_is_not_shown_here_either(with_case, role):
    app, _, case = with_case
    at = at_the_door(app, role)
    text = checked(at, HEADERS, WRONG, FINE).text
    assert text.count("Level not shown yet") == 1
    assert f'<a href="/cases/{case}">A case of this person is open</a>' in text
    theirs, other = text.split("<article")[1:]
    assert 'class="band' not in theirs
    assert "Bo Lin, which fits no name" in theirs
    assert 'class="band' in other
    order = told_against(theirs)
    assert order == sorted(order)


def told_against(article):
    """Family and code of the reasons against somebody, in the order of the page."""
    texts = [unescape(text) for text in re.findall(r"<p><strong>(.+?)</strong></p>", article)]
    (person,) = check(grid_in("hires.csv", sheet(HEADERS, WRONG)), now=AT).people
    places = {sentence(r.text): (r.family, r.code) for r in load().score(person).reasons}
    return [places[text] for text in texts]


def test_no_file_tells_the_level_of_an_open_case(with_case):
    app, _, _ = with_case
    at = at_the_door(app, "reviewer")
    text = checked(at, HEADERS, WRONG, FINE).text
    assert "1 person has an open case and is left out of the files" in text
    assert 'value="html:0"' not in text
    page = at.page
    assert again(at, get="html:0").status_code == 403
    at.page = page
    with zipfile.ZipFile(io.BytesIO(again(at, get="zip-html").content)) as archive:
        assert archive.namelist() == ["001-a-2.html", "index.html"]
        assert b"a-1" not in archive.read("index.html")
    text = checked(at, HEADERS, WRONG).text
    assert "zip-html" not in text
    assert again(at, get="zip-html").status_code == 403


def test_the_level_appears_when_a_view_was_recorded_and_for_that_reviewer_only(desk, with_case):
    app, members, case = with_case
    looked_at(desk, members.reviewer, case, now=now())
    assert "Level not shown yet" not in checked(at_the_door(app, "reviewer"), HEADERS, WRONG).text
    other = at_the_door(app, "other_reviewer")
    assert "Level not shown yet" in checked(other, HEADERS, WRONG).text


def test_an_open_appeal_puts_the_level_away_for_everybody(desk, with_case):
    app, members, case = with_case
    decision = decided(desk, members.reviewer, case, now=now()).id
    assert "Level not shown yet" not in checked(at_the_door(app, "reviewer"), HEADERS, WRONG).text
    with desk.store.writing() as connection:
        link = appeals.offer(connection, members.reviewer, decision, now=now())
        appeals.open_appeal(connection, link, "It was me.", now=now())
    for role in ("reviewer", "lead"):
        assert "Level not shown yet" in checked(at_the_door(app, role), HEADERS, WRONG).text


def test_a_case_of_another_team_hides_nothing(desk, hr):
    open_case(desk, team(desk.store, "other"), "a-1")
    assert "Level not shown yet" not in checked(hr, HEADERS, WRONG).text
