"""Local clones read with `git log`: the only source that tells every author's UTC offset.

A clone is as hostile as whoever wrote it: nothing that its configuration names is ever run, nothing
is fetched, and every field is bounded.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from features.problems import shorten
from fraudscore.connectors.commits import (
    SUBJECT_MAX,
    Account,
    Clock,
    History,
    Raw,
    findings,
    plain,
)
from fraudscore.connectors.connector import Connector, Finding, Options, Report
from fraudscore.connectors.values import dig, given
from fraudscore.errors import InputError

FIELD_MAX = 8 * SUBJECT_MAX
"""Bytes of a field that are kept while the rest flows by."""
CHUNK = 1 << 16
CONFIG_MAX = 1 << 20
DEPTH = 3
"""Folders below the one given in which repositories are looked for (host/owner/name)."""
FOLDERS_MAX = 10_000
FIELDS = "%H %P %an %ae %ce %ad %cd %s".split()
LOG = (
    "--exclude=refs/notes/* --exclude=refs/stash --all -z --date=raw --no-color --no-notes "
    "--no-mailmap --no-show-signature --no-ext-diff --no-textconv"
).split()
SETTINGS = (
    "core.fsmonitor=",
    f"core.hooksPath={os.devnull}",
    "protocol.allow=never",
    "log.showSignature=false",
    "i18n.logOutputEncoding=UTF-8",
)
_REMOTE = re.compile(r"(?:\w[\w+.-]*://[^/]+/|(?:[^/@]+@)?[^/:]{2,}:)(.+?)(?:\.git)?/*\s*")
_ID = re.compile(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?")


def read(path: Path, options: Options, report: Report) -> Iterator[Finding]:
    """The commits of a repository, or of every repository in a folder."""
    git = shutil.which("git")
    if git is None:
        raise InputError("git is not installed; install it, or import what the site's API says")
    mapping = options.mapping or {}
    account = account_of(mapping, options.person)
    who = options.person or plain(mapping.get("login"))
    if not who:
        raise InputError("say whose repositories they are with --person ID")
    history = History(who, options.keys, report, account)
    history.facts = given(login=plain(mapping.get("login")), account_id=account.number)
    places = [*_repositories(path)]
    if not places:
        raise InputError(f"{path} holds no git repository; name a clone or a folder of clones")
    for place in places:
        _read_repository(git, place, history, options)
    yield from findings([history], report)


def account_of(mapping: Any, person: str | None) -> Account:
    """The account that a mapping describes; without one, ``person`` is its mailbox or login."""
    emails = dig(mapping, "emails")
    mails = [plain(mail).lower() for mail in emails] if isinstance(emails, list) else []
    login, number = plain(dig(mapping, "login")), dig(mapping, "account_id")
    if person and "@" in person:
        mails.append(person.lower())
    elif person and not login:
        login = person
    return Account(
        login=login.lower(),
        number=number if type(number) is int and 0 <= number <= 10**12 else None,
        name=plain(dig(mapping, "name")).lower(),
        emails=frozenset(mail for mail in mails if mail),
    )


def _repositories(path: Path) -> Iterator[Path]:
    """The git directories at or below a folder, in order; links are not followed."""
    layer, seen = [path], 0
    for _ in range(DEPTH + 1):
        below: list[Path] = []
        for folder in layer:
            found = _git_directory(folder)
            if found:
                yield found
            else:
                below += _inner(folder)
        layer, seen = below, seen + len(below)
        if seen > FOLDERS_MAX:
            raise InputError(f"{path} holds over {FOLDERS_MAX:,} folders; name the clones")


def _inner(folder: Path) -> list[Path]:
    try:
        return sorted(Path(e) for e in os.scandir(folder) if e.is_dir(follow_symlinks=False))
    except (OSError, ValueError) as error:
        raise InputError(f"{folder} is not a folder of git repositories: {error}") from error


def _git_directory(folder: Path) -> Path | None:
    for place in (folder / ".git", folder):
        whole = (place / "HEAD").is_file() and (place / "objects").is_dir()
        if whole and not place.is_symlink():
            return place
    return None


def _read_repository(git: str, place: Path, history: History, options: Options) -> None:
    name, report, before = _name(git, place), history.report, len(history.rows)
    with tempfile.TemporaryFile() as complaints:
        command = [*_safely(git, place), "log", *LOG, "--format=tformat:" + "%x00".join(FIELDS)]
        with subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=complaints,
            env=_environment(),
        ) as process:
            assert process.stdout is not None
            for number, fields in enumerate(_records(process.stdout), 1):
                raw = _commit(name, fields)
                if raw is None:
                    report.reject(str(place), number, "", "is no commit", "clone it again")
                else:
                    history.add(raw, str(place), number)
                if number % 10_000 == 0:
                    options.progress(len(history.rows), None)
        if process.returncode:
            complaints.seek(0)
            said = shorten(complaints.read(300).decode("utf-8", "replace").strip())
            report.reject(str(place), None, "", f"git stopped and said {said}", "clone it again")
    # Of a shallow clone the oldest commit is not the first; of an empty one there is none.
    dated = [row["authored_at"] for row in history.rows[before:]]
    whole = dated and not (place / "shallow").exists()
    if dated or not process.returncode:
        row = given(name=name, first_commit_at=min(dated) if whole else None)
        history.repositories.setdefault(name, row)


def _safely(git: str, place: Path) -> list[str]:
    """git on this repository alone, with everything turned off that it could be told to run."""
    flags = [part for setting in SETTINGS for part in ("-c", setting)]
    return [git, f"--git-dir={place.resolve()}", "--no-pager", "--no-replace-objects", *flags]


def _environment() -> dict[str, str]:
    """The environment without git's own variables, and with its ways out closed.

    A repository may allow a protocol by name against ``protocol.allow``; the variable overrules it.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    closed = {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
    }
    return kept | closed | {"LC_ALL": "C"}


def _name(git: str, place: Path) -> str:
    """The repository's path on its host, so that other sources mean the same; else its folder."""
    config, folder = place.resolve() / "config", place.resolve()
    remote = None
    if config.is_file() and config.stat().st_size < CONFIG_MAX:
        asked = subprocess.run(
            [git, "config", f"--file={config}", "--get", "remote.origin.url"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=_environment(),
            check=False,
        )
        remote = _REMOTE.fullmatch(asked.stdout[:2_000].decode("utf-8", "replace"))
    folder = folder.parent if folder.name == ".git" else folder
    return plain(remote[1] if remote else folder.name.removesuffix(".git")) or "repository"


def _records(stream: IO[bytes]) -> Iterator[list[bytes]]:
    fields: list[bytes] = []
    for value in _fields(stream):
        fields.append(value)
        if len(fields) == len(FIELDS):
            yield fields
            fields = []


def _fields(stream: IO[bytes]) -> Iterator[bytes]:
    """Fields that end in NUL, which git never prints inside one; long ones lose their end."""
    rest = b""
    while chunk := stream.read(CHUNK):
        *whole, rest = (rest + chunk).split(b"\0")
        yield from whole
        rest = rest[:FIELD_MAX]


def _commit(repository: str, fields: list[bytes]) -> Raw | None:
    number, parents, *texts = fields
    if not _ID.fullmatch(number):
        return None
    name, mail, committer, authored, committed, subject = (
        text[:FIELD_MAX].decode("utf-8", "replace") for text in texts
    )
    return Raw(
        repository=repository,
        id=number.decode(),
        author_name=name.strip(),
        author_email=mail.strip(),
        committer_email=committer.strip(),
        authored=_moment(authored) or (-1, None),
        committed=_moment(committed),
        subject=subject.strip(),
        parents=len(parents.split()),
    )


def _moment(raw: str) -> Clock | None:
    """``1700000000 +0530`` as git keeps it; None for what is none, which git shows as 0."""
    seconds, _, offset = raw.partition(" ")
    if not (seconds.isdecimal() and len(seconds) < 16 and int(seconds)):
        return None
    if not (offset[1:].isdecimal() and len(offset) < 8):
        return int(seconds), None
    hours, minutes = divmod(int(offset[1:]), 100)
    return int(seconds), (hours * 60 + minutes) * (-1 if offset[0] == "-" else 1)


GIT = Connector(
    "git", "local clones: a repository or a folder of them; say whose with --person", read
)
