"""The contact sheet: every picture of every tool side by side, as a page and as one PNG, under `build/maps`."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path

from bench.maps.browser import chromium, photograph

WIDE, HIGH, NAME = 620, 430, 130
"""The room of a picture on the sheet and of its name, in pixels; the page links to the whole picture."""
COLUMNS = 4
"""So many pictures stand side by side at the most, unless there are more tools."""

STYLE = f"""body {{ font: 14px Inter, sans-serif; margin: 16px; background: #fff }} table {{ border-spacing: 12px }}
th {{ text-align: left; max-width: {NAME - 20}px }} td {{ border: 1px solid #ccc; vertical-align: top; padding: 6px }}
img {{ width: {WIDE}px; height: {HIGH}px; object-fit: contain; display: block }} small {{ color: #555 }}"""


def bound(pictures: Mapping[tuple[str, str], str], said: Mapping[tuple[str, str], str], folder: Path) -> Path:
    """Writes the pictures by input and tool, and the sheet over them with a sentence below each."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.svg"):
        old.unlink()
    inputs, tools = (list(dict.fromkeys(key[at] for key in pictures)) for at in (0, 1))
    for (what, tool), svg in pictures.items():
        (folder / _file(what, tool)).write_text(svg, "utf-8")
    across = max(1, COLUMNS // len(tools))
    head = "".join(f"<th>{escape(tool)}</th>" for tool in tools)
    cells = [
        f"<th>{escape(what)}</th>" + "".join(_cell(what, tool, pictures, said) for tool in tools) for what in inputs
    ]
    rows = [f"<tr>{''.join(cells[at : at + across])}</tr>" for at in range(0, len(cells), across)]
    page = folder / "contact.html"
    page.write_text(f"<!doctype html><meta charset=utf-8><title>Maps</title><style>{STYLE}</style>"
                    f"<table><tr>{f'<th></th>{head}' * across}</tr>{''.join(rows)}</table>\n", "utf-8")  # fmt: skip
    if chromium():
        photograph(
            page, folder / "contact.png", 40 + across * (NAME + len(tools) * (WIDE + 30)), 80 + len(rows) * (HIGH + 60)
        )
    return page


def _cell(what: str, tool: str, pictures: Mapping[tuple[str, str], str], said: Mapping[tuple[str, str], str]) -> str:
    if (what, tool) not in pictures:
        return "<td></td>"
    file = escape(_file(what, tool))
    return f'<td><a href="{file}"><img src="{file}"></a><small>{escape(said.get((what, tool), ""))}</small></td>'


def _file(what: str, tool: str) -> str:
    return "".join(sign if sign.isalnum() else "_" for sign in f"{what}-{tool}".lower()) + ".svg"
