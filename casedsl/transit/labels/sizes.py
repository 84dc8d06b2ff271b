"""The sizes of the type on a map, in pixels, and the heights of its lines: what is reserved is what is drawn."""

from __future__ import annotations

TITLE, TITLE_LINE = 12.5, 15.0
CODE, CODE_HIGH, CODE_PAD = 9.0, 12.0, 3.5
LADDER, NOTE, SMALL_LINE = 9.5, 9.5, 12.5
CLOCK = 13.0
"""The room of the little clock before a ladder or in a badge."""
BADGE, BADGE_HIGH, BADGE_PAD = 8.5, 13.0, 4.5
NAME, NAME_LINE = 9.5, 11.5
ZONE, ZONE_LINE, ZONE_PAD = 12.0, 15.0, 10.0
SQUARE = 7.0
BULLET = 12.0
BAR_LONG, BAR_THICK = 11.0, 2.6
ARROW = 9.0
DESCENT = 0.22
"""How far small letters reach under the base line, by the size of the type."""
