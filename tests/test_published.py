"""Published cases as records: true to what is published, silent on the rest, free of names."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import fraudscore
from features.fields import refusal
from features.reading import read_profile
from fraudscore.assessment import BANDS
from scripts.personas_base import layout
from scripts.published import build

FOLDER = Path(__file__).parent.parent / "data" / "samples" / "published"
IDS = sorted(path.stem for path in FOLDER.glob("*.json"))
CASES = frozenset(
    "C01 C03 C16 C17 C19 C22 C24 C25 C26 C38 C42 C58 C64 "
    "F01 F02 F06 F08 F09 F10 F11 F12 F15 F19 F20 F23 F24 F25 F32 F35".split()
)
"""The development set of published cases; others are kept aside for an external test."""
NAMED = (
    "name", "holder", "received_by", "author", "organisation", "employer", "school", "agency"
)  # fmt: skip
"""Fields that could carry the name of a person or a firm."""
INVENTED = ("Placeholder", "Somebody Else", "Aster", "Birch", "Cedar", "Dahlia", "Elder")
TOLD = ("payouts.provider", "devices.tools.name")


def published(id_):
    return json.loads((FOLDER / f"{id_}.json").read_text(encoding="utf-8"))


def leaves(value, path=()):
    """Every (path, value) of a record, list places left out."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from leaves(item, (*path, name))
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item, path)
    else:
        yield ".".join(path), value


def given(profile, path):
    return any(found == path or found.startswith(path + ".") for found, _ in leaves(profile))


@pytest.fixture(scope="module")
def scorer():
    return fraudscore.load()


@pytest.mark.parametrize("id_", IDS)
def test_every_case_scores(scorer, id_):
    item = scorer.score(read_profile(published(id_)["profile"]))
    assert item.band in BANDS


@pytest.mark.parametrize("id_", [id_ for id_ in IDS if id_.startswith("F")])
def test_look_alikes_are_not_in_review(scorer, id_):
    item = scorer.score(published(id_)["profile"])
    assert item.band != "review", item.reasons[:5]


def test_all_are_cases_of_the_development_set():
    assert set(IDS) <= CASES
    assert sum(id_.startswith("C") for id_ in IDS) >= 12
    assert {"C64", "F01", "F02", "F06", "F08", "F09", "F35"} <= set(IDS)


@pytest.mark.parametrize("id_", IDS)
def test_a_case_says_what_is_known_and_leaves_out_what_is_not(id_):
    found = published(id_)
    assert found["case"] == id_
    assert found["source"]
    assert found["profile"]["profile_id"] == f"published-{id_}"
    assert 2 <= len(re.findall(r"[.?](?: |$)", found["story"])) <= 4
    missing = [p for p in found["known"] + found["assumed"] if not given(found["profile"], p)]
    filled_in = [path for path in found["unknown"] if given(found["profile"], path)]
    assert found["known"]
    assert found["unknown"]
    assert not missing
    assert not filled_in


@pytest.mark.parametrize("id_", IDS)
def test_no_forbidden_field_and_nobodys_name(id_):
    found = published(id_)
    for path, value in leaves(found["profile"]):
        assert not [step for step in path.split(".") if refusal(step)], path
        if path.split(".")[-1] in NAMED and path not in TOLD:
            assert value.startswith(INVENTED), path
        assert "@" not in str(value)
    assert not re.search("korea|dprk|nationality", json.dumps(found).lower())


def test_the_script_reproduces_the_files_byte_for_byte():
    made = build()
    assert set(made) == set(IDS)
    for id_, record in made.items():
        assert (FOLDER / f"{id_}.json").read_bytes() == (layout(record) + "\n").encode(), id_


def test_the_animation_case_holds_deliverables_against_the_declared_chain():
    engagement = read_profile(published("C64")["profile"]).engagement
    declared = {layer.name for layer in engagement.chain if layer.declared}
    deeper = [layer for layer in engagement.chain if layer.declared is False]
    assert {layer.role for layer in engagement.chain if layer.declared} == {
        "buyer", "agency", "subcontractor",
    }  # fmt: skip
    assert len(deeper) >= 2
    assert not any(layer.verified_person for layer in engagement.chain)
    assert len(engagement.deliverables) >= 20
    assert all(
        item.tool and item.path and item.organisation not in declared
        for item in engagement.deliverables
    )  # fmt: skip


def test_the_animation_case_names_the_broken_hand_overs():
    found = fraudscore.load().score(published("C64")["profile"])
    outcomes = {hand_over.later: hand_over for hand_over in found.hand_overs}
    broken = [later for later, hand_over in outcomes.items() if hand_over.outcome != "not_checked"]
    assert broken == ["committed"]
    because = [text.split(":")[0] for text in outcomes["committed"].because]
    assert because == [
        "engagement.deliverables[0]",
        "engagement.deliverables[1]",
        "engagement.deliverables[2]",
        "engagement.chain[3]",
        "engagement.chain[4]",
    ]
