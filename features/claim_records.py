"""What a person says: name, places, travel, hours, who may be paid for them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from features import fields as f
from features.part import Part, Span


class Place(Span):
    """A place the person says they live or work in, with the days it holds for."""

    country: f.CountryCode
    region: f.Name | None = None
    city: f.Name | None = None
    latitude: f.Latitude | None = None
    longitude: f.Longitude | None = None
    since: f.Day | None = None
    until: f.Day | None = None
    span = ("since", "until")


class Trip(Span):
    """Travel the person declared."""

    country: f.CountryCode
    starts: f.Day
    ends: f.Day
    span = ("starts", "ends")


class WorkingHours(Part):
    """Hours of the day, 0 to 24, the person says they work, in ``time_zone``.

    ``ends`` below ``starts`` means past midnight.
    """

    starts: float = Field(ge=0, le=24)
    ends: float = Field(ge=0, le=24)
    time_zone: f.ZoneName | None = None


class DeclaredPayee(Part):
    """Somebody the person says may receive the pay for them."""

    name: f.Name
    relation: Literal["agency", "employer_of_record", "relative", "own_company", "other"]


class Rate(Part):
    """What the person asks for, and the median for the role where the platform knows it."""

    amount: float = Field(ge=0, le=1e9)
    currency: str = Field(min_length=3, max_length=3)
    per: Literal["hour", "day", "month", "year", "project"] = "hour"


class Claims(Part):
    """What the person says. ``name`` is used for matching against other names only."""

    name: f.Name | None = None
    other_names: tuple[f.Name, ...] = Field((), max_length=f.FEW_MAX)
    places: tuple[Place, ...] = Field((), max_length=f.FEW_MAX)
    time_zone: f.ZoneName | None = None
    working_hours: WorkingHours | None = None
    travel: tuple[Trip, ...] = Field((), max_length=f.FEW_MAX)
    vpn: tuple[Literal["privacy", "company", "relay"], ...] = Field((), max_length=3)
    household: tuple[f.Key, ...] = Field((), max_length=f.FEW_MAX)
    agency: f.Name | None = None
    payees: tuple[DeclaredPayee, ...] = Field((), max_length=f.FEW_MAX)
    own_device: bool | None = None
    experience_since: f.Day | None = None
    role: f.Name | None = None
    rate: Rate | None = None
