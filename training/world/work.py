"""Working life: one true career, told by several sources that remember it differently."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from training.world.life import SYLLABLES, Life, invent_name, pick, variant
from training.world.lines import Routes
from training.world.rates import DEGREES, FREE_MAIL, ROLES, SKILLS, SOURCES

YEAR, MONTH = 365.25, 30.4
FORMS = ("Systems", "Software", "Labs", "Group", "Digital", "Bank", "Logistics", "Studio")
CV_WORDS = 80
SCHOOLS = ("University", "Technical University", "College", "Institute of Technology")


def firm_name(rng: random.Random) -> str:
    """A made-up firm."""
    return f"{_word(rng)} {rng.choice(FORMS)}"


def _word(rng: random.Random) -> str:
    return "".join(rng.choice(SYLLABLES) for _ in range(rng.choice((2, 3)))).capitalize()


@dataclass(frozen=True)
class Job:
    """One job as it was."""

    employer: str
    title: str
    starts: date
    ends: date | None
    country: str
    remote: bool
    employer_since: date


def work(life: Life, routes: Routes) -> None:
    """Positions, schools, skills, public profiles, references and applications."""
    sees, jobs = life.sees, _career(life)
    _told(life, jobs)
    if "skills" in sees:
        _skills(life, jobs[-1].starts)
    if "web_profiles" in sees:
        _web(life)
    if "references" in sees:
        _references(life, jobs, routes)
    if "texts" in sees:
        shared = "text_shared" in life.tells
        life.claims["work.similar_texts"] = life.whole("similar_texts") if shared else 0
    if "cv_text" in sees:
        life.claims["work.cv_text"] = _cv_text(life)
    if "web_search" in sees:
        none = "no_mentions" in life.tells
        life.claims["work.mentions"] = 0 if none else life.whole("mentions")
    if "applications" in sees:
        _applications(life, routes)


def _ago(life: Life, years: float) -> date:
    return (life.as_of - timedelta(days=years * YEAR)).date()


def _career(life: Life) -> list[Job]:
    """The jobs of a life, the latest first."""
    title, back, jobs = pick(life.rng, ROLES), life.between("job_gap"), []
    for number in range(life.whole("jobs")):
        starts = back + life.between("job_years")
        firm = firm_name(life.rng)
        since = _ago(life, starts + life.between("firm_years"))
        if life.mess("registered_late"):
            since = _ago(life, starts - life.between("late_registration"))
        ends = None if number == 0 and life.rate("employed") else _ago(life, back)
        remote = life.rate("remote_job")
        jobs.append(Job(firm, title, _ago(life, starts), ends, life.home.country, remote, since))
        back = starts + life.between("job_gap")
    if "shell_employer" in life.tells:
        late = _ago(life, life.between("shell_years"))
        jobs[0] = replace(jobs[0], employer_since=max(late, jobs[0].starts + timedelta(days=200)))
    life.claims["claims.role"] = title
    if life.rate("experience_told"):
        life.claims["claims.experience_since"] = jobs[-1].starts
    return jobs


def _told(life: Life, jobs: list[Job]) -> None:
    """The career as each source tells it; an untrue one differs in one of them."""
    told = [source for source in SOURCES if f"work_{source}" in life.sees]
    false = life.rng.choice(told) if told and "cv_conflict" in life.tells else None
    school = _true_school(life, jobs[-1].starts)
    for source in told:
        if source == "payroll":
            _payroll(life, jobs)
            continue
        _positions(life, source, jobs, false=source == false)
        if life.rate("school_told"):
            _school(life, source, school, false=source == false)


def _positions(life: Life, source: str, jobs: list[Job], *, false: bool) -> None:
    kept = jobs[:-1] if len(jobs) > 2 and life.mess("job_left_out") else jobs
    wrong = life.rng.randrange(len(kept)) if false else -1
    for number, job in enumerate(kept):
        one = _invented(life, job) if number == wrong else job
        life.add("positions", source=source, **_as_told(life, one))


def _as_told(life: Life, job: Job) -> dict[str, Any]:
    """A job with months misremembered."""
    row = {
        "employer": job.employer,
        "title": job.title,
        "starts": _blurred(life, job.starts),
        "ends": _blurred(life, job.ends) if job.ends else None,
        "country": job.country,
        "remote": job.remote,
    }
    return row | ({"employer_since": job.employer_since} if "register" in life.sees else {})


def _blurred(life: Life, day: date) -> date:
    if life.mess("months_off"):
        return day + timedelta(days=life.rng.choice((-1, 1)) * life.whole("months_off") * MONTH)
    return day


def _invented(life: Life, job: Job) -> Job:
    """Another employer, longer ago or for longer."""
    starts = job.starts - timedelta(days=life.between("stretched") * YEAR)
    return replace(job, employer=firm_name(life.rng), starts=starts)


def _payroll(life: Life, jobs: list[Job]) -> None:
    """Exact days, from employers that report."""
    rows = [job for job in jobs if life.rate("reports_payroll")] or jobs[:1]
    if "two_payrolls" in life.tells:
        rows = [*rows, replace(jobs[0], employer=firm_name(life.rng))]
    for job in rows:
        life.add(
            "positions", source="payroll", employer=job.employer, starts=job.starts, ends=job.ends
        )


def _true_school(life: Life, until: date) -> dict[str, Any]:
    ends = until - timedelta(days=life.whole("after_school"))
    starts = ends - timedelta(days=life.whole("school_years") * YEAR)
    degree = pick(life.rng, DEGREES)
    return {"school": _school_name(life.rng), "degree": degree, "starts": starts, "ends": ends}


def _school_name(rng: random.Random) -> str:
    return f"{_word(rng)} {rng.choice(SCHOOLS)}"


def _school(life: Life, source: str, row: dict[str, Any], *, false: bool) -> None:
    row = row | {"starts": _blurred(life, row["starts"]), "ends": _blurred(life, row["ends"])}
    if false and life.rate("school_invented"):
        row |= {"school": _school_name(life.rng)}
    elif false:
        row["ends"] -= timedelta(days=life.between("stretched") * YEAR)
        row["starts"] = min(row["starts"], row["ends"] - timedelta(days=YEAR))
    if "registry" in life.sees:
        row = row | {"registry_confirms": "school_denied" not in life.tells}
    life.add("education", source=source, **row)


def _skills(life: Life, career: date) -> None:
    """Skills with a year; some are claimed from before there was such a thing."""
    early = life.rng.randint(1, 2) if "skill_early" in life.tells else 0
    source = "platform" if life.buyer == "marketplace" else "cv"
    for name in life.rng.sample(list(SKILLS), life.whole("skills")):
        made = date(int(SKILLS[name]), 7, 1)
        since = max(made + timedelta(days=life.whole("adopted")), career)
        if early and SKILLS[name] > 2010:
            since, early = made - timedelta(days=life.whole("too_early")), early - 1
        since = min(since, life.as_of.date())
        if life.rate("skill_as_years"):
            years = (life.as_of.date() - since).days / YEAR
            life.add("skills", source=source, name=name, years=float(int(years)))
        else:
            life.add("skills", source=source, name=name, since=since)


def _cv_text(life: Life) -> str:
    """A text of one's own, or nearly that of an operator's other personas or of a common template."""
    whose = f"{life.profile_id}-w"
    if "text_shared" in life.tells:
        whose = life.shared_key("w") if life.ring else f"template-{life.crowd()}"
    rng = random.Random(whose)
    words = [_word(rng) for _ in range(CV_WORDS)]
    for _ in range(life.whole("own_words")):
        words[life.rng.randrange(CV_WORDS)] = _word(life.rng)
    return " ".join(words)


def _web(life: Life) -> None:
    """A networking profile, if there is one: most people's is old and connected."""
    young, revived = "profile_young" in life.tells, "profile_revived" in life.tells
    years = life.between("profile_aged" if revived else "profile_new" if young else "profile_years")
    row: dict[str, Any] = {"created_at": _ago(life, years)}
    if revived:
        until = life.between("awake_years")
        row |= {"dormant_from": _ago(life, years - 1), "dormant_until": _ago(life, until)}
    elif life.rate("quiet_told"):
        quiet = min(years / 2, life.between("quiet_years"))
        row |= {"dormant_from": _ago(life, years * 0.9)}
        row |= {"dormant_until": _ago(life, years * 0.9 - quiet)}
    known = life.whole("connections_few" if young or revived else "connections")
    name = variant(life.rng, life.name) if life.rate("holder_variant") else life.name
    if "web_name_other" in life.tells:
        name = invent_name(life.rng)
    life.add("web_profiles", service="linkedin", name=name, connections=known, **row)


def _references(life: Life, jobs: list[Job], routes: Routes) -> None:
    """Two or three who vouch; some left the firm and have only a private mailbox."""
    free, own = "references_free" in life.tells, "reference_own_ip" in life.tells
    for number in range(life.whole("references")):
        job = jobs[min(number, len(jobs) - 1)]
        domain = f"{job.employer.split()[0].lower()}.example"
        private = free or life.mess("reference_left")
        row: dict[str, Any] = {"email_domain": pick(life.rng, FREE_MAIL) if private else domain}
        if "reference_calls" in life.sees and not life.rate("reference_silent"):
            row["confirmed_by_employer"] = "reference_denied" not in life.tells
        if "reference_ip" in life.sees:
            row["ip"] = routes.take(1, 9, None).ip if own else routes.stranger()
        life.add("references", name=invent_name(life.rng), employer=job.employer, **row)


def _applications(life: Life, routes: Routes) -> None:
    """A few over weeks, or a burst in days."""
    burst = "app_burst" in life.tells
    count = life.whole("burst" if burst else "applications")
    days = life.between("burst_days" if burst else "application_days")
    for number in range(count):
        at = life.as_of - timedelta(seconds=int(life.rng.uniform(0.1, days) * 86_400))
        route = routes.take(number, count, None)
        life.add("applications", at=at, to=firm_name(life.rng), ip=route.ip)
