"""Identifiers of other people, keyed: the same person is recognised, nobody is named.

HMAC-SHA-256 with one key per purpose, so that a hash of one purpose says nothing in another. The
words are pseudonymous, never anonymous: whoever holds the key can test a guess.
"""

from __future__ import annotations

import hmac
import os
import secrets
from pathlib import Path

from fraudscore.errors import InputError, OutputError
from fraudscore.settings import folder

VARIABLE = "FRAUDSCORE_KEY_FILE"
SECRET_MIN = 32
LENGTH = 32
"""Hexadecimal digits kept: 128 bits, beyond accident for any number of people."""


class Keys:
    """Keyed identifiers under one secret."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < SECRET_MIN:
            raise InputError(f"the key has {len(secret)} bytes; write at least {SECRET_MIN}")
        self._secret = secret
        self._own: dict[str, bytes] = {}
        self.id = self.keyed("key id", "")[:8]
        """Tells which secret made a key, without telling the secret."""

    def keyed(self, purpose: str, value: str) -> str:
        """The keyed form of an identifier; case and surrounding blanks are no difference."""
        plain = value.strip().lower().encode()
        own = self._own.get(purpose)
        if own is None:
            own = self._own[purpose] = hmac.digest(self._secret, purpose.encode(), "sha256")
        return hmac.digest(own, plain, "sha256").hex()[:LENGTH]


def load_keys(path: Path | None = None) -> Keys:
    """Keys from a file, else from the file named by FRAUDSCORE_KEY_FILE, else the user's own.

    The user's own key is made on first use and readable by them alone. Raises InputError for a
    missing or short file, OutputError where none can be kept.
    """
    named = path or (Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None)
    if named is not None:
        try:
            return Keys(named.read_bytes().strip())
        except OSError as error:
            raise InputError(f"{named}: {error.strerror or error}; name a key file") from error
    own = folder() / "key"
    try:
        if not own.exists():
            own.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as stream:
                stream.write(secrets.token_hex(SECRET_MIN).encode())
        return Keys(own.read_bytes().strip())
    except OSError as error:
        raise OutputError(
            f"the key cannot be kept ({error.strerror or error}); give --key-file FILE"
        ) from error
