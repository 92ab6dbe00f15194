"""Pieces of a picture as SVG text, and the frame around them."""

from __future__ import annotations

from hashlib import sha256
from html import escape

from fraudscore.drawing.palette import INK, PAPER
from fraudscore.screen import visible

FONT = "DejaVu Sans, Verdana, Segoe UI, Arial, sans-serif"
SIZE = 12
"""Pixels of the letters of a label."""
_ADVANCES = (
    ("ijlI'|.,:;·", 0.35),
    ("ftr-()[]! ", 0.42),
    ("cszJ", 0.56),
    ("kvxy", 0.6),
    ("w", 0.82),
    ("#+<=>^~¬±×÷", 0.86),
    ("mMW@%&—…", 1.01),
    ("©®¼½¾ÆæŒœŴŵŉ", 1.08),
    ("Ħħ", 0.93),
)
"""Letters by the share of the size they take; DejaVu Sans is the widest of the fonts named."""
_ADVANCE = {letter: share for letters, share in _ADVANCES for letter in letters}


def picture(
    width: float, height: float, title: str, about: str, body: str, live: bool = False
) -> str:
    """A whole picture on its own paper, with a title and a description for those who do not see it.

    ``live``: it holds links, so that it is announced as a group and not as one image.
    """
    name = sha256(f"{title}{about}{body}".encode()).hexdigest()[:10]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="picture" '
        f'viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" '
        f'role="{"group" if live else "img"}" aria-labelledby="t{name} d{name}" '
        f'font-family="{FONT}" font-size="{SIZE}">\n'
        f'<title id="t{name}">{safe(title)}</title>\n<desc id="d{name}">{safe(about)}</desc>\n'
        f'<rect width="{width:g}" height="{height:g}" rx="4" fill="{PAPER}"/>\n{body}\n</svg>\n'
    )


def text(x: float, y: float, words: str, anchor: str = "start", **more: object) -> str:
    """One line of text; ``more`` are attributes, as ``fill`` or ``font_weight``."""
    given: dict[str, object] = {"fill": INK} | more
    if anchor != "start":
        given["text_anchor"] = anchor
    return f'<text x="{x:.1f}" y="{y:.1f}"{attributes(given)}>{safe(words)}</text>'


def attributes(given: dict[str, object]) -> str:
    """Attributes as they stand in a tag; an underscore stands for a dash, None for absence."""
    return "".join(
        f' {name.replace("_", "-")}="{value:g}"' if isinstance(value, float) else
        f' {name.replace("_", "-")}="{escape(str(value))}"'
        for name, value in given.items() if value is not None
    )  # fmt: skip


def safe(words: str) -> str:
    """Anybody's text, so that it is shown and never obeyed."""
    return escape(visible(words))


def short(words: str, most: int) -> str:
    """Text of at most ``most`` characters, the last one an ellipsis if any were left out."""
    shown = visible(words)
    return shown if len(shown) <= most else f"{shown[: most - 1].rstrip()}…"


def width_of(words: str, size: float = SIZE) -> float:
    """Pixels that a text takes at most, in any of the usual fonts without serifs."""
    return sum(map(_share, visible(words))) * size


def _share(letter: str) -> float:
    if letter in _ADVANCE:
        return _ADVANCE[letter]
    if ord(letter) > 0x17F:
        return 1.1
    return 0.79 if letter.isupper() else 0.64
