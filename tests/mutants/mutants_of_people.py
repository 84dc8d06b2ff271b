"""Edits of who acts and what time does, and of what is used: actors and teams, ladders and promises, names in vain.

As in `mutants_of_flow`, every name stays bound, and what must be found is worked out.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from msgspec.structs import replace
from mutant_trees import (
    Spot,
    leaves,
    names,
    steps,
    with_behind,
    with_below,
    with_clause,
    with_lines,
    with_other,
    with_text,
    without,
    written_lines,
)
from mutant_world import TIMERS, Wanted, name_of
from mutants import Example, Mutator, Plan, after, moving, role_of, spot_of, told, unread
from mutants_of_tables import tabled

from casedsl.syntax.tree import Document, Line, Value

_UNITS = {"minute": 1, "hour": 60}


# People.


def drop_who_may(example: Example) -> Iterator[Plan]:
    for step in steps(example.main):
        if step.line.keyword == "by":
            yield after(example, "drop who may", told(step), without(example.main, step.path))


def let_nobody_act(example: Example) -> Iterator[Plan]:
    """In one state, by its own lines."""
    for name, step in example.world.states.items():
        if any(step.line.all("on")):
            new = with_other(example.main, step.path, _powerless(step.line))
            yield after(example, "let nobody act", name, new)


def _powerless(state: Line) -> Line:
    def closed(line: Line) -> Line:
        return replace(line, lines=tuple(below for below in line.lines if below.keyword != "by"))

    return replace(state, lines=tuple(closed(line) if line.keyword == "on" else line for line in state.lines))


def escalate_to_another(example: Example) -> Iterator[Plan]:
    """To each other role: some may do something there, and some may not."""
    for step in steps(example.main):
        if step.line.keyword == "escalate to":
            for role in example.world.roles:
                new = with_text(example.main, step.path, "escalate to", role)
                yield after(example, "escalate to another", f"{told(step)}: {role}", new)


def give_nothing_back(example: Example) -> Iterator[Plan]:
    for step in steps(example.main):
        if step.line.keyword == "reverses":
            yield after(example, "give nothing back", told(step), without(example.main, step.path))


def drop_the_people(example: Example) -> Iterator[Plan]:
    for step in steps(example.organisation):
        if step.line.keyword == "people":
            new = without(example.organisation, step.path)
            yield after(example, "drop the people", told(step), organisation=new)


def assign_to_outsiders(example: Example) -> Iterator[Plan]:
    """A team assigns its cases to a role of which it has nobody."""
    for step in steps(example.organisation):
        if step.line.keyword == "assign":
            people = {name for line in step.above[-1].all("people") for name in names(line.clauses["people"])}
            role = next(role for role in example.world.roles if role not in people)
            text = f"team t\n    assign least loaded {role}"
            (team,) = written_lines(text, head="organisation")
            new = with_other(example.organisation, step.path, *team.lines)
            yield after(example, "assign to outsiders", told(step), organisation=new)


def go_round_a_duty(example: Example) -> Iterator[Plan]:
    """What one line keeps two people apart for is done in another state as well, without that."""
    for step in steps(example.main):
        if step.line.keyword == "but not":
            event, state = step.above[-1], step.above[-2]
            kept = tuple(line for line in event.lines if line.keyword != "but not")
            (detour,) = written_lines("state detour")
            (there,) = written_lines(f"on go_round -> detour\n    by {role_of(example)}", "state s")
            new = with_below(example.main, step.path[:-2], there)
            new = replace(new, lines=(*new.lines, replace(detour, lines=(replace(event, lines=kept),))))
            yield after(example, "go round a duty", name_of(state), new)


def leave_it_to_one_person(example: Example) -> Iterator[Plan]:
    """A state that only the person of the case leaves, and not after what they did to get there."""
    world = example.world
    outside = [role for role, is_outside in world.roles.items() if is_outside]
    for role in outside[:1]:
        anywhere = (line for line in example.main.lines if line.keyword == "anywhere")
        own = [name_of(event) for line in anywhere for event in line.all("on")]
        stays = "".join(f"    on {event} -> stay\n        by {role}\n" for event in own)
        ending = min(world.finals)
        text = f"state alone\n    on settle -> {ending}\n        by {role}\n        but not who did complain\n{stays}"
        (line,) = written_lines(text.rstrip())
        (there,) = written_lines(f"on complain -> alone\n    by {role}", "state s")
        new = with_below(example.main, world.states[world.first].path, there)
        yield after(example, "leave it to one person", role, replace(new, lines=(*new.lines, line)))


def hand_nothing_over(example: Example) -> Iterator[Plan]:
    for step in steps(example.main):
        if step.line.keyword == "hand over":
            yield after(example, "hand nothing over", told(step), without(example.main, step.path))


# Time.


def swap_two_durations(example: Example) -> Iterator[Plan]:
    """Of two neighbours on a ladder that count alike."""
    for step in steps(example.main):
        rungs = [number for number, line in enumerate(step.line.lines) if "after" in line.clauses]
        for one, two in pairwise(rungs):
            first, second = (step.line.lines[number].clauses["after"] for number in (one, two))
            if _kind(first) == _kind(second) and _length(first) < _length(second):
                new = with_clause(example.main, (*step.path, one), "after", second)
                new = with_clause(new, (*step.path, two), "after", first)
                swapped = {number: step.line.lines[number] for number in rungs}
                wanted = [
                    Wanted("CD402", Spot((*step.path, number), "after"))
                    for number in _early(swapped, {one: second, two: first})
                ]
                yield after(example, "swap two durations", told(step), new, also=wanted)


def _early(rungs: dict[int, Line], other: dict[int, Value]) -> Iterator[int]:
    """The rungs that don't come after a lower one which counts alike."""
    ranks = {number: TIMERS.index(line.keyword) for number, line in rungs.items()}
    lengths = {number: other.get(number, line.clauses["after"]) for number, line in rungs.items()}
    for number in rungs:
        lower = [
            each for each in rungs if ranks[each] < ranks[number] and _kind(lengths[each]) == _kind(lengths[number])
        ]
        if any(_length(lengths[each]) >= _length(lengths[number]) for each in lower):
            yield number


def _kind(length: Value) -> str:
    words = [word.text.removesuffix("s") for word in leaves(length)]
    return f"{words[1]} {'time' if words[-1] in _UNITS else words[-1]}"


def _length(length: Value) -> int:
    words = [word.text.removesuffix("s") for word in leaves(length)]
    return int(words[0]) * _UNITS.get(words[-1], 1)


def count_by_the_clock(example: Example) -> Iterator[Plan]:
    """One rung counts clock time instead of working time. Which comes first then can depend on the minute."""
    for step in steps(example.main):
        if "after" in step.line.clauses and step.line.keyword != "seen by":
            value = step.line.clauses["after"]
            if leaves(value)[1].text == "working":
                text = value.text.replace("working", "clock")
                new = with_text(example.main, step.path, "after", text)
                yield after(example, "count by the clock", told(step), new)


def drop_the_timers_of_a_wait(example: Example) -> Iterator[Plan]:
    for name, step in example.world.states.items():
        if any(step.line.all("waiting on")):
            kept = (line for line in step.line.lines if line.keyword not in TIMERS)
            new = with_lines(example.main, step.path, kept)
            yield after(example, "drop the timers of a wait", name, new)


def drop_a_timer(example: Example) -> Iterator[Plan]:
    for step in steps(example.main):
        if "after" in step.line.clauses:
            yield after(example, "drop a timer", told(step), without(example.main, step.path))


def drop_what_moves_a_case(example: Example) -> Iterator[Plan]:
    """Time moves it no more: a promise may stand still for ever, or only people can end the case."""
    for step in steps(example.main):
        if step.line.keyword == "move to":
            yield after(example, "drop what moves a case", told(step), without(example.main, step.path))


def stop_the_clock_alone(example: Example) -> Iterator[Plan]:
    """Who puts a case where promises stand still takes it out again, and waits on nobody."""
    world = example.world
    paused = {
        step.path: names(step.line.clauses["pauses in"]) for step in world.lines if step.line.keyword == "pauses in"
    }
    for state in dict.fromkeys(state for states in paused.values() for state in states):
        into = [way for way in world.ways if way.target == state and not way.timed]
        role = next(actor for way in into for actor in _actors(example, way.by))
        place = world.states[state]
        new = with_other(example.main, place.path, _own_wait(place.line, role))
        here = [(path, states.index(state)) for path, states in paused.items() if state in states]
        wanted = [Wanted("CD408", Spot(path, "pauses in", number)) for path, number in here]
        yield after(example, "stop the clock alone", state, new, also=wanted)


def _actors(example: Example, path: tuple[int, ...]) -> list[str]:
    world = example.world
    return [actor[0] for step in world.lines if step.path == path for actor in world.actors(step)]


def _own_wait(state: Line, role: str) -> Line:
    """A state that waits on nobody, whose ways out one role takes."""
    (by,) = written_lines(f"by {role}", "state s", "on e -> s")

    def own(line: Line) -> Line:
        return replace(line, lines=tuple(by if below.keyword == "by" else below for below in line.lines))

    lines = (own(line) if line.keyword == "on" else line for line in state.lines if line.keyword != "waiting on")
    return replace(state, lines=tuple(lines))


def move_too_late(example: Example) -> Iterator[Plan]:
    """A second move that time makes in the same visit."""
    for step in steps(example.main):
        if step.line.keyword == "move to":
            value = step.line.clauses["after"]
            number = int(leaves(value)[0].text)
            text = value.text.replace(str(number), str(number + 1), 1)
            first = names(step.line.clauses["move to"])[0]
            new = with_behind(example.main, step.path, *moving(first, text))
            late = Wanted("CD403", Spot((*step.path[:-1], step.path[-1] + 1), "after"))
            yield after(example, "move too late", told(step), new, also=[late])


def wait_longer_than_the_calendar(example: Example) -> Iterator[Plan]:
    """Nine years, from a day in 2026, with calendars that are locked to the end of 2031."""
    for step in steps(example.main):
        if step.line.keyword in ("alert", "move to", "escalate to") and "after" in step.line.clauses:
            new = with_text(example.main, step.path, "after", "9 years")
            wanted = Wanted("CD405", Spot(step.path, "after"))
            yield after(example, "wait longer than the calendar", told(step), new, also=[wanted])


def begin_without_a_team(example: Example) -> Iterator[Plan]:
    world = example.world
    for step in steps(example.main):
        if step.line.keyword == "team" and name_of(step.above[-1]) == world.first:
            yield after(example, "begin without a team", told(step), without(example.main, step.path))


def close_for_ever(example: Example) -> Iterator[Plan]:
    """A calendar without opening hours."""
    for step in steps(example.organisation):
        if step.line.keyword == "calendar" and not step.above:
            kept = (line for line in step.line.lines if line.keyword not in ("open", "days"))
            new = with_lines(example.organisation, step.path, kept)
            wanted = Wanted("CD404", Spot(step.path, marks="head", file="organisation"))
            yield unread(example, "close for ever", told(step), wanted, organisation=new)


def open_what_is_closed(example: Example) -> Iterator[Plan]:
    """A date that is closed is open as well."""
    for step in steps(example.organisation):
        if step.line.keyword == "closed" and step.above[-1].keyword == "calendar":
            text = f"open {name_of(step.line)} hours 10:00-11:00"
            (opened,) = written_lines(text, "calendar spare", head="organisation")
            new = with_below(example.organisation, step.path[:-1], opened)
            place = (*step.path[:-1], step.path[-1] + 1)
            wanted = Wanted("CD412", Spot(place, marks="head", file="organisation"))
            yield unread(example, "open what is closed", told(step), wanted, organisation=new)


# Use.


def ask_in_vain(example: Example) -> Iterator[Plan]:
    """A field, and a message, that nothing needs."""
    for number, line in enumerate(example.main.lines):
        if line.keyword == "fields":
            (fields,) = written_lines('fields\n    spare text "What else?"')
            new = with_below(example.main, (number,), *fields.lines)
            yield after(example, "ask in vain", "fields", new)
    template = written_lines('template spare\n    subject "A word"\n    body "It goes on."')
    yield after(example, "ask in vain", "template", replace(example.main, lines=(*example.main.lines, *template)))


def share_what_nobody_uses(example: Example) -> Iterator[Plan]:
    """A role, and where there are calendars a calendar and a team: found where the files are checked together."""
    texts = ['role spare "Spare"']
    known = [name_of(line) for line in example.organisation.lines if line.keyword == "calendar"]
    if known:
        texts.append("calendar spare\n    zone Europe/London\n    open mon-fri hours 09:00-17:00")
        texts.append(f'team spare "Spare"\n    people {role_of(example)}\n    calendar {known[0]}')
    for text in texts:
        lines = written_lines(text, head="organisation")
        new: Document = replace(example.organisation, lines=(*example.organisation.lines, *lines))
        spot = Spot((len(example.organisation.lines),), marks="head", file="organisation")
        wanted = Wanted("CD009", spot)
        place = text.split("\n")[0]
        yield after(example, "share what nobody uses", place, organisation=new, also=[wanted], shared=True)


def choose_a_name_that_looks_alike(example: Example) -> Iterator[Plan]:
    """An option that differs from its neighbour in a capital letter; where there is none, an event from itself. One for
    which a table would have no cell is left out."""
    fields = tabled(example.main)
    for step in steps(example.main):
        if step.line.keyword == "option" and step.line.name is not None and name_of(step.above[-1]) not in fields:
            twin = replace(step.line, name=replace(step.line.name, text=name_of(step.line).capitalize()))
            new = with_behind(example.main, step.path, twin)
            wanted = Wanted("CD008", Spot((*step.path[:-1], step.path[-1] + 1), marks="head"))
            yield after(example, "choose a name that looks alike", told(step), new, also=[wanted])
    if not any(step.line.keyword == "option" for step in steps(example.main)):
        yield from _events_alike(example)


def _events_alike(example: Example) -> Iterator[Plan]:
    seen: set[str] = set()
    for step in steps(example.main):
        if step.line.keyword == "on" and step.line.name is not None:
            if name_of(step.line) in seen:
                name = replace(step.line.name, text=name_of(step.line).capitalize())
                new = with_other(example.main, step.path, replace(step.line, name=name))
                wanted = Wanted("CD008", Spot(step.path, marks="head"))
                yield after(example, "choose a name that looks alike", told(step), new, also=[wanted])
            seen.add(name_of(step.line))


def say_it_in_every_state(example: Example) -> Iterator[Plan]:
    """What stands under `anywhere` is said by every state itself."""
    world = example.world
    for step in (step for step in steps(example.main) if step.above and step.above[-1].keyword == "anywhere"):
        new = example.main
        for state in world.alive:
            own = any(name_of(line) == name_of(step.line) for line in world.states[state].line.all("on"))
            new = new if own else with_below(new, world.states[state].path, step.line)
        yield after(example, "say it in every state", told(step), new)


def change_it_after_the_end(example: Example) -> Iterator[Plan]:
    """A field may be changed in a state in which the case is over."""
    world = example.world
    for step in steps(example.main):
        if step.line.keyword == "changed by":
            who = step.line.clauses["changed by"].text
            (line,) = written_lines(f"changed by {who} in {', '.join(sorted(world.finals))}", "fields", "f text")
            new = with_other(example.main, step.path, line)
            yield after(example, "change it after the end", told(step), new)


def say_no_purpose(example: Example) -> Iterator[Plan]:
    """An opinion, shown to who asks for it."""
    for step in steps(example.main):
        owner = step.above[-1] if step.above else None
        if step.line.keyword == "purpose" and owner is not None and owner.keyword in ("on", "move to"):
            wanted = Wanted("CD109", spot_of(step.path[:-1], owner))
            yield after(example, "say no purpose", told(step), without(example.main, step.path), also=[wanted])


PEOPLE: tuple[tuple[Mutator, int], ...] = (
    (drop_who_may, 3),
    (let_nobody_act, 3),
    (escalate_to_another, 5),
    (give_nothing_back, 2),
    (drop_the_people, 2),
    (assign_to_outsiders, 2),
    (go_round_a_duty, 2),
    (leave_it_to_one_person, 1),
    (hand_nothing_over, 3),
    (swap_two_durations, 3),
    (count_by_the_clock, 4),
    (drop_the_timers_of_a_wait, 2),
    (drop_a_timer, 2),
    (drop_what_moves_a_case, 3),
    (stop_the_clock_alone, 2),
    (move_too_late, 2),
    (wait_longer_than_the_calendar, 2),
    (begin_without_a_team, 2),
    (close_for_ever, 2),
    (open_what_is_closed, 2),
    (ask_in_vain, 2),
    (share_what_nobody_uses, 2),
    (choose_a_name_that_looks_alike, 2),
    (say_it_in_every_state, 2),
    (change_it_after_the_end, 2),
    (say_no_purpose, 1),
)
"""Mutators, each with how many places of an example it is applied to at most."""
