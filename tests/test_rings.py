"""Rings found, listed and drawn; households and strangers are none."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from features.record_rows import from_profiles
from fraudscore.cli import main
from fraudscore.cohort import cohort_of
from fraudscore.rings import draw, find_rings
from tests.fakes import context, profile

NAMES = "Ines Falk;Otto Brandt;Mira Lind;Dario Timmel;Ada Osei;Jon Varga;Rune Odal".split(";")
FILLER = 60


def person(number, name, **parts):
    claims = {"name": name, **parts.pop("claims", {})}
    moment = f"2026-06-{number % 28 + 1:02d}T00:00:00Z"
    return {"profile_id": f"p{number}", "as_of": moment, "claims": claims, **parts}


def wallet(number, name, account="0xabc"):
    return person(number, name, payouts=[{"method": "crypto", "account": account}])


STRANGERS = [wallet(100 + n, f"Filler{n} Person{n}", account=f"own-{n}") for n in range(FILLER)]
RING = [wallet(n, name) for n, name in enumerate(NAMES)]


def cohort(*people):
    batch = from_profiles([profile(**p) for p in people])
    return cohort_of([batch], context())


def test_one_wallet_of_seven_personas_is_one_ring():
    (ring,) = find_rings(cohort(*RING, *STRANGERS))
    assert ring.members == tuple(f"p{n}" for n in range(7))
    assert ring.kinds == ("payout",)
    assert ring.keys[0].people == 7
    assert ring.keys[0].first_seen == "2026-06-01"
    assert ring.density == 1
    assert ring.check == "pay-out account: ask who holds it; one in the worker's name"
    assert ring.shares == "pay-out account"


def test_keys_are_masked():
    long = [wallet(n, name, account="0x1234567890abcdef") for n, name in enumerate(NAMES)]
    (ring,) = find_rings(cohort(*long, *STRANGERS))
    assert "34567890" not in json.dumps(ring.keys[0].key)


@pytest.mark.parametrize(
    "people",
    [
        [wallet(1, "Ines Falk"), wallet(2, "Lars Falk")],
        [
            wallet(1, "Ines Falk") | {"claims": {"name": "Ines Falk", "household": ["home"]}},
            wallet(2, "Otto Brandt") | {"claims": {"name": "Otto Brandt", "household": ["home"]}},
        ],
        [
            wallet(n, name) | {"claims": {"name": name, "agency": "Northpine"}}
            for n, name in enumerate(NAMES)
        ],
        [person(1, "Ines Falk"), person(2, "Otto Brandt")],
    ],
    ids=["brothers", "household", "agency", "strangers"],
)
def test_the_declared_and_the_related_are_no_ring(people):
    assert find_rings(cohort(*people, *STRANGERS)) == []


def test_a_ring_is_drawn_with_every_member_and_key():
    known = cohort(*RING, *STRANGERS)
    picture = ET.fromstring(draw(known, find_rings(known)[0]))
    kinds = [item.tag.split("}")[1] for item in picture.iter()]
    assert kinds.count("circle") == 7
    assert kinds.count("line") == 7
    labels = {item.text for item in picture.iter() if item.tag.endswith("text")}
    assert {f"p{n}" for n in range(7)} <= labels


def test_the_command_lists_writes_and_draws(tmp_path):
    source = tmp_path / "people.jsonl"
    source.write_text("\n".join(map(json.dumps, [*RING, *STRANGERS])) + "\n")
    out, picture = tmp_path / "rings.json", tmp_path / "ring.svg"
    done = CliRunner().invoke(
        main, ["rings", str(source), "-o", str(out), "--picture", str(picture)]
    )
    assert done.exit_code == 0, done.output
    assert len(json.loads(out.read_text())[0]["members"]) == 7
    assert picture.read_text().startswith("<svg")
    again = CliRunner().invoke(
        main, ["rings", str(source), "--picture", str(picture), "--ring", "9"]
    )
    assert again.exit_code == 2
    assert "there are 1 rings" in again.stderr


def test_scoring_among_others_sees_the_ring(tmp_path):
    source = tmp_path / "people.jsonl"
    source.write_text("\n".join(map(json.dumps, [*RING, *STRANGERS])) + "\n")
    last = ["explain", str(source), "--id", "p6"]
    alone = CliRunner().invoke(main, [*last, "--json"])
    among = CliRunner().invoke(main, [*last, "--link", "--json"])
    found = [{r["code"] for r in json.loads(done.stdout)["reasons"]} for done in (alone, among)]
    assert "ACCOUNT_SHARERS" not in found[0]
    assert {"ACCOUNT_SHARERS", "RING_MEMBERS", "LINKED_IDENTITIES"} <= found[1]
    refused = CliRunner().invoke(main, ["score", "-", "--link"], input="{}")
    assert refused.exit_code == 2
    assert "reads the input twice" in refused.stderr


def test_a_stored_cohort_is_learned_asked_and_made_to_forget(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    early, late = tmp_path / "early.jsonl", tmp_path / "late.jsonl"
    early.write_text("\n".join(map(json.dumps, [*STRANGERS, *RING[:6]])) + "\n")
    late.write_text(json.dumps(RING[6]) + "\n")
    cohort = ["--cohort", str(tmp_path / "cohort.db")]

    def run(*arguments):
        return CliRunner().invoke(main, [*map(str, arguments), *cohort])

    refused = run("score", late)
    assert refused.exit_code == 2
    learned = run("learn", early)
    assert learned.exit_code == 0, learned.output
    assert "66 people read, 66 of them new" in learned.stderr

    def told():
        asked = run("explain", late, "--id", "p6", "--json").stdout
        return {r["code"] for r in json.loads(asked)["reasons"] if r["state"] == "present"}

    assert {"ACCOUNT_SHARERS", "RING_MEMBERS"} <= told()
    assert "CONFIRMED_CASE_CLOSENESS" not in told()
    assert run("confirm", "--id", "p0", "--at", "2026-06-02").exit_code == 0
    assert "CONFIRMED_CASE_CLOSENESS" in told()
    assert run("confirm", "--id", "p0", "--withdraw").exit_code == 0
    assert "CONFIRMED_CASE_CLOSENESS" not in told()
    for number in range(6):
        assert run("forget", "--id", f"p{number}").exit_code == 0
    assert not {"RING_MEMBERS", "ACCOUNT_SHARERS"} <= told()
    assert run("forget", "--id", "p0").exit_code == 2
    assert run("confirm", "--id", "p0").exit_code == 2
