"""SEPA payments: pain.001 (payment orders) and camt.053 (statements), of any version.

No library on PyPI reads both and is widely kept, so the few fields are walked here. XML that
declares a document type or entities is refused whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from fraudscore.connectors.accounts import bank_account
from fraudscore.connectors.cells import clean, must_know
from fraudscore.connectors.connector import Connector, Finding, Options, Report
from fraudscore.connectors.dates import moment
from fraudscore.connectors.exports import opened
from fraudscore.connectors.payees import Payees, Payment
from fraudscore.errors import InputError

ITEM_MAX = 16 * 1024 * 1024
"""Most bytes from the end of one payment to the end of the next."""
DEPTH_MAX = 64
"""Deepest nesting; a statement has a dozen levels."""
ORDER, ENTRY = "CdtTrfTxInf", "Ntry"
EXPECTED = "give a pain.001 or camt.053 file as the bank or the payroll program wrote it"


def read(path: Path, options: Options, report: Report) -> Iterator[Finding]:
    """Creditors of the orders of a pain.001, or of the debits of a camt.053."""
    payees = Payees(path, options, report)
    number = 0
    try:
        with opened(path, options) as stream:
            for number, (item, day) in enumerate(_items(_Bounded(stream, path)), 1):
                for where, transaction, when in _transactions(item, day, report):
                    _pay(number, where, transaction, when, payees, options)
    except DefusedXmlException as error:
        raise InputError(f"{path} declares entities or a document type, refused") from error
    except InputError:
        raise
    except (ParseError, LookupError, ValueError) as error:
        if not number:
            raise InputError(f"{path} is not a SEPA file: {error}; {EXPECTED}") from error
        report.reject(str(path), None, "", f"is cut off or damaged: {error}", "export it again")
    must_know(path, number > 0, "a pain.001 or camt.053 with payments", EXPECTED)
    yield from payees.findings()


class _Bounded:
    """A stream that ends the reading when too much passes without a payment."""

    def __init__(self, stream: IO[bytes], path: Path) -> None:
        self._stream = stream
        self.path = path
        self.passed = 0

    def read(self, size: int = -1) -> bytes:
        """Some bytes more. Raises InputError."""
        data = self._stream.read(size)
        self.passed += len(data)
        if self.passed > ITEM_MAX:
            raise InputError(f"{self.path} holds {ITEM_MAX} bytes without a payment; {EXPECTED}")
        return data


def _items(stream: _Bounded) -> Iterator[tuple[Element, str | None]]:
    """Payment orders and statement entries, each with the day its batch is to be executed.

    What was read is dropped at once, so that a statement of years fits in the memory.
    """
    above: list[Element] = []
    day: str | None = None
    for event, element in iterparse(stream, events=("start", "end"), forbid_dtd=True):
        if event == "start":
            above.append(element)
            if len(above) > DEPTH_MAX:
                raise InputError(f"{stream.path} nests deeper than any payment; {EXPECTED}")
            continue
        above.pop()
        name = _local(element)
        if name == "ReqdExctnDt":
            day = _text(element) or _text(_at(element, "Dt")) or _text(_at(element, "DtTm"))
        if name in (ORDER, ENTRY):
            yield element, day
            stream.passed = 0
            if above:
                above[-1].remove(element)


def _transactions(
    item: Element, day: str | None, report: Report
) -> Iterator[tuple[str, Element, str | None]]:
    """The single payments of an order or an entry that pay somebody."""
    if _local(item) == ORDER:
        yield ORDER, item, day
        return
    booked = _text(_at(item, "BookgDt", "Dt")) or _text(_at(item, "BookgDt", "DtTm"))
    if _text(_at(item, "CdtDbtInd")) != "DBIT" or _text(_at(item, "RvslInd")) == "true":
        report.ignored["incoming payments and reversals"] += 1
        return
    details = [detail for part in _all(item, "NtryDtls") for detail in _all(part, "TxDtls")]
    if not details:
        report.ignored["entries without details"] += 1
    for place, detail in enumerate(details):
        yield f"{ENTRY}/TxDtls[{place}]", detail, booked


def _pay(
    number: int, where: str, item: Element, day: str | None, payees: Payees, options: Options
) -> None:
    parties, agents = _at(item, "RltdPties"), _at(item, "RltdAgts")
    owner = item if _local(item) == ORDER else parties
    creditor = _at(owner, "Cdtr")
    # From version 8 of camt on, a party stands one level deeper.
    party = _at(creditor, "Pty")
    creditor = creditor if party is None else party
    account = _at(owner, "CdtrAcct", "Id")
    number_text = _text(_at(account, "IBAN")) or _text(_at(account, "Othr", "Id"))
    agent = _at(item if agents is None else agents, "CdtrAgt", "FinInstnId")
    holder = clean(_text(_at(creditor, "Nm")))
    if holder is None and number_text is None:
        payees.reject(number, where, "names no creditor", "Cdtr/Nm and CdtrAcct")
        return
    own_id = _text(_at(creditor, "Id", "PrvtId", "Othr", "Id"))
    mailbox = _text(_at(creditor, "CtctDtls", "EmailAdr"))
    references = (_at(item, "PmtId", "EndToEndId"), _at(item, "Refs", "EndToEndId"))
    bic = _text(_at(agent, "BICFI")) or _text(_at(agent, "BIC"))
    try:
        way = bank_account(options.keys, number_text, bic)
        # The day is enough; a time of booking says when the bank's computer worked.
        at = moment(day[:10]) if day else None
    except ValueError as error:
        payees.unusable(number, error, f"{where}/CdtrAcct/Id/IBAN", where)
        return
    marks = (number_text, holder, *map(_text, references))
    payees.pay(number, where, Payment((own_id, mailbox), marks, holder, way, at))


def _at(element: Element | None, *path: str) -> Element | None:
    for step in path:
        element = next(_all(element, step), None)
    return element


def _all(element: Element | None, name: str) -> Iterator[Element]:
    return (
        (child for child in element if _local(child) == name) if element is not None else iter(())
    )


def _local(element: Element) -> str:
    """The name without its namespace, which names the version."""
    return str(element.tag).rpartition("}")[2]


def _text(element: Element | None) -> str | None:
    return (element.text or "").strip() or None if element is not None else None


SEPA = Connector("sepa", "pay-outs: SEPA orders (pain.001) or statements (camt.053), XML", read)
