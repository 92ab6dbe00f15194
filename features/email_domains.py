"""What an address says by itself: a throw-away provider (PyPI disposable-email-domains), a name."""

from __future__ import annotations

import re
from collections.abc import Set
from functools import cache

LONG = 3
"""Letters a token of a name needs before it can be looked for in an address."""
TOKENS = 2
"""Tokens of a name that an address must spell."""


def disposable(address: str) -> bool:
    """Whether an address is at a throw-away mail provider."""
    return address.rpartition("@")[2].lower() in _blocklist()


def telling(name: Set[str], own: Set[str]) -> Set[str]:
    """The tokens by which a name can be found in an address, two at least; none where it cannot."""
    found = {token for token in name - own if len(token) >= LONG}
    return found if len(found) >= TOKENS else set()


def spells(address: str, name: Set[str]) -> bool:
    """Whether the local part spells two tokens of a name."""
    local = re.sub(r"[^a-z]", "", address.partition("@")[0].lower())
    return sum(token in local for token in name) >= TOKENS


@cache
def _blocklist() -> frozenset[str]:
    # Loaded on first use: ten thousand domains nobody needs to wait for at import.
    from disposable_email_domains import blocklist

    return frozenset(blocklist)
