"""Every format by its name: a function from what is shown to the text that is printed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from casedsl.report.github import github
from casedsl.report.gitlab import gitlab
from casedsl.report.junit import junit
from casedsl.report.machine import as_json, as_jsonl
from casedsl.report.rdjson import rdjson
from casedsl.report.sarif import sarif
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


FORMATS: Mapping[str, Callable[[Shown], str]] = MappingProxyType(
    {
        "full": _full,
        "concise": _concise,
        "json": _json,
        "jsonl": _jsonl,
        "sarif": sarif,
        "github": github,
        "gitlab": gitlab,
        "junit": junit,
        "rdjson": rdjson,
    }
)
