"""Links on any table of sign-ups: who shares a device, a line, a phone with whom came before.

The same code as the linkage family, for data without profiles. Nobody claims a name here, so that
everybody counts as unrelated to everybody else. With a label of known fraud it says how well each
count finds it, and how often it links people without the label.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from features.context import COULD_NOT_CHECK, NETWORK_KINDS, Networks
from features.keys import KINDS, LONGEST, account, address, mailbox, network, phone
from features.links import WIDE, Book, Links, Pairs, distinct, facts, pairs, rings
from features.segments import Bools, Floats, Ints
from fraudscore.errors import InputError
from fraudscore.link_report import Judge, Report, linked_groups, reports_table
from fraudscore.run import context_for
from fraudscore.screen import console, visible
from fraudscore.table_file import read_table_file
from fraudscore.whole_file import open_output, spare

GUESSES = {
    "ip": "line", "mail": "mailbox", "email": "mailbox", "phone": "phone", "mobile": "phone",
    "mfa": "mfa", "factor": "mfa", "device": "device", "fingerprint": "device",
    "address": "address", "street": "address", "account": "payout", "wallet": "payout",
    "iban": "payout",
}  # fmt: skip
"""Word in the name of a column -> kind of key, the first that fits."""
PLAIN: dict[str, Callable[[str], str]] = {
    "payout": account, "address": address, "phone": phone, "mailbox": mailbox,
}  # fmt: skip
YES, NO = ("1", "1.0", "true", "yes"), ("0", "0.0", "false", "no", "")
COLUMNS = 100
"""Width of the report, on a narrow screen too."""
TIME = "write times as 2026-06-01T00:00:00Z"


@dataclass(frozen=True, eq=False)
class Linked:
    """Facts of each user, one row a user in the order of the table, and a report of each count."""

    users: pd.DataFrame
    reports: tuple[Report, ...]


def run_link(
    *,
    table: Path,
    user: str,
    keys: Sequence[str],
    time: str | None = None,
    label: str | None = None,
    out: Path | None = None,
) -> None:
    """Link the users of a table, print the reports, write the facts of each user."""
    form = out.suffix.lower() if out else ".csv"
    if form not in (".csv", ".parquet"):
        raise InputError(f"{out}: write to a file that ends in .csv or .parquet")
    spare([table], out)
    found = link_table(read_table(table), user, keys, time, label, context_for(None).networks)
    screen = console()
    screen.width = max(screen.width, COLUMNS)  # numbers cut short say nothing
    screen.print(reports_table(found.reports, labelled=label is not None))
    if out is None:
        return
    data = io.BytesIO()
    if form == ".csv":
        found.users.to_csv(data, index=False, lineterminator="\n")
    else:
        found.users.to_parquet(data, index=False)
    with open_output(out) as stream:
        stream.write(data.getvalue())


def read_table(path: Path) -> pd.DataFrame:
    """A CSV or Parquet file as text. Raises InputError for a file without rows."""
    frame = read_table_file(path).rows()
    if frame.empty:
        raise InputError(f"{path} has no rows; write a header and one row a sign-up")
    return frame


def link_table(
    frame: pd.DataFrame,
    user: str,
    keys: Sequence[str],
    time: str | None = None,
    label: str | None = None,
    networks: Networks | None = None,
) -> Linked:
    """Who shares which key with whom came before, by ``time`` or else in the order of the table.

    ``keys``: columns, each with its kind where the name does not tell it, as in ``cookie=device``.
    A user with several rows is taken as of the last. Raises InputError naming column and cell.
    """
    owner, ids = _users(frame, user)
    columns = [_kind(frame, key) for key in keys]
    if not columns:
        raise InputError("name at least one column of keys, as in --key device_id")
    at = np.zeros(owner.size) if time is None else _times(frame, time)
    positive = None if label is None else _labels(frame, label, owner, ids.size)
    as_of = np.full(ids.size, -np.inf)
    np.maximum.at(as_of, owner, at)
    order = np.argsort(as_of, kind="stable")
    before = np.empty(ids.size, dtype=np.int64)
    before[order] = np.arange(ids.size)
    nothing = np.full((ids.size, WIDE), -1, dtype=np.int64)
    used, column_of = _uses(frame, columns, owner, at, networks)
    book = Book(as_of, before, nothing, nothing, nothing, *distinct(*used))
    found, crowd = pairs(book, nameless=True)
    ring = rings(found, ids.size, order)
    whole = facts(book, found, crowd, ring, np.zeros(0), np.zeros(0, dtype=np.int64))
    counts = _counts(book, found, column_of, len(columns))
    everybody = _frame(user, ids, [name for name, _ in columns], counts, whole)
    judge = Judge(positive, linked_groups(found, ids.size))
    reports = [
        judge.report(name, kind, counts[:, place], _hub_keys(book, crowd, column_of, place))
        for place, (name, kind) in enumerate(columns)
    ]
    reports += [
        judge.report(name, "all keys", values, 0)
        for name, values in (("bits", whole.bits), ("ring", ring - 1))
    ]
    if positive is not None:
        everybody[label] = positive.astype(np.int64)
    return Linked(everybody, tuple(reports))


def _column(frame: pd.DataFrame, name: str) -> list[str]:
    """A column as text, blank where nothing is given."""
    if name not in frame:
        there = ", ".join(visible(str(column)) for column in frame.columns[:20])
        raise InputError(f"there is no column {name!r}; the table has {there}")
    column = frame[name]
    if isinstance(column, pd.DataFrame):
        raise InputError(f"column {name!r} stands twice; give each column its own name")
    return ["" if missing else str(cell).strip() for cell, missing in zip(
        column.tolist(), column.isna().tolist(), strict=True
    )]  # fmt: skip


def _users(frame: pd.DataFrame, user: str) -> tuple[Ints, np.ndarray[Any, Any]]:
    """The user of each row as a number, and the ids in order of appearance."""
    names = _column(frame, user)
    if "" in names:
        row = names.index("") + 1
        raise InputError(f"row {row}, column {user!r} is empty; write who signed up")
    owner, ids = pd.factorize(np.array(names, dtype=object))
    return owner.astype(np.int64), ids


def _kind(frame: pd.DataFrame, key: str) -> tuple[str, str]:
    """The column of a key and its kind: told, or guessed from the words of its name."""
    name, _, kind = (key, "", "") if key in frame else key.rpartition("=")
    name = name or key
    _column(frame, name)
    if not kind:
        words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+", name)
        found = [GUESSES[word.lower()] for word in words if word.lower() in GUESSES]
        kind = found[0] if found else ""
    if kind not in KINDS:
        raise InputError(
            f"column {name!r} is no known kind of key; write --key {name}=KIND with one of "
            f"{', '.join(KINDS)}"
        )
    return name, kind


def _times(frame: pd.DataFrame, time: str) -> Floats:
    texts = _column(frame, time)
    parsed = pd.to_datetime(pd.Series(texts), utc=True, format="ISO8601", errors="coerce")
    bad = np.flatnonzero(parsed.isna())
    if bad.size:
        row = int(bad[0])
        raise InputError(f"row {row + 1}, column {time!r}: {texts[row]!r} is no time; {TIME}")
    epoch = pd.Timestamp(0, tz="UTC")
    return np.asarray((parsed - epoch) / pd.Timedelta(seconds=1), dtype=np.float64)


def _labels(frame: pd.DataFrame, label: str, owner: Ints, n: int) -> Bools:
    """Who has the label in any row."""
    texts = [text.lower() for text in _column(frame, label)]
    for row, text in enumerate(texts, 1):
        if text not in YES and text not in NO:
            raise InputError(f"row {row}, column {label!r}: {text!r}; write 1 or 0, or leave empty")
    positive = np.zeros(n, dtype=np.bool_)
    positive[owner[np.isin(texts, YES)]] = True
    return positive


def _uses(
    frame: pd.DataFrame,
    columns: Sequence[tuple[str, str]],
    owner: Ints,
    at: Floats,
    networks: Networks | None,
) -> tuple[tuple[Ints, Ints, Ints, Floats, Floats], Ints]:
    """Every use of a key as the links take them, and the column each key stands in."""
    people, kinds, codes, moments, column_of = [], [], [], [], []
    start = 0
    for place, (name, kind) in enumerate(columns):
        values = _plain(_column(frame, name), kind, networks)
        code, words = pd.factorize(np.array([value or None for value in values], dtype=object))
        rows = np.flatnonzero(code >= 0)
        people.append(owner[rows])
        kinds.append(np.full(rows.size, KINDS.index(kind)))
        codes.append(code[rows].astype(np.int64) + start)
        moments.append(at[rows])
        column_of.append(np.full(len(words), place))
        start += len(words)
    when = np.concatenate(moments)
    used = np.concatenate(people), np.concatenate(kinds), np.concatenate(codes), when, when
    return used, np.concatenate(column_of)


def _plain(values: Sequence[str], kind: str, networks: Networks | None) -> list[str]:
    """Keys in one form; addresses as lines, unless they are coded already.

    Of a key of absurd length only the beginning is read, as in profiles.
    """
    values = [value[:LONGEST] for value in values]
    if kind != "line":
        make = PLAIN.get(kind, str.casefold)
        return [make(value) for value in values]
    nets = [network(value) for value in values]
    if 2 * sum(map(bool, nets)) < sum(map(bool, values)):
        return values
    shared = _known_to_be_shared(values, networks) if networks else frozenset()
    return ["" if value in shared else net for value, net in zip(values, nets, strict=True)]


def _known_to_be_shared(values: Sequence[str], networks: Networks) -> frozenset[str]:
    """Addresses of carriers, companies and services, which say nothing of a home."""
    asked = list(dict.fromkeys(values))
    answers = networks.find(asked)
    home = (answers.state == COULD_NOT_CHECK) | (answers.kind <= NETWORK_KINDS.index("ordinary"))
    return frozenset(asked[place] for place in np.flatnonzero(~home))


def _counts(book: Book, found: Pairs, column_of: Ints, columns: int) -> Floats:
    """How many earlier users each user shares a key of each column with; NaN without a key."""
    n = book.as_of.size
    out = np.full((n, columns), np.nan)
    out[book.person, column_of[book.key]] = 0
    links = np.unique((found.later * columns + column_of[found.key]) * n + found.earlier)
    cells, counts = np.unique(links // n, return_counts=True)
    out[cells // columns, cells % columns] = counts
    return out


def _hub_keys(book: Book, crowd: Ints, column_of: Ints, place: int) -> int:
    return int(np.unique(book.key[(crowd > 0) & (column_of[book.key] == place)]).size)


def _frame(
    user: str, ids: np.ndarray[Any, Any], names: Sequence[str], counts: Floats, whole: Links
) -> pd.DataFrame:
    shared = {f"{name}_others": counts[:, place] for place, name in enumerate(names)}
    linked = {
        "linked_users": whole.identities,
        "sorts_of_key": whole.double,
        "link_bits": whole.bits.round(3),
        "ring_users": whole.ring,
        "hub_users": whole.hubs,
    }
    return pd.DataFrame({user: ids, **shared, **linked})
