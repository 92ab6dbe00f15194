"""GitHub accounts: saved answers of the REST API, or the API itself asked for a login.

Saved: a file or folder with the answers of users/LOGIN, users/LOGIN/repos, repos/.../commits and
users/LOGIN/events, one account at a time, pages as they came. The API gives commit dates in UTC, so
that no author's clock is known: import the clones with `git` for that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fraudscore.connectors.commits import History, findings, plain
from fraudscore.connectors.connector import Connector, Finding, Options, Read, Report
from fraudscore.connectors.events import events
from fraudscore.connectors.exports import json_document, opened
from fraudscore.connectors.git_log import account_of
from fraudscore.connectors.github_account import GitHubAccount, kind_of
from fraudscore.connectors.values import dig, given
from fraudscore.errors import InputError

if TYPE_CHECKING:
    from fraudscore.connectors.github_site import GitHubSite

DOCUMENT_MAX = 64 * 1024 * 1024
"""Most bytes of one answer saved as an object; arrays are streamed and may be larger."""
FILES_MAX = 10_000
ORDER = ("user", "repository", "event", "commit")
"""The account comes first: its commits are told from others' by it."""
UNREADABLE = len(ORDER) + 1
LOGIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})")

Answer = tuple[str, int, Any]
"""File or address, place in it, object."""


def reader(site: GitHubSite | None = None) -> Read:
    """The connector's reader; ``site`` is a `GitHubSite` to ask in place of the real one."""

    def read(path: Path, options: Options, report: Report) -> Iterator[Finding]:
        """One account, from files or asked for."""
        if path.exists():
            yield from profile(_saved(path, options, report), path, options, report)
            return
        if not LOGIN.fullmatch(str(path)):
            raise InputError(f"{path}: no such file, and no GitHub login either")
        if options.token is None:
            raise InputError(
                f"{path}: no such file; to ask GitHub for the account, give --token-env VARIABLE"
            )
        # httpx takes 0.1 s to load and is needed for this alone.
        from fraudscore.connectors.github_site import GitHubSite, answers

        asked = answers(str(path), site or GitHubSite(), options, report)
        yield from profile(asked, path, options, report)

    return read


def profile(
    answers: Iterable[Answer], path: Path, options: Options, report: Report
) -> Iterator[Finding]:
    """Findings out of the answers about one account."""
    mapping = options.mapping or {}
    history = History("", options.keys, report, account_of(mapping, options.person))
    history.facts = given(login=plain(mapping.get("login")))
    account = GitHubAccount(history)
    known = False
    for file, row, item in answers:
        taken = account.take(item, file, row)
        known |= taken
        if not taken:
            report.ignored["objects of other kinds"] += 1
    if not known:
        raise InputError(
            f"{path} holds no account, repositories, commits or events of GitHub's API; save the "
            "answers of users/LOGIN, users/LOGIN/repos, repos/OWNER/NAME/commits"
        )
    account.quiet_months()
    history.who = options.person or history.facts.get("login", "")
    if not history.who:
        raise InputError(
            f"{path} does not say whose it is; add the answer of users/LOGIN or give --person ID"
        )
    yield from findings([history], report)


def _saved(path: Path, options: Options, report: Report) -> Iterator[Answer]:
    """Objects of the saved answers, sorted by kind; a file is of the kind of its first object."""
    files = [path]
    if path.is_dir():
        files = sorted(islice(filter(Path.is_file, path.rglob("*.json")), FILES_MAX + 1))
        if not files:
            raise InputError(f"{path} holds no .json file; save the API's answers there")
        if len(files) > FILES_MAX:
            raise InputError(f"{path} holds over {FILES_MAX:,} files; give one account at a time")
    ranked = [(_rank(file, options, report, alone=len(files) == 1), file) for file in files]
    for rank, file in sorted(ranked):
        if rank < UNREADABLE:
            for row, item in _objects(file, options, report):
                yield str(file), row, item


def _rank(file: Path, options: Options, report: Report, alone: bool) -> int:
    """Place in the order by a file's first object; one of several that cannot be read is reported."""
    try:
        kind = next((kind_of(item) for _, item in _objects(file, options, Report())), "")
    except InputError as error:
        if alone:
            raise
        report.reject(str(file), None, "", str(error), "save the answer again")
        return UNREADABLE
    return ORDER.index(kind) if kind in ORDER else len(ORDER)


def _objects(file: Path, options: Options, report: Report) -> Iterator[tuple[int, Any]]:
    """The objects of one file: of an array, of pages of arrays, of lines, or the only one."""
    for row, item in _items(file, options, report):
        if isinstance(item, list):
            yield from ((row, inner) for inner in item)
        else:
            yield row, item


def _items(file: Path, options: Options, report: Report) -> Iterator[tuple[int, Any]]:
    with opened(file, options) as stream:
        head = stream.peek(64).lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if head == b"{":
        try:
            document = json_document(file, options, DOCUMENT_MAX)
        except InputError:
            pass  # more than one object: a line each
        else:
            items = dig(document, "items")
            yield from enumerate(items, 1) if isinstance(items, list) else [(1, document)]
            return
    try:
        yield from events(file, options, report)
    except ValueError as error:
        if isinstance(error, InputError):
            raise
        report.reject(str(file), None, "", f"is not JSON: {error}", "save the answer again")


GITHUB = Connector(
    "github",
    "a GitHub account: saved answers of the REST API, or LOGIN with --token-env VAR",
    reader(),
    live=True,
)
