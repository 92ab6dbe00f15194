"""Tables as databases, frames and programs write them: nothing in a cell changes on the way in."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fraudscore.errors import InputError
from fraudscore.io import read_inputs

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def read(folder):
    chunks = list(read_inputs([folder], default_as_of=NOW))
    return chunks[0].batch, [str(item) for chunk in chunks for item in chunk.rejected]


def texts(batch, table, column):
    cells = batch.table(table).text(column)
    return [cells.at(row) for row in range(batch.table(table).owner.size)]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "profiles.csv").write_text("profile_id\na\nb\n")
    return tmp_path


def test_digits_in_a_csv_table_stay_as_they_are_written(tmp_path):
    (tmp_path / "profiles.csv").write_text("profile_id\n007\n7\n")
    (tmp_path / "phones.csv").write_text("profile_id,number\n007,+4915112345678\n7,0049301234567\n")
    (tmp_path / "payouts.csv").write_text("profile_id,account\n007,0012345\n7,1.50\n")
    batch, told = read(tmp_path)
    assert told == []
    assert list(batch.ids) == ["007", "7"]
    assert texts(batch, "phones", "number") == ["+4915112345678", "0049301234567"]
    assert texts(batch, "payouts", "account") == ["0012345", "1.50"]


@pytest.mark.parametrize("mark", ["\t", ";", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_csv_table_by_its_own_separator_and_encoding(tmp_path, mark, encoding):
    rows = [" profile_id", "name", "role "], ["a", "Zo\u00eb, Vane", 'say "x"']
    quoted = [mark.join(rows[0]), mark.join((rows[1][0], f'"{rows[1][1]}"', '"say ""x"""'))]
    (tmp_path / "profiles.csv").write_bytes("\n".join(quoted).encode(encoding))
    batch, told = read(tmp_path)
    assert told == []
    assert texts(batch, "profiles", "claims.name") == ["Zo\u00eb, Vane"]
    assert texts(batch, "profiles", "claims.role") == ['say "x"']


@pytest.mark.parametrize(
    ("rows", "word"),
    [
        ("a,x\nb,y,z\n", "row 2: has 3 cells under 2 headers; put a cell that holds a separator"),
        ("a,x,z\nb,y\n", "row 1: has 3 cells under 2 headers"),
        ('a,"x\ny"\n\nb,"y\n', "row 2: has a quotation mark that is not closed"),
        ('a,"x"y"\n', "row 1: has a quotation mark that is not closed"),
    ],
)
def test_a_damaged_row_of_a_csv_table_is_named(tmp_path, rows, word):
    (tmp_path / "profiles.csv").write_text("profile_id,role\n" + rows)
    with pytest.raises(InputError, match=f"profiles.csv {word}"):
        read(tmp_path)


def test_blank_lines_short_rows_and_separators_at_the_end_lose_nothing(tmp_path):
    (tmp_path / "profiles.csv").write_text('\nprofile_id,role\na,x,\n\n   \nb\n"c","u\nv",,\n')
    batch, told = read(tmp_path)
    assert told == []
    assert list(batch.ids) == ["a", "b", "c"]
    assert texts(batch, "profiles", "claims.role") == ["x", None, "u\nv"]


def test_a_csv_table_in_another_encoding_says_what_to_write(tmp_path):
    (tmp_path / "profiles.csv").write_bytes("profile_id,name\na,J\u00fcrgen\n".encode("cp1252"))
    with pytest.raises(InputError, match=r"profiles.csv is not text; save it as CSV \(UTF-8\)"):
        read(tmp_path)


def sessions(folder, **columns):
    moments = pa.array([datetime(2026, 5, 1, 9, tzinfo=UTC)] * 2, pa.timestamp("us", "UTC"))
    table = pa.table({"profile_id": ["a", "b"], "at": moments, **columns})
    pq.write_table(table, folder / "sessions.parquet")
    return read(folder)


ONE = uuid.UUID("6f3c1d1a-0000-4000-8000-000000000001")
KINDS_OF_TEXT = {
    "uuid": pa.array([ONE.bytes, None], pa.uuid()),
    "binary": pa.array([str(ONE).encode(), None], pa.binary()),
    "large_binary": pa.array([str(ONE).encode(), None], pa.large_binary()),
    "string_view": pa.array([str(ONE), None], pa.string_view()),
    "large_string": pa.array([str(ONE), None], pa.large_string()),
    "dictionary": pa.array([str(ONE), None]).dictionary_encode(),
}


@pytest.mark.parametrize("kind", KINDS_OF_TEXT)
def test_text_is_text_however_a_database_stores_it(folder, kind):
    cells = KINDS_OF_TEXT[kind]
    batch, told = sessions(folder, device=cells)
    assert told == []
    assert texts(batch, "sessions", "device") == [str(ONE), None]
    (folder / "profiles.csv").unlink()
    (folder / "sessions.parquet").unlink()
    pq.write_table(pa.table({"profile_id": cells[:1]}), folder / "profiles.parquet")
    assert list(read(folder)[0].ids) == [str(ONE)]


def test_bytes_that_are_no_text_tell_things_apart_by_their_digits(folder):
    batch, told = sessions(folder, device=pa.array([b"\xff\x00", b"ok"]))
    assert told == []
    assert texts(batch, "sessions", "device") == ["ff00", "6f6b"]


def test_ids_that_are_lists_are_refused_in_a_sentence(tmp_path):
    pq.write_table(pa.table({"profile_id": [["a"], ["b"]]}), tmp_path / "profiles.parquet")
    with pytest.raises(InputError, match="profiles: column profile_id holds lists; write one"):
        read(tmp_path)


def test_a_parquet_column_that_stands_twice_is_named(tmp_path):
    cells = pa.array(["a", "b"])
    table = pa.Table.from_arrays([cells, cells, cells], names=["profile_id", "role", "role"])
    pq.write_table(table, tmp_path / "profiles.parquet")
    with pytest.raises(InputError, match=r"profiles.parquet: column role stands there twice; keep"):
        read(tmp_path)


@pytest.mark.parametrize("first", [None, pa.nulls(1), pa.array(["x"]).dictionary_encode()])
def test_parts_of_a_table_may_differ_in_what_they_hold(folder, first):
    """A part in which nobody has an address must not cost the addresses of the others."""
    parts = folder / "places.parquet"
    parts.mkdir()
    more = {} if first is None else {"city": first}
    pq.write_table(pa.table({"profile_id": ["a"], "country": ["ES"], **more}), parts / "0.parquet")
    other = pa.table({"profile_id": ["b"], "country": ["ES"], "city": ["Lugo"]})
    pq.write_table(other, parts / "1.parquet")
    batch, told = read(folder)
    assert told == []
    assert texts(batch, "places", "city")[1] == "Lugo"


def test_what_the_folders_of_parts_are_called_is_text(folder):
    (folder / "profiles.csv").write_text("profile_id\n007\n")
    moments = pa.array([datetime(2026, 5, 1, 9, tzinfo=UTC)], pa.timestamp("us", "UTC"))
    table = pa.table({"profile_id": ["007"], "kind": ["apply"], "at": moments})
    pq.write_to_dataset(table, folder / "sessions.parquet", ["profile_id", "kind"])
    batch, told = read(folder)
    assert told == []
    assert texts(batch, "sessions", "kind") == ["apply"]


def test_a_table_that_nobody_reads_costs_nothing_but_a_line(folder):
    """Notes without ids must not change how the other tables are read."""
    (folder / "notes.csv").write_text('x\n1,2,"3\n')
    batch, (told,) = read(folder)
    assert list(batch.ids) == ["a", "b"]
    assert "notes: is not a table of the record" in told
    twice = [item for chunk in read_inputs([folder, folder], default_as_of=NOW) for item in
             chunk.rejected if "was given before" in str(item)]  # fmt: skip
    assert len(twice) == 2
