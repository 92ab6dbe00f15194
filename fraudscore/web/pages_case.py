"""One case: taken, looked at, thought about, decided, and what follows from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request, Response

from fraudscore.errors import Conflict, NotUsable
from fraudscore.review import appeals, audit, cases, decisions
from fraudscore.review.asking import letter_of
from fraudscore.review.decisions import ADVERSE
from fraudscore.review.desk import Desk
from fraudscore.review.rights import Actor
from fraudscore.review.team import settings
from fraudscore.web.browser import Posted, SignedIn, page, see_other
from fraudscore.web.case_page import Draft, case_page, pictures_css
from fraudscore.web.clock import now
from fraudscore.web.forms import Form
from fraudscore.web.imagined import Asked
from fraudscore.web.pages_queue import next_case
from fraudscore.web.told import anchor_of


def router(desk: Desk) -> APIRouter:
    """The case page and its forms."""
    routes = APIRouter(include_in_schema=False)
    _reading(routes, desk)
    _holding(routes, desk)
    _looking(routes, desk)
    _deciding(routes, desk)
    return routes


def _reading(routes: APIRouter, desk: Desk) -> None:
    @routes.get("/pictures.css")
    def style(v: str = "") -> Response:
        text, word = pictures_css()
        kept = "public, max-age=31536000, immutable" if v == word else "no-cache"
        return Response(text, media_type="text/css", headers={"cache-control": kept})

    @routes.get("/cases/{id}")
    def one(request: Request, login: SignedIn, id: str) -> Response:
        return case_page(desk, request, login.actor, id)

    @routes.post("/cases/{id}")
    def back(request: Request, login: SignedIn, form: Posted, id: str) -> Response:
        login.actor.need("review")
        return case_page(desk, request, login.actor, id, draft=_typed(form))

    @routes.get("/cases/{id}/letter")
    def letter(request: Request, login: SignedIn, id: str) -> Response:
        return _letter(desk, request, login.actor, id)

    @routes.post("/cases/{id}/letter")
    def letter_aside(request: Request, login: SignedIn, form: Posted, id: str) -> Response:
        draft = _typed(form)
        kept = _letter(desk, request, login.actor, id, draft)
        return kept if draft.typed else see_other(f"{_path(id)}/letter")

    @routes.get("/cases/{id}/letter.txt")
    def letter_file(login: SignedIn, id: str) -> Response:
        with desk.store.writing() as connection:
            text = letter_of(connection, login.actor, id)
            audit.append(connection, login.actor, "letter_taken", f"case:{id}", {}, now=now())
        kept = {"content-disposition": 'attachment; filename="letter.txt"'}
        return Response(text, media_type="text/plain", headers=kept)


def _holding(routes: APIRouter, desk: Desk) -> None:
    @routes.post("/cases/{id}/hold")
    def held(request: Request, login: SignedIn, form: Posted, id: str) -> Response:
        draft = _typed(form)
        try:
            with desk.store.writing() as connection:
                cases.hold(connection, login.actor, id, now=now())
        except Conflict as error:
            return _again(desk, request, login.actor, id, error, draft)
        return _on(desk, request, login.actor, id, draft)

    @routes.post("/cases/{id}/release")
    def released(request: Request, login: SignedIn, form: Posted, id: str) -> Response:
        with desk.store.writing() as connection:
            cases.release(connection, login.actor, id, now=now())
        return _on(desk, request, login.actor, id, _typed(form))

    @routes.post("/cases/{id}/snooze")
    def snoozed(request: Request, login: SignedIn, form: Posted, id: str) -> Response:
        login.actor.need("review")
        draft = _typed(form)
        try:
            until = _day(form["until"])
            with desk.store.writing() as connection:
                cases.snooze(connection, login.actor, id, until, now=now())
        except (NotUsable, Conflict) as error:
            refused = replace(draft, until=form["until"])
            return _again(desk, request, login.actor, id, error, refused)
        if draft.typed:
            return case_page(desk, request, login.actor, id, draft=draft, did=id)
        return see_other(f"/queue?did={quote(id, safe='')}")

    @routes.post("/cases/{id}/next")
    def following(request: Request, login: SignedIn, form: Posted, id: str) -> Response:
        login.actor.need("review")
        with desk.store.reading() as connection:
            cases.row_of(connection, login.actor, id)
        draft = _typed(form, "next")
        if any((draft.note, draft.reason, draft.because)) and form["leave"] != "1":
            error = NotUsable("what you wrote is not kept yet; send it, or leave it")
            return _again(desk, request, login.actor, id, error, draft)
        return next_case(desk, login.actor, id)

    @routes.post("/cases/{id}/wake")
    def woken(request: Request, login: SignedIn, form: Posted, id: str) -> Response:
        draft = _typed(form)
        try:
            with desk.store.writing() as connection:
                cases.snooze(connection, login.actor, id, None, now=now())
        except Conflict as error:
            return _again(desk, request, login.actor, id, error, draft)
        return _on(desk, request, login.actor, id, draft)

    @routes.post("/cases/{id}/assign")
    def given(request: Request, login: SignedIn, form: Posted, id: str) -> Response:
        draft = _typed(form)
        try:
            with desk.store.writing() as connection:
                cases.assign(connection, login.actor, [id], form["user"] or None, now=now())
        except (NotUsable, Conflict) as error:
            return _again(desk, request, login.actor, id, error, draft)
        return _on(desk, request, login.actor, id, draft)


def _looking(routes: APIRouter, desk: Desk) -> None:
    @routes.post("/cases/{id}/evidence")
    def opened(request: Request, login: SignedIn, form: Posted, id: str) -> Response:
        code, draft = form["code"], _typed(form)
        try:
            with desk.store.writing() as connection:
                decisions.open_evidence(connection, login.actor, id, code, now=now())
        except NotUsable as error:
            return _again(desk, request, login.actor, id, error, draft)
        return _on(desk, request, login.actor, id, draft, anchor_of(code))

    @routes.post("/cases/{id}/view")
    def viewed(request: Request, login: SignedIn, form: Posted, id: str) -> Response:
        draft = _typed(form, "view")
        try:
            with desk.store.writing() as connection:
                decisions.record_view(
                    connection, login.actor, id, draft.view, draft.note, now=now()
                )
                cases.hold(connection, login.actor, id, now=now())
        except (NotUsable, Conflict) as error:
            return _again(desk, request, login.actor, id, error, draft)
        left = replace(draft, form="", view="", note="")
        return _on(desk, request, login.actor, id, left, "deciding")

    @routes.post("/cases/{id}/imagine")
    def imagined(request: Request, login: SignedIn, form: Posted, id: str) -> Response:
        login.actor.need("review")
        draft, asked = _typed(form), Asked(form["check"], form["outcome"])
        with desk.store.reading() as connection:
            cases.row_of(connection, login.actor, id)
        if draft.typed:
            return case_page(desk, request, login.actor, id, draft=draft, asked=asked)
        query = urlencode({"check": asked.check, "outcome": asked.outcome})
        return see_other(f"{_path(id)}?{query}#whatif")


def _deciding(routes: APIRouter, desk: Desk) -> None:
    @routes.post("/cases/{id}/decide")
    def decided(request: Request, login: SignedIn, form: Posted, id: str) -> Response:
        draft = _typed(form, "decide")
        kind = draft.kind
        try:
            with desk.store.writing() as connection:
                made = decisions.decide(
                    connection, login.actor, id, kind, draft.reason, now=now(),
                    assessment=form["assessment"] or None,
                )  # fmt: skip
        except (NotUsable, Conflict) as error:
            return _again(desk, request, login.actor, id, error, draft)
        if kind == "ask":
            return see_other(f"{_path(id)}/letter")
        # What was decided against a person has a link to contest it, which is made on the case.
        if form["advance"] == "1" and kind not in ADVERSE:
            return next_case(desk, login.actor, id, made.id)
        return _back(id, made.id)

    @routes.post("/cases/{id}/undo")
    def undone(request: Request, login: SignedIn, form: Posted, id: str) -> Response:
        draft = _typed(form, "undo")
        try:
            with desk.store.writing() as connection:
                made = decisions.undo(
                    connection, login.actor, form["decision"], draft.because, now=now()
                )
        except (NotUsable, Conflict) as error:
            return _again(desk, request, login.actor, id, error, draft)
        left = replace(draft, form="", because="")
        if left.typed:
            return case_page(desk, request, login.actor, id, draft=left, did=made.id)
        return _back(id, made.id)

    @routes.post("/cases/{id}/appeal")
    def offered(request: Request, login: SignedIn, form: Posted, id: str) -> Response:
        with desk.store.writing() as connection:
            case = cases.case(connection, login.actor, id, now=now())
            token = appeals.offer(
                connection, login.actor, form["decision"], token=_token(desk, form), now=now()
            )
            days = settings(connection, login.actor.tenant).appeal_days
            link = f"{request.base_url}appeal/{quote(token, safe='')}"
            letter = letter_of(connection, login.actor, id, link)
        return page(
            request, "offered.html", case=case, link=link, days=days, letter=letter,
            draft=_typed(form),
        )  # fmt: skip


def _token(desk: Desk, form: Form) -> str | None:
    """The token that this very page makes: sent again, it shows the link it showed."""
    made = f"{form['decision']} {form['offer']}"
    return desk.keys.keyed("appeal link", made) if form["offer"] else None


def _letter(
    desk: Desk, request: Request, actor: Actor, id: str, draft: Draft | None = None
) -> Response:
    """The letter about a case; ``draft``: what goes along and back to the case."""
    with desk.store.reading() as connection:
        text = letter_of(connection, actor, id)
        case = cases.case(connection, actor, id, now=now())
    return page(
        request, "letter.html", letter=text, case=case, who=case.name or case.profile_id,
        actor=actor, draft=draft or Draft(),
    )  # fmt: skip


def _path(id: str) -> str:
    return f"/cases/{quote(id, safe='')}"


def _back(id: str, did: str = "") -> Response:
    return see_other(f"{_path(id)}{f'?did={quote(did)}' if did else ''}")


def _typed(form: Form, button: str = "") -> Draft:
    """What stood in the fields of a case when one of its buttons was pressed."""
    return Draft(
        form=button,
        view=form["view"],
        note=form["note"],
        kind=form["kind"],
        reason=form["reason"],
        because=form["because"],
        advance=form["advance"] != "0",
    )


def _on(
    desk: Desk, request: Request, actor: Actor, id: str, draft: Draft, anchor: str = ""
) -> Response:
    """Back to the case. What was typed there is given back at once: no address may carry it."""
    if draft.typed:
        return case_page(desk, request, actor, id, draft=draft)
    return see_other(f"{_path(id)}{f'#{quote(anchor)}' if anchor else ''}")


def _again(
    desk: Desk, request: Request, actor: Actor, id: str, error: Exception, draft: Draft
) -> Response:
    """The page once more with what was typed, and why it could not be taken."""
    status = 409 if isinstance(error, Conflict) else 422
    return case_page(desk, request, actor, id, status=status, failed=str(error), draft=draft)


def _day(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError as error:
        found = f"{text[:40]!r} is no day of the calendar" if text else "no day was given"
        tomorrow = (now() + timedelta(days=1)).date()
        raise NotUsable(f"{found}; write one as {tomorrow}") from error
