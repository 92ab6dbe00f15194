"""People in, assessments kept: scored outside the transaction, written in one."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select

from features.claim_records import Claims
from features.problems import Problem, shorten
from features.reading import InvalidProfile, decode_json, read_kept, read_profile
from features.records import Profile
from fraudscore.errors import Conflict, NotAllowed, NotThere
from fraudscore.review.appealed import appealed
from fraudscore.review.desk import Desk, allowed
from fraudscore.review.heard import score
from fraudscore.review.keeping import Cause, Found, Kept, keep
from fraudscore.review.rights import Actor
from fraudscore.review.seen import visible
from fraudscore.review.tables import ASSESSMENTS, CASES, PROFILES
from fraudscore.review.words import words
from fraudscore.scorer import CHUNK

__all__ = ["Cause", "Kept", "assess", "assessment", "events", "record", "scored"]
NO_EVENTS = {"profile_id", "claims"}
"""Parts of a record that no event changes."""
CLAIMED = Problem(
    "claims", "are changed by no event", "send the whole profile to /api/v1/assessments"
)
Then = Callable[[Connection, Sequence[Kept]], None]
"""What is done with what was kept, in the same transaction."""


def _nothing_more(_connection: Connection, _kept: Sequence[Kept]) -> None:
    """Most callers only want to know."""


def assess(
    desk: Desk,
    actor: Actor,
    profiles: Sequence[Profile],
    *,
    cause: Cause = "asked",
    apart: bool = False,
    then: Then = _nothing_more,
    now: datetime,
) -> list[Kept]:
    """Score people, keep record, words and assessment, open or move their cases; in input order.

    Beside a cohort they are held against each other too, unless they are ``apart``. Opens its own
    transaction, in which ``then`` is done too: all are kept or none. Raises NotAllowed (right
    ``check_hires``, scope ``assess``).
    """
    allowed(actor, "check_hires", "assess")
    portions = [profiles[at : at + CHUNK] for at in range(0, len(profiles), CHUNK)]
    found = [item for portion in portions for item in scored(desk, actor, portion, apart)]
    with desk.store.writing() as connection:
        kept = keep(desk, connection, actor, found, cause, now)
        then(connection, kept)
    return kept


def scored(
    desk: Desk, actor: Actor, profiles: Sequence[Profile], apart: bool = False
) -> list[Found]:
    """People as scored beside their team's cohort, ready to be kept."""
    said = score(desk.scorer, desk.cohort_of(actor), profiles, apart=apart)
    return [
        Found(
            profile=profile,
            assessment=item,
            record=profile.model_dump_json(exclude_defaults=True).encode(),
            body=item.model_dump_json().encode(),
            words=words(profile, desk.keys),
            links=links,
        )
        for profile, (item, links) in zip(profiles, said, strict=True)
    ]


def events(
    desk: Desk,
    actor: Actor,
    profile_id: str,
    parts: Mapping[str, Any],
    *,
    then: Then = _nothing_more,
    now: datetime,
) -> Kept:
    """Append rows (sessions, payouts, checks, ...) to the kept record of a person and score it again.

    ``parts``: lists by name as in the record, nested ones too (``{"contact": {"phones": [...]}}``);
    single values replace what was there. A device of a known id takes the place of the old one.
    ``as_of`` may be given, else it is ``now``; never earlier than the record's own. ``then`` as `assess`
    has it. Raises NotThere,
    Conflict if the record was dropped, InvalidProfile with pointers into ``parts``.
    """
    allowed(actor, "check_hires", "assess")
    new = _checked(parts, profile_id, now)
    # One record is scored in milliseconds: waiting in line is simpler than finding it changed.
    with desk.store.writing() as connection:
        profile = _merged(_kept_record(connection, actor, profile_id), new)
        kept = keep(desk, connection, actor, scored(desk, actor, [profile]), "event", now)
        then(connection, kept)
    return kept[0]


def _checked(parts: Mapping[str, Any], profile_id: str, now: datetime) -> dict[str, Any]:
    """The parts as plain data, checked by themselves so that errors point into what was sent."""
    named = parts.get("profile_id", profile_id)
    if named != profile_id:
        found = f"{shorten(named)} is not {shorten(profile_id)}, whom the address names"
        problem = Problem(
            "profile_id", found, "leave it out, or send the rows to their own address"
        )
        raise InvalidProfile((problem,), profile_id)
    profile = read_profile({**parts, "profile_id": profile_id}, default_as_of=now)
    if profile.claims != Claims():
        raise InvalidProfile((CLAIMED,), profile_id)
    return dict(json.loads(profile.model_dump_json(exclude_unset=True)))


def _kept_record(connection: Connection, actor: Actor, profile_id: str) -> bytes:
    own = (PROFILES.c.tenant == actor.tenant) & (PROFILES.c.profile_id == profile_id)
    row = connection.execute(select(PROFILES.c.record).where(own)).one_or_none()
    if row is None:
        raise NotThere(f"nobody of the id {profile_id!r} is known; send a whole profile first")
    if row.record is None:
        raise Conflict(f"the record of {profile_id!r} was dropped; send a whole profile")
    return bytes(row.record)


def _merged(old: bytes, new: Mapping[str, Any]) -> Profile:
    record = decode_json(old)
    before = datetime.fromisoformat(record["as_of"])
    as_of = max(before, datetime.fromisoformat(new["as_of"])).astimezone(UTC)
    more = {name: value for name, value in new.items() if name not in ("as_of", *NO_EVENTS)}
    merged = _joined(record, more)
    if "devices" in merged:
        merged["devices"] = list({device["id"]: device for device in merged["devices"]}.values())
    return read_profile(merged, as_of=as_of)


def _joined(old: Any, new: Any) -> Any:
    if isinstance(old, list) and isinstance(new, list):
        return old + new
    if isinstance(old, dict) and isinstance(new, dict):
        return old | {name: _joined(old.get(name), value) for name, value in new.items()}
    return new


def assessment(connection: Connection, actor: Actor, id: str) -> bytes:
    """An assessment as it was given out (JSON). Raises NotThere, NotAllowed while it is hidden."""
    allowed(actor, "see", "read")
    own = (ASSESSMENTS.c.tenant == actor.tenant) & (ASSESSMENTS.c.id == id)
    row = connection.execute(select(ASSESSMENTS).where(own)).one_or_none()
    if row is None:
        raise NotThere(f"there is no assessment {id!r}")
    person = (CASES.c.tenant == actor.tenant) & (CASES.c.profile == row.profile)
    cases = connection.execute(select(CASES.c.id).where(person)).scalars().all()
    if appealed(connection, cases):
        raise NotAllowed("an appeal is open; the score is put away until it is answered")
    if len(visible(connection, actor, cases)) < len(cases):
        raise NotAllowed("its score is hidden until you record a view on the person's case")
    return bytes(row.body)


def record(connection: Connection, actor: Actor, profile: str) -> Profile | None:
    """The newest record of a person (``Case.profile``), None once it was dropped. Raises NotThere."""
    actor.need("see")
    own = (PROFILES.c.tenant == actor.tenant) & (PROFILES.c.id == profile)
    row = connection.execute(select(PROFILES.c.record).where(own)).one_or_none()
    if row is None:
        raise NotThere(f"there is nobody of the id {profile!r}")
    return None if row.record is None else read_kept(row.record)
