"""What one cell of a spreadsheet of people means, whichever way a person typed it."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from rapidfuzz import fuzz, process

from features.problems import shorten
from features.tables import (
    country_called,
    country_codes,
    country_name,
    country_words,
    plain_country,
)
from fraudscore.headers import COUNTRIES, MOMENTS, NAMING, SEVERAL

PLACEHOLDERS = frozenset(
    "- -- --- – — . ... / ? ?? ??? n/a na n.a. n.a n/k nil null none no same sameasabove asabove "
    "ditto tba tbc tbd tobeconfirmed tobedecided pending unknown notknown notavailable "
    "notapplicable notgiven notprovided notsupplied".split()
)
"""What people write into a cell when they have nothing to write, in small letters without blanks."""
ANSWERS = {
    "claims.own_device": {"no"},
    "claims.vpn": {"no", "none"},
    "checks.verified": {"no", "same"},
    "checks.interviewed": {"no", "same"},
}
ANSWERS |= {path: {"na", "no"} for path in COUNTRIES}
ANSWERS |= {path: {"na", "nil", "no", "none", "null", "same"} for path in NAMING}
"""Columns where one of these words is an answer: a check may say no, NO is Norway, Na a family."""
NO_MIDDLE = {"nmn", "nmi", "nomiddlename", "(none)"}
"""What some write where somebody has no middle name."""
ERRORS = frozenset(
    "#N/A #REF! #VALUE! #NAME? #DIV/0! #NUM! #NULL! #SPILL! #CALC! #FIELD! #BLOCKED! #CONNECT! "
    "#BUSY! #UNKNOWN! #GETTING_DATA #ERROR!".split()
)
"""What a spreadsheet program shows in place of a value that it could not work out."""
ALIKE = 80
"""Likeness in percent from which a word is taken for a country mistyped: England is not Finland."""
DATE_FORMS = (
    "%d.%m.%Y",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%d %B %Y",
    "%d %b %Y",
    "%B %d, %Y",
    "%Y/%m/%d",
    "%d.%m.%Y %H:%M",
)
VPN = {"yes": "privacy", "no": None, "none": None}
"""What a declared VPN is when its kind is not written: one for privacy, or none."""
CHECKS = {
    "same": "same",
    "yes": "same",
    "ok": "same",
    "passed": "same",
    "different": "different",
    "failed": "failed",
    "no": "not_checked",  # not made, as a rule; who means a failure writes so
    "not checked": "not_checked",
}


class BadCell(ValueError):
    """A cell that cannot be understood."""

    def __init__(self, found: str, write: str) -> None:
        super().__init__(f"{found}; {write}")
        self.found = found
        self.write = write


class LostCell(BadCell):
    """A cell whose value the file does not hold; the row can be used without it."""


def values_of(path: str, cell: str) -> list[str]:
    """The values in a cell, of those that say something; none where nothing was supplied.

    Raises LostCell for an error of the spreadsheet program or a formula.
    """
    if cell.startswith("="):
        raise LostCell(
            f"{shorten(cell)} is a formula without its value, and was not used",
            "open the file in a spreadsheet program and save it, or write the value",
        )
    parts = [part.strip() for part in cell.split(";")] if path in SEVERAL else [cell.strip()]
    for part in parts:
        if part.upper() in ERRORS or re.fullmatch(r"#{2,}|Err:\d+", part):
            raise LostCell(
                f"{shorten(part)} is an error of the spreadsheet, and was not used",
                "write the value, or leave the cell empty",
            )
    return [part for part in parts if part and not _placeholder(path, part)]


def _placeholder(path: str, part: str) -> bool:
    word = re.sub(r"\s+", "", part).casefold()
    if path == "claims.name.middle" and word in NO_MIDDLE:
        return True
    return word in PLACEHOLDERS and word not in ANSWERS.get(path, ())


def value_of(path: str, cell: str) -> Any:
    """What a cell says, as the record wants it. Raises BadCell for what cannot be understood."""
    if path in COUNTRIES:
        return _country(cell)
    if path in MOMENTS:
        return moment(cell)
    if path == "contact.phones.number":
        return _phone(cell)
    if path == "claims.vpn":
        return VPN.get(cell.casefold(), cell.casefold())
    if path in ("payouts.method", "contact.phones.carrier_type"):
        return re.sub(r"[\s-]+", "_", cell.casefold())
    return cell


def _phone(cell: str) -> str:
    """A number as typed; the apostrophe that makes a cell text is not part of it."""
    if re.fullmatch(r"[\d.,]+[eE]\+?\d+", cell):
        raise BadCell(
            f"{shorten(cell)} lost its digits", "format the column as text, type it again"
        )
    return cell.lstrip("'")


def _country(cell: str) -> str:
    code = cell.upper() if cell.upper() in country_codes() else country_called(cell)
    if code:
        return code
    words = country_words()
    like = process.extractOne(
        plain_country(cell), words.keys(), scorer=fuzz.ratio, score_cutoff=ALIKE
    )
    name = country_name(words[like[0]]) if like else ""
    advice = f"did you mean '{name}'?" if name else "write a country or its two letters"
    raise BadCell(f"{shorten(cell)} is not a country", advice)


def moment(cell: str) -> str:
    """A date or time as typed, in ISO form with a zone (UTC where none is given)."""
    text = cell.removesuffix("UTC").strip()
    zoned = text.replace("Z", "+00:00")
    try:
        found = datetime.fromisoformat(zoned)
    except ValueError:
        found = _by_form(text)
    return found.isoformat() if found.tzinfo else f"{found.isoformat()}+00:00"


def _by_form(text: str) -> datetime:
    slashes = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text)
    if slashes:
        return _slashes(text, *map(int, slashes.groups()))
    for form in DATE_FORMS:
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    raise BadCell(f"{shorten(text)} is not a date", "write 2026-12-01 or 2026-12-01 09:30 UTC")


def _slashes(text: str, first: int, second: int, year: int) -> datetime:
    """``25/04/2026`` can only be April; ``03/04/2026`` is asked back."""
    readings = {(second, first), (first, second)}
    days = sorted({(m, d) for m, d in readings if 1 <= m <= 12 and 1 <= d <= 31})
    written = " or ".join(f"{year}-{m:02}-{d:02}" for m, d in reversed(days))
    if len(days) > 1:
        raise BadCell(f"{shorten(text)} can be read two ways", f"write {written}")
    try:
        return datetime(year, *days[0])
    except (IndexError, ValueError):
        raise BadCell(f"{shorten(text)} is not a date", "write 2026-12-01") from None


def outcome_of(cell: str) -> str:
    """The outcome of a check. Raises BadCell for what is none."""
    outcome = CHECKS.get(re.sub(r"[\s_-]+", " ", cell.casefold()))
    if outcome is None:
        raise BadCell(
            f"{shorten(cell)} is no outcome", "write same, different, failed or not checked"
        )
    return outcome


def session_of(part: str) -> dict[str, str]:
    """``203.0.113.7 @ 2026-05-01 09:00 UTC``; the time is needed to hold it against the claims."""
    ip, _, when = part.partition("@")
    if not when.strip():
        raise BadCell(f"{shorten(part.strip())} has no time", "write ip @ 2026-05-01 09:00 UTC")
    return {"ip": ip.strip(), "at": moment(when.strip()), "kind": "login"}
