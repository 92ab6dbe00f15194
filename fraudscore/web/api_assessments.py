"""Assessments over REST: people in, assessments out; new rows of somebody known; an old one again."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute
from sqlalchemy import Connection
from starlette.routing import Route

from features.reading import InvalidProfile, read_profile
from features.record_rows import from_profiles
from features.records import Profile
from fraudscore.assessment import Assessment
from fraudscore.review import answered, assessing
from fraudscore.review.answered import Sent
from fraudscore.review.assessing import Kept
from fraudscore.review.desk import Desk
from fraudscore.review.rights import Actor
from fraudscore.scorer import Scorer
from fraudscore.web.access import caller
from fraudscore.web.body import NAME, decoded, names_given, whole_body
from fraudscore.web.clock import now
from fraudscore.web.gather import Gathered
from fraudscore.web.metrics import count_bands
from fraudscore.web.once import once
from fraudscore.web.openapi import Id, PersonId, body_of, described
from fraudscore.web.problems import Refused, told
from fraudscore.web.schemas import Closed, EventsIn, KeptOut, SeveralOut

PEOPLE_MAX = 1_000
"""Profiles of one request."""
READY = (dict, Profile)
"""Members of a list that are read as they are; text is no record, whatever it holds."""
Asked = tuple[Actor, bytes, Sent | None]


Given = Callable[[Sequence[bytes]], Iterable[tuple[Sent | None, bytes]]]
"""Which answer goes to which request, out of what was said of each person."""


@dataclass(frozen=True)
class _One:
    """One profile of those that came together, and where its answer goes."""

    place: int
    profile: Profile
    sent: Sent | None


class Assessor:
    """Assesses and, where there is a desk, keeps. Works on everything that waits at once."""

    def __init__(self, scorer: Scorer, desk: Desk | None) -> None:
        self._scorer = scorer
        self._desk = desk

    def one_each(self, asked: Sequence[Asked]) -> list[bytes | Exception]:
        """The answer to each body with one profile, or what is wrong with it."""
        answers: list[bytes | Exception] = [Refused(500, "")] * len(asked)
        people: dict[Actor, list[_One]] = defaultdict(list)
        for place, (actor, body, sent) in enumerate(asked):
            try:
                people[actor].append(_One(place, one_of(body), sent))
            except (InvalidProfile, Refused) as error:
                answers[place] = error
        for actor, group in people.items():
            for one, answer in zip(group, self._answers(actor, group), strict=True):
                answers[one.place] = answer
        return answers

    def _answers(self, actor: Actor, group: Sequence[_One]) -> Sequence[bytes | Exception]:
        def each(bodies: Sequence[bytes]) -> Iterator[tuple[Sent | None, bytes]]:
            return zip((one.sent for one in group), bodies, strict=True)

        try:
            return self._keep(actor, [one.profile for one in group], each, apart=True)
        except Exception as error:
            if len(group) == 1:
                return [error]
        # One that cannot be kept must not take the others with it.
        return [self._answers(actor, [single])[0] for single in group]

    def _keep(
        self, actor: Actor, profiles: Sequence[Profile], given: Given, *, apart: bool
    ) -> list[bytes]:
        """The answer to each profile, kept together with what is ``given`` to callers or not at all;
        ``apart`` as `assess` has it."""
        if not profiles:
            return []
        if self._desk is None:
            items = self._scorer.assess(from_profiles(profiles)).assessments()
            count_bands(item.band for item in items)
            return [answer(None, item.model_dump_json().encode(), None, None) for item in items]
        at, bodies = now(), list[bytes]()

        def then(connection: Connection, kept: Sequence[Kept]) -> None:
            bodies.extend(map(kept_answer, kept))
            for sent, body in given(bodies):
                answered.answer(connection, actor, sent, body, now=at)

        kept = assessing.assess(self._desk, actor, profiles, apart=apart, then=then, now=at)
        count_bands(one.assessment.band for one in kept)
        return bodies

    def several(self, actor: Actor, profiles: Sequence[Any], sent: Sent | None) -> bytes:
        """The answer to a list: those that cannot be used are listed, the rest are assessed."""
        people, rejected = [], []
        for number, data in enumerate(profiles):
            try:
                people.append(read_profile(data if isinstance(data, READY) else json.dumps(data)))
            except InvalidProfile as error:
                rejected.append(_rejected(number, error))
        refused = json.dumps(rejected).encode()

        def whole(bodies: Sequence[bytes]) -> bytes:
            return b'{"assessments":[%b],"rejected":%b}' % (b",".join(bodies), refused)

        return whole(self._keep(actor, people, lambda told: [(sent, whole(told))], apart=False))


def one_of(body: bytes) -> Profile:
    """The one profile of a body. Raises InvalidProfile or Refused."""
    try:
        profile = Profile.model_validate_json(body)
    except ValueError:
        found = decoded(body)
        return read_profile(found if isinstance(found, dict) else body)
    if names_given(profile) != body.count(NAME):
        decoded(body)
    return profile


def answer(id: str | None, body: bytes, case: str | None, before: str | None) -> bytes:
    """One assessment with where it was kept; the assessment is the same bytes as when asked again."""
    around = json.dumps({"id": id, "case": case, "before": before})[:-1].encode()
    return b'%b, "assessment": %b}' % (around, body)


def kept_answer(one: assessing.Kept) -> bytes:
    """One assessment of the desk as an answer."""
    return answer(one.id, one.body, one.case, one.before)


def _rejected(number: int, error: InvalidProfile) -> dict[str, Any]:
    problems = [told(problem, f"profiles[{number}]") for problem in error.problems]
    return {"number": number, "profile_id": error.profile_id, "problems": problems}


def router(scorer: Scorer, desk: Desk | None) -> APIRouter:
    """POST /assessments, GET /assessments/{id}, POST /profiles/{id}/events."""
    routes = APIRouter(prefix="/api/v1", tags=["assessments"])
    assessor = Assessor(scorer, desk)
    gathered = Gathered(assessor.one_each)
    # Long lists in turn: side by side they finish later, and wait for each other to write.
    turn = asyncio.Lock()

    async def several(actor: Actor, people: list[Any], sent: Sent | None) -> bytes:
        async with turn:
            return await run_in_threadpool(assessor.several, actor, people, sent)

    @routes.post("/assessments", **body_of("ProfileOrSeveral", KeptOut | SeveralOut))
    async def assess(request: Request) -> Response:
        """Assess one profile, or up to 1,000 as ``{"profiles": [...]}`` in at most 1 MiB.

        Of several, those that cannot be used are listed with pointers and the rest are assessed; beside
        a cohort they are held against each other too. With an ``Idempotency-Key`` the same request is
        done once, however often it is sent within a day.
        """
        actor = await caller(request, "assess")
        body = await whole_body(request)
        people = await _list_of(body)
        if people is None:
            return await once(request, actor, body, lambda sent: gathered((actor, body, sent)))
        return await once(request, actor, body, lambda sent: several(actor, people, sent))

    if desk is None:
        return routes

    @routes.get("/assessments/{id}", **described(Assessment))
    async def again(request: Request, id: Id) -> Response:
        """An assessment as it was given out, byte for byte."""
        actor = await caller(request, "read")
        found = await run_in_threadpool(_kept, desk, actor, id)
        return Response(found, media_type="application/json")

    @routes.post("/profiles/{profile_id:path}/events", **body_of(EventsIn, KeptOut))
    async def events(request: Request, profile_id: PersonId) -> Response:
        """Add rows (sessions, pay-outs, checks, ...) to somebody known, and assess again.

        ``before`` is the band until now; when it changes in either direction the case is reopened or
        moved, and webhooks are told.
        """
        actor = await caller(request, "assess")
        body = await whole_body(request)
        parts = decoded(body)
        if not isinstance(parts, dict):
            raise Refused(422, 'write one object of lists, as in {"sessions": [...]}')

        def work(sent: Sent | None) -> bytes:
            at = now()

            def then(connection: Connection, kept: Sequence[Kept]) -> None:
                answered.answer(connection, actor, sent, kept_answer(kept[0]), now=at)

            kept = assessing.events(desk, actor, profile_id, parts, then=then, now=at)
            count_bands([kept.assessment.band])
            return kept_answer(kept)

        return await once(request, actor, body, lambda sent: run_in_threadpool(work, sent))

    return routes


def short_way(routes: APIRouter) -> Route:
    """POST /assessments without what the framework does for handlers that take more than the request.

    It comes before the described route and does the same, in a twentieth less time (measured).
    """
    (described,) = (
        route
        for route in routes.routes
        if isinstance(route, APIRoute) and route.path == f"{routes.prefix}/assessments"
    )

    async def assess(request: Request) -> Response:
        request.scope["route"] = described
        found: Response = await described.endpoint(request)
        return found

    return Route(described.path, assess, methods=["POST"], include_in_schema=False)


class _Several(Closed):
    """A body in which every profile can be used as it stands."""

    profiles: tuple[Profile, ...]


async def _list_of(body: bytes) -> list[Any] | None:
    """The profiles of a body that holds several, None for one that holds one.

    Raises Refused for too many of them.
    """
    # Reading twice is for the few: one person's record seldom says "profiles".
    return await run_in_threadpool(_several_of, body) if b'"profiles"' in body else None


def _several_of(body: bytes) -> list[Any] | None:
    people: list[Any]
    try:
        several = _Several.model_validate_json(body)
        people = list(several.profiles)
        if names_given(several) != body.count(NAME):
            decoded(body)
    except ValueError:
        found = decoded(body)
        if not isinstance(found, dict) or not isinstance(found.get("profiles"), list):
            return None
        people = found["profiles"]
        if len(found) > 1:
            raise Refused(422, 'write {"profiles": [...]} and nothing beside it') from None
    if len(people) > PEOPLE_MAX:
        raise Refused(413, f"send at most {PEOPLE_MAX} profiles at once, here are {len(people)}")
    return people


def _kept(desk: Desk, actor: Actor, id: str) -> bytes:
    with desk.store.reading() as connection:
        return assessing.assessment(connection, actor, id)
