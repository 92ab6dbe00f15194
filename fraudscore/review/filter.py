"""Which cases of the queue: a filter, to and from the values of a URL."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any, Literal, get_args

from fraudscore.assessment import BANDS, Band
from fraudscore.errors import NotUsable
from fraudscore.review.cases import CaseState

Sort = Literal["urgency", "oldest", "newest"]
TEXT_MAX = 200
WORD = re.compile(r"[A-Za-z0-9_]{1,80}")
NAMES = {"text": "q"}
"""Fields that have another name in a URL."""


@dataclass(frozen=True)
class Filter:
    """Which cases, in which order; ``query`` gives it back as it stands in a URL.

    ``state``: one state, ``""`` for all, default open. ``assignee``: a user id, ``none`` for nobody's.
    ``speaks``: a family or a reason code that speaks against. ``text``: an identifier, the beginning of
    a profile id or of a word of the name. ``since``, ``until``: days (UTC, both included) on which the
    case was opened. ``explores``: needs right see_exploration. ``snoozed``: only those put off.
    """

    state: CaseState | Literal[""] = "open"
    band: Band | None = None
    mine: bool = False
    assignee: str | None = None
    speaks: str | None = None
    text: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    explores: bool | None = None
    snoozed: bool = False
    sort: Sort = "urgency"

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Filter:
        """From query values: ``state`` (empty for all), ``band``, ``mine=1``, ``assignee``,
        ``speaks``, ``q``, ``since``, ``until``, ``explores=1``, ``snoozed=1``, ``sort``.

        Other empty values are as if they were not there, other names are left alone. Raises NotUsable
        naming the value that cannot be used.
        """
        given = {
            field.name: query[NAMES.get(field.name, field.name)].strip()
            for field in fields(cls)
            if query.get(NAMES.get(field.name, field.name), "").strip()
        }
        every: dict[str, Any] = {"state": ""} if query.get("state", "open") == "" else {}
        found = cls(**every, **{n: READ[n](NAMES.get(n, n), text) for n, text in given.items()})
        if found.since and found.until and found.until < found.since:
            raise NotUsable(
                f"until is {given['until']}, before since, {given['since']}; turn them round"
            )
        return found

    @property
    def query(self) -> dict[str, str]:
        """The query values that differ from the defaults."""
        plain = Filter()
        return {
            NAMES.get(field.name, field.name): _written(getattr(self, field.name))
            for field in fields(self)
            if getattr(self, field.name) != getattr(plain, field.name)
        }


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime):
        return value.date().isoformat()
    return str(value)


def _one_of(*words: str) -> Any:
    def read(name: str, text: str) -> str:
        if text not in words:
            raise NotUsable(f"{name} is {text[:40]!r}; write one of {', '.join(words)}")
        return text

    return read


def _flag(name: str, text: str) -> bool:
    return bool(_one_of("0", "1")(name, text) == "1")


def _text(name: str, text: str) -> str:
    if len(text) > TEXT_MAX:
        raise NotUsable(f"{name} has {len(text)} characters; write at most {TEXT_MAX}")
    return text


def _word(name: str, text: str) -> str:
    if not WORD.fullmatch(text):
        raise NotUsable(f"{name} is {text[:40]!r}; write a family or a reason code")
    return text


def _day(name: str, text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError as error:
        raise NotUsable(f"{name} is {text[:40]!r}; write a day like 2026-06-01") from error


READ = {
    "state": _one_of(*get_args(CaseState)),
    "band": _one_of(*BANDS),
    "mine": _flag,
    "assignee": _text,
    "speaks": _word,
    "text": _text,
    "since": _day,
    "until": _day,
    "explores": _flag,
    "snoozed": _flag,
    "sort": _one_of(*get_args(Sort)),
}
"""How each value is read."""
