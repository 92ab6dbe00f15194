"""Whether the working life a person tells holds together, whoever tells it.

A CV, a profile, a platform and an application are held against each other only. Most differences
are clerical, so most of this is weak; two sources that name different employers for the same months
are not. Where a school or an employer is never matters.
"""

from __future__ import annotations

import re

import numpy as np

from features import segments
from features.batch import Batch, Table
from features.context import Context
from features.employers import reorganised, same_employer, same_school
from features.family import Column, Family, Rows, Words, words, words_of_each, words_of_first
from features.fixed import fixed
from features.given_names import NAMED
from features.payrolls import at_once
from features.referees import referees
from features.segments import Floats, true_rows
from features.technologies import ahead_of_release
from features.tellings import held
from features.web_profiles import MANY_CONNECTIONS, full_names, newness, silence

DAY = 86_400.0
YEAR = 365.25 * DAY
SLACK_YEARS = 1.0
"""A firm may be at work this long before it is registered (assumed)."""
BY_HAND = 30
"""Applications a person may well write in a day (assumed; INSIKT26 saw 60 and more)."""
PARTIAL = re.compile(
    r"part[- ]?time|free[- ]?lanc|self[- ]?employed|contract|consult|advis|volunteer|intern\b|"
    r"internship|board|founder|owner|student|teaching|lectur|mentor|tutor|seasonal",
    re.I,
)
"""Titles of work that need not fill a week."""


@fixed
class Facts:
    """What the work history family observed, one entry a profile."""

    jobs: Column
    left_out: Column
    left_out_rows: Rows
    job_months: Column
    job_apart: Words
    job_rows: Rows
    rival_months: Column
    employer: Words
    other_employer: Words
    rival_rows: Rows
    study_months: Column
    study_apart: Words
    study_rows: Rows
    rival_study: Column
    school: Words
    other_school: Words
    school_rows: Rows
    web_names: Column
    other_names: Column
    other_name: Words
    web_rows: Rows
    new_against: Column
    web_age: Column
    silent: Column
    connections: Column
    ahead: Column
    skill: Words
    released: Words
    skill_rows: Rows
    similar: Column
    looked_up: Column
    unconfirmed: Column
    unconfirmed_rows: Rows
    mentions: Column
    tenure: Column
    young_employer: Words
    tenure_rows: Rows
    mailed: Column
    free_mail: Column
    free_rows: Rows
    lines: Column
    shared_lines: Column
    line_rows: Rows
    asked: Column
    denied: Column
    denied_rows: Rows
    burst: Column
    payrolls: Column
    payroll_rows: Rows


def observe(batch: Batch, context: Context) -> Facts:
    """Read the working life of every profile."""
    jobs, studies = batch.table("positions"), batch.table("education")
    full = ~jobs.text("title").per_value(lambda title: bool(PARTIAL.search(title)), False)
    job = held(jobs, "employer", same_employer, batch.as_of, full)
    study = held(studies, "school", same_school, batch.as_of, np.ones(studies.size, np.bool_))
    web = batch.table("web_profiles")
    named, other = full_names(batch, web)
    new_against, web_age = newness(batch, web)
    skills, early = batch.table("skills"), ahead_of_release(batch)
    confirms = studies.number("registry_confirms")
    late = _tenure(jobs)
    latest = late == jobs.largest(late)[jobs.owner]
    vouch, table = referees(batch, context), batch.table("references")
    wage = true_rows(jobs.text("source").is_in(["payroll"]) & jobs.known("employer") & full)
    payrolls, payroll_rows = at_once(jobs, same_employer, batch.as_of, wage)
    sent = batch.table("applications")
    (burst,) = segments.most_in_windows(
        sent.owner, batch.n, sent.number("at"), np.arange(sent.size), sent.known("at"), DAY
    )
    return Facts(
        jobs=job.told,
        left_out=job.left_out,
        left_out_rows=Rows(jobs, job.left_out_rows),
        job_months=job.apart,
        job_apart=words(job.apart_at),
        job_rows=Rows(jobs, job.apart_rows),
        rival_months=job.rival,
        employer=words(job.one),
        other_employer=words(job.other),
        rival_rows=Rows(jobs, job.rival_rows),
        study_months=study.apart,
        study_apart=words(study.apart_at),
        study_rows=Rows(studies, study.apart_rows),
        rival_study=study.rival,
        school=words(study.one),
        other_school=words(study.other),
        school_rows=Rows(studies, study.rival_rows),
        web_names=web.count(named),
        other_names=web.count(other),
        other_name=words_of_each(web, "name", other),
        web_rows=Rows(web, other),
        new_against=new_against,
        web_age=web_age,
        silent=web.largest(silence(batch, web)),
        connections=np.minimum(web.largest(web.number("connections")), MANY_CONNECTIONS),
        ahead=skills.largest(early.years),
        skill=words(early.names),
        released=words(early.months),
        skill_rows=Rows(skills, early.years > 0),
        similar=batch.profiles.number("work.similar_texts"),
        looked_up=studies.count(~np.isnan(confirms)),
        unconfirmed=studies.count(confirms == 0),
        unconfirmed_rows=Rows(studies, confirms == 0),
        mentions=batch.profiles.number("work.mentions"),
        tenure=jobs.largest(late),
        young_employer=words_of_first(jobs, "employer", latest),
        tenure_rows=Rows(jobs, late > 0),
        mailed=table.count(vouch.mailed),
        free_mail=table.count(vouch.free),
        free_rows=Rows(table, vouch.free),
        lines=table.count(vouch.placed),
        shared_lines=table.count(vouch.shared),
        line_rows=Rows(table, vouch.shared),
        asked=table.count(~np.isnan(vouch.confirmed)),
        denied=table.count(vouch.confirmed == 0),
        denied_rows=Rows(table, vouch.confirmed == 0),
        burst=burst,
        payrolls=payrolls,
        payroll_rows=Rows(jobs, payroll_rows),
    )


def _tenure(jobs: Table) -> Floats:
    """Years by which each job begins before its employer; a re-organised one cannot be judged."""
    new = jobs.text("employer").per_value(reorganised, False).astype(np.bool_)
    years = (jobs.number("employer_since") - jobs.number("starts")) / YEAR
    return np.where(new, np.nan, np.maximum(years - SLACK_YEARS, 0))


WORK_HISTORY = Family(
    "work_history",
    asks="does the working life a person tells hold together, whoever tells it?",
    group="work_history",
    facts=Facts,
    observe=observe,
)
JOBS = ("positions.source", "positions.employer")
STUDIES = ("education.source", "education.school")


@WORK_HISTORY.feature(
    direction="raises",
    unit="share",
    strength="weak",
    reason="{left_out} of {jobs} {jobs:employer|employers} {left_out:is|are} told by one source "
    "and left out by another",
    clear="{jobs} {jobs:employer is|employers are} told alike by several sources",
    innocent=("a short CV", "an old profile", "privacy", "a job left out as beside the point"),
    next_check="ask about the months in question",
    source=("PSA23", "ADV22"),
    needs=(*JOBS, "positions.starts"),
    evidence="left_out_rows",
)
def jobs_left_out_share(facts: Facts) -> Column:
    """Largest share, between two sources, of employers that one leaves out of the years it covers.

    Jobs under half a year, or before a source's first job or after its last, are not missed.
    """
    return facts.left_out / facts.jobs


@WORK_HISTORY.feature(
    direction="raises",
    unit="months",
    strength="medium",
    reason="two sources date the work at {job_apart} {job_months} {job_months:month|months} apart",
    clear="all sources date the same work alike",
    innocent=("dates from memory", "years only", "a gap smoothed over", "notice period"),
    next_check="ask for the dates on a contract or a reference",
    source=("PSA23", "ADV22"),
    needs=(*JOBS, "positions.starts|positions.ends"),
    evidence="job_rows",
)
def job_dates_apart(facts: Facts) -> Column:
    """Most months between the dates that two sources give for work at one employer.

    Beginning and end are added up; up to two months at each, or a year given without a month, are
    no difference.
    """
    return facts.job_months


@WORK_HISTORY.feature(
    direction="raises",
    unit="months",
    strength="strong",
    contradiction=True,
    reason="for {rival_months} {rival_months:month|months} one source names {employer} and another "
    "{other_employer}",
    clear="no two sources name different employers for the same months",
    innocent=("renamed or bought firm", "agency and client", "two part-time jobs"),
    next_check="ask who employed the person in those months; confirm with one of the employers",
    source=("PSA23", "ADV22"),
    needs=(*JOBS, "positions.starts"),
    evidence="rival_rows",
)
def conflicting_employer_months(facts: Facts) -> Column:
    """Most months for which two sources name different employers, each unknown to the other.

    Jobs of less than a week by their title, or beside another in the same source, do not count, nor
    does one pair of names over the same dates: a firm that was renamed.
    """
    return facts.rival_months


@WORK_HISTORY.feature(
    direction="raises",
    unit="months",
    strength="weak",
    reason="two sources date the studies at {study_apart} {study_months} "
    "{study_months:month|months} apart",
    clear="all sources date the same studies alike",
    innocent=("dates from memory", "last exam or ceremony", "two courses at one school"),
    next_check="ask for the dates on the certificate",
    source=("PSA23", "ADV22"),
    needs=(*STUDIES, "education.starts|education.ends"),
    evidence="study_rows",
)
def school_dates_apart(facts: Facts) -> Column:
    """Most months between the dates that two sources give for studies at one school."""
    return facts.study_months


@WORK_HISTORY.feature(
    direction="raises",
    unit="months",
    strength="medium",
    reason="for {rival_study} {rival_study:month|months} one source names {school} and another "
    "{other_school}",
    clear="no two sources name different schools for the same months",
    innocent=("a school known by several names", "two courses at one time"),
    next_check="ask for the certificate, and the school to confirm it",
    source=("PSA23", "ADV22"),
    needs=(*STUDIES, "education.starts"),
    evidence="school_rows",
)
def conflicting_school_months(facts: Facts) -> Column:
    """Most months for which two sources name different schools, each unknown to the other."""
    return facts.rival_study


@WORK_HISTORY.feature(
    direction="raises",
    unit="share",
    strength="medium",
    reason="{other_names} of {web_names} web {web_names:profile|profiles} {other_names:is|are} in "
    "the name {other_name}, "
    "which fits no name the person gave",
    clear="{web_names} web {web_names:profile is|profiles are} in the person's name",
    innocent=("pen name", "privacy", "changed name", "the wrong profile was found"),
    next_check="ask whose profile it is",
    source=("PSA23", "ADV22"),
    needs=("web_profiles.name", NAMED),
    evidence="web_rows",
)
def web_name_other_share(facts: Facts) -> Column:
    """Share of web profiles in a full name that disagrees with every name the person gave."""
    return facts.other_names / facts.web_names


@WORK_HISTORY.feature(
    direction="raises",
    unit="years",
    strength="weak",
    reason="no web profile is older than a year, against {new_against:.0f} "
    "{new_against:year|years} of claimed work",
    clear="the oldest web profile is {web_age:.1f} years old",
    innocent=("new to such sites", "lost the old account", "privacy", "career began elsewhere"),
    next_check="ask for work or people from the years before",
    source=("NISOS", "AMZN"),
    needs=("web_profiles.created_at", "profiles.claims.experience_since|positions.starts"),
)
def new_web_profile_experience(facts: Facts) -> Column:
    """Years of claimed experience if the oldest web profile is under a year old, else 0."""
    return facts.new_against


@WORK_HISTORY.feature(
    direction="raises",
    unit="years",
    strength="weak",
    reason="a web profile woke of late after {silent:.1f} still years of claimed work",
    clear="no web profile woke of late after years of claimed work",
    innocent=("uses the site only to find work", "came back after a break"),
    next_check="ask a contact from before the silence",
    source="AMZN",
    needs=("web_profiles.dormant_from", "positions.starts"),
)
def revived_web_profile_years(facts: Facts) -> Column:
    """Years of claimed work in the silence of a web profile that woke within the last year.

    Silences under two years, and years without claimed work, do not count.
    """
    return facts.silent


@WORK_HISTORY.feature(
    direction="lowers",
    unit="connections",
    strength="weak",
    reason="the best connected web profile has {connections} {connections:connection|connections}",
    clear="the best connected web profile has {connections} {connections:connection|connections}",
    innocent=("keeps to a few people", "new to such sites"),
    next_check="ask for a colleague who knows the person",
    source="NISOS",
    needs=("web_profiles.connections",),
)
def web_connections(facts: Facts) -> Column:
    """Connections of the best connected web profile, at most 500; NaN if not supplied."""
    return facts.connections


@WORK_HISTORY.feature(
    direction="raises",
    unit="years",
    strength="strong",
    reason="{skill} is claimed {ahead:.1f} years and more before it was public in {released}",
    clear="no skill is claimed from over a year before it was public",
    innocent=("loose wording", "a predecessor of the product", "years in the trade as a whole"),
    next_check="ask what was built with it in the first years",
    source="DTEX",
    needs=("skills.name", "skills.since|skills.years"),
    evidence="skill_rows",
)
def skill_before_release(facts: Facts) -> Column:
    """Most years, beyond one, by which a known skill predates its first public release."""
    return facts.ahead


@WORK_HISTORY.feature(
    direction="raises",
    unit="applicants",
    strength="medium",
    reason="the CV is nearly word for word that of {similar} unrelated "
    "{similar:applicant|applicants}",
    clear="no unrelated applicant has nearly the same CV",
    innocent=("shared template", "CV written by an agency", "text from the same assistant"),
    next_check="ask about one project of the CV in detail",
    source=("PSA25J", "ADV22"),
    needs=("profiles.work.similar_texts",),
)
def similar_cv_texts(facts: Facts) -> Column:
    """Unrelated applicants with nearly the same CV text, templates taken out, as supplied."""
    return facts.similar


@WORK_HISTORY.feature(
    direction="raises",
    unit="share",
    strength="weak",
    reason="{unconfirmed} of {looked_up} {looked_up:course|courses} of study {unconfirmed:is|are} "
    "not confirmed by a register",
    clear="{looked_up} {looked_up:course|courses} of study {looked_up:is|are} confirmed by a "
    "register",
    innocent=("register incomplete", "changed name", "school closed or merged"),
    next_check="ask the school itself, with the person's consent",
    source=("UNC5267", "AMZN"),
    needs=("education.registry_confirms",),
    evidence="unconfirmed_rows",
)
def school_unconfirmed_share(facts: Facts) -> Column:
    """Share of the courses of study looked up in a register that it does not confirm."""
    return facts.unconfirmed / facts.looked_up


@WORK_HISTORY.feature(
    direction="raises",
    unit="yes or no",
    strength="context",
    reason="no page outside networking sites was found about the person",
    clear="{mentions} {mentions:page|pages} outside networking sites {mentions:was|were} found "
    "about the person",
    innocent=("private person", "common name", "work behind closed doors"),
    next_check="none by itself",
    source="CIND",
    needs=("profiles.work.mentions",),
)
def no_public_mention(facts: Facts) -> Column:
    """1 if a search found no independent page about the person, 0 if one; NaN without a search."""
    return np.where(np.isnan(facts.mentions), np.nan, facts.mentions == 0)


@WORK_HISTORY.feature(
    direction="raises",
    unit="years",
    strength="medium",
    contradiction=True,
    reason="work at {young_employer} is claimed to begin over {tenure:.1f} years before the firm",
    clear="no work is claimed from over a year before the employer looked up",
    innocent=("new legal form", "firm bought or renamed", "worked with the founders before"),
    next_check="ask what the firm was called then, and who led it",
    source=("SILV", "WANG"),
    needs=("positions.employer_since", "positions.starts"),
    evidence="tenure_rows",
)
def tenure_before_employer(facts: Facts) -> Column:
    """Most years, beyond one, by which a job predates its employer; re-organised ones left out."""
    return facts.tenure


@WORK_HISTORY.feature(
    direction="raises",
    unit="yes or no",
    strength="weak",
    reason="all of {mailed} {mailed:reference writes|references write} from free mailboxes",
    clear="{free_mail} of {mailed} {mailed:reference|references} {free_mail:writes|write} from "
    "free mailboxes",
    innocent=("referees who left the firm", "small trades", "freelance clients"),
    next_check="reach one referee through the employer's own number",
    source=("KB4", "GTIG25"),
    needs=("references.email_domain",),
    evidence="free_rows",
)
def references_free_mail_only(facts: Facts) -> Column:
    """1 if every reference writes from free mail and no employer confirmed one; NaN below two."""
    return np.where(facts.mailed < 2, np.nan, facts.free_mail == facts.mailed)


@WORK_HISTORY.feature(
    direction="raises",
    unit="references",
    strength="medium",
    reason="{shared_lines} of {lines} {lines:reference|references} came over the person's own "
    "internet line",
    clear="{lines} {lines:reference|references} came over lines the person does not use",
    innocent=("referee in the same house or office", "form filled in for the referee"),
    next_check="call the referee through the employer's own number",
    source=("KB4", "GTIG25"),
    needs=("references.ip", "sessions.ip"),
    evidence="line_rows",
)
def reference_shared_lines(facts: Facts) -> Column:
    """References sent from an address of the candidate's; no VPN, relay, company or mobile line."""
    return np.where(facts.lines > 0, facts.shared_lines, np.nan)


@WORK_HISTORY.feature(
    direction="raises",
    unit="share",
    strength="medium",
    reason="{denied} of {asked} {asked:reference|references} {denied:is|are} not confirmed by "
    "their employer",
    clear="{asked} {asked:reference is|references are} confirmed by their employer",
    innocent=("referee left the firm", "firm confirms nobody", "firm closed"),
    next_check="ask for another referee at the same employer",
    source=("KB4", "GTIG25"),
    needs=("references.confirmed_by_employer",),
    evidence="denied_rows",
)
def reference_unconfirmed_share(facts: Facts) -> Column:
    """Share of the references asked for at their employer whom it does not confirm."""
    return facts.denied / facts.asked


@WORK_HISTORY.feature(
    direction="raises",
    unit="applications",
    strength="weak",
    reason="{burst} {burst:application was|applications were} made within 24 hours",
    clear="no more applications were made in a day than can be written by hand",
    innocent=("auto-apply tool", "urgent search for work"),
    next_check="none by itself",
    source=("INSIKT26", "CIND"),
    needs=("applications.at",),
)
def application_burst(facts: Facts) -> Column:
    """Most applications within 24 hours if more than thirty, else 0."""
    return np.where(facts.burst <= BY_HAND, 0, facts.burst)


@WORK_HISTORY.feature(
    direction="raises",
    unit="employers",
    strength="context",
    reason="{payrolls} {payrolls:employer|employers} had the person on the payroll at the same "
    "time",
    clear="no two employers had the person on the payroll at the same time",
    innocent=("two part-time jobs", "employer of record", "late last pay", "agreed with both"),
    next_check="ask whether both employers know; it is a question of contract, not of identity",
    source="SOHAM",
    needs=("positions.source", "positions.starts"),
    evidence="payroll_rows",
)
def concurrent_payrolls(facts: Facts) -> Column:
    """Most employers beside one that paid for the same three months: no matter of identity."""
    return facts.payrolls - 1
