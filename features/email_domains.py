"""Which mail domains hand out throw-away addresses (PyPI disposable-email-domains)."""

from __future__ import annotations

from functools import cache


def disposable(address: str) -> bool:
    """Whether an address is at a throw-away mail provider."""
    return address.rpartition("@")[2].lower() in _blocklist()


@cache
def _blocklist() -> frozenset[str]:
    # Loaded on first use: a hundred thousand domains nobody needs to wait for at import.
    from disposable_email_domains import blocklist

    return frozenset(blocklist)
