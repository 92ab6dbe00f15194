"""Tables obey the record's rules; the two readers give the same columns."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest

from features.batch import from_profiles
from features.frames import RefusedTable, from_frames
from features.reading import read_profile
from features.schema import TABLES

WHEN = pd.Timestamp("2026-06-01", tz="UTC")


def profiles(*ids, **columns):
    return pd.DataFrame({"profile_id": list(ids), "as_of": [WHEN] * len(ids), **columns})


def sessions(**columns):
    frame = pd.DataFrame(columns)
    if "at" not in frame:
        frame["at"] = "2026-05-01T09:00:00Z"
    return frame


def told(frames, **options):
    batch, problems = from_frames(frames, **options)
    return batch.ids, [str(problem) for problem in problems]


RECORDS = [
    {
        "profile_id": "a",
        "as_of": "2026-06-01T00:00:00Z",
        "claims": {
            "name": "Irune Vastel",
            "places": [{"country": "NA", "city": "Windhoek", "since": "2020-01-01"}],
            "other_names": ["I. V."],
            "working_hours": {"starts": 9, "ends": 17.5},
        },
        "sessions": [
            {"at": "2026-05-02T09:00:00+02:00", "ip": "192.0.2.1", "managed": True},
            {"at": "2026-05-01T09:00:00.25Z", "ip": "2001:db8::1", "round_trip_ms": 20.5},
            {"at": "2026-07-01T09:00:00Z", "ip": "192.0.2.9"},
        ],
        "devices": [{"id": "d", "tools": [{"kind": "kvm", "name": "PiKVM", "sanctioned": False}]}],
    },
    {"profile_id": "b", "as_of": "2026-06-01T00:00:00Z", "claims": {}},
]
FRAMES = {
    "profiles": profiles(
        "a",
        "b",
        **{
            "claims.name": ["Irune Vastel", ""],
            "claims.working_hours.starts": [9, None],
            "claims.working_hours.ends": ["17.5", None],
        },
    ),
    "places": pd.DataFrame(
        {"profile_id": ["a"], "country": ["NA"], "city": ["Windhoek"], "since": ["2020-01-01"]}
    ),
    "other_names": pd.DataFrame({"profile_id": ["a"], "value": ["I. V."]}),
    "sessions": pd.DataFrame(
        {
            "profile_id": ["a"] * 3,
            "at": ["2026-05-02T09:00:00+02:00", "2026-05-01T09:00:00.25Z", "2026-07-01T09:00:00Z"],
            "ip": ["192.0.2.1", "2001:db8::1", "192.0.2.9"],
            "managed": ["true", "", ""],
            "round_trip_ms": [None, 20.5, None],
        }
    ),
    "devices": pd.DataFrame({"profile_id": ["a"], "id": ["d"]}),
    "tools": pd.DataFrame(
        {
            "profile_id": ["a"],
            "device": ["d"],
            "kind": ["kvm"],
            "name": ["PiKVM"],
            "sanctioned": [False],
        }
    ),
}


@pytest.mark.parametrize("name", TABLES)
def test_records_and_tables_give_the_same_columns(name):
    one = from_profiles([read_profile(record) for record in RECORDS])
    two, problems = from_frames(FRAMES)
    assert not problems
    left, right = (
        batch.profiles if name == "profiles" else batch.table(name) for batch in (one, two)
    )
    assert left.owner.tolist() == right.owner.tolist()
    for column in TABLES[name].columns.values():
        if column.kind == "text":
            a, b = left.text(column.name), right.text(column.name)
            assert [a.at(k) for k in range(left.size)] == [b.at(k) for k in range(left.size)]
        else:
            assert np.array_equal(
                left.number(column.name), right.number(column.name), equal_nan=True
            )


def test_rows_after_as_of_are_left_out_and_counted():
    batch, _ = from_frames(FRAMES)
    assert batch.table("sessions").size == 2
    assert batch.left_out().tolist() == [1, 0]


def test_rows_are_in_time_order_and_remember_where_they_stood():
    batch, _ = from_frames(FRAMES)
    table = batch.table("sessions")
    assert [table.pointer(row) for row in range(2)] == ["sessions[1]", "sessions[0]"]


def test_one_bad_cell_leaves_out_one_person():
    ids, problems = told(
        {
            "profiles": profiles("a", "b"),
            "sessions": sessions(profile_id=["a", "b"], round_trip_ms=["fast", "20"]),
        }
    )
    assert ids == ("b",)
    assert problems == [
        "sessions row 1: round_trip_ms: 'fast' is not a number; write a number such as 12.5"
    ]


@pytest.mark.parametrize(
    ("column", "value", "word"),
    [
        ("at", "2026-05-01T09:00:00", "time zone"),
        ("at", "yesterday", "not a date"),
        ("device_latitude", 200.0, "above 90"),
        ("device_country", "UK", "write GB"),
        ("kind", "logon", "allowed values"),
        ("utc_offset_minutes", 30.5, "whole number"),
        ("managed", "perhaps", "true nor false"),
    ],
)
def test_the_rules_of_the_record_hold_in_tables(column, value, word):
    frame = sessions(profile_id=["a"], **{column: [value]})
    ids, problems = told({"profiles": profiles("a"), "sessions": frame})
    assert ids == ()
    assert word in problems[0]


def test_a_naive_timestamp_column_is_told():
    frame = sessions(profile_id=["a"], at=pd.to_datetime(["2026-05-01"]))
    _, problems = told({"profiles": profiles("a"), "sessions": frame})
    assert "time zone" in problems[0]


def test_namibia_is_a_country():
    places = pd.DataFrame({"profile_id": ["a"], "country": ["NA"]})
    batch, problems = from_frames({"profiles": profiles("a"), "places": places})
    assert not problems
    assert batch.table("places").text("country").at(0) == "NA"


def test_unknown_tables_columns_people_and_repeats_are_told_and_the_rest_is_kept():
    ids, problems = told(
        {
            "profiles": profiles("a", "b", "b", naem=["x", "y", "z"]),
            "sesions": sessions(profile_id=["a"]),
            "sessions": sessions(profile_id=["a", "ghost"]),
        }
    )
    assert ids == ("a", "b")
    text = "\n".join(problems)
    for part in ("did you mean 'name'", "did you mean 'sessions'", "'ghost' is not in profiles"):
        assert part in text
    assert "'b' stands there twice" in text


def test_a_forbidden_column_refuses_the_table():
    with pytest.raises(RefusedTable, match="nationality"):
        from_frames({"profiles": profiles("a", nationality=["x"])})


def test_a_missing_required_column_is_told_for_each_person():
    frame = pd.DataFrame({"profile_id": ["a"], "ip": ["192.0.2.1"]})
    ids, problems = told({"profiles": profiles("a", "b"), "sessions": frame})
    assert ids == ("b",)
    assert problems == ["sessions row 1: at: is missing; give it a value"]


def test_without_a_moment_nobody_can_be_read():
    ids, problems = told({"profiles": pd.DataFrame({"profile_id": ["a"]})})
    assert ids == ()
    assert "as_of" in problems[0]


def test_without_profiles_the_other_tables_name_the_people():
    batch, problems = from_frames({"sessions": sessions(profile_id=["x"])}, as_of=WHEN)
    assert batch.ids == ("x",)
    assert not problems


def test_a_million_sessions_on_one_person():
    size = 1_000_000
    frame = pd.DataFrame(
        {
            "profile_id": "a",
            "at": pd.date_range("2026-01-01", periods=size, freq="10s", tz="UTC"),
            "ip": "192.0.2.1",
        }
    )
    before = time.process_time()
    batch, problems = from_frames({"profiles": profiles("a"), "sessions": frame})
    assert not problems
    assert batch.table("sessions").size == size
    assert time.process_time() - before < 10
