"""Rings: people who share what unrelated people never share, with the cheapest check to make."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from fraudscore.review.desk import Desk
from fraudscore.review.rings import drawn_ring, rings
from fraudscore.web.browser import SignedIn, page
from fraudscore.web.case_page import pictures_path

SHOWN_MAX = 200
"""Rings on the page; the API gives them all."""
MEMBERS_MAX = 30


def router(desk: Desk) -> APIRouter:
    """The page of rings, and one ring with its picture."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/rings")
    def listed(request: Request, login: SignedIn) -> Response:
        found, people = rings(desk, login.actor)
        return page(
            request, "rings.html", rings=found[:SHOWN_MAX], total=len(found), people=people,
            most=MEMBERS_MAX,
        )  # fmt: skip

    @routes.get("/rings/of")
    def one(request: Request, login: SignedIn, member: str = "") -> Response:
        ring, picture = drawn_ring(desk, login.actor, member)
        return page(
            request, "ring.html", ring=ring, picture=Markup(picture), most=MEMBERS_MAX,
            pictures_css=pictures_path(),
        )  # fmt: skip

    return routes
