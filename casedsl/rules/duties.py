"""5xx: can one person do what two should, and is there always somebody left who may go on?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from casedsl.analysis.duties import Deed
from casedsl.analysis.facts import Facts
from casedsl.analysis.people import Person
from casedsl.analysis.separation import Doubt, Idle, Loophole, idle_duties
from casedsl.analysis.staffing import Judgement, Key, Never
from casedsl.analysis.stops import Stop
from casedsl.model.records import CaseType, Transition
from casedsl.rules.cases import example_told
from casedsl.rules.ways import steps_of, told
from casedsl.syntax.finding import Finding, Label, Subject, subjects
from casedsl.syntax.spelling import listed


def cd503_separation_of_duties(facts: Facts) -> Iterator[Finding]:
    """What `but not who did …` keeps two people apart for can't be done by one of them through another line.

    A duty stands on one line. Where the same event stands on another line without it (in another state, in a stage,
    under `anywhere`), a way is looked for on which one person does both: somebody with one role for either, with two
    that `may be both` lets one person hold, or the person of the case to whom an outside role belongs. It is an error
    if on this way they were barred first and then go round it, to the same place; else a warning, for the other line
    may be meant for cases that need no second person. And a duty about an event that nobody has done whenever a case
    is there bars nobody, which is a warning too.

    Barred is whoever did the event *last*: if somebody else does it anew, the first may go on. Who enters something for
    another person did it themselves. Another event that leads to the same place is another step, and no finding.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            on decide -> checked
                by clerk, chief
        state checked "Checked"
            on approve -> done
                by chief
                but not who did decide
            on postpone -> later
                by clerk, chief
        state later "Later"
            on approve -> done                         # CD503
                by clerk
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            on decide -> checked
                by clerk, chief
        state checked "Checked"
            on approve -> done
                by chief
                but not who did decide
            on postpone -> later
                by clerk, chief
        state later "Later"
            on approve -> done
                by clerk
                but not who did decide
        final state done "Done"
    """
    if facts.ground is None or not facts.ground.noted:
        return
    yield from (_loophole(found) for found in facts.separation if isinstance(found, Loophole))
    known = facts.duties[1]
    yield from (_idle(found) for found in (idle_duties(facts.ground, known) if known else ()))


def _loophole(found: Loophole) -> Finding:
    event, done = found.line.event, found.ref.name
    barred = next(deed.passage.target for deed in found.way if deed.event == done) if found.around else ""
    why = "they are barred on this way, and go round it" if barred else "nothing keeps two people apart on this way"
    moves = [deed.passage.move for deed in found.way]
    return Finding(
        "CD503",
        "error" if found.around else "warning",
        found.line.span,
        f"whoever did `{done}` may `{event}` all the same in `{found.state}`",
        about=(Subject("event", done), Subject("event", event), Subject("state", found.state)),
        labels=(Label(found.ref.span, f"here whoever did `{done}` may not"),),
        notes=(
            ("a way there", told(moves, found.state)),
            ("who", f"{_one(found.who, done, event, found.way)}"),
            ("why", why),
        ),
        way_out=f"add `but not who did {done}` to `on {event}` in {_owner(found.line)}",
        steps=steps_of(moves),
    )


def _one(who: Person, done: str, event: str, way: tuple[Deed, ...]) -> str:
    roles = [next(deed.role for deed in reversed(way[:-1]) if deed.event == done and deed.by == who), way[-1].role]
    if roles[0] != roles[1]:
        return f"one person who is `{roles[0]}` and `{roles[1]}` does `{done}` and `{event}`; `may be both` allows it"
    if who.party:
        return f"the `{roles[0]}` of the case does `{done}` and `{event}`"
    return f"one `{roles[0]}` does `{done}` and `{event}`"


def _owner(line: Transition) -> str:
    return f"`{line.owner}`" if line.owner else "`anywhere`"


def _idle(found: Idle) -> Finding:
    done, event = found.ref.name, found.line.event
    return Finding(
        "CD503",
        "warning",
        found.ref.span,
        f"nobody is kept from `{event}` by this: no case that gets there has had a `{done}`",
        about=(Subject("event", event), Subject("event", done)),
        labels=(Label(found.line.span, f"wherever this is done, `{done}` hasn't happened"),),
        way_out="name the event that comes before, or take the line out",
    )


def cd504_duties_unsatisfiable(facts: Facts) -> Iterator[Finding]:
    """Wherever a case gets to, somebody is left who may do what leads on to an end.

    Without a list of people there is always one more person for a role inside. A role outside belongs in each case to
    one person: what only they may do, *but not who did* what they did, nobody may do. With `--people` the people of
    that list are taken, and nobody else: a role that none of them holds, or a duty that leaves nobody, stops a case.
    Somebody from outside is always there. Every choice that people may make is looked at (the workflow satisfiability
    problem: Crampton 2005, Wang and Li 2010, asked of every moment of a case); a way is shown on which it stops.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            on object -> objected
                by customer
            on withdraw -> done
                by customer
        state objected "Objected"
            on withdraw -> done                        # CD504
                by customer
                but not who did object
            on object -> stay
                by customer
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            on object -> objected
                by customer
            on withdraw -> done
                by customer
        state objected "Objected"
            on withdraw -> done
                by clerk
                but not who did object
            on object -> stay
                by customer
        final state done "Done"
    """
    case_type = facts.case_type
    if case_type is None:
        return
    judgement, _ = facts.duties
    yield from (_stopped(stop, case_type, "") for stop in judgement.stops)
    if facts.roster is not None and not judgement.stops:
        yield from (_stopped(stop, case_type, facts.roster.file) for stop in facts.staffing.stops)
        yield from (_never(never, facts.roster.file) for never in facts.staffing.never)


def _stopped(stop: Stop, case_type: CaseType, file: str) -> Finding:
    lines = [*(bar.line for bar in stop.bars), *stop.missing]
    moves = [deed.passage.move for deed in stop.way]
    who = _who_did(stop)
    else_ = "nothing else leads on" if stop.stays else "no other way leads to an end"
    return Finding(
        "CD504",
        "error",
        lines[0].span if lines else case_type.states[stop.state].span,
        f"{_in(file)}nobody may {_events(lines)} in `{stop.state}`, and {else_}",
        about=(*_list(file), *_done(lines), Subject("state", stop.state)),
        labels=tuple(_labels(stop)),
        notes=(
            ("a way there", told(moves, stop.state)),
            *_example(stop, case_type),
            *((("who", who),) if who else ()),
        ),
        way_out=_way_out(stop, file),
        steps=steps_of(moves),
    )


def _never(never: Never, file: str) -> Finding:
    first, *others = never.lines
    why = f"whoever is {_roles(first)} is barred each time" if never.held else f"nobody is {_roles(first)}"
    return Finding(
        "CD504",
        "warning",
        first.span,
        f"of the people in {file} nobody may ever `{first.event}`",
        about=(*_list(file), Subject("event", first.event)),
        labels=tuple(Label(line.span, "nor this") for line in others[:3]),
        notes=(("why", why),),
        way_out=f"give {'one more person' if never.held else 'somebody'} the role `{first.by[0].role}` in {file}",
    )


def _in(file: str) -> str:
    return f"of the people in {file} " if file else ""


def _list(file: str) -> tuple[Subject, ...]:
    return subjects("people", file)


def _done(lines: Iterable[Transition]) -> tuple[Subject, ...]:
    return subjects("event", *(line.event for line in lines))


def _events(lines: Iterable[Transition]) -> str:
    names = [f"`{name}`" for name in dict.fromkeys(line.event for line in lines)]
    return " or ".join(names[:3]) or "go on"


def _labels(stop: Stop) -> Iterator[Label]:
    for bar in stop.bars[:3]:
        ref = next(ref for ref in bar.line.but_not if ref.name == bar.after)
        yield Label(ref.span, f"not for {_name(bar.who[0])}, who did `{bar.after}`")
    for line in stop.missing[:3]:
        yield Label(line.by[0].role.span, f"nobody is {_roles(line)}")
    for line in stop.shut[:2]:
        yield _shut(line)


def _shut(line: Transition) -> Label:
    guard = next((each for each in (line.when, *(route.when for route in line.routes)) if each), None)
    return Label(guard.span if guard else line.span, "not so in this case")


def _example(stop: Stop, case_type: CaseType) -> Iterator[tuple[str, str]]:
    """What a case holds that closes what somebody might do."""
    if stop.example is not None:
        yield "example", example_told(stop.example, case_type.fields)


def _name(who: Person) -> str:
    return f"`{who.name}`" if who.name else f"the `{min(who.party)}` of the case" if who.party else "them"


def _roles(line: Transition) -> str:
    return " or ".join(dict.fromkeys(f"`{actor.role}`" for actor in line.by))


def _who_did(stop: Stop) -> str:
    """Who does the events on the way that bar them later."""
    after = {bar.after for bar in stop.bars}
    last = {deed.event: deed for deed in stop.way if deed.event in after and deed.by is not None}
    said = [f"{_name(deed.by)} does `{event}`" for event, deed in last.items() if deed.by]
    return listed_plain(said)


def listed_plain(parts: list[str]) -> str:
    """Several statements as one sentence."""
    return ", ".join(parts[:-1]) + f" and {parts[-1]}" if len(parts) > 1 else "".join(parts)


def _way_out(stop: Stop, file: str) -> str:
    if not (stop.bars or stop.missing):
        return "let somebody who is there amend what closes the way on"
    if not file:
        return f"add another role to `by` of `on {stop.bars[0].line.event}`"
    line = stop.missing[0] if stop.missing else stop.bars[0].line if stop.bars else None
    role = next((actor.role.name for actor in line.by), "") if line else ""
    return f"give {'somebody' if stop.missing else 'one more person'} the role `{role}` in {file}"


def cd505_key_person(facts: Facts) -> Iterator[Finding]:
    """No single person is the only one who can bring a case on; asked with `--people`.

    Each person of the list is taken out once. Where a case could then come to a stop, everything waits for them: they
    fall ill, and no case leaves that state. It is one finding for a person, with all that hangs on them; of people who
    hold the same roles, and of whom none can be missed, it is one for all. Somebody from outside is always there, and
    absence that time bridges (`move to`) costs nothing.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            on check -> checked
                by clerk
        state checked "Checked"
            on approve -> done                         # CD505
                by auditor
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            on check -> checked
                by clerk
        state checked "Checked"
            on approve -> done
                by auditor, chief
        final state done "Done"
    """
    if facts.roster is not None and facts.case_type is not None and not facts.duties[0].stops:
        yield from (_key(key, facts.roster.file, facts.case_type) for key in facts.staffing.keys)


def _key(key: Key, file: str, case_type: CaseType) -> Finding:
    first, *others = key.stops
    moves = [deed.passage.move for deed in first.way]
    lines = [*(bar.line for bar in first.bars), *first.missing]
    who = _who_did(first)
    names = [f"`{name}`" for name in key.names]
    also = [stop.state for stop in others]
    done = "do this" if lines else "amend what closes the way on"
    return Finding(
        "CD505",
        "warning",
        lines[0].span if lines else case_type.states[first.state].span,
        f"without {' or without '.join(names[:3])} nobody may {_events(lines)} in `{first.state}`",
        about=(*_list(file), *subjects("person", *key.names), *_done(lines), Subject("state", first.state)),
        label=f"nobody else in the list may {done}" if len(names) == 1 else "everybody who may is needed",
        labels=(*map(_shut, first.shut[:2]), *_hanging(key)),
        notes=(
            ("a way there", told(moves, first.state)),
            *_example(first, case_type),
            *((("who", who),) if who else ()),
            *((("also", f"cases stop in {listed(also)} without them"),) if also else ()),
        ),
        way_out=f"give one more person the role `{lines[0].by[0].role}` in {file}" if lines else _way_out(first, file),
        steps=steps_of(moves),
    )


def _hanging(key: Key) -> Iterator[Label]:
    """What else hangs on a person."""
    for stop in key.stops[1:4]:
        lines: list[Transition] = [*(bar.line for bar in stop.bars), *stop.missing]
        yield from (Label(line.span, f"nor this, in `{stop.state}`") for line in lines[:1])


def people_not_decided(facts: Facts) -> Iterator[Finding]:
    """What is not decided about who may go on, and who can do what two should (CD299)."""
    yield from (_doubtful(each) for each in facts.separation if isinstance(each, Doubt))
    if facts.case_type is None:
        return
    by_itself, _ = facts.duties
    if not by_itself.decided:
        yield _left_open(by_itself, facts.case_type, "")
    elif facts.roster is not None and not by_itself.stops and not facts.staffing.decided:
        yield _left_open(facts.staffing, facts.case_type, facts.roster.file)


def _doubtful(doubt: Doubt) -> Finding:
    done, event = doubt.ref.name, doubt.line.event
    return Finding(
        "CD299",
        "info",
        doubt.line.span,
        f"whether whoever did `{done}` may `{event}` here all the same is not decided",
        about=(Subject("event", done), Subject("event", event)),
        labels=(Label(doubt.ref.span, f"here whoever did `{done}` may not"),),
        notes=(("why", "it hangs on more than is looked at: on what the case holds, or on who did what"),),
        way_out=f"add `but not who did {done}` to `on {event}` in {_owner(doubt.line)}",
    )


def _left_open(judgement: Judgement, case_type: CaseType, file: str) -> Finding:
    lines = judgement.open
    what = f"a case can stop because nobody {f'in {file} ' if file else ''}may {_events(lines)}"
    return Finding(
        "CD299",
        "info",
        lines[0].span if lines else case_type.span,
        f"whether {what} is not decided",
        about=(*_list(file), *_done(lines)),
        labels=tuple(Label(line.span, "or this") for line in lines[1:3]),
        notes=(("why", "it hangs on more than is looked at: on what the case holds, or on who did what"),),
        way_out="let another role do it too" if lines else "let fewer lines say `but not`",
    )
