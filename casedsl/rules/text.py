"""What reading and resolving found, by rule: the phases put findings down where they stand; these are their pages."""

from __future__ import annotations

from collections.abc import Iterator

from casedsl.analysis.facts import Facts
from casedsl.syntax.finding import Finding


def _found(facts: Facts, code: str) -> Iterator[Finding]:
    return (finding for finding in facts.found if finding.code == code)


def cd001_syntax_error(facts: Facts) -> Iterator[Finding]:
    """Every line follows the grammar: a keyword, its value, perhaps `-> place`, a "title" and clauses.

    A line that can't be read is reported and left out; all other lines are still read.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            on answer "Answer"                         # CD001
                by clerk
            on drop -> done
                by clerk
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            on answer -> done "Answer"
                by clerk
        final state done "Done"
    """
    yield from _found(facts, "CD001")


def cd002_stands_twice(facts: Facts) -> Iterator[Finding]:
    """A line that says one thing stands once, and a name names one thing.

    Among states, stages, events, fields, templates, promises and roles a name never serves two kinds: a reader must not
    have to ask which of the two is meant.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            purpose "It was not read yet."
            purpose "It waits."                        # CD002
            on answer -> done
                by clerk
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            purpose "It was not read yet; it waits."
            on answer -> done
                by clerk
        final state done "Done"
    """
    yield from _found(facts, "CD002")


def cd003_unknown_keyword(facts: Facts) -> Iterator[Finding]:
    """Every line begins with a keyword that may stand in its block, and goes on with the words of its own.

    In YAML they are keys. One that is near to a word which may stand there is a misspelt one.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            team desk
            purpos "It was not read yet."              # CD003
            prompt clerk afer 2 working days           # CD003
            on answer -> done
                by clerk
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            team desk
            purpose "It was not read yet."
            prompt clerk after 2 working days
            on answer -> done
                by clerk
        final state done "Done"
    """
    yield from _found(facts, "CD003")


def cd004_unknown_name(facts: Facts) -> Iterator[Finding]:
    """Every name that is used is defined: states, events, fields, options, roles, teams, templates, calendars.

    A name that differs only in case is another name; the message says which one was meant.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            on answer -> Done                          # CD004
                by clerk
            on drop -> done
                by clerk
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            on answer -> done
                by clerk
        final state done "Done"
    """
    yield from _found(facts, "CD004")


def cd005_type_mismatch(facts: Facts) -> Iterator[Finding]:
    """Both sides of a comparison have the same type and unit, and a duration says which time it counts.

    Money has its currency; a bare `day` or `hour` means nothing: working, calendar and clock time differ.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            fee money GBP "What does it cost?"
        first state new "New"
            on answer -> done
                by clerk
                when fee > 100                         # CD005
            on drop -> done
                by clerk
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            fee money GBP "What does it cost?"
        first state new "New"
            on answer -> done
                by clerk
                needs fee
                when fee > 100 GBP
            on drop -> done
                by clerk
        final state done "Done"
    """
    yield from _found(facts, "CD005")


def cd010_not_in_this_edition(facts: Facts) -> Iterator[Finding]:
    """Nothing is compiled that this compiler does not wholly understand.

    The grammar reads the whole language; a construct whose meaning isn't built yet is said, and stops compilation.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
            retain 6 years after done then erase       # CD010
        first state new "New"
            on answer -> done
                by clerk
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            on answer -> done
                by clerk
        final state done "Done"
    """
    yield from _found(facts, "CD010")


def cd011_missing_line(facts: Facts) -> Iterator[Finding]:
    """What a block can't do without stands in it: an edition, a first state, a promise's term, a calendar's zone.

    Wrong:

        case type letter "Letter"                      # CD011
            edition 1
            use "acme"
        state new "New"
            on answer -> done
                by clerk
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            on answer -> done
                by clerk
        final state done "Done"
    """
    yield from _found(facts, "CD011")


def cd012_broken_use(facts: Facts) -> Iterator[Finding]:
    """A file in `use` exists, can be read, is an organisation file, and does not use itself again.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acne"                                 # CD012
        first state new "New"
            on answer -> done
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            on answer -> done
                by clerk
        final state done "Done"
    """
    yield from _found(facts, "CD012")


def cd114_header_and_routes(facts: Facts) -> Iterator[Finding]:
    """The header of a transition names exactly the places that its `to` lines lead to.

    The header lines alone give the transition table, so they must not say less or more than what happens.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            urgent yes/no "Is it urgent?"
        first state new "New"
            on answer -> done
                by clerk
                needs urgent
                to checked when urgent is yes          # CD114
                to done otherwise
        state checked "Checked"
            on send -> done
                by clerk
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            urgent yes/no "Is it urgent?"
        first state new "New"
            on answer -> checked or done
                by clerk
                needs urgent
                to checked when urgent is yes
                to done otherwise
        state checked "Checked"
            on send -> done
                by clerk
        final state done "Done"
    """
    yield from _found(facts, "CD114")


def cd115_after_the_end(facts: Facts) -> Iterator[Finding]:
    """Nothing happens in a final state: no event, no timer, no stage.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            on answer -> done
                by clerk
        final state done "Done"
            on reopen -> new                           # CD115
                by clerk

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            on answer -> answered
                by clerk
        state answered "Answered"
            on reopen -> new
                by clerk
            on file -> done
                by clerk
        final state done "Done"
    """
    yield from _found(facts, "CD115")


def cd404_calendar_empty(facts: Facts) -> Iterator[Finding]:
    """Every calendar opens: it has hours or days, or a date that is open.

    In a calendar that never opens no working hour ever passes and no working day ever ends, so nothing that is counted
    in it is ever due.

    Wrong:

        organisation shop "Shop"
            edition 1
        calendar office                                # CD404
            zone Europe/London
            holidays GB-ENG
        role clerk "Clerk"
        team desk "Desk"
            people clerk
            calendar office

    Right:

        organisation shop "Shop"
            edition 1
        calendar office
            zone Europe/London
            open mon-fri hours 09:00-17:00
            holidays GB-ENG
        role clerk "Clerk"
        team desk "Desk"
            people clerk
            calendar office
    """
    yield from _found(facts, "CD404")


def cd412_calendar_contradicts_itself(facts: Facts) -> Iterator[Finding]:
    """The lines of a calendar fit together, so that every date has one answer.

    No date is both open and closed in one block, and none stands in a version that begins after it. Versions stand in
    the order in which they begin. Calendars are not based on each other in a circle. A calendar has either days without
    hours or days with hours. Whoever counts in `always` or `every day` can tell their zone: all calendars of the
    organisation are in it.

    Wrong:

        organisation shop "Shop"
            edition 1
        calendar office
            zone Europe/London
            open mon-fri hours 09:00-17:00
            open 2026-12-24 hours 09:00-12:00
            closed 2026-12-24 "Christmas Eve"          # CD412

    Right:

        organisation shop "Shop"
            edition 1
        calendar office
            zone Europe/London
            open mon-fri hours 09:00-17:00
            closed 2026-12-24 "Christmas Eve" from 12:00
    """
    yield from _found(facts, "CD412")


def cd803_asked_before_answered(facts: Facts) -> Iterator[Finding]:
    """Whether a field is asked depends only on fields that are asked before it.

    A form is read from the top; a question that depends on a later one could never be decided, or would go in a circle.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            fee money GBP "What does it cost?"
                asked when paid is yes                 # CD803
            paid yes/no "Must it be paid?"
        first state new "New"
            on answer -> done
                by clerk
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            paid yes/no "Must it be paid?"
            fee money GBP "What does it cost?"
                asked when paid is yes
        first state new "New"
            on answer -> done
                by clerk
                needs fee
        final state done "Done"
    """
    yield from _found(facts, "CD803")
