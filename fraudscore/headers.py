"""The headers of an HR spreadsheet and where each goes in the record.

Matching ignores case, spaces, underscores, hyphens, stars and colons. A column called Notes is
ignored on purpose: free text about a person is where origin and appearance creep in. For the same
reason a column is refused whichever way its header is spelled: ``DateOfBirth``, ``Age (years)``,
``Country of origin``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from features.fields import FORBIDDEN

HEADERS: dict[str, tuple[str, ...]] = {
    "profile_id": ("id", "profile id", "applicant id", "employee id", "worker id"),
    "as_of": ("as of", "as of date", "date"),
    "claims.name": ("name", "full name", "applicant", "worker", "legal name"),
    "claims.name.given": (
        "first name",
        "given name",
        "given names",
        "forename",
        "forenames",
    ),
    "claims.name.middle": ("middle name", "middle names", "middle initial"),
    "claims.name.family": ("last name", "surname", "family name", "first last name"),
    "claims.name.second_family": ("second last name", "second surname", "second family name"),
    "claims.other_names": (
        "other names",
        "former name",
        "maiden name",
        "also known as",
        "preferred name",
        "known as",
    ),
    "claims.places.country": ("country", "claimed country", "country of residence", "home country"),
    "claims.places.region": ("region", "state", "province"),
    "claims.places.city": ("city", "claimed city", "town"),
    "claims.time_zone": ("time zone", "timezone", "tz"),
    "claims.vpn": ("vpn declared", "declared vpn", "vpn"),
    "claims.agency": ("agency", "employer of record"),
    "claims.payees.name": ("declared payee",),
    "claims.own_device": ("own device", "byod"),
    "claims.role": ("role", "job title", "position"),
    "contact.emails.address": ("email", "emails", "e-mail", "email address"),
    "contact.phones.number": ("phone", "phones", "mobile", "phone number", "telephone"),
    "contact.phones.carrier_type": ("phone type", "carrier type"),
    "payouts.holder": (
        "account holder",
        "account holder name",
        "bank account holder",
        "bank account name",
        "name on account",
        "beneficiary",
        "beneficiary name",
        "payee",
        "payee name",
    ),
    "payouts.account": ("iban", "account number", "bank account number", "bank account", "account"),
    "payouts.method": ("payout method", "payment method"),
    "payouts.provider": ("payout provider", "payment provider", "bank"),
    "payouts.country": ("payout country", "bank country", "account country"),
    "payouts.added_at": ("payout added", "account added"),
    "payouts.other_workers": ("other workers on account",),
    "sessions": ("login ips", "login ip", "ip", "ips", "sign-ins", "ip addresses"),
    "devices.tools.name": ("remote tools", "remote access tools"),
    "devices.activation_country": ("laptop started in", "device country"),
    "shipments.address": ("laptop ship to", "ship to", "shipping address"),
    "shipments.country": ("shipped to country", "ship to country"),
    "shipments.received_by": ("received by",),
    "checks.verified": ("identity check", "id check"),
    "checks.interviewed": ("interview check",),
    "": ("notes", "comment", "comments", "remarks"),
}
"""Record path -> headers that mean it. The empty path is ignored."""

SEVERAL = {
    "claims.other_names",
    "contact.emails.address",
    "contact.phones.number",
    "sessions",
    "devices.tools.name",
    "claims.payees.name",
    "claims.vpn",
}
"""Cells that may hold several values, separated by semicolons."""

NAME_PARTS = (
    "claims.name.given",
    "claims.name.middle",
    "claims.name.family",
    "claims.name.second_family",
)
"""Parts of a name, joined in this order where a row has no full name."""
NAMING = ("claims.name.given", "claims.name.family")
"""Parts of a name that may stand alone; a middle name is nobody's name."""

CAPITALS = {"Iban": "IBAN", "Id": "ID", "Login ips": "Login IPs", "Vpn declared": "VPN declared"}
TITLES = {
    path: CAPITALS.get(title := headers[0].capitalize(), title)
    for path, headers in HEADERS.items()
    if path
}
"""Record path -> the header that we write ourselves."""

COUNTRIES = {path for path in HEADERS if path.endswith("country")}
MOMENTS = {"as_of", "payouts.added_at"}


def plain(header: str) -> str:
    """A header without what matching ignores."""
    return re.sub(r"[\s_\-*:]+", "", header).casefold()


PATHS: dict[str, str] = {plain(h): path for path, headers in HEADERS.items() for h in headers}
"""Plain header -> record path; record paths themselves are accepted too."""
PATHS |= {plain(path): path for path in HEADERS if path}


_REFUSED = {plain(word): why for word, why in FORBIDDEN.items()}


def why_refused(header: str) -> str | None:
    """Why a column must not be in the sheet, or None. Its last word decides, brackets aside."""
    bare = re.sub(r"\(.*", "", header).strip()
    last = re.split(r"[\s_\-]+", bare)[-1]
    found = (_REFUSED.get(plain(part)) for part in (header, bare, last))
    return next((why for why in found if why), None)


def header_of(path: str) -> str:
    """The header for a place in the record (``contact.emails[0].address``), or the place itself."""
    bare = re.sub(r"\[\d+\]", "", path)
    for known in (bare, bare.partition(".")[0]):
        if known in TITLES:
            return TITLES[known]
    return path


def listed() -> Iterator[str]:
    """A line for each thing a column can tell: its header, the others that mean it, and whether one
    cell may hold several."""
    for path, title in TITLES.items():
        others = ", ".join(HEADERS[path][1:])
        several = "; several in a cell, with a semicolon between" if path in SEVERAL else ""
        yield f"{title}{f' (or {others})' if others else ''}{several}"
