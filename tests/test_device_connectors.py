"""Imports of device inventories: osquery, Intune, Jamf. Whole, broken and hostile."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features.reading import read_profile
from fraudscore.cli import main
from fraudscore.connectors import CONNECTORS
from fraudscore.connectors.connector import Options, Report
from fraudscore.connectors.dates import moment
from fraudscore.connectors.inventory import Inventory
from fraudscore.connectors.keys import Keys
from fraudscore.connectors.people import People
from fraudscore.errors import InputError

EXPORTS = Path(__file__).parent.parent / "data" / "samples" / "exports"
OSQUERY = EXPORTS / "osquery" / "osqueryd.results.log"
DEVICES = EXPORTS / "intune" / "devices.csv"
APPS = EXPORTS / "intune" / "AppInvRawData.csv"
COMPUTERS = EXPORTS / "jamf" / "computers.csv"
KEYS = Keys(b"k" * 32)


def keyed(device):
    """A device's id as an import keeps it."""
    return KEYS.keyed("device", device)


WS, MAC, LINUX = (
    keyed(json.loads(OSQUERY.read_text().splitlines()[n])["hostIdentifier"]) for n in (0, 3, 5)
)
AT = 1773136800
WEIRD = [
    None,
    True,
    -1,
    1e308,
    "",
    "\x00",
    "\ud800",
    "x" * 5_000,
    [],
    {},
    [[]],
    {"a": [None]},
    "=1",
]


@pytest.fixture
def run(tmp_path):
    key = tmp_path / "key"
    key.write_bytes(b"k" * 32)

    def call(*arguments, code=0):
        given = [str(a) for a in arguments]
        if given[0] == "import":
            given += ["--key-file", str(key), "-o", str(tmp_path / "out.jsonl")]
        done = CliRunner().invoke(main, given)
        assert done.exit_code == code, done.output
        return done

    call.out = tmp_path / "out.jsonl"
    return call


def people(run):
    return {p["profile_id"]: p for p in map(json.loads, run.out.read_text().splitlines())}


def only(run):
    (found,) = people(run).values()
    return found["devices"][0]


def tools(device):
    return {tool["name"]: tool for tool in device.get("tools", ())}


def line(name, *, host="h1", user="mira@example.org", at=AT, **results):
    if "snapshot" in results:
        results["action"] = "snapshot"
    decorations = {"user_email": user} if user else {}
    return json.dumps(
        {
            "name": name,
            "hostIdentifier": host,
            "unixTime": at,
            "decorations": decorations,
            **results,
        }
    )


@pytest.fixture
def log(tmp_path):
    def make(*lines, name="results.log"):
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n")
        return path

    return make


# osquery


def test_a_results_log(run):
    done = run("import", "osquery", OSQUERY)
    assert "3 devices" in done.stderr
    assert "1 removed rows" in done.stderr
    found = people(run)
    windows = found["mira.lind@example.org"]["devices"][0]
    assert windows["id"] == WS
    assert windows["software_inventory"] == "complete"
    assert "hardware_inventory" not in windows
    assert tools(windows) == {
        "AnyDesk": {
            "kind": "remote_access",
            "name": "AnyDesk",
            "first_seen": "2026-03-10T10:00:00Z",
        },
        "Chrome Remote Desktop": {
            "kind": "remote_access",
            "name": "Chrome Remote Desktop",
            "first_seen": "2026-03-09T00:00:00Z",
        },
        "Mouse Jiggler": {
            "kind": "keep_awake",
            "name": "Mouse Jiggler",
            "first_seen": "2026-03-10T10:05:00Z",
        },
    }
    mac = found["ada.osei@example.org"]["devices"][0]
    assert (mac["id"], mac["software_inventory"], mac["hardware_inventory"]) == (
        MAC,
        "complete",
        "complete",
    )
    assert set(tools(mac)) == {"JetKVM"}
    linux = found["w-0044"]["devices"][0]
    assert (linux["id"], linux["software_inventory"]) == (LINUX, "partial")
    assert set(tools(linux)) == {"RustDesk"}


def test_what_was_imported_is_scored(run, tmp_path):
    run("import", "osquery", OSQUERY, "--map", listing(tmp_path, ["TeamViewer"]))
    run("import", "intune", DEVICES, APPS, code=3)
    run("import", "jamf", COMPUTERS, code=3)
    done = run("score", run.out, "--format", "jsonl")
    assert len(done.stdout.splitlines()) == 5


def listing(tmp_path, names):
    path = tmp_path / "map.json"
    path.write_text(json.dumps({"sanctioned": names}))
    return path


def test_sanctioned_tools_are_told_apart(run, tmp_path):
    run("import", "osquery", OSQUERY, "--map", listing(tmp_path, ["AnyDesk"]))
    found = tools(people(run)["mira.lind@example.org"]["devices"][0])
    assert {name: tool["sanctioned"] for name, tool in found.items()} == {
        "AnyDesk": True,
        "Chrome Remote Desktop": False,
        "Mouse Jiggler": False,
    }


def test_importing_twice_changes_nothing(run):
    run("import", "osquery", OSQUERY)
    before = run.out.read_text()
    run("import", "osquery", OSQUERY)
    assert run.out.read_text() == before


@pytest.mark.parametrize(
    ("results", "software", "hardware"),
    [
        (("programs", {"snapshot": [{"name": "Slack", "version": "1"}]}), "complete", None),
        (("pack_x_apps", {"snapshot": [{"name": "Slack.app"}]}), "complete", None),
        (("pack/it/deb_packages", {"snapshot": [{"name": "vim"}]}), "complete", None),
        (
            ("q7", {"snapshot": [{"name": "Slack", "version": "1", "publisher": "S"}]}),
            "complete",
            None,
        ),
        (("processes", {"snapshot": [{"pid": "1", "name": "init"}]}), "partial", None),
        (("running_apps", {"snapshot": [{"bundle_identifier": "com.x"}]}), "partial", None),
        (("q8", {"snapshot": [{"port": "22", "protocol": "6"}]}), None, None),
        (("q8", {"snapshot": [{"port": "1", "protocol": "6", "name": "x"}]}), "partial", None),
        (("programs", {"columns": {"name": "Slack"}, "action": "added"}), "partial", None),
        (
            ("programs", {"diffResults": {"added": [{"name": "Slack"}], "removed": []}}),
            "partial",
            None,
        ),
        (("usb_devices", {"snapshot": [{"vendor_id": "05ac", "model_id": "1"}]}), None, "complete"),
        (("usb_devices", {"columns": {"model": "Hub"}, "action": "added"}), None, "partial"),
        (("connected_displays", {"snapshot": [{"name": "DELL"}]}), None, "partial"),
        (("programs", {"snapshot": []}), None, None),  # a query that failed lists nothing
        (("programs", {"columns": {"name": "Slack"}, "action": "removed"}), None, None),
    ],
)
def test_how_far_a_device_was_looked_through(run, log, results, software, hardware):
    name, rows = results
    base = line("system_info", snapshot=[{"hostname": "x"}])
    dated = line("processes", snapshot=[{"pid": "1", "name": "AnyDesk.exe"}], host="h2")
    run("import", "osquery", log(base, dated, line(name, **rows)))
    (person,) = people(run).values()
    device = next((d for d in person["devices"] if d["id"] == keyed("h1")), {})
    assert device.get("software_inventory") == software
    assert device.get("hardware_inventory") == hardware


def test_all_is_not_taken_back_by_some(run, log):
    run(
        "import",
        "osquery",
        log(
            line("programs", snapshot=[{"name": "AnyDesk", "version": "1"}]),
            line("processes", snapshot=[{"pid": "1", "name": "x"}], at=AT + 60),
        ),
    )
    assert only(run)["software_inventory"] == "complete"


def test_a_list_that_could_not_be_read_whole_is_not_complete(run, log):
    rows = [{"name": "AnyDesk", "version": "1"}, "garbage", {"version": "2"}]
    done = run("import", "osquery", log(line("programs", snapshot=rows)), code=3)
    assert only(run)["software_inventory"] == "partial"
    assert "snapshot[1]: is no row of programs" in done.stderr
    assert "snapshot[2]: is no row of programs" in done.stderr


def test_the_first_time_a_tool_was_seen_is_kept(run, log):
    row = {"pid": "1", "name": "rustdesk"}
    days = (AT + 86400, AT, AT + 2 * 86400)
    run("import", "osquery", log(*(line("processes", snapshot=[row], at=at) for at in days)))
    assert tools(only(run))["RustDesk"]["first_seen"] == "2026-03-10T10:00:00Z"


def test_what_comes_with_windows_counts_only_where_it_runs(run, log, tmp_path):
    run(
        "import",
        "osquery",
        log(
            line(
                "programs", snapshot=[{"name": "Quick Assist", "version": "2"}, {"name": "AnyDesk"}]
            ),
            line("processes", snapshot=[{"pid": "1", "name": "mstsc.exe"}]),
        ),
        "--map",
        listing(tmp_path, []),
    )
    found = tools(only(run))
    assert set(found) == {"AnyDesk", "Remote Desktop Connection"}
    assert "sanctioned" not in found["Remote Desktop Connection"]
    assert found["AnyDesk"]["sanctioned"] is False


def test_a_log_without_people_needs_to_be_told_whose_it_is(run, log):
    path = log(line("programs", snapshot=[{"name": "AnyDesk"}], user=None))
    done = run("import", "osquery", path, code=2)
    assert "decorations: names no person" in done.stderr
    run("import", "osquery", path, "--person", "w-1")
    assert set(people(run)) == {"w-1"}


@pytest.mark.parametrize(
    "user", ["root", "SYSTEM", r"NT AUTHORITY\SYSTEM", "_mbsetupuser", "not@mail", ""]
)
def test_accounts_of_the_system_are_nobody(run, log, user):
    run("import", "osquery", log(line("programs", snapshot=[{"name": "x"}], user=user)), code=2)


def test_broken_lines_are_listed_and_the_rest_is_read(run, log):
    done = run(
        "import",
        "osquery",
        log(
            "{",
            "5",
            line("programs", snapshot=[{"name": "AnyDesk"}]),
            line("programs", snapshot=[{"name": "x"}], host=None),
            line("programs", snapshot=[{"name": "x"}], at="yesterday"),
            line("programs", action="added"),
            line("programs", snapshot=[{"name": "x"}])[:-30],
        ),
        code=3,
    )
    for told in (
        "results.log:1: is not JSON",
        "results.log:2: is 5; one JSON object a line",
        "results.log:4: hostIdentifier: names no device",
        "results.log:5: unixTime: 'yesterday' is not a date; seconds since 1970",
        "results.log:6: action: action 'added' without rows",
        "results.log:7: is not JSON",
        "6 not imported",
    ):
        assert told in done.stderr.replace("\n", " "), told
    assert "AnyDesk" in tools(only(run))


def test_a_packed_log(run, tmp_path):
    path = tmp_path / "results.log.gz"
    path.write_bytes(gzip.compress(OSQUERY.read_bytes()))
    run("import", "osquery", path)
    assert len(people(run)) == 3
    path.write_bytes(gzip.compress(OSQUERY.read_bytes())[:-40])
    assert "cut off" in run("import", "osquery", path, code=2).stderr


def test_one_person_with_too_many_devices(run, log):
    lines = [
        line("processes", snapshot=[{"pid": "1", "name": "rustdesk"}], host=f"h{n}")
        for n in range(1_002)
    ]
    done = run("import", "osquery", log(*lines), code=3)
    assert "2 not imported" in done.stderr
    (person,) = people(run).values()
    assert len(person["devices"]) == 1_000


def test_a_placeholder_for_a_device_is_no_device_that_people_share():
    inventory = Inventory(Options(Keys(b"k" * 32)), Report())
    for who in ("a", "b"):
        for device in ("Default string", "C02XK1"):
            inventory.device(who, device)
    a, shared_by_a, b, shared_by_b = (one.part["devices"][0]["id"] for one in inventory.findings())
    assert a != b
    assert shared_by_a == shared_by_b


# Intune and Jamf


def test_intune_devices_and_apps(run):
    done = run("import", "intune", DEVICES, APPS, code=3)
    assert "devices.csv:4: Primary user UPN: names no person" in done.stderr
    found = people(run)
    (device,) = found["mira.lind@example.org"]["devices"]
    assert device["managed"] is True
    assert device["provisioned_at"] == "2026-03-02T08:15:33.123456Z"
    assert device["software_inventory"] == "complete"
    assert set(tools(device)) == {"TeamViewer", "Splashtop"}
    (own,) = found["taro.belmonte@example.org"]["devices"]
    assert own["managed"] is False
    assert "tools" not in own


def test_a_device_that_never_enrolled_has_no_date(run):
    run("import", "intune", DEVICES, "--person", "w-9", "--as-of", "2026-06-01")
    (kiosk,) = people(run)["w-9"]["devices"]
    assert kiosk["managed"] is True
    assert "provisioned_at" not in kiosk


def test_apps_counted_over_all_devices_name_no_device(run, log):
    path = log("Application name,Device count", "AnyDesk,3", name="apps.csv")
    assert "AppInvRawData" in run("import", "intune", path, code=2).stderr


def test_jamf_computers(run):
    done = run("import", "jamf", COMPUTERS, code=3)
    assert "computers.csv:6: Username: names no person" in done.stderr
    found = people(run)
    (ada,) = found["ada.osei@example.org"]["devices"]
    assert (ada["id"], ada["managed"]) == (keyed("C02XK1ZZJGH5"), True)
    assert ada["provisioned_at"] == "2026-03-02T09:30:00Z"
    assert set(tools(ada)) == {"AnyDesk"}
    (jon,) = found["jon.varga"]["devices"]
    assert jon["managed"] is False
    assert tools(jon)["Amphetamine"]["kind"] == "keep_awake"


def test_jamf_without_applications_says_nothing_of_software(run, log):
    path = log(
        "Computer Name,Serial Number,Username,Last Enrollment", "a,S1,ann,2026-01-02", name="c.csv"
    )
    run("import", "jamf", path)
    assert "software_inventory" not in only(run)


INTUNE = "Device ID,Device name,Primary user UPN,Enrollment date"
JAMF = "Computer Name,Serial Number,Username,Last Enrollment"


@pytest.mark.parametrize(
    ("kind", "header", "row", "told"),
    [
        ("intune", INTUNE, "d,n,a@b.example,31/31/2026", "Enrollment date"),
        ("intune", INTUNE, ",n,a@b.example,2026-01-01", "Device ID"),
        ("intune", INTUNE, "d,n,a@b@c,2026-01-01", "Primary user UPN"),
        ("jamf", JAMF, "a,S1,ann,1/1/1066", "between 1970 and 2199"),
        ("jamf", JAMF, ",,ann,2026-01-01", "Serial Number"),
    ],
)
def test_a_broken_row_is_listed_with_its_column(run, log, kind, header, row, told):
    done = run("import", kind, log(header, row, name="x.csv"), code=2)
    assert told in done.stderr.replace("\n", " ")
    assert "x.csv:2" in done.stderr


# files of another kind, and hostile ones


@pytest.mark.parametrize("kind", ["osquery", "intune", "jamf"])
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n",
        b"name,amount\na,1\n",
        b"Device ID,Device name\n",
        b'{"resourceType": "Bundle"}\n',
        b"[1, 2]\n",
        b"%PDF-1.7\n\x00\x01\x02",
        b"\x00" * 100,
        b"\xff\xfe" + "ä,ö\n1,2\n".encode("utf-16-le"),
        b"PK\x03\x04 zip",
        b"[" * 50_000,
        b'{"a":' * 50_000,
        b'"' + b"a" * 100_000,
    ],
)
def test_another_file_is_refused_in_a_sentence(run, tmp_path, kind, data):
    path = tmp_path / "other.bin"
    path.write_bytes(data)
    done = run("import", kind, path, "--as-of", "2026-06-01", code=2)
    assert "other.bin" in done.stderr
    assert not run.out.exists()


def profiles(kind, path, mapping=None):
    """Every profile an import would make; the record must accept each of them."""
    options, report, found = Options(keys=Keys(b"k" * 32), mapping=mapping), Report(), People()
    try:
        for finding in CONNECTORS[kind].read(path, options, report):
            found.add(finding)
    except InputError:
        return None
    for person in found:
        data = person.data() | {"as_of": "2199-01-01T00:00:00Z"}
        json.dumps(read_profile(data).model_dump(mode="json"), ensure_ascii=False).encode()
    return report


def replaced(value, chance):
    """A decoded JSON value with one part of it swapped for something strange."""
    if isinstance(value, dict) and value and chance.random() < 0.9:
        key = chance.choice(sorted(value))
        return value | {key: replaced(value[key], chance)}
    if isinstance(value, list) and value and chance.random() < 0.9:
        place = chance.randrange(len(value))
        return [*value[:place], replaced(value[place], chance), *value[place + 1 :]]
    return chance.choice(WEIRD)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_strange_values_in_a_results_log(tmp_path, seed):
    chance = random.Random(seed)
    rows = [json.loads(text) for text in OSQUERY.read_text().splitlines()]
    path = tmp_path / "strange.log"
    path.write_text("\n".join(json.dumps(replaced(row, chance)) for row in rows))
    profiles("osquery", path, {"sanctioned": ["AnyDesk"]})


@pytest.mark.parametrize(
    ("kind", "sample"),
    [("osquery", OSQUERY), ("intune", DEVICES), ("intune", APPS), ("jamf", COMPUTERS)],
)
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    cuts=st.lists(
        st.tuples(st.integers(0, 10_000), st.integers(0, 40), st.binary(max_size=12)),
        min_size=1,
        max_size=6,
    )
)
def test_mutilated_files(tmp_path, kind, sample, cuts):
    data = sample.read_bytes()
    for place, gone, put in cuts:
        at = place % len(data) if data else 0
        data = data[:at] + put + data[at + gone :]
    path = tmp_path / "mutilated"
    path.write_bytes(data)
    profiles(kind, path)


@pytest.mark.parametrize(
    ("text", "day_first", "wanted"),
    [
        ("2026-03-02", False, "2026-03-02T00:00:00Z"),
        ("2026-03-02 08:15:33.1234567", False, "2026-03-02T08:15:33.123456Z"),
        ("2026-03-02T08:15:33+02:00", False, "2026-03-02T06:15:33Z"),
        ("2026-03-02 08:15:33 UTC", False, "2026-03-02T08:15:33Z"),
        ("3/4/2026", False, "2026-03-04T00:00:00Z"),
        ("3/4/2026", True, "2026-04-03T00:00:00Z"),
        ("03-04-2026", True, "2026-04-03T00:00:00Z"),
        ("3/2/2026 8:15:33 PM", False, "2026-03-02T20:15:33Z"),
        ("03/02/2026 at 9:30 AM", False, "2026-03-02T09:30:00Z"),
        ("2 Mar 2026", False, "2026-03-02T00:00:00Z"),
        ("Mar 2, 2026", False, "2026-03-02T00:00:00Z"),
        ("Tue Mar 10 10:00:00 2026 UTC", False, "2026-03-10T10:00:00Z"),
        ("1773136800", False, "2026-03-10T10:00:00Z"),
        (1773136800.0, False, "2026-03-10T10:00:00Z"),
        (1773136800000, False, "2026-03-10T10:00:00Z"),
    ],
)
def test_dates(text, day_first, wanted):
    assert moment(text, day_first) == wanted


@pytest.mark.parametrize(
    "value",
    ["", "soon", "13/13/2026", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
     "2026-02-30", "1/1/1066", "2026-01-01 ABC", "٢٠٢٦-٠١-٠١", "9" * 50, 1e308, float("nan"), -1e18,
     True, None, [], {}],
)  # fmt: skip
def test_what_is_no_date(value):
    with pytest.raises(ValueError, match="date"):
        moment(value)
