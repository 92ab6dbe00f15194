"""Names on rows of evidence, held against the names the person gave and the payees they declared.

Declared are the agency, the payees, and the declared links of the chain of contracts.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import numpy as np

from features.batch import Batch, Table
from features.coded import Coded
from features.fixed import fixed
from features.names import best_agreement, declared
from features.own_commits import own_commits
from features.placeholders import names_nobody
from features.segments import Bools, Ints, true_rows

NAMED = "profiles.claims.name|other_names.value"
"""What a feature needs that holds a name against those the person gave."""
BETWEEN = ("agency", "subcontractor", "employer_of_record")
"""Links of the chain of contracts between the buyer and whoever works."""


@fixed
class Named:
    """Which rows name the person, somebody they declared, and somebody else.

    A name that cannot be compared, or is nobody's, is in neither of the three. ``perhaps``: it may be
    somebody declared, written in other letters or with a firm's other words.
    """

    own: Bools
    declared: Bools
    other: Bools
    perhaps: Bools


def held_against_names(batch: Batch, table: Table, column: str, rows: Bools | None = None) -> Named:
    """Whom the rows, by default all, name."""
    if rows is not None:
        return _held(batch, table, column, rows)
    key = ("held_against_names", table.spec.name, column)
    return batch.once(key, lambda: _held(batch, table, column, np.ones(table.size, np.bool_)))


def _held(batch: Batch, table: Table, column: str, rows: Bools) -> Named:
    own, told, other, perhaps = (np.zeros(table.size, dtype=np.bool_) for _ in range(4))
    found = Named(own, told, other, perhaps)
    text = table.text(column)
    asked = true_rows(rows & _named(text))
    if not asked.size:
        return found
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
        if not own[row]:
            theirs = declared(name, payees[person])
            # Of who gave no name nothing is told, as where nobody gave one.
            told[row] = theirs == "agree" and bool(names[person])
            perhaps[row] = theirs != "disagree" and not told[row]
            other[row] = answer == theirs == "disagree"
    return found


def perhaps_declared(batch: Batch, table: Table, column: str) -> Bools:
    """Rows that may be of somebody the person declared, for all that this name tells, or none does.

    Declared: an agency, a payee, or a link between the buyer and the person.
    """
    chain = batch.table("chain")
    between = chain.any(chain.flag("declared") & chain.text("role").is_in(BETWEEN))
    anybody = batch.supplied("profiles.claims.agency|payees.name") | between
    named = held_against_names(batch, table, column)
    return named.perhaps | (anybody[table.owner] & ~_named(table.text(column)))


def commit_names(batch: Batch) -> tuple[Table, Bools, Bools]:
    """The commits, those of the owner in a name they gave or declared, and those in a full other name.

    A single word that is no name the person gave is a handle, which says nothing.
    """
    return batch.once("commit_names", lambda: _commit_names(batch))


def _commit_names(batch: Batch) -> tuple[Table, Bools, Bools]:
    commits = own_commits(batch)
    c = commits.table
    named = held_against_names(batch, c, "author_name", commits.own)
    full = c.text("author_name").per_value(lambda text: len(text.split()) > 1, False)
    return c, named.own | named.declared, named.other & full.astype(np.bool_)


def work_names(batch: Batch) -> Named:
    """Whom the authors of the deliverables are.

    Where a declared contract allows another to do the work, another author is nobody else.
    """
    made, chain = batch.table("deliverables"), batch.table("chain")
    named = held_against_names(batch, made, "author")
    agreed = chain.any(chain.flag("declared") & chain.flag("substitution_allowed"))[made.owner]
    return replace(named, other=named.other & ~agreed)


def _add(
    found: dict[int, list[str]], who: Bools, owner: Ints, names: Coded, only: Bools | bool = True
) -> None:
    """Collect the names of these people from one column."""
    if not names.values:
        return
    for row in true_rows(_named(names) & who[owner] & only).tolist():
        found[int(owner[row])].append(names.at(row) or "")


def _named(names: Coded) -> Bools:
    """Which rows hold a name that is somebody's."""
    found: Bools = names.per_value(lambda name: not names_nobody(name), False)
    return found
