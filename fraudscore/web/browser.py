"""What every page shares: who is signed in, forms that nobody else can send, templates and headers.

A page is a plain function in a thread. It asks for ``SignedIn`` to know who is there (whoever is
not is sent to the sign-in page) and for ``Posted`` to read a form (refused when it was not sent from
our own page). It answers with ``page`` or ``see_other``.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from markupsafe import Markup
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fraudscore.errors import NotAllowed, NotThere
from fraudscore.review import logins
from fraudscore.review.desk import Desk
from fraudscore.review.logins import Login
from fraudscore.review.rights import Right
from fraudscore.web.clock import now
from fraudscore.web.forms import Form, read_form
from fraudscore.web.problems import refusal
from fraudscore.web.showing import TYPES, static_files, templates

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    # Not no-referrer: with it browsers send forms under "Origin: null", which tells us nothing.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
TRUSTED_HEADER = "FRAUDSCORE_TRUSTED_HEADER"
NAVIGATION: tuple[tuple[str, str, Right], ...] = (
    ("/queue", "Queue", "see"),
    ("/hires", "Check new hires", "check_hires"),
    ("/rings", "Rings", "see"),
    ("/appeals", "Appeals", "review"),
    ("/people", "Requests", "manage"),
    ("/team", "Team", "manage"),
    ("/audit", "Audit", "audit"),
    ("/team/keys", "API", "manage"),
)
"""Where one can go, what it is called and the right it takes."""
TITLES = {
    403: "You may not do this",
    404: "There is nothing here",
    409: "This cannot be done any more",
    413: "This is too large",
    422: "This cannot be used",
    429: "Too often",
}
TOKEN = Markup('<input type="hidden" name="csrf" value="{}">')


class SignInNeeded(Exception):
    """Nobody is signed in; the answer is the sign-in page."""


def desk_of(request: Request) -> Desk:
    """The desk this application serves."""
    desk: Desk = request.app.state.desk
    return desk


def login_of(request: Request) -> Login | None:
    """Who is signed in with this browser, or None. Asked once a request."""
    if not hasattr(request.state, "login"):
        request.state.login = None
        word, _, owner = request.cookies.get(_cookie(request, "session"), "").partition(".")
        # Behind a proxy that knows who is there, the login of whoever was there before is none.
        if word and (owner == _owner(request) or not trusted_email(request)):
            request.state.login = logins.login_of(desk_of(request).store, word, now=now())
    login: Login | None = request.state.login
    return login


def trusted_email(request: Request) -> str:
    """Who is there as the proxy in front of us says, "" where none is trusted to say so."""
    header: str = request.app.state.trusted_header
    return request.headers.get(header, "").strip() if header else ""


def _owner(request: Request) -> str:
    email = trusted_email(request).lower()
    return hashlib.sha256(email.encode()).hexdigest()[:16] if email else ""


def begin(request: Request, response: Response, login: Login) -> None:
    """Sign a browser in."""
    set_cookie(request, response, "session", f"{login.cookie}.{_owner(request)}")
    drop_cookie(request, response, "form")


def signed_in(request: Request) -> Login:
    """Who is signed in. Raises SignInNeeded, NotThere for an address with a NUL in it."""
    login = login_of(request)
    if login is None:
        raise SignInNeeded
    asked = (request.scope["path"], *request.query_params.values())
    if any("\x00" in text for text in asked):  # a database cannot even look for it
        raise NotThere("there is nothing at an address with a NUL in it")
    return login


def own_token(request: Request) -> str:
    """What a form of our own pages holds: the login's word, else the browser's, if it has one."""
    login = login_of(request)
    return login.csrf if login else request.cookies.get(_cookie(request, "form"), "")


async def own_form(request: Request, token: Annotated[str, Depends(own_token)]) -> Form:
    """A form that our own page sent, from somebody who need not be signed in.

    Raises NotAllowed for a form from elsewhere, and whatever ``read_form`` raises.
    """
    _same_origin(request)
    form = await read_form(request)
    _same_token(form["csrf"], token)
    return form


SignedIn = Annotated[Login, Depends(signed_in)]
OwnForm = Annotated[Form, Depends(own_form)]


def posted(_login: SignedIn, form: OwnForm) -> Form:
    """The same from who is signed in. Raises SignInNeeded, and what ``own_form`` raises."""
    return form


Posted = Annotated[Form, Depends(posted)]


def _same_origin(request: Request) -> None:
    """Forms of other sites are refused, whatever token they know."""
    sent = request.headers.get("origin") or request.headers.get("referer") or ""
    from_where = urlsplit(sent)
    if (from_where.scheme, from_where.netloc) != (request.url.scheme, request.url.netloc):
        raise NotAllowed("this form was not sent from our own page; open the page again and repeat")


def _same_token(given: str, expected: str) -> None:
    if not expected or not hmac.compare_digest(given.encode(), expected.encode()):
        raise NotAllowed("this form is too old; go back, load the page again and repeat")


def _cookie(request: Request, name: str) -> str:
    """The name of a cookie; browsers bind those of __Host- to this very host."""
    return f"__Host-{name}" if request.url.scheme == "https" else name


def set_cookie(request: Request, response: Response, name: str, value: str) -> None:
    """Hand a browser a word to bring back until it is closed; scripts cannot read it."""
    response.set_cookie(
        _cookie(request, name), value, path="/", httponly=True, samesite="lax",
        secure=request.url.scheme == "https",
    )  # fmt: skip


def drop_cookie(request: Request, response: Response, name: str) -> None:
    """Make a browser forget a word."""
    secure = request.url.scheme == "https"
    response.delete_cookie(
        _cookie(request, name), path="/", httponly=True, samesite="lax", secure=secure
    )


def see_other(path: str) -> Response:
    """What to look at after a form was taken; loading again sends nothing twice."""
    return RedirectResponse(path, HTTPStatus.SEE_OTHER, headers={"cache-control": "no-store"})


def page(request: Request, template: str, /, *, status: int = 200, **values: Any) -> Response:
    """A template filled in for whoever is signed in. Each form holds ``{{ token }}``."""
    login = login_of(request)
    own = own_token(request) or secrets.token_urlsafe(24)
    ways = [] if login is None else [way for way in NAVIGATION if login.actor.may(way[2])]
    told = values | {
        "login": login,
        "token": TOKEN.format(own),
        "navigation": ways,
        "section": _section(request.url.path),
    }
    text = templates().get_template(template).render(told)
    response = HTMLResponse(text, status, HEADERS | {"cache-control": "no-store"})
    if login is None:
        set_cookie(request, response, "form", own)
    return response


def _section(path: str) -> str:
    """The part of the desk that a page belongs to."""
    if path.startswith("/cases/"):
        return "/queue"
    if path == "/account":
        return path
    parts = [way[0] for way in NAVIGATION if path == way[0] or path.startswith(f"{way[0]}/")]
    return max(parts, key=len, default="")


def error_page(request: Request, error: Exception) -> Response:
    """What went wrong, as a page: any error that `fraudscore.web.problems` can tell."""
    said = refusal(error)
    if said.status_code >= 500:
        request.state.login = None  # the database may be what fails
    title = TITLES.get(said.status_code, "This did not work")
    told = "" if isinstance(error, HTTPException) else said.detail
    response = page(request, "problem.html", status=said.status_code, title=title, told=told)
    response.headers.update(said.headers)
    return response


def sign_in_page(request: Request, _error: Exception) -> Response:
    """The way to the sign-in page and back."""
    if request.method not in ("GET", "HEAD"):
        return see_other("/sign-in")
    where = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return see_other("/sign-in" if where == "/" else f"/sign-in?next={quote(where, safe='')}")


def router(_desk: Desk) -> APIRouter:
    """Style and script."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/static/{name}")
    def static(name: str, v: str = "") -> Response:
        if name not in static_files():
            raise NotThere("there is no such file")
        text, digest = static_files()[name]
        kept = "public, max-age=31536000, immutable" if v == digest else "no-cache"
        kind = TYPES[Path(name).suffix]
        return Response(text, media_type=kind, headers={"cache-control": kept})

    return routes


class SafeHeaders:
    """Middleware: what each answer forbids a browser to do with it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; add the headers to its answer."""

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                sent = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    sent.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, sending if scope["type"] == "http" else send)


def install(app: FastAPI, desk: Desk, trusted_header: str | None = None) -> None:
    """Make an application serve pages: the desk they show, the headers, and the way to sign in.

    ``trusted_header``: where a proxy writes the e-mail address of whoever it has signed in; the
    environment's TRUSTED_HEADER if not given. Only safe where nobody can go around the proxy.
    Errors become pages by ``error_page``, which whoever composes the application calls.
    """
    app.state.desk = desk
    app.state.trusted_header = trusted_header or os.environ.get(TRUSTED_HEADER, "")
    app.add_middleware(SafeHeaders)
    app.add_exception_handler(SignInNeeded, sign_in_page)
    app.include_router(router(desk))
