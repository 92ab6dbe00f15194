"""Keys of absurd size, keys of everybody and stores cut short are borne by every kind of cohort."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from features.keys import KINDS, LONGEST, People, Uses
from features.segments import true_rows
from fraudscore import cohort_rings
from fraudscore.cohort import MemoryCohort
from fraudscore.cohort_store import CohortStore
from fraudscore.cohort_tables import KEYS
from fraudscore.errors import CohortError
from fraudscore.link_table import link_table
from tests.test_cohort_store import KEYS_1, asked, memory_of, paid, refused, rows, same, store

__all__ = ["store"]
DAY = 86_400.0
HUGE = 10_000_000


def signed_up(keys, start=0, kind="device", apart=60.0):
    """One person a key, a minute apart."""
    n = len(keys)
    as_of = 1.7e9 + (start + np.arange(n)) * apart
    return (
        Uses(
            owner=np.arange(n),
            kind=np.full(n, KINDS.index(kind)),
            key=list(keys),
            first=as_of,
            last=as_of,
            tables=["profiles"],
            table=np.zeros(n, dtype=np.int64),
            row=np.full(n, -1),
        ),
        People(
            ids=[f"p{start + k}" for k in range(n)],
            as_of=as_of,
            names=[frozenset((f"name{start + k}",)) for k in range(n)],
            places=[frozenset()] * n,
            ties=[frozenset()] * n,
            confirmed=np.full(n, np.nan),
        ),
    )


def cpu(work):
    before = time.process_time()
    work()
    return time.process_time() - before


def test_a_key_of_ten_megabytes_is_stored_in_sixteen_bytes(store, tmp_path):
    both = signed_up(["x" * HUGE, "x" * HUGE, "x" * (HUGE - 1) + "y"])
    memory = MemoryCohort()
    memory.learn(*both)
    assert cpu(lambda: store.learn(*both)) < 5
    same(store.links(*both), memory.links(*both))
    assert store.links(*both).sharers.tolist() == [0, 1, 0]
    assert [len(row.word) for row in rows(store, KEYS)] == [16, 16]
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 1_000_000


@pytest.mark.parametrize(
    ("column", "others"),
    [("device", 1), ("ip", 1), ("phone", 1), ("account", 1), ("email", 0), ("address", 0)],
)
def test_of_a_key_of_ten_megabytes_a_table_reads_the_beginning(column, others):
    keys = ["71" * (HUGE // 2), ("71" * LONGEST)[:LONGEST], "81" * (HUGE // 2)]
    frame = pd.DataFrame({"user": ["a", "b", "c"], column: keys})
    found = []
    assert cpu(lambda: found.append(link_table(frame, "user", [column]))) < 5
    assert found[0].users[f"{column}_others"].fillna(0).tolist() == [0, others, 0]


def test_an_empty_key_is_no_key(store):
    masked = paid(1, 1, "****"), paid(2, 2, "****")
    nothing = asked(*masked)
    store.learn(*nothing)
    for found in (
        store.links(*nothing),
        memory_of(*masked).links(*nothing),
    ):
        assert np.isnan(found.others[:, KINDS.index("payout")]).all()
        assert found.identities.tolist() == [0, 0]
    assert KINDS.index("payout") not in {row.kind for row in rows(store, KEYS)}


def test_one_key_on_twenty_thousand_accounts_is_a_hub_and_quick():
    one, twice = (signed_up(["one"] * n) for n in (20_000, 40_000))
    memory, larger = MemoryCohort(), MemoryCohort()
    memory.learn(*one)
    larger.learn(*twice)
    spent = []
    found = []
    spent.append(cpu(lambda: found.append(memory.links(*one))))
    spent.append(cpu(lambda: larger.links(*twice)))
    assert found[0].hubs.max() == 20_000
    assert (found[0].sharers > 0).sum() < 100
    assert spent[1] < 4 * spent[0] + 0.5
    assert memory.known()[1].later.size < 2_000


def test_one_key_on_twenty_thousand_accounts_of_a_store(store):
    n, portion = 20_000, 4_000
    memory = MemoryCohort()
    spent = 0.0
    for start in range(0, n, portion):
        more = signed_up(["one"] * portion, start)
        memory.learn(*more)
        spent += cpu(lambda more=more: store.learn(*more))
    new = signed_up(["one"], n)
    memory.learn(*new)
    taken = cpu(lambda: same(store.links(*new), memory.links(*new)))
    assert store.links(*new).hubs[0] == n + 1
    assert spent < 30
    assert taken < 1


def test_a_store_cut_short_is_told_in_a_sentence(tmp_path):
    path = tmp_path / "people.db"
    with CohortStore(str(path), KEYS_1) as opened:
        opened.learn(*signed_up([f"key {k}" for k in range(3_000)]))
    whole = path.read_bytes()
    for share in (0.5, 0.1):
        path.write_bytes(whole[: int(len(whole) * share)])
        try:
            with CohortStore(str(path), KEYS_1) as opened, pytest.raises(CohortError) as caught:
                opened.learn(*signed_up([f"key {k}" for k in range(3_000)], 3_000))
            told = str(caught.value)
        except CohortError as error:
            told = str(error)
        assert "damaged or no cohort" in told or "half-written" in told
    path.write_bytes(b"")
    assert "run fraudscore learn" in refused(str(path), create=False)


def test_what_breaks_off_while_learning_leaves_nothing(store, monkeypatch):
    store.learn(*asked(paid(1, 1)))
    before = rows(store, KEYS)

    def breaks(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(cohort_rings, "join", breaks)
        with pytest.raises(KeyboardInterrupt):
            store.learn(*asked(paid(2, 2), paid(3, 3, "another")))
    assert store.size == 1
    assert rows(store, KEYS) == before
    assert store.learn(*asked(paid(2, 2), paid(3, 3, "another"))) == 2


def test_portions_and_their_order_change_nothing():
    rng = np.random.default_rng(7)
    used, who = signed_up([f"key {k}" for k in rng.integers(0, 120, 600)])
    mixed = replace(used, kind=rng.choice([0, 2, 4], 600))
    whole = MemoryCohort()
    whole.learn(mixed, who)
    parted = MemoryCohort()
    for start in range(0, 600, 37):
        rows_ = true_rows((used.owner >= start) & (used.owner < start + 37))
        part = slice(start, start + 37)
        some = replace(
            mixed, owner=used.owner[rows_] - start, kind=mixed.kind[rows_], key=used.key[part],
            first=used.first[rows_], last=used.last[rows_], table=used.table[rows_],
            row=used.row[rows_],
        )  # fmt: skip
        own = People(
            who.ids[part], who.as_of[part], who.names[part], who.places[part], who.ties[part],
            who.confirmed[part],
        )  # fmt: skip
        parted.learn(some, own)
        if start % 2:
            parted.links(some, own)
    same(parted.links(mixed, who), whole.links(mixed, who))
