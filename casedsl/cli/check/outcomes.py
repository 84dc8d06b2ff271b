"""What is kept of the check of one file: enough to show its findings again without reading the language.

An outcome is written as JSON and read strictly. What isn't exactly of the form that is written here is no outcome: it
may be damaged, from another version or from another program, and then the file is simply checked again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar, cast

from casedsl.syntax.finding import Edit, Finding, Fix, Label, Severity
from casedsl.syntax.ignores import Heard, Ignore
from casedsl.syntax.span import Span

FORM = 1
_SEVERITIES = ("error", "warning", "info")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FilePlaces:
    """The places of one document that matter: line, column, and what it is called there."""

    file: str
    home: str
    names: tuple[tuple[int, int, str], ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The check of one file.

    Attributes:
      findings: what was found, before anybody chose what to see; without opinions.
      heard: what became of the author's ignores.
      read: the names of all files that were looked for, the checked one first, each with the digest of its bytes or the
        reason why it couldn't be read.
      sharing: what must be known of it to judge names that files share; only `outlook.py` reads it.
      places: for each file in which something may be found, how the document is called, and the names of these places.
      opinions: findings of the severity info and their places, as JSON: there are many, and few people ask for them.
    """

    findings: tuple[Finding, ...]
    heard: Heard
    read: Mapping[str, str]
    sharing: str
    places: tuple[FilePlaces, ...] = ()
    opinions: str = "[[],[]]"

    @property
    def file(self) -> str:
        return self.heard.file


def written(outcome: Outcome) -> str:
    """An outcome as JSON, its opinions on a line of their own."""
    heard = outcome.heard
    document = json.dumps(
        {
            "form": FORM,
            "file": heard.file,
            "shared": heard.shared,
            "understood": heard.understood,
            "read": dict(outcome.read),
            "sharing": outcome.sharing,
            "places": _written_places(outcome.places),
            "findings": [_written_finding(finding) for finding in outcome.findings],
            "ignores": [[_written_span(each.span), each.line, list(each.codes), each.reason] for each in heard.ignores],
            "ignored": [[_written_finding(finding), reason] for finding, reason in heard.ignored],
        },
        separators=(",", ":"),
    )
    return f"{document}\n{outcome.opinions}"


def written_opinions(findings: Iterable[Finding], places: Iterable[FilePlaces]) -> str:
    """Opinions as an outcome keeps them."""
    document = [[_written_finding(finding) for finding in findings], _written_places(places)]
    return json.dumps(document, separators=(",", ":"))


def with_opinions(outcome: Outcome) -> Outcome:
    """An outcome whose findings are all there are, in their order."""
    try:
        found, places = _list(json.loads(outcome.opinions), 2)
        findings = sorted((*outcome.findings, *_each(found, _finding)), key=Finding.place)
        return replace(outcome, findings=tuple(findings), places=(*outcome.places, *_each(places, _file_places)))
    except (ValueError, RecursionError):
        return outcome


def read_outcome(text: str) -> Outcome | None:
    """The outcome in a text; None if the text is anything else."""
    main, _, opinions = text.partition("\n")
    try:
        document = _map(json.loads(main))
        if document["form"] != FORM:
            return None
        heard = Heard(
            _text(document["file"]),
            _flag(document["shared"]),
            _flag(document["understood"]),
            _each(document["ignores"], _ignore),
            _each(document["ignored"], _ignored),
        )
        read = {name: _text(digest) for name, digest in _map(document["read"]).items()}
        sharing, places = _text(document["sharing"]), _each(document["places"], _file_places)
        return Outcome(_each(document["findings"], _finding), heard, read, sharing, places, opinions)
    except (KeyError, TypeError, ValueError, RecursionError):
        return None


def written_findings(findings: Iterable[Finding]) -> str:
    """Findings as JSON."""
    return json.dumps([_written_finding(finding) for finding in findings], separators=(",", ":"))


def read_findings(text: str) -> tuple[Finding, ...] | None:
    """The findings in a text; None if the text is anything else."""
    try:
        return _each(json.loads(text), _finding)
    except (ValueError, RecursionError):
        return None


def _written_places(places: Iterable[FilePlaces]) -> list[object]:
    return [[each.file, each.home, each.names] for each in places]


def _written_span(span: Span) -> list[object]:
    return [span.file, span.line, span.column, span.end_line, span.end_column]


def _written_labels(labels: tuple[Label, ...]) -> list[object]:
    return [[_written_span(label.span), label.text] for label in labels]


def _written_finding(finding: Finding) -> list[object]:
    fix = finding.fix
    return [
        finding.code,
        finding.severity,
        _written_span(finding.span),
        finding.headline,
        finding.label,
        _written_labels(finding.labels),
        [list(note) for note in finding.notes],
        finding.way_out,
        _written_labels(finding.steps),
        fix and [fix.title, fix.safe, [[_written_span(edit.span), edit.text] for edit in fix.edits]],
    ]


def _finding(value: object) -> Finding:
    code, severity, span, headline, label, labels, notes, way_out, steps, fix = _list(value, 10)
    if severity not in _SEVERITIES:
        raise ValueError
    return Finding(
        _text(code),
        cast(Severity, severity),
        _span(span),
        _text(headline),
        _text(label),
        _each(labels, _label),
        _each(notes, _note),
        _text(way_out),
        _each(steps, _label),
        None if fix is None else _fix(fix),
    )


def _span(value: object) -> Span:
    file, *numbers = _list(value, 5)
    if any(type(number) is not int or number < 0 for number in numbers):
        raise ValueError
    return Span(_text(file), *numbers)


def _label(value: object) -> Label:
    span, text = _list(value, 2)
    return Label(_span(span), _text(text))


def _note(value: object) -> tuple[str, str]:
    head, text = _list(value, 2)
    return _text(head), _text(text)


def _fix(value: object) -> Fix:
    title, safe, edits = _list(value, 3)
    return Fix(_text(title), _flag(safe), _each(edits, _edit))


def _edit(value: object) -> Edit:
    span, text = _list(value, 2)
    return Edit(_span(span), None if text is None else _text(text))


def _ignore(value: object) -> Ignore:
    span, line, codes, reason = _list(value, 4)
    if line is not None and type(line) is not int:
        raise ValueError
    return Ignore(_span(span), line, _each(codes, _text), _text(reason))


def _ignored(value: object) -> tuple[Finding, str]:
    finding, reason = _list(value, 2)
    return _finding(finding), _text(reason)


def _file_places(value: object) -> FilePlaces:
    file, home, names = _list(value, 3)
    return FilePlaces(_text(file), _text(home), _each(names, _named_place))


def _named_place(value: object) -> tuple[int, int, str]:
    line, column, name = _list(value, 3)
    if type(line) is not int or type(column) is not int:
        raise ValueError
    return line, column, _text(name)


def _each(value: object, read: Callable[[object], T]) -> tuple[T, ...]:
    return tuple(read(item) for item in _list(value))


def _list(value: object, length: int | None = None) -> list[Any]:
    if not isinstance(value, list) or (length is not None and len(value) != length):
        raise ValueError
    return value


def _map(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value
