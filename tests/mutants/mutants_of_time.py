"""Edits of promises and calendars: what can't be kept, what nobody hears of, and times that clocks skip.

As in `mutants_of_flow`, every name stays bound; what follows for ladders and for promises that nobody watches is worked
out by `mutant_time`.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace
from mutant_time import calendars_in, first_alert
from mutant_trees import Spot, names, steps, with_below, with_lines, written_lines
from mutant_world import Wanted, World, name_of, value_below
from mutants import Example, Mutator, Plan, after, role_of, told

from casedsl.syntax.tree import Document

# Promises.


def _promising(main: Document, text: str) -> tuple[Document, int]:
    """A document with one more promise above all that it has, and the number of its line."""
    (line,) = written_lines(text)
    return replace(main, lines=(line, *main.lines)), 0


def _event(world: World) -> str:
    """An event of the first state."""
    return next(iter(world.handlers(world.first)))


def _calendar(world: World) -> str:
    """The only calendar of the first state; nothing if it has no team."""
    return next(iter(calendars_in(world, world.first)), "")


def _told(calendar: str) -> str:
    return "every day" if calendar == "every" else calendar


def promise_hours_of_days(example: Example) -> Iterator[Plan]:
    """Working hours in a calendar that has none."""
    if not any(line.keyword == "calendar" for line in example.organisation.lines):
        return
    role = role_of(example)
    text = (
        f"promise spare\n    within 8 working hours\n    calendar every day\n    met by {_event(example.world)}\n"
        f"    alert {role} when 50% used"
    )
    new, place = _promising(example.main, text)
    wanted = Wanted("CD413", Spot((place, 0), "within"))
    yield after(example, "promise hours of days", role, new, also=[wanted])


def promise_less_than_the_ladder(example: Example) -> Iterator[Plan]:
    """A promise that is due when the first alert of the first state comes, and has none of its own."""
    world = example.world
    alert = first_alert(world, world.first)
    if alert is not None and _calendar(world):
        path, (count, kind, unit) = alert
        text = (
            f"promise spare\n    within {count} {kind} {unit}{'s' * (count != 1)}\n"
            f"    calendar {_told(_calendar(world))}\n    met by {_event(world)}\n    prompt assignee when 50% used"
        )
        new, place = _promising(example.main, text)
        wanted = Wanted("CD415", Spot((path[0] + place + 1, *path[1:]), "after"))
        yield after(example, "promise less than the ladder", world.first, new, also=[wanted])


def wait_before_anybody_acts(example: Example) -> Iterator[Plan]:
    """An event that can happen only where time has led a case after three days, promised within one."""
    world = example.world
    calendar = _calendar(world)
    if not calendar:
        return
    role = role_of(example)
    lines = written_lines(
        f'state cooled "Cooled"\n    prompt {role} after 1 working day\n'
        f'    on thaw -> {world.first}\n        by {role}\n        purpose "It goes on."'
    )
    (move,) = written_lines('move to cooled after 3 working days\n    purpose "It has cooled."', "state s")
    new = with_below(example.main, world.states[world.first].path, move)
    new = replace(new, lines=(*new.lines, *lines))
    text = (
        f"promise spare\n    within 1 working day\n    calendar {_told(calendar)}\n    met by thaw\n"
        f"    alert {role} when 50% used"
    )
    new, place = _promising(new, text)
    wanted = Wanted("CD406", Spot((place, 0), "within"))
    yield after(example, "wait before anybody acts", world.first, new, also=[wanted])


def drop_the_steps_of_a_promise(example: Example) -> Iterator[Plan]:
    """Nobody is reminded of it any more; where timers run in each state, somebody hears all the same."""
    for step in example.world.promises():
        begins = names(value_below(step.line, "from"))
        if begins == ["opened"] or begins[0] in _fields(example):
            kept = (line for line in step.line.lines if line.keyword not in ("prompt", "alert"))
            new = with_lines(example.main, step.path, kept)
            yield after(example, "drop the steps of a promise", told(step), new)


def _fields(example: Example) -> set[str]:
    return {name_of(step.line) for step in steps(example.main) if step.line.keyword == "field"}


# Calendars.


def open_in_the_gap(example: Example) -> Iterator[Plan]:
    """On Sundays from half past one in the night, which the clocks of London and Dublin skip in March."""
    for step in steps(example.organisation):
        if step.line.keyword == "calendar" and not step.above and any(step.line.all("open")):
            (line,) = written_lines("open sun hours 01:30-06:00", "calendar spare", head="organisation")
            new = with_below(example.organisation, step.path, line)
            place = Spot((*step.path, 0), marks="head", file="organisation")
            yield after(example, "open in the gap", told(step), organisation=new, also=[Wanted("CD410", place)])


TIME: tuple[tuple[Mutator, int], ...] = (
    (promise_hours_of_days, 1),
    (promise_less_than_the_ladder, 1),
    (wait_before_anybody_acts, 1),
    (drop_the_steps_of_a_promise, 2),
    (open_in_the_gap, 2),
)
"""Mutators, each with how many places of an example it is applied to at most."""
