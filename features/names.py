"""Whether two written names can belong to one person: agree, disagree, or cannot tell.

Order, initials, particles, hyphens, diacritics and transliteration are no differences. One shared
full name with a different other one (a changed surname), a company, a different script or a single
name among several is `cannot tell`. Nothing about a person is ever guessed from a name.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Sequence
from functools import lru_cache
from itertools import permutations
from typing import Literal

from anyascii import anyascii
from rapidfuzz.distance import JaroWinkler

Agreement = Literal["agree", "disagree", "cannot_tell"]

SAME = 0.90
"""Jaro-Winkler likeness from which two spellings are one token (assumed)."""
DIFFERENT = 0.80
"""Likeness below which two tokens are different names; between the two nobody can tell (assumed)."""
MOST_SPLIT = 4
"""Tokens of a name, beside those shared, that are tried in every order."""
PARTICLES = frozenset(
    "al el bin ibn ben da de del della den der di do dos du la le van von zu y e".split()
)
TITLES = frozenset("mr mrs ms mx dr prof eng ing jr sr ii iii iv".split())
COMPANY = frozenset(
    "llc ltd limited inc corp corporation co company gmbh ag kg ug ou oy ab as sa sas sarl srl spa bv "
    "nv pvt private pte plc llp lp pty sro doo eood kft zrt studio studios agency group holding "
    "holdings services solutions consulting technologies payroll".split()
)
LATIN_LIKE = ("LATIN", "CYRILLIC", "GREEK")
"""Scripts whose transliteration keeps the letters of a name recognisable."""


def agreement(a: str, b: str) -> Agreement:
    """Compare two names; symmetric and indifferent to the order of tokens."""
    return _compare(*sorted((a.strip(), b.strip())))


def best_agreement(holder: str, names: Sequence[str]) -> Agreement:
    """The kindest answer over several names of one person; `cannot_tell` without any."""
    if holder and holder in names:
        return "agree"
    found = {agreement(holder, name) for name in names}
    if "agree" in found:
        return "agree"
    return "disagree" if found == {"disagree"} else "cannot_tell"


def declared(holder: str, payees: Collection[str]) -> Agreement:
    """Whether a holder is one of those the person declared; for a company its form is no difference.

    A name in another script, or of a firm that shares a word, may be one of them; without any:
    `disagree`.
    """
    if any(agreement(holder, name) == "agree" or _one_firm(holder, name) for name in payees):
        return "agree"
    perhaps = any(_scripts(holder) != _scripts(name) or _akin(holder, name) for name in payees)
    return "cannot_tell" if perhaps else "disagree"


def _akin(a: str, b: str) -> bool:
    """A company and another name with a word in common: `Northpine Payroll Ltd`, `Northpine`."""
    left, right = set(_tokens(a)), set(_tokens(b))
    return bool((left | right) & COMPANY) and bool((left & right) - COMPANY)


def _one_firm(a: str, b: str) -> bool:
    """The same words but for a company's form: `Northpine` and `Northpine L.L.C.`"""
    left, right = (set(_tokens(name.replace(".", ""))) for name in (a, b))
    return bool((left | right) & COMPANY) and left - COMPANY == right - COMPANY != set()


@lru_cache(maxsize=100_000)
def _compare(a: str, b: str) -> Agreement:
    if unicodedata.normalize("NFKC", a).casefold() == unicodedata.normalize("NFKC", b).casefold():
        return "agree" if a else "cannot_tell"
    if _scripts(a) != _scripts(b):
        return "cannot_tell"
    left, right = _tokens(a), _tokens(b)
    if left and right and (sorted(left) == sorted(right) or _joined(left, right)):
        return "agree"
    if not left or not right or (set(left) | set(right)) & COMPANY:
        return "cannot_tell"
    short, long = sorted((sorted(left), sorted(right)), key=lambda tokens: (len(tokens), tokens))
    return _match(short, long)


def _match(short: list[str], long: list[str]) -> Agreement:
    """Pair each token of the shorter name with the most like token of the longer."""
    rest, full, initials, doubtful, missing = list(long), 0, 0, 0, 0
    for token in sorted(short, key=lambda t: (-len(t), t)):
        best = max(rest, key=lambda other: (_alike(token, other), other), default="")
        likeness = _alike(token, best) if best else 0.0
        if likeness < DIFFERENT:
            missing += 1
            continue
        rest.remove(best)
        if min(len(token), len(best)) == 1:
            initials += 1
        elif likeness >= SAME:
            full += 1
        else:
            doubtful += 1
    if not missing and not doubtful and full and (full + initials >= 2 or len(set(long)) == 1):
        return "agree"
    if len(short) == 1 and any(token[0] == short[0][0] for token in long):
        return "cannot_tell"  # a single short form may be anybody with that initial
    # A shared initial beside a different name may be a changed surname, as a shared name may.
    return "disagree" if missing == len(short) else "cannot_tell"


def _alike(a: str, b: str) -> float:
    if min(len(a), len(b)) == 1:
        return 1.0 if a[0] == b[0] else 0.0
    return float(JaroWinkler.similarity(a, b))


def _joined(left: list[str], right: list[str]) -> bool:
    """The same letters split otherwise, in any order: `Jean Luc Orla` and `Orla Jeanluc`."""
    common = Counter(left) & Counter(right)
    rests = [sorted((Counter(side) - common).elements()) for side in (left, right)]
    if max(map(len, rests)) > MOST_SPLIT or len("".join(rests[0])) != len("".join(rests[1])):
        return False
    first, second = ({"".join(order) for order in permutations(rest)} for rest in rests)
    return bool(first & second)


@lru_cache(maxsize=100_000)
def _scripts(text: str) -> frozenset[str]:
    """The scripts of the letters; those that transliterate recognisably count as one."""
    letters = (c for c in unicodedata.normalize("NFKC", text) if c.isalpha())
    found = {re.split("[ -]", unicodedata.name(c, ""))[0] for c in letters} - {"MODIFIER"}
    return frozenset("" if script in LATIN_LIKE else script for script in found)


@lru_cache(maxsize=100_000)
def _tokens(name: str) -> list[str]:
    """Lower-case ASCII tokens without titles and particles (unless nothing else is left)."""
    plain = anyascii(unicodedata.normalize("NFKC", name)).lower().replace("'", "").replace("-", " ")
    found = [t for t in re.split(r"[^a-z0-9]+", plain) if t and t not in TITLES]
    kept = [t for t in found if t not in PARTICLES]
    return kept or found


def in_latin(name: str) -> bool:
    """Whether Latin letters spell this name so that it is known again."""
    return _scripts(name) <= {""}


@lru_cache(maxsize=100_000)
def name_tokens(name: str) -> frozenset[str]:
    """The tokens of a name as compared, for looking one up inside an address."""
    return frozenset(_tokens(name))
