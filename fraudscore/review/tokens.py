"""Secrets that leave the house once: cookies, links, keys. Only their digests are kept."""

from __future__ import annotations

import hashlib
import secrets


def new_secret() -> str:
    """256 random bits as a word that fits a cookie, a link and a header."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> bytes:
    """What is kept of a secret. No salt: nobody can guess 256 random bits, and it must be found."""
    return hashlib.sha256(secret.encode(errors="replace")).digest()
