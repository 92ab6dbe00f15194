"""What a working life leaves behind, told as stories; more than half of them innocent."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.work_history import WORK_HISTORY
from tests.careers import KESTREL, NORTH, cv, equals, job, jobs, studies, study
from tests.fakes import context, profile, sentence, value, values_of

HOME, OFFICE, VPN, PHONE = "81.2.69.1", "81.2.69.2", "81.2.69.3", "81.2.69.4"
NET = context(
    {
        HOME: {"country": "ES"},
        OFFICE: {"country": "ES", "kind": "corporate"},
        VPN: {"country": "ES", "kind": "vpn"},
        PHONE: {"country": "ES", "kind": "mobile"},
    }
)


CONFLICTS = (
    "jobs_left_out_share",
    "job_dates_apart",
    "conflicting_employer_months",
    "school_dates_apart",
    "conflicting_school_months",
)


def worth(feature, person):
    return value(feature, person, NET)


@pytest.mark.parametrize(
    ("claims", "name", "expected"),
    [
        ({"name": "Irune Vastel"}, "VASTEL Irune", 0),
        ({"name": "Greta Holmquist", "other_names": ["Greta Andrane"]}, "Greta Andrane", 0),
        ({"name": "Greta Holmquist"}, "Greta Andrane", None),
        ({"name": "Irune Vastel"}, "codewizard92", None),
        ({"name": "王小明"}, "Wang Xiaoming", None),
        ({"name": "王小明"}, "王小明", 0),
        ({"name": "Sukarno"}, "SUKARNO", 0),
        ({"name": "Irune Vastel"}, None, None),
        ({}, "Irune Vastel", None),
        ({"name": "Irune Vastel"}, "Dario Timmel", 1),
    ],
)
def test_the_name_on_a_web_profile(claims, name, expected):
    person = profile(claims=claims, work={"web_profiles": [{"service": "linkedin", "name": name}]})
    assert equals(worth("web_name_other_share", person), expected)


def on_the_web(*profiles, positions=(), **claims):
    shown = [{"service": "linkedin", **one} for one in profiles]
    return profile(claims=claims, work={"web_profiles": shown, "positions": positions})


LONG_STILL = {"dormant_from": "2019-07-10", "dormant_until": "2026-01-20"}


@pytest.mark.parametrize(
    ("person", "new", "revived"),
    [
        (profile(claims={"experience_since": "2012-02-01"}), None, None),
        (on_the_web({"created_at": "2011-05-01"}, experience_since="2012-02-01"), 0, None),
        (on_the_web({"created_at": "2026-02-01"}, experience_since="2025-12-31"), 0.5, None),
        (on_the_web({"created_at": "2026-02-01"}), None, None),
        (on_the_web({"created_at": "2027-02-01"}, experience_since="2012-02-01"), None, None),
        (
            on_the_web(
                {"created_at": "2010-10-10", **LONG_STILL},
                positions=cv(("Northpine", "2011-02-01", "2019-06-30")),
            ),
            0, 0,
        ),
        (
            on_the_web(
                {"dormant_from": "2016-07-10", "dormant_until": "2021-01-20"}, positions=cv(NORTH)
            ),
            None, 0,
        ),
        (on_the_web({"dormant_from": "2016-07-10"}, positions=cv(NORTH)), None, 0),
        (on_the_web(LONG_STILL), None, None),
        (on_the_web({"created_at": "2026-02-01"}, experience_since="2014-02-01"), 12.4, None),
        (on_the_web({"created_at": "2010-02-01", **LONG_STILL}, positions=cv(NORTH, KESTREL)), 0, 4.5),
    ],
)  # fmt: skip
def test_web_profiles_against_the_experience_claimed(person, new, revived):
    assert equals(worth("new_web_profile_experience", person), new)
    assert equals(worth("revived_web_profile_years", person), revived)


def test_connections_count_only_where_supplied():
    assert np.isnan(worth("web_connections", on_the_web({"created_at": "2011-05-01"})))
    assert worth("web_connections", on_the_web({"connections": 7}, {"connections": 151})) == 151
    assert worth("web_connections", on_the_web({"connections": 9000})) == 500


@pytest.mark.parametrize(
    ("skills", "expected"),
    [
        ([{"name": "React", "years": 10}], 0),
        ([{"name": "React", "years": 14}], 0),
        ([{"name": "Kubernetes", "since": "2014-01-01"}], 0),
        ([{"name": ".NET Core", "years": 20}], 0),
        ([{"name": "Angular 17", "years": 15}], 0),
        ([{"name": "PhoneGap", "since": "2009-06-01"}], 0),
        ([{"name": "JavaScript/TypeScript", "years": 20}], None),
        ([{"name": "SWIFT", "years": 25}], None),
        ([{"name": "Chef", "years": 25}], None),
        ([{"name": "React"}], None),
        ([{"name": "leadership", "years": 25}], None),
        ([{"name": "React", "years": 25, "since": "2015-01-01"}], 0),
        ([], None),
        ([{"name": "Kubernetes", "years": 15}, {"name": "Java", "years": 15}], 1.9),
        ([{"name": "LangChain", "since": "2018-01-01"}, {"name": "React", "years": 20}], 5.8),
    ],
)
def test_skills_from_before_their_time(skills, expected):
    told = [{"source": "cv", **skill} for skill in skills]
    assert equals(worth("skill_before_release", profile(work={"skills": told})), expected)


def test_a_skill_before_its_time_is_named():
    skills = [{"source": "cv", "name": "k8s", "years": 15}]
    text = sentence("skill_before_release", profile(work={"skills": skills}), NET)
    assert "Kubernetes" in text
    assert "2014-06" in text


@pytest.mark.parametrize(
    ("work", "feature", "expected"),
    [
        ({"similar_texts": 0}, "similar_cv_texts", 0),
        ({"similar_texts": 3}, "similar_cv_texts", 3),
        ({}, "similar_cv_texts", None),
        ({"mentions": 0}, "no_public_mention", 1),
        ({"mentions": 4}, "no_public_mention", 0),
        ({}, "no_public_mention", None),
    ],
)
def test_counts_are_taken_as_supplied(work, feature, expected):
    assert equals(worth(feature, profile(work=work)), expected)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [([True], 0), ([None], None), ([], None), ([True, False, None], 0.5), ([False], 1)],
)
def test_registers_of_schools(answers, expected):
    told = [study("cv", "Leeds", registry_confirms=answer) for answer in answers]
    assert equals(worth("school_unconfirmed_share", studies(*told)), expected)


@pytest.mark.parametrize(
    ("employer", "starts", "since", "expected"),
    [
        ("Northpine", "2016-03-01", "1998-01-01", 0),
        ("Northpine", "2016-03-01", "2016-11-01", 0),
        ("Northpine (formerly Vexin)", "2016-03-01", "2022-01-01", None),
        ("Northpine", "2016-03-01", None, None),
        ("Northpine", None, "2022-01-01", None),
        ("Northpine", "2016-03-01", "2024-03-01", 7),
    ],
)
def test_an_employer_younger_than_the_work_there(employer, starts, since, expected):
    person = jobs(job("cv", employer, starts, employer_since=since))
    assert equals(worth("tenure_before_employer", person), expected)


def vouched(*references, ips=(HOME,)):
    sessions = [{"at": "2026-05-01T09:00:00Z", "ip": ip} for ip in ips]
    return profile(work={"references": references}, sessions=sessions)


@pytest.mark.parametrize(
    ("references", "expected"),
    [
        ([{"email_domain": "gmail.com"}, {"email_domain": "northpine.example"}], 0),
        ([{"email_domain": "gmail.com"}], None),
        ([{"email_domain": "gmail.com"}, {"email_domain": "9f2c77"}], None),
        ([{"name": "Una Farrabeg"}, {"name": "Cathal Dromore"}], None),
        ([], None),
        (
            [
                {"email_domain": "gmail.com", "confirmed_by_employer": True},
                {"email_domain": "outlook.com"},
            ],
            0,
        ),
        ([{"email_domain": "gmail.com"}, {"email_domain": "Outlook.com"}], 1),
        ([{"email_domain": "gmail.com"}, {"email_domain": "mailinator.com"}], 1),
    ],
)
def test_references_on_free_mail(references, expected):
    assert equals(worth("references_free_mail_only", vouched(*references)), expected)


@pytest.mark.parametrize(
    ("reference", "ips", "expected"),
    [
        ("81.2.69.9", [HOME], 0),
        (VPN, [VPN, HOME], 0),
        (OFFICE, [OFFICE, HOME], 0),
        (PHONE, [PHONE, HOME], 0),
        (VPN, [VPN], None),
        ("10.0.0.1", ["10.0.0.1"], None),
        (None, [HOME], None),
        (HOME, [], None),
        (HOME, [HOME, VPN], 1),
    ],
)
def test_a_reference_over_the_persons_own_line(reference, ips, expected):
    assert equals(worth("reference_shared_lines", vouched({"ip": reference}, ips=ips)), expected)


def test_a_line_of_somebody_else_in_the_batch_is_not_the_persons_own():
    people = [vouched({"ip": HOME}, ips=[HOME]), vouched({"ip": HOME}, ips=["81.2.69.9", PHONE])]
    other = context({HOME: {"country": "ES"}, "81.2.69.9": {"country": "ES"}})
    assert values_of(WORK_HISTORY, people, other)["reference_shared_lines"] == [1, 0]


@pytest.mark.parametrize(
    ("answers", "expected"), [([True], 0), ([None], None), ([], None), ([True, False], 0.5)]
)
def test_references_asked_for_at_their_employer(answers, expected):
    told = [{"name": "Una Farrabeg", "confirmed_by_employer": answer} for answer in answers]
    assert equals(worth("reference_unconfirmed_share", vouched(*told)), expected)


def applied(*counts):
    days = [(f"2026-05-{day + 1:02d}", count) for day, count in enumerate(counts)]
    return profile(
        applications=[
            {"at": f"{day}T{9 + minute // 60:02d}:{minute % 60:02d}:00Z"}
            for day, count in days
            for minute in range(count)
        ]
    )


@pytest.mark.parametrize(
    ("counts", "expected"),
    [((), None), ((1,), 0), ((12, 9, 15), 0), ((30, 0, 30), 0), ((3, 60), 60), ((300,), 300)],
)
def test_bursts_of_applications(counts, expected):
    assert equals(worth("application_burst", applied(*counts)), expected)


def test_an_auto_apply_tool_is_weak_evidence():
    grades = {feature.name: feature.strength for feature in WORK_HISTORY.features}
    assert grades["application_burst"] == "weak"
    assert grades["concurrent_payrolls"] == grades["no_public_mention"] == "context"


def test_nothing_supplied_is_nothing_assessed():
    for feature in WORK_HISTORY.features:
        assert np.isnan(worth(feature.name, profile()))


def test_no_linkedin_at_all_is_not_supplied():
    person = jobs(*cv(NORTH, KESTREL), experience_since="2001-03-01")
    for name, (found,) in values_of(WORK_HISTORY, person, NET).items():
        assert np.isnan(found), name


def test_only_one_feature_beside_the_register_contradicts():
    assert {f.name for f in WORK_HISTORY.features if f.contradiction} == {
        "conflicting_employer_months",
        "tenure_before_employer",
    }


employers = st.sampled_from(
    [
        "Northpine GmbH",
        "Kestrel Systems",
        "Orla (formerly Vexin)",
        "IBM",
        "Freelance",
        "Timmel",
        "华为",
    ]
)
days = st.builds(
    "{}-{:02d}-{:02d}".format, st.integers(2005, 2026), st.integers(1, 12), st.sampled_from([1, 15])
)
spans = st.tuples(st.none() | days, st.none() | days).map(
    lambda two: two if None in two else tuple(sorted(two))
)
titles = st.none() | st.sampled_from(["Developer", "Part-time tutor"])
sources = st.sampled_from(["cv", "linkedin", "platform", "application"])
positions = st.builds(
    lambda source, employer, span, **more: job(source, employer, *span, **more),
    sources | st.just("payroll"),
    employers,
    spans,
    title=titles,
    employer_since=st.none() | days,
)
schools = st.sampled_from(["Leeds", "University of Lagos", "Ibadan University", "MIT"])
courses = st.builds(
    lambda source, school, span, **more: study(source, school, *span, **more),
    sources,
    schools,
    spans,
    registry_confirms=st.none() | st.booleans(),
)
webs = st.builds(
    lambda quiet, rest: dict(zip(("dormant_from", "dormant_until"), quiet, strict=True)) | rest,
    spans,
    st.fixed_dictionaries(
        {"service": st.just("linkedin")},
        optional={
            "name": st.sampled_from(["Irune Vastel", "Dario Timmel"]),
            "created_at": days,
            "connections": st.integers(0, 900),
        },
    ),
)
skills = st.fixed_dictionaries(
    {"source": sources, "name": st.sampled_from(["React", "Rust 1.0", "Chef", "k8s"])},
    optional={"since": days, "years": st.integers(0, 30)},
)
references = st.fixed_dictionaries(
    {},
    optional={
        "email_domain": st.sampled_from(["gmail.com", "northpine.example"]),
        "ip": st.sampled_from([HOME, VPN]),
        "confirmed_by_employer": st.booleans(),
    },
)
works = st.fixed_dictionaries(
    {
        "positions": st.lists(positions, max_size=6),
        "education": st.lists(courses, max_size=3),
        "web_profiles": st.lists(webs, max_size=2),
        "skills": st.lists(skills, max_size=2),
        "references": st.lists(references, max_size=2),
    }
)
persons = st.builds(
    lambda work, ips: profile(
        work=work,
        claims={"name": "Irune Vastel"},
        sessions=[{"at": "2026-05-01T09:00:00Z", "ip": ip} for ip in ips],
    ),
    works,
    st.lists(st.sampled_from([HOME, VPN, PHONE]), max_size=2),
)


@settings(deadline=None, max_examples=60)
@given(st.lists(persons, min_size=2, max_size=5))
def test_one_alone_is_one_among_many(several):
    together = values_of(WORK_HISTORY, several, NET)
    for name, column in together.items():
        alone = [values_of(WORK_HISTORY, person, NET)[name][0] for person in several]
        assert np.array_equal(column, alone, equal_nan=True), name


def least(number):
    """NaN counts as nothing said against the person."""
    return 0.0 if np.isnan(number) else number


def said_again(rows, source, told):
    """The same once more from another source, in its own spelling."""
    key = "school" if rows and "school" in rows[0] else "employer"
    return [
        {**row, "source": told, key: row[key].upper()} for row in rows if row["source"] == source
    ]


@settings(deadline=None)
@given(works, sources, sources)
def test_a_source_that_agrees_with_another_never_raises_anything(work, source, told):
    kept = {
        **work,
        "positions": [p for p in work["positions"] if p["source"] != told or told == source],
        "education": [e for e in work["education"] if e["source"] != told or told == source],
    }
    more = {
        **kept,
        "positions": kept["positions"] + said_again(kept["positions"], source, told),
        "education": kept["education"] + said_again(kept["education"], source, told),
    }
    before = values_of(WORK_HISTORY, profile(work=kept), NET)
    after = values_of(WORK_HISTORY, profile(work=more), NET)
    for feature in WORK_HISTORY.features:
        if feature.direction == "raises" and feature.name != "school_unconfirmed_share":
            assert least(after[feature.name][0]) <= least(before[feature.name][0]), feature.name


@settings(deadline=None)
@given(works, st.sampled_from(["cv", "linkedin"]))
def test_a_single_source_raises_no_conflict(work, source):
    one = {
        **work,
        "positions": [{**p, "source": source} for p in work["positions"]],
        "education": [{**e, "source": source} for e in work["education"]],
    }
    for name in CONFLICTS:
        assert np.isnan(worth(name, profile(work=one)))


def test_a_silence_is_held_against_nothing_where_no_work_is_claimed():
    awake = {"service": "linkedin", "dormant_from": "2010-01-01", "dormant_until": "2011-01-01"}
    woken = {**awake, "dormant_from": "2005-01-01", "dormant_until": "2026-01-01"}
    job = {
        "source": "cv",
        "employer": "Northpine GmbH",
        "starts": "2006-01-01",
        "ends": "2025-12-01",
    }
    for webs in ([awake], [woken], [awake, woken]):
        assert np.isnan(worth("revived_web_profile_years", profile(work={"web_profiles": webs})))
    work = {"web_profiles": [awake, woken], "positions": [job]}
    assert worth("revived_web_profile_years", profile(work=work)) == 19


@settings(deadline=None)
@given(works, st.sampled_from("positions education web_profiles skills references".split()))
def test_what_is_left_unsaid_is_never_held_against_anybody(work, part):
    """Nothing at all instead of a list leaves every feature as it was, or unassessed."""
    before = values_of(WORK_HISTORY, profile(work=work), NET)
    after = values_of(WORK_HISTORY, profile(work={**work, part: []}), NET)
    for name in before:
        assert np.isnan(after[name][0]) or after[name] == before[name], name
