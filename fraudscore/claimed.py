"""What the person claims, in words, beside what was observed: each family its part of the claims."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from features.claim_records import Claims, Place
from features.family import Feature
from features.records import Profile
from features.sentences import counted
from fraudscore.pointed import in_words


@dataclass(frozen=True)
class Claim:
    """One thing the person says: ``what`` it is about, and how they put it."""

    what: str
    text: str


_Part = Callable[[Claims], Iterator[Claim]]


def claims_for(record: Profile, feature: Feature) -> tuple[Claim, ...]:
    """The claims that a feature is held against or that would explain it; empty where none was made.

    A phone that others use is held against no place. Where somebody else compared (a check, a parcel,
    an interviewer), every claim of the family is shown.
    """
    return tuple(
        claim
        for part in _PARTS.get(feature.family, ())
        if feature.family in _COMPARED_BY_OTHERS or _bears_on(part, feature)
        for claim in part(record.claims)
    )


def _bears_on(part: _Part, feature: Feature) -> bool:
    """Whether the feature needs a column of this part of the claims; some parts explain everything."""
    columns = _HELD_AGAINST.get(part, ("",))
    return any(column in need for need in feature.needs for column in columns)


def places_of(claims: Claims) -> Iterator[Claim]:
    """Where they say they live or work."""
    for place in claims.places:
        yield Claim("lives or works in", place_in_words(place))


def place_in_words(place: Place) -> str:
    """A place with the days it holds for."""
    name = ", ".join(filter(None, (place.city, place.region, place.country)))
    since = f" since {in_words(place.since)}" if place.since else ""
    until = f" until {in_words(place.until)}" if place.until else ""
    return f"{name}{since}{until}"


def _travel(claims: Claims) -> Iterator[Claim]:
    for trip in claims.travel:
        yield Claim("travel", f"{trip.country}, {in_words(trip.starts)} to {in_words(trip.ends)}")
    for kind in claims.vpn:
        yield Claim("uses", f"a {kind} VPN" if kind != "relay" else "a relay of the device's maker")


def _clock(claims: Claims) -> Iterator[Claim]:
    if claims.time_zone:
        yield Claim("time zone", claims.time_zone)
    if hours := claims.working_hours:
        zone = f" {hours.time_zone}" if hours.time_zone else ""
        yield Claim("works", f"{hours.starts:g} to {hours.ends:g} o'clock{zone}")


def _name(claims: Claims) -> Iterator[Claim]:
    if claims.name:
        yield Claim("name", claims.name)
    for name in claims.other_names:
        yield Claim("also known as", name)


def _payees(claims: Claims) -> Iterator[Claim]:
    if claims.agency:
        yield Claim("agency", claims.agency)
    for payee in claims.payees:
        yield Claim("may be paid for them", f"{payee.name} ({payee.relation.replace('_', ' ')})")


def _household(claims: Claims) -> Iterator[Claim]:
    if claims.household:
        yield Claim("shares a household with", f"{counted(len(claims.household), 'other')} we know")
    else:
        yield Claim("household", "none was declared")


def _device(claims: Claims) -> Iterator[Claim]:
    if claims.own_device is not None:
        yield Claim("works on", "their own computer" if claims.own_device else "a given computer")


def _experience(claims: Claims) -> Iterator[Claim]:
    if claims.experience_since:
        yield Claim("experience since", in_words(claims.experience_since))
    if claims.role:
        yield Claim("role", claims.role)


_PARTS: dict[str, tuple[_Part, ...]] = {
    "network": (places_of, _travel),
    "geography": (places_of, _travel),
    "clock": (places_of, _clock, _travel),
    "device": (_device, _household),
    "payment": (_name, _household, _payees, places_of),
    "contact": (places_of, _household),
    "documents": (_name, places_of),
    "conduct": (_name, places_of),
    "shipping": (_name, places_of),
    "code_history": (_experience, places_of),
    "continuity": (_name, _payees),
    "work_history": (_experience,),
    "linkage": (_household, _payees),
}
"""Which claims each family's observations are held against, or explained by."""
_COMPARED_BY_OTHERS = frozenset({"documents", "conduct", "shipping", "continuity", "linkage"})
_HELD_AGAINST: dict[_Part, tuple[str, ...]] = {
    places_of: ("places.",),
    _name: ("profiles.claims.name",),
    _clock: ("profiles.claims.time_zone",),
    _experience: ("profiles.claims.experience_since",),
    _household: ("other_workers", "other_users", "other_identities"),
}
"""The columns that a part of the claims is compared with; what is not here explains."""
