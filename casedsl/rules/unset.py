"""Fields that may be unset where something counts on them: in guards, in messages, and on the way on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from casedsl.analysis.facts import Facts
from casedsl.analysis.guards import MOST_STEPS
from casedsl.analysis.parts import Part
from casedsl.analysis.proofs import Proofs
from casedsl.analysis.solving.search import Steps
from casedsl.analysis.spoken import Blank, Stuck, Unsupplied, blanks, stuck, unsupplied
from casedsl.analysis.supply import can_give
from casedsl.analysis.unset import Unset
from casedsl.model.records import Field, Organisation, Template, Transition
from casedsl.rules.cases import moves, way_told
from casedsl.rules.rewriting import is_whole
from casedsl.rules.ways import steps_of
from casedsl.syntax.finding import Edit, Finding, Fix, Label, Subject
from casedsl.syntax.span import Span
from casedsl.syntax.spelling import listed


def cd208_guard_reads_unset(facts: Facts) -> Iterator[Finding]:
    """No guard of an event or of a route hangs on a field that is asked and can still be unset there.

    A comparison that reads an unset field is false, so the case goes where nobody meant it to. A way is shown on which
    no event has asked for the field. Three things are no finding: a test `is set` before the comparison, an answer that
    is the same whatever the field holds, and a field that is not asked in such a case. In `asked when` and in
    `plus … when` unset counts as no. What an opening gives is not counted on, since nothing says yet what an opening
    asks; that an amendment takes a value away is left out of account. The fix writes the test, and with it every case
    goes where it went. It isn't safe all the same: the test says that unset was thought of, and what was held up would
    run.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            kind choice "What is it about?"
                option privacy "My data"
                option bill "A bill"
        first state new "New"
            on decide -> checked or done
                by clerk
                to checked when kind is privacy        # CD208
                to done otherwise
        state checked "Checked"
            on agree -> done
                by chief
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            kind choice "What is it about?"
                option privacy "My data"
                option bill "A bill"
        first state new "New"
            on decide -> checked or done
                by clerk
                needs kind
                to checked when kind is privacy
                to done otherwise
        state checked "Checked"
            on agree -> done
                by chief
        final state done "Done"
    """
    case_type, proofs = facts.case_type, facts.proofs
    if case_type is None or proofs is None:
        return
    asked = _asking(proofs) if proofs.unset else {}
    apart = {found.guard.span for found in proofs.dead} if proofs.known.apart else set()
    for found in proofs.unset:
        if found.guard.span not in apart:
            yield _unset(found, asked, case_type.organisation)


def _unset(found: Unset, asked: Mapping[str, Label], organisation: Organisation) -> Finding:
    name, event, line = found.field.name, found.guard.name, found.guard.line
    here = line is None or _may_ask(line, found.field, organisation)
    answer = f"add `{name}` to `needs` of `on {event}`, or of an event before it"
    first, *others = found.parts
    return Finding(
        "CD208",
        "error",
        first.span,
        f"`{name}` can still be unset when `{event}` is done",
        about=(Subject("field", name), Subject("event", event)),
        label="then this counts as no",
        labels=(*(Label(part.span, "and this") for part in others), *_asked_at(name, asked)),
        notes=(("a way there", way_told(found.way, found.state)),),
        way_out=answer if here else _somebody_else(found.field),
        steps=steps_of(moves(found.way)),
        fix=_thought_of(found),
    )


def _may_ask(line: Transition, field: Field, organisation: Organisation) -> bool:
    """Whether an event may need a field: somebody who may do it may give it."""
    return not line.by or any(can_give(actor, field, organisation) for actor in line.by)


def _somebody_else(field: Field) -> str:
    return f"let an event of {listed(ref.name for ref in field.sources)} before it need `{field.name}`"


def _thought_of(found: Unset) -> Fix | None:
    """The comparisons behind a test whether the field is set, where they can be written so. A comparison that reads
    what is unset is false, so the test changes nothing; of what stands under `or` it would, without parentheses."""
    if any(not is_whole(part.text) or part.span.line != part.span.end_line for part in found.parts):
        return None
    name, bound = found.field.name, _in_parentheses(found.guard.part)
    edits = (
        Edit(part.span, f"({name} is set and {part.text})" if part in bound else f"{name} is set and {part.text}")
        for part in found.parts
    )
    return Fix("write that unset counts as no", False, tuple(edits))


def _in_parentheses(part: Part) -> frozenset[Part]:
    """The comparisons that stand under `not`."""
    own = frozenset(each for each in part.parts if part.head == "not")
    return own.union(*(_in_parentheses(each) for each in part.parts))


def _asked_at(name: str, asked: Mapping[str, Label]) -> tuple[Label, ...]:
    return (asked[name],) if name in asked else ()


def _asking(proofs: Proofs) -> dict[str, Label]:
    """The first line that asks for each field, if any does."""
    found: dict[str, Label] = {}
    lines = {id(passage.by): passage.by for passages in proofs.known.passages.values() for passage in passages}
    for line in lines.values():
        for ref in line.needs if isinstance(line, Transition) else ():
            found.setdefault(ref.name, Label(ref.span, "asked for here, but not on every way"))
    return found


def cd301_unset_on_a_path(facts: Facts) -> Iterator[Finding]:
    """What a message says, and what a line sets a field to, is known on every way that leads there.

    A gap without `if set` prints *(not set)* to whoever reads the message, and a field that is set from an unset one is
    unset. Looked at are the messages of events and of the timers of states; a way is shown on which nothing has asked
    for the field. What an opening gives is not counted on, since nothing says yet what an opening asks. A field that is
    not asked in such a case is no finding.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            reply text "What do we answer?"
        first state new "New"
            on answer -> done
                by clerk
                needs reply
                send answered to customer
            on close -> done
                by chief
                send answered to customer              # CD301
        final state done "Done"
        template answered
            subject "Our answer"
            body "{reply}"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            reply text "What do we answer?"
        first state new "New"
            on answer -> done
                by clerk
                needs reply
                send answered to customer
            on close -> done
                by chief
                needs reply
                send answered to customer
        final state done "Done"
        template answered
            subject "Our answer"
            body "{reply}"
    """
    case_type, proofs = facts.case_type, facts.proofs
    if case_type is None or proofs is None:
        return
    at: dict[Span, list[Blank]] = {}
    for found in blanks(case_type, proofs.known, Steps(MOST_STEPS // 4)):
        at.setdefault(found.span, []).append(found)
    for first, *others in at.values():
        yield _blank(first, [other.field.name for other in others], proofs, case_type.organisation)


def _blank(found: Blank, others: list[str], proofs: Proofs, organisation: Organisation) -> Finding:
    name = found.field.name
    also = f", and where they are unset too, for {listed(others)}" if others else ""
    message = isinstance(found.use, Template)
    what = f"message `{found.use.name}`" if message else f"`{found.use.name}`"
    end = found.way[-1].target if found.way else found.state
    return Finding(
        "CD301",
        "warning",
        found.span,
        f"{what} can be {'sent' if message else 'set'} while `{name}` is unset",
        about=(Subject("template" if message else "field", found.use.name), Subject("field", name)),
        labels=_asked_at(found.field.name, _asking(proofs)),
        notes=(
            ("a way there", way_told(found.way, end)),
            ("so", f"it says (not set) for `{name}`{also}" if message else f"`{found.use.name}` is unset then"),
        ),
        way_out=_answer(found, message, organisation),
        steps=steps_of(moves(found.way)),
    )


def _answer(found: Blank, message: bool, organisation: Organisation) -> str:
    name, last = found.field.name, found.way[-1].by if found.way else None
    unless = f", or write `{{{name}, if set}}`" if message else ""
    if not isinstance(last, Transition):
        return f"let an event before it need `{name}`{unless}"
    if not _may_ask(last, found.field, organisation):
        return f"{_somebody_else(found.field)}{unless}"
    return f"add `{name}` to `needs` of `on {last.event}`{unless}"


def cd306_mandatory_without_source(facts: Facts) -> Iterator[Finding]:
    """What an event needs, and what every way on asks for, is set on every way there, or somebody may set it there.

    Else a case that comes without it stays for ever. A field that the event itself `needs` is given with it, if whoever
    may do it may give it (`from`); one that an event which stays here needs or sets, or that somebody may amend here,
    can be filled in. Where there are other ways on, and on none of them the field is ever filled in, such a case is
    never one for which the event can be done: a warning, for that may be meant.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            reply text "What do we answer?"
        first state new "New"
            on draft -> drafted
                by clerk
                needs reply
            on skip -> drafted
                by chief
        state drafted "Drafted"                        # CD306
            on send_it -> done
                by clerk
                when reply is set
        final state done "Done"

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            account text "Which account is it?"
                from customer
        first state new "New"
            on pay -> done
                by clerk
                needs account                          # CD306
            on refuse -> done
                by clerk
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            account text "Which account is it?"
                from customer
        first state new "New"
            on tell -> stay
                by customer, clerk for customer
                needs account
            on pay -> done
                by clerk
                needs account
            on refuse -> done
                by clerk
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            reply text "What do we answer?"
                changed by clerk in drafted
        first state new "New"
            on draft -> drafted
                by clerk
                needs reply
            on skip -> drafted
                by chief
        state drafted "Drafted"
            on send_it -> done
                by clerk
                when reply is set
        final state done "Done"
    """
    case_type, proofs = facts.case_type, facts.proofs
    if case_type is None or proofs is None:
        return
    said = {(id(found.guard.line), found.field.name) for found in proofs.unset}  # a line by itself, not by all it says
    for found in stuck(case_type, proofs.known, Steps(MOST_STEPS // 4)):
        asking = {(id(passage.by), found.field.name) for passage in found.ways}
        if asking.isdisjoint(said):
            said |= {(id(each.by), found.field.name) for each in found.ways if isinstance(each.by, Transition)}
            yield _stuck(found, facts)
    for other in unsupplied(case_type, proofs.known, Steps(MOST_STEPS)):
        if (id(other.line), other.field.name) not in said:
            yield _unsupplied(other)


def _stuck(found: Stuck, facts: Facts) -> Finding:
    assert facts.case_type is not None
    name, lines = found.field.name, list(dict.fromkeys(passage.by.span for passage in found.ways))
    events = dict.fromkeys(passage.by.event for passage in found.ways if isinstance(passage.by, Transition))
    return Finding(
        "CD306",
        "error",
        facts.case_type.states[found.state].span,
        f"a case that gets to `{found.state}` without `{name}` never leaves it",
        about=(Subject("state", found.state), Subject("field", name)),
        labels=tuple(Label(span, f"asks that `{name}` is set") for span in lines[:3]),
        notes=(
            ("a way there", way_told(found.way, found.state)),
            ("why", f"every way on asks for `{name}`, and nobody may fill it in there"),
        ),
        way_out=_supplied(found) or f"add `{name}` to `needs` of {listed(f'on {event}' for event in events)}",
        steps=steps_of(moves(found.way)),
    )


def _supplied(found: Stuck) -> str:
    """The way out where an event asks for the field, and nobody who may do it may give it."""
    lines = (passage.by for passage in found.ways if found.field.name in passage.demands)
    actor = next((actor for line in lines if isinstance(line, Transition) for actor in line.by), None)
    return f"add `{actor.role}` to `from` of `{found.field.name}`" if actor else ""


def _unsupplied(found: Unsupplied) -> Finding:
    name, sources = found.field.name, listed(ref.name for ref in found.field.sources)
    return Finding(
        "CD306",
        "warning",
        found.need.span,
        f"nobody who may do `{found.line.event}` may give `{name}`, which it needs",
        about=(Subject("event", found.line.event), Subject("field", name)),
        labels=(
            Label(found.line.by[0].role.span, "who may do it"),
            Label(found.field.sources[0].span, f"only {sources} may give it"),
        ),
        notes=(
            ("a way there", way_told(found.way, found.state)),
            ("so", f"without `{name}` it can't be done there, and nothing fills it in from there on"),
        ),
        way_out=f"add `{found.line.by[0].role}` to `from` of `{name}`",
        steps=steps_of(moves(found.way)),
    )
