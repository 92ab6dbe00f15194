"""Records: what is accepted, what is refused, and what a person is told."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.fields import FORBIDDEN
from features.reading import InvalidProfile, read_kept, read_profile
from features.schema import TABLES

BASE = {"profile_id": "a", "as_of": "2026-06-01T00:00:00Z", "claims": {}}


def problems(**parts):
    with pytest.raises(InvalidProfile) as caught:
        read_profile(BASE | parts)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        (
            {"sessions": [{"at": "2026-05-01T09:00:00Z"}] * 3 + [{"at": "2026-13-01"}]},
            "sessions[3].at: '2026-13-01' is not a date; write 2026-12-01T09:30:00+00:00",
        ),
        (
            {"sessions": [{"at": "2026-05-01T09:00:00"}]},
            "sessions[0].at: '2026-05-01T09:00:00' has no time zone; write 2026-12-01T09:30:00+00:00",
        ),
        (
            {"claims": {"places": [{"country": "DE", "latitude": 200}]}},
            "claims.places[0].latitude: '200' is above 90.0; write 90.0 or less",
        ),
        (
            {"claims": {"places": [{"country": "UK"}]}},
            "claims.places[0].country: 'UK' is not an ISO 3166 country code; write GB",
        ),
        ({"sesions": []}, "sesions: is not a field of the record; did you mean 'sessions'?"),
        (
            {"devices": [{"id": "d", "tools": [{"kind": "kvm", "nam": "x"}]}]},
            "devices[0].tools[0].nam: is not a field of the record; did you mean 'name'?",
        ),
        (
            {"claims": {"time_zone": "Berlin"}},
            "claims.time_zone: 'Berlin' is not an IANA time zone; write one as in Europe/Berlin",
        ),
    ],
)
def test_a_mistake_is_told_with_place_finding_and_advice(parts, told):
    assert told in problems(**parts)


@pytest.mark.parametrize("field", sorted(FORBIDDEN))
def test_a_forbidden_field_is_refused_with_the_reason_wherever_it_stands(field):
    top = problems(**{field: "x"})
    deep = problems(claims={field: "x"})
    assert any(FORBIDDEN[field] in text for text in top)
    assert any(FORBIDDEN[field] in text for text in deep)


@pytest.mark.parametrize("nothing", [None, "", "   ", "\t"])
def test_null_and_empty_mean_not_supplied(nothing):
    record = BASE | {"claims": {"name": nothing, "time_zone": nothing}, "sessions": None}
    assert read_profile(record) == read_profile(BASE)
    assert read_profile(json.dumps(record)) == read_profile(BASE)


def test_the_record_fills_in_nothing():
    unit = "claims.rate.per"  # of a number that is no evidence
    filled = {
        (table.name, name): column.field.default
        for table in TABLES.values()
        for name, column in table.columns.items()
        if column.field is not None and not column.field.is_required() and name != unit
        if column.field.default is not None
    }
    assert filled == {}


@pytest.mark.parametrize(
    ("part", "where"),
    [
        ({"travel": [{"country": "FR", "starts": "2026-02-09", "ends": "2026-02-01"}]}, "travel"),
        ({"places": [{"country": "FR", "since": "2026-02-09", "until": "2026-02-01"}]}, "places"),
    ],
)
def test_a_claim_that_ends_before_it_begins_is_told(part, where):
    with pytest.raises(InvalidProfile) as caught:
        read_profile({"profile_id": "p", "as_of": "2026-06-01T00:00:00Z", "claims": part})
    (problem,) = caught.value.problems
    assert problem.where == f"claims.{where}[0]"
    assert (problem.found, problem.write.split()[0]) == ("ends before it begins", "swap")


EVENING, MORNING = "2026-02-09T20:00:00Z", "2026-02-09T00:00:00Z"


@pytest.mark.parametrize(
    ("where", "row", "names", "first", "last", "told"),
    [
        ("payouts", {}, ("added_at", "removed_at"), EVENING, "2026-02-01T00:00:00Z", True),
        (
            "payouts",
            {},
            ("added_at", "removed_at"),
            EVENING,
            MORNING,
            False,
        ),  # a day without its hour
        ("payouts", {}, ("added_at", "removed_at"), MORNING, EVENING, False),
        ("shipments", {}, ("sent_at", "received_at"), EVENING, "2026-02-01T00:00:00Z", True),
        ("shipments", {}, ("sent_at", "received_at"), EVENING, MORNING, False),
        ("positions", {"employer": "Firm"}, ("starts", "ends"), "2021-06-01", "2019-03-01", True),
        ("positions", {"employer": "Firm"}, ("starts", "ends"), "2021-06-01", "2021-01-01", False),
        ("education", {"school": "School"}, ("starts", "ends"), "2021-06-01", "2019-03-01", True),
        ("education", {"school": "School"}, ("starts", "ends"), "2021-06-01", "2021-01-01", False),
    ],
)
def test_a_row_that_ends_before_it_begins_is_told(where, row, names, first, last, told):
    """A CV knows the year alone, which is read as its first day; that is no contradiction."""
    row = row | dict(zip(names, (first, last), strict=True))
    work = where in ("positions", "education")
    part = {"work": {where: [row | {"source": "cv"}]}} if work else {where: [row]}
    if not told:
        read_profile(BASE | part)
        return
    with pytest.raises(InvalidProfile) as caught:
        read_profile(BASE | part)
    (problem,) = caught.value.problems
    assert problem.where == f"{'work.' if work else ''}{where}[0]"
    assert problem.found == "ends before it begins"


def test_looked_and_found_nothing_is_not_the_same_as_not_looked():
    looked = BASE | {"devices": [{"id": "d", "software_inventory": "complete"}]}
    assert read_profile(looked) != read_profile(BASE | {"devices": [{"id": "d"}]})


def test_addresses_of_any_kind_are_taken_as_logged():
    for ip in ("2001:db8::1", "::ffff:192.0.2.1", "10.0.0.1", "not an address", "999.1.1.1"):
        session = {"at": "2026-05-01T09:00:00Z", "ip": ip}
        assert read_profile(BASE | {"sessions": [session]}).sessions[0].ip == ip


def test_a_payout_without_holder_and_a_phone_with_words_are_records():
    read_profile(BASE | {"payouts": [{}], "contact": {"phones": [{"number": "call me maybe"}]}})


def test_moments_can_be_filled_or_overridden():
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    bare = {"profile_id": "a", "claims": {}}
    assert read_profile(bare, default_as_of=moment).as_of == moment
    assert read_profile(BASE, as_of=moment).as_of == moment
    assert read_profile(BASE, default_as_of=moment).as_of != moment


def test_names_are_bounded():
    assert "200" in problems(claims={"name": "x" * 10_000})[0]


@given(st.binary(max_size=300) | st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_no_input_whatever_does_more_than_be_refused(data):
    with pytest.raises(InvalidProfile):
        read_profile(data)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4)
    ),
    max_leaves=10,
)


@given(
    st.sampled_from(["sessions", "claims", "contact", "devices", "payouts", "work"]), json_values
)
@settings(max_examples=200, deadline=None)
def test_any_json_in_any_part_is_read_or_explained(part, value):
    told = ()
    try:
        read_profile(BASE | {part: value})
    except InvalidProfile as error:
        told = error.problems
    assert all(problem.write for problem in told)


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"profile_id": ' + "9" * 10_000 + "}", "{}", "null"]
)
def test_hostile_json(text):
    with pytest.raises(InvalidProfile):
        read_profile(text)


@pytest.mark.parametrize("data", [None, 5, ["a"], 1.5, object()])
def test_what_is_no_record_at_all_is_refused_too(data):
    with pytest.raises(InvalidProfile, match="not a profile"):
        read_profile(data)


@pytest.mark.parametrize("digits", [400, 5_000])
def test_a_whole_number_too_long_for_python_is_told_with_its_place(digits):
    devices = [{"id": "d", "other_users": 10**digits}]
    assert problems(devices=devices)[0].startswith("devices[0].other_users")
    text = '{"profile_id": "a", "devices": [{"id": "d", "other_users": ' + "9" * digits + "}]}"
    with pytest.raises(InvalidProfile, match=r"devices\[0\].other_users") as caught:
        read_profile(text)
    assert caught.value.profile_id == "a"


def test_hidden_characters_are_shown_and_long_names_cut_wherever_they_come_from():
    told = problems(**{"a\u202eb\x1b[31m": 1, "x" * 500: 2})
    assert all(len(text) < 200 and text.isprintable() for text in told)
    with pytest.raises(InvalidProfile) as caught:
        read_profile({"profile_id": "a\ud800\x1b", "claims": {}})
    assert caught.value.profile_id == "a\\ud800\\u001b"


def test_a_forbidden_field_inside_an_unknown_part_is_told_with_its_reason():
    told = problems(extra={"people": [{"nationality": "x"}]})
    assert any(text.startswith("extra.people[0].nationality: is refused") for text in told)


def test_a_moment_without_zone_is_not_taken_for_local_time():
    for options in ({"as_of": datetime(2026, 1, 1)}, {"default_as_of": datetime(2026, 1, 1)}):
        for data in (BASE, read_profile(BASE), json.dumps(BASE)):
            with pytest.raises(InvalidProfile, match="no time zone"):
                read_profile(data, **options)


def test_a_byte_order_mark_and_a_repeated_key_are_no_obstacle():
    text = json.dumps(BASE).replace("{", '{"profile_id": "first", ', 1)
    assert read_profile("\ufeff" + text).profile_id == "a"
    assert read_profile(b"\xef\xbb\xbf" + text.encode()).profile_id == "a"


def test_broken_json_is_told_by_line_and_column():
    with pytest.raises(InvalidProfile, match="line 2 column 10: is not JSON"):
        read_profile('{"profile_id": "a",\n"as_of": }')


def test_a_kept_record_is_read_whatever_rule_came_since():
    record = {
        "profile_id": "a-1",
        "as_of": "2026-06-01T00:00:00Z",
        "claims": {},
        "payouts": [{"added_at": "2026-05-01T00:00:00Z", "removed_at": "2026-01-01T00:00:00Z"}],
    }
    with pytest.raises(InvalidProfile, match=r"payouts\[0\]"):
        read_profile(record)
    assert read_kept(json.dumps(record).encode()).payouts[0].removed_at is not None
