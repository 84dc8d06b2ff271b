"""Edits of words: a name that names nothing, a slip of the pen, a value of the wrong kind, a line too many or too few.

Each leaves something that can't be understood, so that nothing but this must be found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from msgspec.structs import replace
from mutant_trees import (
    Path,
    Spot,
    Step,
    edited,
    header_lines,
    leaves,
    names,
    reworded,
    steps,
    with_behind,
    with_below,
    with_clause,
    with_text,
    without,
    written_lines,
)
from mutant_world import Wanted, name_of
from mutants import Example, Mutant, Mutator, Plan, Slip, told, unread
from mutants_of_tables import headed, tabled

from casedsl.syntax.language import LANGUAGE, margin_of
from casedsl.syntax.shapes import ARROW
from casedsl.syntax.tree import Document, Line, Phrase, Value, Word, text_of

NO_NAME = frozenset(("assignee", "opened", "back", "stay", "yes", "no", "closing", "escalation"))
"""Words that stand where names do, and mean something of their own."""


# Names that name nothing.


def renamed(keyword: str, clause: str, own: bool = False) -> Mutator:
    """One end of a reference is renamed: every name behind a clause word, or (`own`) the name that begins the line."""

    def mutator(example: Example) -> Iterator[Plan]:
        for file, document in files(example):
            for step in steps(document):
                if step.line.keyword == keyword and (own or clause in step.line.clauses):
                    yield from _renamed(example, file, document, step, clause, own)

    mutator.__name__ = f"rename what `{clause}` of `{keyword}` names"
    return mutator


def _renamed(example: Example, file: str, document: Document, step: Step, clause: str, own: bool) -> Iterator[Plan]:
    name = f"rename what `{clause}` of `{step.line.keyword}` names"
    if own and step.line.name is not None:
        new = edited(document, step.path, lambda line: (replace(line, name=_other(line.name)),))
        yield _in(example, file, name, told(step), new, Wanted("CD004", Spot(step.path, "name", file=file)))
        return
    value = step.line.clauses[clause]
    for number, word in enumerate(leaves(value)):
        if word.kind == "NAME" and word.text not in NO_NAME and not _ends_the_case(value, number):
            new = with_clause(document, step.path, clause, reworded(value, number, f"{word.text}x"))
            wanted = Wanted("CD004", Spot(step.path, clause, number, file=file))
            yield _in(example, file, name, f"{told(step)}: {word.text}", new, wanted)


def _other(name: Word | None) -> Word:
    assert name is not None
    return replace(name, text=f"{name.text}x")


def _ends_the_case(value: Value, number: int) -> bool:
    """Whether a word says how a case ends, `closed as answered`: such a name is defined by being written."""
    places = [value] if value.kind == "place" else list(value.parts) if isinstance(value, Phrase) else []
    ends = [place > 0 for each in places if each.kind == "place" for place, _ in enumerate(leaves(each))]
    return bool(ends) and ends[number]


def files(example: Example) -> Iterator[tuple[str, Document]]:
    yield "main", example.main
    yield "organisation", example.organisation


def _in(example: Example, file: str, mutator: str, place: str, new: Document, *wanted: Wanted) -> Plan:
    if file == "main":
        return unread(example, mutator, place, *wanted, main=new)
    return unread(example, mutator, place, *wanted, organisation=new)


def rename_a_route(example: Example) -> Iterator[Plan]:
    """The header says the place of a route too, and says it still: that the two disagree only follows."""
    for step in steps(example.main):
        if step.line.keyword == "to":
            value = step.line.clauses["to"]
            new = with_clause(example.main, step.path, "to", reworded(value, 0, f"{names(value)[0]}x"))
            yield unread(
                example,
                "rename the place of a route",
                told(step),
                Wanted("CD004", Spot(step.path, "to", 0)),
                main=new,
            )


_GAP = re.compile(r"\{(\w+)[^}]*\}")


def rename_a_gap(example: Example) -> Iterator[Plan]:
    """A placeholder of a message names nothing."""
    for step in steps(example.main):
        clause = step.line.keyword
        if clause in ("subject", "body", "says"):
            word = leaves(step.line.clauses[clause])[0]
            for gap in _GAP.finditer(word.text):
                text = f"{word.text[: gap.end(1)]}x{word.text[gap.end(1) :]}"
                new = with_clause(example.main, step.path, clause, replace(word, text=text))
                within = f"{{{gap[1]}x{gap[0][1 + len(gap[1]) :]}"
                wanted = Wanted("CD004", Spot(step.path, clause, within=within))
                yield unread(example, "rename a placeholder", f"{told(step)}: {gap[0]}", wanted, main=new)


def drop_an_option(example: Example) -> Iterator[Plan]:
    """A guard asks for an option that was taken out, or a table has a row or a column for it."""
    asked = {
        (words[0], words[place]): Spot(step.path, clause, number)
        for step in steps(example.main)
        for clause, value in step.line.clauses.items()
        if clause in ("when", "asked when")
        for number, (words, place) in _answers(value)
    }
    for step in steps(example.main):
        key = (name_of(step.above[-1]) if step.above else "", name_of(step.line))
        if step.line.keyword == "option" and (key in asked or key[0] in tabled(example.main)):
            new = without(example.main, step.path)
            found = [Wanted("CD004", spot) for spot in (*_asking(new, *key), *headed(new, *key))]
            yield unread(example, "drop an option", told(step), *found, main=new)


def _answers(value: Value) -> Iterator[tuple[int, tuple[list[str], int]]]:
    """The answers in a guard: the number of the word, and the field's and the answer's name."""
    words = leaves(value)
    for number, word in enumerate(words):
        before = next((words[place].text for place in range(number - 1, -1, -1) if words[place].kind == "NAME"), "")
        if word.kind == "NAME" and before:
            yield number, ([before, word.text], 1)


def _asking(document: Document, field: str, option: str) -> Iterator[Spot]:
    for step in steps(document):
        for clause in ("when", "asked when"):
            texts = [word.text for word in leaves(step.line.clauses.get(clause))]
            if field in texts and option in texts:
                yield Spot(step.path, clause, texts.index(option))


# Slips of the pen.


def misspell_a_keyword(example: Example) -> Iterator[Plan]:
    """One in each kind of line; in YAML the keyword of a named line is the key of its collection."""
    seen: set[tuple[str, ...]] = set()
    for step in steps(example.main):
        line = step.line
        kind = (*(above.keyword for above in step.above[-1:]), line.keyword)
        part = "name" if line.name is not None else line.keyword
        unfit = line.keyword in ("field", "hand over", "anywhere", "fields", "priority") or {"first", "final"} & {
            *line.clauses
        }
        if unfit or not step.path or kind in seen:
            continue
        seen.add(kind)
        slip = Slip(Spot(step.path, part), line.keyword, ("CD003", "CD003"))
        yield partial(Mutant, "misspell a keyword", told(step), example, frozenset(), slip)


def misspell_a_clause(example: Example) -> Iterator[Plan]:
    """A clause word is a word in the middle of a line, and a key in YAML: one fault with one code."""
    seen: set[tuple[str, str]] = set()
    for step in steps(example.main):
        for clause, value in step.line.clauses.items():
            kind = (step.line.keyword, clause)
            arrow = step.line.keyword == "on" and clause == "to"
            if clause in (step.line.keyword, "type") or value.kind == "FLAG" or arrow or kind in seen:
                continue
            seen.add(kind)
            slip = Slip(Spot(step.path, clause), clause, ("CD003", "CD003"))
            yield partial(Mutant, "misspell a clause word", f"{told(step)}: {clause}", example, frozenset(), slip)


def cut_where_it_leads(example: Example) -> Iterator[Plan]:
    """An event without an arrow; in YAML, without the key `to`."""
    for step in steps(example.main):
        if step.line.keyword == "on":
            slip = Slip(Spot(step.path, "to"), ARROW, ("CD001", "CD001"), cut=True)
            yield partial(Mutant, "cut where it leads", told(step), example, frozenset(), slip)


# Lines too many and too few.


def say_a_line_twice(example: Example) -> Iterator[Plan]:
    seen: set[tuple[str, str]] = set()
    for file, document in files(example):
        for step in steps(document):
            kind = (step.above[-1].keyword if step.above else "", step.line.keyword)
            block = kind[0] or margin_of(document.kind)
            row = LANGUAGE.row(block, step.line.keyword)
            if row is None or row.makes == "item" or kind in seen:
                continue
            seen.add(kind)
            new = with_behind(document, step.path, replace(step.line, above=()))
            wanted = Wanted("CD002", Spot(_next(step.path), _mark(step.line), marks="head", file=file))
            if not _has_block(step.line):
                yield _in(example, file, "say a line twice", told(step), new, wanted)


def _has_block(line: Line) -> bool:
    """A line that is nothing but the lines below it has no word of its own that could be looked for."""
    return line.name is None and line.keyword not in line.clauses


def _mark(line: Line) -> str:
    return "name" if line.name is not None else line.keyword


def _next(path: Path) -> Path:
    return (*path[:-1], path[-1] + 1)


NEEDED = {
    "promise": ("within", "calendar", "met by"),
    "template": ("subject", "body"),
    "calendar": ("zone",),
    "team": ("calendar",),
}


def drop_what_must_stand(example: Example) -> Iterator[Plan]:
    """A promise without its time, a message without its text, a calendar without its zone, a team without one."""
    for file, document in files(example):
        for step in steps(document):
            above = step.above[-1].keyword if step.above else ""
            if step.line.keyword in NEEDED.get(above, ()):
                new = without(document, step.path)
                wanted = Wanted("CD011", Spot(step.path[:-1], marks="head", file=file))
                yield _in(example, file, "drop what must stand", told(step), new, wanted)


def drop_the_edition(example: Example) -> Iterator[Plan]:
    for file, document in files(example):
        for step in steps(document):
            if step.line.keyword == "edition" and len(step.above[-1].lines) > 1:
                wanted = Wanted("CD011", Spot((), marks="head", file=file))
                yield _in(example, file, "drop the edition", file, without(document, step.path), wanted)


def write_in_edition_2(example: Example) -> Iterator[Plan]:
    for file, document in files(example):
        for step in steps(document):
            if step.line.keyword == "edition":
                new = with_clause(document, step.path, "edition", _number(step.line.clauses["edition"], "2"))
                wanted = Wanted("CD010", Spot(step.path, "edition", file=file))
                yield _in(example, file, "write in edition 2", file, new, wanted)


def _number(value: Value, text: str) -> Value:
    return reworded(value, 0, text)


def say_what_is_not_built(example: Example) -> Iterator[Plan]:
    (retain,) = header_lines("retain 6 years after closed then erase")
    first = example.main.header.lines
    new = replace(example.main, header=replace(example.main.header, lines=(*first, retain)))
    wanted = Wanted("CD010", Spot((-1, len(first)), "retain", marks="head"))
    yield unread(example, "say what isn't built", "case type / retain", wanted, main=new)
    (shown,) = written_lines('shown as "In progress"', "state new")
    for name, step in example.world.states.items():
        new = with_below(example.main, step.path, shown)
        wanted = Wanted("CD010", Spot((*step.path, 0), "shown as", marks="head"))
        yield unread(example, "say what isn't built", f"state {name}", wanted, main=new)


def use_what_is_not_there(example: Example) -> Iterator[Plan]:
    for step in steps(example.main):
        if step.line.keyword == "use":
            word = leaves(step.line.clauses["use"])[0]
            new = with_clause(example.main, step.path, "use", replace(word, text=f'"{text_of(word)}s"'))
            wanted = Wanted("CD012", Spot(step.path, "use"))
            yield unread(example, "use what isn't there", told(step), wanted, main=new)


def drop_the_first(example: Example) -> Iterator[Plan]:
    step = example.world.states[example.world.first]
    new = with_clause(example.main, step.path, "first", None)
    yield unread(example, "drop `first`", told(step), Wanted("CD011", Spot((), marks="head")), main=new)


def begin_twice(example: Example) -> Iterator[Plan]:
    flag = example.world.states[example.world.first].line.clauses["first"]
    for name, step in example.world.states.items():
        if name not in example.world.finals and name != example.world.first:
            new = with_clause(example.main, step.path, "first", flag)
            wanted = Wanted("CD002", Spot(step.path, marks="head"))
            yield unread(example, "begin in two states", told(step), wanted, main=new)


def name_two_kinds_alike(example: Example) -> Iterator[Plan]:
    """A template with the name of a state."""
    for name in example.world.states:
        (line,) = written_lines(f'template {name}\n    subject "A word"\n    body "It goes on."')
        new = replace(example.main, lines=(*example.main.lines, line))
        wanted = Wanted("CD002", Spot((len(example.main.lines),)))
        yield unread(example, "name two kinds alike", name, wanted, main=new)


# Values.


def drop_a_currency(example: Example) -> Iterator[Plan]:
    """An amount without its currency, and a field of money without one."""
    for step in steps(example.main):
        for clause, value in step.line.clauses.items():
            for number, word in enumerate(leaves(value)):
                if word.kind == "CURRENCY":
                    yield from _bare(example, step, clause, number)


def _bare(example: Example, step: Step, clause: str, number: int) -> Iterator[Plan]:
    value = step.line.clauses[clause]
    word = leaves(value)[number]
    short = value.text.replace(f" {word.text}", "", 1)
    new = with_text(example.main, step.path, clause, short)
    spot = Spot(step.path, clause) if clause in ("type", "default") else Spot(step.path, clause, number - 1)
    yield unread(example, "drop a currency", f"{told(step)}: {clause}", Wanted("CD005", spot), main=new)


def pay_in_another_currency(example: Example) -> Iterator[Plan]:
    """The amounts of a guard or a default no longer fit the field."""
    for step in steps(example.main):
        for clause, value in step.line.clauses.items():
            for number, word in enumerate(leaves(value)):
                if word.kind == "CURRENCY" and clause != "type":
                    new = with_clause(example.main, step.path, clause, reworded(value, number, "EUR"))
                    spot = Spot(step.path, clause, number, marks="row")
                    wanted = Wanted("CD005", spot)
                    yield unread(example, "pay in another currency", f"{told(step)}: {clause}", wanted, main=new)


def count_days_of_no_kind(example: Example) -> Iterator[Plan]:
    """`3 days` instead of `3 working days`."""
    for step in steps(example.main):
        for clause, value in step.line.clauses.items():
            words = leaves(value)
            if clause in ("after", "within", "when") and [word.kind for word in words][1:] == ["WORKING", "UNIT"]:
                short = value.text.replace(f" {words[1].text}", "", 1)
                new = with_text(example.main, step.path, clause, short)
                wanted = Wanted("CD005", Spot(step.path, clause, marks="row"))
                yield unread(example, "count days of no kind", told(step), wanted, main=new)


def choose_a_default_out_of_range(example: Example) -> Iterator[Plan]:
    """Nine on a scale from 1 to 5."""
    (default,) = written_lines("default 9", "fields", "f scale 1..5")
    for step in steps(example.main):
        if step.line.keyword == "field" and step.line.clauses["type"].text.startswith("scale"):
            new = with_below(example.main, step.path, default)
            wanted = Wanted("CD005", Spot((*step.path, 0), "default"))
            yield unread(example, "choose a default out of range", told(step), wanted, main=new)


def ask_before_it_is_answered(example: Example) -> Iterator[Plan]:
    """What is asked only after something else moves to the top of the form."""
    for step in steps(example.main):
        if step.line.keyword == "asked when":
            *block, _, place = step.path
            line = step.above[-1]

            def edit(fields: Line, line: Line = line) -> tuple[Line, ...]:
                return (replace(fields, lines=(line, *(each for each in fields.lines if each is not line))),)

            new = edited(example.main, tuple(block), edit)
            wanted = Wanted("CD803", Spot((*block, 0, place), "asked when"))
            yield unread(example, "ask before it is answered", told(step), wanted, main=new)


# Comments.


def ignore_without_a_reason(example: Example) -> Iterator[Plan]:
    yield from _commented(example, "ignore without a reason", "# casedsl: ignore[CD103]", "CD013")


def ignore_what_is_not_there(example: Example) -> Iterator[Plan]:
    yield from _commented(example, "ignore what isn't there", "# casedsl: ignore[CD103] -- we know", "CD014")


def _commented(example: Example, mutator: str, comment: str, code: str) -> Iterator[Plan]:
    for step in steps(example.main):
        if step.line.keyword in ("state", "on"):
            new = edited(example.main, step.path, lambda line: (replace(line, above=(*line.above, comment)),))
            wanted = Wanted(code, Spot(step.path, "above", marks="row"))
            yield unread(example, mutator, told(step), wanted, main=new)


REFERENCES: tuple[tuple[Mutator, int], ...] = (
    (renamed("on", "to"), 2),
    (renamed("move to", "move to"), 1),
    (renamed("stage", "of"), 1),
    (renamed("pauses in", "pauses in"), 1),
    (renamed("by", "by"), 2),
    (renamed("escalate to", "escalate to"), 1),
    (renamed("alert", "alert"), 1),
    (renamed("tell", "tell"), 1),
    (renamed("waiting on", "waiting on"), 1),
    (renamed("changed by", "changed by"), 1),
    (renamed("changed by", "in"), 1),
    (renamed("seen by", "seen by"), 1),
    (renamed("seen by", "after"), 1),
    (renamed("class", "class"), 1),
    (renamed("cleared for", "cleared for"), 1),
    (renamed("may be both", "may be both"), 1),
    (renamed("people", "people"), 1),
    (renamed("assign", "assign"), 1),
    (renamed("team", "team"), 1),
    (renamed("calendar", "calendar"), 2),
    (renamed("needs", "needs"), 1),
    (renamed("clears", "clears"), 1),
    (renamed("passes on", "passes on"), 1),
    (renamed("score", "score"), 1),
    (renamed("table", "table"), 1),
    (renamed("table", "by"), 1),
    (renamed("columns", "columns"), 1),
    (renamed("row", "gives"), 2),
    (renamed("row", "row", own=True), 1),
    (renamed("in band", "in band"), 1),
    (renamed("out of hours to", "out of hours to"), 1),
    (renamed("restarts on", "restarts on"), 1),
    (renamed("extends on", "extends on"), 1),
    (renamed("plus", "when"), 1),
    (renamed("to", "when"), 3),
    (renamed("asked when", "asked when"), 2),
    (renamed("met by", "met by"), 1),
    (renamed("but not", "but not"), 1),
    (renamed("send", "template", own=True), 1),
    (renamed("send", "to"), 1),
    (renamed("prompt", "with"), 1),
    (renamed("tell", "with"), 1),
    (rename_a_route, 2),
    (rename_a_gap, 3),
    (drop_an_option, 2),
)
"""Mutators, each with how many places of an example it is applied to at most."""
WORDS: tuple[tuple[Mutator, int], ...] = (
    (misspell_a_keyword, 6),
    (misspell_a_clause, 5),
    (cut_where_it_leads, 2),
    (say_a_line_twice, 6),
    (drop_what_must_stand, 4),
    (drop_the_edition, 1),
    (write_in_edition_2, 2),
    (say_what_is_not_built, 2),
    (use_what_is_not_there, 1),
    (drop_the_first, 1),
    (begin_twice, 1),
    (name_two_kinds_alike, 1),
    (drop_a_currency, 3),
    (pay_in_another_currency, 2),
    (count_days_of_no_kind, 2),
    (choose_a_default_out_of_range, 2),
    (ask_before_it_is_answered, 2),
    (ignore_without_a_reason, 1),
    (ignore_what_is_not_there, 1),
)
