"""HTML as text: elements made of escaped attributes and of content that is HTML already.

What an author wrote is hostile, and may run from right to left. `words` makes it harmless: what HTML forbids and what
turns the text around it is marked (`text.clean`), the rest is escaped and stands in a `<bdi>`, so that it can't reorder
its neighbours.
"""

from __future__ import annotations

from html import escape

from casedsl.transit.text import clean


def tag(name: str, *content: str, **attributes: str | None) -> str:
    """An element; `_` in an attribute's name stands for `-` (and at its end for nothing), None leaves it out."""
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{quoted(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{said}>{''.join(content)}</{name}>"


def words(text: str) -> str:
    """Words of an author between other words."""
    return tag("bdi", plain(text)) if text else ""


def plain(text: str) -> str:
    """Words of an author that stand alone in their element."""
    return escape(clean(text), quote=False)


def quoted(text: str) -> str:
    return escape(clean(text), quote=True)
