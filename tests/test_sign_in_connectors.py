"""Sign-in logs of other systems: whole, broken, hostile, of another kind."""

from __future__ import annotations

import contextlib
import copy
import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features.reading import read_profile
from fraudscore.cli import main
from fraudscore.connectors import CONNECTORS
from fraudscore.connectors.connector import Options, Report
from fraudscore.connectors.keys import Keys
from fraudscore.connectors.people import People
from fraudscore.errors import InputError

EXPORTS = Path(__file__).parent.parent / "data" / "samples" / "exports"
MIRA, OREN = "mira.tolva@example.com", "oren.padek@example.com"
CLOUDTRAIL = "cloudtrail/123456789012_CloudTrail_us-east-1_20260308T1205Z_sample.json"
SAMPLES = {
    "okta": ["okta/system-log.jsonl", "okta/system-log.json"],
    "entra": [
        "entra/sign-ins.json",
        "entra/InteractiveSignIns.csv",
        "entra/NonInteractiveSignIns.csv",
    ],
    "google-workspace": ["google-workspace/login.json", "google-workspace/login.csv"],
    "cloudtrail": [CLOUDTRAIL],
    "github-audit": ["github-audit/export-sample-org.json"],
    "ocsf": ["ocsf/authentication.jsonl"],
}
FILES = [(kind, name) for kind, names in SAMPLES.items() for name in names]
KEYS = Keys(b"k" * 32)


def read(kind, path, person=None):
    """Sessions by person, and the report."""
    report, people = Report(), People()
    for finding in CONNECTORS[kind].read(path, Options(keys=KEYS, person=person), report):
        people.add(finding)
    return {p.profile_id: p.data() for p in people}, report


def sessions(kind, path, who, **more):
    return read(kind, path, **more)[0][who]["sessions"]


def sample_events(kind):
    """The events of the first sample of a kind, as dictionaries."""
    text = (EXPORTS / SAMPLES[kind][0]).read_text()
    if SAMPLES[kind][0].endswith(".jsonl") or kind == "github-audit":
        return [json.loads(line) for line in text.splitlines()]
    whole = json.loads(text)
    return next(whole[key] for key in ("value", "items", "Records") if key in whole)


@pytest.fixture
def write(tmp_path):
    def make(data, name="log.jsonl"):
        path = tmp_path / name
        if not isinstance(data, bytes):
            data = "".join(json.dumps(item) + "\n" for item in data).encode()
        path.write_bytes(data)
        return path

    return make


@pytest.fixture
def run(tmp_path):
    key = tmp_path / "key"
    key.write_bytes(b"k" * 32)

    def call(*arguments):
        given = [str(a) for a in arguments]
        if given[0] == "import":
            given += ["--key-file", str(key)]
        return CliRunner().invoke(main, given)

    return call


def test_every_log_merged_into_the_same_people_and_scored(run, tmp_path):
    out = tmp_path / "people.jsonl"
    for kind, names in SAMPLES.items():
        done = run("import", kind, *(EXPORTS / name for name in names), "-o", out)
        assert done.exit_code == 0, done.output
        assert "used: " in done.stderr
        once = out.read_bytes()
        assert run("import", kind, *(EXPORTS / name for name in names), "-o", out).exit_code == 0
        assert out.read_bytes() == once, "a second import changes nothing"
    people = {p["profile_id"]: p for p in map(json.loads, out.read_text().splitlines())}
    assert set(people) == {MIRA, OREN}
    assert len(people[MIRA]["sessions"]) == 15
    assert all(session["ip"] for session in people[OREN]["sessions"])
    text = out.read_text()
    for secret in ("Sampleton", "1f1f1f", "sample-device", "aaaaaaaa-0000", "arn:aws", "Tolva"):
        assert secret not in text
    done = run("score", out, "--format", "jsonl")
    assert done.exit_code == 0, done.output
    assert len(done.stdout.splitlines()) == 2


def test_okta_keeps_successes_of_people_only():
    people, report = read("okta", EXPORTS / "okta/system-log.jsonl")
    assert set(people) == {MIRA, OREN}
    session, factor, app = people[MIRA]["sessions"]
    assert session["at"] == "2026-03-02T08:01:12Z"
    assert session["ip"] == "192.0.2.10"
    assert session["device"] == KEYS.keyed("device", "1f" * 32)
    assert factor["kind"] == "mfa"
    assert app["managed"] is True
    assert app["device"] == KEYS.keyed("device", "guosample0000000001")
    assert people[MIRA]["devices"] == [{"id": app["device"], "managed": True}]
    assert report.used["user.session.start"] == 2
    assert dict(report.ignored) == {
        "securityContext": 9,
        "user.session.start without success": 1,
        "user.session.end": 1,
        "user.mfa.factor.reset_all about another user": 1,
        "user.authentication.sso by SystemPrincipal": 1,
    }
    assert not report.rejected


def test_entra_believes_management_only_of_a_device_it_saw():
    (managed, silent), (guest,) = (
        sessions("entra", EXPORTS / "entra/sign-ins.json", who) for who in (MIRA, OREN)
    )
    assert managed["managed"] is True
    assert "automated" not in managed
    assert silent["automated"] is True
    assert "managed" not in guest, "Chrome without the extension shows Entra no device"


def test_entra_csv_of_the_portal_says_the_same_as_its_json():
    first = sessions("entra", EXPORTS / "entra/sign-ins.json", MIRA)[0]
    second = sessions("entra", EXPORTS / "entra/InteractiveSignIns.csv", MIRA)[0]
    assert {**first, "at": ""} == {**second, "at": ""}
    third = sessions("entra", EXPORTS / "entra/NonInteractiveSignIns.csv", MIRA)[0]
    assert third["automated"] is True
    _, report = read("entra", EXPORTS / "entra/InteractiveSignIns.csv")
    assert report.ignored["sign-in failed"] == report.ignored["sign-in interrupted"] == 1


def test_entra_through_diagnostic_settings_in_utf16(write):
    lines = [{"category": "SignInLogs", "properties": e} for e in sample_events("entra")]
    assert len(sessions("entra", write(lines), MIRA)) == 2
    whole = "\ufeff" + json.dumps(sample_events("entra"))
    assert len(sessions("entra", write(whole.encode("utf-16-le"), "a.json"), MIRA)) == 2


def test_google_takes_sign_ins_and_passed_challenges(write):
    challenge, login = sessions("google-workspace", EXPORTS / "google-workspace/login.json", MIRA)
    assert (challenge["kind"], login["kind"]) == ("mfa", "login")
    assert login == {"at": "2026-03-06T06:55:10Z", "ip": "192.0.2.12", "kind": "login"}
    table = EXPORTS / "google-workspace/login.csv"
    assert sessions("google-workspace", table, MIRA)[0]["at"] == "2026-03-07T07:00:00Z"
    bare = table.read_bytes().replace(b"08:00:00+01:00", b"08:00:00")
    people, report = read("google-workspace", write(bare, "login.csv"))
    assert not people
    assert "date: '2026-03-07T08:00:00' has no time zone" in str(report.rejected[0])


def test_several_pages_of_google_in_one_file(write):
    page = (EXPORTS / "google-workspace/login.json").read_bytes()
    assert len(sessions("google-workspace", write(page + page, "pages.json"), MIRA)) == 2


def test_cloudtrail_knows_people_behind_roles_and_no_services(write):
    people, report = read("cloudtrail", EXPORTS / CLOUDTRAIL)
    direct, by_service = people[MIRA]["sessions"]
    assert direct["ip"] == "192.0.2.10"
    assert "ip" not in by_service
    assert people[OREN]["sessions"][0]["mfa_key"]
    assert report.ignored["DescribeInstances"] == 1
    packed = write(gzip.compress((EXPORTS / CLOUDTRAIL).read_bytes()), "trail.json.gz")
    assert read("cloudtrail", packed)[0] == people
    assert read("cloudtrail", write(sample_events("cloudtrail")))[0] == people


def test_github_calls_tokens_automated_and_leaves_bots_out():
    people, report = read("github-audit", EXPORTS / SAMPLES["github-audit"][0])
    login, work = people[MIRA]["sessions"]
    assert (login["kind"], work["kind"]) == ("login", "work")
    assert login["at"] == "2026-03-09T08:00:00Z"
    assert people[OREN]["sessions"][0]["automated"] is True
    assert report.ignored["workflows.completed_workflow_run by a bot"] == 1


def test_ocsf_takes_successful_logons():
    people, report = read("ocsf", EXPORTS / "ocsf/authentication.jsonl")
    assert people[MIRA]["sessions"][0]["managed"] is True
    assert [s.get("automated") for s in people[OREN]["sessions"]] == [None, True]
    assert report.ignored == {
        "event of status_id 2": 1,
        "event of activity_id 2": 1,
        "event of class_uid 4001": 1,
    }


def test_an_event_without_a_name_is_about_the_person_given(write):
    event = sample_events("okta")[0]
    event["actor"]["alternateId"] = None
    path = write([event])
    assert sessions("okta", path, "p7", person="p7")
    assert "--person" in str(read("okta", path)[1].rejected[0])


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (("published",), "yesterday", "published: 'yesterday' is not a date; write 2026-01-31T"),
        (("published",), "2026-03-02T08:01:12", "has no time zone"),
        (("published",), "1969-12-31T23:59:59Z", "lies before 1970"),
        (("published",), None, "published: nothing is not a date"),
        (("client",), [], "client: a list is not an object"),
        (("client", "ipAddress"), 7, "client.ipAddress: '7' is not text"),
        (("client", "ipAddress"), "9" * 90, "longer than 64"),
        (("actor", "alternateId"), "ann\u202e@example.com", "holds hidden characters"),
        (("actor", "alternateId"), "a\ud800@example.com", "holds hidden characters"),
        (("actor", "alternateId"), {}, "an object is not text"),
        (("eventType",), None, "eventType: is missing"),
        (("debugContext", "debugData", "dtHash"), "\ud800", "holds hidden characters"),
    ],
)
def test_a_broken_event_is_told_with_its_line_and_place(write, path, value, told):
    event = sample_events("okta")[0]
    *outer, last = path
    place = event
    for step in outer:
        place = place[step]
    place[last] = value
    file = write([event, *sample_events("okta")])
    people, report = read("okta", file)
    assert len(people[MIRA]["sessions"]) == 3
    assert f"{file}:1: " in str(report.rejected[0])
    assert told in str(report.rejected[0])
    assert report.lost == 1


def test_hidden_characters_of_a_browser_are_left_out(write):
    event = sample_events("okta")[0]
    event["client"]["userAgent"]["rawUserAgent"] = "Moz\x00illa\u202e\ud800/5.0" + "x" * 9_000
    session = sessions("okta", write([event]), MIRA)[0]
    assert session["user_agent"].startswith("Mozilla/5.0x")
    assert len(session["user_agent"]) <= 2_000


@pytest.mark.parametrize(("kind", "name"), FILES)
def test_a_log_cut_off_anywhere_gives_what_is_whole(write, kind, name):
    data = (EXPORTS / name).read_bytes()
    for size in range(1, len(data), len(data) // 5):
        with contextlib.suppress(InputError):
            read(kind, write(data[:size], Path(name).name))


@pytest.mark.parametrize("kind", SAMPLES)
@pytest.mark.parametrize(
    "data", [b"", b"\0\x01\x02" * 99, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"hello\nworld\n", b"[1]"]
)
def test_what_is_no_log_at_all(write, kind, data):
    with pytest.raises(InputError, match=r"log\.json"):
        read(kind, write(data, "log.json"))


@pytest.mark.parametrize("kind", SAMPLES)
@pytest.mark.parametrize("other", FILES)
def test_a_log_of_another_kind_is_refused_by_name(kind, other):
    if kind == other[0]:
        return
    with pytest.raises(InputError, match="is not"):
        read(kind, EXPORTS / other[1])


def test_a_damaged_archive(write):
    data = gzip.compress((EXPORTS / CLOUDTRAIL).read_bytes())[:-99]
    with pytest.raises(InputError, match="cut off or damaged"):
        read("cloudtrail", write(data, "trail.json.gz"))


def test_a_log_without_events_is_no_error(write):
    assert read("entra", write(b'{"value": []}'))[0] == {}


HOSTILE = {
    "deep list": b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "deep object": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "long number": b'{"a": ' + b"9" * 5_000 + b"}",
    "infinite": b'{"a": [1e999]}',
    "not UTF-8": b'{"a": "\xff\xfe"}',
    "NUL": b'{"a": "\x00"}',
}


@pytest.mark.parametrize("item", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("kind", SAMPLES)
def test_hostile_items_cost_no_more_than_themselves(write, kind, item):
    good = json.dumps(sample_events(kind)[0]).encode()
    for before, between, after in ((b"", b"\n", b""), (b"[", b",", b"]")):
        path = write(before + good + between + item + after)
        people, report = read(kind, path)
        assert len(people) == 1
        assert report.lost == 1


def test_a_million_kinds_of_event_are_not_counted_apart(write):
    events = sample_events("okta")[:1] * 2_000
    changed = [{**e, "eventType": f"kind.{n}\u202e"} for n, e in enumerate(events)]
    _, report = read("okta", write(changed))
    assert len(report.ignored) <= 501
    assert all(word.isprintable() for word in report.ignored)


def test_an_item_longer_than_the_window_and_one_too_long(write, monkeypatch):
    event = sample_events("okta")[0]
    event["debugContext"]["debugData"]["url"] = "x" * 50_000
    array = json.dumps([event] * 3).encode()
    monkeypatch.setattr("fraudscore.connectors.events.BLOCK", 1_000)
    assert len(sessions("okta", write(array, "a.json"), MIRA)) == 1
    monkeypatch.setattr("fraudscore.connectors.events.LINE_MAX", 10_000)
    assert "longer than 10000" in str(read("okta", write(array, "a.json"))[1].rejected[0])


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["Success", "2026-02-30T00:00:00Z", "\ud800", "\u202e", "0001-01-01T00:00Z"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


def places(value, path=()):
    """Every path in a JSON value."""
    yield path
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for step, item in inner:
        yield from places(item, (*path, step))


@pytest.mark.parametrize("kind", SAMPLES)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_whatever_an_event_holds_it_is_read_or_refused(write, kind, data):
    events = copy.deepcopy(sample_events(kind))
    event = data.draw(st.sampled_from(events))
    for _ in range(data.draw(st.integers(1, 3))):
        *outer, last = data.draw(st.sampled_from([path for path in places(event) if path]))
        place = event
        for step in outer:
            place = place[step]
        place[last] = data.draw(JSON)
    try:
        people, _ = read(kind, write(events), person=data.draw(st.sampled_from([None, "p1"])))
    except InputError:
        return
    for person in people.values():
        read_profile({**person, "as_of": "2026-06-01T00:00:00Z"})


def test_the_envelopes_of_log_streams_are_opened(tmp_path):
    def same(kind, text):
        (tmp_path / "log.json").write_text(text)
        people, report = read(kind, tmp_path / "log.json")
        assert people == read(kind, EXPORTS / SAMPLES[kind][0])[0]
        assert not report.rejected

    hub = {"records": [{"properties": event} for event in sample_events("entra")]}
    same("entra", json.dumps(hub))
    bridge = [{"detail-type": "SystemLog", "detail": event} for event in sample_events("okta")]
    same("okta", "\n".join(map(json.dumps, bridge)))


def test_a_device_that_was_enrolled_is_managed_in_whatever_order_it_is_told(write):
    """The portal lists the newest sign-in first, the API the oldest."""
    first, *_ = (e for e in sample_events("entra") if e["deviceDetail"].get("deviceId"))
    told = []
    for managed in (False, True):
        event = copy.deepcopy(first)
        event["deviceDetail"] |= {"isManaged": managed, "isCompliant": None}
        told.append(event)
    for events in (told, told[::-1]):
        (person,) = read("entra", write(events))[0].values()
        assert [device["managed"] for device in person["devices"]] == [True]
