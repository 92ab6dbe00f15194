"""PayPal: the report of pay-outs (mass payments), and the activity download of the payer.

Of an activity download only pay-outs are taken, unless a mapping says who works here: a firm also
pays shops and landlords.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from fraudscore.connectors.accounts import e_money_account
from fraudscore.connectors.cells import Cells, clean, must_know, pick, rows
from fraudscore.connectors.connector import Connector, Finding, Options, Report
from fraudscore.connectors.dates import moment
from fraudscore.connectors.payees import Payees, Payment, days_first, outgoing, worker_ids

RECIPIENT = "recipient receiver recipientemail recipientidentifier recipientemailaddress".split()
DATE = "date timeprocessed transactiondate payoutdate".split()
NOT_PAID = set(
    "failed denied returned blocked refunded reversed canceled cancelled expired removed".split()
)
PAYOUT_WORDS = ("mass pay", "masspay", "payout")
EXPECTED = (
    "give the CSV of Payouts or of Activity download with English headings; a file made for "
    "uploading has none: put Recipient,Amount,Currency,Customer ID above it"
)


def read(path: Path, options: Options, report: Report) -> Iterator[Finding]:
    """Payees of either report; which of the two is told by the headings."""
    payees = Payees(path, options, report)
    first = days_first(path, options, *DATE)
    known = False
    for row, cells in rows(path, options, report):
        activity = "toemailaddress" in cells and "gross" in cells
        if not activity and not any(heading in cells for heading in RECIPIENT):
            continue
        known = True
        left_out = _left_out(cells, activity, payees.everybody)
        if left_out:
            report.ignored[left_out] += 1
            continue
        where = "To Email Address" if activity else "Recipient"
        try:
            payees.pay(row, where, _payment(cells, first, options))
        except ValueError as error:
            payees.unusable(row, error, where)
    must_know(path, known, "a report of PayPal", EXPECTED)
    yield from payees.findings()


def _left_out(cells: Cells, activity: bool, everybody: bool) -> str | None:
    """Why a row is no payment to a worker, None if it may be one."""
    status = (pick(cells, "status", "transactionstatus") or "").lower()
    if status in NOT_PAID:
        return "payments that did not arrive"
    if not activity:
        return None
    if not outgoing(cells["gross"]):
        return "incoming payments"
    kind = cells.get("type", "").lower()
    return "other payments" if everybody and not any(w in kind for w in PAYOUT_WORDS) else None


def _payment(cells: Cells, day_first: bool, options: Options) -> Payment:
    recipient = pick(cells, "toemailaddress", *RECIPIENT)
    when = pick(cells, *DATE)
    holder = clean(pick(cells, "recipientname", "name", "fullname"))
    ids = worker_ids(cells, "customerid")
    return Payment(
        ids=(*ids, recipient) if recipient and "@" in recipient else ids,
        marks=(recipient, holder),
        holder=holder,
        way=e_money_account(options.keys, "PayPal", clean(recipient)),
        at=moment(when, day_first) if when else None,
    )


PAYPAL = Connector("paypal", "pay-outs: PayPal, CSV of Payouts or of Activity download", read)
