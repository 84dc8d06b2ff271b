"""The ids of groups in a picture. A key may hold any character, an id should not: what is neither a letter nor a digit
of ASCII is written as its number between dots, so two keys never share an id."""

from __future__ import annotations

from string import ascii_letters, digits

_PLAIN = frozenset(ascii_letters + digits + "_-")


def station_id(key: str) -> str:
    return f"st-{_plain(key)}"


def track_id(key: str) -> str:
    return f"tr-{_plain(key)}"


def zone_id(key: str) -> str:
    return f"zone-{_plain(key)}"


def _plain(key: str) -> str:
    return "".join(char if char in _PLAIN else f".{ord(char):x}." for char in key)
