"""What became of scenarios, for people and machines: a line each, what went otherwise as a finding, what was never
played as a short list; JSON; JUnit with a suite for each file and a test for each scenario."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

from msgspec import Struct

from casedsl.play.coverage import KINDS, Coverage
from casedsl.play.player import Played
from casedsl.report.junit import escaped, tag
from casedsl.report.machine import VERSION, finding_data
from casedsl.report.plain import dumped, one_line
from casedsl.report.text import full
from casedsl.report.words import in_short
from casedsl.syntax.finding import Finding
from casedsl.syntax.source import Source

_NEVER = (("state", "never entered"), ("transition", "never taken"), ("timer", "never due"))


class Tried(Struct, frozen=True):
    """A file and what became of its scenarios; `wrong` says why none of them could be played."""

    file: str
    sources: Mapping[str, Source]
    played: tuple[Played, ...]
    coverage: Coverage | None
    wrong: tuple[Finding, ...] = ()

    @property
    def failed(self) -> int:
        return sum(each.failure is not None for each in self.played) + bool(self.wrong)


def as_text(tried: Sequence[Tried], colour: bool = False) -> str:
    return "\n".join("".join(f"{row}\n" for row in _file(each, colour)) for each in tried)


def _file(tried: Tried, colour: bool) -> Iterator[str]:
    yield one_line(tried.file)
    if tried.wrong:
        yield full(tried.wrong, tried.sources, colour).rstrip("\n")
    for played in tried.played:
        yield one_line(f"  {'failed' if played.failure else 'ok    '}  {played.scenario.title}")
        if played.failure:
            yield "\n" + full((played.failure,), tried.sources, colour)
    if tried.coverage is not None:
        yield from _covered(tried.coverage)


def _covered(coverage: Coverage) -> Iterator[str]:
    counts = (f"{count} of {of} {kind}s" for kind in KINDS for count, of in [coverage.counts(kind)])
    yield f"  played  {coverage.percent}%: {', '.join(counts)}"
    for kind, head in _NEVER:
        missing = coverage.missing(kind)
        if missing:
            yield one_line(f"          {head}: {'; '.join(missing)}")


def as_json(tried: Sequence[Tried], colour: bool = False) -> str:
    """`{"version": 1, "files": [{"file", "scenarios", "coverage", "findings"}]}`; a failure is told like a finding."""
    return dumped({"version": VERSION, "files": [_file_data(each) for each in tried]}) + "\n"


def _file_data(tried: Tried) -> dict[str, object]:
    return {
        "file": tried.file,
        "scenarios": [
            {
                "title": played.scenario.title,
                "line": played.scenario.span.line,
                "ok": played.failure is None,
                "failure": None if played.failure is None else finding_data(played.failure),
            }
            for played in tried.played
        ],
        "coverage": None if tried.coverage is None else _coverage_data(tried.coverage),
        "findings": [finding_data(finding) for finding in tried.wrong],
    }


def _coverage_data(coverage: Coverage) -> dict[str, object]:
    kinds = {}
    for kind in KINDS:
        count, of = coverage.counts(kind)
        kinds[f"{kind}s"] = {"played": count, "of": of, "never": list(coverage.missing(kind))}
    return {"percent": coverage.percent, **kinds}


def as_junit(tried: Sequence[Tried], colour: bool = False) -> str:
    suites = [row for each in tried for row in _suite(each)]
    head = tag("testsuites", {"name": "casedsl test", **_counts(tried)})
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, *suites, "</testsuites>"]) + "\n"


def _suite(tried: Tried) -> Iterator[str]:
    name = one_line(tried.file)
    yield "  " + tag("testsuite", {"name": name, **_counts([tried])})
    if tried.wrong:
        yield "    " + tag("testcase", {"name": "check", "classname": name, "file": name})
        yield _failure(in_short(tried.wrong[0]), tried.wrong, tried.sources)
        yield "    </testcase>"
    for played in tried.played:
        about = {"name": one_line(played.scenario.title), "classname": name, "file": name}
        about["line"] = str(played.scenario.span.line)
        yield "    " + tag("testcase", about, closed=played.failure is None)
        if played.failure is not None:
            yield _failure(in_short(played.failure), (played.failure,), tried.sources)
            yield "    </testcase>"
    yield "  </testsuite>"


def _failure(short: str, findings: tuple[Finding, ...], sources: Mapping[str, Source]) -> str:
    return f"      {tag('failure', {'message': short})}{escaped(full(findings, sources), keep=True)}</failure>"


def _counts(tried: Sequence[Tried]) -> dict[str, str]:
    tests = sum(len(each.played) + bool(each.wrong) for each in tried)
    failures = sum(each.failed for each in tried)
    return {"tests": str(tests), "failures": str(failures), "errors": "0", "skipped": "0"}


FORMATS: Mapping[str, Callable[[Sequence[Tried], bool], str]] = MappingProxyType(
    {"text": as_text, "json": as_json, "junit": as_junit}
)
