"""Findings that an author lets stand: `# casedsl: ignore[CD104] -- reason`, beside a line or on its own line above it.

An ignore names its rules and gives a reason, so that whoever reads the definition knows what was decided. It holds for
one line: its own, or the next one that says something. What it may silence is what rules say about the model; nothing
silences what reading and resolving found, because what isn't understood must never pass.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from casedsl.syntax.comments import Comment, comments_of
from casedsl.syntax.finding import Finding
from casedsl.syntax.source import Source
from casedsl.syntax.span import Span
from casedsl.syntax.spelling import did_you_mean, nearest

FORM = "# casedsl: ignore[CODE] -- reason"
FORM_WAY = f"write `{FORM}`, or begin the comment with another word"
MOST_WRONG = 100
_MARK = re.compile(r"#\s*casedsl\s*:(?:(?!\s#\s).)*", re.I)
_IGNORE = re.compile(r"#\s*casedsl:\s*ignore\[([^\[\]]*)\]\s*(--.*)?")


class Ignore(Struct, frozen=True):
    """One ignore.

    Attributes:
      span: the comment, from its `#`.
      line: the line that it holds for; None if no line below it says anything.
      codes: the rules that it silences there, in the order that they are written.
      reason: why.
    """

    span: Span
    line: int | None
    codes: tuple[str, ...]
    reason: str


class Heard(Struct, frozen=True):
    """What one check heard of ignores: enough to judge, over several checks, those that stand in shared files.

    Attributes:
      file: what was checked; `shared` if it is an organisation file.
      understood: nothing was left unread or unresolved, so the rules have looked at all of it.
      ignores: those of the file and of what it uses.
      ignored: what they silenced, each with the reason.
    """

    file: str
    shared: bool
    understood: bool
    ignores: tuple[Ignore, ...]
    ignored: tuple[tuple[Finding, str], ...]


def ignores_of(source: Source, codes: Mapping[str, bool]) -> tuple[tuple[Ignore, ...], tuple[Finding, ...]]:
    """The ignores in a source, and findings about those that are none. `codes` are all rules there are, and whether
    what they find may be ignored."""
    if "casedsl" not in source.text.casefold():
        return (), ()
    ignores: list[Ignore] = []
    found: list[Finding] = []
    comments = comments_of(source)
    spoken = _spoken(source, comments)
    for comment in comments:
        line = comment.span.line if comment.beside else _next(spoken, comment.span.line)
        for place, text in _marks(comment):
            if len(found) >= MOST_WRONG:
                return tuple(ignores), (*found, _wrong(place, "so many comments for casedsl can't be read", FORM_WAY))
            ignore = _ignore(place, line, text, codes, found)
            ignores += [ignore] if ignore else []
    return tuple(ignores), tuple(found)


def silenced(
    findings: Iterable[Finding], ignores: Iterable[Ignore]
) -> tuple[tuple[Finding, ...], tuple[tuple[Finding, str], ...]]:
    """The findings that no ignore holds for, and the others, each with the reason that was given first."""
    reasons: dict[tuple[str, int | None, str], str] = {}
    for ignore in ignores:
        for code in ignore.codes:
            reasons.setdefault((ignore.span.file, ignore.line, code), ignore.reason)
    kept: list[Finding] = []
    ignored: list[tuple[Finding, str]] = []
    for finding in findings:
        reason = reasons.get((finding.span.file, finding.span.line, finding.code))
        if reason is None:
            kept.append(finding)
        else:
            ignored.append((finding, reason))
    return tuple(kept), tuple(ignored)


def unused(ignores: Iterable[Ignore], ignored: Iterable[Finding]) -> tuple[Finding, ...]:
    """A finding (CD014) for each ignore that names a rule which finds nothing on its line or is ignored there twice."""
    needed = {(finding.span.file, finding.span.line, finding.code) for finding in ignored}
    met: set[tuple[str, int | None, str]] = set()
    found: list[Finding] = []
    for ignore in ignores:
        idle = list[str]()
        for code in ignore.codes:
            place = (ignore.span.file, ignore.line, code)
            if place in met or place not in needed:
                idle.append(code)
            met.add(place)
        if idle:
            found.append(_unused(ignore, idle))
    return tuple(found)


def unused_together(checks: Iterable[Heard]) -> tuple[Finding, ...]:
    """The same for ignores in organisation files that were checked: needed by none of the case types that use the file
    and were checked with it. Without any such case type nobody can know."""
    heard = tuple(checks)
    found: list[Finding] = []
    for shared in (each for each in heard if each.shared):
        own = tuple(ignore for ignore in shared.ignores if ignore.span.file == shared.file)
        users = [each for each in heard if not each.shared and {*own} & {*each.ignores}] if own else []
        if users and all(user.understood for user in users):
            found += unused(own, (finding for each in (shared, *users) for finding, _ in each.ignored))
    return tuple(found)


def _marks(comment: Comment) -> Iterator[tuple[Span, str]]:
    """The stretches of a comment that speak to casedsl: `# since 2019  # casedsl: ignore[CD104] -- one by one`."""
    for mark in _MARK.finditer(f"#{comment.text}"):
        text = mark[0].rstrip()
        first = comment.span.column + mark.start()
        yield Span(comment.span.file, comment.span.line, first, comment.span.line, first + len(text)), text


def _ignore(span: Span, line: int | None, text: str, codes: Mapping[str, bool], found: list[Finding]) -> Ignore | None:
    """The ignore that a comment writes; None where it silences nothing, because it is none or gives no reason."""
    match = _IGNORE.fullmatch(text)
    if match is None:
        found.append(_wrong(span, "this comment for casedsl can't be read", FORM_WAY))
        return None
    named = [code.strip() for code in match[1].split(",")]
    good = tuple(code for code in named if codes.get(code))
    wrong = (code for code in dict.fromkeys(named) if code not in good)
    found += [_not_ignored(span, code, codes) for code, _ in zip(wrong, range(MOST_WRONG), strict=False)]
    reason = (match[2] or "").removeprefix("--").strip()
    if not reason:
        way_out = f"say why it may stay: `# casedsl: ignore[{', '.join(good or ['CODE'])}] -- reason`"
        found.append(_wrong(span, "an ignore gives no reason", way_out))
        return None
    return Ignore(span, line, good, reason) if good else None


def _not_ignored(span: Span, code: str, codes: Mapping[str, bool]) -> Finding:
    if not code:
        return _wrong(span, "an ignore doesn't name what it ignores", f"write `{FORM}`")
    if code in codes:
        why = "what isn't understood must never pass"
        return _wrong(span, f"`{code}` can't be ignored", "correct what it says, and take the ignore out", why)
    near = (code.upper(),) if code.upper() in codes else nearest(code.upper(), codes)
    way_out = did_you_mean(near) or "`casedsl rule` lists them all"
    return _wrong(span, f"there is no rule `{code[:40]}`", way_out)


def _wrong(span: Span, headline: str, way_out: str, why: str = "") -> Finding:
    return Finding("CD013", "warning", span, headline, notes=(("why", why),) if why else (), way_out=way_out)


def _unused(ignore: Ignore, idle: list[str]) -> Finding:
    told = " and ".join(f"`{code}`" for code in dict.fromkeys(idle))
    few = len({*idle}) == 1
    if ignore.line is None:
        headline = "no line stands below this ignore"
    else:
        headline = f"{told} {'has' if few else 'have'} nothing to ignore on line {ignore.line}"
    way_out = "take the ignore out" if len(idle) == len(ignore.codes) else f"take {told} out of it"
    return Finding("CD014", "warning", ignore.span, headline, way_out=way_out)


def _spoken(source: Source, comments: tuple[Comment, ...]) -> list[int]:
    """The numbers of the lines that say something."""
    silent = {comment.span.line for comment in comments if not comment.beside}
    return [number for number, row in enumerate(source.lines(), 1) if number not in silent and row.strip()]


def _next(spoken: list[int], line: int) -> int | None:
    place = bisect_right(spoken, line)
    return spoken[place] if place < len(spoken) else None
