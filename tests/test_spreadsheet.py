"""The HR case: one person a row, friendly headers, every kind of mess."""

from __future__ import annotations

import json
import re
import zipfile
from datetime import UTC, datetime

import openpyxl
import pytest
from click.testing import CliRunner
from openpyxl.styles import PatternFill

from fraudscore.cli import main
from fraudscore.errors import InputError
from fraudscore.headers import HEADERS, header_of, why_refused
from fraudscore.io import read_inputs
from fraudscore.spreadsheet import read_spreadsheet

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def sheet(tmp_path, rows, name="hires.xlsx", merge=None):
    path = tmp_path / name
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if merge:
        book.active.merge_cells(merge)
    book.save(path)
    return path


def table(tmp_path, text, name="hires.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


def read(path):
    chunks = list(read_inputs([path], default_as_of=NOW))
    ids = [name for chunk in chunks for name in chunk.batch.ids]
    return ids, [str(item) for chunk in chunks for item in chunk.rejected]


def records(path):
    return [item[1] for item in read_spreadsheet(path) if isinstance(item, tuple)]


def score_of(path):
    done = CliRunner().invoke(main, ["score", str(path), "--format", "json"])
    return json.loads(done.stdout)[0]["score"]


@pytest.mark.parametrize(
    ("headers", "row", "name"),
    [
        ("First name,Last name", "Irune,Vastel", "Irune Vastel"),
        ("Surname,Forename", "Vastel,Irune", "Irune Vastel"),
        ("FAMILY NAME,Given-name", "Na,Yuri", "Yuri Na"),
        ("First name,Last name", "Irune,n/a", "Irune"),
        ("Last name,First name,Middle name", "Vastel,Irune,Mai", "Irune Mai Vastel"),
        ("First name,Middle initial,Last name", "Irune,M.,Vastel", "Irune M. Vastel"),
        ("First name,Middle name,Last name", "Irune,none,Vastel", "Irune Vastel"),
        ("First name,Middle name,Last name", "Irune,NMN,Vastel", "Irune Vastel"),
        ("First name,Middle name,Last name", "Irune,,Vastel", "Irune Vastel"),
        ("First name,Middle name", "Irune,Mai", "Irune Mai"),
        ("Middle name,Full name", "Mai,Irune Vastel", "Irune Vastel"),
        ("First name,Last name,Second last name", "Irune,Vastel,Orla", "Irune Vastel Orla"),
        ("First name,Last name,Full name", "I.,V.,Irune Vastel", "Irune Vastel"),
        ("First name,Last name,Full name", "Irune,Vastel,", "Irune Vastel"),
    ],
)
def test_parts_of_a_name_are_joined_where_no_full_name_is(tmp_path, headers, row, name):
    path = table(tmp_path, f"ID,{headers}\n7,{row}\n")
    assert records(path)[0]["claims"] == {"name": name}
    assert read(path) == (["7"], [])


def test_a_middle_name_alone_is_nobodys_name(tmp_path):
    path = table(tmp_path, "ID,First name,Middle name,Last name\n7,,Mai,\n")
    assert records(path)[0]["claims"] == {}
    (told,) = read(path)[1]
    assert "Middle name: has no first or last name beside it, and was not used" in told


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_a_title_may_stand_above_the_headers(tmp_path, separator):
    rows = (["New hires, July"], [], ["ID", "Full name", "Country"], ["7", "Irune Vastel", "ES"])
    text = "\n".join(separator.join(f'"{cell}"' for cell in row) for row in rows)
    assert read(table(tmp_path, text)) == (["7"], [])
    assert read(sheet(tmp_path, rows, merge="A1:C1")) == (["7"], [])
    rows = (*rows[:3], ["", "Irune Vastel", "Atlantis"])
    (problem,) = read(sheet(tmp_path, rows))[1]
    assert ":4 " in problem
    assert "Atlantis" in problem


def test_marks_of_a_form_are_no_part_of_a_header(tmp_path):
    """Forms mark what must be filled in with a star."""
    text = "ID,Full name *,Country*,Email:,As of\n7,Irune Vastel,ES,irune@x.example,5-May-26\n"
    (record,) = records(table(tmp_path, text))
    assert record["claims"] == {"name": "Irune Vastel", "places": [{"country": "ES"}]}
    assert record["contact"] == {"emails": [{"address": "irune@x.example"}]}
    assert record["as_of"].startswith("2026-05-05")
    assert why_refused("Nationality *")


def test_bars_in_a_title_separate_nothing(tmp_path):
    text = "HR | New hires | July\nID,Full name,Country\n7,Irune Vastel,ES\n8,Vane | Co,PT\n"
    assert read(table(tmp_path, text)) == (["7", "8"], [])


def test_where_a_column_of_the_first_row_is_known_it_is_the_header(tmp_path):
    rows = (["Country", "Mood"], ["ID", "Full name"], ["7", "Irune Vastel"])
    assert all(
        "claims" in record and "name" not in record["claims"]
        for record in records(sheet(tmp_path, rows))
    )


def test_friendly_headers_become_a_record(tmp_path):
    text = (
        "ID;Full name;Country;City;Time zone;Phone;Account holder;Payout method;Login IPs\n"
        "7;Irune Vastel;Spain;Madrid;Europe/Madrid;+34 612 345 678;Vastel Irune;bank;"
        '"192.0.2.1 @ 2026-05-01 09:00 UTC; 192.0.2.2 @ 2026-05-02 10:30 UTC"\n'
    )
    (record,) = records(table(tmp_path, text))
    assert record["profile_id"] == "7"
    assert record["claims"]["places"] == [{"country": "ES", "city": "Madrid"}]
    assert record["contact"]["phones"] == [{"number": "+34 612 345 678"}]
    assert record["payouts"] == [{"holder": "Vastel Irune", "method": "bank"}]
    assert [s["ip"] for s in record["sessions"]] == ["192.0.2.1", "192.0.2.2"]
    assert read(table(tmp_path, text)) == (["7"], [])


def test_without_ids_people_of_different_files_are_different_people(tmp_path):
    first = table(tmp_path, "Full name,Country\nIrune Vastel,ES\n", "a.csv")
    second = table(tmp_path, "Full name,Country\nBo Lin,DE\n", "b.csv")
    chunks = list(read_inputs([first, second], default_as_of=NOW))
    assert [chunk.rejected for chunk in chunks] == [(), ()]
    (one,), (other,) = (chunk.batch.ids for chunk in chunks)
    assert re.fullmatch("row-2-[0-9a-f]{8}", one)
    assert re.fullmatch("row-2-[0-9a-f]{8}", other)
    assert one != other


def test_without_ids_the_same_row_read_again_is_the_same_person(tmp_path):
    text = "Full name,Country,City\nIrune Vastel,ES,\n"
    first = table(tmp_path, text, "a.csv")
    assert read(first)[0] == read(table(tmp_path, text, "b.csv"))[0]
    rows = [["Full name", "Country", "City"], ["Irune Vastel", "ES"]]
    assert read(sheet(tmp_path, rows)) == read(first)


def test_a_cohort_that_learns_two_files_without_ids_knows_everybody(tmp_path):
    cohort = f"sqlite:///{tmp_path}/cohort.db"
    for name, person in (("a.csv", "Irune Vastel,+34612345678"), ("b.csv", "Bo Lin,+34612345678")):
        path = table(tmp_path, f"Full name,Phone\n{person}\n", name)
        done = CliRunner().invoke(main, ["learn", str(path), "--cohort", cohort])
        assert "1 of them new" in done.output


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("NA", "NA"),
        ("Namibia", "NA"),
        ("germany", "DE"),
        ("de", "DE"),
        ("England", "GB"),
        ("UK", "GB"),
        ("United Kingdom", "GB"),
        ("U.S.A.", "US"),
        ("usa", "US"),
        ("Holland", "NL"),
        ("The Netherlands", "NL"),
        ("Deutschland", "DE"),
        ("Czechia", "CZ"),
        ("South Korea", "KR"),
        ("Espana", "ES"),
        ("日本", "JP"),
        ("Bosnia and Herzegovina", "BA"),
        ("Cote d'Ivoire", "CI"),
    ],
)
def test_countries_as_people_write_them(tmp_path, written, code):
    (record,) = records(table(tmp_path, f"Name,Country\nA,{written}\n"))
    assert record["claims"]["places"] == [{"country": code}]


@pytest.mark.parametrize(
    ("written", "advice"),
    [
        ("Germny", "did you mean 'Germany'"),
        ("Deutschlnad", "did you mean 'Germany'"),
        ("Mordor", "write a country or its two letters"),
        ("Narnia", "write a country or its two"),
    ],
)
def test_a_country_nobody_knows_is_told_and_the_rest_is_read(tmp_path, written, advice):
    ids, told = read(table(tmp_path, f"Name,Country\nA,{written}\nB,DE\n"))
    assert [id_.rpartition("-")[0] for id_ in ids] == ["row-3"]
    assert advice in told[0]
    assert ":2" in told[0]


@pytest.mark.parametrize(
    "header", ["Nationality", "Date of birth", "Photo", "AGE", "Native language"]
)
def test_a_column_about_origin_or_looks_refuses_the_file(tmp_path, header):
    with pytest.raises(InputError, match="refused"):
        read(table(tmp_path, f"Name,{header}\nA,x\n"))


def test_unknown_and_repeated_columns_are_told_and_not_used(tmp_path):
    ids, told = read(table(tmp_path, "Name,Contry,Name,Shoe size\nA,DE,B,42\n"))
    assert len(ids) == 1
    text = "\n".join(told)
    assert "did you mean 'country'" in text
    assert "stands there twice" in text
    assert (
        "Shoe size: is not a column we know and was not used; no header we know is like it" in text
    )
    assert "`fraudscore headers` list them" in text


def test_every_header_that_is_listed_is_known(tmp_path):
    done = CliRunner().invoke(main, ["headers"])
    assert done.exit_code == 0
    lines = [
        re.fullmatch(r"([^(;]+?)(?: \(or (.+)\))?(?:; several.*)?", line)
        for line in done.stdout.splitlines()
    ]
    assert len(lines) > 20
    titles = [title for line in lines for title in (line[1], *(line[2] or line[1]).split(", "))]
    for title in (*titles, "Shoe size"):
        _, told = read(table(tmp_path, f"Full name,{title}\nA,\n"))
        assert any("is not a column we know" in line for line in told) == (title == "Shoe size")


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("2026-05-01", "2026-05-01T00:00:00+00:00"),
        ("01.05.2026", "2026-05-01T00:00:00+00:00"),
        ("1 May 2026", "2026-05-01T00:00:00+00:00"),
        ("2026-05-01T10:00:00+02:00", "2026-05-01T10:00:00+02:00"),
    ],
)
def test_dates_as_people_write_them(tmp_path, written, iso):
    (record,) = records(table(tmp_path, f"Name,As of\nA,{written}\n"))
    assert record["as_of"] == iso


def test_a_date_that_can_be_read_two_ways_is_asked_back(tmp_path):
    _, told = read(table(tmp_path, "Name,As of\nA,03/04/2026\n"))
    assert "two ways" in told[0]


def test_xlsx_with_dates_numbers_and_an_apostrophe(tmp_path):
    rows = [
        ["Name", "As of", "Phone", "Country"],
        ["A", datetime(2026, 5, 1, 9, 30), 491512345678, "DE"],
        ["B", "2026-05-01", "'+49 151 2345678", "DE"],
        [None, None, None, None],
    ]
    first, second = records(sheet(tmp_path, rows))
    assert first["as_of"] == "2026-05-01T09:30:00+00:00"
    assert first["contact"]["phones"] == [{"number": "491512345678"}]
    assert second["contact"]["phones"] == [{"number": "+49 151 2345678"}]


def test_merged_cells_are_told(tmp_path):
    rows = [["Name", "Country"], ["A", "DE"], ["B", "DE"]]
    ids, told = read(sheet(tmp_path, rows, merge="B2:B3"))
    assert len(ids) == 2
    assert "B2:B3: are merged cells" in told[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_encodings_and_separators(tmp_path, encoding, mark):
    text = f"Name{mark}City{mark}Country\r\nJosé Müller{mark}Köln{mark}DE\r\n"
    (record,) = records(table(tmp_path, text, encoding=encoding))
    assert record["claims"]["name"] == "José Müller"


def test_a_header_and_nothing_else(tmp_path):
    with pytest.raises(InputError, match="no rows"):
        read(table(tmp_path, "Name,Country\n"))


def test_no_known_header(tmp_path):
    with pytest.raises(InputError, match="no header is known"):
        read(table(tmp_path, "foo,bar\n1,2\n"))


def test_a_login_without_a_time_is_asked_back(tmp_path):
    _, told = read(table(tmp_path, "Name,Login IPs\nA,192.0.2.1\n"))
    assert "has no time" in told[0]


def test_notes_are_ignored_on_purpose(tmp_path):
    (record,) = records(table(tmp_path, "Name,Notes\nA,has an accent\n"))
    assert record["claims"] == {"name": "A"}
    assert set(record) == {"profile_id", "claims"}


def test_a_vpn_is_declared_by_kind_or_by_yes(tmp_path):
    text = "Name,VPN declared\nA,yes\nB,company; relay\nC,no\nD,always\n"
    vpns = [record["claims"]["vpn"] for record in records(table(tmp_path, text))]
    assert vpns == [["privacy"], ["company", "relay"], []]
    assert "VPN declared" in read(table(tmp_path, text))[1][0]


def test_every_column_we_name_is_read(tmp_path):
    columns = {
        "Profile id": "7",
        "Applicant": "A",
        "Other names": "B; C",
        "Email": "a@x.example; b@x.example",
        "Phones": "+4915123456789; +4930123456",
        "Phone type": "mobile",
        "State": "Bavaria",
        "claimed_country": "Germany",
        "TIME-ZONE": "Europe/Berlin",
        "Agency": "Acme",
        "Role": "engineer",
        "Payee": "A",
        "Bank country": "DE",
        "Payout provider": "Wise",
        "Payout added": "1 May 2026",
        "Other workers on account": "3",
        "Device country": "DE",
        "Remote tools": "AnyDesk; TeamViewer",
        "Laptop ship-to": "Ring 1",
        "Shipped to country": "DE",
        "Received by": "A",
        "Identity check": "not_checked",
        "Interview check": "Same",
        "As of": "2026-05-20",
    }
    path = sheet(tmp_path, [[*columns], [*columns.values()]])
    ids, told = read(path)
    (record,) = records(path)
    assert ids == ["7"]
    assert told == []
    assert record["claims"]["other_names"] == ["B", "C"]
    assert [phone["number"] for phone in record["contact"]["phones"]] == [
        "+4915123456789",
        "+4930123456",
    ]
    assert record["contact"]["phones"][0]["carrier_type"] == "mobile"
    assert record["payouts"][0]["added_at"] == "2026-05-01T00:00:00+00:00"
    assert [tool["name"] for tool in record["devices"][0]["tools"]] == ["AnyDesk", "TeamViewer"]
    assert record["shipments"] == [{"address": "Ring 1", "country": "DE", "received_by": "A"}]
    assert record["checks"] == [
        {"stage": "verified", "outcome": "not_checked"},
        {"stage": "interviewed", "outcome": "same"},
    ]


@pytest.mark.parametrize(
    "header",
    ["Country of origin", "Applicant nationality", "DateOfBirth", "Age (years)", "Photo_URL"],
)
def test_a_refused_column_is_refused_however_it_is_spelled(tmp_path, header):
    with pytest.raises(InputError, match="delete the column"):
        read(table(tmp_path, f"Name,{header}\nA,x\n"))


def test_no_header_we_offer_is_refused():
    titles = [title for titles in HEADERS.values() for title in titles]
    assert [title for title in titles if why_refused(title)] == []


@pytest.mark.parametrize(
    "word", ["N/A", "n. a.", "NA", "TBD", "Unknown", "same", "Same as above", "-", "—", "none", "?"]
)
def test_a_word_for_nothing_is_as_good_as_an_empty_cell(tmp_path, word):
    columns = "ID,Name,City,Email,Account holder,Agency,Remote tools,As of,Login IPs,Own device\n"
    places = columns.count(",")
    told, blank = (
        read_spreadsheet(table(tmp_path, f"{columns}7{f',{cell}' * places}\n"))
        for cell in (word, "")
    )
    assert list(told) == list(blank) == [(2, {"profile_id": "7", "claims": {}})]


def test_a_placeholder_for_the_account_holder_does_not_change_the_score(tmp_path):
    text = "ID,Name,Country,Account holder\n7,Irune Vastel,ES,"
    scores = {score_of(table(tmp_path, f"{text}{cell}\n")) for cell in ("", "N/A", "#REF!")}
    assert len(scores) == 1
    assert score_of(table(tmp_path, f"{text}Bo Lin\n")) not in scores


def test_where_such_a_word_is_an_answer_it_is_one(tmp_path):
    columns = "Name,Identity check,Interview check,Own device,Country,Bank country,VPN,Remote tools"
    row = "A,no,same,no,NA,no,none,AnyDesk; none"
    (record,) = records(table(tmp_path, f"{columns}\n{row}\n"))
    assert [check["outcome"] for check in record["checks"]] == ["not_checked", "same"]
    assert record["claims"]["own_device"] == "no"
    assert record["claims"]["places"] == [{"country": "NA"}]
    assert record["payouts"] == [{"country": "NO", "method": "bank"}]
    assert [tool["name"] for tool in record["devices"][0]["tools"]] == ["AnyDesk"]


@pytest.mark.parametrize("cell", ["#N/A", "#ref!", "#DIV/0!", "Err:502", "#####"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_error_of_the_spreadsheet_is_told_and_only_its_cell_is_lost(tmp_path, cell, kind):
    rows = [["ID", "Name", "Account holder", "Country"], ["7", "A", cell, "DE"]]
    path = sheet(tmp_path, rows)
    if kind == "csv":
        path = table(tmp_path, "\n".join(",".join(row) for row in rows))
    ids, (told,) = read(path)
    assert ids == ["7"]
    assert f":2 (7): Account holder: '{cell}' is " in told
    assert "was not used; " in told
    assert "write the value" in told
    (record,) = records(path)
    assert "payouts" not in record


def test_a_formula_in_a_csv_is_told_and_only_its_cell_is_lost(tmp_path):
    path = table(tmp_path, 'ID,Name,City,Country\n7,A,"=HYPERLINK(""x"")",DE\n')
    ids, (told,) = read(path)
    assert ids == ["7"]
    assert ":2 (7): City: '=HYPERLINK(\"x\")' is a formula without its value" in told
    assert records(path)[0]["claims"]["places"] == [{"country": "DE"}]


def test_every_bad_cell_of_a_row_is_told_under_its_header(tmp_path):
    text = "ID,Full name,Claimed country,As of\n7,A,Germny,03/04/2026\n"
    (bad,) = read_spreadsheet(table(tmp_path, text))
    assert (bad.row, bad.profile_id) == (2, "7")
    assert [problem.where for problem in bad.problems] == ["Claimed country", "As of"]


@pytest.mark.parametrize(
    ("header", "cell"), [("E-Mail", "nobody"), ("Time zone", "Mars"), ("Payment method", "sheep")]
)
def test_a_cell_the_record_refuses_is_told_under_its_header(tmp_path, header, cell):
    (bad,) = read_spreadsheet(table(tmp_path, f"Name,{header}\nA,{cell}\n"))
    assert [problem.where for problem in bad.problems] == [header]


def test_a_place_no_column_gives_is_told_under_the_header_to_add(tmp_path):
    (bad,) = read_spreadsheet(table(tmp_path, "Name,City\nA,Ulm\n"))
    assert str(bad.problems[0]).startswith("Country: is missing")
    assert header_of("contact.emails[0].address") == "Email"
    assert header_of("work.somewhere[1]") == "work.somewhere[1]"


@pytest.mark.parametrize(
    ("written", "advice"),
    [
        ("03/04/2026", "2026-04-03 or 2026-03-04"),
        ("31/31/2026", "is not a date"),
        ("31/02/2026", "is not a date"),
        ("soon", "is not a date"),
    ],
)
def test_dates_that_are_asked_back(tmp_path, written, advice):
    _, told = read(table(tmp_path, f"Name,As of\nA,{written}\n"))
    assert advice in told[0]


@pytest.mark.parametrize("written", ["25/04/2026", "04/25/2026", "25.04.2026 00:00"])
def test_dates_with_one_reading_are_read(tmp_path, written):
    (record,) = records(table(tmp_path, f"Name,As of\nA,{written}\n"))
    assert record["as_of"] == "2026-04-25T00:00:00+00:00"


def test_a_phone_that_a_spreadsheet_rounded_is_asked_back(tmp_path):
    _, told = read(table(tmp_path, "Name,Phone\nA,4.91512E+11\n"))
    assert "lost its digits" in told[0]


def test_blank_rows_are_skipped_and_rows_keep_their_numbers(tmp_path):
    path = table(tmp_path, "Name,Country\nA,DE\n,\n\nB,Nowhere\n")
    assert [
        item[0] if isinstance(item, tuple) else item.row for item in read_spreadsheet(path)
    ] == [2, 5]


@pytest.mark.parametrize("formula", ['="U"&"lm"', "=SUM(1,2)"])
def test_a_formula_without_its_value_is_told_and_only_its_cell_is_lost(tmp_path, formula):
    path = sheet(tmp_path, [["ID", "Name", "Country", "City"], ["7", "A", "DE", formula]])
    ids, (told,) = read(path)
    assert ids == ["7"]
    assert f":2 (7): City: '{formula}' is a formula without its value, and was not used" in told
    assert "open the file in a spreadsheet program and save it" in told
    assert records(path)[0]["claims"]["places"] == [{"country": "DE"}]


@pytest.mark.parametrize(("value", "city"), [("Ulm", "Ulm"), ("", None)])
def test_the_value_of_a_formula_is_read_where_the_file_holds_it(tmp_path, value, city):
    whole = sheet(tmp_path, [["Name", "Country", "City"], ["A", "DE", '="U"&"lm"']])
    saved = tmp_path / "saved.xlsx"
    with zipfile.ZipFile(whole) as parts, zipfile.ZipFile(saved, "w") as out:
        for part in parts.namelist():
            data = parts.read(part).replace(b'<c r="C2">', b'<c r="C2" t="str">')
            out.writestr(part, re.sub(rb"<v ?/>|<v></v>", f"<v>{value}</v>".encode(), data))
    ids, told = read(saved)
    assert (len(ids), told) == (1, [])
    assert records(saved)[0]["claims"]["places"][0].get("city") == city


# Damage


def test_a_quote_that_is_never_closed_loses_nobody_silently(tmp_path):
    path = table(tmp_path, 'ID,Name,Country\n1,A,DE\n2,"B,ES\n3,C,FR\n')
    ids, (told,) = read(path)
    assert ids == ["1"]
    assert ":3: has a quotation mark that is not closed" in told
    assert "nothing from this row on was read; close it there" in told


@pytest.mark.parametrize(
    "text",
    [
        'ID,Name,Country\n2,"B,ES\n3,C,FR\n',
        'ID,Name,Country\n2,"B,ES\n3,"C",FR\n',
        'ID,"Name,Country\n2,B,ES\n',
    ],
)
def test_where_a_quote_leaves_nobody_to_score_the_file_is_invalid(tmp_path, text):
    done = CliRunner().invoke(main, ["score", str(table(tmp_path, text))])
    assert done.exit_code == 2
    assert "is not closed at the end of a cell" in done.stderr
    done = CliRunner().invoke(main, ["check", str(table(tmp_path, text))])
    assert "no errors" not in done.output


def test_a_row_with_more_cells_than_headers_is_told_and_the_others_are_read(tmp_path):
    path = table(tmp_path, "ID,Name,Country\n1,A,DE\n2,Lin, Bo,ES\n3,C,FR,,\n")
    ids, (told,) = read(path)
    assert ids == ["1", "3"]
    assert (
        ":3 (2): has 4 cells under 3 headers; put a cell that holds a separator in quotes" in told
    )


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_cells_in_a_column_without_a_header_are_told(tmp_path, kind):
    rows = [["ID", "Name", "", "Country", ""], ["1", "A", "", "DE", "came late"]]
    path = sheet(tmp_path, rows)
    if kind == "csv":
        path = table(tmp_path, "\n".join(",".join(row) for row in rows))
    ids, (told,) = read(path)
    assert ids == ["1"]
    assert ":1: column E: has no header and was not used; write its header" in told


# More than one sheet


def book(tmp_path, sheets, active=0):
    path = tmp_path / "book.xlsx"
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, rows in sheets.items():
        page = made.create_sheet(title)
        for row in rows:
            page.append(row)
    made.active = active
    made.save(path)
    return path


HELP = [["Fill in one row a person"], ["Country is where they live"]]
HIRES = [["ID", "Full name", "Country"], ["1", "A", "DE"], ["2", "B", "Nowhere"]]
MANAGERS = [["ID", "Full name", "Country"], ["8", "C", "FR"], ["9", "D", "FR"]]


@pytest.mark.parametrize("active", [0, 1, 2])
def test_the_first_sheet_with_known_headers_is_read_whichever_is_active(tmp_path, active):
    path = book(tmp_path, {"Help": HELP, "Hires": HIRES, "Managers": MANAGERS}, active)
    ids, (other, cell) = read(path)
    assert ids == ["1"]
    assert "sheet Managers: was not read, with 2 rows below headers that we know" in other
    assert "save it as a file of its own" in other
    assert "book.xlsx, sheet Hires:3 (2): Country: 'Nowhere'" in cell


def test_a_list_of_countries_does_not_take_the_place_of_the_people(tmp_path):
    countries = [["Country"], ["Germany"], ["France"]]
    assert read(book(tmp_path, {"Lists": countries, "Hires": HIRES[:2]}))[0] == ["1"]


def test_where_no_sheet_has_a_known_header_the_sheets_are_named(tmp_path):
    with pytest.raises(InputError, match="of the sheets Help, More, no header is known"):
        read(book(tmp_path, {"Help": HELP, "More": HELP}))


def test_a_sheet_that_is_too_large_matters_only_where_the_people_are(tmp_path, monkeypatch):
    monkeypatch.setattr("fraudscore.sheets.ROWS_MAX", 2)
    data = [["x"]] * 9
    assert read(book(tmp_path, {"Data": data, "Hires": HIRES}))[0] == ["1"]
    with pytest.raises(InputError, match="sheet Hires has more than"):
        read(book(tmp_path, {"Data": data, "Hires": HIRES + HIRES[1:]}))


def test_what_a_merged_cell_hides_is_not_read(tmp_path):
    rows = [["ID", "Name", "City", "Country"], ["1", "A", "Ulm", "DE"], ["2", "B", "Bonn", "DE"]]
    path = tmp_path / "kept.xlsx"
    with zipfile.ZipFile(sheet(tmp_path, rows)) as parts, zipfile.ZipFile(path, "w") as out:
        for part in parts.namelist():
            merged = b'</sheetData><mergeCells count="1"><mergeCell ref="C2:C3"/></mergeCells>'
            out.writestr(part, parts.read(part).replace(b"</sheetData>", merged))
    first, second = (record["claims"]["places"][0] for record in records(path))
    assert first["city"] == "Ulm"
    assert "city" not in second


def test_cells_that_are_only_coloured_do_not_count(tmp_path):
    path = tmp_path / "coloured.xlsx"
    made = openpyxl.Workbook()
    for row in HIRES[:2]:
        made.active.append(row)
    yellow = PatternFill("solid", fgColor="FFFF00")
    for place in range(4, 404):
        made.active.cell(1, place).fill = yellow
    made.active.cell(1_048_576, 2).fill = yellow
    made.active.cell(1_048_575, 2).value = " "
    made.save(path)
    assert read(path) == (["1"], [])


def test_blank_rows_and_columns_at_the_end_of_a_csv_do_not_count(tmp_path, monkeypatch):
    monkeypatch.setattr("fraudscore.sheets.ROWS_MAX", 3)
    blank = "," * 300
    text = f"ID,Name,Country{blank}\n1,A,DE{blank}\n" + f"{blank}\n" * 100
    assert read(table(tmp_path, text)) == (["1"], [])


@pytest.mark.parametrize("name", ["hires.csv", "hires.tsv"])
def test_an_empty_file(tmp_path, name):
    with pytest.raises(InputError, match="is empty"):
        read(table(tmp_path, "", name))


def test_an_empty_workbook(tmp_path):
    with pytest.raises(InputError, match="is empty"):
        read(sheet(tmp_path, []))


@pytest.mark.parametrize(("name", "limit"), [("ROWS_MAX", 1), ("COLUMNS_MAX", 1)])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_sheet_that_is_too_large(tmp_path, monkeypatch, name, limit, kind):
    monkeypatch.setattr(f"fraudscore.sheets.{name}", limit)
    rows = [["Name", "Country"], ["A", "DE"], ["B", "DE"]]
    text = "\n".join(",".join(row) for row in rows)
    path = table(tmp_path, text) if kind == "csv" else sheet(tmp_path, rows)
    with pytest.raises(InputError, match="has more than"):
        read(path)


def test_a_zip_that_unpacks_too_far_is_never_opened(tmp_path, monkeypatch):
    path = sheet(tmp_path, [["Name"], ["A"]])
    monkeypatch.setattr("fraudscore.sheets.UNPACKED_MAX", path.stat().st_size)
    monkeypatch.setattr("openpyxl.load_workbook", lambda *_, **__: pytest.fail("opened"))
    with pytest.raises(InputError, match="unpacks to more"):
        read(path)


def test_a_workbook_that_is_no_zip(tmp_path):
    with pytest.raises(InputError, match="cannot be read as XLSX"):
        read(table(tmp_path, "Name\nA\n", "hires.xlsx"))


def test_a_workbook_with_damage_inside(tmp_path):
    whole = sheet(tmp_path, [["Name"], ["A"]])
    broken = tmp_path / "broken.xlsx"
    with zipfile.ZipFile(whole) as parts, zipfile.ZipFile(broken, "w") as out:
        for part in parts.namelist():
            data = parts.read(part)
            out.writestr(part, data[:40] if part.endswith("sheet1.xml") else data)
    with pytest.raises(InputError, match="cannot be read as XLSX"):
        read(broken)


@pytest.mark.parametrize(
    ("headers", "row", "payout"),
    [
        ("Bank country", "DE", {"country": "DE", "method": "bank"}),
        ("Payout method,Bank country", "e-money,DE", {"country": "DE", "method": "e_money"}),
        ("Bank country,Payout method", "DE,e-money", {"country": "DE", "method": "e_money"}),
        ("Payout country", "DE", {"country": "DE"}),
        ("IBAN", "DE89370400440532013000", {"account": "DE89370400440532013000", "method": "bank"}),
        (
            "Account number,Payout method",
            "44-17,e-money",
            {"account": "44-17", "method": "e_money"},
        ),
        ("Bank account holder", "Bram Ostervald", {"holder": "Bram Ostervald", "method": "bank"}),
        ("Bank", "Payoneer", {"provider": "Payoneer"}),
    ],
)
def test_what_a_header_says_of_a_bank_is_a_bank_accounts(tmp_path, headers, row, payout):
    path = tmp_path / "hires.csv"
    path.write_text(f"Full name,{headers}\nIrune Vastel,{row}\n")
    assert records(path)[0]["payouts"] == [payout]


def test_no_other_date_is_proposed_as_the_day_of_the_assessment(tmp_path):
    path = tmp_path / "hires.csv"
    path.write_text("Full name,Preferred name,Start date\nIrune Vastel,Iru Vastel,2026-01-01\n")
    (record,) = records(path)
    assert record["claims"] == {"name": "Irune Vastel", "other_names": ["Iru Vastel"]}
    told = [str(item) for item in read_spreadsheet(path) if not isinstance(item, tuple)]
    assert "Start date" in str(told)
    assert "did you mean" not in str(told)
