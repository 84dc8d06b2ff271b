"""Whether a store is what it was, and what was erased from it, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from casedsl_runtime.artifact import CompiledCalendar
from casedsl_runtime.audit import Erasure
from casedsl_runtime.messages import show_instant
from casedsl_runtime.store import Anchor, Aside

from casedsl.report.found import aligned, utc
from casedsl.report.plain import dumped, one_line


def problems_told(problems: Iterable[tuple[str, str]]) -> str:
    """A line for each problem: the case, or the store itself, and what is wrong."""
    return "".join(one_line(f"{case or 'the store'}: {problem}") + "\n" for case, problem in problems)


def proof_json(cases: int, problems: Iterable[tuple[str, str]], erased: Mapping[str, Sequence[Erasure]]) -> str:
    found: list[object] = [{"case": case or None, "problem": problem} for case, problem in problems]
    gone: list[object] = [_erasure_json(number, each) for number, told in erased.items() for each in told]
    return dumped({"cases": cases, "problems": found, "erasures": gone}) + "\n"


def erasures_told(number: str, erasures: Iterable[Erasure], zone: CompiledCalendar | None) -> str:
    """What was erased from a case: when, by whom, under which rule, and which values of which entries."""
    rows: list[str] = []
    for each in erasures:
        when = show_instant(each.at, zone)
        rows.append(f"{number}: entry {each.n}, {when}: {each.by} erased {each.what}, under {each.rule}")
        rows += [f"    {row}" for row in values_told(each.values)]
    return "".join(f"{one_line(row)}\n" for row in rows)


def values_told(values: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """The names of values that were erased, by the entry in which they stood."""
    for n in sorted(values, key=int):
        yield f"entry {n}: {', '.join(values[n])}"


def erasures_json(number: str, erasures: Iterable[Erasure]) -> str:
    return dumped([_erasure_json(number, each) for each in erasures]) + "\n"


def _erasure_json(number: str, each: Erasure) -> dict[str, object]:
    said = {"entry": each.n, "at": utc(each.at), "by": each.by, "rule": each.rule, "what": each.what}
    return {"case": number, **said, "values": {n: list(each.values[n]) for n in sorted(each.values, key=int)}}


def anchor_told(line: Anchor) -> str:
    """An anchor as somebody keeps it elsewhere, and gives it to `verify` again."""
    return f"{line.n}:{line.hash}\n"


def aside_told(letters: Iterable[Aside]) -> str:
    table = [("id", "case", "effect", "tries", "why")]
    table += [(each.id, each.case, each.effect, str(each.attempts), each.reason) for each in letters]
    return aligned(table) if len(table) > 1 else ""


def aside_json(letters: Iterable[Aside]) -> str:
    rows: list[object] = [
        {"id": each.id, "case": each.case, "effect": each.effect, "tries": each.attempts, "why": each.reason}
        for each in letters
    ]
    return dumped(rows) + "\n"
