"""Webhooks: who is told what happens at the desk, and whether they take it."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from fraudscore.errors import ReviewError
from fraudscore.review import hooks
from fraudscore.review.desk import Desk
from fraudscore.review.rights import Actor
from fraudscore.web.browser import Posted, SignedIn, page, see_other
from fraudscore.web.clock import now
from fraudscore.web.problems import refusal


def router(desk: Desk) -> APIRouter:
    """The page of webhooks, for admins."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/team/hooks")
    def every(request: Request, login: SignedIn) -> Response:
        return _page(desk, request, login.actor)

    @routes.post("/team/hooks")
    def added(request: Request, login: SignedIn, form: Posted) -> Response:
        try:
            with desk.store.writing() as connection:
                hook, secret = hooks.add_hook(connection, login.actor, form["url"], now=now())
        except ReviewError as error:
            return _page(desk, request, login.actor, typed=form["url"], error=error)
        return _page(desk, request, login.actor, secret=secret, url=hook.url)

    @routes.post("/team/hooks/{id}/disable")
    def disabled(login: SignedIn, form: Posted, id: str) -> Response:
        with desk.store.writing() as connection:
            hooks.disable_hook(connection, login.actor, id, now=now())
        return see_other("/team/hooks")

    return routes


def _page(
    desk: Desk, request: Request, actor: Actor, *, secret: str = "", url: str = "",
    typed: str = "", error: ReviewError | None = None,
) -> Response:  # fmt: skip
    with desk.store.reading() as connection:
        found = hooks.hooks(connection, actor)
    return page(
        request, "hooks.html", status=refusal(error).status_code if error else 200, hooks=found,
        secret=secret, url=url, typed=typed, failed=str(error) if error else "",
        attempts=hooks.ATTEMPTS_MAX,
    )  # fmt: skip
