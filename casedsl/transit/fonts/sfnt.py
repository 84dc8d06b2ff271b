"""The box in which a TrueType file keeps its tables: taken apart, read, and put together again.

Layout after the OpenType specification 1.9, "Font file" and "cmap": a head, an entry of sixteen bytes for each table
(name, checksum, offset, length), and the tables, each at a multiple of four.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping

_MAGIC = 0xB1B0AFBA
"""What the sum of the whole file and `checkSumAdjustment` in `head` make together."""


def split(data: bytes) -> Mapping[str, bytes]:
    found: dict[str, bytes] = {}
    for at in range(struct.unpack_from(">H", data, 4)[0]):
        name, _, offset, length = struct.unpack_from(">4sIII", data, 12 + 16 * at)
        found[name.decode("ascii")] = data[offset : offset + length]
    return found


def assembled(tables: Mapping[str, bytes]) -> bytes:
    names = sorted(tables)
    power = 1 << (len(names).bit_length() - 1)
    head = struct.pack(">IHHHH", 0x10000, len(names), power * 16, power.bit_length() - 1, len(names) * 16 - power * 16)
    entries, bodies, offset = b"", b"", 12 + 16 * len(names)
    for name in names:
        table = tables[name]
        entries += struct.pack(">4sIII", name.encode("ascii"), _sum(table), offset + len(bodies), len(table))
        bodies += _padded(table)
    whole = bytearray(head + entries + bodies)
    at = struct.unpack_from(">I", whole, 12 + 16 * names.index("head") + 8)[0]
    struct.pack_into(">I", whole, at + 8, (_MAGIC - _sum(bytes(whole))) & 0xFFFFFFFF)
    return bytes(whole)


def character_map(table: bytes) -> Mapping[int, int]:
    """Which glyph each character is, of a `cmap` with a part in format 4, or in format 12 as `cut` writes it."""
    for at in range(struct.unpack_from(">H", table, 2)[0]):
        offset = struct.unpack_from(">HHI", table, 4 + 8 * at)[2]
        kind = struct.unpack_from(">H", table, offset)[0]
        if kind in (4, 12):
            return dict(_segments(table[offset:]) if kind == 4 else _groups(table[offset:]))
    return {}


def _groups(part: bytes) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for at in range(struct.unpack_from(">I", part, 12)[0]):
        first, last, glyph = struct.unpack_from(">III", part, 16 + 12 * at)
        found.extend((code, glyph + code - first) for code in range(first, last + 1))
    return found


def _segments(part: bytes) -> list[tuple[int, int]]:
    count = struct.unpack_from(">H", part, 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", part, 14)
    starts = struct.unpack_from(f">{count}H", part, 16 + 2 * count)
    deltas = struct.unpack_from(f">{count}H", part, 16 + 4 * count)
    ranges_at = 16 + 6 * count
    found: list[tuple[int, int]] = []
    for at, (start, end, delta) in enumerate(zip(starts, ends, deltas, strict=True)):
        offset = struct.unpack_from(">H", part, ranges_at + 2 * at)[0]
        for code in range(start, min(end, 0xFFFE) + 1):
            glyph = code
            if offset:
                glyph = struct.unpack_from(">H", part, ranges_at + 2 * at + offset + 2 * (code - start))[0]
            if glyph or not offset:
                found.append((code, (glyph + delta) & 0xFFFF))
    return [(code, glyph) for code, glyph in found if glyph]


def numbers(kind: str, table: bytes) -> tuple[int, ...]:
    return tuple(value for (value,) in struct.iter_unpack(kind, table))


def _sum(table: bytes) -> int:
    return sum(numbers(">I", _padded(table))) & 0xFFFFFFFF


def _padded(table: bytes) -> bytes:
    return table + bytes(-len(table) % 4)
