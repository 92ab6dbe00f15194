"""The commands as their users meet them: real files, broken files, exit codes, output."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from features.catalogue import FAMILIES
from fraudscore.cli import main
from fraudscore.scorer import Scorer

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "data" / "samples"
APPLICANTS = SAMPLES / "applicants.jsonl"


def run(*arguments, stdin=None):
    return CliRunner().invoke(main, [str(a) for a in arguments], input=stdin)


def people(text):
    return [json.loads(line) for line in text.splitlines()]


def test_the_main_job_shows_people_and_says_what_it_is():
    done = run("score", APPLICANTS)
    assert done.exit_code == 0
    assert "300 people" in done.stdout
    assert "simulated world" in done.stdout
    assert "A person decides" in done.stdout


@pytest.mark.parametrize("source", ["applicants.jsonl", "tables", "hires.csv", "hires.xlsx"])
def test_every_kind_of_input_is_scored(source, tmp_path):
    out = tmp_path / "out.jsonl"
    done = run("score", SAMPLES / source, "-o", out, "--as-of", "2026-06-30")
    assert done.exit_code == 0, done.stderr
    found = people(out.read_text())
    assert len(found) == (12 if "hires" in source else 300)
    assert {"profile_id", "score", "band", "prior", "families", "reasons", "coverage"} <= set(
        found[0]
    )


@pytest.mark.parametrize("form", ["json", "jsonl", "csv", "parquet"])
def test_every_format_holds_the_same_scores(form, tmp_path):
    out = tmp_path / f"out.{form}"
    assert run("score", APPLICANTS, "-o", out).exit_code == 0
    if form == "json":
        scores = [item["score"] for item in json.loads(out.read_text())]
    elif form == "jsonl":
        scores = [item["score"] for item in people(out.read_text())]
    else:
        frame = pd.read_csv(out) if form == "csv" else pd.read_parquet(out)
        scores = frame["score"].tolist()
    wanted = [
        item["score"] for item in people(run("score", APPLICANTS, "--format", "jsonl").stdout)
    ]
    assert scores == pytest.approx(wanted)


def test_the_same_input_gives_the_same_bytes():
    one, two = (run("score", APPLICANTS, "--format", "jsonl").stdout_bytes for _ in range(2))
    assert one == two


@pytest.mark.parametrize("budget", [0, 3])
def test_a_budget_holds(budget):
    found = people(run("score", APPLICANTS, "--format", "jsonl", "--budget", budget).stdout)
    assert sum(item["band"] == "review" for item in found) == budget


def test_a_budget_chooses_the_same_from_a_file_and_from_standard_input(tmp_path):
    source, lost = tmp_path / "in.jsonl", tmp_path / "rejected.jsonl"
    source.write_text(APPLICANTS.read_text() + "{\n")
    asked = ("--format", "jsonl", "--budget", 5, "--rejected", lost)
    read_twice = run("score", source, *asked)
    assert len(people(lost.read_text())) == 1
    held = run("score", "-", *asked, stdin=source.read_text())
    assert read_twice.exit_code == held.exit_code == 3
    assert read_twice.stdout == held.stdout


def test_a_pipe_is_there_once(tmp_path):
    pipe, asked = tmp_path / "pipe", ("--format", "jsonl", "--budget", 5)
    os.mkfifo(pipe)
    with subprocess.Popen(["cp", APPLICANTS, pipe]) as sender:
        assert run("score", pipe, *asked).stdout == run("score", APPLICANTS, *asked).stdout
    assert sender.returncode == 0
    linked = run("score", pipe, "--link")
    assert linked.exit_code == 2
    assert "in place of a stream" in linked.stderr


@pytest.mark.parametrize("later", [slice(1, 4), slice(2), slice(4)])
def test_a_budget_is_not_shared_out_among_people_who_changed_meanwhile(
    monkeypatch, tmp_path, later
):
    source, lines = tmp_path / "in.jsonl", APPLICANTS.read_text().splitlines(keepends=True)
    source.write_text("".join(lines[:3]))
    choose = Scorer.choose

    def meanwhile(*given):
        source.write_text("".join(lines[later]))
        return choose(*given)

    monkeypatch.setattr(Scorer, "choose", meanwhile)
    out = tmp_path / "out.jsonl"
    done = run("score", source, "-o", out, "--budget", 1)
    assert done.exit_code == 2
    assert "the input changed while it was read" in done.stderr
    assert not out.exists()


def test_an_alert_rate_holds_and_excludes_a_budget():
    found = people(run("score", APPLICANTS, "--format", "jsonl", "--alert-rate", "0.01").stdout)
    assert sum(item["band"] == "review" for item in found) == 3
    assert run("score", APPLICANTS, "--budget", 1, "--alert-rate", 0.1).exit_code == 2


@pytest.mark.parametrize("detail", ["flagged", "none"])
def test_reasons_on_request(detail):
    found = people(run("score", APPLICANTS, "--format", "jsonl", "--reasons", detail).stdout)
    told = {bool(item["reasons"]) for item in found if item["band"] == "review"}
    assert told == {detail == "flagged"}
    assert not any(item["reasons"] for item in found if item["band"] == "no_concern")


def test_partly_scored_is_three_and_nothing_is_lost(tmp_path):
    source, lost = tmp_path / "in.jsonl", tmp_path / "rejected.jsonl"
    lines = APPLICANTS.read_text().splitlines()[:5]
    source.write_text("\n".join([*lines, '{"profile_id": "x", "nationality": "y"}', "{"]))
    done = run("score", source, "--format", "jsonl", "--rejected", lost)
    assert done.exit_code == 3
    assert len(people(done.stdout)) == 5
    assert [item["row"] for item in people(lost.read_text())] == [6, 7]
    assert "in.jsonl:6" in done.stderr
    assert "nationality" in done.stderr


def test_columns_nobody_knows_are_told_and_make_no_partial_result(tmp_path):
    source, rejected = tmp_path / "in.csv", tmp_path / "rejected.jsonl"
    source.write_text("Full name,Country,Start date,Salary\nA B,Portugal,x,1\nC D,Spain,y,2\n")
    done = run("score", source, "--rejected", rejected)
    assert done.exit_code == 0
    assert "2 people:" in done.stdout
    assert "2 columns not used" in done.stderr
    assert "not scored" not in done.stderr
    assert [one["problems"][0]["where"] for one in people(rejected.read_text())] == [
        "Start date",
        "Salary",
    ]
    assert run("check", source).exit_code == 0


def test_people_who_were_not_scored_are_counted_as_people(tmp_path):
    (tmp_path / "profiles.csv").write_text(
        "profile_id,as_of,shoes\na,2026-06-01T00:00:00Z,44\nb,2026-06-01T00:00:00Z,45\n"
    )
    (tmp_path / "places.csv").write_text("profile_id,country\na,PT\nb,Nowhere\nb,Elsewhere\n")
    done = run("score", tmp_path)
    assert done.exit_code == 3
    assert "1 person not scored, 1 column not used" in done.stderr
    (tmp_path / "profiles.csv").write_text("profile_id,as_of,shoes\nb,2026-06-01T00:00:00Z,45\n")
    assert run("score", tmp_path).exit_code == 2


def test_what_may_have_said_something_makes_a_partial_result(tmp_path):
    source = tmp_path / "in.jsonl"
    line = APPLICANTS.read_text().splitlines()[0]
    source.write_text(f"{line}\n{line}\n")
    done = run("score", source)
    assert done.exit_code == 3
    assert "1 part of the input not used" in done.stderr
    assert "not scored" not in done.stderr


def test_nothing_scored_is_two(tmp_path):
    source = tmp_path / "in.jsonl"
    source.write_text("{}\n")
    assert run("score", source).exit_code == 2
    source.write_text("")
    done = run("score", source)
    assert done.exit_code == 2
    assert "empty" in done.stderr


def test_a_refused_bundle_is_four(tmp_path):
    done = run("score", APPLICANTS, "--bundle", tmp_path)
    assert done.exit_code == 4
    assert "bundle refused" in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("score", "FILE", "-o", "FILE"),
        ("score", "FILE", "--format", "csv", "--rejected", "FILE"),
        ("rings", "FILE", "-o", "FILE"),
        ("import", "--suggest", "FILE", "-o", "FILE"),
        ("import", "okta", "FILE", "-o", "FILE"),
        ("link", "--table", "FILE", "--user", "a", "--key", "b", "-o", "LINK"),
    ],
)
def test_what_is_read_is_never_written_over(tmp_path, words):
    file, other = tmp_path / "people.csv", tmp_path / "same.csv"
    file.write_text("a,b\n1,2\n")
    other.symlink_to(file)
    places = {"FILE": file, "LINK": other}
    done = run(*(places.get(word, word) for word in words))
    assert done.exit_code == 2
    assert "is read here and would be written over" in done.stderr
    assert file.read_text() == "a,b\n1,2\n"


def test_no_permission_to_write():
    done = run("score", APPLICANTS, "-o", "/proc/out.jsonl")
    assert done.exit_code == 2
    assert "write" in done.stderr


def test_as_of_turns_back_the_clock():
    late = people(run("score", APPLICANTS, "--format", "jsonl").stdout)
    early = run("score", APPLICANTS, "--format", "jsonl", "--as-of", "2024-01-01T00:00:00Z")
    for item in people(early.stdout):
        assert item["as_of"] == "2024-01-01T00:00:00Z"
    assert [i["log_odds"] for i in late] != [i["log_odds"] for i in people(early.stdout)]


def test_standard_input():
    done = run("score", "-", "--format", "jsonl", stdin=APPLICANTS.read_bytes())
    assert len(people(done.stdout)) == 300


def test_check_tells_what_is_missing_and_what_is_wrong(tmp_path):
    done = run("check", APPLICANTS)
    assert done.exit_code == 0
    assert "300 people can be scored" in done.stdout
    assert "not supplied by" in done.stdout
    source = tmp_path / "in.jsonl"
    source.write_text(APPLICANTS.read_text().splitlines()[0] + '\n{"profile_id": 3}\n')
    done = run("check", source, "--json")
    assert done.exit_code == 3
    report = json.loads(done.stdout)
    assert report["usable"] == 1
    assert report["rejected"][0]["problems"][0]["where"] == "profile_id"
    assert set(report["families"]) == {family.name for family in FAMILIES}


def test_explain_tells_one_person_in_full():
    path = SAMPLES / "stories" / "rented-account.json"
    done = run("explain", path, "--id", "story-rented-account")
    assert done.exit_code == 0
    for part in ("prior: base rate", "Speaks against", "innocent:", "next check:", "evidence:",
                 "source:", "Speaks for", "not supplied:", "could not check:", "simulated"):  # fmt: skip
        assert part in done.stdout
    data = json.loads(run("explain", path, "--id", "story-rented-account", "--json").stdout)
    assert data["band"] == "review"


def test_explain_says_where_rows_may_be_the_first_of_more():
    path = SAMPLES / "stories" / "rented-account.json"
    told = " ".join(run("explain", path, "--id", "story-rented-account").stdout.split())
    assert "sessions[3], sessions[4] (the first 5; there may be more) source" in told
    assert "evidence: payouts[1] source" in told


def test_explain_tells_contradictions_that_have_no_weight():
    path = SAMPLES / "stories" / "rented-account.json"
    told = " ".join(run("explain", path, "--id", "story-rented-account").stdout.split())
    _, _, unweighed = told.partition("Contradicts a claim, with little or no weight in this model")
    assert "4 of 4 sessions that hide nothing came from outside the claimed places" in unweighed
    assert "1 bank account is in a claimed country" not in unweighed
    assert "geography: assessed, something does not agree" in told


def test_explain_nobody():
    done = run("explain", APPLICANTS, "--id", "nobody")
    assert done.exit_code == 2
    assert "nobody" in done.stderr


def test_the_catalogue_in_its_forms():
    assert "anonymised_share" in run("features").stdout
    data = json.loads(run("features", "--format", "json").stdout)
    assert {"reason", "innocent", "next_check", "source", "needs"} <= set(data[0])
    assert run("features", "--format", "md").stdout == (ROOT / "features" / "README.md").read_text()


def test_address_data_can_be_shown_and_chosen(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("FRAUDSCORE_IP_DATA", raising=False)
    shown = run("ipdata", "status").stdout
    assert "DB-IP" in shown
    assert "CC BY 4.0" in shown
    maxmind = ROOT / "tests" / "fixtures" / "maxmind"
    fine = tmp_path / "bases"
    fine.mkdir()
    (fine / "City.mmdb").write_bytes((maxmind / "GeoIP2-City-Test.mmdb").read_bytes())
    assert run("ipdata", "use", fine).exit_code == 0
    assert "City" in run("ipdata", "status").stdout
    assert run("ipdata", "use", "embedded").exit_code == 0
    done = run("ipdata", "use", tmp_path / "nowhere")
    assert done.exit_code == 2


def test_a_read_only_home(monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", "/proc")
    assert run("ipdata", "use", "embedded").exit_code == 2
    assert run("score", APPLICANTS).exit_code == 0


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted_half_way_leaves_no_half_file(tmp_path, sent, code):
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    many(source)
    process = started("score", source, "-o", out)
    wait_for(lambda: len(os.listdir(tmp_path)) > 1)
    process.send_signal(sent)
    _, told = process.communicate(timeout=60)
    assert process.returncode == code
    assert b"interrupted" in told
    assert os.listdir(tmp_path) == ["in.jsonl"]


def test_interrupted_learning_keeps_what_it_says_and_goes_on(tmp_path):
    source, cohort, key = tmp_path / "in.jsonl", tmp_path / "c.db", tmp_path / "key"
    many(source, 6)
    key.write_bytes(b"k" * 32)
    command = ("learn", source, "--cohort", cohort, "--key-file", key)
    process = started(*command)
    wait_for(lambda: cohort.exists() and known_to(cohort))
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"nothing was written" not in told
    assert b"what was finished until then is kept" in told
    kept = known_to(cohort)
    assert 0 < kept < 1_800
    assert f"1800 people read, {1_800 - kept} of them new" in run(*command).stderr


def many(source, copies=150):
    """The sample's 300 people again and again, each time under other ids."""
    records = people(APPLICANTS.read_text())
    rests = [(record.pop("profile_id"), json.dumps(record)[1:]) for record in records]
    with source.open("w") as stream:
        for copy in range(copies):
            stream.writelines(f'{{"profile_id": "c{copy}-{id}", {rest}\n' for id, rest in rests)


def started(*arguments):
    command = [sys.executable, "-m", "fraudscore.cli", *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE)


def wait_for(done):
    deadline = time.monotonic() + 60
    while not done() and time.monotonic() < deadline:
        time.sleep(0.05)


def known_to(cohort):
    """How many people a stored cohort holds, 0 before it has tables."""
    with contextlib.closing(sqlite3.connect(cohort)) as connection:
        try:
            return connection.execute("select people from cohort_meta").fetchone()[0]
        except (sqlite3.OperationalError, TypeError):
            return 0


@pytest.mark.parametrize(
    "command", [["score", "--format", "jsonl"], ["score"], ["check"], ["check", "--json"]]
)
def test_a_full_disk_behind_standard_output_is_told(command):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "fraudscore.cli", *command, str(APPLICANTS)],
            check=False, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == (
        "standard output: No space left on device; write to where there is room\n"
    )


def test_an_ending_that_is_not_written_is_refused_before_scoring(tmp_path):
    out = tmp_path / "people.xlsx"
    done = run("score", APPLICANTS, "-o", out)
    assert done.exit_code == 2
    assert ".xlsx" in done.stderr
    assert ".csv" in done.stderr
    assert not out.exists()
    assert run("score", APPLICANTS, "-o", out, "--format", "csv").exit_code == 0
    assert run("score", APPLICANTS, "-o", tmp_path / "people.txt").exit_code == 0
    assert "A person decides" in (tmp_path / "people.txt").read_text()


def test_import_list_names_the_kinds():
    done = run("import", "list")
    assert done.exit_code == 0
    assert "gusto" in done.stdout or "sepa" in done.stdout


def test_one_imported_profile_is_one(tmp_path):
    source, out = tmp_path / "cv.json", tmp_path / "out.jsonl"
    source.write_text(json.dumps({"basics": {"name": "Ana Silva", "email": "ana@example.com"}}))
    done = run("import", "resume", source, "-o", out, "--as-of", "2026-06-30", "--person", "p1")
    assert done.exit_code == 0, done.stderr
    assert f"1 profile in {out}, 1 of them new" in done.stderr


def test_an_alert_rate_that_is_no_number_is_refused():
    done = CliRunner().invoke(main, ["score", str(APPLICANTS), "--alert-rate", "nan"])
    assert done.exit_code == 2
    assert "write a share as in 0.01" in done.output
