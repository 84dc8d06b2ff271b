"""A browser without a window: Chromium shows a page, runs its script and hands the page back, or a picture of it.

`--dump-dom` needs no driver: the script of the page writes what it found into the page as JSON, and the page is printed
when it is done. The page works by virtual time, so nothing waits longer than it must.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from html import unescape
from pathlib import Path
from typing import Any

import msgspec

from bench.maps.seen import Seen

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
         "--disable-background-networking", "--disable-component-update", "--disable-sync")  # fmt: skip
PATIENCE = 900_000
"""Milliseconds of virtual time; a page that is done earlier is handed back earlier."""

HERE = Path(__file__).parent


def chromium() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None)


def scripted(script: str, handed: object, libraries: tuple[Path, ...] = ()) -> Any:
    """What the async function `all` of a script makes of some JSON in a page."""
    loaded = "".join(f'<script src="{library.as_uri()}"></script>' for library in libraries)
    page = (
        f"<!doctype html><meta charset=utf-8>{loaded}<style>body{{margin:0}}</style><div id=place></div>"
        f"<script>{script}\nconst handed = {_harmless(handed)};\n"
        "all(handed).catch((error) => ({ failed: String(error) })).then((made) => {"
        'document.body.innerHTML = ""; const pre = document.createElement("pre"); pre.id = "made";'
        "pre.textContent = JSON.stringify(made); document.body.append(pre); });</script>"
    )
    found = re.search(
        r'<pre id="made">(.*)</pre>', _shown(page, f"--virtual-time-budget={PATIENCE}", "--dump-dom"), re.S
    )
    made = json.loads(unescape(found[1])) if found else {"failed": "the page wasn't done"}
    if "failed" in made:
        raise RuntimeError(made["failed"])
    return made


def measured(pictures: Mapping[str, str]) -> dict[str, Seen]:
    """What is seen of each picture; one that is no well-formed SVG is left out."""
    made = scripted((HERE / "measure.js").read_text("utf-8"), dict(pictures))
    return {name: msgspec.convert(each, Seen) for name, each in made.items() if each}


def photograph(page: Path, to: Path, wide: int, high: int) -> None:
    """A PNG of a page (or an SVG) on disk."""
    _run(f"--screenshot={to}", f"--window-size={wide},{high}", page.as_uri())


def _harmless(handed: object) -> str:
    """JSON that may stand in a script."""
    return json.dumps(handed, ensure_ascii=False).replace("<", "\\u003c").replace("\u2028", "\\u2028")


def _shown(page: str, *flags: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        file.write_text(page, "utf-8")
        return _run(*flags, file.as_uri())


def _run(*words: str) -> str:
    name = chromium()
    assert name, "there is no Chromium"
    with tempfile.TemporaryDirectory() as profile:
        done = subprocess.run(
            [name, *FLAGS, f"--user-data-dir={profile}", *words],
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=True,
        )
    return done.stdout
