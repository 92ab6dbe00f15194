"""Pictures as SVG text: one renderer for the terminal's files, reports and screens.

Colours come as attributes, so that printers of documents keep them, and everything that differs in
colour differs in shape too.
"""

from fraudscore.drawing.curve import curve
from fraudscore.drawing.linked import OtherPerson, SharedKey, linked_people
from fraudscore.drawing.login_map import login_map
from fraudscore.drawing.palette import picture_style
from fraudscore.drawing.ring import ring_picture
from fraudscore.drawing.timeline import timeline

__all__ = [
    "OtherPerson",
    "SharedKey",
    "curve",
    "linked_people",
    "login_map",
    "picture_style",
    "ring_picture",
    "timeline",
]
