"""The part of the record about working life, as each source tells it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from features import fields as f
from features.part import A_YEAR, Part, Span

Source = Literal["cv", "linkedin", "platform", "application", "payroll"]


class Position(Span):
    """One job as one source tells it. ``employer_since``: when a register knows the employer from."""

    source: Source
    employer: f.Name
    title: f.Name | None = None
    starts: f.Day | None = None
    ends: f.Day | None = None
    country: f.CountryCode | None = None
    remote: bool | None = None
    employer_since: f.Day | None = None
    span = ("starts", "ends")
    slack = A_YEAR


class Education(Span):
    """One course of study as one source tells it."""

    source: Source
    school: f.Name
    degree: f.Name | None = None
    starts: f.Day | None = None
    ends: f.Day | None = None
    registry_confirms: bool | None = None
    span = ("starts", "ends")
    slack = A_YEAR


class Skill(Part):
    """A skill and since when, or for how many years, it is claimed."""

    source: Source
    name: f.Name
    since: f.Day | None = None
    years: float | None = Field(None, ge=0, le=80)


class WebProfile(Span):
    """A public profile: when it was made, when it lay still, how connected it is."""

    service: f.Name
    name: f.Name | None = None
    created_at: f.Day | None = None
    dormant_from: f.Day | None = None
    dormant_until: f.Day | None = None
    connections: f.Count | None = None
    span = ("dormant_from", "dormant_until")
    slack = A_YEAR


class Reference(Part):
    """Somebody who vouches for the person; contact details as keyed values or domains."""

    name: f.Name | None = None
    employer: f.Name | None = None
    email_domain: f.Name | None = None
    ip: f.IpText | None = None
    confirmed_by_employer: bool | None = None


class Work(Part):
    """Working life from every source that was supplied.

    ``cv_text`` is for near-duplicates only; ``similar_texts`` counts unrelated applicants whose text is
    nearly the same, templates taken out. ``mentions``: independent pages found about the person, 0
    looked and found none.
    """

    positions: tuple[Position, ...] = Field((), max_length=f.FEW_MAX)
    education: tuple[Education, ...] = Field((), max_length=f.FEW_MAX)
    skills: tuple[Skill, ...] = Field((), max_length=f.FEW_MAX)
    web_profiles: tuple[WebProfile, ...] = Field((), max_length=f.FEW_MAX)
    references: tuple[Reference, ...] = Field((), max_length=f.FEW_MAX)
    similar_texts: f.Count | None = None
    mentions: f.Count | None = None
    cv_text: str | None = Field(None, min_length=1, max_length=20_000)
