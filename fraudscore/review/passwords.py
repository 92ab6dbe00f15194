"""Passwords: which are refused, and the argon2id digests that are kept of the others."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from fraudscore.errors import NotUsable

PASSWORD_MIN = 12
PASSWORD_MAX = 1000
"""Characters; long enough for any sentence, short enough to hash."""
LEFT_MIN = 4
"""Characters that must be left when everything guessed first is taken out (assumed)."""
GUESSED_FIRST = (
    "correcthorsebatterystaple administrator fraudscore password passphrase passwort contraseña "
    "trustno1 iloveyou football baseball basketball superman princess sunshine starwars whatever "
    "michael jordan charlie computer internet letmein changeme welcome default monkey dragon master "
    "shadow secret access summer winter spring autumn hello login admin guest batman ninja test "
    "p@ssw0rd passw0rd pass love user abc the my"
).split()
"""What leaked lists are made of, longest first where one holds another (assumed)."""
ROWS = (
    "abcdefghijklmnopqrstuvwxyz qwertyuiop qwertzuiop azertyuiop asdfghjkl qsdfghjklm zxcvbnm yxcvbnm "
    "1qaz2wsx3edc4rfv5tgb qazwsxedcrfv 1q2w3e4r5t6y7u8i q1w2e3r4t5y6"
).split()
"""Runs of the alphabet and of keyboards, either way."""
RUN = 4
"""Characters in a row of them that make a run (assumed)."""
_RUNS = frozenset(
    row[at : at + RUN]
    for word in ROWS
    for row in (word, word[::-1])
    for at in range(len(word) - RUN + 1)
)
HASHER = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
"""How digests are made: slowly, for whoever guesses."""


def check(password: str, *own: str) -> None:
    """Raises NotUsable for a password that is short, or guessed first.

    ``own``: words that whoever guesses at this person tries too: name, e-mail address.
    """
    plain = _plain(password)
    if len(plain) < PASSWORD_MIN:
        raise NotUsable(f"the password needs at least {PASSWORD_MIN} characters; take a sentence")
    if len(plain) > PASSWORD_MAX:
        raise NotUsable(f"the password may have {PASSWORD_MAX} characters; take a shorter one")
    if len(set(plain.lower())) < LEFT_MIN + 1 or len(_left(plain, own)) < LEFT_MIN:
        raise NotUsable("this password is among the first to be guessed; take another sentence")


def _left(plain: str, own: tuple[str, ...]) -> str:
    """The letters that remain when every word somebody would guess is taken out."""
    words = [word for text in own for word in re.split(r"\W+", text.lower()) if len(word) >= 3]
    guessed = sorted({*words, *GUESSED_FIRST}, key=len, reverse=True)
    joined = re.sub(r"[\s_-]+", "", plain.lower())
    without = re.sub("|".join(map(re.escape, guessed)), "", _without_runs(joined))
    return re.sub(r"[\W\d_]+", "", without)


def _without_runs(text: str) -> str:
    starts = [at for at in range(len(text)) if text[at : at + RUN] in _RUNS]
    run = {at for start in starts for at in range(start, start + RUN)}
    return "".join(letter for at, letter in enumerate(text) if at not in run)


def hashed(password: str) -> str:
    """The argon2id digest to keep, its salt and parameters within."""
    return HASHER.hash(_plain(password))


def matches(password: str, kept: str | None) -> bool:
    """Whether a password is the one of a digest. As slow where there is none to compare with."""
    try:
        same = HASHER.verify(kept or nobodys(), _plain(password)[: PASSWORD_MAX + 1])
    except (VerificationError, InvalidHashError):
        return False
    return same and kept is not None


def outdated(kept: str) -> bool:
    """Whether a digest was made with other parameters than those of today."""
    return HASHER.check_needs_rehash(kept)


@cache
def nobodys() -> str:
    """What is compared with where nobody is there: as costly as any other."""
    return hashed("nobody's password, never matched")


def _plain(password: str) -> str:
    """One spelling, however a keyboard composes its letters; a lone surrogate cannot be typed."""
    return unicodedata.normalize("NFKC", password.encode(errors="replace").decode())
