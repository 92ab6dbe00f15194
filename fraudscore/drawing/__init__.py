"""Pictures as SVG text: one renderer for the terminal's files, reports and screens.

Colours come as attributes, so that printers of documents keep them, and everything that differs in
colour differs in shape too.
"""

from fraudscore.drawing.ring import ring_picture

__all__ = ["ring_picture"]
