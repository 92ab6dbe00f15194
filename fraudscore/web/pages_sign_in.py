"""Signing in and out, one's own password, and the one-time links with which people begin."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

from fastapi import APIRouter, Request, Response

from fraudscore.errors import Conflict, NotUsable, ReviewError
from fraudscore.review import logins, people
from fraudscore.review.desk import Desk
from fraudscore.review.logins import Login
from fraudscore.review.passwords import PASSWORD_MIN
from fraudscore.web.browser import (
    OwnForm,
    Posted,
    SignedIn,
    again_page,
    begin,
    by_proxy,
    drop_cookie,
    login_of,
    page,
    page_for_anybody,
    see_other,
    sign_in_form,
)
from fraudscore.web.clock import now
from fraudscore.web.forms import Form
from fraudscore.web.problems import refusal
from fraudscore.web.unsent import Unsent


def router(desk: Desk) -> APIRouter:
    """The pages before and after a login."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/")
    def start(login: SignedIn) -> Response:
        first = "/team/settings" if login.actor.may("manage") else "/queue"
        return see_other(first)

    @routes.get("/sign-in")
    def sign_in(request: Request, next: str = "") -> Response:
        if login_of(request):
            return see_other(_own_path(next))
        login = by_proxy(request)
        if login:
            return _begun(request, login, _own_path(next))
        return sign_in_form(request, next)

    @routes.post("/sign-in")
    def signed(request: Request, form: OwnForm) -> Response:
        unsent = Unsent.carried(form)
        try:
            login = logins.log_in(desk.store, form["email"], form.raw("password"), now=now())
        except ReviewError as error:
            return sign_in_form(
                request, form["next"], form["email"], str(error), unsent=unsent,
                status=refusal(error).status_code,
            )  # fmt: skip
        if unsent is None:
            return _begun(request, login, _own_path(form["next"]))
        return again_page(request, login, replace(unsent, path=_own_path(unsent.path)))

    @routes.post("/sign-out")
    def sign_out(request: Request, login: SignedIn, form: Posted) -> Response:
        with desk.store.writing() as connection:
            logins.log_out(connection, login.cookie, now=now())
        response = see_other("/sign-in")
        drop_cookie(request, response, "session")
        return response

    @routes.get("/account")
    def account(request: Request, login: SignedIn, did: str = "") -> Response:
        return _account(desk, request, login, done=did == "changed")

    @routes.post("/account")
    def changed(request: Request, login: SignedIn, form: Posted) -> Response:
        try:
            _same_twice(form)
            fresh = people.change_password(
                desk.store, login.actor, form.raw("current"), form.raw("password"), now=now()
            )
        except ReviewError as error:
            return _account(desk, request, login, error)
        return _begun(request, fresh, "/account?did=changed")

    @routes.get("/setup/{token}")
    def setup(request: Request, token: str) -> Response:
        return _setup(desk, request, token)

    @routes.post("/setup/{token}")
    def accepted(request: Request, token: str, form: OwnForm) -> Response:
        try:
            _same_twice(form)
            login = people.accept(
                desk.store, token, form.raw("password"), name=form["name"] or None,
                email=form["email"] or None, now=now(),
            )  # fmt: skip
        except (NotUsable, Conflict) as error:
            return _setup(desk, request, token, form["name"], form["email"], error)
        return _begun(request, login, "/")

    return routes


def _same_twice(form: Form) -> None:
    if form.raw("password") != form.raw("again"):
        raise NotUsable("the two passwords differ; type both again")


def _account(
    desk: Desk, request: Request, login: Login, error: ReviewError | None = None, *,
    done: bool = False,
) -> Response:  # fmt: skip
    with desk.store.reading() as connection:
        own = people.own_user(connection, login.actor)
    return page(
        request, "account.html", status=refusal(error).status_code if error else 200, own=own,
        shortest=PASSWORD_MIN, done=done, failed=str(error) if error else "",
    )  # fmt: skip


def _own_path(where: str) -> str:
    """Where to go on to: a path of this very server, else the start."""
    own = where.startswith("/") and not where.startswith(("//", "/\\")) and where.isprintable()
    return quote(where, safe="/?=&%:@,+-._~;") if own else "/"


def _begun(request: Request, login: Login, path: str) -> Response:
    response = see_other(path)
    begin(request, response, login)
    return response


def _setup(
    desk: Desk, request: Request, token: str, name: str = "", email: str = "",
    error: ReviewError | None = None,
) -> Response:  # fmt: skip
    with desk.store.reading() as connection:
        invited = people.invited(connection, token, now=now())
    return page_for_anybody(
        request,
        "setup.html",
        status=422 if error else 200,
        token_path=quote(token, safe=""),
        name=name or invited.name,
        email=email or invited.email,
        role=invited.role,
        first=invited.first,
        shortest=PASSWORD_MIN,
        failed=str(error) if error else "",
    )
