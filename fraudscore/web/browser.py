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
from starlette.exceptions import HTTPException

from fraudscore.errors import NotAllowed, NotThere, NotUsable
from fraudscore.review import logins
from fraudscore.review.desk import Desk
from fraudscore.review.logins import Login
from fraudscore.review.rights import Right
from fraudscore.web.clock import now
from fraudscore.web.forms import Form, read_form
from fraudscore.web.problems import Refused, refusal
from fraudscore.web.safe_headers import HEADERS, SafeHeaders
from fraudscore.web.showing import TYPES, static_files, templates
from fraudscore.web.unsent import Unsent

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
OLD = "this form is too old; go back, load the page again and repeat"
TOKEN = Markup('<input type="hidden" name="csrf" value="{}">')


class SignInNeeded(Exception):
    """Nobody is signed in; the answer is the sign-in page."""


class TooOld(NotAllowed):
    """A form of a login that has ended, from somebody who has another one."""

    def __init__(self, form: Form) -> None:
        super().__init__(OLD)
        self.form = form


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


def signed_in(request: Request) -> Login:
    """Who is signed in. Raises SignInNeeded, NotThere for an address with a NUL in it."""
    login = login_of(request)
    if login is None:
        raise SignInNeeded
    asked = (request.scope["path"], *request.query_params.values())
    if any("\x00" in text for text in asked):  # a database cannot even look for it
        raise NotThere("there is nothing at an address with a NUL in it")
    return login


async def linked_form(request: Request) -> Form:
    """A form behind a secret link, whoever has it: other sites know no such address.

    Raises NotAllowed for a form from elsewhere, and whatever ``read_form`` raises.
    """
    same_origin(request)
    request.state.form = await read_form(request)
    form: Form = request.state.form
    return form


LinkedForm = Annotated[Form, Depends(linked_form)]


def own_form(request: Request, form: LinkedForm) -> Form:
    """A form of a page for anybody, from the browser that has the page, whoever is signed in with it.

    Raises NotAllowed too for a form without the browser's word.
    """
    own = _own_word(request)
    if not own or not _same(form["csrf"], own):
        raise NotAllowed(OLD)
    return form


SignedIn = Annotated[Login, Depends(signed_in)]
OwnForm = Annotated[Form, Depends(own_form)]


def posted(login: SignedIn, form: LinkedForm) -> Form:
    """A form from who is signed in. Raises SignInNeeded, TooOld without the login's word."""
    if not _same(form["csrf"], login.csrf):
        raise TooOld(form)
    return form


Posted = Annotated[Form, Depends(posted)]


def _own_word(request: Request) -> str:
    return request.cookies.get(_cookie(request, "form"), "")


def same_origin(request: Request) -> None:
    """Forms of other sites are refused, whatever token they know."""
    sent = request.headers.get("origin") or request.headers.get("referer") or ""
    from_where = urlsplit(sent)
    if (from_where.scheme, from_where.netloc) != (request.url.scheme, request.url.netloc):
        raise NotAllowed("this form was not sent from our own page; open the page again and repeat")


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(), expected.encode())


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
    return RedirectResponse(path, HTTPStatus.SEE_OTHER)


def page(request: Request, template: str, /, *, status: int = 200, **values: Any) -> Response:
    """A template filled in for whoever is signed in. Each form holds ``{{ token }}``."""
    login = login_of(request)
    if login is None:
        return page_for_anybody(request, template, status=status, **values)
    ways = [way for way in NAVIGATION if login.actor.may(way[2])]
    around = {"login": login, "navigation": ways, "section": _section(request.url.path)}
    return _filled(template, status, login.csrf, values | around)


def page_for_anybody(
    request: Request, template: str, /, *, status: int = 200, **values: Any
) -> Response:
    """A page that is the same for whoever comes. Its forms outlive a login, which it does not show."""
    own = _own_word(request) or secrets.token_urlsafe(24)
    response = _filled(template, status, own, values | {"login": None})
    set_cookie(request, response, "form", own)
    return response


def _filled(template: str, status: int, word: str, values: dict[str, Any]) -> Response:
    text = templates().get_template(template).render(values | {"token": TOKEN.format(word)})
    return HTMLResponse(text, status, HEADERS)


def _section(path: str) -> str:
    """The part of the desk that a page belongs to."""
    if path.startswith("/cases/"):
        return "/queue"
    if path == "/account":
        return path
    parts = [way[0] for way in NAVIGATION if path == way[0] or path.startswith(f"{way[0]}/")]
    return max(parts, key=len, default="")


def _page_of(path: str) -> str:
    """The page whose forms go to a path."""
    _, part, *rest = path.split("/")
    own = part in ("cases", "appeals", "people") and rest
    return quote(f"/{part}/{rest[0]}") if own else _section(path) or "/"


def error_page(request: Request, error: Exception) -> Response:
    """What went wrong, as a page: any error that `fraudscore.web.problems` can tell.

    Whoever opens the address that a form was sent to gets the page of the form; what somebody wrote into
    a form that was not taken is given back.
    """
    said = refusal(error)
    if said.status_code == 405 and request.method == "GET":
        return see_other(_page_of(request.scope["path"]))
    if said.status_code >= 500:
        request.state.login = None  # the database may be what fails
    title = TITLES.get(said.status_code, "This did not work")
    told = "" if isinstance(error, HTTPException) else said.detail
    form = getattr(request.state, "form", Form([]))
    wrote = (Unsent.carried(form) or _unsent(request, form)).shown
    response = page(
        request, "problem.html", status=said.status_code, title=title, told=told, wrote=wrote
    )
    response.headers.update(said.headers)
    return response


async def sign_in_page(request: Request, _error: Exception) -> Response:
    """The way to the sign-in page and back; a form of ours waits on it until somebody signed in."""
    if request.method != "GET":
        try:
            form = await linked_form(request)
        except (NotAllowed, NotUsable, Refused):
            return see_other("/sign-in")
        unsent = _unsent(request, form)
        login = by_proxy(request)
        if login:
            return again_page(request, login, unsent)
        if unsent.fields:
            return sign_in_form(request, unsent=unsent, status=403)
        return see_other("/sign-in")
    where = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return see_other("/sign-in" if where == "/" else f"/sign-in?next={quote(where, safe='')}")


def sign_in_form(
    request: Request,
    onward: str = "",
    email: str = "",
    failed: str = "",
    *,
    status: int = 200,
    unsent: Unsent | None = None,
) -> Response:
    """The sign-in page. ``onward``: where to go on to, ``unsent``: what is to be sent then."""
    return page_for_anybody(
        request, "sign_in.html", status=status, onward=onward, email=email, failed=failed,
        unsent=unsent,
    )  # fmt: skip


def by_proxy(request: Request) -> Login | None:
    """A new login of whoever a trusted proxy has signed in, if anybody."""
    email = trusted_email(request)
    if not email:
        return None
    with desk_of(request).store.writing() as connection:
        return logins.trusted(connection, email, now=now())


def again_page(request: Request, login: Login, unsent: Unsent) -> Response:
    """Sign a browser in; the form that was not taken can be sent or left."""
    request.state.login = login
    response = page(request, "again.html", unsent=unsent)
    begin(request, response, login)
    return response


def _too_old(request: Request, error: Exception) -> Response:
    form = error.form if isinstance(error, TooOld) else Form([])
    return page(request, "again.html", status=403, unsent=_unsent(request, form))


def _unsent(request: Request, form: Form) -> Unsent:
    return Unsent.of(quote(request.scope["path"]), form)


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
    app.add_exception_handler(TooOld, _too_old)
    app.include_router(router(desk))
