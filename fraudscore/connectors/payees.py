"""Payments of an export gathered into the accounts that each person is paid into.

Who a payment is for: with a mapping ``{"workers": {"name, mailbox, IBAN or reference": "id"}}``
only the people in it, else the worker's id or mailbox of the export, else --person. Statements hold
everybody whom a firm pays; whoever is in no mapping stays out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from features.fields import FEW_MAX
from fraudscore.connectors.accounts import NoIban
from fraudscore.connectors.cells import Cells, clean, person, pick, rows, shown
from fraudscore.connectors.connector import Finding, Options, Report
from fraudscore.connectors.dates import day_first
from fraudscore.connectors.values import given
from fraudscore.errors import InputError

WORKER = "workerid profileid contractorid freelancerid employeeid workeremail".split()
"""Headings under which an export that was made for us names the worker."""


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment: who it may be for, where it went, when.

    ``ids`` name the worker; ``marks`` (payee, IBAN, reference) do so only through a mapping.
    """

    ids: tuple[Any, ...]
    marks: tuple[Any, ...]
    holder: str | None
    way: Mapping[str, Any]
    at: str | None = None


class Payees:
    """The accounts of everybody paid in one export, until all of it was read."""

    def __init__(self, path: Path, options: Options, report: Report) -> None:
        self._file = str(path)
        self._report = report
        self._person = options.person
        self._workers = _workers(options.mapping)
        self._accounts: dict[str, dict[Any, _Account]] = {}

    @property
    def everybody(self) -> bool:
        """Whether no mapping says who works here, so that only pay-outs may be taken for pay."""
        return self._workers is None

    def pay(self, row: int | None, where: str, payment: Payment) -> None:
        """Take one payment in; reported where nobody is named."""
        if self._workers is not None:
            marks = map(_mark, (*payment.ids, *payment.marks))
            who = next((self._workers[mark] for mark in marks if mark in self._workers), None)
            if who is None:
                self._report.ignored["payments to others"] += 1
                return
        else:
            who = next(filter(None, map(person, payment.ids)), self._person)
        if who is None:
            write = "the worker's id or e-mail, or give --person ID or --map with workers"
            self.reject(row, where, "names no worker", write)
            return
        self._report.used["payments"] += 1
        accounts = self._accounts.setdefault(who, {})
        name = (payment.holder or "").casefold()
        key = payment.way.get("account") or (payment.way.get("provider"), name)
        if key not in accounts and len(accounts) >= FEW_MAX:
            self.reject(row, where, "is one account too many of a person", "split the export")
            return
        accounts.setdefault(key, _Account()).take(payment, name)

    def unusable(self, row: int, error: ValueError, account: str, date: str = "Date") -> None:
        """One payment whose account or date cannot be read; the columns of both."""
        if isinstance(error, NoIban):
            self.reject(row, account, str(error), "the IBAN as the bank gives it")
        else:
            self.reject(row, date, str(error), "a day as 2026-01-31, or see day_first")

    def reject(self, row: int | None, where: str, found: str, write: str) -> None:
        """One payment that cannot be used."""
        self._report.reject(self._file, row, where, found, write)

    def findings(self) -> Iterator[Finding]:
        """One finding a person.

        The first payment into an account dates it only where the export shows another account of
        the same person: a statement that begins in May says nothing of accounts older than May.
        """
        for who, accounts in self._accounts.items():
            dated = len(accounts) > 1
            payouts = [row for account in accounts.values() for row in account.rows(dated)]
            self._report.used["accounts"] += len(accounts)
            yield Finding(who, {"payouts": payouts[:FEW_MAX]})


class _Account:
    """One account: the names its holder was given, and the first payment into it."""

    def __init__(self) -> None:
        self._rows: dict[str, dict[str, Any]] = {}
        self._first: str | None = None
        self._undated = False

    def take(self, payment: Payment, name: str) -> None:
        if len(self._rows) < FEW_MAX:
            self._rows.setdefault(name, given(holder=payment.holder, **payment.way))
        self._undated |= payment.at is None
        self._first = min(filter(None, (self._first, payment.at)), default=None)

    def rows(self, dated: bool) -> Iterator[dict[str, Any]]:
        """A row for each name; the date stands on one of them, as it is one account."""
        for number, row in enumerate(self._rows.values()):
            first = self._first if dated and not self._undated and number == 0 else None
            yield given(added_at=first, **row)


def _workers(mapping: Mapping[str, Any] | None) -> dict[str, str] | None:
    listed = (mapping or {}).get("workers")
    if listed is None:
        return None
    if not isinstance(listed, Mapping):
        raise InputError('"workers" is no mapping; write {"workers": {"Mira Lind": "w-17"}}')
    found: dict[str, str] = {}
    for name, who in listed.items():
        named = person(who)
        if named is None or not _mark(name):
            raise InputError(f'"workers" maps {shown(name)} to {shown(who)}; write a profile id')
        found[_mark(name)] = named
    return found


def _mark(value: Any) -> str:
    """Names, mailboxes, references and IBANs compare without case and blanks."""
    return re.sub(r"\s+", "", clean(value) or "").casefold()


def worker_ids(cells: Cells, *headings: str) -> tuple[str, ...]:
    """What a row says of the worker under our own headings and the export's."""
    return tuple(cells[name] for name in (*WORKER, *headings) if cells.get(name))


def days_first(path: Path, options: Options, *headings: str) -> bool:
    """Whether the dates of a table name the day first: told by ``day_first`` in the mapping, else
    by the first date that leaves no doubt, else the month comes first as in the United States.
    """
    told = (options.mapping or {}).get("day_first")
    if isinstance(told, bool):
        return told
    cells = (pick(found, *headings) or "" for _, found in rows(path, options, Report()))
    return bool(day_first(cells))


def outgoing(amount: str | None) -> bool:
    """Whether an amount was paid out."""
    return bool(amount) and (amount or "").strip()[:1] in ("-", "−", "(")
