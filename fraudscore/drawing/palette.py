"""The colours of every picture: one for paper and one for dark screens, by what they stand for.

Pictures carry the paper colours as attributes, which printers of documents keep; a style sheet made
from the same table turns them on dark screens.
"""

from __future__ import annotations

PAPER, SEA, LAND, BORDER = "#fcfdfe", "#eaf1f7", "#d2d9d3", "#fafcfb"
HOME_LAND = "#b9c9bd"
INK, SOFT, LINE = "#1c2733", "#4b5966", "#c3ccd5"
BLUE, GREEN, SLATE, PURPLE, ORANGE, RED, GREY = (
    "#1a66ad", "#15795c", "#47566a", "#6c4a9c", "#a94c0b", "#a5123f", "#616b76",
)  # fmt: skip
DARK = {
    PAPER: "#18202b", SEA: "#121a26", LAND: "#33404f", BORDER: "#1c2633", HOME_LAND: "#435563",
    INK: "#e8edf2", SOFT: "#aeb9c5", LINE: "#455466",
    BLUE: "#6db3f2", GREEN: "#5ccfa5", SLATE: "#b3c1d4", PURPLE: "#bda0ee", ORANGE: "#f5a05a",
    RED: "#ff86a4", GREY: "#a8b2bd",
}  # fmt: skip
"""What each colour of the paper becomes on a dark screen."""


SCROLLS = "Wider than the screen: scroll sideways."


def picture_style() -> str:
    """A style sheet for pages with pictures: they fit the page, and turn dark where it does.

    On a narrow screen a picture keeps a size that can be read: put it into ``.pictured``, which scrolls
    and says so, or into ``.pictured.wide`` beside one that was drawn for it in ``.pictured.narrow``.
    """
    rules = "\n".join(
        f'  svg.picture [{name}="{light}"] {{ {name}: {dark}; }}'
        for light, dark in DARK.items()
        for name in ("fill", "stroke")
    )
    return (
        "svg.picture { display: block; max-width: 100%; height: auto; }\n"
        ".pictured { overflow-x: auto; margin: 0 0 1rem; }\n"
        ".pictured svg.picture { width: 100%; min-width: 44rem; }\n"
        ".pictured.narrow { display: none; }\n"
        ".pictured.narrow svg.picture { min-width: 0; max-width: 27rem; }\n"
        "@media screen and (max-width: 48rem) {\n"
        "  .pictured.wide { display: none; }\n"
        "  .pictured.narrow { display: block; }\n"
        f'  .pictured:not(.narrow)::before {{ content: "{SCROLLS}"; display: block; position: sticky; '
        "left: 0; font-size: 0.87rem; }\n"
        "}\n"
        "@media print { .pictured { overflow: visible; } .pictured svg.picture { min-width: 0; } }\n"
        f"@media screen and (prefers-color-scheme: dark) {{\n{rules}\n}}\n"
    )
