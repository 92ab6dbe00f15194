"""The team: people and roles, API keys, and what a team lays down before anybody is reviewed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from features.problems import pointer, translate
from fraudscore.errors import NotUsable, ReviewError
from fraudscore.review import api_keys, people, team
from fraudscore.review.desk import Desk
from fraudscore.review.people import User
from fraudscore.review.rights import SCOPES, Actor
from fraudscore.review.settings import QUESTIONS, Settings
from fraudscore.web.browser import Posted, SignedIn, page, see_other
from fraudscore.web.clock import now
from fraudscore.web.forms import Form
from fraudscore.web.problems import refusal

TELLS = {
    "viewer": "looks, and changes nothing",
    "reviewer": "takes cases and decides them",
    "lead": "decides, assigns, and takes decisions back",
    "auditor": "reads the audit log",
    "admin": "manages people, keys and settings, and does not decide",
}
SCOPE_TELLS = {
    "assess": "send profiles and events",
    "read": "read assessments, cases and rings",
    "label": "send confirmed outcomes",
    "decide": "close cases without a decision against anybody",
    "erase": "take away all that is kept of a person, and erase them",
}
PER_MINUTE = 600
NUMBERS = ("weekly_budget", "hold_minutes", "appeal_days", "record_days")


def router(desk: Desk) -> APIRouter:
    """The pages for admins."""
    routes = APIRouter(include_in_schema=False)
    _people(routes, desk)
    _keys(routes, desk)
    _settings(routes, desk)
    return routes


def _people(routes: APIRouter, desk: Desk) -> None:
    @routes.get("/team")
    def everybody(request: Request, login: SignedIn) -> Response:
        return _team(desk, request, login.actor)

    @routes.post("/team/invite")
    def invited(request: Request, login: SignedIn, form: Posted) -> Response:
        try:
            with desk.store.writing() as connection:
                token = people.invite(
                    connection, login.actor, form["email"], form["name"], form["role"], now=now()
                )
        except ReviewError as error:
            return _team(desk, request, login.actor, error=error, form=form)
        return _team(desk, request, login.actor, link=token, invited=form["email"])

    @routes.post("/team/people/{id}/link")
    def linked(request: Request, login: SignedIn, form: Posted, id: str) -> Response:
        with desk.store.writing() as connection:
            token = people.new_link(connection, login.actor, id, now=now())
            known = {one.id: one.email for one in people.users(connection, login.actor)}
        return _team(desk, request, login.actor, link=token, invited=known[id])

    @routes.post("/team/people/{id}/role")
    def role(request: Request, login: SignedIn, form: Posted, id: str) -> Response:
        try:
            with desk.store.writing() as connection:
                people.set_role(connection, login.actor, id, form["role"], now=now())
        except ReviewError as error:
            return _team(desk, request, login.actor, error=error)
        return see_other("/team")

    @routes.post("/team/people/{id}/disabled")
    def disabled(request: Request, login: SignedIn, form: Posted, id: str) -> Response:
        try:
            with desk.store.writing() as connection:
                people.set_disabled(connection, login.actor, id, form["disabled"] == "1", now=now())
        except ReviewError as error:
            return _team(desk, request, login.actor, error=error)
        return see_other("/team")


def _team(
    desk: Desk, request: Request, actor: Actor, *, link: str = "", invited: str = "",
    error: ReviewError | None = None, form: Form | None = None,
) -> Response:  # fmt: skip
    actor.need("manage")
    with desk.store.reading() as connection:
        found = people.users(connection, actor)
    if link:
        link = f"{request.url.scheme}://{request.url.netloc}/setup/{quote(link, safe='')}"
    return page(
        request, "team.html", status=refusal(error).status_code if error else 200, people=found,
        late=_late(found), roles=TELLS, link=link, invited=invited, form=form,
        failed=str(error) if error else "",
    )  # fmt: skip


def _late(found: Sequence[User]) -> set[str]:
    """Those who wait for a link that works: it was not used in time, or was forgotten since."""
    moment = now()
    return {
        one.id
        for one in found
        if not one.disabled and (one.link <= moment if one.link is not None else not one.accepted)
    }


def _keys(routes: APIRouter, desk: Desk) -> None:
    @routes.get("/team/keys")
    def keys(request: Request, login: SignedIn) -> Response:
        return _key_page(desk, request, login.actor)

    @routes.post("/team/keys")
    def made(request: Request, login: SignedIn, form: Posted) -> Response:
        try:
            scopes = [scope for scope in SCOPES if scope in form.all("scope")]
            per_minute = _number(form["per_minute"], "per_minute")
            with desk.store.writing() as connection:
                _, secret = api_keys.make_key(
                    connection, login.actor, form["name"], scopes, per_minute, now=now()
                )
        except ReviewError as error:
            return _key_page(desk, request, login.actor, error=error, form=form)
        return _key_page(desk, request, login.actor, secret=secret, named=form["name"])

    @routes.post("/team/keys/{id}/revoke")
    def revoked(login: SignedIn, form: Posted, id: str) -> Response:
        with desk.store.writing() as connection:
            api_keys.revoke(connection, login.actor, id, now=now())
        return see_other("/team/keys")


def _number(text: str, name: str) -> int:
    if not text.isdecimal() or len(text) > 9:
        raise NotUsable(f"{name.replace('_', ' ')}: write a whole number")
    return int(text)


def _key_page(
    desk: Desk, request: Request, actor: Actor, *, secret: str = "", named: str = "",
    error: ReviewError | None = None, form: Form | None = None,
) -> Response:  # fmt: skip
    actor.need("manage")
    with desk.store.reading() as connection:
        found = api_keys.keys(connection, actor)
    return page(
        request, "keys.html", status=refusal(error).status_code if error else 200, keys=found,
        scopes=SCOPE_TELLS, secret=secret, named=named, failed=str(error) if error else "",
        form=form, per_minute=PER_MINUTE, most=api_keys.PER_MINUTE_MAX, base=f"{request.url.scheme}://{request.url.netloc}",
    )  # fmt: skip


def _settings(routes: APIRouter, desk: Desk) -> None:
    @routes.get("/team/settings")
    def shown(request: Request, login: SignedIn, saved: str = "") -> Response:
        login.actor.need("manage")
        with desk.store.reading() as connection:
            kept = team.settings(connection, login.actor.tenant)
        return _settings_page(request, _as_typed(kept), done=saved == "1", open=not kept.answers)

    @routes.post("/team/settings")
    def changed(request: Request, login: SignedIn, form: Posted) -> Response:
        login.actor.need("manage")
        typed = {name: form[name] for name in _FIELDS}
        try:
            wanted = Settings.model_validate(_wanted(typed))
        except ValidationError as error:
            return _settings_page(request, typed, _wrong(error))
        with desk.store.writing() as connection:
            team.change(connection, login.actor, wanted, now=now())
        return see_other("/team/settings?saved=1")


_FIELDS = (*QUESTIONS, "score_shown", "exploration", *NUMBERS)


def _as_typed(kept: Settings) -> dict[str, str]:
    """The fields of the page for what is kept; exploration in per cent."""
    answers = kept.answers.model_dump() if kept.answers else dict.fromkeys(QUESTIONS, "")
    numbers = {name: str(getattr(kept, name)) for name in NUMBERS}
    share = f"{100 * kept.exploration:g}"
    return answers | numbers | {"score_shown": kept.score_shown, "exploration": share}


def _wanted(typed: dict[str, str]) -> dict[str, Any]:
    try:
        share: Any = float(typed["exploration"].replace(",", ".")) / 100
    except ValueError:
        share = typed["exploration"]
    answers = {question: typed[question] for question in QUESTIONS}
    return {
        "answers": answers,
        "score_shown": typed["score_shown"],
        "exploration": share,
        **{name: typed[name] for name in NUMBERS},
    }


def _wrong(error: ValidationError) -> dict[str, str]:
    """What to mend, by field."""
    told = {}
    for found in error.errors(include_url=False):
        problem = translate(found, pointer(found["loc"]))
        name = str(found["loc"][-1])
        told[name] = f"{problem.found}; {problem.write}"
        if name in QUESTIONS:
            told[name] = "answer this in your own words, in 10 to 2,000 characters"
        if name == "exploration":
            told[name] = "write a number from 0 to 5"
    return told


def _settings_page(
    request: Request, typed: dict[str, str], wrong: dict[str, str] | None = None, *,
    done: bool = False, open: bool = False,
) -> Response:  # fmt: skip
    return page(
        request, "settings.html", status=422 if wrong else 200, typed=typed, wrong=wrong or {},
        done=done, unanswered=open,
    )  # fmt: skip
