"""Linked people in three columns: the person, what is shared, and who else uses it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fraudscore.drawing.palette import BLUE, GREEN, GREY, INK, ORANGE, PAPER, PURPLE, RED, SLATE
from fraudscore.drawing.svg import picture, safe, short, text, width_of

WIDTH, ROW, EDGE = 900, 30, 20
KEY_X, KEY_WIDTH, OTHER_X, PERSON_X = 270, 250, 640, 70
PERSON_R = 14
COLOURS = {
    "device": (PURPLE, ""),
    "mfa": (PURPLE, "7 3"),
    "ip": (ORANGE, "2 3"),
    "account": (RED, ""),
    "phone": (BLUE, "7 3"),
    "email": (BLUE, ""),
    "address": (GREEN, ""),
    "document": (GREEN, "7 3"),
}
"""Colour and dashes of the lines of each sort of key; any other is grey and dotted."""
BANDS = {"review": ("▲", RED), "verify": ("◆", ORANGE), "no_concern": ("●", GREEN)}
"""Sign and colour of a band; without one, or with too little known, an open circle."""


@dataclass(frozen=True)
class SharedKey:
    """One thing several people use. ``kind``: device, mfa, ip, account, phone, email, address, ...

    ``label``: what is shown, masked. ``users``: places of its users among the others.
    """

    kind: str
    label: str
    users: tuple[int, ...]


@dataclass(frozen=True)
class OtherPerson:
    """Somebody who uses the same; ``href``: the page about them, where one may be opened."""

    name: str
    band: str | None = None
    href: str | None = None


def linked_people(person: str, keys: Sequence[SharedKey], others: Sequence[OtherPerson]) -> str:
    """The person on the left, what they share in the middle, the others on the right."""
    rows = max(len(keys), len(others), 1)
    height = 2 * EDGE + ROW * rows
    middles = [_y(n, len(keys), height) for n in range(len(keys))]
    rights = [_y(n, len(others), height) for n in range(len(others))]
    parts = list(_lines(keys, middles, rights, height / 2))
    parts.append(f'<circle cx="{PERSON_X}" cy="{height / 2}" r="{PERSON_R}" fill="{INK}"/>')
    parts.append(text(PERSON_X, height / 2 + 31, short(person, 16), "middle", font_weight="bold"))
    for key, y in zip(keys, middles, strict=True):
        parts += _key(key, y)
    for other, y in zip(others, rights, strict=True):
        parts += _other(other, y)
    about = "; ".join(
        f"{key.kind} {key.label} with {', '.join(others[n].name for n in key.users) or 'nobody'}"
        for key in keys
    )
    live = any(other.href for other in others)
    title = f"What {person} shares with other people"
    return picture(WIDTH, height, title, about or "Nothing shared.", "\n".join(parts), live)


def _y(n: int, number: int, height: float) -> float:
    """The middle of the n-th of a column, spread evenly."""
    step = (height - 2 * EDGE) / number
    return EDGE + step * (n + 0.5)


def _look(kind: str) -> tuple[str, str]:
    return COLOURS.get(kind, (GREY, "1 4"))


def _lines(
    keys: Sequence[SharedKey], middles: Sequence[float], rights: Sequence[float], home: float
) -> Iterator[str]:
    for key, y in zip(keys, middles, strict=True):
        yield _swing(PERSON_X + PERSON_R, home, KEY_X, y, key.kind)
        for user in key.users:
            yield _swing(KEY_X + KEY_WIDTH, y, OTHER_X - 12, rights[user], key.kind)


def _swing(x: float, y: float, u: float, v: float, kind: str) -> str:
    """A line from left to right that leaves and arrives level."""
    colour, dashes = _look(kind)
    bend = (u - x) * 0.5
    dash = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        f'<path d="M{x:.1f} {y:.1f}C{x + bend:.1f} {y:.1f} {u - bend:.1f} {v:.1f} {u:.1f} {v:.1f}" '
        f'fill="none" stroke="{colour}" stroke-width="1.8" stroke-opacity="0.75"{dash}/>'
    )


def _key(key: SharedKey, y: float) -> Iterator[str]:
    colour, dashes = _look(key.kind)
    dash = f' stroke-dasharray="{dashes}"' if dashes else ""
    yield (
        f'<rect x="{KEY_X}" y="{y - 12:.1f}" width="{KEY_WIDTH}" height="24" rx="12" '
        f'fill="{PAPER}" stroke="{colour}" stroke-width="1.8"{dash}/>'
    )
    yield text(KEY_X + KEY_WIDTH / 2, y + 4.2, _fitting(f"{key.kind}: {key.label}"), "middle")


def _fitting(words: str) -> str:
    """As much of a text as a key holds."""
    most = len(words)
    while most > 1 and width_of(short(words, most)) > KEY_WIDTH - 16:
        most -= 1
    return short(words, most)


def _other(other: OtherPerson, y: float) -> Iterator[str]:
    sign, colour = BANDS.get(other.band or "", ("○", SLATE))
    yield text(OTHER_X, y + 4.2, sign, "middle", fill=colour, font_size=14)
    name = text(
        OTHER_X + 16, y + 4.2, short(other.name, 26),
        text_decoration="underline" if other.href else None, fill=BLUE if other.href else INK,
    )  # fmt: skip
    yield f'<a href="{safe(other.href)}">{name}</a>' if other.href else name
