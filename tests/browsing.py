"""A browser without a screen: keeps cookies, reads the token of the last page and sends it along."""

from __future__ import annotations

import re
from functools import cache
from html import unescape
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from fraudscore.review.desk import Desk
from fraudscore.web import browser, problems
from fraudscore.web.app import application
from tests.desk import PASSWORD, Team, team

HERE = "https://desk.example"


class Browser:
    """One person at one browser."""

    def __init__(
        self, app: FastAPI, base: str = HERE, headers: dict[str, str] | None = None
    ) -> None:
        self.client = TestClient(app, base_url=base, follow_redirects=False, headers=headers)
        self.base = base
        self.page = ""

    def get(self, path: str, status: int = 200) -> str:
        """The text of a page; a redirect is not followed."""
        answer = self.client.get(path)
        assert answer.status_code == status, answer.text
        self.page = answer.text
        return unescape(answer.text)

    def send(
        self, path: str, origin: str | None = None, token: str | None = None, **parts: Any
    ) -> Any:
        """The answer to a form; ``files`` or ``fields`` make it one with parts."""
        found = re.search(r'name="csrf" value="([^"]+)"', self.page)
        csrf = token if token is not None else found[1] if found else ""
        data = {"csrf": csrf} | parts.get("data", {})
        headers = {"origin": self.base if origin is None else origin}
        answer = self.client.post(path, data=data, files=parts.get("files"), headers=headers)
        kept = answer.headers.get("content-disposition", "").startswith("attachment")
        if answer.headers.get("content-type", "").startswith("text/html") and not kept:
            self.page = answer.text
        return answer

    def sign_in(self, role: str, tenant: str = "default") -> Browser:
        """Sign in as the user of a role of `tests.desk.team`."""
        self.get("/sign-in")
        data = {"email": f"{role}@{tenant}.example", "password": PASSWORD}
        answer = self.send("/sign-in", data=data)
        assert answer.status_code == 303, answer.text
        return self


@cache
def whole(desk: Desk) -> FastAPI:
    """The application over a desk, made once: what it remembers goes by secrets no other test has."""
    return application(desk.scorer, desk)


@cache
def served(desk: Desk, *parts: Any, trusted_header: str | None = None) -> FastAPI:
    """An application with some pages only."""
    app = FastAPI(docs_url=None, redoc_url=None)
    browser.install(app, desk, trusted_header)
    problems.install(app, browser.error_page)
    for part in parts:
        app.include_router(part.router(desk))
    return app


@pytest.fixture
def members(desk: Desk) -> Team:
    """A team whose members can sign in."""
    return team(desk.store, with_passwords=True)


@pytest.fixture
def reviewer(app: FastAPI) -> Browser:
    """A reviewer who signed in to the pages that a file of tests serves as ``app``."""
    return Browser(app).sign_in("reviewer")


@pytest.fixture
def lead(app: FastAPI) -> Browser:
    """A lead who signed in to them."""
    return Browser(app).sign_in("lead")


@pytest.fixture
def admin(app: FastAPI) -> Browser:
    """An admin who signed in to them."""
    return Browser(app).sign_in("admin")
