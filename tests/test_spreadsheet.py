"""The HR case: one person a row, friendly headers, every kind of mess."""

from __future__ import annotations

from datetime import UTC, datetime

import openpyxl
import pytest

from fraudscore.errors import InputError
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


@pytest.mark.parametrize(
    ("written", "code"), [("NA", "NA"), ("Namibia", "NA"), ("germany", "DE"), ("de", "DE")]
)
def test_countries_as_people_write_them(tmp_path, written, code):
    (record,) = records(table(tmp_path, f"Name,Country\nA,{written}\n"))
    assert record["claims"]["places"] == [{"country": code}]


@pytest.mark.parametrize(
    ("written", "advice"), [("UK", "write GB"), ("Germny", "did you mean 'Germany'")]
)
def test_a_country_nobody_knows_is_told_and_the_rest_is_read(tmp_path, written, advice):
    ids, told = read(table(tmp_path, f"Name,Country\nA,{written}\nB,DE\n"))
    assert ids == ["row-3"]
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
    assert ids == ["row-2"]
    text = "\n".join(told)
    assert "did you mean 'country'" in text
    assert "stands there twice" in text
    assert "Shoe size: is not a column we know" in text


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
    assert ids == ["row-2", "row-3"]
    assert "B2:B3: are merged cells" in told[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
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
    assert record == {"profile_id": "row-2", "claims": {"name": "A"}}
