"""Edits of a priority: what it can be, what it hangs on, and what is claimed of it.

They are made where an example has a priority; each keeps the rest of it as it is, so that one thing is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator

from mutant_trees import Path, Spot, Step, names, steps, with_behind, with_below, with_text, without, written_lines
from mutant_world import Wanted, name_of
from mutants import Example, Mutator, Plan, after, told

from casedsl.syntax.tree import Document


def _lines(main: Document, *keywords: str) -> Iterator[Step]:
    return (
        step
        for step in steps(main)
        if step.line.keyword in keywords and step.above and step.above[-1].keyword == "priority"
    )


def _blocks(main: Document) -> Iterator[Step]:
    return (step for step in steps(main) if step.line.keyword == "priority" and not step.above)


def _unclaimed(main: Document) -> Document:
    """A definition whose priority claims nothing."""
    for step in reversed([*_lines(main, "rises with", "blind to")]):
        main = without(main, step.path)
    return main


def _told_of(step: Step) -> list[str]:
    """The fields of an addition's condition."""
    return [name for name in names(step.line.clauses.get("when")) if name != "set"]


def let_the_range_end_early(example: Example) -> Iterator[Plan]:
    for step in _lines(example.main, "score"):
        new = with_text(example.main, step.path, "in", "0..99")
        yield after(example, "let the range end early", told(step), new, also=[Wanted("CD701", Spot(step.path, "in"))])


def let_less_be_worth_more(example: Example) -> Iterator[Plan]:
    """An addition for the least of a field that the priority rises with."""
    for step in _lines(example.main, "rises with"):
        for number, name in _named(step):
            least = "is no" if _type(example.main, name) == "yes/no" else "< 2"
            (line,) = written_lines(f"plus 30 when {name} {least} up to 100", "priority")
            new = with_behind(example.main, step.path, line)
            wanted = Wanted("CD702", Spot(step.path, "rises with", number))
            yield after(example, "let less be worth more", f"{told(step)}: {name}", new, also=[wanted])


def _type(main: Document, field: str) -> str:
    return next(
        step.line.clauses["type"].text
        for step in steps(main)
        if step.line.keyword == "field" and name_of(step.line) == field
    )


def claim_what_falls(example: Example) -> Iterator[Plan]:
    """The rows and columns of a table stand with the gravest first, as their options do."""
    for step in _lines(example.main, "table"):
        for clause in ("table", "by"):
            (name,) = names(step.line.clauses[clause])
            yield _claimed(example, "claim what falls", f"rises with {name}", "CD702")


def be_blind_to_what_counts(example: Example) -> Iterator[Plan]:
    for step in _lines(example.main, "plus"):
        yield _claimed(example, "be blind to what counts", f"blind to {_told_of(step)[0]}", "CD709")


def carry_what_is_not_to_count(example: Example) -> Iterator[Plan]:
    """A route that is open because of a field to which the priority is blind sets one that counts."""
    blind = [(step, number, name) for step in _lines(example.main, "blind to") for number, name in _named(step)]
    counted = [name for step in _lines(example.main, "rises with") for _, name in _named(step)]
    for claim, number, name in blind:
        for step in steps(example.main):
            if counted and step.line.keyword == "to" and name in names(step.line.clauses.get("when")):
                (line,) = written_lines(f"set {counted[0]} to 5", "state s", "on e -> t", "to t otherwise")
                new = with_below(example.main, step.path, line)
                wanted = Wanted("CD709", Spot(claim.path, "blind to", number))
                yield after(example, "carry what is not to count", f"{told(step)}: {name}", new, also=[wanted])


def _named(claim: Step) -> Iterator[tuple[int, str]]:
    return enumerate(names(claim.line.clauses[claim.line.keyword]))


def rise_with_what_has_no_part(example: Example) -> Iterator[Plan]:
    """A field of whatever type but text that the priority doesn't hang on."""
    main = _unclaimed(example.main)
    known = {
        name
        for step in _lines(main, "score", "table", "plus")
        for each in step.line.clauses.values()
        for name in names(each)
    }
    for step in steps(main) if known else ():
        typed = step.line.keyword == "field" and "text" not in step.line.clauses["type"].text
        if typed and name_of(step.line) not in known:
            yield _claimed(example, "rise with what has no part", f"rises with {name_of(step.line)}", "CD703")


def _claimed(example: Example, mutator: str, line: str, code: str) -> Plan:
    main = _unclaimed(example.main)
    (block,) = _blocks(main)
    (claim,) = written_lines(line, "priority")
    place: Path = (*block.path, 0)
    wanted = Wanted(code, Spot(place, claim.keyword))
    return after(example, mutator, line, with_below(main, block.path, claim), also=[wanted])


def add_up_to_nothing(example: Example) -> Iterator[Plan]:
    for step in _lines(example.main, "plus"):
        new = with_text(example.main, step.path, "up to", "0")
        wanted = Wanted("CD703", Spot(step.path, "plus", marks="row"))
        yield after(example, "add up to nothing", told(step), new, also=[wanted])


def begin_a_band_beside_all_scores(example: Example) -> Iterator[Plan]:
    """One that no case gets: under a table between two bands, under a score it takes all cases from the lowest."""
    tabled = next(_lines(example.main, "table"), None)
    for step in [*_lines(example.main, "band")][-1:]:
        (line,) = written_lines("band beside from 1", "priority")
        new = with_behind(example.main, step.path, line)
        empty = step.path if tabled is None else (*step.path[:-1], step.path[-1] + 1)
        wanted = Wanted("CD704", Spot(empty, marks="row"))
        yield after(example, "begin a band beside all scores", told(step), new, also=[wanted])


def begin_all_bands_above_some_scores(example: Example) -> Iterator[Plan]:
    if next(_lines(example.main, "score"), None):
        for step in [*_lines(example.main, "band")][-1:]:
            new = with_text(example.main, step.path, "from", "30")
            wanted = Wanted("CD704", Spot(step.path, marks="row"))
            yield after(example, "begin all bands above some scores", told(step), new, also=[wanted])


def age_to_less_than_others_begin_with(example: Example) -> Iterator[Plan]:
    for step in _blocks(example.main):
        (line,) = written_lines("plus 1 each working day up to 35", "priority")
        wanted = Wanted("CD710", Spot((*step.path, 0), "plus", marks="row"))
        new = with_below(example.main, step.path, line)
        yield after(example, "age to less than others begin with", told(step), new, also=[wanted])


SCORES: tuple[tuple[Mutator, int], ...] = (
    (let_the_range_end_early, 1),
    (let_less_be_worth_more, 3),
    (claim_what_falls, 2),
    (be_blind_to_what_counts, 2),
    (carry_what_is_not_to_count, 2),
    (rise_with_what_has_no_part, 2),
    (add_up_to_nothing, 1),
    (begin_a_band_beside_all_scores, 1),
    (begin_all_bands_above_some_scores, 1),
    (age_to_less_than_others_begin_with, 1),
)
"""Mutators, each with how many places of an example it is applied to at most."""
