"""Accounts that pay goes to: checked, placed at a bank, and keyed; a number is never kept."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

from schwifty import BIC, IBAN
from schwifty.exceptions import (
    InvalidChecksumDigits,
    InvalidCountryCode,
    InvalidLength,
    SchwiftyException,
)

from features.placeholders import says_nothing
from features.tables import country_codes, rows
from fraudscore.connectors.cells import clean, whole
from fraudscore.connectors.keys import Keys
from fraudscore.connectors.values import given

PURPOSE = "account"
NUMBER_MIN, NUMBER_MAX = 8, 64
"""Shorter numbers belong to many people at different banks; longer ones to nobody."""
_IBAN = re.compile(r"[A-Z]{2}\d\d[A-Z0-9]{8,30}", re.ASCII)
_MASKED = re.compile(r"[*•…#]|\.\.|x{3}", re.IGNORECASE)
BIC_MAX = 20
REASONS = {
    InvalidChecksumDigits: "its check digits do not fit",
    InvalidLength: "it has too few or too many characters for its country",
}


class NoIban(ValueError):
    """A number in the form of an IBAN that cannot be one."""


def bank_account(keys: Keys, number: Any, bic: Any = None) -> dict[str, Any]:
    """What a pay-out says of an account number, IBAN or not, and the bank's BIC where known.

    Raises NoIban for an IBAN that cannot be one. Masked and very short numbers name no account,
    nor does what stands where nothing is known.
    """
    text = whole(number, NUMBER_MAX) or ""
    compact = re.sub(r"[\s-]", "", text).upper()
    bank, iban = _bic(bic), _iban(compact)
    if iban:
        bank = _bic(iban.bic) or bank
        return _way(bank, iban.country_code, iban.bank_name, keys.keyed(PURPOSE, iban.compact))
    country = bank.country_code if bank else None
    known = not (_MASKED.search(text) or says_nothing(text)) and len(compact) >= NUMBER_MIN
    local = f"{bank[:8]}:{compact}" if bank else compact
    return _way(bank, country, None, keys.keyed(PURPOSE, local) if known else None)


def e_money_account(keys: Keys, provider: str, handle: str | None) -> dict[str, Any]:
    """What a pay-out says of an account at a payment service, known by a mailbox or an id."""
    known = handle and not says_nothing(handle)
    account = keys.keyed(PURPOSE, f"{provider}:{handle}") if known else None
    return given(method="e_money", provider=provider, account=account)


@lru_cache(maxsize=10_000)
def _iban(compact: str) -> IBAN | None:
    """The IBAN, None for a number that has not the form of one in any country."""
    if not _IBAN.fullmatch(compact):
        return None
    try:
        return IBAN(compact)
    except InvalidCountryCode:
        return None
    except SchwiftyException as error:
        hidden = f"{compact[:4]}...{compact[-4:]}"
        raise NoIban(f"{hidden} is no IBAN: {REASONS.get(type(error), 'wrong form')}") from error


def _way(
    bank: BIC | None, country: str | None, name: str | None, account: str | None
) -> dict[str, Any]:
    method, provider = _institution(bank, name)
    known = country if country in country_codes() else None
    return given(method=method, provider=provider, country=known, account=account)


@lru_cache(maxsize=10_000)
def _institution(bank: BIC | None, name: str | None) -> tuple[str, str | None]:
    """How a bank or payment service pays, and its name; cached, as schwifty searches all banks."""
    service = _service(bank)
    names = (service, name, *(bank.bank_names if bank else ()))
    return "e_money" if service else "bank", next(filter(None, map(clean, names)), None)


def _bic(value: Any) -> BIC | None:
    return _bank(str(value)) if isinstance(value, str) and len(value) <= BIC_MAX else None


@lru_cache(maxsize=10_000)
def _bank(bic: str) -> BIC | None:
    try:
        return BIC(bic)
    except SchwiftyException:
        return None


def _service(bank: BIC | None) -> str | None:
    """The e-money or payment institution with this BIC; None for banks."""
    known = _services()
    return (known.get(bank[:8]) or known.get(bank[:4])) if bank else None


@cache
def _services() -> dict[str, str]:
    return {row["bic"]: row["name"] for row in rows("e_money")}
