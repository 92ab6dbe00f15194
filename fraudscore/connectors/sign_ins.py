"""What all readers of sign-in logs share: events in, sessions of people out.

A reader only says what one event means (`Log.judge`). Places, risks and proxies that the vendor
guessed are left behind: we look addresses up ourselves. Moments are kept to the second, since a
system writes several events for one sign-in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from pathlib import Path
from typing import Any

from features.fields import KEY_MAX, TEXT_MAX
from features.problems import FOUND_MAX, pointer, shorten
from fraudscore.connectors.connector import Finding, Options, Report
from fraudscore.connectors.exports import Item
from fraudscore.connectors.values import EPOCH_MILLISECONDS
from fraudscore.errors import InputError

IP_MAX = 64
STRANGERS_MAX = 100
"""Items in a row that are no event of the log before the file is taken for one of another kind."""
WORDS_MAX = 500
"""Kinds of things counted apart; a hostile log could name a million."""
CACHED = 10_000
EXAMPLE = "2026-01-31T09:30:00Z"

Event = dict[str, Any]
SignIn = tuple[str, str, dict[str, Any]]
"""What kind of event it was, who the person is, and the session."""


class Broken(ValueError):
    """A part of an event that cannot be used: where it is, what was found, what to write."""

    def __init__(self, path: tuple[str, ...], found: str, write: str) -> None:
        super().__init__(found)
        self.where = pointer(path)
        self.found = found
        self.write = write


@dataclass(frozen=True)
class Log:
    """One form of a sign-in log.

    ``mark``: the field by which an event of it is told from anything else. ``judge`` returns a
    sign-in, or in a word what else the event is; it raises Broken. ``guesses``: the vendor's own
    conclusions, counted as ignored.
    """

    name: str
    mark: str
    judge: Callable[[Event, Values], SignIn | str]
    guesses: tuple[str, ...] = ()


class Values:
    """Values that depend on the options: keyed identifiers, and whom a nameless event is about."""

    def __init__(self, options: Options) -> None:
        self.person = options.person
        self._keyed = lru_cache(CACHED)(options.keys.keyed)

    def key(self, purpose: str, event: Event, *path: str) -> str | None:
        """An identifier of the vendor's, keyed."""
        value = words(event, *path)
        return None if value is None else self._keyed(purpose, _short(value, path))

    def who(self, event: Event, *paths: tuple[str, ...]) -> str:
        """The person, from the first of these places that names one. Raises Broken."""
        for path in paths:
            value = words(event, *path)
            if value is not None:
                return _short(value, path)
        if self.person:
            return self.person
        raise Broken(paths[0], "names nobody", "say whom the file is about with --person ID")


def findings(
    log: Log, items: Iterable[Item], path: Path, options: Options, report: Report
) -> Iterator[Finding]:
    """The sign-ins of a log. Raises InputError for a file in which nothing is an event of it."""
    values = Values(options)
    managed: set[tuple[str, str, bool]] = set()
    strangers, known = 0, False
    for row, event in items:
        if type(event) is not dict or log.mark not in event:
            strangers += 1
            report.reject(str(path), row, log.mark, "is missing", f"give events of {log.name}")
            if not known and strangers >= STRANGERS_MAX:
                break
            continue
        known = True
        for guess in log.guesses:
            if event.get(guess):
                report.ignored[guess] += 1
        try:
            judged = log.judge(event, values)
        except Broken as error:
            report.reject(str(path), row, error.where, error.found, error.write)
            continue
        if isinstance(judged, str):
            count(report.ignored, judged)
            continue
        word, who, made = judged
        count(report.used, word)
        part: dict[str, Any] = {"sessions": (made,)}
        if "managed" in made and "device" in made:
            device = (who, made["device"], made["managed"])
            if device not in managed:
                managed.add(device)
                part["devices"] = ({"id": device[1], "managed": device[2]},)
        yield Finding(who, part)
    if strangers and not known:
        raise InputError(f"{path} is not {log.name}: nothing in it has a field {log.mark}")


def unwrapped(key: str, items: Iterable[Item]) -> Iterator[Item]:
    """Events out of the envelope that some ways of delivery put around each."""
    for row, event in items:
        inner = event.get(key) if isinstance(event, dict) else None
        yield row, inner if isinstance(inner, dict) else event


def count(counter: Counter[str], word: str) -> None:
    """Count one thing by its word, or with all others where there are too many words."""
    counter[word if word in counter or len(counter) < WORDS_MAX else "others"] += 1


def label(word: str) -> str:
    """A word of the log as shown in a summary: short, hidden characters made visible."""
    return _visible(word[: FOUND_MAX + 1])


@lru_cache(CACHED)
def _visible(word: str) -> str:
    return shorten(word)[1:-1]


def at(event: Event, *path: str) -> Any:
    """The value at a path, None where a step is missing. Raises Broken where one is no object."""
    value: Any = event
    for step in path:
        if type(value) is not dict:
            if value is None:
                return None
            raise _no_object(event, path)
        value = value.get(step)
    return value


def _no_object(event: Event, path: tuple[str, ...]) -> Broken:
    value: Any = event
    for place, step in enumerate(path):
        if type(value) is not dict:
            return Broken(path[:place], f"{shown(value)} is not an object", "write { ... }")
        value = value.get(step)
    raise AssertionError("every step is an object")


def words(event: Event, *path: str) -> str | None:
    """The text at a path, None where there is none. Raises Broken for anything but text."""
    value = at(event, *path)
    if value is None:
        return None
    if type(value) is not str:
        raise Broken(path, f"{shown(value)} is not text", "write text in quotes")
    return value if value and not value.isspace() else None


def flag(event: Event, *path: str) -> bool | None:
    """The truth value at a path. Raises Broken for anything else."""
    value = at(event, *path)
    if value is None or type(value) is bool:
        return value
    raise Broken(path, f"{shown(value)} is neither true nor false", "write true or false")


def kind(event: Event, *path: str) -> str:
    """The word at a path that says what an event is. Raises Broken without one."""
    value = words(event, *path)
    if value is None:
        raise Broken(path, "is missing", "give every event its kind")
    return label(value)


def session(
    moment: str,
    ip: str | None = None,
    agent: str | None = None,
    kind: str = "login",
    **more: Any,
) -> dict[str, Any]:
    """A session of what is known."""
    found: dict[str, Any] = {"at": moment, "kind": kind}
    if ip is not None:
        found["ip"] = ip
    if agent is not None:
        found["user_agent"] = agent
    for field, value in more.items():
        if value is not None:
            found[field] = value
    return found


def moment(event: Event, *path: str, bare: tzinfo | None = None) -> str:
    """The moment at a path, ISO 8601 or a number since 1970; ``bare``: the zone of text without one.

    Raises Broken.
    """
    value = at(event, *path)
    try:
        found = _instant(value, bare)
        if not 1970 <= found.year < 2200:
            raise ValueError("lies before 1970 or after 2200")
    except (OverflowError, OSError, TypeError, ValueError) as error:
        why = str(error) if str(error).startswith(("has", "lies")) else "is not a date"
        raise Broken(path, f"{shown(value)} {why}", f"write {EXAMPLE}") from error
    return f"{found.isoformat()[:19]}Z"


def _instant(value: Any, bare: tzinfo | None) -> datetime:
    if type(value) is str:
        found = datetime.fromisoformat(value.strip())
        if found.tzinfo is None:
            if bare is None:
                raise ValueError("has no time zone")
            found = found.replace(tzinfo=bare)
        return found if found.tzinfo is UTC else found.astimezone(UTC)
    if type(value) not in (int, float):
        raise TypeError
    seconds = value / 1000 if value > EPOCH_MILLISECONDS else value
    return datetime.fromtimestamp(seconds, UTC)


def address(event: Event, *path: str) -> str | None:
    """The IP address at a path as logged; what is no address can later not be looked up."""
    value = words(event, *path)
    return None if value is None else _short(value, path, IP_MAX)


def agent(event: Event, *path: str) -> str | None:
    """The user agent at a path, without hidden characters, cut to what the record takes."""
    value = words(event, *path)
    return None if value is None else _plain(value[:TEXT_MAX])


@lru_cache(CACHED)
def _plain(value: str) -> str | None:
    seen = value if value.isprintable() else "".join(filter(str.isprintable, value))
    return seen.strip() or None


def _short(value: str, path: tuple[str, ...], most: int = KEY_MAX) -> str:
    """An identifier without blanks around it. Raises Broken for what no profile can hold."""
    value = value.strip()
    if len(value) > most:
        raise Broken(path, f"{shorten(value)} is longer than {most} characters", "write it short")
    if not value.isprintable():
        raise Broken(path, f"{shorten(value)} holds hidden characters", "write plain text")
    return value


def shown(value: Any) -> str:
    """A value as told to a person; objects and lists, which may be deep, are only named."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    try:
        return "nothing" if value is None else shorten(value)
    except ValueError:  # Python refuses to print a whole number of thousands of digits
        return "a very long number"
