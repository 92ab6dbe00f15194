"""Confirmed cases and applications over shared lines, told as stories; most of the people innocent."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from tests.test_linkage import (
    accused,
    among,
    at_home,
    crowds,
    day,
    farm,
    paid,
    person,
    same,
    sent,
    worst,
)

CLOSE = "confirmed_case_closeness"
APPLIED = "applied_over_shared_line"
LAPTOP = {"devices": [{"id": "laptop-77aa"}]}


def caught(number, decided, kind="confirmed_impersonation", **parts):
    return person(number, disposition={"kind": kind, "decided_at": day(decided)}, **parts)


def close(*people):
    return {who: facts[CLOSE] for who, facts in among(people).items()}


def test_an_account_opened_from_the_device_of_a_confirmed_case():
    assert close(caught(1, 5, **LAPTOP), person(9, **LAPTOP)) == {"p001": 0, "p009": 2}


@pytest.mark.parametrize(("decided", "expected"), [(9, 2), (10, 0)])
def test_a_decision_counts_from_its_moment_on(decided, expected):
    assert close(caught(1, decided, **LAPTOP), person(9, **LAPTOP))["p009"] == expected


def chain(*decided):
    """Four in a row, each tied to the next by a wallet; some of them confirmed."""
    keys = ("a",), ("a", "b"), ("b", "c"), ("c",)
    return [
        (person if when is None else lambda n, when=when, **parts: caught(n, when, **parts))(
            number, payouts=[{"method": "crypto", "account": f"0x{key}"} for key in own]
        )
        for number, (own, when) in enumerate(zip(keys, decided, strict=True), 1)
    ]


def test_two_steps_at_most():
    assert list(close(*chain(1, None, None, None)).values()) == [0, 2, 1, 0]


def test_whoever_is_in_between_may_have_come_before_the_case():
    first = person(1, payouts=paid("0xa"), devices=[{"id": "one"}])
    case = caught(2, 2, payouts=paid("0xa"))
    assert close(first, case, person(3, devices=[{"id": "one"}]))["p003"] == 1


def test_nobody_is_judged_by_who_came_later():
    assert close(person(1, **LAPTOP), caught(2, 1, **LAPTOP))["p001"] == 0


def test_one_export_of_one_moment_knows_its_decisions():
    people = [caught(1, -5, when=30, **LAPTOP), person(2, when=30, **LAPTOP)]
    assert close(*people) == {"p001": 0, "p002": 2}


FLAT = {"shipments": sent("12 Juniper Road, Flat 3")}
INNOCENT = {
    "nobody was confirmed": [person(1, **LAPTOP), person(2, **LAPTOP)],
    "the case was found genuine": [
        caught(1, 1, "confirmed_genuine", **LAPTOP), person(2, **LAPTOP)
    ],
    "the case was a breach of the rules": [
        caught(1, 1, "policy_breach", **LAPTOP), person(2, **LAPTOP)
    ],
    "a flatmate of a case": [
        caught(1, 1, sessions=at_home(1), **FLAT), person(2, sessions=at_home(2), **FLAT)
    ],
    "a neighbour on the line of a case": [
        caught(1, 1, sessions=at_home(1)), person(2, sessions=at_home(2))
    ],
    "whoever a case brought in": [
        caught(1, 1, referrals=[{"other": "p002", "direction": "referred"}]), person(2)
    ],
    "a declared household": [
        caught(1, 1, **LAPTOP), person(2, claims={"household": ["p001"]}, **LAPTOP)
    ],
    "brothers": [
        caught(1, 1, name="Pavlo Rezneck", **LAPTOP), person(2, name="Ihor Rezneck", **LAPTOP)
    ],
    "an agency with one bad worker": [
        caught(1, 1, claims={"agency": "Northpine"}, payouts=paid("IN1")),
        *(person(n, claims={"agency": "Northpine"}, payouts=paid("IN1")) for n in range(2, 20)),
    ],
    "a library with one bad reader": [
        *(person(n, devices=[{"id": "library"}]) for n in range(35)),
        caught(35, 35, devices=[{"id": "library"}]),
        *(person(n, devices=[{"id": "library"}]) for n in range(36, 40)),
    ],
    "a phone resold a year later": [
        caught(1, 1, contact={"phones": [{"number": "+48 601 345 712"}]}),
        person(2, when=400, contact={"phones": [{"number": "+48 601 345 712"}]}),
    ],
    "the case themselves": [caught(1, 1, payouts=paid("0xabc"))],
    "somebody confirmed alone": [caught(1, 1, **LAPTOP), person(2, devices=[{"id": "other"}])],
}  # fmt: skip


@pytest.mark.parametrize("story", INNOCENT)
def test_the_innocent_are_close_to_no_case(story):
    assert worst(among(INNOCENT[story]), CLOSE) == 0


def test_a_second_hand_laptop_of_a_case_is_shown_and_contradicts_nothing():
    found = among([caught(1, 1, **LAPTOP), person(9, **LAPTOP)])
    assert found["p009"][CLOSE] == 2
    assert accused(found) == []


@settings(deadline=None, max_examples=40)
@given(crowds)
def test_what_was_decided_about_a_person_is_not_in_their_own_facts(people):
    """Removing it changes nothing for them, whatever was decided about everybody else."""
    decided = [
        who.model_copy(update={"disposition": caught(1, n % 3 * 20 - 10).disposition})
        for n, who in enumerate(people)
    ]
    expected = among(decided)
    for place, who in enumerate(people):
        found = among([*decided[:place], who, *decided[place + 1 :]])
        assert same(found, {who.profile_id: expected[who.profile_id]})


def applying(number, *days, **more):
    return person(number, sessions=at_home(*(days or (number,)), kind="apply", **more))


def applied(*people):
    return [facts[APPLIED] for facts in among(people).values()]


def test_applications_from_the_line_of_a_farm():
    assert applied(*(applying(n) for n in range(5))) == [0, 0, 0, 1, 1]


@pytest.mark.parametrize(
    "people",
    [
        [applying(n) for n in range(3)],
        [applying(n, ip=f"81.3.7.{n}") for n in (1, 2)],
        [person(n, sessions=at_home(n)) for n in range(5)] + [applying(9, ip="81.2.70.3")],
        [
            person(n, claims={"agency": "Northpine"}, sessions=at_home(n, kind="apply"))
            for n in range(8)
        ],
        [person(n, name=f"P{n} Varga", sessions=at_home(n, kind="apply")) for n in range(6)],
    ],
    ids=["flatmates", "neighbours", "elsewhere", "agency", "family"],
)
def test_the_innocent_apply_from_their_own_line(people):
    assert all(value == 0 or np.isnan(value) for value in applied(*people))


def test_a_dormitory_is_known_for_one_after_its_first_few():
    assert not any(applied(*(applying(n) for n in range(200)))[6:])


def test_without_an_application_over_a_home_line_nothing_is_known():
    assert all(np.isnan(facts[APPLIED]) for facts in among(farm(5)).values())
    assert np.isnan(applied(person(1, sessions=at_home(1, kind="apply", egress="mobile")))[0])
