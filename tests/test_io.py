"""Files of every kind, whole and broken; nothing is lost, nothing is half written."""

from __future__ import annotations

import gzip
import io
import json
import os
import stat
import sys
import zipfile
from datetime import UTC, datetime

import pandas as pd
import pytest

from fraudscore.errors import InputError, OutputError
from fraudscore.io import read_inputs
from fraudscore.output import neutral_cells
from fraudscore.whole_file import open_output

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def person(number, **parts):
    return {"profile_id": f"p{number}", "as_of": "2026-06-01T00:00:00Z", "claims": {}, **parts}


def lines(*people):
    return "".join(json.dumps(p) + "\n" for p in people).encode()


def read(*paths):
    chunks = list(read_inputs(paths, default_as_of=NOW))
    ids = [name for chunk in chunks for name in chunk.batch.ids]
    return ids, [item for chunk in chunks for item in chunk.rejected]


@pytest.fixture
def write(tmp_path):
    def make(name, data):
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return make


def test_jsonl_with_bom_windows_line_ends_and_blank_lines(write):
    data = b"\xef\xbb\xbf" + lines(person(1), person(2)).replace(b"\n", b"\r\n\r\n")
    assert read(write("a.jsonl", data)) == (["p1", "p2"], [])


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(person(1)),
        json.dumps(person(1), indent=2),
        json.dumps([person(1)]),
        json.dumps({"profiles": [person(1)]}, indent=1),
        json.dumps({"profiles": [person(1)]}),
        "[\n" + json.dumps(person(1)) + "\n]",
        '{"profiles": [\n' + json.dumps(person(1)) + "\n]}",
        '{"profiles": [' + json.dumps(person(1)) + "\n]}",
    ],
)
def test_json_in_its_shapes(write, text):
    assert read(write("a.json", text.encode())) == (["p1"], [])


def test_a_list_that_begins_on_the_line_of_its_name(write):
    text = '{"profiles": [' + json.dumps(person(1)) + "\n, " + json.dumps(person(2)) + "\n]}\n"
    assert read(write("a.json", text.encode())) == (["p1", "p2"], [])


@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.txt"])
def test_json_as_windows_writes_it(write, name):
    """PowerShell redirects into UTF-16."""
    data = lines(person(1), person(2)).decode().replace("\n", "\r\n").encode("utf-16")
    assert read(write(name, data)) == (["p1", "p2"], [])


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252", "utf-8"])
def test_a_spreadsheet_saved_as_text(write, encoding):
    """Excel's own "Unicode Text" and "Text (Tab delimited)"."""
    text = "ID\tFull name\tCountry\r\n1\tZo\u00eb Vane\tPortugal\r\n"
    assert read(write("hires.txt", text.encode(encoding))) == (["1"], [])


@pytest.mark.parametrize("name", ["hires.ods", "hires.xls", "hires.numbers"])
def test_a_spreadsheet_of_another_program_says_how_to_save_it(write, name):
    with pytest.raises(InputError, match="save it as XLSX or CSV"):
        read(write(name, b"PK\x03\x04 anything"))


def test_a_truncated_last_line_is_listed_with_its_number(write):
    ids, rejected = read(write("a.jsonl", lines(person(1), person(2))[:-20]))
    assert ids == ["p1"]
    assert [item.row for item in rejected] == [2]
    assert "not JSON" in str(rejected[0])


@pytest.mark.parametrize("broken", [b'{"profile_id": "p0", "as_o', b"garbage", b'{"a": 1'])
def test_a_broken_first_line_does_not_cost_the_lines_after_it(write, broken):
    ids, rejected = read(write("a.jsonl", broken + b"\n" + lines(person(1), person(2))))
    assert ids == ["p1", "p2"]
    assert [item.row for item in rejected] == [1]


@pytest.mark.parametrize(
    "broken",
    [
        [b'{"profile_id": "p0", "as_o', b'{"profile_id": "p9", "as_o'],
        [b"# people of June", b"# and of July, too:"],
        [b'{"profile_id": "p0",', b'{"profile_id": "p9", "claims": {'],
        [b"garbage"] * 50,
    ],
    ids=["cut", "comments", "cut at a comma", "many"],
)
def test_several_broken_first_lines_do_not_cost_the_lines_after_them(write, broken):
    data = b"\n".join([b"", *broken, lines(person(1), person(2))])
    ids, rejected = read(write("a.jsonl", data))
    assert ids == ["p1", "p2"]
    assert [item.row for item in rejected] == list(range(2, 2 + len(broken)))


@pytest.mark.parametrize("text", ["some notes\n" * 40, "[\n%s,\n{bad\n%s\n]", '{"a": 1,\n"b": 2'])
def test_a_broken_document_is_told_once(write, text):
    one = json.dumps(person(1))
    with pytest.raises(InputError, match="is not JSON"):
        read(write("a.json", text.replace("%s", one).encode()))


def test_lines_are_numbered_as_an_editor_shows_them(write):
    _, rejected = read(write("a.jsonl", b"\n\n" + lines(person(1)) + b"\nbad\n"))
    assert [item.row for item in rejected] == [5]


def test_a_line_too_long_is_listed_and_the_next_is_read(write, monkeypatch):
    monkeypatch.setattr("fraudscore.io.LINE_MAX", 200)
    long = lines(person(2, claims={"name": "x" * 1_000}))
    ids, rejected = read(write("a.jsonl", lines(person(1)) + long + lines(person(3))))
    assert ids == ["p1", "p3"]
    assert [item.row for item in rejected] == [2]
    assert "split the profile" in str(rejected[0])


def test_a_packed_file_says_how_to_read_it(write):
    with pytest.raises(InputError, match=r"packed \(gzip\); unpack it, or unpack it into a pipe"):
        read(write("a.jsonl.gz", gzip.compress(lines(person(1)))))


def test_a_damaged_line_is_told_by_its_own_line_alone(write):
    _, (told,) = read(write("a.jsonl", lines(person(1)) + b'{"profile_id": "p2", "as_of"\n'))
    assert (told.row, told.problems[0].where) == (2, "line 1 column 29")


TWICE = (
    b'{"profile_id": "p1", "as_of": "2026-06-01T00:00:00Z", "claims": {"name": "A", "name": "B"}, '
    b'"payouts": [{"holder": "A"}], "payouts": [{"holder": "B", "country": "DE", "country": "FR"}]}'
)


@pytest.mark.parametrize(
    ("name", "data", "row"),
    [
        ("a.jsonl", TWICE + b"\n" + lines(person(2)), 1),
        ("a.json", b"[" + TWICE + b",\n" + json.dumps(person(2)).encode() + b"]", 1),
        ("a.json", b'{"profiles": [' + json.dumps(person(2)).encode() + b"," + TWICE + b"]}", 2),
    ],
)
def test_a_name_given_twice_is_told_and_nothing_of_the_person_is_used(write, name, data, row):
    ids, rejected = read(write(name, data))
    assert ids == ["p2"]
    (told,) = rejected
    assert (told.row, told.profile_id, told.lost) == (row, "p1", "person")
    assert {problem.where: problem.found for problem in told.problems} == dict.fromkeys(
        ("payouts", "payouts[0].country", "claims.name"), "stands there twice"
    )


def test_a_single_record_and_a_list_given_twice_are_told(write):
    ids, (told,) = read(write("a.json", TWICE.replace(b", ", b",\n")))
    assert (ids, told.profile_id) == ([], "p1")
    one, other = (json.dumps([person(number)]).encode() for number in (1, 2))
    twice = b'{"profiles": %b,\n"profiles": %b}' % (one, other)
    with pytest.raises(InputError, match="profiles twice"):
        read(write("a.json", twice))


def test_a_document_too_large_is_refused(write, monkeypatch):
    monkeypatch.setattr("fraudscore.io.JSON_MAX", 50)
    with pytest.raises(InputError, match="write JSONL"):
        read(write("a.json", json.dumps([person(1)]).encode()))


@pytest.mark.parametrize("text", ["[]", '{"profiles": []}', '{"profiles":\n[]}'])
def test_a_document_without_people_says_so(write, text):
    with pytest.raises(InputError, match="holds no profiles"):
        read(write("a.json", text.encode()))


@pytest.mark.parametrize("path", ["", "a\0b"])
def test_what_is_no_path_is_refused(path):
    with pytest.raises(InputError, match="not a path"):
        read(path)


def test_one_bad_record_among_ten_thousand(write):
    people = [person(k) for k in range(10_000)]
    people[4_321]["as_of"] = "yesterday"
    ids, rejected = read(write("a.jsonl", lines(*people)))
    assert len(ids) == 9_999
    assert [(item.row, item.profile_id) for item in rejected] == [(4_322, "p4321")]


def test_a_second_record_of_a_person_is_listed(write):
    ids, rejected = read(
        write("a.jsonl", lines(person(1), person(1))), write("b.jsonl", lines(person(1)))
    )
    assert ids == ["p1"]
    assert len(rejected) == 2


@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.csv", "a.xlsx"])
def test_an_empty_file_says_so(write, name):
    with pytest.raises(InputError, match=r"empty|XLSX"):
        read(write(name, b""))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.jsonl", b"\x00\x01\x02" * 50),
        ("a.json", b"[1, 2"),
        ("a.json", "profil".encode("utf-16")),
        ("a.xlsx", b"PK\x03\x04 not really"),
        ("a.parquet", b"PAR1"),
        ("a.csv", b"\x00\x00\x00"),
    ],
)
def test_junk_is_refused_in_a_sentence(write, name, data):
    with pytest.raises(InputError, match=name):
        read(write(name, data))


def test_a_missing_file(tmp_path):
    with pytest.raises(InputError, match="name a file or folder"):
        read(tmp_path / "nothing.jsonl")


def test_standard_input(monkeypatch):
    stream = io.TextIOWrapper(io.BytesIO(lines(person(1))))
    monkeypatch.setattr(sys, "stdin", stream)
    assert read("-")[0] == ["p1"]


def test_a_folder_of_csv_tables_with_a_bad_cell_and_namibia(tmp_path):
    (tmp_path / "profiles.csv").write_text("profile_id,as_of\na,2026-06-01T00:00:00Z\nb,\n")
    (tmp_path / "places.csv").write_text("profile_id,country\na,NA\nb,Nowhere\n")
    ids, rejected = read(tmp_path)
    assert ids == ["a"]
    assert "places:2 (b)" in str(rejected[0])


def test_a_folder_of_parquet_tables(tmp_path):
    frame = pd.DataFrame({"profile_id": ["a"], "as_of": pd.to_datetime(["2026-06-01"], utc=True)})
    frame.to_parquet(tmp_path / "profiles.parquet")
    assert read(tmp_path) == (["a"], [])


def people_at(tmp_path, frame, name="profiles"):
    frame.assign(as_of=pd.Timestamp("2026-06-01", tz="UTC")).to_parquet(
        tmp_path / f"{name}.parquet"
    )
    return read(tmp_path)


def test_parquet_ids_stand_in_the_order_of_rows_and_none_is_made_up(tmp_path):
    ids = pd.Categorical(["c", "a", "b"], categories=["nobody", "a", "b", "c"])
    assert people_at(tmp_path, pd.DataFrame({"profile_id": ids})) == (["c", "a", "b"], [])


def test_a_parquet_index_that_names_people_is_a_column(tmp_path):
    frame = pd.DataFrame({"profile_id": ["a", "b"], "name": ["x", "y"]}).set_index("profile_id")
    assert people_at(tmp_path, frame) == (["a", "b"], [])


def test_long_numbers_in_parquet_stay_whole_beside_missing_ones(tmp_path):
    ids = pd.array([9_007_199_254_740_993, None, 9_007_199_254_740_995], dtype="Int64")
    found, (blank,) = people_at(tmp_path, pd.DataFrame({"profile_id": ids}))
    assert found == ["9007199254740993", "9007199254740995"]
    assert blank.row == 2
    assert "give every row an id" in str(blank)


def test_a_parquet_table_in_parts(tmp_path):
    parts = tmp_path / "profiles.parquet"
    parts.mkdir()
    for name in "ab":
        frame = pd.DataFrame({"profile_id": [name], "as_of": [NOW]})
        frame.to_parquet(parts / f"part-{name}.parquet")
    assert read(tmp_path) == (["a", "b"], [])


def test_a_parquet_table_without_rows_or_with_nothing_in_them(tmp_path):
    pd.DataFrame({"profile_id": ["a"], "as_of": [NOW]}).to_parquet(tmp_path / "profiles.parquet")
    pd.DataFrame({"profile_id": [], "country": []}).to_parquet(tmp_path / "places.parquet")
    nothing = pd.DataFrame({"profile_id": [None, None], "at": [None, None]})
    nothing.to_parquet(tmp_path / "sessions.parquet")
    ids, rejected = read(tmp_path)
    assert ids == ["a"]
    assert [item.row for item in rejected] == [1]


def test_people_and_rows_are_the_same_in_blocks_of_any_size(tmp_path, monkeypatch):
    ids = [f"p{number}" for number in range(7)]
    pd.DataFrame({"profile_id": ids, "as_of": [NOW] * 7}).to_parquet(tmp_path / "profiles.parquet")
    countries = ["ES", "PT", "FR", "XX", "IT", "NL", "PL", "DE"]
    mixed = [ids[k % 7] for k in (6, 2, 0, 4, 1, 3, 5, 6)]
    places = pd.DataFrame({"profile_id": [*mixed, "stranger"], "country": [*countries, "ES"]})
    places.to_parquet(tmp_path / "places.parquet")

    def told(block):
        monkeypatch.setattr("fraudscore.folders.BLOCK", block)
        chunks = list(read_inputs([tmp_path]))
        rows = [
            (chunk.batch.ids[owner], chunk.batch.table("places").text("country").at(row))
            for chunk in chunks
            for row, owner in enumerate(chunk.batch.table("places").owner.tolist())
        ]
        return rows, {str(item) for chunk in chunks for item in chunk.rejected}

    rows, rejected = told(1_000)
    assert ("p6", "PL") not in rows
    assert [country for who, country in rows if who == "p6"] == ["ES", "DE"]
    assert {"places:4 (p4)" in one or "places:9 (stranger)" in one for one in rejected} == {True}
    for block in (1, 2, 3):
        assert told(block) == (rows, rejected)


@pytest.mark.parametrize("name", ["profiles.csv", "profiles.parquet"])
def test_a_broken_table(tmp_path, name):
    (tmp_path / name).write_bytes(b"")
    with pytest.raises(InputError, match=name):
        read(tmp_path)


def test_a_folder_without_tables(tmp_path):
    with pytest.raises(InputError, match="no tables"):
        read(tmp_path)


@pytest.mark.parametrize(
    "name", ["SESSIONS.CSV", "sessions.tsv", "sessions.csv.gz", "sessions.xlsx", "Sessions.csv.zip"]
)
def test_a_table_that_is_not_read_is_told(tmp_path, name):
    (tmp_path / "profiles.csv").write_text("profile_id,as_of\na,2026-06-01T00:00:00Z\n")
    (tmp_path / name).write_bytes(b"anything")
    ids, (rejected,) = read(tmp_path)
    assert ids == ["a"]
    assert rejected.file.endswith(name)
    assert "sessions.csv" in str(rejected)
    (tmp_path / "profiles.csv").unlink()
    with pytest.raises(InputError, match=name):
        read(tmp_path)


def test_of_two_files_of_a_table_the_one_not_read_is_told(tmp_path):
    frame = pd.DataFrame({"profile_id": ["a"], "as_of": pd.to_datetime(["2026-06-01"], utc=True)})
    frame.to_parquet(tmp_path / "profiles.parquet")
    (tmp_path / "profiles.csv").write_text("profile_id,as_of\nb,2026-06-01T00:00:00Z\n")
    ids, (rejected,) = read(tmp_path)
    assert ids == ["a"]
    assert "profiles.csv: is not read: profiles.parquet is" in str(rejected)


def test_files_that_are_no_tables_stay_unmentioned(tmp_path):
    (tmp_path / "profiles.csv").write_text("profile_id,as_of\na,2026-06-01T00:00:00Z\n")
    for name in ("README.md", ".DS_Store", "._profiles.csv", "labels.csv", "notes.xlsx"):
        (tmp_path / name).write_bytes(b"anything")
    assert read(tmp_path) == (["a"], [])


def test_repeated_columns_in_a_csv_table_are_told(tmp_path):
    (tmp_path / "profiles.csv").write_text(
        "profile_id,as_of,name,name\na,2026-06-01T00:00:00Z,x,y\n"
    )
    ids, rejected = read(tmp_path)
    assert ids == ["a"]
    assert "stands there twice" in str(rejected[0])


def test_a_zip_bomb_is_not_unpacked(tmp_path):
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/worksheets/sheet1.xml", b"0" * (300 * 1024 * 1024))
    with pytest.raises(InputError, match="unpacks to more"):
        read(path)


def test_output_appears_whole_or_not_at_all(tmp_path):
    path = tmp_path / "out.jsonl"
    path.write_text("before")

    def interrupted():
        with open_output(path) as stream:
            stream.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert path.read_text() == "before"
    assert os.listdir(tmp_path) == ["out.jsonl"]
    with open_output(path) as stream:
        stream.write(b"whole")
    assert path.read_text() == "whole"


def test_output_keeps_links_and_permissions(tmp_path):
    path, link = tmp_path / "out.csv", tmp_path / "link.csv"
    path.write_text("before")
    path.chmod(0o600)
    link.symlink_to(path)
    with open_output(link) as stream:
        stream.write(b"after")
    assert link.is_symlink()
    assert path.read_text() == "after"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_output_to_a_pipe_goes_through_it_and_does_not_replace_it(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with open_output(pipe) as stream:
        stream.write(b"through")
    assert os.read(reading, 100) == b"through"
    os.close(reading)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_trouble_with_another_file_is_not_blamed_on_the_output(tmp_path):
    with pytest.raises(FileNotFoundError), open_output(tmp_path / "out"):
        (tmp_path / "elsewhere").read_text()
    assert os.listdir(tmp_path) == []


def test_no_place_to_write(tmp_path):
    with (
        pytest.raises(OutputError, match="folder you may write to"),
        open_output(tmp_path / "nowhere" / "out.csv"),
    ):
        pass


def test_cells_that_a_spreadsheet_would_run_are_neutralised():
    frame = pd.DataFrame({"text": ["=1+1", "@x", "plain", "\n=2"], "number": [-1.0, 2.0, 3.0, 4.0]})
    out = neutral_cells(frame)
    assert out["text"].tolist() == ["'=1+1", "'@x", "plain", "'\n=2"]
    assert out["number"].tolist() == [-1.0, 2.0, 3.0, 4.0]
