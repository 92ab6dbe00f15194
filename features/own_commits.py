"""Which commits of an account are its owner's: linked to the login, and what hangs together with it.

An account's repositories hold other people's commits too. An identity (an e-mail or a name) is the
owner's if it carries the login, if it shares an e-mail or name with one that does, or if it stands in
many of the repositories (code_history: 30 % of them, and at least three).
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from features.batch import Batch, Table
from features.coded import Coded
from features.fixed import fixed
from features.segments import Bools, Ints, true_rows

SHARE, REPOSITORIES = 0.3, 3
"""Share and number of the repositories in which an identity counts as the owner's (CODE)."""
NOREPLY = "users.noreply.github.com"
SITE = "noreply@github.com"
"""Committer of what is made in the browser."""
NOBODYS = frozenset(
    "root user admin ubuntu unknown developer dev you none test github (none) noreply@github.com "
    "you@example.com none@none root@localhost user@example.com your@email.com".split()
) | {"your name", "unknown author"}
"""Names and addresses that installers write; they tie nobody to anybody."""


@fixed
class Commits:
    """The commits of a batch. ``own``: made by the account's owner, no bot. ``on_site``: made in the
    browser. Both have one entry a row of ``table``.
    """

    table: Table
    own: Bools
    on_site: Bools


def own_commits(batch: Batch) -> Commits:
    """The commits of every profile and which are the owner's; worked out once a batch."""
    return batch.once("own_commits", lambda: _own_commits(batch))


def _own_commits(batch: Batch) -> Commits:
    c = batch.table("commits")
    if not c.size:
        nothing = np.zeros(0, dtype=np.bool_)
        return Commits(c, nothing, nothing)
    mail, name = _tying(c.text("author_email")), _tying(c.text("author_name"))
    people = ~c.flag("bot") & ((mail >= 0) | (name >= 0))
    group, nodes = _groups(c.owner, mail, name, people)
    owners = np.zeros(nodes, dtype=np.bool_)
    seeds = people & (c.flag("linked") | _carries_login(batch, c))
    owners[group[seeds]] = True
    owners[group[people & _widespread(c, mail, people)]] = True
    return Commits(c, people & owners[group], c.flag("on_site") | _site(c))


def _tying(column: Coded) -> Ints:
    """The codes of a column of identities without those that are nobody's."""
    kept: Ints = np.where(
        column.per_value(lambda value: value.strip().lower() in NOBODYS, False), -1, column.codes
    )
    return kept


def _groups(owner: Ints, mail: Ints, name: Ints, people: Bools) -> tuple[Ints, int]:
    """A number for each row's circle of identities: those of one profile that share one."""
    width = int(max(mail.max(), name.max())) + 2
    # A mailbox and a name are two kinds of node; -1 is a node that no other row is tied to.
    keys = np.concatenate([owner * width + mail + 1, -(owner * width + name + 1) - 1])
    _, node = np.unique(keys, return_inverse=True)
    size = int(node.max()) + 1
    first, second = node[: owner.size], node[owner.size :]
    tie = people & (mail >= 0) & (name >= 0)
    ties = coo_array((np.ones(int(tie.sum())), (first[tie], second[tie])), shape=(size, size))
    number, label = connected_components(ties, directed=False)
    return label[np.where(mail >= 0, first, second)].astype(np.int64), int(number)


def _widespread(c: Table, mail: Ints, people: Bools) -> Bools:
    """Rows whose mailbox stands in many of the profile's repositories."""
    repository = c.text("repository").codes
    rows = true_rows(people & (mail >= 0))
    if not rows.size:
        return people & False
    width = len(c.text("repository").values) + 1
    mailbox = c.owner * (int(mail.max()) + 2) + mail + 1
    boxes, box = np.unique(mailbox[rows], return_inverse=True)
    pairs = np.unique(box * width + repository[rows])
    spread = np.bincount(pairs // width, minlength=boxes.size)
    total = c.distinct(repository, np.ones(c.size, dtype=np.bool_))[c.owner[rows]]
    found = np.zeros(c.size, dtype=np.bool_)
    found[rows] = (spread[box] >= REPOSITORIES) & (spread[box] >= SHARE * total)
    return found


def _carries_login(batch: Batch, c: Table) -> Bools:
    """Rows whose raw address or name is the login's, or a mailbox the person gave."""
    login = batch.profiles.text("code.login")
    number = batch.profiles.number("code.account_id")
    mails = batch.table("emails")
    own = set(zip(mails.owner.tolist(), map(_lower, mails.text("address").texts()), strict=True))
    address, name = c.text("author_email"), c.text("author_name")
    found = np.zeros(c.size, dtype=np.bool_)
    told: dict[tuple[int, int, int], bool] = {}
    keys = zip(c.owner.tolist(), address.codes.tolist(), name.codes.tolist(), strict=True)
    for row, key in enumerate(keys):
        if key not in told:
            who = key[0]
            account = _lower(login.at(who))
            mail, called = _lower(address.at(row)), _lower(name.at(row))
            told[key] = (
                bool(account and called == account)
                or (who, mail) in own
                or _noreply(mail, account, number[who])
            )
        found[row] = told[key]
    return found


def _noreply(mail: str, login: str, account: float) -> bool:
    """Whether an address is the account's own noreply address; the number outlives a rename."""
    local, _, host = mail.partition("@")
    if host != NOREPLY:
        return False
    number, _, name = local.rpartition("+")
    if number.isdigit() and not np.isnan(account):
        return int(number) == account
    return bool(login) and name == login


def _site(c: Table) -> Bools:
    return c.text("committer_email").is_in([SITE])


def _lower(value: str | None) -> str:
    return (value or "").strip().lower()
