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
    "qwertyuiop asdfghjkl zxcvbnm qwertz azerty qwerty asdfgh zxcvb abcdefghijklmnopqrstuvwxyz "
    "abcdef abcd abc1 1q2w3e4r5t6y 1q2w3e4r 1qaz2wsx3edc 1qaz2wsx 1qaz qazwsx q1w2e3r4 p@ssw0rd "
    "passw0rd 01234567890 123456789 987654321 123123 12345 1234 4321 123 qwer asdf pass love user the my"
).split()
"""What leaked lists are made of, longest first where one holds another (assumed)."""
_HASHER = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)


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
    without = re.sub("|".join(map(re.escape, guessed)), "", joined)
    return re.sub(r"[\W\d_]+", "", without)


def hashed(password: str) -> str:
    """The argon2id digest to keep, its salt and parameters within."""
    return _HASHER.hash(_plain(password))


def matches(password: str, kept: str | None) -> bool:
    """Whether a password is the one of a digest. As slow where there is none to compare with."""
    try:
        same = _HASHER.verify(kept or _nobodys(), _plain(password)[: PASSWORD_MAX + 1])
    except (VerificationError, InvalidHashError):
        return False
    return same and kept is not None


def outdated(kept: str) -> bool:
    """Whether a digest was made with other parameters than those of today."""
    return _HASHER.check_needs_rehash(kept)


@cache
def _nobodys() -> str:
    return hashed("nobody's password, never matched")


def _plain(password: str) -> str:
    """One spelling, however a keyboard composes its letters; a lone surrogate cannot be typed."""
    return unicodedata.normalize("NFKC", password.encode(errors="replace").decode())
