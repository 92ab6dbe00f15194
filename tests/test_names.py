"""Names agree, disagree, or cannot be told; nothing is ever guessed from one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.names import agreement, best_agreement


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Irune Vastel", "VASTEL IRUNE"),
        ("Irune Vastel", "Vastel, Irune"),
        ("Irune Vastel", "I. Vastel"),
        ("José Núñez", "Jose Nunez"),
        ("Jürgen Groß", "Juergen Gross"),
        ("Anna-Lena Holm", "Anna Lena Holm"),
        ("Omar al Rashidi", "Omar Al-Rashidi"),
        ("Сергей Волков", "Sergei Volkov"),
        ("Dr. Mara Telek", "Mara Telek"),
        ("Suharwan", "Suharwan Suharwan"),
        ("Maria del Carmen Soler", "Maria Carmen Soler"),
        ("Mohamed Haddad", "Mohammed Haddad"),
    ],
)
def test_one_person_written_two_ways(a, b):
    assert agreement(a, b) == "agree"


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Greta Holmquist", "Greta Andrane"),
        ("Suharwan", "Suharwan Wijaya"),
        ("Mara Telek", "Northpine Studio LLC"),
        ("Mara Telek", "Telek GmbH"),
        ("王小明", "Wang Xiaoming"),
        ("Mara Telek", ""),
        ("M. T.", "Mara Telek"),
    ],
)
def test_what_cannot_be_told_is_not_held_against_anybody(a, b):
    assert agreement(a, b) == "cannot_tell"


@pytest.mark.parametrize(
    ("a", "b"),
    [("Irune Vastel", "Vexin Marlo"), ("Mara Telek", "Oskar Pelto"), ("Dario Timmel", "Liu Fen")],
)
def test_two_people(a, b):
    assert agreement(a, b) == "disagree"


def test_any_name_of_a_person_may_agree():
    assert best_agreement("Greta Andrane", ["Greta Holmquist", "Greta Andrane"]) == "agree"
    assert best_agreement("Greta Andrane", []) == "cannot_tell"


names = st.text(st.characters(codec="utf-8"), max_size=40)


@given(names, names)
def test_symmetric(a, b):
    assert agreement(a, b) == agreement(b, a)


@given(names.filter(str.strip))
def test_a_name_agrees_with_itself(name):
    assert agreement(name, name) == "agree"


@given(st.lists(st.sampled_from("irune vastel marlo telek oskar".split()), min_size=2, max_size=3))
def test_order_does_not_matter(tokens):
    for other in ("Mara Telek", "Irune Marlo"):
        assert agreement(" ".join(tokens), other) == agreement(" ".join(reversed(tokens)), other)
