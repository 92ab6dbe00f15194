"""Imports of commits: whose they are, their twins, and clones whole, broken and hostile."""

from __future__ import annotations

import shutil
import subprocess
import time

import pytest

from features.reading import read_profile
from fraudscore.connectors.commits import (
    Account,
    History,
    Raw,
    clock,
    findings,
    is_bot,
    is_linked,
    mark_twins,
    subject_of,
)
from fraudscore.connectors.connector import Report
from tests.imports import EXPORTS, KEYS, LOGIN, MAIL, NOREPLY, NUMBER, command, profiles, read

ACCOUNT = Account(LOGIN, NUMBER, "ona vertaal", frozenset([MAIL]))


@pytest.fixture
def clone(tmp_path):
    """Make a repository out of a `git fast-import` stream."""

    def make(name, stream, *arguments):
        place = tmp_path / "clones" / name
        git("init", "-q", "--bare", place)
        git(f"--git-dir={place}", "fast-import", "--quiet", *arguments, input=stream)
        return place

    return make


def git(*arguments, **options):
    subprocess.run(["git", *map(str, arguments)], check=True, capture_output=True, **options)


def commit(second, subject, mail, zone="+0000", name="A. Uthor", extra=b""):
    """One commit of a fast-import stream."""
    who = f"{name} <{mail}> {second} {zone}".encode()
    subject = subject if isinstance(subject, bytes) else subject.encode()
    return b"commit refs/heads/main\nauthor %s\ncommitter %s\ndata %d\n%s\n" % (
        who,
        who,
        len(subject),
        subject,
    )


# Whose commits they are


def raw(mail="x@example.net", name="Somebody", **more):
    fields = {
        "repository": "r",
        "id": "0" * 40,
        "committer_email": mail,
        "authored": (10**9, 60),
        "committed": None,
        "subject": "A subject of more than twenty characters",
        "parents": 1,
    }
    return Raw(author_name=name, author_email=mail, **{**fields, **more})


@pytest.mark.parametrize(
    ("mail", "name", "linked"),
    [
        (NOREPLY, "x", True),
        (f"{NUMBER}+old-login@users.noreply.github.com", "renamed since", True),
        (f"1+{LOGIN}@users.noreply.github.com", "took the login over", False),
        (f"{LOGIN}@users.noreply.github.com", "before numbers", True),
        (f"{NUMBER}+{LOGIN}@users.noreply.github.com.evil.example", "x", False),
        (MAIL.upper(), "x", True),
        ("x@example.net", LOGIN.upper(), True),
        ("x@example.net", "Ona Vertaal", True),
        ("x@example.net", "Ona", False),
        ("", "", False),
        ("pell@example.net", "Pell Amster", False),
    ],
)
def test_whose_a_commit_is(mail, name, linked):
    assert is_linked(raw(mail, name), ACCOUNT) is linked


def test_an_account_of_which_nothing_is_known_owns_nothing():
    for mail, name in (("", ""), ("@", ""), ("@users.noreply.github.com", ""), ("x@y.z", "root")):
        assert not is_linked(raw(mail, name), Account())
    assert not is_linked(raw("root@localhost", "root"), Account(login="root"))


@pytest.mark.parametrize(
    ("name", "mail", "bot"),
    [
        ("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com", True),
        ("renovate", "bot@renovateapp.com", True),
        ("GitHub Actions", "actions@github.com", True),
        ("github-actions", "41898282+github-actions[bot]@users.noreply.github.com", True),
        ("Ada Talbot", "talbot@example.org", False),
        ("Abbot", "abbot@example.org", False),
    ],
)
def test_who_is_a_program(name, mail, bot):
    assert is_bot(name, mail) is bot


def test_dates_tell_an_offset_only_where_they_hold_one():
    assert clock("1970-01-01T02:00:00+02:00") == (0, 120)
    assert clock("1970-01-01T00:00:00+00:00") == (0, 0)
    assert clock("1970-01-01T00:00:00Z") == (0, None)
    assert clock("0001-01-01T00:00:00+14:00")[0] < 0
    for bad in (None, 5, [], "yesterday", "9" * 9_999):
        with pytest.raises(ValueError, match="not a date"):
            clock(bad)


def test_a_subject_is_the_first_paragraph_on_one_line():
    assert subject_of("\n") == ""
    assert subject_of("one\ntwo  \r\n\nthree") == "one two"
    assert subject_of(None) == ""


def history(who, *commits, account=ACCOUNT):
    made = History(who, KEYS, Report(), account)
    for one in commits:
        made.add(one, "f", None)
    return made


def twins(*histories):
    mark_twins([(one.who, one.rows) for one in histories])
    return [row.get("twin", False) for one in histories for row in one.rows]


def test_a_twin_is_somebody_elses_commit_of_the_same_second_and_subject():
    own, other = raw(NOREPLY), raw("pell@example.net", repository="s")
    assert twins(history("p", own, other)) == [True, True]
    assert twins(history("p", own, raw("pell@example.net"))) == [False, False]
    assert twins(history("p", own, raw(MAIL, repository="s"))) == [False, False]
    short = {"subject": "Initial commit"}
    assert not any(
        twins(history("p", raw(NOREPLY, **short), raw("x@y.zz", repository="s", **short)))
    )
    later = raw("pell@example.net", repository="s", authored=(10**9 + 1, 60))
    assert twins(history("p", own, later)) == [False, False]
    merge = raw("pell@example.net", repository="s", parents=2)
    assert twins(history("p", own, merge)) == [False, False]


def test_only_an_index_with_other_people_was_searched():
    alone = [("p", history("p", raw(NOREPLY), raw(MAIL, repository="s")).rows)]
    assert mark_twins(alone) == (0, False)
    both = [("p", history("p", raw(NOREPLY), raw("o@example.net", repository="s")).rows)]
    assert mark_twins(both) == (2, True)


def test_a_hundred_thousand_twins_cost_no_more_than_others():
    rows = history("p", raw(NOREPLY), raw("o@example.net", repository="s")).rows * 50_000
    before = time.perf_counter()
    assert mark_twins([("p", rows)])[0] == 100_000
    assert time.perf_counter() - before < 5


def test_names_of_others_are_keyed_and_the_owners_show_where_they_hang_together():
    rows = [
        row
        for finding in findings(
            [
                history(
                    "p", raw(NOREPLY, "Ona V."), raw("o@a.example", "Ona V."), raw("p@b.example")
                )
            ],
            Report(),
        )
        for row in finding.part["code"].get("commits", ())
    ]
    assert [row["author_name"] for row in rows] == ["Ona V."] * 2 + [KEYS.keyed("name", "Somebody")]
    assert [row["author_email"] for row in rows] == [
        NOREPLY,
        KEYS.keyed("email", "o@a.example"),
        KEYS.keyed("email", "p@b.example"),
    ]


# Clones


def clones(clone):
    for name in ("kettle", "ledger", "ledger-original"):
        made = clone(f"{name}.git", (EXPORTS / "git" / f"{name}.fast-import").read_bytes())
    git(f"--git-dir={made}", "remote", "add", "origin", "git@host.example:rune-odal/ledger.git")
    return made.parent


def test_clones_become_a_profile_that_is_scored(clone, tmp_path):
    out = tmp_path / "people.jsonl"
    told = ("import", "git", clones(clone), "-o", out, "--person", "p1")
    done = command(tmp_path, *told, "--map", EXPORTS / "git" / "account.json")
    assert "43 commits" in done.stderr
    assert "16 commits with a twin" in done.stderr
    text = out.read_text()
    for hidden in (
        "stay behind",
        "Make it boil",
        "pell.amster",
        "Pell Amster",
        "rune.odal",
        "Odal",
    ):
        assert hidden not in text
    [found] = profiles(out)
    code = found["code"]
    assert (code["login"], code["account_id"], code["twins_searched"]) == (LOGIN, NUMBER, True)
    firsts = {one["name"]: one["first_commit_at"] for one in code["repositories"]}
    assert firsts["kettle"] == "2024-02-01T10:30:00Z"
    assert set(firsts) == {"kettle", "ledger", "rune-odal/ledger"}
    rows = code["commits"]
    assert sum(row["linked"] for row in rows) == 33
    assert {row["author_offset_minutes"] for row in rows} == {60, 120, 540, 0, -300}
    assert sum(row["on_site"] for row in rows) == 4
    assert sum(row["merge"] for row in rows) == 1
    assert sum(row["bot"] for row in rows) == 1
    laptop = next(row for row in rows if row["authored_at"].startswith("2024-09-28"))
    assert (laptop["author_name"], laptop["linked"]) == ("Ona Vertaal", True)
    command(tmp_path, *told, "--map", EXPORTS / "git" / "account.json")
    assert out.read_text() == text
    assert "p1" in command(tmp_path, "score", out, "--format", "json").stdout


def test_a_person_alone_links_by_mailbox_or_login(clone):
    place = clones(clone)
    for person, linked in ((MAIL, 21), (LOGIN, 11), ("p1", 0)):
        [found], _ = read("git", place, person=person)
        assert sum(row["linked"] for row in found["code"]["commits"]) == linked
        assert "login" not in found["code"]


def test_a_hostile_repository_costs_its_bad_commits_only(clone):
    good = commit(1_600_000_000, "A good commit", "a@example.org", "+0545")
    stream = b"".join(
        [
            good,
            commit(253_402_300_799, "Of the year 9999", "a@example.org"),
            commit(2**63, "Of no year", "a@example.org"),
            commit(1_600_000_001, "Beyond every zone", "a@example.org", "+9959"),
            commit(
                1_600_000_002,
                b"\xff\xfe not UTF-8",
                "a@example.org",
                name="\udcff".encode("utf-8", "surrogateescape").decode("latin-1"),
            ),
            commit(1_600_000_003, "x" * 3_000_000, "a@example.org"),
            commit(1_600_000_004, "", "a" * 20_000),
            good.replace(b"good", b"last"),
        ]
    )
    place = clone("hostile.git", stream, "--date-format=raw-permissive")
    [found], report = read("git", place)
    rows = {row["authored_at"][-3:-1]: row for row in found["code"]["commits"]}
    assert len(found["code"]["commits"]) == 6
    assert report.lost == 2
    assert "its date lies outside" in str(report.rejected[0])
    assert rows["40"]["author_offset_minutes"] == 345
    assert "author_offset_minutes" not in rows["41"]
    assert rows["43"]["subject_length"] == 1_000
    assert report.ignored["UTC offsets beyond 14 hours"] == 2
    read_profile({**found, "as_of": "2026-01-01T00:00:00Z"})


def test_nothing_that_a_repository_names_is_run(clone, tmp_path):
    place = clone("trap.git", commit(1_600_000_000, "A good commit", "a@example.org"))
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\nexit 1\n")
    trap.chmod(0o755)
    for name in "fsmonitor sshCommand pager gitProxy askPass alternateRefsCommand editor".split():
        git(f"--git-dir={place}", "config", f"core.{name}", trap)
    for name, value in {
        "gpg.program": trap, "log.showSignature": "true", "diff.external": trap, "pager.log": trap,
        "alias.log": f"!{trap}", "core.repositoryformatversion": "1", "protocol.allow": "always",
        "extensions.partialClone": "origin", "remote.origin.promisor": "true",
        "protocol.file.allow": "always", "protocol.ext.allow": "always",
        "remote.origin.url": f"ext::{trap}", "remote.origin.uploadpack": trap,
    }.items():  # fmt: skip
        git(f"--git-dir={place}", "config", name, value)
    hooks = place / "hooks"
    hooks.mkdir(exist_ok=True)
    shutil.copy(trap, hooks / "post-index-change")
    (place / "refs" / "heads" / "missing").write_text("1" * 40 + "\n")
    _, report = read("git", place)
    assert not (tmp_path / "sprung").exists()
    assert report.lost == 1


def test_a_damaged_clone_is_told_and_the_others_are_read(clone):
    place = clones(clone)
    for loose in (place / "kettle.git" / "objects").glob("??/*"):
        loose.chmod(0o600)
        loose.write_bytes(loose.read_bytes()[:20])
    [found], report = read("git", place)
    assert len(found["code"]["commits"]) == 16
    assert "kettle.git" in str(report.rejected[0])
    assert "clone it again" in str(report.rejected[0])


def test_folders_without_a_clone_say_so(tmp_path, monkeypatch):
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("x")
    out = tmp_path / "o.jsonl"
    for name, said in (("empty", "holds no git repository"), ("file", "not a folder")):
        done = command(
            tmp_path, "import", "git", tmp_path / name, "-o", out, "--person", "p", code=2
        )
        assert said in done.stderr
    assert (
        "--person"
        in command(tmp_path, "import", "git", tmp_path / "empty", "-o", out, code=2).stderr
    )
    monkeypatch.setattr("shutil.which", lambda name: None)
    done = command(
        tmp_path, "import", "git", tmp_path / "empty", "-o", out, "--person", "p", code=2
    )
    assert "git is not installed" in done.stderr
    assert not out.exists()


def test_an_empty_clone_is_a_repository_without_commits(clone):
    place = clone("empty.git", b"")
    [found], report = read("git", place)
    assert found["code"]["repositories"] == [{"name": "empty"}]
    assert not report.lost


def test_the_clone_and_the_api_agree_on_subjects(clone):
    place = clone("kettle.git", (EXPORTS / "git" / "kettle.fast-import").read_bytes())
    [local], _ = read("git", place)
    [asked], _ = read("github", EXPORTS / "github", person=None)
    ours = {row["subject_key"] for row in local["code"]["commits"]}
    theirs = {
        row["subject_key"] for row in asked["code"]["commits"] if "kettle" in row["repository"]
    }
    assert len(ours - theirs) == 1  # the old laptop's
