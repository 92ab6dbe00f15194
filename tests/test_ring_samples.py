"""The sample of people who share keys: rings are contradicted, households and agencies are not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from features.context import Context
from features.linkage import LINKAGE
from features.lookups import load_networks, load_phones
from features.reading import read_profile
from features.record_rows import from_profiles
from fraudscore.cohort import cohort_of
from scripts.rings import FILE, RINGS, STORIES, build
from tests.fakes import values_of


@pytest.fixture(scope="module")
def found():
    people = [read_profile(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
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
    farm = ["farm-4", "farm-5", "farm-6", "farm-7"]
    assert accused == [*farm, "wallet-4", "wallet-5", "referral-2"]


def test_rings_have_their_size(found):
    assert found["farm-7"]["ring_members"] == 5
    assert found["wallet-5"]["ring_members"] == 3
    assert found["referral-2"]["referral_with_shared_key"] == 1
    others = [facts for who, facts in found.items() if who.partition("-")[0] not in RINGS]
    assert {facts["ring_members"] for facts in others} == {0}
