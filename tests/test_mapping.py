"""Any table with a mapping of its columns, and the mapping guessed for it."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features.reading import read_profile
from features.schema import TABLES
from fraudscore.cli import main
from fraudscore.connectors.connector import Options, Report
from fraudscore.connectors.keys import Keys
from fraudscore.connectors.mapping import read_mapping, required
from fraudscore.connectors.people import People, Person
from fraudscore.connectors.suggest import suggest
from fraudscore.connectors.table import read as read_table
from fraudscore.errors import InputError

TABLE = Path(__file__).parent.parent / "data" / "samples" / "exports" / "table"
MIRA, OREN = "mira.tolva@example.com", "oren.padek@example.com"
KEYS = Keys(b"k" * 32)


def mapping(table="sessions", who="user", columns=None, **more):
    return {"table": table, "who": who, "columns": columns or {"t": "at", "ip": "ip"}, **more}


def read(path, given, person=None):
    report, people = Report(), People()
    for finding in read_table(path, Options(keys=KEYS, person=person, mapping=given), report):
        people.add(finding)
    return {person.profile_id: person.data() for person in people}, report


@pytest.fixture
def write(tmp_path):
    def make(text, name="table.csv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
        return path

    return make


def command(*arguments):
    return CliRunner().invoke(main, [str(a) for a in arguments])


def test_the_samples_through_the_command(tmp_path):
    key, out = tmp_path / "key", tmp_path / "people.jsonl"
    key.write_bytes(b"k" * 32)
    for name in ("logins", "payouts"):
        arguments = (
            "import",
            "table",
            TABLE / f"{name}.csv",
            "--map",
            TABLE / f"{name}.mapping.json",
        )
        for _ in range(2):
            done = command(*arguments, "--key-file", key, "-o", out)
            assert done.exit_code == 0, done.output
    people = {p["profile_id"]: p for p in map(json.loads, out.read_text().splitlines())}
    assert people[MIRA]["sessions"][0]["at"] == "2026-03-11T08:15:00Z", "written in Berlin"
    assert len(people[OREN]["sessions"]) == 2
    assert people[MIRA]["payouts"] == [
        {
            "method": "bank",
            "provider": "Sample Bank",
            "holder": "Mira Tolva",
            "account": KEYS.keyed("account", "SAMPLE-0001"),
            "country": "DE",
            "added_at": "2026-02-14T00:00:00Z",
        }
    ]
    assert people[OREN]["payouts"][0]["method"] == "e_money"


@pytest.mark.parametrize(
    ("table", "columns", "row", "found"),
    [
        ("places", {"c": "country"}, {"c": "Portugal"}, ("claims", "places", [{"country": "PT"}])),
        ("other_names", {"n": "value"}, {"n": "M. T."}, ("claims", "other_names", ["M. T."])),
        ("shipments", {"c": "city", "s": "sent_at"}, {"c": "Ada", "s": "2026-03-01"},
         ("shipments", [{"city": "Ada", "sent_at": "2026-03-01T00:00:00Z"}])),
        ("positions", {"e": "employer", "s": "starts", "k": "source"},
         {"e": "Acme", "s": "2019-04", "k": "CV"},
         ("work", "positions", [{"employer": "Acme", "starts": "2019-04-01", "source": "cv"}])),
        ("tools", {"d": "device", "k": "kind", "n": "name"},
         {"d": "lap-1", "k": "Remote access", "n": "AnyDesk"},
         ("devices", [{"id": "lap-1", "tools": [{"kind": "remote_access", "name": "AnyDesk"}]}])),
        ("profiles", {"r": "claims.role"}, {"r": "Engineer"}, ("claims", "role", "Engineer")),
        ("sessions", {"t": "at"}, {"t": 1_772_000_000_000},
         ("sessions", [{"at": "2026-02-25T06:13:20Z"}])),
    ],
)  # fmt: skip
def test_any_table_may_be_the_target(write, table, columns, row, found):
    path = write(json.dumps([{"user": MIRA, **row}]), "rows.json")
    people, report = read(path, mapping(table, columns=columns))
    assert not report.rejected
    place = people[MIRA]
    *steps, wanted = found
    for step in steps:
        place = place[step]
    assert place == wanted
    read_profile({**people[MIRA], "as_of": "2026-06-01T00:00:00Z"})


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"tabel": "sessions"}, "did you mean 'table'"),
        (mapping("session"), "did you mean 'sessions'"),
        (mapping("lunches"), "there are profiles"),
        (mapping(["sessions"]), "table is not text"),
        (mapping(who=None), "who is missing"),
        (mapping(columns={"t": "att"}), "did you mean 'at'"),
        (mapping(columns={"t": "at", "u": "at"}), "at is given twice"),
        (mapping(columns={"ip": "ip"}), "sessions needs at"),
        (mapping(columns={"t": "at", "Nationality": "ip"}), "'Nationality' is refused: it says"),
        (mapping(columns=["t"]), "columns is not an object"),
        (mapping(columns={"t": {}}), "'t' is not mapped"),
        (mapping(constants={"kind": "dance"}), "'dance' is not one of the allowed values"),
        (mapping(time_zone="Mars/Base"), "'Mars/Base' is not an IANA time zone"),
        (mapping(time_zone="/etc/passwd"), "is not an IANA time zone"),
        (mapping(dates="%Q"), "dates: '%Q' is not a form"),
        (mapping(keyed=["device"]), "keyed is not a list of mapped columns"),
        (mapping("tools", columns={"n": "name", "k": "kind"}), "tools needs device"),
    ],
)
def test_a_mapping_that_does_not_fit_says_what_to_write(given, told):
    with pytest.raises(InputError, match="mapping") as error:
        read_mapping(given, None)
    assert told in str(error.value)


def test_a_mapped_column_that_is_not_there(write):
    with pytest.raises(InputError, match="no column 'Login'; did you mean 'Login time'"):
        read(write("user,Login time\na,2026-01-01\n"), mapping(columns={"Login": "at"}))


def test_without_a_mapping_the_way_to_one_is_told(write):
    with pytest.raises(InputError, match="import --suggest"):
        read(write("a,b\n1,2\n"), None)


def test_bad_cells_are_told_by_row_and_heading_and_the_rest_is_read(write):
    text = (
        "user,t,ip,managed\n"
        "a,2026-03-01T10:00:00Z,192.0.2.1,yes\n"
        "a,soon,192.0.2.1,yes\n"
        ",2026-03-01T10:00:00Z,192.0.2.1,yes\n"
        "a,2026-03-01T10:00:00Z,192.0.2.1,perhaps\n"
        "a,,192.0.2.1,yes\n"
        "a,03/04/2026,192.0.2.1,yes\n"
        "b\u202e,2026-03-01T10:00:00Z,192.0.2.1,yes\n"
        "a,2026-03-02 10:00 UTC,,no\n"
    )
    given = mapping(columns={"t": "at", "ip": "ip", "managed": "managed"}, time_zone="Asia/Tokyo")
    people, report = read(write(text), given)
    assert [s["at"] for s in people["a"]["sessions"]] == [
        "2026-03-01T10:00:00Z",
        "2026-03-02T10:00:00Z",
    ]
    told = [str(item).partition("table.csv:")[2] for item in report.rejected]
    assert [line.partition(":")[0] for line in told] == ["3", "4", "5", "6", "7", "8"]
    assert "t (at): 'soon' is not a date" in told[0]
    assert "user: names nobody" in told[1]
    assert "managed (managed): 'perhaps' is neither true nor false" in told[2]
    assert "at: is missing" in told[3]
    assert "can be read two ways" in told[4]
    assert "hidden characters" in told[5]


def test_a_constant_stands_in_every_row(write):
    given = mapping(constants={"kind": "login"})
    people, _ = read(write("user,t,ip\na,2026-03-01,192.0.2.1\n"), given)
    row = {"at": "2026-03-01T00:00:00Z", "ip": "192.0.2.1", "kind": "login"}
    assert people["a"]["sessions"] == [row]


def test_columns_that_are_not_mapped_are_counted_and_left(write):
    _, report = read(write("user,t,ip,mood\na,2026-03-01,,fine\n"), mapping())
    assert report.ignored == {"column mood": 1}


def test_one_person_for_a_table_without_a_column_of_people(write):
    people, _ = read(write("t,ip\n2026-03-01,192.0.2.1\n"), mapping(who=None), person="p7")
    assert list(people) == ["p7"]


def test_the_guess_for_the_samples_is_the_mapping_written_by_hand():
    for name in ("logins", "payouts"):
        written = json.loads((TABLE / f"{name}.mapping.json").read_text())
        guessed = suggest(TABLE / f"{name}.csv").mapping
        assert guessed["table"] == written["table"]
        assert guessed["who"] == written["who"]
        assert guessed["columns"] == written["columns"]
        assert guessed.get("constants") == written.get("constants")
        assert guessed.get("dates") == written.get("dates")


@pytest.mark.parametrize(
    ("text", "table", "columns"),
    [
        ("Employee ID,Device Serial Number,Managed\n7,C02X,yes\n", "devices",
         {"Device Serial Number": "id", "Managed": "managed"}),
        ("worker;Ship to;Ship to country;Delivered\nann;1 Road;DE;2026-01-02\n", "shipments",
         {"Ship to": "address", "Ship to country": "country", "Delivered": "received_at"}),
        ("username,zz,when (UTC)\nann,192.0.2.1,2026-03-01T08:00:00Z\n", "sessions",
         {"zz": "ip", "when (UTC)": "at"}),
    ],
)  # fmt: skip
def test_tables_are_told_by_headings_and_by_what_is_in_them(write, text, table, columns):
    guess = suggest(write(text)).mapping
    assert (guess["table"], guess["columns"]) == (table, columns)


def test_what_is_missing_is_left_to_be_filled_in_and_refused_columns_stay_out(write):
    guess = suggest(write("username,ip address,nationality\nann,192.0.2.1,XX\n"))
    assert guess.mapping["constants"] == {"at": ""}
    assert guess.left == ("nationality",)
    with pytest.raises(InputError, match="sessions needs at"):
        read(write("username,ip address\nann,192.0.2.1\n"), guess.mapping)


@pytest.mark.parametrize(
    ("name", "text", "constants"),
    [
        ("t.csv", "user,Login time,IP\nann,2026-03-01T08:00:00Z,192.0.2.1\n", {"kind": "login"}),
        ("t.csv", "user,signed_in_at,IP\nann,2026-03-01T08:00:00Z,192.0.2.1\n", {"kind": "login"}),
        ("sign-ins.csv", "user,time,IP\nann,2026-03-01T08:00:00Z,192.0.2.1\n", {"kind": "login"}),
        # Here a login is a name, and signing is no signing in.
        ("t.csv", "Login,time,IP\nann,2026-03-01T08:00:00Z,192.0.2.1\n", None),
        ("t.csv", "user,signing time,time,IP\nann,,2026-03-01T08:00:00Z,192.0.2.1\n", None),
        ("logins.csv", "user,time,ip,kind\nann,2026-03-01T08:00:00Z,192.0.2.1,apply\n", None),
        ("t.csv", "worker,IBAN,Account holder\nann,DE00,Ann\n", {"method": "bank"}),
        ("t.csv", "worker,Wallet address,Payee\nann,0xabc,Ann\n", {"method": "crypto"}),
        ("t.csv", "worker,IBAN,Wallet address,Payee\nann,DE00,0xabc,Ann\n", None),
        ("t.csv", "worker,Account number,Payee\nann,77,Ann\n", None),
    ],
)
def test_what_every_row_is_is_proposed_where_the_table_says_so(write, name, text, constants):
    guess = suggest(write(text, name))
    assert guess.mapping.get("constants") == constants
    said = "\n".join(guess.questions())
    assert ("to confirm: every row has the" in said) == bool(constants)
    if constants is None and "kind" not in text:
        assert "under constants" in said


@pytest.mark.parametrize("text", ["", "a,b\n", "qq,xx\n1,2\n", "[1, 2]", "{}"])
def test_no_guess_without_anything_known(write, text):
    with pytest.raises(InputError, match=r"table\.csv"):
        suggest(write(text))


def test_the_suggestion_as_a_command(tmp_path):
    out = tmp_path / "mapping.json"
    done = command("import", "--suggest", TABLE / "logins.csv", "-o", out)
    assert done.exit_code == 0, done.output
    assert "left out: Country guess" in done.stderr
    assert 'to confirm: every row has the kind "login"' in done.stderr
    guessed = json.loads(out.read_text())
    assert guessed["columns"]["Login time"] == "at"
    assert read(TABLE / "logins.csv", guessed)[0][MIRA]["sessions"]
    assert json.loads(command("import", "--suggest", TABLE / "logins.csv").stdout) == guessed
    assert command("import", "okta", "--suggest", TABLE / "logins.csv").exit_code == 2
    assert command("import", "--suggest", tmp_path / "nothing.csv").exit_code == 2
    assert command("import", "table").exit_code == 2
    assert command("import").exit_code == 2


def test_rows_with_and_without_lists_inside_fall_together():
    person = Person("p")
    for _ in range(2):
        person.add({"rows": [{"b": 1, "a": ["x"]}, {"a": "y", "b": 2}, "word"]})
        person.add({"rows": [{"a": ["x"], "b": 1}, {"b": 2, "a": "y"}]})
    assert person.data()["rows"] == [{"a": ["x"], "b": 1}, {"a": "y", "b": 2}, "word"]


CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=12),
    st.lists(st.integers(), max_size=2),
    st.sampled_from(["\ud800", "\u202e", "0001-01-01T00:00:00+14:00", "9" * 400, "99/99/9999"]),
)


@pytest.mark.parametrize("table", TABLES)
@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_whatever_cells_hold_they_are_read_or_refused(write, table, data):
    spec = TABLES[table]
    names = data.draw(st.lists(st.sampled_from([*spec.columns]), max_size=4))
    targets = dict.fromkeys([*required(spec), *names])
    columns = {f"c {name}": name for name in targets if name not in ("profile_id", "as_of")}
    if not columns:
        return
    rows = [
        {"user": data.draw(st.sampled_from(["a", MIRA, "", None, 7, "\ud800"])),
         **{heading: data.draw(CELLS) for heading in columns}}
        for _ in range(2)
    ]  # fmt: skip
    path = write("".join(json.dumps(row) + "\n" for row in rows), "rows.jsonl")
    people, report = read(path, mapping(table, columns=columns))
    assert report.used[table] + report.lost == 2
    for person in people.values():
        json.dumps(person, ensure_ascii=False).encode()
    with contextlib.suppress(InputError):
        suggest(path)
