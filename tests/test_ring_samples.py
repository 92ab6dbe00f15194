"""The sample of people who share keys: rings are contradicted, households and agencies are not."""

from __future__ import annotations

from dataclasses import replace

import pytest

import fraudscore
from features.context import Context
from features.linkage import LINKAGE
from features.lookups import load_networks, load_phones
from features.reading import read_profile
from features.record_rows import from_profiles
from fraudscore.cohort import cohort_of
from scripts.rings import FILE, RINGS, STORIES, build
from tests.fakes import values_of


@pytest.fixture(scope="module")
def people():
    return [read_profile(line) for line in FILE.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def scored(people):
    """Everybody among everybody, as `fraudscore score --link` has it."""
    return {item.profile_id: item for item in fraudscore.load().score_many(people, link=True)}


@pytest.fixture(scope="module")
def found(people):
    known = Context(load_networks(None), load_phones())
    among = replace(known, cohort=cohort_of([from_profiles(people)], known))
    columns = values_of(LINKAGE, people, among)
    return {
        who.profile_id: {name: column[place] for name, column in columns.items()}
        for place, who in enumerate(people)
    }


def test_the_file_is_what_the_script_writes():
    assert FILE.read_bytes() == build().encode()


def test_most_people_are_innocent_and_every_story_is_told(found):
    stories = {who.partition("-")[0] for who in found}
    assert stories == {story.__name__ for story in STORIES}
    assert all(story.__doc__ for story in STORIES)
    innocent = [who for who in found if who.partition("-")[0] not in RINGS]
    assert len(innocent) > len(found) / 2


def test_only_rings_are_contradicted(found):
    accused = [who for who, facts in found.items() if facts["linked_identities"] > 0]
    farm = [f"farm-{number}" for number in range(4, 8)]
    wallet = [f"wallet-{number}" for number in range(2, 6)]
    assert accused == [*farm, *wallet, "factor-4", "referral-2"]


def test_rings_have_their_size(found):
    assert found["farm-7"]["ring_members"] == 5
    assert found["wallet-5"]["ring_members"] == 3
    assert found["referral-2"]["referral_with_shared_key"] == 1
    others = [facts for who, facts in found.items() if who.partition("-")[0] not in RINGS]
    assert {facts["ring_members"] for facts in others} == {0}


def test_no_innocent_person_of_the_sample_is_reviewed(scored):
    innocent = [item for who, item in scored.items() if who.partition("-")[0] not in RINGS]
    assert [item.profile_id for item in innocent if item.band == "review"] == []


SHOWN = {
    "farm-7": {"ACCOUNT_SHARERS", "LINE_SHARERS", "ADDRESS_SHARERS"},
    "wallet-5": {"ACCOUNT_SHARERS", "DEVICE_SHARERS"},
    "factor-4": {"FACTOR_SHARERS"},
    "referral-2": {"REFERRAL_WITH_SHARED_KEY"},
}


@pytest.mark.parametrize("who", SHOWN)
def test_the_last_of_each_ring_is_reviewed_for_what_is_shared(scored, who):
    item = scored[who]
    assert item.band == "review"
    assert SHOWN[who] | {"LINKED_IDENTITIES"} <= {reason.code for reason in item.reasons}
