"""Imports of LinkedIn's data export: the zip as it comes, unpacked, broken and hostile."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features.reading import read_profile
from fraudscore.cli import main
from fraudscore.connectors import linkedin
from fraudscore.connectors.connector import Options, Report
from fraudscore.connectors.keys import Keys
from fraudscore.connectors.people import People
from fraudscore.errors import InputError

EXPORT = Path(__file__).parent.parent / "data" / "samples" / "exports" / "linkedin"
MAIL = "ona.vertaal@example.org"


def zipped(path, files=None, kind=zipfile.ZIP_DEFLATED):
    """A zip of the sample's tables, some replaced; None leaves one out."""
    tables = {file.name: file.read_bytes() for file in EXPORT.glob("*.csv")} | (files or {})
    with zipfile.ZipFile(path, "w", kind) as archive:
        for name, content in tables.items():
            if content is not None:
                archive.writestr(name, content)
    return path


@pytest.fixture
def archive(tmp_path):
    return lambda **files: zipped(tmp_path / "export.zip", files)


def read(path, person=None):
    report, people = Report(), People()
    options = Options(keys=Keys(b"k" * 32), person=person)
    for finding in linkedin.LINKEDIN.read(path, options, report):
        people.add(finding)
    return [one.data() for one in people], report


def test_an_export_becomes_a_profile_that_is_scored(archive, tmp_path):
    out, key = tmp_path / "people.jsonl", tmp_path / "key"
    key.write_bytes(b"k" * 32)
    told = ["import", "linkedin", str(archive()), "-o", str(out), "--key-file", str(key)]
    done = CliRunner().invoke(main, [*told, "--as-of", "2026-06-01"])
    assert done.exit_code == 0, done.output
    assert "3 positions, 3 skills, 3 connections" in done.stderr
    for left in ("Birth Date of the profile", "Zip Code of the profile", "messages.csv"):
        assert f"1 {left}" in done.stderr.replace("\n", " ")
    text = out.read_text()
    for hidden in (
        "Bule",
        "1990",
        "1000-001",
        "Amster",
        "Odal",
        "kettle on",
        "192.0.2.44",
        "mostly",
    ):
        assert hidden not in text
    [found] = map(json.loads, text.splitlines())
    assert found["profile_id"] == MAIL
    assert found["contact"] == {"emails": [{"address": MAIL}]}
    assert sorted(found["work"]["positions"], key=lambda row: row["starts"]) == [
        {"source": "linkedin", "employer": "Leaf, Tin and Co", "title": "Intern",
         "starts": "2017-01-01", "ends": "2018-08-01"},
        {"source": "linkedin", "employer": "Tillworks", "title": "Engineer",
         "starts": "2018-09-01", "ends": "2022-02-01"},
        {"source": "linkedin", "employer": "Steam & Spout", "title": "Senior Engineer",
         "starts": "2022-03-01"},
    ]  # fmt: skip
    assert found["work"]["education"] == [
        {"source": "linkedin", "school": "University of Aurelhaven",
         "degree": "Licenciatura, Engineering", "starts": "2013-01-01", "ends": "2017-01-01"}
    ]  # fmt: skip
    assert [row["name"] for row in found["work"]["skills"]] == ["Python", "Thermodynamics", "Git"]
    assert found["work"]["web_profiles"] == [
        {"service": "linkedin", "name": "Ona Vertaal", "created_at": "2015-06-15", "connections": 3}
    ]
    assert found["claims"] == {}
    again = CliRunner().invoke(main, [*told, "--as-of", "2026-06-01"])
    assert again.exit_code == 0
    assert out.read_text() == text
    scored = CliRunner().invoke(main, ["score", str(out), "--format", "json"])
    assert scored.exit_code == 0
    assert MAIL in scored.stdout


def test_the_unpacked_folder_says_the_same(archive):
    assert read(EXPORT)[0] == read(archive())[0]


def test_without_a_mailbox_the_person_is_named(archive):
    export = archive(**{"Email Addresses.csv": None})
    with pytest.raises(InputError, match="--person"):
        read(export)
    assert read(export, "p1")[0][0]["profile_id"] == "p1"


@pytest.mark.parametrize(
    ("told", "day"),
    [
        ('"1/12/10, 9:14 AM"', "2010-01-12"),
        ("2015-06-15 00:00:00 UTC", "2015-06-15"),
        ("whenever", None),
        ("", None),
    ],
)
def test_the_day_of_registration_in_its_forms(told, day, archive):
    table = f"Registered At,Registration Ip,Subscription Types\n{told},,\n".encode()
    [found], report = read(archive(**{"Registration.csv": table}))
    assert found["work"]["web_profiles"][0].get("created_at") == day
    assert report.lost == (told == "whenever")


def test_broken_rows_are_told_with_file_row_and_column(archive):
    table = (
        b"Company Name,Title,Description,Location,Started On,Finished On\n"
        b"Spout,Engineer,,,Sometime,\n,Nobody,,,Mar 2019,\nTillworks,,,,Mar 2019,\n"
        b"a,b,c,d,e,f,g,h\n" + b"Leaf\0,\xff\xfe,,,2019,\n"
    )
    [found], report = read(archive(**{"Positions.csv": table}))
    assert [row["employer"] for row in found["work"]["positions"]] == ["Tillworks", "Leaf"]
    first, second = report.rejected
    assert (Path(first.file).name, first.row) == ("positions.csv", 2)
    assert str(first).endswith("Started On: 'Sometime' is not a date; write it as in Mar 2019")
    assert second.row == 5
    assert report.ignored["rows without a name in positions.csv"] == 1


def test_no_more_rows_are_taken_than_the_record_holds(archive):
    table = b"Name\n" + b"".join(b"skill %d\n" % k for k in range(1_200))
    [found], report = read(archive(**{"Skills.csv": table}))
    assert len(found["work"]["skills"]) == 1_000
    assert report.ignored["rows beyond 1,000 in skills.csv"] == 200
    read_profile({**found, "as_of": "2026-01-01T00:00:00Z"})


def test_connections_without_their_notes_are_counted_too(archive):
    table = (EXPORT / "Connections.csv").read_bytes()
    bare = table[table.index(b"First Name") :]
    header = bare.partition(b"\n")[0]
    for content, number in ((bare, 3), (header, 0), (b"Notes:\n" * 40, None), (b"", None)):
        [found], _ = read(archive(**{"Connections.csv": content}))
        assert found["work"]["web_profiles"][0].get("connections") == number


def test_tables_in_a_folder_of_the_zip_and_with_bom_are_found(tmp_path):
    path = tmp_path / "nested.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in EXPORT.glob("*.csv"):
            archive.writestr(f"../../Basic/{file.name}", b"\xef\xbb\xbf" + file.read_bytes())
    assert read(path)[0] == read(EXPORT)[0]
    assert not (tmp_path.parent / "Basic").exists()


def test_a_bomb_is_refused_without_being_unpacked(archive, monkeypatch):
    monkeypatch.setattr(linkedin, "FILE_MAX", 100_000)
    [found], report = read(archive(**{"Skills.csv": b"Name\n" + b"x" * 5_000_000}))
    assert "skills" not in found["work"]
    assert "is larger than 100,000 bytes" in str(report.rejected[0])


@pytest.mark.parametrize("content", [b"", b"PK\3\4 no", b"First Name\nOna\n", b"\0" * 500])
def test_what_is_no_zip_is_refused(content, tmp_path):
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(InputError, match=r"a\.zip"):
        read(tmp_path / "a.zip")


def test_a_zip_of_something_else_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as other:
        other.writestr("photo.png", b"x")
        other.writestr("people.csv", b"a,b\n1,2\n")
    shutil.copy(tmp_path / "a.zip", tmp_path / "b.zip")
    for path in (tmp_path / "a.zip", tmp_path):
        with pytest.raises(InputError, match="not a LinkedIn export"):
            read(path, "p1")


def test_a_zip_with_a_password_or_an_unknown_packing_is_told(tmp_path):
    path = zipped(tmp_path / "a.zip", kind=zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    place = -1
    while (place := data.find(b"PK\1\2", place + 1)) >= 0:
        data[place + 8] |= 1
    path.write_bytes(data)
    with pytest.raises(InputError, match="LinkedIn export"):
        read(path, "p1")


@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.data())
def test_mutated_exports_never_raise(tmp_path, data):
    kind = data.draw(st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA]))
    buffer = io.BytesIO()
    zipped(buffer, kind=kind)
    content = bytearray(buffer.getvalue())
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.one_of(st.none(), st.integers(0, len(content))))
    path = tmp_path / "a.zip"
    path.write_bytes(content[:cut])
    try:
        people, report = read(path, "p1")
    except InputError:
        return
    "\n".join(map(str, report.rejected)).encode()
    for person in people:
        read_profile({**person, "as_of": "2026-01-01T00:00:00Z"})
