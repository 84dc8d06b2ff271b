"""Edits of what must be known and of what must hold.

A field is left out of a `needs`; what follows is worked out by `mutant_fields`. All else is planted: an event of its
own with fields of its own, in a state of an example, so that what is wrong with it is wrong wherever it stands, and
nothing that was there is touched.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from msgspec.structs import replace
from mutant_trees import Spot, leaves, names, steps, with_below, with_clause, without, written_lines
from mutant_world import Wanted
from mutants import Example, Mutator, Plan, after, role_of, told

from casedsl.syntax.tree import Document, Phrase, Word

PLANTED = (
    "spare_size integer 0..9",
    "spare_rate integer 0..999999",
    "spare_count integer 0..999999",
    "spare_bold yes/no",
    "spare_word text",
)
"""The fields that planted events may use; each event takes those that it names."""


def leave_a_field_out_of_what_is_needed(example: Example) -> Iterator[Plan]:
    for step in steps(example.main):
        if step.line.keyword == "needs":
            for number, word in enumerate(leaves(step.line.clauses["needs"])):
                if word.kind != "A_NOTE":
                    new = _but(example.main, step.path, number)
                    yield after(example, "leave a field out of what is needed", f"{told(step)}: {word.text}", new)


def _but(main: Document, path: tuple[int, ...], number: int) -> Document:
    value = next(step.line.clauses["needs"] for step in steps(main) if step.path == path)
    if isinstance(value, Word):
        return without(main, path)
    assert isinstance(value, Phrase)
    kept = tuple(part for place, part in enumerate(value.parts) if place != number)
    if not kept:
        return without(main, path)
    return with_clause(main, path, "needs", replace(value, parts=kept, text=", ".join(part.text for part in kept)))


# Planted.


def planted(
    example: Example, mutator: str, code: str, below: str, *where: tuple[int, str], head: bool = False
) -> Iterator[Plan]:
    """In each state that a case comes to, an event `look_again` with these lines below it; the finding stands in the
    line of this number below it, in this clause (`head`: at the event itself)."""
    world = example.world
    number = next((number for number, line in enumerate(example.main.lines) if line.keyword == "fields"), None)
    for state in world.alive if number is not None else ():
        path = world.states[state].path
        text = "\n".join(f"    {row}" for row in (f"by {role_of(example)}", *below.split("\n")))
        (event,) = written_lines(f'on look_again -> stay "Look again"\n{text}', "state s")
        used = [field for field in PLANTED if field.split()[0] in below]
        (fields,) = written_lines("fields\n" + "\n".join(f"    {field}" for field in used))
        assert number is not None
        new = with_below(with_below(example.main, path, event), (number,), *fields.lines)
        spots = [Spot((*path, 0), marks="head")] if head else []
        spots += [Spot((*path, 0, line), clause, marks="row") for line, clause in where]
        yield after(example, mutator, state, new, also=[Wanted(code, spot) for spot in spots])


def ask_what_never_holds(example: Example) -> Iterator[Plan]:
    below = "needs spare_size, spare_bold\nwhen spare_size > 3 and spare_bold is yes and spare_size < 2"
    yield from planted(example, "ask what never holds", "CD201", below, (2, "when"))


def ask_what_always_holds(example: Example) -> Iterator[Plan]:
    below = "needs spare_size\nwhen spare_size >= 0"
    yield from planted(example, "ask what always holds", "CD202", below, (2, "when"))


def let_two_routes_cross(example: Example) -> Iterator[Plan]:
    below = """needs spare_size, spare_bold
to stay when spare_size > 3 or spare_bold is yes
to stay when spare_size < 6
    set spare_size to 1"""
    yield from planted(example, "let two routes cross", "CD203", below, (3, "when"))


BOUNDS = (
    "spare_size scale 1..5\n    must be at least 7",
    "spare_size integer\n    must be at least 7 and at most 5",
    "spare_size integer\n    must be at least 7\n    default 6",
    "spare_size integer\n    must be > spare_rate\nspare_rate integer\n    must be > spare_size",
)


def contradict_what_a_field_must_be(example: Example) -> Iterator[Plan]:
    """A field that can't be what it must be: alone, by its default, or beside another."""
    places = [number for number, line in enumerate(example.main.lines) if line.keyword == "fields"]
    state = next(iter(example.world.alive))
    for number, text in product(places, BOUNDS):
        (fields,) = written_lines("fields\n" + "\n".join(f"    {row}" for row in text.split("\n")))
        needs = ", ".join(line.name.text for line in fields.lines if line.name)
        head = f'on look_again -> stay "Look again"\n    by {role_of(example)}\n    needs {needs}'
        (event,) = written_lines(head, "state s")
        asking = with_below(example.main, example.world.states[state].path, event)
        wanted = Wanted("CD305", Spot((number, len(fields.lines) - 1, 0), "must be", marks="row"))
        new = with_below(asking, (number,), *fields.lines)
        yield after(example, "contradict what a field must be", text, new, also=[wanted])


def leave_a_gap(example: Example) -> Iterator[Plan]:
    below = "needs spare_size\nto stay when spare_size > 5\nto stay when spare_size < 3\n    set spare_size to 1"
    yield from planted(example, "leave a gap", "CD204", below, head=True)


def put_the_rule_before_the_exception(example: Example) -> Iterator[Plan]:
    below = """needs spare_size
to stay when spare_size > 3
to stay when spare_size > 5
    set spare_size to 1
to stay otherwise"""
    yield from planted(example, "put the rule before the exception", "CD205", below, (3, "when"))


def say_a_part_too_many(example: Example) -> Iterator[Plan]:
    below = "needs spare_size\nwhen spare_size > 3 and spare_size > 1"
    yield from planted(example, "say a part too many", "CD206", below, (2, "when"))


def ask_about_what_nobody_was_asked(example: Example) -> Iterator[Plan]:
    yield from planted(example, "ask about what nobody was asked", "CD208", "when spare_size > 3")


def miss_by_one(example: Example) -> Iterator[Plan]:
    for one, two in (("<", ">"), ("<=", ">=")):
        routes = f"to stay when spare_size {one} 5\nto stay when spare_size {two} 5\n    set spare_size to 1"
        below = f"needs spare_size\n{routes}"
        yield from planted(example, "miss by one", "CD210", below, (3, "when"))


def ask_what_is_too_hard(example: Example) -> Iterator[Plan]:
    below = "needs spare_rate, spare_count\nwhen spare_rate * spare_count is 7919000031"
    yield from planted(example, "ask what is too hard", "CD299", below, (2, "when"))


def set_what_nobody_reads(example: Example) -> Iterator[Plan]:
    yield from planted(example, "set what nobody reads", "CD302", "set spare_bold to yes", (1, "set"))


def let_free_text_decide(example: Example) -> Iterator[Plan]:
    below = 'needs spare_word\nwhen spare_word is "Late"'
    yield from planted(example, "let free text decide", "CD308", below, (2, "when"))


def shut_a_case_in(example: Example) -> Iterator[Plan]:
    """A state that is left with a field only that nobody asks for, or by what may be done anywhere."""
    world, role = example.world, role_of(example)
    number = next((number for number, line in enumerate(example.main.lines) if line.keyword == "fields"), None)
    if number is not None:
        (fields,) = written_lines("fields\n    spare_word text")
        (cell,) = written_lines(
            f"state cell\n    on let_out -> {world.first}\n        by {role}\n        when spare_word is set"
        )
        (door,) = written_lines(f"on shut_in -> cell\n    by {role}", "state s")
        place = len(example.main.lines)
        new = with_below(example.main, world.states[world.first].path, door)
        new = with_below(replace(new, lines=(*new.lines, cell)), (number,), *fields.lines)
        free = any(
            names(step.line.clauses["to"])[0] != "stay"
            for step in steps(example.main)
            if step.line.keyword == "on" and step.above[-1].keyword == "anywhere"
        )
        wanted = [] if free else [Wanted("CD306", Spot((place,), marks="head"))]
        yield after(example, "shut a case in", world.first, new, also=wanted)


def lead_where_no_case_opens_the_way(example: Example) -> Iterator[Plan]:
    """A hall that is entered only with more of one field than of another, and in it ways for those with less: the only
    way to a loft, the only way out, and the only way out of a circle. What may be done anywhere leads out, too."""
    world, role = example.world, role_of(example)
    less, more = "when spare_rate < spare_count", "needs spare_rate, spare_count\n    when spare_rate > spare_count"
    number = next((number for number, line in enumerate(example.main.lines) if line.keyword == "fields"), None)
    free = any(
        names(step.line.clauses["to"])[0] != "stay"
        for step in steps(example.main)
        if step.line.keyword == "on" and step.above[-1].keyword == "anywhere"
    )
    lofts = (
        ("CD101", 1, f"{_event('climb', 'loft', role, less)}{_event('leave', world.first, role)}", world.first),
        ("CD102", 0, _event("leave", world.first, role, less), ""),
        ("CD103", 0, f"{_event('climb', 'loft', role)}{_event('leave', world.first, role, less)}", "hall"),
    )
    for code, place, hall, down in lofts if number is not None else ():
        assert number is not None
        (fields,) = written_lines("fields\n    spare_rate integer 0..9\n    spare_count integer 0..9")
        loft = f"state loft\n{_event('come_down', down, role)}" if down else ""
        rooms = written_lines(f"state hall\n{hall}{loft}".rstrip())
        (door,) = written_lines(f"on go_in -> hall\n    by {role}\n    {more}", "state s")
        first = len(example.main.lines)
        new = with_below(example.main, world.states[world.first].path, door)
        new = with_below(replace(new, lines=(*new.lines, *rooms)), (number,), *fields.lines)
        wanted = [] if free and code != "CD101" else [Wanted(code, Spot((first + place,), marks="head"))]
        yield after(example, "lead where no case opens the way", code, new, also=wanted)


def _event(name: str, to: str, role: str, below: str = "") -> str:
    return f"    on {name} -> {to}\n        by {role}\n" + (f"        {below}\n" if below else "")


def claim_what_is_not_so(example: Example) -> Iterator[Plan]:
    """A state in which cases are is called one in which none ever is; what a role may do is given to another alone."""
    world, place = example.world, len(example.main.lines)
    claims = [("never", f"never state {state}") for state in world.alive]
    for state in world.alive:
        for event, step in world.handlers(state).items():
            roles = {name for below in world.below(step.path, "by") for name in names(below.line.clauses["by"])}
            other = next((role for role in world.roles if role not in roles), None)
            if other is not None:
                claims.append(("only", f"only {other} may {event}"))
    for keyword, claim in claims:
        new = replace(example.main, lines=(*example.main.lines, *written_lines(claim)))
        wanted = [Wanted("CD211", Spot((place,), keyword, marks="row"))]
        yield after(example, "claim what is not so", claim, new, also=wanted)


GUARDS: tuple[tuple[Mutator, int], ...] = (
    (leave_a_field_out_of_what_is_needed, 6),
    (ask_what_never_holds, 2),
    (ask_what_always_holds, 2),
    (let_two_routes_cross, 2),
    (contradict_what_a_field_must_be, 4),
    (leave_a_gap, 2),
    (put_the_rule_before_the_exception, 2),
    (say_a_part_too_many, 1),
    (ask_about_what_nobody_was_asked, 2),
    (miss_by_one, 2),
    (ask_what_is_too_hard, 1),
    (set_what_nobody_reads, 2),
    (let_free_text_decide, 2),
    (shut_a_case_in, 1),
    (lead_where_no_case_opens_the_way, 3),
    (claim_what_is_not_so, 4),
)
"""Mutators, each with how many places of an example it is applied to at most."""
