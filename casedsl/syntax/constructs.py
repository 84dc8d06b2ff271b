"""The constructs of the language: which lines stand in which block, what each means, and since which edition.

The grammar reads more than has a meaning yet. This table says what does: a line or a clause that is not listed here is
read, reported as not part of the edition, and never compiled. `docs/language.md` specifies each row.
"""

from __future__ import annotations

from dataclasses import dataclass

EDITION = 1


@dataclass(frozen=True, slots=True)
class Construct:
    """One kind of line.

    Attributes:
      block: the keyword of the line above it; `file` is the left margin.
      keyword: what the line begins with; `field` is a line that begins with a name.
      meaning: one sentence.
      clauses: the clause words of the line whose meaning is built; `to` is `->`, `type` a value without a word.
      many: it may stand more than once in its block.
    """

    block: str
    keyword: str
    meaning: str
    clauses: tuple[str, ...] = ()
    many: bool = False


CONSTRUCTS: tuple[Construct, ...] = (
    Construct("case type", "edition", "The edition of the language that the file is written in."),
    Construct("case type", "version", "The number of this version of the definition."),
    Construct("case type", "use", "The organisation file whose words, calendars, roles and teams are used."),
    Construct("case type", "number", "How case numbers look."),
    Construct("organisation", "edition", "The edition of the language that the file is written in."),
    Construct("organisation", "use", "Another organisation file whose names are shared too."),
    Construct(
        "file", "promise", "What the organisation promises about a case, with every rule of its clock.", many=True
    ),
    Construct("file", "fields", "What is known about a case."),
    Construct("file", "priority", "Which case comes first, as a score that people can add up."),
    Construct("file", "stage", "States that share timers and events.", ("of",), many=True),
    Construct("file", "state", "Where a case can be.", ("first", "final"), many=True),
    Construct("file", "anywhere", "Events that every state handles that is not final and says nothing else."),
    Construct("file", "template", "A message.", many=True),
    Construct("file", "calendar", "When an organisation works.", many=True),
    Construct("file", "role", "What a person may be.", ("outside",), many=True),
    Construct("file", "may be both", "Roles that one person may hold together.", many=True),
    Construct("file", "team", "Who looks after cases, and in which calendar.", many=True),
    Construct("promise", "within", "How long after its start the promise is due."),
    Construct("promise", "calendar", "The calendar in which the promise counts."),
    Construct("promise", "from", "The moment at which the clock starts: `opened` or an event."),
    Construct("promise", "met by", "The event that keeps the promise."),
    Construct("promise", "pauses in", "The states in which the clock stands still."),
    Construct("promise", "prompt", "A gentle word before the promise is due.", ("when", "with"), many=True),
    Construct("promise", "alert", "A supervisor learns that the promise is nearly due.", ("when", "with"), many=True),
    Construct("promise", "tell", "Who hears that the promise was missed.", ("when", "with"), many=True),
    Construct("fields", "field", "One thing that is known, with its type.", ("type",), many=True),
    Construct("field", "changed by", "Who may amend the value, and in which states.", ("in",)),
    Construct("field", "asked when", "The field is asked only when this holds; else it is unset or its default."),
    Construct("field", "default", "The value of a field that nobody has set."),
    Construct("field", "option", "One of the values of a choice.", many=True),
    Construct("priority", "score", "The formula, and the range in which the score lies.", ("in",)),
    Construct(
        "priority", "plus", "Points that are added when something holds.", ("when", "up to", "because"), many=True
    ),
    Construct("priority", "band", "A name for the scores from here up.", ("from",), many=True),
    Construct("state", "team", "Who is responsible; without it the case stays with the team it came from."),
    Construct("state", "purpose", "Why the state exists."),
    Construct("state", "waiting on", "Who has the ball."),
    *(
        construct
        for block in ("state", "stage")
        for construct in (
            Construct(block, "prompt", "A gentle word after some time.", ("after", "with"), many=True),
            Construct(block, "alert", "A supervisor learns of it after some time.", ("after", "with"), many=True),
            Construct(block, "escalate to", "A role becomes responsible; the place stays.", ("after",), many=True),
            Construct(block, "move to", "Time itself moves the case.", ("after",), many=True),
        )
    ),
    Construct("move to", "purpose", "Why time moves the case."),
    *(
        Construct(block, "on", "What happens on an event, and where the case goes.", ("to",), many=True)
        for block in ("state", "stage", "anywhere")
    ),
    Construct("on", "by", "Who may do it."),
    Construct("on", "but not", "Who may not, though the role would allow it."),
    Construct("on", "needs", "The fields that must be known, and `a note`."),
    Construct("on", "purpose", "Why it is done."),
    Construct("on", "reverses", "`escalation`: responsibility goes back to the assignee."),
    Construct("on", "when", "A condition without which it can't be done."),
    Construct(
        "on", "to", "One of several ways: the first whose condition holds is taken.", ("when", "otherwise"), many=True
    ),
    *(
        construct
        for block in ("on", "to")
        for construct in (
            Construct(block, "clears", "Fields that go back to their default, or to unset."),
            Construct(block, "set", "Fields that get a value.", ("to",)),
            Construct(block, "send", "A message that is sent.", ("to",), many=True),
            Construct(block, "hand over", "What is passed on when another team becomes responsible."),
        )
    ),
    Construct("hand over", "passes on", "The fields that accompany the case."),
    Construct("hand over", "says", "What the next team reads first."),
    Construct("template", "subject", "The subject of the message."),
    Construct("template", "body", "The text of the message."),
    Construct("calendar", "zone", "The time zone in which its hours are meant."),
    Construct("calendar", "open", "Weekdays and their opening hours.", ("hours",), many=True),
    Construct("calendar", "holidays", "The region whose public holidays are closed."),
    Construct("calendar", "closed", "A date that is closed, or closes early.", ("from",), many=True),
    Construct("calendar", "working day ends at", "When a working day is over: `closing`, its last closing time."),
    Construct("team", "people", "The roles whose people belong to the team."),
    Construct("team", "calendar", "The calendar in which the team's timers count."),
    Construct("team", "assign", "Who gets a case that arrives: the least loaded person of a role."),
)


def construct(block: str, keyword: str) -> Construct | None:
    """The row for a line in a block, None if its meaning isn't built."""
    return _TABLE.get((block, keyword))


_TABLE = {(row.block, row.keyword): row for row in CONSTRUCTS}
