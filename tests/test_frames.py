"""Tables obey the record's rules; the two readers give the same columns."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from features.frames import RefusedTable, from_frames
from features.reading import read_profile
from features.record_rows import from_profiles
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


def generated(seed):
    """Sixty records with lists of every length, and the same people as tables."""
    dice = random.Random(seed)
    found = []
    for number in range(60):
        sessions = [
            {
                "at": f"2026-05-{dice.randint(1, 28):02}T{dice.randint(0, 23):02}:00:00+02:00",
                "ip": dice.choice(["192.0.2.1", "2001:db8::1", "no address"]),
                "managed": dice.choice([True, False]),
                "round_trip_ms": dice.choice([0.5, 200]),
                "device_country": dice.choice(["NA", "DE"]),
            }
            for _ in range(dice.randint(0, 5))
        ]
        payouts = [
            {k: v for k, v in payout.items() if v is not None and dice.random() < 0.7}
            for payout in dice.choices(
                [{"holder": "A", "other_workers": 2, "passed_on_share": 0.25, "country": "NA"}], k=2
            )
        ]
        record = {
            "profile_id": f"p{number}",
            "as_of": "2026-06-01T00:00:00Z",
            "claims": {"name": f"N {number % 7}", "own_device": dice.choice([True, False])},
            "sessions": [
                {k: v for k, v in s.items() if k == "at" or dice.random() < 0.7} for s in sessions
            ],
            "payouts": [payout for payout in payouts if payout],
        }
        found.append(record)
    return found


def tables_of(records):
    rows = {name: [] for name in ("sessions", "payouts")}
    people = []
    for record in records:
        key = {"profile_id": record["profile_id"]}
        claims = {f"claims.{k}": v for k, v in record["claims"].items()}
        people.append({**key, "as_of": record["as_of"], **claims})
        for name, kept in rows.items():
            kept += [{**key, **row} for row in record[name]]
    return {"profiles": pd.DataFrame(people), **{n: pd.DataFrame(r) for n, r in rows.items()}}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("as_text", [False, True])
def test_generated_people_are_the_same_by_either_door(seed, as_text):
    made = generated(seed)
    frames = tables_of(made)
    if as_text:
        frames = {n: f.astype("str").where(f.notna(), "") for n, f in frames.items()}
    one = from_profiles([read_profile(record) for record in made])
    two, problems = from_frames(frames)
    assert not problems
    for name in ("profiles", "sessions", "payouts"):
        left, right = (
            batch.profiles if name == "profiles" else batch.table(name) for batch in (one, two)
        )
        assert left.owner.tolist() == right.owner.tolist()
        for column in TABLES[name].columns.values():
            if column.kind == "text":
                a, b = left.text(column.name), right.text(column.name)
                assert [a.at(k) for k in range(left.size)] == [b.at(k) for k in range(left.size)]
            else:
                pair = (left.number(column.name), right.number(column.name))
                assert np.array_equal(*pair, equal_nan=True)


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


def test_a_trip_that_ends_before_it_begins_leaves_out_one_person():
    rows = {
        "country": ["FR", "FR"],
        "starts": ["2026-02-09", "2026-02-01"],
        "ends": ["2026-02-03"] * 2,
    }
    people = {"profile_id": ["a", "b"], "as_of": ["2026-06-01T00:00:00Z"] * 2}
    trips = pd.DataFrame({"profile_id": ["a", "b"], **rows})
    batch, problems = from_frames({"profiles": pd.DataFrame(people), "travel": trips})
    assert batch.ids == ("b",)
    (told,) = problems
    assert (told.table, told.row, told.profile_id) == ("travel", 1, "a")
    assert (
        str(told.problem) == "ends: ends before it begins; swap the two days, or mend the wrong one"
    )


def test_an_account_removed_before_it_was_added_leaves_out_one_person():
    rows = {"added_at": ["2026-02-09T20:00:00Z"] * 3}
    rows["removed_at"] = ["2026-02-01T00:00:00Z", "2026-02-09T00:00:00Z", None]
    ids, problems = told(
        {
            "profiles": profiles("a", "b", "c"),
            "payouts": pd.DataFrame({"profile_id": [*"abc"], **rows}),
        }
    )
    assert ids == ("b", "c")
    assert problems == [
        "payouts row 1: removed_at: ends before it begins; swap the two days, or mend the wrong one"
    ]


def test_a_naive_timestamp_column_is_told():
    frame = sessions(profile_id=["a"], at=pd.to_datetime(["2026-05-01"]))
    _, problems = told({"profiles": profiles("a"), "sessions": frame})
    assert "'2026-05-01 00:00:00' has no time zone" in problems[0]


@pytest.mark.parametrize("rows", [1, 200])
def test_moments_as_databases_write_them(rows):
    """A zone of whole hours, alone or among the hundreds that are read at once."""
    moments = ["2026-05-01 09:00:00+00", "2026-05-01 11:00:01.5+02", "2026-05-01T04:30:02-04:30"]
    more = [f"2026-05-02 {k // 60:02}:{k % 60:02}:00+00" for k in range(rows)]
    ids = [f"p{number}" for number in range(3 + rows)]
    frames = {
        "profiles": profiles(*ids),
        "sessions": sessions(profile_id=ids, at=moments + more),
    }
    batch, problems = from_frames(frames)
    assert problems == ()
    nine = datetime(2026, 5, 1, 9, tzinfo=UTC).timestamp()
    assert (batch.table("sessions").number("at")[:3] - nine).tolist() == [0, 1.5, 2]


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


def test_the_first_row_of_a_person_is_kept_whatever_the_second_holds():
    frame = profiles("a", "a", name=["Irune", "x" * 500])
    batch, problems = from_frames({"profiles": frame})
    assert batch.ids == ("a",)
    assert batch.profiles.text("claims.name").at(0) == "Irune"
    assert {problem.row for problem in problems} == {2}


def test_an_id_obeys_the_record_and_blank_ones_are_told_by_row():
    ids, problems = told({"profiles": profiles("x" * 300, "", "b", None)})
    assert ids == ("b",)
    text = "\n".join(problems)
    assert "row 1: profile_id" in text
    assert "longer than 200" in text
    assert "row 2: profile_id: is empty" in text
    assert "row 4: profile_id: is empty" in text


def test_a_list_is_as_long_as_the_record_allows():
    frame = pd.DataFrame({"profile_id": ["a"] * 1_001 + ["b"], "id": map(str, range(1_002))})
    ids, problems = told({"profiles": profiles("a", "b"), "devices": frame})
    assert ids == ("b",)
    assert problems == ["devices: has 1001 rows for one person; give 1000"]


def test_an_overridden_moment_is_not_held_against_anybody():
    frame = pd.DataFrame({"profile_id": ["a"], "as_of": ["yesterday"]})
    batch, problems = from_frames({"profiles": frame}, as_of=WHEN)
    assert not problems
    assert batch.as_of.tolist() == [WHEN.timestamp()]


def test_a_moment_without_zone_is_not_taken_for_local_time():
    with pytest.raises(RefusedTable, match="no time zone"):
        from_frames({"profiles": profiles("a")}, as_of=datetime(2026, 1, 1))


def test_a_column_of_lists_is_refused_in_a_sentence():
    with pytest.raises(RefusedTable, match="column ip holds lists"):
        from_frames({"profiles": profiles("a"), "sessions": sessions(profile_id=["a"], ip=[["x"]])})


def test_many_strangers_do_not_stop_the_clock():
    size = 50_000
    frame = sessions(profile_id=[f"ghost {number}" for number in range(size)])
    before = time.process_time()
    ids, problems = told({"profiles": profiles("a"), "sessions": frame})
    assert ids == ("a",)
    assert len(problems) == size
    assert time.process_time() - before < 10
