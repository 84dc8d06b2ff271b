"""Findings as people read them: a frame of source with carets, labels, why, and one way out; or one line each.

Nobody reads a thousand frames: there are so many, of the gravest findings, and then it is said how many more there are.

What an author wrote is hostile to a terminal: control characters are shown as their code, and long lines are cut around
the place. Readable without colour and by a screen reader: colour only repeats what the words say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from casedsl.report.plain import one_line, plain
from casedsl.syntax.finding import Finding
from casedsl.syntax.source import Source
from casedsl.syntax.span import Span

WIDTH = 100
MOST_FRAMED = 1_000
_GRAVITY = ("error", "warning", "info")
_COLOURS = {"error": "31", "warning": "33", "info": "36", "bold": "1", "dim": "2", "way out": "32"}


def full(findings: Iterable[Finding], sources: Mapping[str, Source], colour: bool = False) -> str:
    """Every finding with a frame around its places; of very many, the gravest, in their order."""
    paint, found = _painter(colour), tuple(findings)
    gravest = sorted(range(len(found)), key=lambda number: _GRAVITY.index(found[number].severity))[:MOST_FRAMED]
    told = [_framed(found[number], sources, paint) for number in sorted(gravest)]
    if len(found) > len(told):
        told.append(iter((_rest(len(found) - len(told)),)))
    return "\n".join("\n".join(rows) + "\n" for rows in told)


def _rest(count: int) -> str:
    """What is said of the findings that aren't shown."""
    more = f"{count:,} more, none of them graver" if count > 1 else "1 more, not graver"
    return f"… and {more}: `--output-format concise` shows all, one line each; `--statistics` counts them"


def concise(findings: Iterable[Finding], colour: bool = False) -> str:
    """One line for each finding: place, code, headline, way out."""
    paint = _painter(colour)
    return "".join(f"{_one_line(finding, paint)}\n" for finding in findings)


def summary(findings: Iterable[Finding], files: int) -> str:
    """How many of what, in one line."""
    severities = [finding.severity for finding in findings]
    counts = [(severities.count(kind), kind) for kind in ("error", "warning", "info") if kind in severities]
    told = ", ".join(f"{count} {kind}{'s' if count > 1 else ''}" for count, kind in counts) or "nothing found"
    return f"{told} in {files} file{'' if files == 1 else 's'}"


class _Paint:
    def __init__(self, colour: bool) -> None:
        self.colour = colour

    def __call__(self, text: str, kind: str) -> str:
        return f"\x1b[{_COLOURS[kind]}m{text}\x1b[0m" if self.colour else text


def _painter(colour: bool) -> _Paint:
    return _Paint(colour)


def _one_line(finding: Finding, paint: _Paint) -> str:
    way_out = f" ({one_line(finding.way_out)})" if finding.way_out else ""
    code = paint(f"{finding.code} {finding.severity}:", finding.severity)
    return f"{_place(finding.span)}: {code} {one_line(finding.headline)}{way_out}"


def _place(span: Span) -> str:
    """A place on one line; a file's name that would begin a command to a build server begins in this folder."""
    place = one_line(str(span))
    return f"./{place}" if place.lstrip().startswith("::") else place


def _framed(finding: Finding, sources: Mapping[str, Source], paint: _Paint) -> Iterator[str]:
    head = paint(f"{finding.code} {finding.severity}:".lstrip(), finding.severity)
    yield f"{head} {paint(one_line(finding.headline), 'bold')}"
    yield f"   --> {_place(finding.span)}"
    marks = [(finding.span, finding.label, "^"), *((label.span, label.text, "-") for label in finding.labels)]
    gutter = max(len(str(span.line)) for span, _, _ in marks)
    yield from _frames(finding, marks, sources, gutter, paint)
    heads = [*finding.notes, *((("way out", finding.way_out),) if finding.way_out else ())]
    heads += [(f"fix ({'safe' if finding.fix.safe else 'unsafe'})", finding.fix.title)] if finding.fix else []
    width = max((len(name) for name, _ in heads), default=0)
    for name, text in heads:
        line = f"{' ' * gutter} = {name.ljust(width)}   {one_line(text)}"
        yield paint(line, "way out") if name == "way out" or name.startswith("fix (") else line


def _frames(
    finding: Finding, marks: list[tuple[Span, str, str]], sources: Mapping[str, Source], gutter: int, paint: _Paint
) -> Iterator[str]:
    """The rows that are marked, in order; places in other files get a line of their own."""
    here = sorted((mark for mark in marks if mark[0].file == finding.span.file), key=lambda mark: mark[0].line)
    shown = -1
    for span, text, sign in here:
        rows = sources[span.file].rows if span.file in sources else ()
        if span.line <= len(rows) and rows[span.line - 1].strip():
            if span.line != shown:
                yield f"{str(span.line).rjust(gutter)} | {_cut(rows[span.line - 1], span)}"
            shown = span.line
            yield f"{' ' * gutter} | {paint(_carets(rows[span.line - 1], span, sign, text), finding.severity)}"
    for span, text, _ in (mark for mark in marks if mark[0].file != finding.span.file):
        yield f"{' ' * gutter}   {_place(span)}: {one_line(text)}"


def _carets(row: str, span: Span, sign: str, text: str) -> str:
    start = span.column - 1 - _cut_off(span)
    end = span.end_column if span.end_line == span.line else len(row) + 1
    width = max(1, min(end - span.column, WIDTH))
    return f"{' ' * start}{sign * width}{' ' + one_line(text) if text else ''}"


def _cut_off(span: Span) -> int:
    """How many characters of a very long line are left out at its beginning."""
    return max(0, span.column - WIDTH // 2) if span.column > WIDTH else 0


def _cut(row: str, span: Span) -> str:
    start = _cut_off(span)
    piece = row[start : start + 2 * WIDTH]
    return plain(piece).replace("\t", " ") + (" …" if len(row) > start + 2 * WIDTH else "")
