"""A picture of what a terminal shows, as SVG: the text stays text, so that it can be selected, searched and read aloud.

Every piece of a row has its own place and width, counted in columns. So the carets stand below what they mark in any
monospaced font, and no viewer has to keep blanks that SVG folds into one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

WIDEST = 110
"""The most columns a picture may have: a page shows it without making the letters small."""

_COLUMN, _ROW, _MARGIN, _SIZE = 7.8, 18, 20, 13
_FONTS = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace"
_GROUND, _PLAIN = "#0d1117", "#c9d1d9"
_LOOKS = {
    "1": 'fill="#f0f6fc" font-weight="700"',
    "2": 'fill="#8b949e"',
    "31": 'fill="#ff7b72"',
    "32": 'fill="#7ee787"',
    "33": 'fill="#e3b341"',
    "36": 'fill="#76e3ea"',
}
_CODE = re.compile(r"\x1b\[(\d+)m")
_PIECE = re.compile(r"\S+(?: \S+)*")


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one look, and the column in which they begin."""

    column: int
    text: str
    look: str


def uncoloured(shown: str) -> str:
    """What a terminal shows, without its colours."""
    return _CODE.sub("", shown)


def picture(shown: str, title: str) -> str:
    """The SVG of some output with its colours. Raises ValueError if a row is too wide for a page."""
    rows = shown.rstrip("\n").split("\n")
    columns = max(len(uncoloured(row)) for row in rows)
    if columns > WIDEST:
        raise ValueError(f"a row has {columns} columns, and {WIDEST} are the most")
    width, height = round(columns * _COLUMN) + 2 * _MARGIN, len(rows) * _ROW + 2 * _MARGIN
    body = "".join(_row(row, _MARGIN + place * _ROW + _SIZE) for place, row in enumerate(rows))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'role="img" font-family="{_FONTS}" font-size="{_SIZE}" fill="{_PLAIN}">\n<title>{escape(title)}</title>\n'
        f'<rect width="{width}" height="{height}" rx="8" fill="{_GROUND}"/>\n{body}</svg>\n'
    )


def _row(row: str, baseline: int) -> str:
    return "".join(f"{_text(piece, baseline)}\n" for run in _runs(row) for piece in _pieces(run))


def _runs(row: str) -> Iterator[Run]:
    """The row in parts of one look each; a code holds until the next one."""
    column, look = 0, ""
    for place, part in enumerate(_CODE.split(row)):
        if place % 2:
            look = _LOOKS[part] if part != "0" else ""
        else:
            yield Run(column, part, look)
            column += len(part)


def _pieces(run: Run) -> Iterator[Run]:
    """A run without the blanks around it and the gaps in it."""
    return (Run(run.column + piece.start(), piece[0], run.look) for piece in _PIECE.finditer(run.text))


def _text(run: Run, baseline: int) -> str:
    x, width = _MARGIN + run.column * _COLUMN, len(run.text) * _COLUMN
    look = f" {run.look}" if run.look else ""
    return f'<text x="{x:.1f}" y="{baseline}" textLength="{width:.1f}"{look}>{escape(run.text, quote=False)}</text>'
