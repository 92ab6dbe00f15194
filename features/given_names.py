"""Names on rows of evidence, held against the names the person gave and the payees they declared.

Declared are the agency, the payees, and the declared links of the chain of contracts.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from features.batch import Batch, Table
from features.coded import Coded
from features.names import best_agreement, declared
from features.own_commits import own_commits
from features.segments import Bools, Ints, true_rows

NAMED = "profiles.claims.name|other_names.value"
"""What a feature needs that holds a name against those the person gave."""


def held_against_names(
    batch: Batch, table: Table, column: str, rows: Bools | None = None
) -> tuple[Bools, Bools, Bools]:
    """Which of the rows, by default all, name the person, somebody they declared, and somebody else.

    A name that cannot be compared, or a person who gave none, is in neither of the three.
    """
    if rows is not None:
        return _held(batch, table, column, rows)
    key = ("held_against_names", table.spec.name, column)
    return batch.once(key, lambda: _held(batch, table, column, np.ones(table.size, np.bool_)))


def _held(batch: Batch, table: Table, column: str, rows: Bools) -> tuple[Bools, Bools, Bools]:
    own, told, other = (np.zeros(table.size, dtype=np.bool_) for _ in range(3))
    text = table.text(column)
    asked = true_rows(rows & text.known)
    if not asked.size:
        return own, told, other
    who = np.zeros(batch.n, dtype=np.bool_)
    who[table.owner[asked]] = True
    names: defaultdict[int, list[str]] = defaultdict(list)
    payees: defaultdict[int, list[str]] = defaultdict(list)
    _add(names, who, batch.profiles.owner, batch.profiles.text("claims.name"))
    _add(names, who, batch.table("other_names").owner, batch.table("other_names").text("value"))
    _add(payees, who, batch.profiles.owner, batch.profiles.text("claims.agency"))
    _add(payees, who, batch.table("payees").owner, batch.table("payees").text("name"))
    chain = batch.table("chain")
    if chain.size:
        _add(payees, who, chain.owner, chain.text("name"), chain.flag("declared"))
    for row in asked.tolist():
        person, name = int(table.owner[row]), text.at(row) or ""
        answer = best_agreement(name, names[person])
        own[row] = answer == "agree"
        told[row] = bool(names[person]) and not own[row] and declared(name, payees[person])
        other[row] = not told[row] and answer == "disagree"
    return own, told, other


def commit_names(batch: Batch) -> tuple[Table, Bools, Bools]:
    """The commits, those of the owner in a name they gave or declared, and those in a full other name.

    A single word that is no name the person gave is a handle, which says nothing.
    """
    return batch.once("commit_names", lambda: _commit_names(batch))


def _commit_names(batch: Batch) -> tuple[Table, Bools, Bools]:
    commits = own_commits(batch)
    c = commits.table
    own, declared, other = held_against_names(batch, c, "author_name", commits.own)
    full = c.text("author_name").per_value(lambda text: " " in text.strip(), False)
    return c, own | declared, other & full.astype(np.bool_)


def _add(
    found: dict[int, list[str]], who: Bools, owner: Ints, names: Coded, only: Bools | bool = True
) -> None:
    """Collect the names of these people from one column."""
    if not names.values:
        return
    for row in true_rows(names.known & who[owner] & only).tolist():
        found[int(owner[row])].append(names.at(row) or "")
