"""GitHub's REST API asked for one account: page by page, within its limits, resumable.

Every answer is kept in the cache with its ETag, so that an interrupted run asks again at no cost. The
cache holds what the site publishes, addresses of others included: it is readable by its owner alone
and is to be deleted after use.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import httpx

from features.problems import shorten
from fraudscore.connectors.commits import stamp
from fraudscore.connectors.connector import Options, Report
from fraudscore.errors import InputError, OutputError

RESPONSE_MAX = 32 * 1024 * 1024
PAGES_MAX = 200
"""Most pages of one list: 20,000 commits of a repository."""
REDIRECTS_MAX = 5
TRIES = 5
NAME = re.compile(r"[A-Za-z0-9-]+/(?!\.+$)[A-Za-z0-9._-]+")
WAIT_MAX = 3_700.0
"""Longest wait for the hourly limit, in seconds."""
SECONDARY_WAIT = 60.0
"""Seconds to wait at a secondary limit that does not say how long (GitHub's advice)."""


@dataclass(frozen=True)
class GitHubSite:
    """Where to ask, over what, and how to wait; tests put in their own."""

    base: str = "https://api.github.com"
    transport: httpx.BaseTransport | None = None
    wait: Callable[[float], None] = time.sleep


@dataclass(frozen=True)
class _Kept:
    """An answer: body, address of the next page, tag, and the site's own time."""

    body: Any
    next: str | None = None
    etag: str | None = None
    date: str | None = None


class _Refused(Exception):
    """The site does not give this page: gone, blocked or empty."""


def answers(
    login: str, site: GitHubSite, options: Options, report: Report
) -> Iterator[tuple[str, int, Any]]:
    """The account, its repositories, its events and all their commits, as in saved answers."""
    token = (options.token or "").strip()
    if not (token.isascii() and token.isprintable()):
        raise InputError("the token holds characters that no token has; copy it again")
    client = httpx.Client(
        headers={
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {token}",
            "User-Agent": "fraudscore",
            "X-GitHub-Api-Version": "2022-11-28",
        },
        transport=site.transport,
        timeout=30,
        follow_redirects=False,
    )
    with client:
        asker = _Asker(client, site, options, report)
        yield from _account(login, asker)


def _account(login: str, asker: _Asker) -> Iterator[tuple[str, int, Any]]:
    address = f"{asker.site.base}/users/{login}"
    try:
        user = asker.ask(address)
    except _Refused as error:
        raise InputError(f"GitHub gives no account {login}: {error}; check the login") from error
    body = user.body
    if isinstance(body, dict) and user.date:
        body = body | {"updated_at": user.date}  # the account was there when it was asked for
    yield address, 1, body
    repositories: list[Mapping[str, Any]] = []
    for item in asker.pages(f"{address}/repos?type=owner&per_page=100"):
        yield item
        if isinstance(item[2], dict):
            repositories.append(item[2])
    yield from asker.pages(f"{address}/events/public?per_page=100")
    for repository in repositories:
        name = repository.get("full_name")
        if isinstance(name, str) and NAME.fullmatch(name):
            # Of a fork only the account's own commits: the rest is its parent's history.
            author = f"author={login}&" if repository.get("fork") else ""
            yield from asker.pages(f"{asker.site.base}/repos/{name}/commits?{author}per_page=100")


class _Asker:
    """Asks for one page after the other and waits when the site says so."""

    def __init__(
        self, client: httpx.Client, site: GitHubSite, options: Options, report: Report
    ) -> None:
        self.site = site
        self._client = client
        self._options = options
        self._report = report
        self._home = httpx.URL(site.base)
        self._asked = 0

    def pages(self, address: str) -> Iterator[tuple[str, int, Any]]:
        """Objects of a list, page after page; a list that is refused is reported."""
        page: str | None = address
        for _ in range(PAGES_MAX):
            if page is None:
                return
            try:
                kept = self.ask(page)
            except _Refused as error:
                self._report.reject(page, None, "", str(error), "look at it by hand")
                return
            items = kept.body if isinstance(kept.body, list) else []
            yield from ((page, row, item) for row, item in enumerate(items, 1))
            page = kept.next
        if page is not None:
            self._report.ignored[f"pages beyond {PAGES_MAX} of a list"] += 1

    def ask(self, address: str) -> _Kept:
        """One page, from the cache where the site says it has not changed."""
        place = self._place(address)
        known = _load(place)
        url = self._same_host(address)
        for _ in range(REDIRECTS_MAX + 1):
            response, content = self._patiently(url, known)
            if not response.has_redirect_location:
                break
            url = self._same_host(response.headers["location"])
        else:
            raise _Refused("redirects in circles")
        if response.status_code == httpx.codes.NOT_MODIFIED and known:
            return replace(known, date=_time(response))
        if response.status_code == httpx.codes.UNAUTHORIZED:
            raise InputError("GitHub refuses the token; make a new one without any permission")
        if response.status_code == httpx.codes.CONFLICT:
            return _Kept([])  # a repository without a commit
        if response.status_code != httpx.codes.OK:
            raise _Refused(f"is refused ({response.status_code})")
        kept = self._kept(response, content)
        _save(place, kept)
        return kept

    def _kept(self, response: httpx.Response, content: bytes) -> _Kept:
        try:
            body = json.loads(content)
        except (ValueError, RecursionError) as error:
            raise _Refused("is not JSON") from error
        following = response.links.get("next", {}).get("url")
        return _Kept(
            body,
            str(self._same_host(following)) if following else None,
            response.headers.get("etag"),
            _time(response),
        )

    def _same_host(self, address: str) -> httpx.URL:
        """An address of the site; the token goes nowhere else."""
        try:
            url = self._home.join(address)
        except httpx.InvalidURL as error:
            raise _Refused("leads nowhere") from error
        if (url.scheme, url.host, url.port) != (
            self._home.scheme,
            self._home.host,
            self._home.port,
        ):
            raise _Refused(f"leads to another host, {shorten(url.host)}")
        return url

    def _patiently(self, url: httpx.URL, known: _Kept | None) -> tuple[httpx.Response, bytes]:
        """An answer that is neither a limit nor a passing failure."""
        said: object = ""
        for attempt in range(TRIES):
            self._options.progress(self._asked, None)
            try:
                response, content = self._once(url, known)
            except (httpx.TransportError, httpx.DecodingError) as error:
                said, pause = f"{type(error).__name__} {error}".strip(), 2.0**attempt
            else:
                waiting = _pause(response, content, attempt)
                if waiting is None:
                    return response, content
                said, pause = f"status {response.status_code}", waiting
            if pause > WAIT_MAX:
                break
            self.site.wait(pause)
        raise InputError(
            f"GitHub does not answer {url.path} ({said}); run it again later, with --cache DIR it "
            "goes on from here"
        )

    def _once(self, url: httpx.URL, known: _Kept | None) -> tuple[httpx.Response, bytes]:
        headers = {"If-None-Match": known.etag} if known and known.etag else {}
        content = bytearray()
        self._asked += 1
        with self._client.stream("GET", url, headers=headers) as response:
            for part in response.iter_bytes():
                content += part
                if len(content) > RESPONSE_MAX:
                    raise _Refused(f"is larger than {RESPONSE_MAX} bytes")
        return response, bytes(content)

    def _place(self, address: str) -> Path | None:
        folder = self._options.cache
        if folder is None:
            return None
        return folder / f"{hashlib.sha256(address.encode()).hexdigest()[:40]}.json"


def _pause(response: httpx.Response, content: bytes, attempt: int) -> float | None:
    """Seconds to wait before asking again, None where the answer stands."""
    code, headers = response.status_code, response.headers
    if code >= 500:
        return 2.0**attempt
    if code not in (403, 429):
        return None
    after = headers.get("retry-after", "")
    if after.isdecimal():
        return min(float(after[:9]), 2 * WAIT_MAX)
    if headers.get("x-ratelimit-remaining") == "0":
        reset = headers.get("x-ratelimit-reset", "")
        at = _date(response)
        known = reset.isdecimal() and at is not None
        return max(float(reset[:12]) - (at or 0) + 1, 1.0) if known else SECONDARY_WAIT
    if code == 429 or b"secondary rate limit" in content.lower():
        return SECONDARY_WAIT * 2.0**attempt
    return None


def _date(response: httpx.Response) -> float | None:
    """The site's own time: limits are told in it, and nobody here reads a clock."""
    try:
        return parsedate_to_datetime(response.headers["date"]).timestamp()
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


def _time(response: httpx.Response) -> str | None:
    try:
        return stamp(int(_date(response) or -1))
    except ValueError:
        return None


def _load(place: Path | None) -> _Kept | None:
    if place is None:
        return None
    try:
        found = json.loads(place.read_bytes())
        return _Kept(found["body"], found["next"], found["etag"], found["date"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _save(place: Path | None, kept: _Kept) -> None:
    """Keep an answer; a run cut off while writing leaves no half of one."""
    if place is None:
        return
    beside = place.with_suffix(".part")
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(beside, "w", encoding="utf-8", opener=_private) as stream:
            json.dump(vars(kept), stream)
        os.replace(beside, place)
    except OSError as error:
        said = error.strerror or error
        raise OutputError(f"the cache {place.parent} cannot be written: {said}") from error


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
