"""Sentences agree with their numbers, and say what is not known."""

from __future__ import annotations

import re
from typing import get_type_hints

import pytest

from features.catalogue import FAMILIES, FEATURES
from features.family import Words
from features.fixed import kept
from features.sentences import facts_named, listed, of_many, said

_FAMILIES = {family.name: family for family in FAMILIES}
PARCELS = "{away} of {all} {all:parcel|parcels} {away:was|were} received by {name}"


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"away": 1.0, "all": 1.0, "name": "Irune"}, "1 of 1 parcel was received by Irune"),
        ({"away": 1.0, "all": 3.0, "name": "Irune"}, "1 of 3 parcels was received by Irune"),
        ({"away": 2.0, "all": 3.0, "name": None}, "2 of 3 parcels were received by unknown"),
        ({"away": 0.0, "all": 12.0, "name": "Irune"}, "0 of 12 parcels were received by Irune"),
    ],
)
def test_words_fit_their_number(facts, expected):
    assert said(PARCELS, facts) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1.2, "1 hour apart"),
        (1.7, "2 hours apart"),
        (0.4, "0 hours apart"),
        (1e6, "1000000 hours apart"),
    ],
)
def test_words_fit_the_number_as_it_is_printed(value, expected):
    assert said("{gap:.0f} {gap:hour|hours} apart", {"gap": value}) == expected


def test_an_unknown_number_is_said_to_be_unknown():
    assert (
        said("{n} {n:key|keys} shared", {"n": float("nan")}) == "an unknown number of keys shared"
    )


def test_a_share_is_said_in_per_cent():
    assert said("{share:.0%} of the pay", {"share": 1.0}) == "100% of the pay"


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ([], None),
        ([None], None),
        (["Ana", "Ana"], "Ana"),
        (["Ana", None, "Ben"], "Ana or Ben"),
        (["Ana", "Ben", "Cleo"], "Ana, Ben or Cleo"),
        (["Ana", "Ben", "Cleo", "Dan", "Eve"], "Ana, Ben, Cleo or another"),
    ],
)
def test_every_name_is_told_once(names, told):
    assert listed(names) == told


def kinds_of(facts):
    """The type of each fact, those too that are worked out when asked for."""
    late = {name: vars(facts)[name] for name in vars(facts) if isinstance(vars(facts)[name], kept)}
    made = {name: get_type_hints(one.func)["return"] for name, one in late.items()}
    return get_type_hints(facts) | made


@pytest.mark.parametrize("feature", FEATURES.values(), ids=lambda feature: feature.name)
def test_every_sentence_can_be_said_of_one_and_of_many(feature):
    kinds = kinds_of(_FAMILIES[feature.family].facts)
    for sentence in (feature.reason, feature.clear):
        named = facts_named(sentence)
        for number in (1.0, 2.0, float("nan")):
            told = {fact: "a name" if kinds[fact] == Words else number for fact in named}
            text = said(sentence, told)
            assert not {"{", "|"} & set(text)
            assert not re.search(r"\b1 (?!ms|remote-access)[a-z-]+s\b", text), text
        assert "|" not in of_many(sentence)
