"""Whether two written employers, or two schools, can be one: agree, disagree, or cannot tell.

Legal forms, order, spelling and general words are no differences. A former name, an acronym, an
agency, another script or another language is `cannot tell`: a different name is only what two plain
names in the same wording leave no room for. Where an employer or a school is never matters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from itertools import product

from anyascii import anyascii
from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler

from features.names import COMPANY, Agreement

Same = Callable[[str, str], Agreement]
Tokens = tuple[str, ...]

SAME = 90.0
"""Likeness of the telling words, in percent, from which two spellings are one name (assumed)."""
DIFFERENT = 60.0
"""Likeness below which two names are different; between the two nobody can tell (assumed)."""
RELATED = 0.90
"""Jaro-Winkler likeness of one word of each from which two names may belong together (assumed)."""
ACRONYM = 5
"""Longest acronym."""

LINKS = frozenset("the and of for at in on a an de da do du la le et und y i".split())
FORMS = COMPANY | frozenset("incorporated plc gmbh oyj asa aps kk zoo sp srls coop".split())
GENERAL = frozenset(
    "international global worldwide digital software systems labs lab technology tech io com net "
    "online interactive media data cloud solution service partners ventures industries".split()
)
AGENCIES = frozenset(
    "staffing recruitment recruiting recruiters personnel outsourcing consulting consultancy "
    "consultants talent agency manpower interim contractors employment umbrella peo eor".split()
)
"""Words of firms that place people with others: the other name may be the client."""
NOBODY = frozenset(
    "freelance freelancer freelancing self employed selfemployed independent contractor consultant "
    "various several clients client confidential undisclosed stealth startup private company none na "
    "upwork fiverr toptal unemployed sabbatical own projects remote contract part full time".split()
)
"""Words that name no employer: a text of nothing else is compared with none."""
ENGLISH_STUDY = frozenset(
    "university univ college institute institution school academy faculty polytechnic technical "
    "technology technological science sciences national state".split()
)
STUDY = ENGLISH_STUDY | frozenset(
    "universidad universidade universite universita universitat universitet universiteit "
    "uniwersytet univerzita univerzitet universitesi universitas institut instituto istituto "
    "instytut ecole escuela escola scuola schule hochschule fachhochschule akademie akademia "
    "academia politecnico politechnika polytechnique politecnica technische technischer "
    "nacional nationale tecnologico estadual federal".split()
)

_FORMER = re.compile(
    r"\b(?:formerly|previously|f/?k/?a|now known as|renamed|acquired by|merged|part of|"
    r"subsidiary of|a division of)\b",
    re.I,
)
_SEVERAL = re.compile(
    _FORMER.pattern
    + r"|\b(?:a/?k/?a|d/?b/?a|trading as|via|c/o|on behalf of)\b|[()\[\]/|;]|\s[-–—]\s",
    re.I,
)


def same_employer(a: str, b: str) -> Agreement:
    """Compare two employers; symmetric."""
    return _employer(*sorted((a, b)))


def same_school(a: str, b: str) -> Agreement:
    """Compare two schools; symmetric."""
    return _school(*sorted((a, b)))


def reorganised(name: str) -> bool:
    """Whether a name says that it was another before, or became part of another."""
    return bool(_FORMER.search(name))


@lru_cache(maxsize=100_000)
def _employer(a: str, b: str) -> Agreement:
    return _compare(a, b, GENERAL, _no_agency)


@lru_cache(maxsize=100_000)
def _school(a: str, b: str) -> Agreement:
    return _compare(a, b, STUDY, _one_language)


def _no_agency(left: Tokens, right: Tokens) -> bool:
    """Whether neither places people with others: the other name may be its client."""
    return not (set(left) | set(right)) & AGENCIES


def _one_language(left: Tokens, right: Tokens) -> bool:
    """Whether both say in the same language what kind of school it is."""
    if set(left) & ENGLISH_STUDY and set(right) & ENGLISH_STUDY:
        return True
    return bool(set(left) & set(right) & STUDY)


def _compare(
    a: str, b: str, general: frozenset[str], comparable: Callable[[Tokens, Tokens], bool]
) -> Agreement:
    """The kindest answer over the names each text gives; several that differ cannot be told."""
    left, right = _names(a), _names(b)
    found = {_match(one, other, general, comparable) for one, other in product(left, right)}
    if "agree" in found:
        return "agree"
    plain = len(left) == len(right) == 1 and _scripts(a) == _scripts(b)
    return "disagree" if plain and found == {"disagree"} else "cannot_tell"


def _match(
    left: Tokens,
    right: Tokens,
    general: frozenset[str],
    comparable: Callable[[Tokens, Tokens], bool],
) -> Agreement:
    one, other = _without(left, FORMS), _without(right, FORMS)
    core, rest = _without(one, general), _without(other, general)
    if set(one) == set(other) or "".join(one) == "".join(other):
        return "agree"
    if set(core) == set(rest):
        return "agree" if set(one) <= set(other) or set(other) <= set(one) else "cannot_tell"
    likeness = fuzz.token_sort_ratio(" ".join(core), " ".join(rest))
    if likeness >= SAME:
        return "agree"
    if likeness >= DIFFERENT or _related(core, rest) or not comparable(left, right):
        return "cannot_tell"
    return "cannot_tell" if _shortens(one, right) or _shortens(other, left) else "disagree"


def _related(left: Tokens, right: Tokens) -> bool:
    """Whether a word of one is a word of the other."""
    return any(JaroWinkler.similarity(a, b) >= RELATED for a, b in product(left, right))


def _shortens(short: Tokens, long: Tokens) -> bool:
    """Whether a name may stand for another by its letters: `IBM`, `VW`."""
    letters, text = "".join(short), "".join(long)
    if not 2 <= len(letters) <= ACRONYM or len(letters) >= len(text) or letters[0] != text[0]:
        return False
    rest = iter(text)
    return all(letter in rest for letter in letters)


def _without(tokens: Tokens, words: frozenset[str]) -> Tokens:
    """The tokens that are none of the words, unless nothing else is left."""
    return tuple(token for token in tokens if token not in words) or tokens


@lru_cache(maxsize=100_000)
def _names(text: str) -> tuple[Tokens, ...]:
    """The names a text gives, as lower-case ASCII words: `Orla (formerly Vexin)` gives two."""
    parts = map(_tokens, _SEVERAL.split(unicodedata.normalize("NFKC", text)))
    return tuple(part for part in parts if not set(part) <= NOBODY)


def _tokens(name: str) -> Tokens:
    plain = anyascii(name).lower().replace("'", "")
    plain = re.sub(r"(?<=\b\w)\.(?=\w\b)|(?<=\w)&(?=\w)", "", plain)  # L.L.C., AT&T
    return _without(tuple(filter(None, re.split(r"[^a-z0-9]+", plain))), LINKS)


def _scripts(text: str) -> frozenset[str]:
    """The scripts of the letters, by the first word of their Unicode names."""
    letters = (c for c in unicodedata.normalize("NFKC", text) if c.isalpha())
    return frozenset(re.split("[ -]", unicodedata.name(c, ""))[0] for c in letters)
