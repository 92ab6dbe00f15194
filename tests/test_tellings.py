"""One life as several sources tell it, told as stories; more than half of them innocent."""

from __future__ import annotations

import numpy as np
import pytest

from features.work_history import WORK_HISTORY
from tests.careers import (
    KESTREL,
    NORTH,
    VEXIN,
    cv,
    equals,
    job,
    jobs,
    linkedin,
    paid,
    studies,
    study,
)
from tests.fakes import context, facts_of, profile, sentence, value

NET = context()


def worth(feature, person):
    return value(feature, person, NET)


R1 = ("jobs_left_out_share", "job_dates_apart", "conflicting_employer_months")


@pytest.mark.parametrize(
    ("story", "person", "left_out", "apart", "conflict"),
    [
        (
            "told alike, legal form and case aside",
            jobs(*cv(NORTH, KESTREL), *linkedin(("NORTHPINE", *NORTH[1:]), KESTREL)),
            0, 0, 0,
        ),
        (
            "months off by one, and years without months",
            jobs(
                *cv(("Northpine", "2016-04-01", "2020-06-30"), KESTREL),
                *linkedin(NORTH, ("Kestrel", "2020-01-01", "2024-12-31")),
            ),
            0, 0, 0,
        ),
        (
            "the firm was bought, and only one source knows it under its new name",
            jobs(*cv(NORTH, KESTREL), *linkedin(("Orla Group", *NORTH[1:]), KESTREL)),
            0, 0, 0,
        ),
        (
            "a re-organised employer says so",
            jobs(*cv(NORTH, KESTREL), *linkedin(("Orla (formerly Northpine)", *NORTH[1:]), KESTREL)),
            0, 0, 0,
        ),
        (
            "an acronym",
            jobs(*cv(("IBM", *NORTH[1:])), *linkedin(("International Business Machines", *NORTH[1:]))),
            None, None, None,
        ),
        (
            "two part-time jobs, one told on each side",
            jobs(
                job("cv", *NORTH, title="Part-time developer"),
                job("linkedin", "Kestrel", *NORTH[1:], title="Developer (part time)"),
                *cv(KESTREL), *linkedin(KESTREL),
            ),
            0, 0, 0,
        ),
        (
            "a freelancer with parallel clients, another handful on the platform",
            jobs(
                *cv(("Northpine", "2019-01-15", "2023-06-30"), ("Orla", "2019-03-15", "2022-06-30")),
                job("platform", "Timmel", "2019-02-15", "2022-03-31"),
                job("platform", "Kestrel", "2019-05-15", "2023-03-31"),
            ),
            None, None, None,
        ),
        (
            "a freelancer who names no client on one side",
            jobs(*cv(("Freelance", *NORTH[1:])), *linkedin(("Kestrel", *NORTH[1:]))),
            None, None, None,
        ),
        (
            "an agency on one side, its client on the other",
            jobs(*cv(("Vellum Staffing", *NORTH[1:])), *linkedin(("Kestrel", *NORTH[1:]))),
            None, None, None,
        ),
        (
            "a short CV and an old profile: neither reaches as far as the other",
            jobs(*cv(KESTREL, VEXIN), *linkedin(NORTH, KESTREL)),
            0, 0, 0,
        ),
        (
            "promotions told one by one",
            jobs(
                *cv(("Northpine", "2016-03-01", "2018-02-28")),
                *cv(("Northpine", "2018-03-01", "2020-05-31")),
                *linkedin(NORTH),
            ),
            0, 0, 0,
        ),
        (
            "came back to a former employer, told on one side only",
            jobs(*cv(NORTH, KESTREL, ("Northpine", "2024-03-15")), *linkedin(NORTH, KESTREL)),
            0, 0, 0,
        ),
        (
            "a profile that was never brought up to date",
            jobs(*cv(NORTH, KESTREL), *linkedin(("Northpine", "2016-03-01"))),
            0, 0, 0,
        ),
        (
            "an employer of record pays",
            jobs(
                *cv(("Hollin Ledger", "2025-02-10")), *linkedin(("Hollin Ledger", "2025-02-10")),
                job("payroll", "Paragonia Global Ltd", "2024-02-15"),
            ),
            0, 0, 0,
        ),
        (
            "a student job left out",
            jobs(
                *cv(NORTH, ("Cafe Orla", "2018-05-15", "2018-08-31"), KESTREL),
                *linkedin(NORTH, KESTREL),
            ),
            0, 0, 0,
        ),
        (
            "a year at one employer left out",
            jobs(*cv(NORTH, KESTREL, VEXIN), *linkedin(NORTH, VEXIN)),
            0.33, 0, 0,
        ),
        (
            "two years stretched to five",
            jobs(
                *cv(("Northpine", "2016-03-01", "2021-05-31")),
                *linkedin(("Northpine", "2019-03-15", "2021-05-31")),
            ),
            0, 36, 0,
        ),
        (
            "different employers for the same years",
            jobs(
                *cv(NORTH, KESTREL),
                *linkedin(("Timmel Foods", "2016-05-15", "2019-12-15")),
                *linkedin(("Orla", "2020-01-15", "2024-02-28")),
            ),
            1, None, 91,
        ),
        (
            "different employers today",
            jobs(*cv(NORTH, ("Kestrel", "2025-01-15")), *linkedin(NORTH, ("Timmel", "2024-03-15"))),
            0, 0, 17,
        ),
    ],
)  # fmt: skip
def test_jobs_as_two_sources_tell_them(story, person, left_out, apart, conflict):
    found = [worth(feature, person) for feature in R1]
    for one, expected in zip(found, (left_out, apart, conflict), strict=True):
        assert equals(one, expected), (story, found)


@pytest.mark.parametrize(
    "person",
    [
        profile(),
        jobs(*cv(NORTH, KESTREL)),
        jobs(*cv(NORTH), job("payroll", "Kestrel", "2016-03-15")),
        jobs(*cv(("Northpine",)), *linkedin(("Kestrel",))),
    ],
)
def test_one_source_alone_says_nothing_of_conflicts(person):
    assert np.isnan(worth("conflicting_employer_months", person))
    assert np.isnan(worth("job_dates_apart", person))


def test_a_conflict_names_both_employers_and_its_rows():
    person = jobs(*cv(NORTH, KESTREL), *linkedin(("Timmel", "2016-05-15", "2019-12-15"), KESTREL))
    text = sentence("conflicting_employer_months", person, NET)
    assert "43 months" in text
    assert "Northpine GmbH" in text
    assert "Timmel" in text
    rows = facts_of(WORK_HISTORY, person, NET).rival_rows
    found = {rows.table.pointer(row) for row in np.flatnonzero(rows.mask)}
    assert found == {"work.positions[0]", "work.positions[2]"}


@pytest.mark.parametrize(
    ("person", "apart", "conflict"),
    [
        (
            studies(
                study("cv", "Leeds University", "2010-09-15", "2013-07-01"),
                study("linkedin", "University of Leeds", "2010-01-01", "2013-01-01"),
            ),
            0, 0,
        ),
        (
            studies(
                study("cv", "Universität zu Köln", "2010-09-15", "2013-07-01"),
                study("linkedin", "University of Cologne", "2010-09-15", "2013-07-01"),
            ),
            None, None,
        ),
        (
            studies(
                study("cv", "University of Lagos", "2010-09-15", "2013-07-01"),
                study("application", "University of Ibadan", "2013-09-15", "2015-07-01"),
            ),
            None, 0,
        ),
        (studies(study("cv", "Leeds"), study("linkedin", "Leeds University")), None, None),
        (studies(study("cv", "University of Lagos", "2010-09-15", "2013-07-01")), None, None),
        (
            studies(
                study("cv", "Leeds University", "2010-09-15", "2013-07-15"),
                study("linkedin", "Leeds University", "2012-09-15", "2015-07-15"),
            ),
            48, 0,
        ),
        (
            studies(
                study("cv", "University of Lagos", "2010-09-15", "2014-07-15"),
                study("linkedin", "University of Ibadan", "2011-09-15", "2014-07-15"),
            ),
            None, 34,
        ),
    ],
)  # fmt: skip
def test_studies_as_two_sources_tell_them(person, apart, conflict):
    assert equals(worth("school_dates_apart", person), apart)
    assert equals(worth("conflicting_school_months", person), conflict)


@pytest.mark.parametrize(
    ("positions", "expected"),
    [
        (cv(NORTH, ("Kestrel", *NORTH[1:])), None),
        (paid(NORTH, KESTREL), 0),
        (paid(NORTH, ("Kestrel", "2020-04-15", "2024-02-28")), 0),
        (paid(NORTH, ("NORTHPINE", *NORTH[1:])), 0),
        (paid(("IBM", *NORTH[1:]), ("International Business Machines", *NORTH[1:])), 0),
        (
            [
                job("payroll", *NORTH, title="Part-time tutor"),
                job("payroll", "Kestrel", *NORTH[1:], title="Developer"),
            ],
            0,
        ),
        (paid(("Northpine",), ("Kestrel",)), None),
        (paid(("Larkmoor", "2024-05-06"), ("Quillstead", "2024-11-04")), 1),
        (
            paid(
                ("Larkmoor", "2024-05-06"), ("Quillstead", "2024-11-04"), ("Bramwick", "2025-08-11")
            ),
            2,
        ),
    ],
)
def test_employers_who_pay_at_the_same_time(positions, expected):
    assert equals(worth("concurrent_payrolls", jobs(*positions)), expected)


def test_a_hostile_list_is_cut_short():
    many = [job("cv", f"{n} Orla {n}", "1990-02-01", "2020-03-01") for n in range(500)]
    more = [job("linkedin", f"{n} Vexin {n}", "1990-02-01", "2020-03-01") for n in range(500)]
    assert np.isnan(worth("conflicting_employer_months", jobs(*many, *more)))
