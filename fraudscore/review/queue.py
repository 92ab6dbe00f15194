"""The queue: cases by urgency and evidence, a page at a time, with counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from fraudscore.assessment import Band
from fraudscore.review.cases import Case, CaseState
from fraudscore.review.desk import Desk
from fraudscore.review.rights import Actor

Sort = Literal["urgency", "oldest", "newest"]
PAGE_MAX = 200


@dataclass(frozen=True)
class Filter:
    """Which cases, in which order; ``query`` gives it back as it stands in a URL.

    ``state``: one state, ``""`` for all, default open. ``assignee``: a user id, ``none`` for nobody's.
    ``speaks``: a family or a reason code that speaks against. ``text``: an identifier, a profile id or
    the beginning of a name. ``since``, ``until``: days the case was opened. ``explores``: needs right
    see_exploration.
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
        """From query values (``state``, ``band``, ``mine=1``, ``assignee``, ``speaks``, ``q``,
        ``since``, ``until``, ``explores=1``, ``snoozed=1``, ``sort``); names that are none of these
        are left alone. Raises NotUsable naming the value that cannot be used."""
        raise NotImplementedError

    @property
    def query(self) -> dict[str, str]:
        """The query values that differ from the defaults."""
        raise NotImplementedError


@dataclass(frozen=True)
class Page:
    """One page. ``counts[state][band]`` and ``oldest`` (opened) are of all cases of the tenant that
    are in that state; ``after`` is the cursor of the next page, None on the last one. ``budget_left``:
    cases that may still be decided this week (weeks begin on Monday, UTC)."""

    cases: tuple[Case, ...]
    counts: Mapping[CaseState, Mapping[Band, int]]
    snoozed: int
    oldest: datetime | None
    after: str | None
    budget_left: int = 0
    mine: int = field(default=0)


def listed(
    desk: Desk,
    connection: Connection,
    actor: Actor,
    filter: Filter,
    *,
    now: datetime,
    after: str | None = None,
    limit: int = 50,
) -> Page:
    """A page of the queue. Raises NotUsable for a cursor that is none, NotAllowed for ``explores``."""
    raise NotImplementedError
