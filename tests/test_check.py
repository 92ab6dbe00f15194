"""What `check` tells: who can be assessed, what is missing, every error."""

from __future__ import annotations

from features.catalogue import FAMILIES
from features.problems import Problem
from features.reading import read_profile
from features.record_rows import from_profiles
from fraudscore.check import REJECTED_SHOWN, check_inputs
from fraudscore.intake import Chunk
from fraudscore.rejected import Rejected

SESSION = {"at": "2026-05-01T09:00:00Z", "ip": "192.0.2.1"}


def chunk(people, rejected=()):
    profiles = [
        read_profile({"profile_id": name, "as_of": "2026-06-01T00:00:00Z", **more})
        for name, more in people.items()
    ]
    return Chunk(from_profiles(profiles), tuple(rejected))


def rejected(row, problems=1):
    found = tuple(Problem(f"Column {n}", "is odd", "mend it") for n in range(problems))
    return Rejected("hires.csv", row, None, found)


def line(report, name):
    return next(text for text in report.text().splitlines() if text.startswith(f"  {name} "))


def test_counts_add_up_over_chunks():
    chunks = [chunk({"a": {"sessions": [SESSION]}, "b": {}}), chunk({"c": {}}, [rejected(4)])]
    report = check_inputs(chunks, FAMILIES)
    assert report.usable == 3
    assert report.rejected == (rejected(4),)
    assert report.assessable["network"] == 1
    assert report.missing["network"]["sessions.ip"] == 2


def test_a_family_is_one_line_with_what_is_missing():
    report = check_inputs([chunk({"a": {"sessions": [SESSION]}, "b": {}})], FAMILIES)
    assert "1 of 2 can be assessed; missing: " in line(report, "network")
    assert "sessions.ip (1)" in line(report, "network")


def test_lines_are_aligned():
    text = check_inputs([chunk({"a": {}})], FAMILIES).text().splitlines()
    starts = {text.index(" of 1 can be") for text in text if " of 1 can be" in text}
    assert len(starts) == 1
    assert text[0] == "1 person can be scored"
    assert "in brackets" in text[-2]
    assert text[-1] == "no errors"


def test_at_most_fifty_problems_are_listed_and_the_rest_counted():
    some = [rejected(row, problems=3) for row in range(2, 22)]
    text = check_inputs([chunk({"a": {}}, some)], FAMILIES).text()
    assert text.count("hires.csv:") == REJECTED_SHOWN
    assert "60 things to mend" in text
    assert "... and 10 more" in text


def test_data_keeps_everything():
    some = [rejected(row) for row in range(2, 102)]
    data = check_inputs([chunk({"a": {}}, some)], FAMILIES).data()
    assert len(data["rejected"]) == 100
    assert set(data["families"]) == {family.name for family in FAMILIES}
    assert data["families"]["network"]["assessable"] == 0


def test_nobody_is_an_answer_too():
    report = check_inputs([], FAMILIES)
    assert report.usable == 0
    assert report.text().startswith("0 people can be scored")
    assert "brackets" not in report.text()
