"""Wise: the payer's statement of a balance, its list of transfers, or a batch of payments.

A statement names payees, never workers: say who works here with --map, or --person.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from fraudscore.connectors.accounts import bank_account
from fraudscore.connectors.cells import Cells, clean, must_know, pick, rows
from fraudscore.connectors.connector import Connector, Finding, Options, Report
from fraudscore.connectors.dates import moment
from fraudscore.connectors.payees import Payees, Payment, outgoing, worker_ids

PAYEE = "payeename targetname recipientname name".split()
NUMBER = "payeeaccountnumber iban recipientaccountnumber accountnumber account".split()
MAILBOX = "recipientemail receiveremail email".split()
EXPECTED = "export a statement, transfers or a batch of Wise as CSV with English headings"


def read(path: Path, options: Options, report: Report) -> Iterator[Finding]:
    """Payees of a statement, a list of transfers or a batch; the headings tell which."""
    payees = Payees(path, options, report)
    known = False
    for row, cells in rows(path, options, report):
        if not _is_wise(cells):
            continue
        known = True
        left_out = _left_out(cells)
        if left_out:
            report.ignored[left_out] += 1
            continue
        try:
            payees.pay(row, "Payee Name", _payment(cells, options))
        except ValueError as error:
            payees.unusable(row, error, "Payee Account Number")
    must_know(path, known, "an export of Wise", EXPECTED)
    yield from payees.findings()


def _is_wise(cells: Cells) -> bool:
    statement = "transferwiseid" in cells and "payeename" in cells
    transfers = "direction" in cells and "targetname" in cells
    batch = "targetcurrency" in cells and ("name" in cells or "recipientname" in cells)
    return statement or transfers or batch


def _left_out(cells: Cells) -> str | None:
    """Why a row is no payment to somebody, None if it is one."""
    if "transferwiseid" in cells and not outgoing(cells.get("amount")):
        return "incoming payments"
    if (cells.get("direction") or "OUT").upper() != "OUT":
        return "incoming payments"
    if (cells.get("status") or "").upper() in ("CANCELLED", "REFUNDED", "FAILED"):
        return "payments that did not arrive"
    return None if pick(cells, *PAYEE) else "card payments, fees and conversions"


def _payment(cells: Cells, options: Options) -> Payment:
    holder = clean(pick(cells, *PAYEE))
    number = pick(cells, *NUMBER)
    when = pick(cells, "date", "createdon", "finishedon")
    way = bank_account(options.keys, number, pick(cells, "bic", "swift", "swiftcode"))
    return Payment(
        ids=worker_ids(cells, *MAILBOX),
        marks=(number, holder, pick(cells, "paymentreference", "reference"), cells.get("note")),
        holder=holder,
        way={"provider": "Wise", **way},
        at=moment(when, day_first=True) if when else None,
    )


WISE = Connector("wise", "pay-outs: Wise, CSV of a statement, of transfers or of a batch", read)
