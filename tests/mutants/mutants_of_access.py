"""Edits of who sees and who supplies a field: planted, as in `mutants_of_guards`, with fields of their own.

An example without classes gets two, of which every field of its own has the lower one; so nothing that was there is
closed to anybody.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace
from mutant_trees import Spot, names, with_below, written_lines
from mutant_world import Wanted
from mutants import Example, Mutator, Plan, after

from casedsl.syntax.tree import Document, Line


def let_who_does_not_see_it_act(example: Example) -> Iterator[Plan]:
    """In each state, a condition on a field that is closed to whoever may act."""
    role = _least(example)
    field = f"spare_seal yes/no\n    default no\n    class {_shut(example)}"
    for state in _states(example):
        wanted = Wanted("CD502", _at(example, state))
        event = f"by {role}\nwhen spare_seal is yes"
        yield _planted(example, "let who does not see it act", state, field, event, wanted)


def ask_who_cannot_give_it(example: Example) -> Iterator[Plan]:
    """In each state, an event needs what only somebody else supplies, who can't be the same person."""
    role, other = _apart(example)
    for state in _states(example):
        wanted = Wanted("CD306", _at(example, state, 1, "needs"))
        field, event = f"spare_word text\n    from {other}", f"by {role}\nneeds spare_word"
        yield _planted(example, "ask who cannot give it", state, field, event, wanted)


def open_what_is_open(example: Example) -> Iterator[Plan]:
    """`seen by` names a role that is cleared for the class."""
    role, lowest = _least(example), _order(_organisation(example))[0]
    field = f"spare_word text\n    class {lowest}\n    seen by {role}"
    for state in _states(example):
        wanted = Wanted("CD506", Spot((_fields(example), 0, 1), "seen by", marks="row"))
        yield _planted(example, "open what is open", state, field, f"by {role}\nneeds spare_word", wanted)


def ask_two_people_at_once(example: Example) -> Iterator[Plan]:
    """A field that one person outside supplies is asked only where another has said so, and nothing asks for it later;
    whoever may amend what hangs on it is another."""
    if not any(line.keyword == "fields" for line in example.main.lines):
        return
    new = example.organisation
    for role in ("spare_side", "other_side"):
        new = replace(new, lines=(*new.lines, *written_lines(f"role {role} outside", head="organisation")))
    field = (
        "fields\n    spare_mark yes/no\n        from spare_side\n"
        "    spare_word text\n        from other_side\n        asked when spare_mark is yes\n"
        f"    spare_note text\n        asked when spare_word is set\n        changed by {_least(example)}"
    )
    (fields,) = written_lines(field)
    main = with_below(example.main, (_fields(example),), *fields.lines)
    wanted = Wanted("CD303", Spot((_fields(example), 1), marks="head"))
    yield after(example, "ask two people at once", "fields", main, new, also=[wanted])


def _planted(example: Example, mutator: str, state: str, field: str, event: str, wanted: Wanted) -> Plan:
    rows = "".join(f"    {row}\n" for row in event.split("\n"))
    (line,) = written_lines(f'on look_again -> stay "Look again"\n{rows}', "state s")
    (fields,) = written_lines("fields\n" + "\n".join(f"    {row}" for row in field.split("\n")))
    planted = with_below(example.main, example.world.states[state].path, line)
    new = with_below(planted, (_fields(example),), *fields.lines)
    return after(example, mutator, state, new, _organisation(example), also=[wanted])


def _at(example: Example, state: str, line: int = 0, clause: str = "by") -> Spot:
    return Spot((*example.world.states[state].path, 0, line), clause, marks="row")


def _states(example: Example) -> list[str]:
    """The states to which cases get, of an example that has fields."""
    has_fields = any(line.keyword == "fields" for line in example.main.lines)
    return list(example.world.alive) if has_fields else []


def _fields(example: Example) -> int:
    return next(number for number, line in enumerate(example.main.lines) if line.keyword == "fields")


def _organisation(example: Example) -> Document:
    """The organisation with classes."""
    if any(line.keyword == "classes" for line in example.organisation.lines):
        return example.organisation
    text = "classes\n    order spare_open < spare_shut\n    default spare_open"
    lines = written_lines(text, head="organisation")
    return replace(example.organisation, lines=(*example.organisation.lines, *lines))


def _order(organisation: Document) -> list[str]:
    (classes,) = [line for line in organisation.lines if line.keyword == "classes"]
    return names(next(classes.all("order")).clauses["order"])


def _shut(example: Example) -> str:
    return _order(_organisation(example))[-1]


def _least(example: Example) -> str:
    """A role inside that is not cleared for the most sensitive class."""
    shut = _shut(example)
    return next(role for role in example.world.roles if _inside(example, role) and _cleared(example, role) != shut)


def _inside(example: Example, role: str) -> bool:
    return not example.world.roles[role]


def _cleared(example: Example, role: str) -> str:
    (line,) = [line for line in example.organisation.lines if _is_role(line, role)]
    found = [names(below.clauses["cleared for"])[0] for below in line.all("cleared for")]
    return found[0] if found else ""


def _is_role(line: Line, role: str) -> bool:
    return line.keyword == "role" and line.name is not None and line.name.text == role


def _apart(example: Example) -> tuple[str, str]:
    """A role inside, and one that the same person can't hold."""
    both = [names(line.clauses["may be both"]) for line in example.organisation.lines if line.keyword == "may be both"]
    roles = list(example.world.roles)
    pairs = ((one, two) for one in roles if _inside(example, one) for two in roles if one != two)
    return next(pair for pair in pairs if not any(set(pair) <= set(each) for each in both))


ACCESS: tuple[tuple[Mutator, int], ...] = (
    (let_who_does_not_see_it_act, 3),
    (ask_who_cannot_give_it, 3),
    (open_what_is_open, 1),
    (ask_two_people_at_once, 1),
)
