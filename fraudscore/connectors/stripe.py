"""Stripe Connect: accounts with their external accounts, and pay-outs with expanded destinations.

The holder is the name on the bank account or card. Names, birthdays, addresses and documents that
Stripe holds of the person stay behind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from features.tables import country_codes
from fraudscore.connectors.accounts import PURPOSE
from fraudscore.connectors.cells import clean, must_know, whole
from fraudscore.connectors.connector import Connector, Finding, Options, Report
from fraudscore.connectors.dates import moment
from fraudscore.connectors.exports import json_document
from fraudscore.connectors.payees import Payees, Payment
from fraudscore.connectors.values import dig, given
from fraudscore.errors import InputError

DOCUMENT_MAX = 64 * 1024 * 1024
"""Largest list in bytes; a page of Stripe's API holds a hundred objects."""
WORKER = ("worker_id", "profile_id", "user_id", "contractor_id", "freelancer_id", "external_id")
"""Keys of ``metadata`` under which platforms keep their own id of a person."""
METHODS = {"bank_account": "bank", "card": "card"}
EXPECTED = 'give a list of Stripe\'s API as JSON: {"object": "list", "data": [...]}'


def read(path: Path, options: Options, report: Report) -> Iterator[Finding]:
    """Accounts of a list of accounts, of external accounts or of pay-outs, also mixed."""
    found = json_document(path, options, DOCUMENT_MAX)
    items = found.get("data", [found]) if isinstance(found, Mapping) else found
    if not isinstance(items, list):
        raise InputError(f"{path} is not a list of Stripe; {EXPECTED}")
    reader = _Reader(Payees(path, options, report), options, report)
    for number, item in enumerate(items):
        reader.take(number, item)
    must_know(path, reader.known, "a list of Stripe", EXPECTED)
    yield from reader.payees.findings()


class _Reader:
    def __init__(self, payees: Payees, options: Options, report: Report) -> None:
        self.payees = payees
        self.known = False
        self._options = options
        self._report = report

    def take(self, number: int, item: Any) -> None:
        """One object of the list, of whatever kind."""
        kind = _kind(item)
        self.known |= kind in ("account", "payout", *METHODS)
        where = f"data[{number}]"
        if kind == "account":
            self._account(number, where, item)
        elif kind == "payout":
            self._payout(number, where, item)
        elif kind in METHODS:
            self._pay(number, where, item, _names(item), None)
        else:
            self._reject(number, where, "is no account or payout", "objects of Stripe's API")

    def _account(self, number: int, where: str, account: Mapping[str, Any]) -> None:
        for part in ("individual", "company", "business_profile"):
            if part in account:
                self._report.ignored["personal details"] += 1
        if "external_accounts" not in account:
            self._report.ignored["accounts without external accounts"] += 1
            return None
        listed = dig(account, "external_accounts", "data")
        if not isinstance(listed, list):
            return self._reject(
                number, f"{where}.external_accounts.data", "is no list", "the account's own list"
            )
        for place, external in enumerate(listed):
            here = f"{where}.external_accounts.data[{place}]"
            self._pay(number, here, external, _names(account), None)
        return None

    def _payout(self, number: int, where: str, payout: Mapping[str, Any]) -> None:
        if not isinstance(payout.get("destination"), Mapping):
            self._report.ignored["payouts without expanded destination"] += 1
            return
        if payout.get("status") in ("failed", "canceled"):
            self._report.ignored["payouts that did not arrive"] += 1
            return
        try:
            at = moment(payout.get("created"))
        except ValueError as error:
            self._reject(number, f"{where}.created", str(error), "seconds since 1970")
            return
        names = (*_names(payout), *_names(payout["destination"]))
        self._pay(number, f"{where}.destination", payout["destination"], names, at)

    def _pay(
        self, number: int, where: str, external: Any, names: tuple[Any, ...], at: str | None
    ) -> None:
        kind = _kind(external)
        if kind not in METHODS:
            return self._reject(number, where, "is no bank account or card", "bank_account or card")
        key = whole(external.get("fingerprint")) or whole(external.get("id"))
        if key is None:
            write = "fingerprint or id as Stripe gives it"
            return self._reject(number, where, "has no fingerprint and no id", write)
        holder = clean(external.get("account_holder_name") or external.get("name"))
        country = clean(external.get("country"))
        way = given(
            method=METHODS[kind],
            provider=clean(external.get("bank_name") or external.get("brand")),
            country=country if country in country_codes() else None,
            account=self._options.keys.keyed(PURPOSE, f"stripe:{key}"),
        )
        return self.payees.pay(number + 1, where, Payment(names, (holder, key), holder, way, at))

    def _reject(self, number: int, where: str, found: str, write: str) -> None:
        self.payees.reject(number + 1, where, found, write)


def _kind(thing: Any) -> str:
    kind = thing.get("object") if isinstance(thing, Mapping) else None
    return kind if isinstance(kind, str) else ""


def _names(thing: Mapping[str, Any]) -> tuple[Any, ...]:
    """The platform's id of the person, else their mailbox."""
    return (*(dig(thing, "metadata", key) for key in WORKER), thing.get("email"))


STRIPE = Connector("stripe", "pay-outs: Stripe Connect, list of accounts or payouts as JSON", read)
