"""The ledger of hand-overs: is the person of each stage the person of the stage before?

Applied, interviewed, verified, shipped, logged in, committed, invoiced, paid. Each hand-over between
neighbours is `same`, `different`, `failed` or `not_checked`. What says so are continuity checks that
somebody made, and evidence in the other parts of the record; each clue points at its rows. The ledger
is shown, not scored: families score the same evidence once, in the group it belongs to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Literal

import numpy as np

from features.batch import Batch, Table
from features.fixed import fixed
from features.given_names import Named, commit_names, held_against_names, work_names
from features.parcels import parcels
from features.segments import Bools, among, some

Outcome = Literal["same", "different", "failed", "not_checked"]
STAGES = (
    "applied", "interviewed", "verified", "shipped", "logged_in", "committed", "invoiced", "paid",
)  # fmt: skip
WORST_FIRST: tuple[Outcome, ...] = ("different", "failed", "same")
"""Which clue decides where several speak of one hand-over."""
SHOWN = 3
"""Most rows named for one clue."""


@fixed
class Clue:
    """Rows that say how one hand-over went. ``stage`` is the later of the two."""

    stage: str
    outcome: Outcome
    says: str
    table: Table
    rows: Bools


@dataclass(frozen=True, slots=True)
class HandOver:
    """How one hand-over went for one person, and why: pointers into the record with a few words."""

    earlier: str
    later: str
    outcome: Outcome
    because: tuple[str, ...]


def ledger(batch: Batch) -> tuple[Clue, ...]:
    """Every clue that says something of anybody in a batch; gathered once."""
    return batch.once("ledger", lambda: tuple(c for c in _clues(batch) if some(c.rows)))


def hand_overs(batch: Batch, row: int) -> tuple[HandOver, ...]:
    """The seven hand-overs of one person, in order."""
    clues: dict[str, list[tuple[Clue, list[int]]]] = {stage: [] for stage in STAGES}
    for clue in ledger(batch):
        clues[clue.stage].append((clue, clue.table.true_rows_of(row, clue.rows)))
    return tuple(_judge(earlier, later, clues[later]) for earlier, later in pairwise(STAGES))


def _judge(earlier: str, later: str, clues: list[tuple[Clue, list[int]]]) -> HandOver:
    for outcome in WORST_FIRST if clues else ():
        because = tuple(
            f"{clue.table.pointer(row)}: {clue.says}"
            for clue, rows in clues
            if clue.outcome == outcome
            for row in rows[:SHOWN]
        )
        if because:
            return HandOver(earlier, later, outcome, because)
    return _not_checked(earlier, later)


@cache
def _not_checked(earlier: str, later: str) -> HandOver:
    """What is said of most hand-overs of most people, made once."""
    return HandOver(earlier, later, "not_checked", ())


def _clues(batch: Batch) -> Iterator[Clue]:
    for name, gather in _GATHER:
        if batch.table(name).size:
            yield from gather(batch)


def latest(c: Table, among: Bools) -> Bools:
    """Which checks are the last made of their stage among these: a later replaces an earlier."""
    made = among & c.text("outcome").is_in(["same", "different", "failed"])
    stage = c.text("stage")
    last = np.zeros(c.size, dtype=np.bool_)
    seen: set[tuple[int, int]] = set()
    # Rows are in order of time, undated ones last in the table but first in worth.
    dated = ~np.isnan(c.number("at"))
    order = np.lexsort((np.arange(c.size), dated))
    for row in order[::-1].tolist():
        key = (int(c.owner[row]), int(stage.codes[row]))
        if made[row] and key not in seen:
            seen.add(key)
            last[row] = True
    return last


def _checks(batch: Batch) -> Iterator[Clue]:
    c = batch.table("checks")
    last = latest(c, np.ones(c.size, dtype=np.bool_))
    outcome, stage = c.text("outcome"), c.text("stage")
    says: dict[Outcome, str] = {
        "same": "a check found the same person",
        "different": "a check found another person",
        "failed": "a check could not be completed",
    }
    for name in STAGES[1:]:
        of_stage = last & stage.is_in([name])
        for found, words in says.items():
            yield Clue(name, found, words, c, of_stage & outcome.is_in([found]))
    # Whose a bank account is, and what a superseded check said, is no matter of this hand-over.
    document = last & stage.is_in(["verified"]) & ~c.text("checked").is_in(["bank_account"])
    misnamed = document & (c.number("name_agrees") == 0)
    yield Clue("verified", "different", "the name on the document differs", c, misnamed)


def _interview(batch: Batch) -> Iterator[Clue]:
    conduct = batch.table("conduct")
    kind, seen = conduct.text("kind"), conduct.number("seen")
    person = kind.is_in(["different_person"])
    name = kind.is_in(["joined_under_other_name"])
    yield Clue("interviewed", "different", "another person was seen", conduct, person & (seen == 1))
    yield Clue("interviewed", "different", "joined under another name", conduct, name & (seen == 1))
    yield Clue("interviewed", "same", "the same person was seen", conduct, person & (seen == 0))


def _names(stage: str, verb: str, table: Table, named: Named) -> Iterator[Clue]:
    """Names on rows of a stage, as the families hold them against those the person gave and declared."""
    yield Clue(stage, "same", f"{verb} in the person's name", table, named.own)
    yield Clue(stage, "same", f"{verb} by somebody the person declared", table, named.declared)
    yield Clue(stage, "different", f"{verb} in another name", table, named.other)


def _parcels(batch: Batch) -> Iterator[Clue]:
    """Who took the parcels."""
    yield from _names("shipped", "received", batch.table("shipments"), parcels(batch).receiver)


def _work(batch: Batch) -> Iterator[Clue]:
    """Who made the deliverables."""
    made = batch.table("deliverables")
    yield from _names("committed", "the work was made", made, work_names(batch))


def _accounts(batch: Batch) -> Iterator[Clue]:
    """Whose the pay-out accounts are."""
    table = batch.table("payouts")
    named = held_against_names(batch, table, "holder")
    yield from _names("paid", "the account is held", table, named)


def _commits(batch: Batch) -> Iterator[Clue]:
    """Full names on the account's own commits."""
    c, own, other = commit_names(batch)
    # Somebody who once wrote under another name still committed; all of it in other names is another.
    alone = other & ~c.any(own)[c.owner]
    yield Clue("committed", "same", "committed in the person's name", c, own)
    yield Clue("committed", "different", "committed in another name", c, alone)


def _chain(batch: Batch) -> Iterator[Clue]:
    """Links through which the work passes and nobody declared."""
    chain = batch.table("chain")
    hidden = chain.known("declared") & ~chain.flag("declared")
    link = chain.text("role").is_in(["agency", "subcontractor", "employer_of_record"])
    yield Clue(
        "committed", "different", "the work passes to a link not declared", chain, hidden & link
    )


def _logins(batch: Batch) -> Iterator[Clue]:
    """Sign-ins from the managed device that was given out.

    A device that others use too says nothing of who signed in, and nothing here.
    """
    s, d = batch.table("sessions"), batch.table("devices")
    given = d.flag("managed") & ~(d.number("other_users") > 0)
    own = np.zeros(s.size, dtype=np.bool_)
    if some(given) and s.holds("device"):
        used = s.text("device")
        number = {name: place for place, name in enumerate(used.values)}
        device = d.text("id").per_value(lambda name: number.get(name, len(number)), -1)
        span = len(number) + 1
        keys = d.owner * span + device
        own = used.known & among(s.owner * span + used.codes, keys[given])
    yield Clue("logged_in", "same", "signed in from the device that was given out", s, own)


_GATHER: tuple[tuple[str, Callable[[Batch], Iterator[Clue]]], ...] = (
    ("checks", _checks),
    ("conduct", _interview),
    ("shipments", _parcels),
    ("devices", _logins),
    ("commits", _commits),
    ("deliverables", _work),
    ("chain", _chain),
    ("payouts", _accounts),
)
"""Which table each kind of clue is read from; an empty one has none."""
