"""What people write into the desk: long enough to mean something, short enough to read."""

from __future__ import annotations

from fraudscore.errors import NotUsable

REASON_MIN = 20
"""Characters of a written reason."""
TEXT_MAX = 4_000
"""Characters of anything written (assumed)."""


def written(text: str, what: str, least: int = 0) -> str:
    """The text without surrounding blanks. Raises NotUsable if it is too short or too long."""
    plain = text.replace("\x00", "").strip()
    if not least <= len(plain) <= TEXT_MAX:
        wanted = f"{least} to {TEXT_MAX}" if least else f"at most {TEXT_MAX}"
        raise NotUsable(f"{what} has {len(plain)} characters; write {wanted}")
    return plain
