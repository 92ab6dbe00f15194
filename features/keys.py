"""What a person controls, as keys that another person could use too.

Pay-out accounts, second factors, devices, delivery addresses, home lines, phones, mailboxes, the
wording of a CV, and who referred whom. Likes, follows and anything that says where somebody comes from
are no keys. Raw values live as long as the batch; whoever stores them stores them keyed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from ipaddress import ip_network

import numpy as np
from anyascii import anyascii
from datasketch import MinHash

from features.addresses import packed
from features.batch import Batch, Table
from features.coded import Coded
from features.context import Context
from features.fixed import fixed
from features.lookups import example_number
from features.names import COMPANY, name_tokens
from features.placeholders import says_nothing
from features.segments import Floats, Ints, true_rows
from features.tables import country_codes
from features.whereabouts import KIND, whereabouts

KINDS = ("payout", "mfa", "device", "address", "line", "phone", "mailbox", "text", "referral")
"""Kinds of key, by how fully whoever uses one controls it."""
BANDS, BAND_ROWS = 8, 8
"""MinHash bands: texts nearly the same (about 0.77 and above) share one of eight (CVBENCH: 0.8)."""
SHINGLE = 5
"""Words in a row that are compared as one."""
LONGEST = 4_096
"""Characters of a key that are read; a longer one is somebody's mistake or an attack."""
ABBREVIATIONS = {
    "street": "st", "avenue": "ave", "road": "rd", "boulevard": "blvd", "drive": "dr", "lane": "ln",
    "apartment": "", "apt": "", "suite": "", "ste": "", "unit": "", "flat": "",
}  # fmt: skip
PUBLIC = ("office", "pickup")
"""Kinds of delivery address that strangers share."""
SUBSCRIBER = 7
"""Digits that every phone number has at its end."""
MASKED = re.compile(r"[*•…#]|\.\.|x{3}", re.IGNORECASE)
"""An account of which a few digits are left is the account of many."""


@fixed
class Uses:
    """Each use of a key: whose, of which kind, the key itself, first and last use in seconds.

    ``tables`` and ``rows`` say where it stands: the row of one of the batch's tables, or -1.
    """

    owner: Ints
    kind: Ints
    key: Sequence[str]
    first: Floats
    last: Floats
    tables: Sequence[str]
    table: Ints
    row: Ints


@fixed
class People:
    """Who the users of keys say they are: one entry a profile.

    ``names``: tokens of the names given; ``places``: countries claimed; ``ties``: what was declared to
    be shared, a household or an agency. Two people with a tie in common declared each other.
    ``confirmed``: since when (seconds) a reviewer holds them to be an impersonation, NaN for nobody.
    """

    ids: Sequence[str]
    as_of: Floats
    names: Sequence[frozenset[str]]
    places: Sequence[frozenset[str]]
    ties: Sequence[frozenset[str]]
    confirmed: Floats


_Part = tuple[str, str, Table | None, Ints, Sequence[str], Floats, Floats]


def uses(batch: Batch, context: Context) -> Uses:
    """Every use of a key in a batch; worked out once."""
    return batch.once("uses", lambda: _uses(batch, context))


def _uses(batch: Batch, context: Context) -> Uses:
    parts = [part for part in _parts(batch, context) if len(part[4])]
    tables = sorted({part[1] for part in parts})
    keys: list[str] = []
    owners, kinds, first, last, table, row = [], [], [], [], [], []
    for kind, name, source, rows, found, begins, ends in parts:
        owners.append(source.owner[rows] if source is not None else rows)
        kinds.append(np.full(len(found), KINDS.index(kind)))
        keys.extend(found)
        first.append(begins)
        last.append(ends)
        table.append(np.full(len(found), tables.index(name)))
        row.append(rows if source is not None else np.full(len(found), -1))
    none: Ints = np.zeros(0, dtype=np.int64)
    return Uses(
        owner=np.concatenate(owners) if owners else none,
        kind=np.concatenate(kinds) if kinds else none,
        key=keys,
        first=np.concatenate(first) if first else np.zeros(0),
        last=np.concatenate(last) if last else np.zeros(0),
        tables=tables,
        table=np.concatenate(table) if table else none,
        row=np.concatenate(row) if row else none,
    )


def _parts(batch: Batch, context: Context) -> Iterator[_Part]:
    yield _column(batch, "payout", "payouts", "account", "added_at", account)
    for name in ("devices", "sessions"):
        yield _column(batch, "mfa", name, "mfa_key", "at")
    yield _column(batch, "device", "devices", "id", "at")
    yield _column(batch, "device", "sessions", "device", "at")
    yield _column(batch, "address", "shipments", "address", "sent_at", address)
    yield _column(batch, "phone", "phones", "number", "added_at", phone)
    yield _column(batch, "mailbox", "emails", "address", "added_at", mailbox)
    yield _lines(batch, context)
    yield from _texts(batch)
    yield from _referrals(batch)


def _column(
    batch: Batch, kind: str, name: str, column: str, at: str, plain: object = None
) -> _Part:
    """A key in a column of a table, dated by another column where the table has it."""
    table = batch.table(name)
    text = table.text(column)
    make = plain if callable(plain) else _as_is
    values = [make(value[:LONGEST]) for value in text.values]
    rows = true_rows(text.known & text.per_value(lambda value: bool(value.strip()), False))
    rows = rows[[bool(values[code]) for code in text.codes[rows].tolist()]] if rows.size else rows
    if name == "shipments":
        rows = rows[~table.text("kind").is_in(PUBLIC)[rows]]
    when = table.number(at) if at in table.spec.columns else np.full(table.size, np.nan)
    moments = np.where(np.isnan(when), batch.as_of[table.owner], when)[rows]
    return (
        kind,
        name,
        table,
        rows,
        [values[c] for c in text.codes[rows].tolist()],
        moments,
        (np.maximum(moments, _until(batch, table, name, rows))),
    )


def _until(batch: Batch, table: Table, name: str, rows: Ints) -> Floats:
    """When a key was last in use: a sign-in is a moment, all else holds until removed or as_of."""
    if name == "sessions":
        return np.full(rows.size, -np.inf)
    until = batch.as_of[table.owner[rows]]
    return np.fmin(table.number("removed_at")[rows], until) if name == "payouts" else until


def _as_is(value: str) -> str:
    return "" if says_nothing(value) else value.strip().casefold()


@lru_cache(100_000)
def account(text: str) -> str:
    """A pay-out account without case and blanks; empty for one that is masked or none at all."""
    return "" if MASKED.search(text) or says_nothing(text) else "".join(text.split()).casefold()


def _lines(batch: Batch, context: Context) -> _Part:
    """The home line of each bare session: /24 or /56 of an ordinary network."""
    seen = whereabouts(batch, context)
    s = seen.sessions
    ip = s.text("ip")
    homely = seen.checked & (seen.kind == KIND["ordinary"]) & ~s.flag("automated")
    homely &= ~s.text("egress").is_in(["company", "mobile"])
    nets = [network(value) for value in ip.values]
    rows = true_rows(homely & ip.known)
    rows = rows[[bool(nets[code]) for code in ip.codes[rows].tolist()]] if rows.size else rows
    at = s.number("at")[rows]
    return "line", "sessions", s, rows, [nets[c] for c in ip.codes[rows].tolist()], at, at


def _texts(batch: Batch) -> Iterator[_Part]:
    """The wording of each CV as the hashes of its bands."""
    text = batch.profiles.text("work.cv_text")
    for band in range(BANDS):
        rows = true_rows(text.known)
        keys = [bands(text.at(row) or "")[band] for row in rows.tolist()]
        kept = [bool(key) for key in keys]
        rows, keys = rows[kept] if rows.size else rows, [key for key in keys if key]
        yield "text", "profiles", None, rows, keys, batch.as_of[rows], batch.as_of[rows]


def _referrals(batch: Batch) -> Iterator[_Part]:
    """A person is the key that those who referred or were referred by them share."""
    everybody = np.arange(batch.n)
    yield "referral", "profiles", None, everybody, batch.ids, batch.as_of, batch.as_of
    table = batch.table("referrals")
    other = table.text("other")
    rows = true_rows(other.known)
    at = batch.as_of[table.owner[rows]]
    keys = [other.values[code] for code in other.codes[rows].tolist()]
    yield "referral", "referrals", table, rows, keys, at, at


@lru_cache(100_000)
def network(ip: str) -> str:
    """The line an address belongs to, empty for what is no address; IPv4 in IPv6 is IPv4."""
    raw = packed(ip)
    return str(ip_network((raw, 24 if len(raw) == 4 else 56), strict=False)) if raw else ""


@lru_cache(100_000)
def phone(number: str) -> str:
    """A phone number in digits; national and international forms of one number stay two keys.

    Numbers that a plan sets aside as examples, or that end in 0000000 or 1234567, are typed by many and
    tie nobody.
    """
    digits = re.sub(r"^(00|011)", "", re.sub(r"\D", "", number))
    end = digits[-SUBSCRIBER:]
    nobodys = len(end) < SUBSCRIBER or says_nothing(end) or digits in _examples()
    return "" if nobodys else digits


@cache
def _examples() -> frozenset[str]:
    return frozenset(re.sub(r"\D", "", example_number(code)) for code in country_codes())


def handle(text: str) -> str:
    """A messaging handle without case and the sign before it."""
    return text.strip().casefold().lstrip("@")


@lru_cache(100_000)
def mailbox(address: str) -> str:
    """A mailbox without case and tags; dots do not count at Gmail."""
    local, _, host = address.strip().lower().rpartition("@")
    local = local.split("+")[0]
    if host in ("gmail.com", "googlemail.com"):
        local, host = local.replace(".", ""), "gmail.com"
    return f"{local}@{host}" if not says_nothing(local) else ""


@lru_cache(100_000)
def address(text: str) -> str:
    """A delivery address without case, accents, marks and common abbreviations, its words in order."""
    words = re.split(r"[^a-z0-9]+", anyascii(text).lower())
    short = [ABBREVIATIONS.get(word, re.sub("strasse$", "str", word)) for word in words]
    plain = [word for word in short if word]
    return " ".join(plain) if len(plain) > 1 and any(c.isdigit() for c in text) else ""


@lru_cache(10_000)
def bands(text: str) -> tuple[str, ...]:
    """The band hashes of a text; empty ones where it is too short to compare."""
    words = re.findall(r"\w+", text.lower())
    if len(words) < 10 * SHINGLE:
        return ("",) * BANDS
    sketch = MinHash(num_perm=BANDS * BAND_ROWS, seed=1)
    sketch.update_batch(
        {" ".join(words[n : n + SHINGLE]).encode() for n in range(len(words) - SHINGLE + 1)}
    )
    rows = sketch.hashvalues.reshape(BANDS, BAND_ROWS)
    return tuple(f"{band}:{row.tobytes().hex()}" for band, row in enumerate(rows))


def people(batch: Batch) -> People:
    """What the users of keys claim."""
    p = batch.profiles
    names = _collect(batch, ((p, "claims.name"), (batch.table("other_names"), "value")))
    ties = _collect(batch, ((batch.table("household"), "value"),))
    firms = _collect(batch, ((p, "claims.agency"), (batch.table("payees"), "name")))
    return People(
        ids=batch.ids,
        as_of=batch.as_of,
        names=[frozenset().union(*map(name_parts, own)) for own in names],
        places=[frozenset(own) for own in _collect(batch, ((batch.table("places"), "country"),))],
        ties=[
            frozenset((f"person {id_}", *map("person {}".format, tie), *map(_firm, firm)))
            for id_, tie, firm in zip(batch.ids, ties, firms, strict=True)
        ],
        confirmed=np.where(
            p.text("disposition.kind").is_in(["confirmed_impersonation"]),
            p.number("disposition.decided_at"),
            np.nan,
        ),
    )  # fmt: skip


@lru_cache(100_000)
def name_parts(name: str) -> frozenset[str]:
    """What two names of one family have in common: tokens, no initials.

    Scripts that write a name in one piece begin with the family's part.
    """
    whole = (word for word in name.split() if not _spaced(word))
    heads = (token for word in whole for token in name_tokens(word[0]))
    return frozenset((*(token for token in name_tokens(name) if len(token) > 1), *heads))


def _spaced(word: str) -> bool:
    return not unicodedata.name(word[0], "").startswith(("CJK", "HANGUL", "HIRAGANA", "KATAKANA"))


@lru_cache(100_000)
def _firm(name: str) -> str:
    """A declared payee or agency, whatever the form of company and the order of words."""
    tokens = name_tokens(name.replace(".", ""))
    return f"firm {' '.join(sorted((tokens - COMPANY) or tokens))}"


def _collect(batch: Batch, columns: Sequence[tuple[Table, str]]) -> list[list[str]]:
    found: list[list[str]] = [[] for _ in range(batch.n)]
    for table, column in columns:
        text: Coded = table.text(column)
        for row in true_rows(text.known).tolist():
            found[int(table.owner[row])].append(text.at(row) or "")
    return found


def masked(key: str) -> str:
    """A key as shown to people: enough to recognise one's own, too little to learn another's.

    Wherever a key is shown it is cut here, so that one key looks the same on every page.
    """
    return f"{key[:2]}…{key[-2:]}" if len(key) > 6 else "…"


def masked_address(ip: str) -> str:
    """A network address, or the network of a line, without its last part."""
    if ":" in ip:
        return f"{':'.join(ip.split(':')[:3])}:…"
    head, _, _ = ip.rpartition(".")
    return f"{head}.…" if head else masked(ip)


def masked_mailbox(address: str) -> str:
    """An e-mail address of which the host stays: who provides the mailbox is no secret."""
    local, _, host = address.rpartition("@")
    return f"{local[:1]}…@{host}"
