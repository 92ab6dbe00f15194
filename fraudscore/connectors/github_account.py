"""An account as the REST answers of GitHub tell it, one object after the other.

Followers, profile texts and pictures are left behind on purpose: they are habit or looks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from features.fields import FEW_MAX
from features.problems import shorten
from fraudscore.connectors.commits import (
    Account,
    Clock,
    History,
    Raw,
    clock,
    plain,
    stamp,
    subject_of,
)
from fraudscore.connectors.values import dig, given

COUNT_MAX = 10_000_000
_PLACE = re.compile(r"https?://[^/]+/(?:api/v3/)?(?:repos/)?([^/?#]+/[^/?#]+)/commits?/")


def kind_of(item: Any) -> str:
    """Which answer an object belongs to; empty for what is none."""
    if not isinstance(item, Mapping):
        return ""
    if "sha" in item and isinstance(item.get("commit"), Mapping):
        return "commit"
    if "full_name" in item and "owner" in item:
        return "repository"
    if "type" in item and "actor" in item and "created_at" in item:
        return "event"
    if "login" in item and "id" in item:
        return "user" if "created_at" in item else "other account"
    return ""


class GitHubAccount:
    """Takes answers in; the account's own must come first, so that commits can be told apart."""

    def __init__(self, history: History) -> None:
        self.history = history
        self._takers: dict[str, Callable[[Any, str, int | None], None]] = {
            "user": self.user,
            "repository": self.repository,
            "event": self.event,
            "commit": self.commit,
        }

    def take(self, item: Any, file: str, row: int | None) -> bool:
        """One object; what is broken is reported. False for an object of no known kind."""
        kind = kind_of(item)
        report = self.history.report
        if kind == "other account":
            report.ignored["other accounts (followers)"] += 1
        elif kind:
            try:
                self._takers[kind](item, file, row)
            except ValueError as error:
                report.reject(file, row, kind, str(error), "save the answer again")
        return bool(kind)

    def user(self, item: Any, file: str, row: int | None) -> None:
        """The account itself: login, number, creation; its last change says it was there then."""
        login, mail = plain(item.get("login")), plain(item.get("email"))
        if not login:
            raise ValueError(f"login is {shorten(item.get('login'))}")
        known = self.history.facts.get("login")
        if known and known.lower() != login.lower():
            raise ValueError(f"is a second account, {shorten(login)}; give one account at a time")
        old = self.history.account
        number = _number(item.get("id"), 10**12)
        self.history.account = Account(
            login=login.lower(),
            number=old.number if number is None else number,
            name=plain(item.get("name")).lower() or old.name,
            emails=old.emails | ({mail.lower()} if mail else set()),
        )
        self.history.facts |= given(
            host="github",
            login=login,
            account_id=self.history.account.number,
            created_at=_when(item, "created_at"),
        )
        self.seen(_when(item, "updated_at"))

    def repository(self, item: Any, file: str, row: int | None) -> None:
        """A repository of the account; those of others are counted only."""
        name, login = plain(item.get("full_name")), self._login()
        if not name:
            raise ValueError(f"full_name is {shorten(item.get('full_name'))}")
        if login and name.partition("/")[0].lower() != login:
            self.history.report.ignored["repositories of others"] += 1
            return
        self.about(
            name,
            created_at=_when(item, "created_at"),
            fork=item.get("fork") if isinstance(item.get("fork"), bool) else None,
            stars=_number(item.get("stargazers_count"), COUNT_MAX),
        )

    def about(self, name: str, **facts: Any) -> None:
        """Something known of a repository."""
        row = self.history.repositories.setdefault(name, {"name": name})
        row |= given(**facts)

    def event(self, item: Any, file: str, row: int | None) -> None:
        """A public event: a mark in its month."""
        actor, login = plain(dig(item, "actor", "login")), self._login()
        if actor and login and actor.lower() != login:
            self.history.report.ignored["events of others"] += 1
            return
        self.active(_when(item, "created_at"))

    def active(self, at: str | None) -> None:
        """Count something the account did in public."""
        if at is None:
            raise ValueError("has no date")
        month = f"{at[:7]}-01"
        if month not in self.history.activity and len(self.history.activity) >= FEW_MAX:
            self.history.report.ignored[f"months beyond {FEW_MAX}"] += 1
            return
        self.history.activity[month] += 1
        self.seen(at)

    def seen(self, at: str | None) -> None:
        """The account was there at this moment."""
        if at and at > self.history.facts.get("last_seen_at", ""):
            self.history.facts["last_seen_at"] = at

    def commit(self, item: Any, file: str, row: int | None) -> None:
        """A commit, whose repository its address tells."""
        name = plain(dig(item, "repository", "full_name"))
        if not name:
            addresses = (plain(item.get(key), 1_000) for key in ("url", "html_url"))
            found = next((m for m in map(_PLACE.match, addresses) if m), None)
            if found is None:
                raise ValueError("names no repository")
            name = found[1]
        self.add_commit(name, item, file, row)

    def add_commit(self, repository: str, item: Any, file: str, row: int | None) -> None:
        """A commit of a known repository."""
        told = item["commit"]
        parents = item.get("parents")
        author = item.get("author")
        committed = _clock(dig(told, "committer", "date"))
        raw = Raw(
            repository=repository,
            id=plain(item.get("sha"), 64),
            author_name=plain(dig(told, "author", "name")),
            author_email=plain(dig(told, "author", "email"), 320),
            committer_email=plain(dig(told, "committer", "email"), 320),
            authored=clock(dig(told, "author", "date")),
            committed=committed,
            subject=subject_of(told.get("message")),
            parents=len(parents) if isinstance(parents, list) else None,
            by_account=self._is_account(author),
        )
        if raw.authored[1] is None:
            self.history.report.ignored["UTC offsets of commits, which the API does not tell"] += 1
        self.history.add(raw, file, row)

    def _is_account(self, author: Any) -> bool:
        account, number = self.history.account, dig(author, "id")
        if account.number is not None and type(number) is int:
            return number == account.number
        return bool(account.login) and plain(dig(author, "login")).lower() == account.login

    def _login(self) -> str:
        """The login as an answer or a mapping told it; empty while nobody did."""
        return str(self.history.facts.get("login", "")).lower()

    def quiet_months(self) -> None:
        """A row of 0 for every month without an event between the first and the last."""
        months = self.history.activity
        if not months:
            return
        first, last = (_months(month) for month in (min(months), max(months)))
        if last - first < FEW_MAX:
            for number in range(first, last):
                months[f"{number // 12:04}-{number % 12 + 1:02}-01"] += 0


def _months(day: str) -> int:
    return int(day[:4]) * 12 + int(day[5:7]) - 1


def _number(value: Any, most: int) -> int | None:
    return value if type(value) is int and 0 <= value <= most else None


def _clock(value: Any) -> Clock | None:
    try:
        return clock(value)
    except ValueError:
        return None


def _when(item: Any, name: str) -> str | None:
    """A date of an answer as the record writes it; None where there is none. Raises ValueError."""
    value = item.get(name)
    if value is None:
        return None
    try:
        return stamp(clock(value)[0])
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error
