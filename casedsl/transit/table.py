"""Below the map: every track in words, and what time does without moving the case.

Rows are grouped by where a line stands. The table is what counts: the map may leave a name out, the table nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from casedsl.model.records import CaseType, Promise, Stage, State, Step, Timer
from casedsl.transit.arcs import Badge
from casedsl.transit.ink import INK, MUTED, RULE, box, element, group, text
from casedsl.transit.paint import paint_badge
from casedsl.transit.shapes import Box
from casedsl.transit.text import wrap
from casedsl.transit.tracks import Track, condition, ladder, leads_to, role_title, state_title

SIZE = 10.5
LEADING = 14.0
GAP = 14.0
HEADS = ("", "What happens", "Who", "Only when", "Where to", "What it does", "Why")
SHARES = (0.045, 0.145, 0.14, 0.185, 0.17, 0.165, 0.15)


class Paragraph(Struct, frozen=True):
    words: str
    fill: str = INK
    bold: bool = False


class Drawn(Struct, frozen=True):
    """Marks and how high they are together."""

    marks: str
    high: float


Cell = tuple[Paragraph, ...]


def table(case_type: CaseType, lines: tuple[Track, ...], wide: float) -> Drawn:
    """Heads, then the groups, one below the other from y = 0."""
    if not lines:
        return paragraphs((Paragraph("Nothing moves a case of this type."),), 0, 0, wide)
    parts = [_heads(wide)]
    for title, note, rows in _groups(case_type, lines):
        parts.append(_group_head(title, note, wide))
        parts.extend(_row(case_type, row, wide) for row in rows)
    return stack(parts)


def stack(parts: list[Drawn]) -> Drawn:
    y = 0.0
    marks: list[str] = []
    for part in parts:
        marks.append(group([part.marks], transform=f"translate(0 {y:.1f})"))
        y += part.high
    return Drawn("".join(marks), y)


def paragraphs(words: Cell, x: float, y: float, room: float) -> Drawn:
    """Paragraphs wrapped into a column, their first line below y."""
    marks: list[str] = []
    top = y
    for paragraph in words:
        for line in wrap(paragraph.words, room, SIZE, paragraph.bold):
            marks.append(text(x, y + 10.5, line, SIZE, paragraph.fill, paragraph.bold))
            y += LEADING
    return Drawn("".join(marks), y - top)


def _groups(case_type: CaseType, lines: tuple[Track, ...]) -> Iterator[tuple[str, str, list[Track]]]:
    for state in case_type.states.values():
        rows = [line for line in lines if line.scope == "state" and line.owner == state.name]
        if rows:
            yield state_title(case_type, state.name), state.purpose, rows
    for stage in case_type.stages.values():
        rows = [line for line in lines if line.scope == "stage" and line.owner == stage.name]
        if rows:
            yield stage.title or stage.name, f"a stage: {_names(case_type, stage.states)}", rows
    rows = [line for line in lines if line.scope == "anywhere"]
    if rows:
        yield "Anywhere", "in every state that isn't final, where no state or stage says otherwise", rows


def _names(case_type: CaseType, refs: tuple[object, ...]) -> str:
    return ", ".join(state_title(case_type, str(ref)) for ref in refs)


def _columns(wide: float) -> list[tuple[float, float]]:
    """Left edge and room of each column."""
    spans: list[tuple[float, float]] = []
    x = 0.0
    for share in SHARES:
        spans.append((x, share * wide - GAP))
        x += share * wide
    return spans


def _heads(wide: float) -> Drawn:
    spans = zip(HEADS, _columns(wide), strict=True)
    return Drawn("".join(text(x, 11, head, SIZE, MUTED, bold=True) for head, (x, _) in spans if head), 18)


def _group_head(title: str, note: str, wide: float) -> Drawn:
    start = sum(SHARES[:3]) * wide
    head = paragraphs((Paragraph(title, INK, bold=True),), 0, 12, start - GAP)
    said = paragraphs((Paragraph(note, MUTED),), start, 12, wide - start)
    rule = element("path", d=f"M0 6H{wide:.1f}", stroke=INK, stroke_width=1.2)
    return Drawn(rule + head.marks + said.marks, max(head.high, said.high) + 18)


def _row(case_type: CaseType, line: Track, wide: float) -> Drawn:
    spans = _columns(wide)
    badge = Badge(str(line.number), line.label, line.kind == "time", any(line.guarded(way) for way in line.ways))
    cells = [paragraphs(cell, x, 6, room) for cell, (x, room) in zip(_cells(case_type, line), spans[1:], strict=True)]
    high = max(cell.high for cell in cells) + 10
    rule = element("path", d=f"M0 0H{wide:.1f}", stroke=RULE)
    marks = [rule, paint_badge(badge, 0, 6), *(cell.marks for cell in cells)]
    return Drawn(group(marks, class_="row", data_track=str(line.number)), high)


def _cells(case_type: CaseType, line: Track) -> Iterator[Cell]:
    yield _happens(case_type, line)
    who = [Paragraph(line.by or "nobody" if line.kind == "event" else "time")]
    yield (*who, *([Paragraph(f"but not who did {line.but_not}")] if line.but_not else []))
    needs = [Paragraph(f"needs {line.needs}", MUTED)] if line.needs else []
    yield (*([Paragraph(line.guard)] if line.guard else []), *needs)
    yield tuple(_leads(case_type, line))
    effects = [Paragraph(said) for said in line.does]
    for way in line.ways:
        effects += [Paragraph(f"{way.code}: {said}" if len(line.ways) > 1 else said) for said in way.does]
    yield tuple(effects)
    yield (Paragraph(line.purpose, MUTED),)


def _happens(case_type: CaseType, line: Track) -> Cell:
    words = [Paragraph(line.label, INK, bold=True)]
    if line.event:
        words.append(Paragraph(line.event, MUTED))
    holds = _holds(case_type, line)
    return (*words, Paragraph(holds, MUTED)) if holds else tuple(words)


def _holds(case_type: CaseType, line: Track) -> str:
    """In which states of its stage, or anywhere, a line holds; nothing if in all of them."""
    if line.scope == "state":
        return ""
    if not line.states:
        return "nowhere: every state says otherwise"
    among = [ref.name for ref in case_type.stages[line.owner].states] if line.scope == "stage" else [*case_type.states]
    missing = [name for name in among if name not in line.states and case_type.states[name].kind != "final"]
    few = line.states if len(missing) > len(line.states) else missing
    names = ", ".join(state_title(case_type, name) for name in few)
    return f"{'not ' if few is missing else ''}in {names}" if missing else ""


def _leads(case_type: CaseType, line: Track) -> Iterator[Paragraph]:
    for way in line.ways:
        mark = f"{way.code} " if len(line.ways) > 1 else ""
        yield Paragraph(f"{mark}→ {leads_to(case_type, way)}")
        if condition(line, way):
            yield Paragraph(f"when {way.when}" if way.when else "otherwise", MUTED)


def promises(case_type: CaseType, wide: float) -> Drawn:
    """A sentence for each promise: how long, from when to when, where it stands still, whom it tells when."""
    y = 0.0
    marks: list[str] = []
    for promise in case_type.promises.values():
        clauses = (*_counts(case_type, promise), *(_step(case_type, step) for step in promise.steps))
        words = f"{promise.title or promise.name}: {'; '.join(clauses)}."
        part = paragraphs((Paragraph(words),), 14, y, wide - 14)
        marks += [box(Box(0, y + 2.5, 8, 8), 4, fill="none", stroke=INK, stroke_width=1.6), part.marks]
        y += part.high + 3
    return Drawn("".join(marks), y)


def _counts(case_type: CaseType, promise: Promise) -> Iterator[str]:
    """How long, from when to when, and what stops or changes the clock."""
    met, calendar = " or ".join(map(str, promise.met_by)), f"(calendar {promise.calendar}), from {promise.since}"
    if promise.before is None:
        yield f"within {promise.within.duration} {calendar} until {met}"
    else:
        yield f"due at least {promise.within.duration} before {promise.before} {calendar} until {met}"
    yield from (f"within {length.duration} in band {band}" for band, length in promise.by_band)
    yield from _pauses(case_type, promise)
    yield from (f"within {length.duration} once {event} has happened" for event, length in promise.extensions)
    if promise.restarts_on is not None:
        yield f"begins anew on {promise.restarts_on}" if promise.anew else f"goes on after {promise.restarts_on}"


def _pauses(case_type: CaseType, promise: Promise) -> Iterator[str]:
    still, pauses = _names(case_type, promise.pauses_in), promise.pauses
    if still:
        days = " by whole days" if pauses.whole_days else ""
        most = f", at most {pauses.at_most.duration}" if pauses.at_most else ""
        yield f"stands still in {still}{days}{most}"
    yield from (f"stands still from {first} to {last}" for first, last in pauses.dates)
    if not still and not pauses.dates and promise.before is None:
        yield "never stands still"


def _step(case_type: CaseType, step: Step) -> str:
    when = f"when {step.left.duration} left" if step.left else f"when {step.used}% used" if step.used else "when missed"
    return f"{step.rung} {role_title(case_type, step.to.name)} {when}"


def clocks(case_type: CaseType, wide: float) -> Drawn:
    """What time does in a state or stage without moving the case, in words."""
    owners: list[State | Stage] = [*case_type.states.values(), *case_type.stages.values()]
    said = [
        Paragraph(
            f"{owner.title or owner.name}: {'; '.join(_rung(case_type, timer) for timer in ladder(owner.timers))}"
        )
        for owner in owners
        if ladder(owner.timers)
    ]
    if not said:
        return Drawn("", 0)
    return paragraphs((Paragraph("What time does without moving the case", INK, bold=True), *said), 0, 10, wide)


def _rung(case_type: CaseType, timer: Timer) -> str:
    to = " to" if timer.rung == "escalate" else ""
    template = f" with {timer.template}" if timer.template else ""
    return f"{timer.rung}{to} {role_title(case_type, timer.to.name)} after {timer.after.duration}{template}"
