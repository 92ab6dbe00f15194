"""A curve: how one number moves with another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import floor, log10

from fraudscore.drawing.palette import BLUE, LINE, PAPER, SOFT
from fraudscore.drawing.svg import picture, text, width_of

WIDTH, HEIGHT = 480, 260
LEFT, RIGHT, TOP, BOTTOM = 62, 18, 16, 46
TICKS = 5
"""About how many numbers stand along an axis."""


def curve(
    points: Sequence[tuple[float, float]], *, title: str = "Curve", across: str = "", up: str = ""
) -> str:
    """A line through points in order of x, with both axes named; a lone point is a dot."""
    ordered = sorted(points)
    xs, ys = [x for x, _ in ordered], [y for _, y in ordered]
    wide, high = _span(xs), _span(ys)

    def place(x: float, y: float) -> tuple[float, float]:
        return (
            LEFT + (WIDTH - LEFT - RIGHT) * (x - wide[0]) / (wide[1] - wide[0]),
            HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (y - high[0]) / (high[1] - high[0]),
        )

    parts = []
    for tick in _ticks(*high):
        y = place(wide[0], tick)[1]
        parts.append(_line(LEFT, y, WIDTH - RIGHT, y))
        parts.append(text(LEFT - 8, y + 4, f"{tick:g}", "end", fill=SOFT, font_size=11))
    edge = 0.0
    for tick in _ticks(*wide):
        x, half = place(tick, high[0])[0], width_of(f"{tick:g}", 11) / 2
        parts.append(_line(x, TOP, x, HEIGHT - BOTTOM))
        if x - half > edge:
            parts.append(
                text(x, HEIGHT - BOTTOM + 16, f"{tick:g}", "middle", fill=SOFT, font_size=11)
            )
            edge = x + half + 6
    seats = [place(x, y) for x, y in ordered]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in seats)
    parts.append(f'<polyline points="{path}" fill="none" stroke="{BLUE}" stroke-width="2"/>')
    parts += [
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{BLUE}" stroke="{PAPER}"/>'
        for x, y in (seats if len(seats) <= 40 else [])
    ]
    parts.append(text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, across, "middle"))
    turned = f"rotate(-90 14 {(HEIGHT - BOTTOM + TOP) / 2:g})"
    parts.append(text(14, (HEIGHT - BOTTOM + TOP) / 2, up, "middle", transform=turned))
    about = "; ".join(f"{x:g}: {y:g}" for x, y in ordered[:: max(1, len(ordered) // 40)])
    return picture(
        WIDTH, HEIGHT, title, f"{up or 'y'} by {across or 'x'}: {about}", "\n".join(parts)
    )


def _span(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values, default=0.0), max(values, default=1.0)
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _ticks(low: float, high: float) -> Iterator[float]:
    """Round numbers between two numbers."""
    rough = (high - low) / TICKS
    unit = 10.0 ** floor(log10(rough))
    step = next(unit * n for n in (1, 2, 5, 10) if unit * n >= rough)
    number = -floor(-low / step)
    while number * step <= high + step * 1e-9:
        yield round(number * step, 12)
        number += 1


def _line(x: float, y: float, u: float, v: float) -> str:
    return f'<path d="M{x:.1f} {y:.1f}L{u:.1f} {v:.1f}" fill="none" stroke="{LINE}"/>'
