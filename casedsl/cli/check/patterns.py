"""Patterns of paths, as configurations write them: `drafts`, `**/*.case`, `old/*/letter.case`.

`*` and `?` stay within one name, `**` stands for any folders, and a pattern that matches a folder matches all below it.
(The standard library has this from Python 3.13 on.)
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache


def matches(path: str, patterns: Iterable[str]) -> bool:
    """Whether one of the patterns matches a path; both are written with `/`, relative to the same folder."""
    return any(_compiled(pattern).match(path) for pattern in patterns)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    *parts, name = [part for part in pattern.split("/") if part not in ("", ".")] or ["**"]
    said = "".join("(?:[^/]+/)*" if part == "**" else f"{_name(part)}/" for part in parts)
    last = "[^/]+" if name == "**" else _name(name)
    return re.compile(f"{said}{last}(?:/.*)?\\Z", re.S)


def _name(part: str) -> str:
    signs = {"*": "[^/]*", "?": "[^/]"}
    return "".join(signs.get(sign, re.escape(sign)) for sign in re.sub(r"\*+", "*", part))
