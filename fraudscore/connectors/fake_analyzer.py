"""Dumps of gh-fake-analyzer: `report.json`, and `LOGIN.json` of its versions before 1.0.

A dump made by cloning keeps every author's UTC offset. A folder may hold many accounts: each one's
commits are then looked up in all the others'. The tool's own verdicts, followers and texts stay
behind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from features.problems import shorten
from fraudscore.connectors.commits import History, findings, plain
from fraudscore.connectors.connector import Connector, Finding, Options, Report
from fraudscore.connectors.exports import json_document
from fraudscore.connectors.github_account import GitHubAccount
from fraudscore.connectors.values import dig
from fraudscore.errors import InputError

DUMP_MAX = 64 * 1024 * 1024
FILES_MAX = 20_000
USED = frozenset("profile_data profile_info repos commits contributors recent_events".split())
AGAIN = "run gh-fake-analyzer again"

Accounts = dict[str, GitHubAccount]


def read(path: Path, options: Options, report: Report) -> Iterator[Finding]:
    """Every account of a dump, or of a folder of dumps."""
    files = [path]
    if path.is_dir():
        files = sorted(islice(path.rglob("*.json"), FILES_MAX + 1))
    if len(files) > FILES_MAX:
        raise InputError(f"{path} holds over {FILES_MAX:,} files; give fewer at a time")
    accounts: Accounts = {}
    for number, file in enumerate(files):
        options.progress(number, len(files))
        try:
            _dump(file, json_document(file, options, DUMP_MAX), accounts, options, report)
        except InputError as error:
            if len(files) == 1:
                raise
            report.reject(str(file), None, "", str(error), AGAIN)
    if not accounts:
        raise InputError(
            f"{path} holds no dump of gh-fake-analyzer; give its report.json or LOGIN.json, or a "
            "folder of them"
        )
    if options.person is not None and len(accounts) > 1:
        raise InputError(f"{path} holds {len(accounts)} accounts; leave --person out")
    for account in accounts.values():
        account.quiet_months()
    yield from findings([account.history for account in accounts.values()], report)


def _dump(file: Path, data: Any, accounts: Accounts, options: Options, report: Report) -> None:
    about = dig(data, "profile_data") or dig(data, "profile_info")
    if not isinstance(about, Mapping):
        report.ignored["files that are no dump"] += 1
        return
    login = plain(about.get("login"))
    if not login:
        found = f"login is {shorten(about.get('login'))}"
        report.reject(str(file), None, "profile_info", found, AGAIN)
        return
    account = accounts.get(login.lower())
    if account is None:
        history = History(options.person or login, options.keys, report)
        account = accounts[login.lower()] = GitHubAccount(history)
    reader = _Dump(str(file), login, account, report)
    reader.each(data, "profile", [about], account.user)
    reader.each(data, "repos", data.get("repos"), account.repository)
    reader.each(data, "recent_events", data.get("recent_events"), reader.event)
    reader.contributors(data.get("contributors"))
    reader.commits(data.get("commits"))
    report.ignored.update(plain(key, 60) for key in data if key not in USED)


class _Dump:
    """One dump; what is broken in it is reported by its pointer."""

    def __init__(self, file: str, login: str, account: GitHubAccount, report: Report) -> None:
        self._file = file
        self._login = login
        self._account = account
        self._report = report

    def each(self, data: Any, where: str, items: Any, take: Any) -> None:
        """Hand on every object of a list."""
        if items is None:
            return
        if not isinstance(items, list):
            self._report.reject(self._file, None, where, "is not a list", AGAIN)
            return
        for number, item in enumerate(items):
            try:
                if not isinstance(item, Mapping):
                    raise ValueError(f"{shorten(item)} is not an object")
                take(item, self._file, None)
            except ValueError as error:
                self._report.reject(self._file, None, f"{where}[{number}]", str(error), AGAIN)

    def event(self, item: Any, file: str, row: int | None) -> None:
        """A public event of the account, which this tool dates as it likes."""
        self._account.event({"created_at": item.get("date")}, file, row)

    def contributors(self, told: Any) -> None:
        """How many people contributed to a repository; who they are stays behind."""
        if isinstance(told, list):
            pairs = [(dig(one, "repo"), dig(one, "contributors")) for one in told]
        else:
            pairs = list(told.items()) if isinstance(told, Mapping) else []
        for name, people in pairs:
            if plain(name) and isinstance(people, list):
                self._account.about(self._full(name), contributors=len(people))

    def commits(self, told: Any) -> None:
        """Commits by repository, as the API shapes them or flat as in version 1."""
        if told is None:
            return
        if not isinstance(told, Mapping):
            self._report.reject(self._file, None, "commits", "is not an object", AGAIN)
            return
        for name, items in told.items():
            self.each(told, f"commits.{plain(name, 60)}", items, self._commit_of(self._full(name)))

    def _commit_of(self, repository: str) -> Any:
        owner = repository.partition("/")[0].lower()
        # Of other people's repositories the tool takes only what the host says is the account's.
        author = {"login": self._login} if owner != self._login.lower() else None

        def take(item: Any, file: str, row: int | None) -> None:
            shaped = item if isinstance(item.get("commit"), Mapping) else _shaped(item)
            self._account.add_commit(repository, {**shaped, "author": author}, file, row)

        return take

    def _full(self, name: str) -> str:
        name = plain(name)
        return name if "/" in name else f"{self._login}/{name}"


def _shaped(item: Mapping[str, Any]) -> dict[str, Any]:
    """A flat commit of version 1 as the API would give it; its one date is the author's."""
    author = {"name": "author_name", "email": "author_email", "date": "date"}
    return {
        "sha": item.get("sha"),
        "commit": {
            "author": {ours: item.get(theirs) for ours, theirs in author.items()},
            "committer": {"email": item.get("committer_email")},
            "message": item.get("message"),
        },
    }


FAKE_ANALYZER = Connector(
    "gh-fake-analyzer", "dumps of gh-fake-analyzer: report.json, LOGIN.json or a folder", read
)
