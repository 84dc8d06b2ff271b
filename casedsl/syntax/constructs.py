"""The constructs of the language: which lines stand in which block, how each is written, and what it means.

This is the one table. The readers of both coats, the printer, the JSON Schema, the grammars of highlighters and the
index of the specification are made from it; a construct that is added here is known to all of them. What it means is
said in `casedsl.model`, and `docs/language.md` specifies each row.

A shape is written as an author writes the line:

    prompt <name> after <duration> [with <name>]

Words stand for themselves; `<kind>` is a value, read by the rule `kind` of `grammar/expr.lark`; NAME is the name that
the line defines (or DATE, NUMBER, OPENING where it is named so), and `"title"` the quoted text behind it. Brackets hold
what may be left out, parentheses hold alternatives, or words that belong to a clause and not to the keyword before.
"""

from __future__ import annotations

from msgspec import Struct

EDITION = 1


class Construct(Struct, frozen=True):
    """One kind of line.

    Attributes:
      blocks: the keywords of the lines below which it stands; `case type file` and `organisation file` are the left
        margins, `file` is the first line.
      shape: how it is written.
      meaning: one sentence.
      under: in YAML, the collection that holds such lines; without it the line's words are keys of the block itself.
      keyword: what a line that begins with a name is called.
      later: clause words of the shape that have no meaning in this edition yet.
      built: whether the line has a meaning in this edition; else it is read, reported and never compiled.
      alone: it may stand without lines below, though lines may stand there.
    """

    blocks: tuple[str, ...]
    shape: str
    meaning: str
    under: str = ""
    keyword: str = ""
    later: tuple[str, ...] = ()
    built: bool = True
    alone: bool = False


def _line(
    blocks: str, shape: str, meaning: str, under: str = "", keyword: str = "", later: str = "", alone: bool = False
) -> Construct:
    return Construct(_listed(blocks), shape, meaning, under, keyword, _listed(later), alone=alone)


def _later(blocks: str, shape: str, meaning: str, under: str = "", keyword: str = "", alone: bool = False) -> Construct:
    return Construct(_listed(blocks), shape, meaning, under, keyword, built=False, alone=alone)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.split(", ")) if text else ()


_HEADER = (
    _line("file", 'case type NAME ["title"]', "What kind of case the file defines.", alone=True),
    _line("file", 'organisation NAME ["title"]', "The organisation whose shared words the file defines.", alone=True),
    _line("case type, organisation", "edition <number>", "The edition of the language that the file is written in."),
    _line("case type", "version <number>", "The number of this version of the definition."),
    _line("case type", "use <text>", "The organisation file whose words, calendars, roles and teams are used."),
    _line("organisation", "use <text>", "Another organisation file whose names are shared too."),
    _line("case type", "number <text>", "How case numbers look."),
    _later(
        "case type, organisation",
        "retain <duration> after <place> then <name> [because <text>]",
        "How long a case that ended so is kept, and what is done then.",
        "retention",
    ),
)

_CLOCKS = (
    _line(
        "case type file",
        'promise NAME ["title"]',
        "What the organisation promises about a case, with every rule of its clock.",
        "promises",
    ),
    _line("promise", "within <duration>", "How long after its start the promise is due."),
    _line("promise", "in band <name> within <duration>", "The same for a band of the priority.", "bands"),
    _line("promise", "due at least <margin>", "How long before a date the promise is due; instead of `within`."),
    _line("promise", "calendar <calendar>", "The calendar in which the promise counts."),
    _line("promise", "from <name>", "The moment at which the clock starts: `opened`, an event, or a field's date."),
    _line("promise", "begins <beginning>", "What comes on no working day, or too late, comes on the next one."),
    _line("promise", "due at <due_time>", "The time of the last day."),
    _line("promise", "rolls <rolling>", "Where a last day goes that is no working day."),
    _line("promise", "met by <names> [at <name>]", "The events that keep the promise, and the field that says when."),
    _line(
        "promise",
        "pauses in <names> [at most <duration>] [by whole days]",
        "The states in which the clock stands still, and how long in all.",
    ),
    _line("promise", "pauses from <name> to <name>", "Dates between which the clock stands still.", "pauses"),
    _line("promise", "restarts on <name> [anew]", "The event with which a promise that was met goes on."),
    _line("promise", "extends on <name> to <duration>", "A longer time, always from the start.", "extensions"),
    _line("promise", "when priority changes <recount>", "From where a length counts that a new priority brings."),
    _line("promise", "prompt <name> when <left> [with <name>]", "A gentle word before the promise is due.", "timers"),
    _line("promise", "alert <name> when <left> [with <name>]", "A supervisor learns that it is nearly due.", "timers"),
    _line("promise", "tell <name> when <left> [with <name>]", "Who hears that the promise was missed.", "timers"),
)

_FIELDS = (
    _line("case type file", "fields", "What is known about a case."),
    _line("fields", 'NAME <type> ["title"]', "One thing that is known, with its type.", keyword="field", alone=True),
    _line("field", "from <names>", "Who supplies the value when a case is opened and with an event."),
    _line("field", "changed by <names> [in <names>]", "Who may amend the value, and in which states."),
    _line(
        "field",
        "seen by <names> [after <name>]",
        "Who sees the value besides those cleared for it, since when.",
    ),
    _later("field", "tip <text>", "What helps to answer the question."),
    _later("field", "retired since <text>", "The field is kept for old cases and asked no more."),
    _line("field", "class <name>", "How sensitive the value is."),
    _later("field", "decided by <a_person>", "No automation sets it."),
    _line("field", "asked when <expression>", "It is asked only when this holds; else it is unset or its default."),
    _line("field", "must be <bound> [else <text>]", "What a value must satisfy as long as it stands; why."),
    _later("field", "accepts <names> [up to <size>]", "The kinds of documents, and their size."),
    _line("field", "default <formula>", "The value of a field that nobody has set."),
    _line("field", 'option NAME ["title"]', "One of the values of a choice.", "options"),
)

_PRIORITY = (
    _line("case type file", "priority", "Which case comes first, as a score that people can add up or look up."),
    _line("priority", "score <formula> in <range>", "The formula, and the range in which the score lies."),
    _line("priority", "table <name> by <name>", "Instead of a score: the fields whose values are rows and columns."),
    _line("priority", "columns <levels>", "The values of the second field, in the order of the cells."),
    _line("priority", "row LEVEL gives <names>", "A value of the first field, and the band in each column.", "rows"),
    _line(
        "priority",
        "plus <number> [each <beat> [after <duration>]] [when <expression>] up to <number> [because <text>]",
        "Points that are added when something holds, once or again and again while a case waits.",
        "additions",
    ),
    _line("priority", "rises with <names>", "The fields that can only raise the score."),
    _line("priority", "blind to <names>", "The fields that must not matter."),
    _line("priority", "band NAME from <number>", "A name for the scores from here up.", "bands"),
)

_INTAKE = (
    _later(
        "case type file",
        'intake NAME -> <place> ["title"]',
        "A way in: who opens a case, and what is asked.",
        "intakes",
    ),
    _later("intake", "by <actors>", "Who opens a case this way."),
    _later("intake", "ask <names>", "The fields that are asked."),
    _later(
        "intake",
        "duplicate (when <match>) [within <duration>]",
        "When a case may be one that is there already.",
        "duplicates",
        alone=True,
    ),
    _later("duplicate", "show <text>", "What is said then."),
    _later("duplicate", "shown only to <signed_in>", "Who is told."),
    _later("intake", "send NAME to <names>", "A message that is sent.", "send"),
)

_STATES = (
    _line("case type file", 'stage NAME ["title"] of <names>', "States that share timers and events.", "stages"),
    _line("case type file", '[first | final] state NAME ["title"]', "Where a case can be.", "states", alone=True),
    _line("case type file", "anywhere", "Events that every state handles that is not final and says nothing else."),
    _line("state", "team <name>", "Who is responsible; without it the case stays with the team it came from."),
    _line("state", "purpose <text>", "Why the state exists."),
    _later("state", "shown as <text>", "What people outside see instead of the state."),
    _line("state", "waiting on <names>", "Who has the ball."),
    _later("state", "checklist", "What is to be done here."),
    _later(
        "checklist",
        'NAME ["title"] [required | required when <expression>]',
        "One thing to be done.",
        keyword="check",
    ),
    _later("state", "tasks by <names>", "Who may add tasks on the spot."),
    _line("state, stage", "prompt <name> after <duration> [with <name>]", "A gentle word after some time.", "timers"),
    _line(
        "state, stage",
        "alert <name> after <duration> [with <name>]",
        "A supervisor learns of it after some time.",
        "timers",
    ),
    _line(
        "state, stage", "escalate to <name> after <duration>", "A role becomes responsible; the place stays.", "timers"
    ),
    _line("state, stage", "move to <place> after <duration>", "Time itself moves the case.", "timers", alone=True),
    _line("move to", "purpose <text>", "Why time moves the case."),
)

_TRANSITIONS = (
    _line(
        "state, stage, anywhere",
        'on NAME -> <places> ["title"]',
        "What happens on an event, and where the case goes.",
        "on",
        alone=True,
    ),
    _line("on", "by <actors>", "Who may do it."),
    _line("on", "but not <doer>", "Who may not, though the role would allow it."),
    _line("on", "needs <needed>", "The fields that must be known, and `a note`."),
    _line("on", "purpose <text>", "Why it is done."),
    _line("on", "reverses <name>", "`escalation`: responsibility goes back to the assignee."),
    _line("on", "when <expression>", "A condition without which it can't be done."),
    _later(
        "on", "refuse (when <expression>) [because <text>]", "A condition under which it can't be done.", "refusals"
    ),
    _line(
        "on",
        "to <place> (when <expression> | otherwise)",
        "One of several ways: the first whose condition holds is taken.",
        "routes",
        alone=True,
    ),
    _line("on, to", "clears <names>", "Fields that go back to their default, or to unset."),
    _line("on, to", "set <moves>", "Fields that get a value."),
    _line("on, to", "send NAME to <names>", "A message that is sent.", "send"),
    _later("on, to", "task <text> for <name> [within <duration>]", "Something that somebody has to do.", "tasks"),
    _later("on, to", "assign <assignment>", "Who gets the case."),
    _line("on, to", "hand over", "What is passed on when another team becomes responsible."),
    _line("hand over", "passes on <names>", "The fields that accompany the case."),
    _line("hand over", "says <text>", "What the next team reads first."),
    _line("case type file", "template NAME [class <name>]", "A message.", "templates", later="class"),
    _line("template", "subject <text>", "The subject of the message."),
    _line("template", "body <text>", "The text of the message."),
)

_HELPERS = (
    _later("case type file", 'automation NAME ["title"]', "What the software does by itself.", "automations"),
    _later("automation", "on <name>", "The event on which it runs."),
    _later("automation", "call <path> with <names> as <name>", "What it asks of a connector."),
    _later("automation", "set <moves>", "Fields that get a value."),
    _later("automation", "on failure <fallback>", "Who looks after it when the call fails."),
    _later("automation", "undo by <names>", "Who may undo it."),
    _later("case type file", 'suggestion NAME ["title"]', "What the software proposes to people.", "suggestions"),
    _later("suggestion", "suggests <name>", "The field that it proposes a value for."),
    _later("suggestion", "reads <names>", "The fields that it reads."),
    _later("suggestion", "runs <name>", "Inside or outside the organisation."),
    _later("suggestion", "shows <name>", "What people see beside the proposal."),
    _later("suggestion", "accepted by <names>", "Who decides about it."),
    _later("suggestion", "review <rate> by <name>", "How many are looked at again, and by whom."),
    _later("suggestion", "stops below <agreement> in the last <number>", "When it stops by itself."),
)

_MEASURES = (
    _later("case type file", 'metric NAME ["title"]', "A number about many cases.", "metrics"),
    _later("metric", "from <name> to <name> in <time_kind> [missing counts as <name>]", "The time between two events."),
    _later("metric", "share <countable> of <place>", "How many of which."),
    _later("metric", "target <goal> [within <duration>]", "What is aimed at."),
    _later("metric", "habit <text>", "The behaviour that it should change."),
    _line(
        "case type file", "always <expression> [in state <names>]", "A claim that holds at every moment.", "properties"
    ),
    _line(
        "case type file",
        "never <occurrence> [unless <expression>] [when <expression>]",
        "A claim that something doesn't happen, or not without something else.",
        "properties",
    ),
    _line("case type file", "only <names> may <name>", "A claim about who can do something.", "properties"),
    _line(
        "case type file",
        "before every event <name> comes <occurrences> [when <expression>]",
        "A claim that each time something comes first, and comes anew.",
        "properties",
    ),
    _line(
        "case type file",
        "every <occurrence> leads to <occurrences> [when <expression>]",
        "A claim that no case ends first, and that until then there is always a way.",
        "properties",
    ),
    _line("case type file", "map", "The lines of the map."),
    _line("map", 'line NAME ["title"] through <names>', "A journey by name.", "lines"),
    _later("case type file", 'change NUMBER ["title"] on <date>', "The story of a version.", "changes"),
    _later("change", "pain <text>", "What went wrong."),
    _later("change", "asks <text>", "What people do differently."),
    _later("change", "success <text>", "How one will see that it works."),
    _later("change", "approved by <text>", "Who agreed."),
    _later("change", "renamed state NAME to <name>", "What a state was called before.", "renamed states"),
    _line("case type file", 'scenario "title"', "A story that must come true.", "scenarios"),
    _line("scenario", "opened <moment> [by <name> [for <name>]]", "When the case is opened, by whom, and for whom."),
    _line("scenario", "given <pairs>", "What is known then."),
    _line("scenario", 'person NAME ["title"] is <names>', "A person and their roles.", "people"),
    _line(
        "scenario",
        "as <name> (do <name> [with <pairs>] | change <changes> | tick <name>) [but is refused [because <text>]]",
        "What a person does.",
        "steps",
        later="tick",
    ),
    _line("scenario", "wait <duration> [of <calendar>]", "Time passes.", "steps"),
    _line("scenario", "wait until <moment>", "Time passes until then.", "steps"),
    _line("scenario", "then <outcome> [at <moment>] [because <text>]", "What must be so.", "steps"),
)

_ORGANISATION = (
    _later("organisation file", "vocabulary", "What words mean here."),
    _later("vocabulary", 'NAME "title"', "A word and its meaning.", keyword="term", alone=True),
    _later("term", "not <text>", "What the word doesn't mean."),
    _line("organisation file", 'calendar NAME ["title"]', "When an organisation works.", "calendars"),
    _line("calendar", "zone <zone>", "The time zone in which its hours are meant."),
    _line("calendar", "based on <name>", "The calendar whose lines hold where this one says nothing of the kind."),
    _line(
        "calendar, from",
        'open OPENING ["title"] [hours <spans>]',
        "Weekdays with their opening hours, or a date that works whatever else says.",
        "open",
    ),
    _line("calendar, from", "days <weekdays>", "The working days of a calendar without hours."),
    _line("calendar, from", "holidays <regions>", "The region whose public holidays are closed."),
    _line("calendar, from", "holidays any of <regions>", "Regions; a public holiday of any of them is closed."),
    _line("calendar, from", 'closed DATE ["title"] [from <time>]', "A date that is closed, or closes early.", "closed"),
    _line("calendar, from", "working day ends at <day_end>", "When a working day is over: at its closing, or a time."),
    _line("calendar", "out of hours to <name>", "The role that hears what comes due while the calendar is closed."),
    _line("calendar", "from DATE", "A version: from that day on its lines replace those of the same kind.", "versions"),
    _line("organisation file", "classes", "How sensitive data can be."),
    _line("classes", "order <order>", "The classes, the least sensitive first."),
    _line("classes", "default <name>", "The class of a field that says nothing."),
    _line("organisation file", 'role NAME ["title"] [outside]', "What a person may be.", "roles", alone=True),
    _line("role", "cleared for <name>", "The most sensitive class that the role sees."),
    _later("role", "may break glass", "Whether the role may look at more, and give a reason."),
    _line("organisation file", "may be both <names>", "Roles that one person may hold together.", "combinations"),
    _line("organisation file", 'team NAME ["title"]', "Who looks after cases, and in which calendar.", "teams"),
    _line("team", "people <names>", "The roles whose people belong to the team."),
    _line("team", "calendar <calendar>", "The calendar in which the team's timers count."),
    _line("team", "assign <assignment>", "Who gets a case that arrives: the least loaded person of a role."),
    _later("team", "absent <assignment>", "Who gets the cases of a person who is away."),
    _later(
        "organisation file", 'connector NAME ["title"] (inside | outside)', "A system that acts in cases.", "connectors"
    ),
    _later("connector", "at <text>", "Where it is found."),
    _later("connector", "call NAME", "What can be asked of it.", "calls"),
    _later("connector", "event NAME", "What it tells.", "events"),
    _later("call, event", "gets <slots>", "What is sent to it."),
    _later("call, event", "gives <slots>", "What comes back."),
    _later("call, event", "class <name>", "How sensitive that is."),
)

CONSTRUCTS: tuple[Construct, ...] = (
    *_HEADER,
    *_CLOCKS,
    *_FIELDS,
    *_PRIORITY,
    *_INTAKE,
    *_STATES,
    *_TRANSITIONS,
    *_HELPERS,
    *_MEASURES,
    *_ORGANISATION,
)
