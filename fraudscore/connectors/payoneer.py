"""Payoneer: the payer's list of payees and pay-outs, or its transactions.

Transactions name payees in words, `Payment to ...`: say who works here with --map, or --person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from fraudscore.connectors.accounts import bank_account, e_money_account
from fraudscore.connectors.cells import Cells, clean, must_know, pick, rows
from fraudscore.connectors.connector import Connector, Finding, Options, Report
from fraudscore.connectors.dates import moment
from fraudscore.connectors.payees import Payees, Payment, days_first, outgoing, worker_ids

DATE = "paymentdate payoutdate transactiondate date".split()
PAYEE = "payeename recipientname beneficiaryname".split()
TARGET = "targetaccount target bankaccount accountnumber iban".split()
NOT_PAID = {"cancelled", "canceled", "failed", "returned", "rejected", "declined"}
EXPECTED = "export pay-outs with Payee ID, or transactions, as CSV with English headings"
_TO = re.compile(r"payment to (.+)", re.IGNORECASE)


def read(path: Path, options: Options, report: Report) -> Iterator[Finding]:
    """Payees of pay-outs or of transactions; the headings tell which."""
    payees = Payees(path, options, report)
    first = days_first(path, options, *DATE)
    known = False
    for row, cells in rows(path, options, report):
        payouts = any(heading in cells for heading in ("payeeid", *PAYEE))
        if not payouts and not ("description" in cells and "runningbalance" in cells):
            continue
        known = True
        left_out = _left_out(cells, payouts)
        if left_out:
            report.ignored[left_out] += 1
            continue
        try:
            payees.pay(row, "Payee ID", _payment(cells, first, options))
        except ValueError as error:
            payees.unusable(row, error, "Target")
    must_know(path, known, "an export of Payoneer", EXPECTED)
    yield from payees.findings()


def _left_out(cells: Cells, payouts: bool) -> str | None:
    """Why a row is no payment to somebody, None if it is one."""
    if (cells.get("status") or "").lower() in NOT_PAID:
        return "payments that did not arrive"
    if payouts:
        return None
    if not cells.get("debitamount") and not outgoing(cells.get("amount")):
        return "incoming payments"
    named = _TO.match(cells["description"]) or pick(cells, *PAYEE)
    return None if named else "withdrawals, cards and fees"


def _payment(cells: Cells, day_first: bool, options: Options) -> Payment:
    told = _TO.match(cells.get("description") or "")
    holder = clean(pick(cells, *PAYEE) or (told[1] if told else None))
    when = pick(cells, *DATE)
    target = pick(cells, *TARGET)
    return Payment(
        ids=worker_ids(cells, "payeeid", "payeeemail"),
        marks=(holder, target, pick(cells, "paymentid", "referenceid", "additionaldescription")),
        holder=holder,
        way=_way(cells, target, options),
        at=moment(when, day_first) if when else None,
    )


def _way(cells: Cells, target: str | None, options: Options) -> Mapping[str, Any]:
    """Into a bank account where one is named, else into the payee's account at Payoneer."""
    by_bank = "bank" in (pick(cells, "paymentmethod", "payoutmethod") or "").lower()
    way = bank_account(options.keys, target, pick(cells, "bic", "swift")) if target else {}
    if by_bank or way.get("country"):
        return {"method": "bank", "provider": "Payoneer", **way}
    return e_money_account(options.keys, "Payoneer", pick(cells, "payoneerid", "payoneeraccountid"))


PAYONEER = Connector("payoneer", "pay-outs: Payoneer, CSV of pay-outs or of transactions", read)
