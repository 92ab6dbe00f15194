"""Identifiers of a person as keyed words: whoever shares one is found, nobody is named by it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address

from features.keys import (
    PUBLIC,
    account,
    address,
    handle,
    mailbox,
    masked,
    masked_address,
    masked_mailbox,
    phone,
)
from features.records import Profile
from fraudscore.connectors.keys import Keys

MOST = 300
"""Words of one kind kept of one person, the newest sign-ins first."""


@dataclass(frozen=True)
class Word:
    """One identifier. ``shown`` is masked: enough to recognise one's own, too little to learn it."""

    word: str
    kind: str
    shown: str


def words(profile: Profile, keys: Keys) -> tuple[Word, ...]:
    """The identifiers of a record, each once."""
    found: list[Word] = []
    for kind, values in _values(profile):
        # A record says the same address many times: each spelling is read once.
        plain = dict.fromkeys(map(PLAIN[kind], dict.fromkeys(values)))
        plain.pop("", None)
        some = list(plain)[:MOST]
        found += [Word(keyed(keys, kind, value), kind, shown(kind, value)) for value in some]
    return tuple(found)


def sought(text: str, keys: Keys) -> list[str]:
    """The words that a searched text would be, as each kind of identifier."""
    plain = {kind: make(text) for kind, make in PLAIN.items()}
    return [keyed(keys, kind, value) for kind, value in plain.items() if value]


def keyed(keys: Keys, kind: str, value: str) -> str:
    """The keyed form of a plain identifier; the same value of another kind is another word."""
    return keys.keyed(f"desk {kind}", value)


def shown(kind: str, value: str) -> str:
    """The masked form of a plain identifier."""
    if kind == "email":
        return masked_mailbox(value)[:80]
    return masked_address(value) if kind == "ip" else masked(value)


def _values(profile: Profile) -> Iterator[tuple[str, Iterable[str]]]:
    contact, sessions = profile.contact, profile.sessions[::-1]
    parcels = [parcel for parcel in profile.shipments if parcel.kind not in PUBLIC]
    yield "email", [email.address for email in contact.emails]
    yield "phone", [phone.number for phone in contact.phones]
    yield "handle", [handle.handle for handle in contact.handles]
    yield "account", _given(payout.account for payout in profile.payouts)
    yield "mfa", _given((*(d.mfa_key for d in profile.devices), *(s.mfa_key for s in sessions)))
    yield "device", _given((*(d.id for d in profile.devices), *(s.device for s in sessions)))
    yield "ip", _given((*(s.ip for s in sessions), *(a.ip for a in profile.applications)))
    yield "address", _given(parcel.address for parcel in parcels)
    yield "code", _given((profile.code.login,))


def _given(values: Iterable[str | None]) -> Iterator[str]:
    return (value for value in values if value)


def _plain(text: str) -> str:
    return text.strip().casefold()


def _mailbox(text: str) -> str:
    return mailbox(text) if "@" in text.strip()[1:-1] else ""


@lru_cache(100_000)
def _ip(text: str) -> str:
    try:
        return ip_address(text.strip()).compressed
    except ValueError:
        return ""


PLAIN: dict[str, Callable[[str], str]] = {
    "email": _mailbox,
    "phone": phone,
    "handle": handle,
    "account": account,
    "mfa": _plain,
    "device": _plain,
    "ip": _ip,
    "address": address,
    "code": _plain,
}
"""Kinds of identifier, and how each is written so that two spellings are one."""
