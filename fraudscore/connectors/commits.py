"""Commits of every source as rows of the record: whose they are is worked out, then names are keyed.

A commit is the account's if its author carries the account's number, login, name or a mailbox known
to be the account's. Messages stay behind, and so do names and addresses of everybody else.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from features.fields import EARLIEST, LATEST, NAME_MAX
from features.own_commits import NOBODYS, NOREPLY, SITE
from features.problems import shorten
from fraudscore.connectors.connector import Finding, Report
from fraudscore.connectors.keys import Keys
from fraudscore.connectors.values import given

SUBJECT_MAX = 1_000
"""Characters of a subject that are looked at; people write fifty."""
TWIN_SUBJECT = 20
"""Characters of a subject from which two people do not write the same by accident (CODE)."""
OFFSET_MAX = 14 * 60
COMMITS_MAX = 1_000_000
"""Most commits taken from one export: what one record holds."""
BLOCK = 1_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_RANGE = (int(EARLIEST.timestamp()), int(LATEST.timestamp()))
_BOTS = frozenset(
    "dependabot dependabot-preview renovate renovate-bot renovatebot github-actions actions-user "
    "greenkeeper snyk-bot semantic-release-bot imgbot imgbotapp allcontributors codecov-io "
    "pre-commit-ci mergify web-flow deepsource-autofix whitesource-bolt-for-github".split()
) | {"github actions", "github action", "pre-commit ci", "renovate bot", "snyk bot"}
_BOT_MAILBOXES = frozenset("support@dependabot.com bot@renovateapp.com action@github.com".split())

Row = dict[str, Any]
Clock = tuple[int, int | None]
"""Seconds since 1970, and minutes of UTC offset where the source tells them."""


@dataclass(frozen=True, slots=True)
class Account:
    """What is known of an account: login, number, name and mailboxes, all in small letters."""

    login: str = ""
    number: int | None = None
    name: str = ""
    emails: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Raw:
    """A commit as its source tells it. ``parents`` None: not told. ``by_account``: the host says so."""

    repository: str
    id: str
    author_name: str
    author_email: str
    committer_email: str
    authored: Clock
    committed: Clock | None
    subject: str
    parents: int | None = None
    by_account: bool = False


def clock(text: Any) -> Clock:
    """A date in ISO 8601; ``Z`` says the moment but not the author's clock. Raises ValueError."""
    if not isinstance(text, str):
        raise ValueError(f"{shorten(text)} is not a date")
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise ValueError(f"{shorten(text)} is not a date") from error
    told = moment.tzinfo is not None and not text.strip().endswith(("Z", "z"))
    offset = moment.utcoffset() or timedelta()
    seconds = (moment.replace(tzinfo=UTC) - EPOCH - offset) // timedelta(seconds=1)
    return seconds, int(offset.total_seconds() // 60) if told else None


def stamp(seconds: int) -> str:
    """Seconds since 1970 as the record writes a moment. Raises ValueError out of its range."""
    if not _RANGE[0] <= seconds < _RANGE[1]:
        raise ValueError("lies outside 1970 to 2199")
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def plain(value: Any, most: int = NAME_MAX) -> str:
    """A text without what no encoding can write, cut; empty for anything that is not a text."""
    if not isinstance(value, str):
        return ""
    return value[:most].encode("utf-8", "replace").decode().replace("\0", "").strip()


def subject_of(message: Any) -> str:
    """The first paragraph of a message on one line, as `git log` shows it."""
    lines = plain(message, 10 * SUBJECT_MAX).split("\n")
    blank = next((place for place, line in enumerate(lines) if not line.strip()), len(lines))
    return " ".join(line.rstrip() for line in lines[:blank])


def is_linked(raw: Raw, account: Account) -> bool:
    """Whether a commit's author is the account."""
    mail, name = raw.author_email.lower(), raw.author_name.lower()
    return (
        raw.by_account
        or own_noreply(mail, account)
        or (mail in account.emails)
        or bool(name and name not in NOBODYS and name in (account.login, account.name))
        or bool(mail and mail == account.login)
    )


def own_noreply(mail: str, account: Account) -> bool:
    """Whether an address is the account's own noreply address; its number outlives a rename."""
    local, _, host = mail.lower().partition("@")
    if host != NOREPLY:
        return False
    number, plus, login = local.rpartition("+")
    if plus and account.number is not None:
        return number.lstrip("0") == str(account.number)
    return bool(account.login) and login == account.login


def is_bot(name: str, mail: str) -> bool:
    """Whether an author is a program."""
    name, mail = name.lower(), mail.lower()
    local = mail.partition("@")[0].rpartition("+")[2]
    return (
        name.endswith("[bot]")
        or local.endswith("[bot]")
        or name in _BOTS
        or local in _BOTS
        or mail in _BOT_MAILBOXES
    )


@dataclass
class History:
    """The code of one account in the making. ``facts``: single values of the record's code part."""

    who: str
    keys: Keys
    report: Report
    account: Account = Account()
    facts: Row = field(default_factory=dict)
    repositories: dict[str, Row] = field(default_factory=dict)
    activity: Counter[str] = field(default_factory=Counter)
    rows: list[Row] = field(default_factory=list)
    _keyed: dict[tuple[str, str], str] = field(default_factory=dict)

    def add(self, raw: Raw, file: str, row: int | None) -> None:
        """Take a commit in; one without a usable date is reported and left out."""
        if len(self.rows) >= COMMITS_MAX:
            self.report.ignored[f"commits beyond {COMMITS_MAX:,}"] += 1
            return
        try:
            self.rows.append(self._row(raw))
        except ValueError as error:
            where = f"commit {raw.id[:12]}"
            self.report.reject(file, row, where, f"its date {error}", "look at it by hand")

    def _row(self, raw: Raw) -> Row:
        linked = is_linked(raw, self.account)
        name, mail = raw.author_name, raw.author_email
        if len(raw.subject) >= SUBJECT_MAX:
            self.report.ignored[f"ends of subjects beyond {SUBJECT_MAX:,} characters"] += 1
        subject = raw.subject[:SUBJECT_MAX]
        merge = None if raw.parents is None else raw.parents > 1
        if merge is None and subject.startswith(("Merge pull request ", "Merge branch ")):
            merge = True
        row = given(
            repository=self.word("", raw.repository),
            id=raw.id,
            author_name=self.word("" if linked else "name", name),
            author_email=self._mailbox(mail),
            committer_email=self._mailbox(raw.committer_email),
            authored_at=stamp(raw.authored[0]),
            author_offset_minutes=self._offset(raw.authored),
            merge=merge,
            bot=is_bot(name, mail),
            linked=linked,
            on_site=raw.committer_email.lower() == SITE,
            subject_key=self.keys.keyed("commit subject", subject) if subject else None,
            subject_length=len(subject),
        )
        if raw.committed is not None and _RANGE[0] <= raw.committed[0] < _RANGE[1]:
            row["committed_at"] = stamp(raw.committed[0])
            offset = self._offset(raw.committed)
            row |= {} if offset is None else {"committer_offset_minutes": offset}
        return row

    def _offset(self, moment: Clock) -> int | None:
        if moment[1] is not None and abs(moment[1]) > OFFSET_MAX:
            self.report.ignored["UTC offsets beyond 14 hours"] += 1
            return None
        return moment[1]

    def _mailbox(self, mail: str) -> str:
        return self.word("" if own_noreply(mail, self.account) else "email", mail)

    def word(self, purpose: str, value: str) -> str:
        """An identifier, keyed where it has a purpose; what installers write is nobody's."""
        known = self._keyed.get((purpose, value))
        if known is None:
            keep = not purpose or not value.strip() or value.strip().lower() in NOBODYS
            known = value[:NAME_MAX].strip() if keep else self.keys.keyed(purpose, value)
            self._keyed[purpose, value] = known
        return known

    def name_the_own(self) -> None:
        """Show the account's own names on its other commits too, so that they hang together."""
        names = {row["author_name"] for row in self.rows if row["linked"] and "author_name" in row}
        own = {self.keys.keyed("name", name): name for name in names}
        for row in self.rows:
            if row.get("author_name") in own:
                row["author_name"] = own[row["author_name"]]


def mark_twins(histories: Iterable[tuple[str, Sequence[Row]]]) -> tuple[int, bool]:
    """Mark commits that another repository holds under another author; how many, and if looked up.

    Twins have the same author second and subject. Looked up means: there was more than one
    repository and more than one author to find.
    """
    groups: dict[tuple[str, str], list[tuple[Row, str]]] = defaultdict(list)
    repositories, authors = set(), set()
    for who, rows in histories:
        for row in rows:
            author = who if row["linked"] else row.get("author_email", "")
            repositories.add(row["repository"])
            if author and not row["bot"]:
                authors.add(author)
            if row["subject_length"] >= TWIN_SUBJECT and not row.get("merge"):
                groups[row["authored_at"], row["subject_key"]].append((row, author))
    marked = 0
    for group in groups.values():
        if len(group) > 1:
            marked += _mark(group)
    return marked, len(authors) > 1 and len(repositories) > 1


def _mark(group: Sequence[tuple[Row, str]]) -> int:
    """Mark the rows of one second and subject; counted, so that a million of them cost no more."""
    places = Counter(row["repository"] for row, _ in group)
    authors = Counter(author for _, author in group)
    both = Counter((row["repository"], author) for row, author in group)
    marked = 0
    for row, author in group:
        place = row["repository"]
        if author and len(group) - places[place] - authors[author] + both[place, author] > 0:
            row["twin"] = True
            marked += 1
    return marked


def findings(histories: Sequence[History], report: Report) -> Iterator[Finding]:
    """Everything the histories of one import say, after their commits were looked up in each other."""
    twins, searched = mark_twins([(history.who, history.rows) for history in histories])
    _count(histories, twins, report)
    for history in histories:
        history.name_the_own()
        facts = history.facts | ({"twins_searched": True} if searched and history.rows else {})
        code = given(
            **facts,
            repositories=list(history.repositories.values()),
            activity=[
                {"month": month, "events": n} for month, n in sorted(history.activity.items())
            ],
        )
        yield Finding(history.who, {"code": code})
        history.rows.reverse()
        while history.rows:
            block = [history.rows.pop() for _ in range(min(BLOCK, len(history.rows)))]
            yield Finding(history.who, {"code": {"commits": block}})


def _count(histories: Sequence[History], twins: int, report: Report) -> None:
    used: Mapping[str, int] = {
        "commits": sum(len(history.rows) for history in histories),
        "commits of the account": sum(row["linked"] for h in histories for row in h.rows),
        "commits with a twin": twins,
        "repositories": sum(len(history.repositories) for history in histories),
        "months of activity": sum(len(history.activity) for history in histories),
        "accounts": sum(bool(history.facts) for history in histories),
    }
    report.used.update({name: number for name, number in used.items() if number})
