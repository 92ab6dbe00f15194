"""People made up to show what nobody else in the samples shows."""

from __future__ import annotations

from typing import Any

from features.records import ObservationKind
from tests.fakes import AS_OF, context

NAME = "Ines Falk"
HOME = {"country": "DE", "city": "Munich"}
NETWORK = context(
    {
        "berlin": {"country": "DE", "lat": 52.5, "lon": 13.4, "radius": 20},
        "dallas": {"country": "US", "lat": 32.8, "lon": -96.8, "radius": 20},
    },
    {"+49 1512 3456789": {"kind": "mobile", "country": "DE", "foreign_format": 1.0}},
)
"""A world of two addresses with points, which the shipped tables do not have, and one phone."""


def person(**parts: Any) -> dict[str, Any]:
    claims = {"name": NAME, "places": [HOME], **parts.pop("claims", {})}
    return {"profile_id": f"made-{id(parts)}", "as_of": AS_OF, "claims": claims, **parts}


def sessions(*places: str, every: int) -> list[dict[str, Any]]:
    start = [divmod(number * every, 24) for number in range(len(places))]
    return [
        {"at": f"2026-03-{day + 1:02d}T{hour:02d}:00:00Z", "ip": place}
        for (day, hour), place in zip(start, places, strict=True)
    ]


def study(source: str, school: str, starts: str, ends: str) -> dict[str, Any]:
    return {"source": source, "school": school, "starts": starts, "ends": ends}


def commits(*names: str) -> list[dict[str, Any]]:
    return [
        {"repository": "r", "authored_at": f"2026-01-{n + 1:02d}T00:00:00Z", "linked": True,
         "author_email": "me", "author_name": name}
        for n, name in enumerate(names)
    ]  # fmt: skip


CONSTRUCTED: list[dict[str, Any]] = [
    person(
        conduct=[{"kind": kind, "seen": True} for kind in ObservationKind.__args__],
        payouts=[{"paid_by_self": True}],
        engagement={
            "deliverables": [{"utc_offset_minutes": 540, "at": "2026-03-01T00:00:00Z"}],
        },
    ),
    person(
        sessions=[
            {**session, "duration_minutes": 150}
            for session in sessions("berlin", "dallas", "berlin", "dallas", every=2)
        ]
    ),
    person(sessions=sessions(*["berlin"] * 12, every=24)),
    person(
        contact={
            "phones": [{"number": "+49 1512 3456789", "typed_freely": True}],
            "lists_checked": True,
            "list_matches": [{"list_name": "shared list", "matched": "email"}],
        }
    ),
    person(checks=[{"stage": "verified", "outcome": "same", "checked": "selfie", "reused_in": 2}]),
    person(checks=[{"stage": "logged_in", "outcome": "different"}]),
    person(
        code={
            "created_at": "2014-01-01T00:00:00Z",
            "contacted_at": "2026-01-01T00:00:00Z",
            "gone_at": "2026-01-03T00:00:00Z",
            "repositories": [{"name": "r", "contributors": 20, "stars": 0}],
            "commits": commits("Grace Hopper", "Alan Turing"),
        }
    ),
    person(
        engagement={
            "chain": [{"name": "Northpine", "role": "agency", "founded": "2026-05-01"}],
        }
    ),
    person(
        work={
            "education": [
                study("cv", "University of Lagos", "2010-09-15", "2014-07-15"),
                study("linkedin", "University of Lagos", "2004-09-15", "2008-07-15"),
            ],
            "web_profiles": [{"service": "linkedin", "name": "Dario Timmel"}],
        }
    ),
    person(
        work={
            "education": [
                study("cv", "University of Lagos", "2010-09-15", "2014-07-15"),
                study("linkedin", "University of Ibadan", "2011-09-15", "2014-07-15"),
            ],
            "references": [{"name": "Otto Brandt", "ip": "berlin"}],
        },
        sessions=sessions("berlin", every=2),
    ),
    person(
        devices=[
            {"id": "d", "activated_at": "2026-03-01T00:00:00Z", "activation_country": "US"},
        ],
        code={
            "renames": [{"at": f"2026-0{n}-01T00:00:00Z", "old": f"a{n}"} for n in range(1, 4)],
            "repositories": [{"name": "r"}],
        },
        work={
            "positions": [
                {
                    "source": "cv",
                    "employer": "Northpine",
                    "starts": "2010-01-01",
                    "ends": "2014-01-01",
                    "employer_since": "2018-01-01",
                },
            ],
            "references": [
                {"name": "Otto Brandt", "employer": "Northpine", "confirmed_by_employer": False}
            ],
        },
    ),
]

TEXT = " ".join(f"word{n % 61} built part{n % 37}" for n in range(120))


def linked(number: int, name: str) -> dict[str, Any]:
    """One of several who share all that can be shared."""
    return {
        "profile_id": f"linked-{number}",
        "as_of": f"2026-06-{number + 1:02d}T00:00:00Z",
        "claims": {"name": name},
        "contact": {
            "phones": [{"number": "+49 30 901820"}],
            "emails": [{"address": "one@example.org"}],
        },
        "sessions": [
            {
                "at": "2026-05-30T00:00:00Z",
                "ip": "81.2.69.160",
                "mfa_key": "factor",
                "kind": "apply",
            }
        ],
        "disposition": {
            "kind": "confirmed_impersonation",
            "decided_at": f"2026-06-{number + 2:02d}T00:00:00Z",
        },
        "devices": [{"id": "laptop", "mfa_key": "factor"}],
        "payouts": [{"account": "wallet"}],
        "shipments": [{"address": "12 Juniper Road, Flat 3"}],
        "referrals": [{"other": "linked-0", "direction": "referred_by"}],
        "work": {"cv_text": TEXT},
    }


LINKED = [
    linked(n, name)
    for n, name in enumerate("Ines Falk;Otto Brandt;Mira Lind;Dario Timmel;Ada Osei".split(";"))
]
LINE = context({"81.2.69.160": {"kind": "ordinary", "country": "DE"}})
