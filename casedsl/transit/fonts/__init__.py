"""The letters of every picture: Inter, regular and bold, shipped beside this file (`PROVENANCE.md`).

A picture must look the same on a machine that has never seen Inter, and its text must stay text. So each SVG carries
the letters that it uses, and no others: `cut` makes a small TrueType file of them. That needs no font library, for a
TrueType file is a handful of tables: outlines of glyphs one after another (`glyf`, `loca`), how wide they are (`hmtx`),
and which character is which glyph (`cmap`). A glyph may be put together of others (`é`), which then come along.
Nothing is compressed: two versions of zlib make different bytes, and equal maps are equal in every byte.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from pathlib import Path

from casedsl.transit.fonts.sfnt import assembled, character_map, numbers, split

HERE = Path(__file__).resolve().parent
FILES = {False: HERE / "Inter-Regular.ttf", True: HERE / "Inter-Bold.ttf"}
FAMILY = "Inter"

_WORDS, _SCALE, _MORE, _XY_SCALE, _MATRIX = 0x1, 0x8, 0x20, 0x40, 0x80
"""What a part of a composed glyph says of itself, as the specification of `glyf` numbers it."""


class Face:
    """One of the two font files."""

    def __init__(self, data: bytes) -> None:
        self._tables = split(data)
        self.units: int = struct.unpack_from(">H", self._tables["head"], 18)[0]
        self.glyphs: Mapping[int, int] = character_map(self._tables["cmap"])

    @cached_property
    def advances(self) -> Mapping[str, int]:
        """How wide each character is, in `units` to the size of the font."""
        metrics = self._tables["hmtx"]
        return {chr(code): struct.unpack_from(">H", metrics, 4 * at)[0] for code, at in self.glyphs.items()}

    @cached_property
    def _offsets(self) -> tuple[int, ...]:
        long = struct.unpack_from(">h", self._tables["head"], 50)[0]
        found = numbers(">I" if long else ">H", self._tables["loca"])
        return found if long else tuple(offset * 2 for offset in found)

    def _outline(self, glyph: int) -> bytes:
        return self._tables["glyf"][self._offsets[glyph] : self._offsets[glyph + 1]]

    def cut(self, characters: Iterable[str]) -> bytes:
        """A font file that knows these characters only; those that the face doesn't have are left out."""
        codes = sorted({ord(char) for char in characters} & self.glyphs.keys())
        kept = self._closed([0, *(self.glyphs[code] for code in codes)])
        place = {glyph: at for at, glyph in enumerate(kept)}
        outlines = [_even(self._renumbered(glyph, place)) for glyph in kept]
        offsets = [sum(map(len, outlines[:at])) for at in range(len(outlines) + 1)]
        tables = self._tables
        return assembled(
            {
                "OS/2": tables["OS/2"],
                "cmap": character_map_of({code: place[self.glyphs[code]] for code in codes}),
                "glyf": b"".join(outlines),
                "head": tables["head"][:8] + bytes(4) + tables["head"][12:50] + struct.pack(">hh", 1, 0),
                "hhea": tables["hhea"][:34] + struct.pack(">H", len(kept)),
                "hmtx": b"".join(tables["hmtx"][4 * glyph : 4 * glyph + 4] for glyph in kept),
                "loca": struct.pack(f">{len(offsets)}I", *offsets),
                "maxp": tables["maxp"][:4] + struct.pack(">H", len(kept)) + tables["maxp"][6:],
                "name": tables["name"],
                "post": struct.pack(">I", 0x30000) + tables["post"][4:32],
            }
        )

    def _closed(self, glyphs: list[int]) -> list[int]:
        """The glyphs and those of which they are put together, each once."""
        kept = list(dict.fromkeys(glyphs))
        for glyph in kept:
            kept.extend(part for _, part in _parts(self._outline(glyph)) if part not in kept)
        return kept

    def _renumbered(self, glyph: int, place: Mapping[int, int]) -> bytes:
        outline = bytearray(self._outline(glyph))
        for at, part in _parts(outline):
            struct.pack_into(">H", outline, at, place[part])
        return bytes(outline)


def _parts(outline: bytes | bytearray) -> Iterable[tuple[int, int]]:
    """For a glyph that is put together of others: where it names each of them, and which it is."""
    if len(outline) < 10 or struct.unpack_from(">h", outline, 0)[0] >= 0:
        return
    at, flags = 10, _MORE
    while flags & _MORE:
        flags, part = struct.unpack_from(">HH", outline, at)
        yield at + 2, part
        scale = 2 if flags & _SCALE else 4 if flags & _XY_SCALE else 8 if flags & _MATRIX else 0
        at += 4 + (4 if flags & _WORDS else 2) + scale


def _even(outline: bytes) -> bytes:
    return outline + bytes(-len(outline) % 4)


def character_map_of(glyphs: Mapping[int, int]) -> bytes:
    """A `cmap` of one part in format 12, which knows every character by its number."""
    groups = b"".join(struct.pack(">III", code, code, glyph) for code, glyph in sorted(glyphs.items()))
    head = struct.pack(">HHHHI", 0, 1, 3, 10, 12)
    return head + struct.pack(">HHIII", 12, 0, 16 + len(groups), 0, len(glyphs)) + groups


@cache
def face(bold: bool = False) -> Face:
    return Face(FILES[bold].read_bytes())
