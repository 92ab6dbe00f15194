"""Honest people who look odd never land in review, and their files are what the script writes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

import fraudscore
from features.context import NETWORK_KINDS
from features.lookups import load_networks, load_phones
from features.reading import read_profile
from scripts.personas import PERSONAS, build
from scripts.personas_base import layout

FOLDER = Path(__file__).parent / "personas"
SLUGS = sorted(path.stem for path in FOLDER.glob("*.json"))
WHO = {
    "traveller in several countries": "traveller-several-countries",
    "declared digital nomad": "nomad-declared",
    "undeclared digital nomad": "nomad-undeclared",
    "expatriate who uses a China-market VPN": "expatriate-china-vpn",
    "military spouse in Japan with a US bank": "military-spouse-japan",
    "worker behind CGNAT": "carrier-nat",
    "satellite": "satellite",
    "iCloud Private Relay": "private-relay",
    "corporate egress 600 km away": "corporate-egress",
    "geo-IP default coordinates": "default-coordinates",
    "two brothers in one house": "brothers-one-house",
    "couple sharing a pay-out account": "couple-one-account",
    "agency paying twenty workers from one account": "agency-twenty-workers",
    "employer of record": "employer-of-record",
    "co-working space": "coworking-space",
    "university NAT": "university-nat",
    "married name": "married-name",
    "changed name": "changed-first-name",
    "one-name person": "one-name",
    "transliterated payee": "transliterated-payee",
    "Payoneer in an under-banked country": "payoneer-under-banked",
    "Wise in an under-banked country": "wise-under-banked",
    "pay-out through a relative where the platform does not pay": "relative-payout",
    "private-repository career": "private-repositories",
    "re-uploaded old code": "reuploaded-code",
    "GitLab migrant": "gitlab-migrant",
    "course repositories with many contributors": "course-repositories",
    "auto-follow-back account": "follow-back-account",
    "DevRel with thousands of follows": "devrel",
    "returner after five silent years": "returner",
    "junior with two repositories": "junior-two-repositories",
    "no LinkedIn at all": "no-linkedin",
    "camera refused for disability": "camera-refused",
    "kept an old foreign phone number": "kept-foreign-number",
    "VoIP number for privacy": "voip-for-privacy",
    "night worker with declared client hours": "night-worker",
    "parent with split shifts": "split-shifts",
    "KVM at own home": "kvm-at-home",
    "home-lab owner with RMM tools": "home-lab",
    "contractor with own laptop": "own-laptop-contractor",
    "laptop sent to a friend because of a move": "laptop-to-friend",
    "rural post box": "rural-post-box",
    "domestic-violence safe address": "safe-address",
    "overemployed real person": "overemployed",
    "identity-theft victim hired for real": "identity-theft-victim",
    "refugee with thin file": "refugee-thin-file",
    "privacy-minded person who gives only the minimum": "privacy-minimal",
}
"""Every item of the list of people who must not land in review, and who stands for it."""
WRITERS = (
    "private-repositories",
    "reuploaded-code",
    "gitlab-migrant",
    "course-repositories",
    "follow-back-account",
    "devrel",
    "returner",
    "junior-two-repositories",
    "transliterated-payee",
)
"""Personas whose oddity lies in, or beside, published code."""


def persona(name):
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def scorer():
    return fraudscore.load()


@pytest.mark.parametrize("name", SLUGS)
def test_honest_but_odd_people_are_not_in_review(scorer, name):
    item = scorer.score(persona(name)["profile"])
    assert item.band in ("no_concern", "verify", "insufficient_evidence"), item.reasons[:5]


@pytest.mark.parametrize("name", SLUGS)
def test_a_persona_reads_as_a_profile_and_tells_who_it_is(name):
    found = persona(name)
    assert set(found) == {"story", "profile"}
    profile = read_profile(found["profile"])
    assert profile.profile_id == f"persona-{name}"
    assert 2 <= len(re.findall(r"[.?](?: |$)", found["story"])) <= 4
    moments = [session.at for session in profile.sessions]
    assert moments == sorted(moments)
    assert not moments or moments[-1] <= profile.as_of


def test_everybody_of_the_list_is_there():
    assert set(WHO.values()) == set(SLUGS) == set(PERSONAS)
    assert len(SLUGS) >= 40


def test_the_script_reproduces_the_files_byte_for_byte():
    for name, record in build().items():
        written = (FOLDER / f"{name}.json").read_bytes()
        assert written == (layout(record) + "\n").encode(), name


@pytest.mark.parametrize("name", WRITERS)
def test_people_who_write_code_have_enough_of_it_to_be_judged(name):
    code = read_profile(persona(name)["profile"]).code
    own = [commit for commit in code.commits if commit.linked]
    assert len(own) >= 20
    assert all(commit.author_offset_minutes is not None for commit in own)
    assert code.repositories
    assert code.activity


@pytest.mark.parametrize("name", SLUGS)
def test_addresses_and_numbers_are_what_the_tables_know(name):
    profile = read_profile(persona(name)["profile"])
    addresses = load_networks().find([session.ip for session in profile.sessions if session.ip])
    assert not addresses.state.any()
    numbers = [phone.number for phone in profile.contact.phones]
    assert not load_phones().find(numbers, [None] * len(numbers)).state.any()


@pytest.mark.parametrize(
    ("name", "kind", "least"),
    [
        ("expatriate-china-vpn", "hosting", 0.8),
        ("nomad-undeclared", "vpn", 0.5),
        ("private-relay", "relay", 0.7),
        ("relative-payout", "vpn", 0.7),
        ("privacy-minimal", "vpn", 1.0),
        ("carrier-nat", "ordinary", 1.0),
    ],
)
def test_networks_are_of_the_kind_the_story_tells(name, kind, least):
    profile = read_profile(persona(name)["profile"])
    found = load_networks().find([session.ip for session in profile.sessions])
    assert np.mean(found.kind == NETWORK_KINDS.index(kind)) >= least


@pytest.mark.parametrize("name", [name for name in SLUGS if name != "privacy-minimal"])
def test_most_bare_sessions_come_from_where_the_person_says(name):
    profile = read_profile(persona(name)["profile"])
    claimed = {place.country for place in (*profile.claims.places, *profile.claims.travel)}
    rows = [session for session in profile.sessions if session.egress != "company"]
    found = load_networks().find([session.ip for session in rows])
    bare = found.kind <= NETWORK_KINDS.index("mobile")
    there = [found.countries[number] in claimed for number in found.country[bare]]
    assert not there or np.mean(there) > 0.5


def test_many_addresses_behind_the_carrier():
    profile = read_profile(persona("carrier-nat")["profile"])
    assert len({session.ip for session in profile.sessions}) >= 15
