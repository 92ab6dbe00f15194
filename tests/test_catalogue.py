"""One set of checks over everything that is registered."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from features.catalogue import FAMILIES, FEATURES
from features.compute import compute
from features.context import Context
from features.family import CatalogueError, Column, Family, Rows
from features.fields import FORBIDDEN
from features.lookups import load_networks, load_phones
from features.reading import InvalidProfile, read_profile
from features.record_rows import from_profiles
from features.schema import TABLES
from fraudscore.catalogue_text import as_markdown
from fraudscore.cohort import cohort_of
from tests.reachable import CONSTRUCTED

ROOT = Path(__file__).parent.parent
CONTEXT = Context(load_networks(), load_phones())
ACCUSING = re.compile(
    r"\b(fraud|fake|liar|lying|suspicious|criminal|scam|north korea\w*|dprk|nationality|ethnic\w*)\b",
    re.I,
)


GROUPS = frozenset(
    "whereabouts device payment contact documents conduct shipping code work_history continuity "
    "linkage".split()
)


@pytest.mark.parametrize("feature", FEATURES.values(), ids=lambda f: f.name)
def test_every_feature_can_explain_itself(feature):
    for need in feature.needs:
        for place in need.split("|"):
            table, _, column = place.partition(".")
            assert column in TABLES[table].columns, need
    for text in (feature.reason, feature.clear, feature.next_check, feature.description):
        assert not ACCUSING.search(text)
    things = {"age"}  # of a mailbox or a token, never of a person
    assert not set(feature.name.split("_")) & set(FORBIDDEN) - things
    assert feature.group in GROUPS


def test_network_geography_and_clock_are_one_group():
    groups = {family.name: family.group for family in FAMILIES}
    assert groups["network"] == groups["geography"] == groups["clock"]


def test_the_catalogue_page_is_the_code():
    assert (ROOT / "features" / "README.md").read_text() == as_markdown()


def test_nothing_supplied_is_nothing_assessed():
    nobody = read_profile({"profile_id": "a", "as_of": "2026-06-01T00:00:00Z", "claims": {}})
    computed = compute(from_profiles([nobody]), CONTEXT)
    assert np.isnan(computed.matrix).all()


def keys(part):
    """Every name of a field in a record."""
    if isinstance(part, dict):
        return {*part, *(key for inner in part.values() for key in keys(inner))}
    return {key for inner in part for key in keys(inner)} if isinstance(part, list) else set()


def without(part, gone):
    """A record that never had these fields."""
    if isinstance(part, dict):
        return {key: without(inner, gone) for key, inner in part.items() if key not in gone}
    return [without(inner, gone) for inner in part] if isinstance(part, list) else part


@cache
def richest():
    """People of the samples who show most, and how everybody is told in their company."""
    lines = [
        *(ROOT / "data/samples/applicants.jsonl").read_text().splitlines(),
        *(ROOT / "data/samples/rings/people.jsonl").read_text().splitlines()[-18:],
    ]
    records = sorted(map(json.loads, lines), key=lambda record: -len(keys(record)))[:40]
    records += [record | {"profile_id": f"made-{n}"} for n, record in enumerate(CONSTRUCTED)]
    return records, [read_profile(record) for record in records]


@given(st.data())
@settings(max_examples=100)
def test_a_profile_alone_equals_itself_among_many(data):
    """Whatever a record lacks: what the others supplied says nothing about this person."""
    records, company = richest()
    record = data.draw(st.sampled_from(records))
    lacking = data.draw(st.sets(st.sampled_from(sorted(keys(record) - {"profile_id", "as_of"}))))
    try:
        person = read_profile(without(record, lacking) | {"profile_id": "somebody"})
    except InvalidProfile:
        reject()
    cohort = cohort_of([from_profiles([*company, person])], CONTEXT)
    context = replace(CONTEXT, cohort=cohort)
    (alone,) = compute(from_profiles([person]), context).matrix
    among, *_ = compute(from_profiles([person, *company]), context).matrix
    assert dict(zip(FEATURES, alone, strict=True)) == pytest.approx(
        dict(zip(FEATURES, among, strict=True)), abs=0, rel=0, nan_ok=True
    )


def test_what_was_not_supplied_is_not_assessed():
    """A feature has a value only for people who supplied everything it needs."""
    lines = (ROOT / "data/samples/applicants.jsonl").read_bytes().splitlines()
    batch = from_profiles([read_profile(line) for line in lines])
    matrix = compute(batch, CONTEXT).matrix
    for column, feature in zip(matrix.T, FEATURES.values(), strict=True):
        supplied = np.all([batch.supplied(need) for need in feature.needs], axis=0)
        assert np.isnan(column[~supplied]).all(), feature.name


def test_values_are_finite_or_unknown():
    lines = (ROOT / "data/samples/applicants.jsonl").read_bytes().splitlines()
    matrix = compute(from_profiles([read_profile(line) for line in lines]), CONTEXT).matrix
    assert not np.isinf(matrix).any()
    assert (~np.isnan(matrix)).any(axis=0).sum() > 50


def family(**annotations):
    from dataclasses import make_dataclass

    facts = make_dataclass("Facts", annotations.items())
    return Family("odd", asks="?", group="odd", facts=facts, observe=lambda batch, context: None)


GOOD = {
    "direction": "raises",
    "unit": "share",
    "strength": "weak",
    "reason": "{count} things",
    "clear": "no things",
    "innocent": ("chance",),
    "next_check": "ask",
    "source": "MS",
    "needs": ("sessions.ip",),
}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"reason": "{other} things"}, "not a fact"),
        ({"reason": ""}, "no reason"),
        ({"innocent": ()}, "no innocent"),
        ({"next_check": ""}, "no next_check"),
        ({"source": "RUMOUR"}, "RUMOUR"),
        ({"needs": ()}, "no needs"),
        ({"evidence": "count"}, "not a fact of rows"),
        ({"told": "rows"}, "not a fact of numbers"),
    ],
)
def test_what_cannot_be_explained_does_not_load(change, told):
    with pytest.raises(CatalogueError, match=told):

        @family(count=Column, rows=Rows).feature(**(GOOD | change))
        def odd(facts):
            """Something."""


def test_a_feature_without_a_docstring_does_not_load():
    with pytest.raises(CatalogueError, match="no description"):

        @family(count=Column).feature(**GOOD)
        def odd(facts):
            return facts.count


def test_a_forbidden_feature_does_not_load():
    with pytest.raises(CatalogueError, match="where a person comes from"):

        @family(count=Column).feature(**GOOD)
        def nationality(facts):
            """Something."""


def test_links_add_no_group_of_their_own():
    """One event is one group, whether an operator counted it or the cohort found it."""
    others = {f.group for f in FEATURES.values() if f.family != "linkage"}
    for feature in FEATURES.values():
        if feature.family == "linkage":
            assert feature.group in others or feature.strength == "context", feature.name
