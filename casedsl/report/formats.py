"""Every format by its name: a function from what is shown to the text that is printed.

The formats of other programs are loaded when somebody asks for them: a check in a terminal needs none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType

from casedsl.report.machine import as_json, as_jsonl
from casedsl.report.shown import Shown
from casedsl.report.text import concise, full

__all__ = ["FORMATS", "Shown"]


def _full(shown: Shown) -> str:
    return full(shown.findings, shown.sources, shown.colour)


def _concise(shown: Shown) -> str:
    return concise(shown.findings, shown.colour)


def _json(shown: Shown) -> str:
    return as_json(shown.findings)


def _jsonl(shown: Shown) -> str:
    return as_jsonl(shown.findings)


def _of_module(name: str) -> Callable[[Shown], str]:
    def write(shown: Shown) -> str:
        text = getattr(import_module(f"casedsl.report.{name}"), name)(shown)
        assert isinstance(text, str)
        return text

    return write


FORMATS: Mapping[str, Callable[[Shown], str]] = MappingProxyType(
    {
        "full": _full,
        "concise": _concise,
        "json": _json,
        "jsonl": _jsonl,
        **{name: _of_module(name) for name in ("sarif", "github", "gitlab", "junit", "rdjson")},
    }
)
