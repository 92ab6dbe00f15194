"""Whether two written employers or schools can be one; most that differ cannot be told apart."""

from __future__ import annotations

import pytest

from features.employers import same_employer, same_school


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("Northpine GmbH", "NORTHPINE", "agree"),
        ("Northpine L.L.C.", "North Pine, Inc.", "agree"),
        ("Orla (formerly Vexin)", "Vexin Ltd", "agree"),
        ("Booking.com", "Booking", "agree"),
        ("AT&T", "ATT", "agree"),
        ("Сбербанк", "сбербанк", "agree"),
        ("Orla, formerly Vexin", "Timmel", "cannot_tell"),
        ("IBM", "International Business Machines", "cannot_tell"),
        ("VW", "Volkswagen AG", "cannot_tell"),
        ("Northpine Health", "Northpine Foods", "cannot_tell"),
        ("Freelance", "Kestrel Systems", "cannot_tell"),
        ("Confidential", "Confidential", "cannot_tell"),
        ("Vellum Staffing", "Kestrel Systems", "cannot_tell"),
        ("华为", "Kestrel Systems", "cannot_tell"),
        ("?", "Kestrel Systems", "cannot_tell"),
        ("Northpine GmbH", "Kestrel Systems", "disagree"),
        ("Яндекс", "Газпром", "disagree"),
        ("IBM", "Northpine Studio", "disagree"),
    ],
)
def test_whether_two_employers_can_be_one(a, b, expected):
    assert same_employer(a, b) == same_employer(b, a) == expected


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("Stanford", "Stanford University", "agree"),
        ("Leeds University", "University of Leeds", "agree"),
        ("MIT", "Massachusetts Institute of Technology", "cannot_tell"),
        ("Technische Universität München", "Technical University of Munich", "cannot_tell"),
        ("Universität zu Köln", "University of Cologne", "cannot_tell"),
        ("UC Berkeley", "University of California, Berkeley", "cannot_tell"),
        ("Politechnika Warszawska", "Warsaw University of Technology", "cannot_tell"),
        ("University of Lagos", "University of Ibadan", "disagree"),
        ("Politechnika Warszawska", "Politechnika Gdańska", "disagree"),
    ],
)
def test_whether_two_schools_can_be_one(a, b, expected):
    assert same_school(a, b) == same_school(b, a) == expected
