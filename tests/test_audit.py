"""The audit log: what was done is there, what was done to the log is seen, the erased is gone."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update

from features.reading import read_profile
from fraudscore.cli import main
from fraudscore.errors import NotAllowed, NotThere
from fraudscore.review import audit
from fraudscore.review.assessing import assess
from fraudscore.review.rights import ROLES
from fraudscore.review.store import Store
from fraudscore.review.tables import ASSESSMENTS
from fraudscore.review.tables_team import AUDIT, TENANTS
from tests.desk import NOW, team

LENGTH = 6
SAMPLES = Path(__file__).parent.parent / "data" / "samples"


@pytest.fixture
def members(store):
    return team(store)


def write(store, actor, count=LENGTH, **more):
    with store.writing() as connection:
        for number in range(count):
            subject = more.get("subject", f"case:{number}")
            audit.append(connection, actor, "tried", subject, {"note": f"of {number}"}, now=NOW)


def verdict(store, tenant, *heads):
    with store.reading() as connection:
        return audit.verify(connection, tenant, kept=heads)


def head(store, tenant):
    with store.reading() as connection:
        return audit.head(connection, tenant)


def tamper(store, *statements):
    """What somebody with the database in hand does."""
    with store.writing() as connection:
        for statement in statements:
            connection.execute(statement)


def at(tenant, number):
    return (AUDIT.c.tenant == tenant) & (AUDIT.c.number == number)


def rewrite(store, tenant, first, **changed):
    """Write the log anew from an entry on, as a thorough forger would, the team's row included."""
    last = b""
    with store.writing() as connection:
        tail = select(AUDIT).where(AUDIT.c.tenant == tenant, AUDIT.c.number >= first)
        rows = connection.execute(tail.order_by(AUDIT.c.number)).all()
        for row in rows:
            entry = dict(row._mapping) | (changed if row.number == first else {})
            if row.number > first:
                entry["previous"] = last
            last = entry["digest"] = audit._digest(entry)
            connection.execute(update(AUDIT).where(at(tenant, row.number)).values(entry))
        connection.execute(update(TENANTS).where(TENANTS.c.id == tenant).values(audit_head=last))


# Written and read


def test_what_was_done_is_told_newest_first(store, members):
    write(store, members.lead)
    with store.reading() as connection:
        found = audit.entries(connection, members.auditor, limit=4)
        older = audit.entries(connection, members.auditor, before=found[-1].number)
        one = audit.entries(connection, members.auditor, subject="case:2")
    assert [entry.number for entry in found + older] == [6, 5, 4, 3, 2, 1]
    assert one[0].detail == {"note": "of 2"}
    assert one[0].actor == f"user:{members.lead.id}"
    assert one[0].at == NOW


@pytest.mark.parametrize("role", ROLES)
def test_only_an_auditor_reads_it(store, members, role):
    with store.reading() as connection:
        if role == "auditor":
            audit.entries(connection, members.of(role))
        else:
            with pytest.raises(NotAllowed):
                audit.entries(connection, members.of(role))


def test_each_team_has_a_log_of_its_own(store, members):
    other = team(store, "other")
    write(store, members.lead, 2)
    write(store, other.lead, 3)
    with store.reading() as connection:
        assert len(audit.entries(connection, other.auditor)) == 3
    assert verdict(store, other.tenant).head.entries == 3
    with pytest.raises(NotThere):
        verdict(store, 999)


def test_what_is_undone_is_not_logged(store, members):
    with suppress(ZeroDivisionError), store.writing() as connection:
        audit.append(connection, members.lead, "tried", "case:1", {}, now=NOW)
        raise ZeroDivisionError
    assert verdict(store, members.tenant).head.entries == 0


def test_an_empty_log_is_whole(store, members):
    assert verdict(store, members.tenant).whole


@given(
    detail=st.dictionaries(st.text(), st.none() | st.booleans() | st.integers() | st.text()),
    seconds=st.floats(0, 1e9),
)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_is_said_can_be_verified(store, detail, seconds):
    with store.writing() as connection:
        found = connection.execute(select(TENANTS.c.id)).scalar()
    members = None if found else team(store)
    tenant = members.tenant if members else found
    actor = members.lead if members else audit.Actor(tenant, "", "system", "fraudscore")
    with store.writing() as connection:
        now = NOW + timedelta(seconds=seconds)
        audit.append(connection, actor, "tried", "case:x", detail, now=now)
    assert verdict(store, tenant).whole


# What was done to the log


@pytest.mark.parametrize(
    "changed",
    [
        {"actor": "user:somebody else"},
        {"action": "never"},
        {"subject": "case:other"},
        {"at": NOW + timedelta(seconds=1)},
        {"detail": '{"note":"nothing"}'},
        {"salt": b"s" * 32},
        {"commitment": b"c" * 32},
        {"digest": b"d" * 32},
        {"previous": b"p" * 32},
        {"salt": None},
        {"detail": None},
    ],
)
@pytest.mark.parametrize("number", [1, 3, LENGTH])
def test_an_edit_is_seen_where_it_is(store, members, changed, number):
    write(store, members.lead)
    tamper(store, update(AUDIT).where(at(members.tenant, number)).values(changed))
    assert verdict(store, members.tenant).broken_at == number


@pytest.mark.parametrize("number", [1, 3])
def test_a_deletion_is_seen(store, members, number):
    write(store, members.lead)
    tamper(store, delete(AUDIT).where(at(members.tenant, number)))
    found = verdict(store, members.tenant)
    assert found.broken_at == number
    assert "missing" in found.why


def test_a_deletion_with_the_rest_moved_up_is_seen(store, members):
    write(store, members.lead)
    moves = [
        update(AUDIT).where(at(members.tenant, number)).values(number=number - 1)
        for number in range(4, LENGTH + 1)
    ]
    tamper(store, delete(AUDIT).where(at(members.tenant, 3)), *moves)
    assert verdict(store, members.tenant).broken_at == 3


def test_an_entry_put_in_between_is_seen(store, members):
    write(store, members.lead)
    with store.reading() as connection:
        row = connection.execute(select(AUDIT).where(at(members.tenant, 3))).one()
    moves = [
        update(AUDIT).where(at(members.tenant, number)).values(number=number + 1)
        for number in range(LENGTH, 2, -1)
    ]
    entry = dict(row._mapping) | {"action": "invented"}
    entry["digest"] = audit._digest(entry)
    tamper(store, *moves, insert(AUDIT).values(entry))
    assert verdict(store, members.tenant).broken_at == 4


def test_two_entries_that_changed_places_are_seen(store, members):
    write(store, members.lead)
    moves = [
        update(AUDIT).where(at(members.tenant, old)).values(number=new)
        for old, new in ((3, 99), (4, 3), (99, 4))
    ]
    tamper(store, *moves)
    assert verdict(store, members.tenant).broken_at == 3


@pytest.mark.parametrize("left", [0, 4])
def test_a_cut_off_end_is_seen(store, members, left):
    write(store, members.lead)
    tamper(
        store,
        delete(AUDIT).where(AUDIT.c.tenant == members.tenant, AUDIT.c.number > left),
    )
    found = verdict(store, members.tenant)
    assert found.broken_at == left + 1
    assert "cut off" in found.why


def test_a_cut_off_end_is_seen_after_work_went_on(store, members):
    write(store, members.lead)
    tamper(store, delete(AUDIT).where(at(members.tenant, LENGTH)))
    write(store, members.lead, 2)
    assert verdict(store, members.tenant).broken_at == LENGTH


def test_an_added_end_is_seen(store, members):
    write(store, members.lead)
    with store.reading() as connection:
        row = connection.execute(select(AUDIT).where(at(members.tenant, LENGTH))).one()
    entry = dict(row._mapping) | {"number": LENGTH + 1, "previous": row.digest}
    entry["digest"] = audit._digest(entry)
    tamper(store, insert(AUDIT).values(entry))
    assert verdict(store, members.tenant).broken_at == LENGTH + 1


def test_a_last_entry_that_was_written_anew_is_seen(store, members):
    write(store, members.lead)
    with store.reading() as connection:
        row = connection.execute(select(AUDIT).where(at(members.tenant, LENGTH))).one()
    entry = dict(row._mapping) | {"action": "never"}
    changed = {"action": "never", "digest": audit._digest(entry)}
    tamper(store, update(AUDIT).where(at(members.tenant, LENGTH)).values(changed))
    assert verdict(store, members.tenant).broken_at == LENGTH


def test_another_teams_entry_does_not_pass_for_ours(store, members):
    other = team(store, "other")
    write(store, members.lead)
    write(store, other.lead)
    with store.reading() as connection:
        theirs = connection.execute(select(AUDIT).where(at(other.tenant, 1))).one()
    entry = dict(theirs._mapping) | {"tenant": members.tenant}
    tamper(store, delete(AUDIT).where(at(members.tenant, 1)), insert(AUDIT).values(entry))
    assert verdict(store, members.tenant).broken_at == 1


def test_a_log_written_anew_is_seen_by_a_head_kept_elsewhere_and_only_so(store, members):
    write(store, members.lead)
    kept = head(store, members.tenant)
    rewrite(store, members.tenant, 2, action="never")
    assert verdict(store, members.tenant).whole
    assert verdict(store, members.tenant, kept).broken_at == LENGTH
    forged = head(store, members.tenant)
    assert verdict(store, members.tenant, kept, forged).broken_at == LENGTH


def test_a_cut_with_the_teams_row_mended_is_seen_by_a_kept_head(store, members):
    write(store, members.lead, 3)
    early = head(store, members.tenant)
    write(store, members.lead, 3)
    kept = head(store, members.tenant)
    mended = {"audited": 3, "audit_head": bytes.fromhex(early.digest)}
    tamper(
        store,
        delete(AUDIT).where(AUDIT.c.tenant == members.tenant, AUDIT.c.number > 3),
        update(TENANTS).where(TENANTS.c.id == members.tenant).values(mended),
    )
    assert verdict(store, members.tenant).whole
    assert verdict(store, members.tenant, early).whole
    assert verdict(store, members.tenant, kept).broken_at == 4


def test_an_old_head_fits_a_log_that_has_grown(store, members):
    write(store, members.lead)
    kept = head(store, members.tenant)
    write(store, members.lead)
    assert verdict(store, members.tenant, kept).whole


# Erasure


def test_dropped_details_are_gone_and_the_log_is_whole(store, members):
    write(store, members.lead)
    with store.writing() as connection:
        numbers = audit.drop_details(connection, members.tenant, ["case:1", "case:4"])
        detail = {"entries": numbers}
        audit.append(connection, members.admin, audit.ERASED, "profile:x", detail, now=NOW)
    found = verdict(store, members.tenant)
    assert (found.whole, found.erased, numbers) == (True, 2, [2, 5])
    with store.reading() as connection:
        (entry,) = audit.entries(connection, members.auditor, subject="case:1")
    assert entry.detail is None
    assert entry.action == "tried"


def test_a_detail_dropped_without_an_erasure_is_seen(store, members):
    write(store, members.lead)
    bare = {"salt": None, "detail": None}
    tamper(store, update(AUDIT).where(at(members.tenant, 4)).values(bare))
    found = verdict(store, members.tenant)
    assert found.broken_at == 4
    assert "no erasure" in found.why


def test_nobody_can_erase_that_something_was_erased(store, members):
    write(store, members.lead)
    with store.writing() as connection:
        numbers = audit.drop_details(connection, members.tenant, ["case:1"])
        detail = {"entries": numbers}
        audit.append(connection, members.admin, audit.ERASED, "profile:x", detail, now=NOW)
        assert audit.drop_details(connection, members.tenant, ["profile:x"]) == []
    assert verdict(store, members.tenant).whole


def test_a_guess_at_an_erased_detail_cannot_be_tested(store, members):
    """The salt is gone from the file too, not only from the row."""
    write(store, members.lead, 1)
    with store.reading() as connection:
        salt = connection.execute(select(AUDIT.c.salt)).scalar()
    with store.writing() as connection:
        audit.drop_details(connection, members.tenant, ["case:0"])
    if store.sqlite:
        with store.engine.connect() as connection:
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            path = connection.exec_driver_sql("PRAGMA database_list").one()[2]
        with open(path, "rb") as file:
            assert salt not in file.read()


# The commands


def run(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_the_command_says_whole_or_where_it_breaks(url, store, tmp_path):
    members, other = team(store), team(store, "other")
    write(store, members.lead)
    write(store, other.lead, 2)
    heads = tmp_path / "heads.jsonl"
    heads.write_text(run("audit", "head", "--db", url).stdout)
    done = run("audit", "verify", "--db", url)
    assert done.exit_code == 0
    assert "default: whole, 6 entries" in done.stdout
    assert "other: whole, 2 entries" in done.stdout
    assert "no --head" in done.stderr
    checked = run("audit", "verify", "--db", url, "--head", heads)
    assert (checked.exit_code, checked.stderr) == (0, "")
    rewrite(store, members.tenant, 2, action="never")
    assert run("audit", "verify", "--db", url).exit_code == 0
    broken = run("audit", "verify", "--db", url, "--head", heads)
    assert broken.exit_code == 2
    assert "default: BROKEN at entry 6" in broken.stdout
    assert run("audit", "verify", "--db", url, "--tenant", "other", "--head", heads).exit_code == 0


def test_a_team_that_vanished_is_missed(url, store, tmp_path):
    team(store)
    heads = tmp_path / "heads.jsonl"
    line = {"team": "gone", "entries": 3, "digest": "00"}
    heads.write_text(run("audit", "head", "--db", url).stdout + json.dumps(line) + "\n")
    done = run("audit", "verify", "--db", url, "--head", heads)
    assert done.exit_code == 2
    assert "'gone'" in done.stderr
    assert run("audit", "verify", "--db", url, "--tenant", "nobody").exit_code == 2


@pytest.mark.parametrize("text", ["", "{}", "[]", "not json", '{"team": 1}'])
def test_heads_that_are_none(store, url, tmp_path, text):
    team(store)
    heads = tmp_path / "heads.jsonl"
    heads.write_text(text)
    done = run("audit", "verify", "--db", url, "--head", heads)
    assert done.exit_code == 2
    assert "audit head" in done.stderr


def test_a_mistyped_path_makes_no_desk(tmp_path):
    for command in (("audit", "verify"), ("audit", "head"), ("replay", "x")):
        done = run(*command, "--db", tmp_path / "nothing.db")
        assert done.exit_code == 2
        assert "no desk" in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_log_longer_than_a_portion_is_walked_to_its_end(store, members):
    write(store, members.lead, audit.PORTION + 1)
    assert verdict(store, members.tenant).head.entries == audit.PORTION + 1
    tamper(store, delete(AUDIT).where(at(members.tenant, audit.PORTION)))
    assert verdict(store, members.tenant).broken_at == audit.PORTION


def test_an_old_assessment_is_computed_again_to_the_same_bytes(desk, url, tmp_path):
    members = team(desk.store)
    key = tmp_path / "key"
    key.write_bytes(b"k" * 32)
    with (SAMPLES / "applicants.jsonl").open() as lines:
        kept = assess(desk, members.reviewer, [read_profile(next(lines))], now=NOW)
    with desk.store.reading() as connection:
        row = connection.execute(select(ASSESSMENTS.c.id, ASSESSMENTS.c.body)).one()
    asked = ("replay", row.id, "--db", url, "--key-file", key)
    done = run(*asked)
    assert done.exit_code == 0, done.stderr
    assert done.stdout_bytes == row.body
    assert kept[0].assessment.profile_id in done.stdout
    tamper(desk.store, update(ASSESSMENTS).values(record=None))
    late = run(*asked)
    assert (late.exit_code, late.stdout) == (2, "")
    assert "dropped" in late.stderr
    assert run("replay", "nothing", "--db", url, "--key-file", key).exit_code == 2


def test_two_writers_keep_one_chain(url):
    """Each on a connection of their own, turn by turn."""
    with Store(url) as one, Store(url) as two:
        members = team(one)
        for turn in range(10):
            write(one if turn % 2 else two, members.lead, 1)
        assert verdict(one, members.tenant).head.entries == 10
