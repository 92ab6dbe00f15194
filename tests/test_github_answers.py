"""Imports of saved answers of GitHub's API and of gh-fake-analyzer's dumps."""

from __future__ import annotations

import copy
import json
import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features.reading import InvalidProfile, read_profile
from fraudscore.errors import InputError
from tests.imports import EXPORTS, LOGIN, MAIL, NUMBER, command, profiles, read

# Saved answers of GitHub's API


def test_saved_answers_become_a_profile_that_is_scored(tmp_path):
    out = tmp_path / "people.jsonl"
    done = command(tmp_path, "import", "github", EXPORTS / "github", "-o", out)
    assert "UTC offsets of commits, which the API does not tell" in done.stderr
    assert "1 other accounts (followers)" in done.stderr
    text = out.read_text()
    for hidden in ("stay behind", "Make it boil", "pell", "Kettles, mostly", "avatar"):
        assert hidden not in text
    [found] = profiles(out)
    code = found["code"]
    assert found["profile_id"] == code["login"] == LOGIN
    assert (code["host"], code["account_id"]) == ("github", NUMBER)
    assert (code["created_at"], code["last_seen_at"]) == (
        "2021-05-04T09:30:00Z",
        "2026-04-20T06:00:00Z",
    )
    assert {row["name"].partition("/")[2]: row["fork"] for row in code["repositories"]} == {
        "kettle": False,
        "teapot": False,
        "saucers": True,
    }
    assert [(row["month"], row["events"]) for row in code["activity"]] == [
        ("2026-02-01", 2),
        ("2026-03-01", 0),
        ("2026-04-01", 2),
    ]
    rows = code["commits"]
    assert len(rows) == 30
    assert not any("author_offset_minutes" in row for row in rows)
    assert sum(row["linked"] for row in rows) == 28
    assert sum(row["on_site"] for row in rows) == 3
    assert LOGIN in command(tmp_path, "score", out, "--format", "json").stdout


@pytest.mark.parametrize("form", ["lines", "pages", "search"])
def test_answers_are_read_as_people_save_them(form, tmp_path):
    commits = json.loads((EXPORTS / "github" / "commits-kettle.json").read_text())
    file = tmp_path / "commits.json"
    if form == "lines":
        file.write_text("".join(json.dumps(one) + "\n" for one in commits))
    elif form == "pages":
        file.write_text(json.dumps([commits[:9], commits[9:]]))
    else:
        file.write_text(json.dumps({"total_count": len(commits), "items": commits}))
    [found], report = read("github", file, person=MAIL)
    assert len(found["code"]["commits"]) == 26
    assert not report.lost


def test_broken_answers_are_told_and_the_rest_is_read(tmp_path):
    folder = tmp_path / "answers"
    shutil.copytree(EXPORTS / "github", folder)
    teapot = folder / "commits-teapot.json"
    teapot.write_text(teapot.read_text()[:3_000])
    (folder / "events.json").write_text("not JSON")
    (folder / "more.json").write_text("")
    commits = json.loads((folder / "commits-kettle.json").read_text())
    commits[0]["commit"]["author"]["date"] = "yesterday"
    commits[1]["url"] = commits[1]["html_url"] = "https://example.org/"
    commits[2]["commit"]["author"] = ["\ud800\0", 5]
    (folder / "commits-kettle.json").write_text(json.dumps(commits))
    (folder / "z-second.json").write_text(json.dumps({"login": "x", "id": 1, "created_at": None}))
    [found], report = read("github", folder, person=None)
    assert 23 <= len(found["code"]["commits"]) <= 26
    said = "\n".join(map(str, report.rejected))
    for part in (
        "'yesterday' is not a date",
        "names no repository",
        "more.json is empty",
        "is not JSON",
        "second account, 'x'",
    ):
        assert part in said


@pytest.mark.parametrize("text", ["", "\0\1", "[]", "{}", "[1, 2]", '{"login": 5}', "[[[[", "nul"])
def test_what_is_no_answer_is_refused(text, tmp_path):
    file = tmp_path / "a.json"
    file.write_text(text)
    done = command(tmp_path, "import", "github", file, "-o", tmp_path / "o.jsonl", code=2)
    assert "a.json" in done.stderr.replace("\n", "")


def test_answers_that_name_nobody_need_a_person(tmp_path):
    shutil.copy(EXPORTS / "github" / "commits-kettle.json", tmp_path)
    with pytest.raises(InputError, match="--person"):
        read("github", tmp_path, person=None)
    [found], _ = read("github", tmp_path, person=None, mapping={"login": LOGIN})
    assert found["profile_id"] == LOGIN
    shutil.copy(EXPORTS / "github" / "repos.json", tmp_path)
    [found], _ = read("github", tmp_path)
    assert (found["profile_id"], len(found["code"]["repositories"])) == ("p1", 3)


ODD = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 5), st.just(10**30), st.floats(), st.text(max_size=5),
    st.sampled_from(
        ["\ud800", "\0", "x" * 5_000, "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", [], {},
         [[]], {"login": []}, "1970-01-01", "2024-01-01T00:00:00+23:59"]
    ),
)  # fmt: skip


def mutated(data, document):
    """A copy of a document with some values replaced by odd ones."""
    made = copy.deepcopy(document)
    for _ in range(data.draw(st.integers(1, 4))):
        place = made
        while True:
            keys = list(place) if isinstance(place, dict) else range(len(place))
            if not keys:
                break
            key = data.draw(st.sampled_from(list(keys)))
            if isinstance(place[key], (dict, list)) and data.draw(st.integers(0, 4)):
                place = place[key]
                continue
            place[key] = copy.deepcopy(data.draw(ODD))
            break
    return made


def survives(kind, path, **more):
    """Whatever a file holds, only InputError is raised, and what is read can be looked at."""
    try:
        people, report = read(kind, path, **more)
    except InputError:
        return
    "\n".join(map(str, report.rejected)).encode()
    for person in people:
        try:
            read_profile({**person, "as_of": "2026-06-01T00:00:00Z"})
        except InvalidProfile as error:
            pytest.fail(str(error))


QUICK = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@QUICK
@given(st.data())
def test_mutated_answers_never_raise(tmp_path, data):
    name = data.draw(st.sampled_from(["user", "repos", "events", "commits-teapot"]))
    document = json.loads((EXPORTS / "github" / f"{name}.json").read_text())
    (tmp_path / "a.json").write_text(json.dumps(mutated(data, document)))
    survives("github", tmp_path / "a.json", person=data.draw(st.sampled_from([None, LOGIN])))


@QUICK
@given(st.data())
def test_mutated_dumps_never_raise(tmp_path, data):
    name = data.draw(st.sampled_from(sorted((EXPORTS / "gh-fake-analyzer").rglob("*.json"))))
    document = json.loads(name.read_text())
    (tmp_path / "a.json").write_text(json.dumps(mutated(data, {"d": document})["d"]))
    survives("gh-fake-analyzer", tmp_path / "a.json", person=None)


# Dumps of gh-fake-analyzer


def test_dumps_of_both_schemas_become_profiles_that_are_scored(tmp_path):
    out = tmp_path / "people.jsonl"
    done = command(tmp_path, "import", "gh-fake-analyzer", EXPORTS / "gh-fake-analyzer", "-o", out)
    assert "16 commits with a twin" in done.stderr
    assert "followers" in done.stderr
    text = out.read_text()
    for hidden in ("pell", "Teach the ledger", "rune.odal@", "pushed to", "Ring twice"):
        assert hidden not in text
    old, new = sorted(profiles(out), key=lambda one: one["code"]["created_at"], reverse=True)
    assert old["code"]["account_id"] == 987654322
    assert old["code"]["twins_searched"]
    rows = old["code"]["commits"]
    assert [row.get("twin", False) for row in rows] == [True] * 8 + [False] * 4
    assert {row["author_offset_minutes"] for row in rows} == {540, 120}
    assert all(row["linked"] for row in rows)
    assert [row["on_site"] for row in rows] == [False] * 8 + [True] * 4
    loom = next(row for row in old["code"]["repositories"] if row["name"].endswith("/loom"))
    assert (loom["contributors"], loom["stars"]) == (2, 1)
    assert new["code"]["last_seen_at"] == "2026-02-01T05:41:43Z"
    assert [row["events"] for row in new["code"]["activity"]] == [1, 1]
    till = next(row for row in new["code"]["commits"] if row["repository"].endswith("/till"))
    assert till["linked"]
    assert "author_offset_minutes" not in till
    assert sum(row.get("merge", False) for row in new["code"]["commits"]) == 1
    assert "silke" in command(tmp_path, "score", out, "--format", "json").stdout


def test_a_broken_dump_is_told_and_the_others_are_read(tmp_path):
    folder = tmp_path / "dumps"
    shutil.copytree(EXPORTS / "gh-fake-analyzer", folder)
    [cut] = folder.glob("silke*/report.json")
    cut.write_text(cut.read_text()[:500])
    [whole] = folder.glob("rune*/report.json")
    data = json.loads(whole.read_text())
    data["commits"]["ledger"][0] = 5
    data["commits"]["ledger"][1]["date"] = "noon"
    data["commits"]["other"] = "none"
    whole.write_text(json.dumps(data))
    people, report = read("gh-fake-analyzer", folder, person=None)
    assert len(people) == 2
    said = "\n".join(map(str, report.rejected))
    assert "is not JSON" in said
    assert "commits.ledger[0]: '5' is not an object" in said
    assert "commits.ledger[1]: 'noon' is not a date" in said
    assert "commits.other: is not a list" in said


def test_what_is_no_dump_is_refused(tmp_path):
    with pytest.raises(InputError, match="no dump of gh-fake-analyzer"):
        read("gh-fake-analyzer", EXPORTS / "github", person=None)
    with pytest.raises(InputError, match="leave --person out"):
        read("gh-fake-analyzer", EXPORTS / "gh-fake-analyzer")
    for text, said in (("", "is empty"), ("{", "is not JSON"), ("[]", "no dump")):
        (tmp_path / "a.json").write_text(text)
        with pytest.raises(InputError, match=said):
            read("gh-fake-analyzer", tmp_path / "a.json")
