"""Edits of the ways of a case: transitions, routes, ends and circles.

Every name stays bound, so the rules look at all of it. What must be found is worked out by `mutant_world`; a mutator
adds only what that doesn't know, and an edit that does no harm by the language's own meaning must find nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace
from mutant_trees import (
    Spot,
    leaves,
    names,
    steps,
    with_below,
    with_clause,
    with_lines,
    with_text,
    without,
    written_lines,
)
from mutant_world import TIMERS, Wanted
from mutants import Example, Mutator, Plan, after, moving, role_of, spot_of, told, unread

from casedsl.syntax.tree import Line, Phrase, Value, Word

# Ways.


def drop_a_transition(example: Example) -> Iterator[Plan]:
    for step in steps(example.main):
        if step.line.keyword == "on":
            yield after(example, "drop a transition", told(step), without(example.main, step.path))


def drop_what_answers_outsiders(example: Example) -> Iterator[Plan]:
    """A line under `anywhere` for an event that an outsider sends, and that other states still speak of."""
    world = example.world
    for step in steps(example.main):
        outside = [actor for actor in world.actors(step) if world.roles[actor[0]]] if step.line.keyword == "on" else []
        if outside and step.above[-1].keyword == "anywhere":
            yield after(example, "drop what answers outsiders", told(step), without(example.main, step.path))


def drop_every_way_out(example: Example) -> Iterator[Plan]:
    """Of one state; what its stages and `anywhere` say stays."""
    for name, step in example.world.states.items():
        if name not in example.world.finals:
            kept = (line for line in step.line.lines if line.keyword not in ("on", "move to"))
            new = with_lines(example.main, step.path, kept)
            yield after(example, "drop every way out", name, new)


def close_a_loop(example: Example) -> Iterator[Plan]:
    """Whatever leads out of a state leads back into it; time moves it no more."""
    for name, step in example.world.states.items():
        forked = any(any(line.all("to")) for line in step.line.all("on"))
        if name not in example.world.finals and not forked:
            new = with_lines(example.main, step.path, _led_to(name, step.line.lines))
            yield after(example, "close a loop", name, new)


def _led_to(place: str, lines: tuple[Line, ...]) -> Iterator[Line]:
    for line in lines:
        if line.keyword == "on":
            yield replace(line, clauses={**line.clauses, "to": Word("NAME", place, line.span)})
        elif line.keyword != "move to":
            yield line


def never_end(example: Example) -> Iterator[Plan]:
    """Whatever leads to an end leads to the beginning."""
    world, new = example.world, example.main
    for step in steps(example.main):
        clause = {"on": "to", "move to": "move to"}.get(step.line.keyword)
        if clause and names(step.line.clauses[clause])[0] in world.finals:
            new = with_text(new, step.path, clause, world.first)
    yield after(example, "never end", world.first, new)


def add_an_island(example: Example) -> Iterator[Plan]:
    """Two states that lead to each other, and nowhere else."""
    role = role_of(example)
    text = "\n".join(
        f'state island_{one} "Island"\n    on swim_to_{other} -> island_{other}\n        by {role}'
        for one, other in (("north", "south"), ("south", "north"))
    )
    lines = written_lines(text)
    place = next(number for number, line in enumerate(example.main.lines) if line.keyword == "state")
    known = example.main.lines
    new = replace(example.main, lines=(*known[: place + 1], *lines, *known[place + 1 :]))
    yield after(example, "add an island", "behind the first state", new)


def go_back_from_the_first(example: Example) -> Iterator[Plan]:
    """The first state becomes a side step, and a case begins in it."""
    world = example.world
    (line,) = written_lines(f"on go_home -> back\n    by {role_of(example)}", "state s")
    new = with_below(example.main, world.states[world.first].path, line)
    yield after(example, "go back from the first state", world.first, new)


def go_round_by_time(example: Example) -> Iterator[Plan]:
    """Time moves a case from one state of a team to another, and back."""
    world = example.world
    for one in world.alive:
        for two in world.alive[world.alive.index(one) + 1 :]:
            still = not any(timer.line.keyword == "move to" for state in (one, two) for timer in world.timers(state))
            if still and world.team_of(one) == world.team_of(two) != "":
                new = example.main
                for here, there in ((one, two), (two, one)):
                    new = with_below(new, world.states[here].path, *moving(there))
                loop = Wanted("CD105", Spot((*world.states[one].path, 0), "move to", marks="line"))
                yield after(example, "go round by time", f"{one}, {two}", new, also=[loop])


def end_in_the_middle(example: Example) -> Iterator[Plan]:
    """A state becomes final, though events and time go on in it and stages hold it."""
    world = example.world
    flag = next(iter(world.states[final].line.clauses["final"] for final in world.finals))
    for name, step in world.states.items():
        if name in world.finals or name == world.first:
            continue
        held = (stage for stage in world.stages.values())
        wanted = [
            Wanted("CD115", Spot(stage.path, "of", number))
            for stage in held
            for number, inner in enumerate(names(stage.line.clauses["of"]))
            if inner == name
        ]
        below = next(number for number, line in enumerate(step.line.lines) if line.keyword in ("on", *TIMERS))
        wanted.append(Wanted("CD115", spot_of((*step.path, below), step.line.lines[below])))
        new = with_clause(example.main, step.path, "final", flag)
        yield unread(example, "end in the middle", name, *wanted, main=new)


# Routes.


def drop_a_route(example: Example) -> Iterator[Plan]:
    """The header still says the place."""
    for step in steps(example.main):
        if step.line.keyword == "to":
            number = _number_of(step.above[-1], names(step.line.clauses["to"])[0])
            wanted = Wanted("CD114", Spot(step.path[:-1], "to", number))
            new = without(example.main, step.path)
            yield unread(example, "drop a route", told(step), wanted, main=new)


def _number_of(on: Line, place: str) -> int:
    return [word.text for word in leaves(on.clauses["to"])].index(place)


def leave_a_place_out_of_the_header(example: Example) -> Iterator[Plan]:
    for step in steps(example.main):
        if step.line.keyword == "to":
            header = step.above[-1].clauses["to"]
            place = names(step.line.clauses["to"])[0]
            new = with_clause(example.main, step.path[:-1], "to", _left_out(header, place))
            wanted = Wanted("CD114", Spot(step.path, "to"))
            yield unread(example, "leave a place out of the header", told(step), wanted, main=new)


def _left_out(places: Value, place: str) -> Value:
    assert isinstance(places, Phrase)
    kept = tuple(part for part in places.parts if part.text != place)
    return replace(places, parts=kept, text=" or ".join(part.text for part in kept))


def move_otherwise_up(example: Example) -> Iterator[Plan]:
    for step in steps(example.main):
        routes = [number for number, line in enumerate(step.line.lines) if line.keyword == "to"]
        if step.line.keyword == "on" and routes and "otherwise" in step.line.lines[routes[-1]].clauses:
            lines = list(step.line.lines)
            lines.insert(routes[0], lines.pop(routes[-1]))
            new = with_lines(example.main, step.path, lines)
            wanted = Wanted("CD114", Spot((*step.path, routes[0]), "otherwise"))
            yield unread(example, "move `otherwise` up", told(step), wanted, main=new)


def untouched(example: Example) -> Iterator[Plan]:
    """The examples themselves."""
    yield after(example, "leave it as it is", example.name, example.main)


FLOW: tuple[tuple[Mutator, int], ...] = (
    (untouched, 2),
    (drop_a_transition, 5),
    (drop_what_answers_outsiders, 2),
    (drop_every_way_out, 3),
    (close_a_loop, 3),
    (never_end, 2),
    (add_an_island, 2),
    (go_back_from_the_first, 2),
    (go_round_by_time, 2),
    (end_in_the_middle, 2),
    (drop_a_route, 2),
    (leave_a_place_out_of_the_header, 2),
    (move_otherwise_up, 2),
)
"""Mutators, each with how many places of an example it is applied to at most."""
