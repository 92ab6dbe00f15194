"""One record is a batch of one: its short ways answer as the general ones do."""

from __future__ import annotations

import numpy as np
import pytest

from features import segments
from features.coded import code
from features.reading import read_profile
from features.record_rows import from_profiles
from features.schema import TABLES
from tests.test_frames import generated


def test_one_record_alone_is_asked_as_among_many():
    records = [read_profile(record) for record in generated(7)]
    many = from_profiles(records)
    s = many.table("sessions")
    slow = s.number("round_trip_ms") > 1
    rank = segments.rank(s.owner, slow)
    for who, record in enumerate(records):
        alone, own = from_profiles([record]), s.rows_of(who)
        for need in [
            f"{name}.{column}" for name, spec in TABLES.items() for column in spec.columns
        ]:
            assert alone.holds(need) == many.supplied(need)[who] == alone.supplied(need)[0], need
            one = frozenset([need])
            assert alone.given(one) == alone.given(one, 0) == many.given(one, who)
        mine = alone.table("sessions")
        assert alone.holds("sessions.ip|sessions.managed") == bool(
            many.supplied("sessions.ip|sessions.managed")[who]
        )
        assert mine.rows_of(0).tolist() == list(range(own.size))
        late = mine.number("round_trip_ms") > 1
        assert mine.any(late)[0] == s.any(slow)[who]
        assert mine.true_rows_of(0, late) == np.flatnonzero(slow[own]).tolist()
        assert s.true_rows_of(who, slow) == own[slow[own]].tolist()
        assert segments.rank(mine.owner, late).tolist() == rank[own].tolist()


@pytest.mark.parametrize("texts", [["a", "b", "a"], ["a", None], [None, None], []])
def test_answers_are_spread_whether_or_not_every_row_was_supplied(texts):
    column = code(texts)
    answers = np.array([len(text) * 10 + n for n, text in enumerate(column.values)], dtype=np.int64)
    spread = column.spread(answers, -1).tolist()
    assert spread == [-1 if t is None else answers[column.values.index(t)] for t in texts]
    assert column.texts() == texts


def test_what_only_a_later_row_supplied_is_not_held():
    early = {"at": "2026-05-01T09:00:00Z", "ip": "192.0.2.1"}
    late = {"at": "2026-07-01T09:00:00Z", "managed": True}
    record = {"profile_id": "a", "as_of": "2026-06-01T00:00:00Z", "sessions": [late, early]}
    batch = from_profiles([read_profile(record)])
    assert batch.holds("sessions.ip")
    assert not batch.holds("sessions.managed")
    assert batch.given(frozenset(["sessions.ip", "sessions.managed"]), 0) == {"sessions.ip"}
    assert batch.left_out().tolist() == [1]


def test_a_run_ends_where_any_key_changes():
    owner, day = np.array([0, 0, 0, 1, 1]), np.array([4, 4, 5, 5, 5])
    assert segments.runs(owner).tolist() == [0, 3]
    assert segments.runs(owner, day).tolist() == [0, 2, 3]
    assert segments.runs(owner[:0], day[:0]).tolist() == []


def test_a_row_that_is_sent_twice_is_one():
    """Exports overlap and senders try again; what differs in anything is another row."""
    for record in generated(7):
        again = record | {"sessions": [*record["sessions"], *record["sessions"][::-1]]}
        once, twice = (from_profiles([read_profile(who)]) for who in (record, again))
        assert twice.table("sessions").size == once.table("sessions").size
        assert twice.left_out()[0] == once.left_out()[0]
        for name in TABLES["sessions"].columns:
            assert once.holds(f"sessions.{name}") == twice.holds(f"sessions.{name}")
    three = [{"at": "2026-01-01T00:00:00Z", "ip": ip} for ip in ("192.0.2.1", "192.0.2.2", None)]
    for sent in (three, three * 2):
        person = {
            "profile_id": "a",
            "as_of": "2026-06-01T00:00:00Z",
            "claims": {},
            "sessions": sent,
        }
        assert from_profiles([read_profile(person)]).table("sessions").size == 3
