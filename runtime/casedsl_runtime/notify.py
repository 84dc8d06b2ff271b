"""Who is told, and in which words: recipients as people of today, messages as they will be read.

A word to the assignee goes to the role that a case was escalated to, as long as it is; and where nobody is assigned, to
the one who would be assigned next, and says so. A role outside means the party of this case.

What time says while the calendar of the case's team is closed goes to the role that its `out of hours` names, and says
for whom it was meant. So a night's alert wakes who is on duty and nobody else; what is for somebody outside, and what
makes a role responsible, goes its own way. The instant of closing is still within hours, for that is when working days
end. Where nobody is on duty, or the calendar doesn't know the day, nothing changes.
"""

from __future__ import annotations

from bisect import bisect_right

from casedsl_runtime.journal import Json
from casedsl_runtime.messages import one_line, render, subject
from casedsl_runtime.people import Person
from casedsl_runtime.turn import Turn
from casedsl_runtime.views import hidden_from_any
from casedsl_runtime.visits import next_assignee
from casedsl_runtime.vocabulary import ASSIGNEE


def say(turn: Turn, to: str, *, template: str | None = None, rung: str | None = None, because: str = "") -> None:
    """Add a message to a role or to the assignee; without a template it says where the case is and why it speaks."""
    address, people, remark = _on_duty(turn, to, rung) or _recipients(turn, to)
    words = _told(turn, template, people, remark) if template is not None else _plain(turn, because, remark)
    message: dict[str, Json] = {"to": address, "people": people, **words}
    if template is not None:
        message["template"] = template
    if rung is not None:
        message["rung"] = rung
    turn.messages = (*turn.messages, message)


def _told(turn: Turn, template: str, people: list[str], remark: str) -> dict[str, Json]:
    """The words of a template: one text for everybody whom it goes to, so it says what all of them may see now."""
    words = turn.machine.templates[template]
    facts = turn.text_facts(hidden_from_any(turn.machine, turn, (_person(turn, who) for who in people), template))
    return {"subject": subject(words, facts), "body": "\n".join(filter(None, (render(words.body, facts), remark)))}


def _person(turn: Turn, who: str) -> Person:
    """Somebody of the directory; of one who is gone from it only what is theirs in the case is known."""
    return turn.env.people.get(who) or Person(who, who)


def _plain(turn: Turn, because: str, remark: str) -> dict[str, Json]:
    place = turn.machine.states[turn.state].title
    about = one_line(f"{turn.number}: {place}")
    return {"subject": about, "body": "\n".join(filter(None, (f"{turn.machine.workflow.title}: {because}.", remark)))}


def _recipients(turn: Turn, to: str) -> tuple[dict[str, Json], list[str], str]:
    """To whom a message is addressed, the people that are now, and what it has to say about that."""
    if to != ASSIGNEE:
        return {"role": to}, _holders(turn, to), ""
    if turn.escalation is not None:
        return {"role": turn.escalation.to}, _holders(turn, turn.escalation.to), ""
    if turn.assignee is not None:
        return {"person": turn.assignee}, [turn.assignee], ""
    candidate = next_assignee(turn)
    if candidate is not None:
        return {"person": candidate}, [candidate], "Nobody is assigned; you would be assigned next."
    return {"team": turn.team}, _team(turn), "Nobody is assigned."


_OF_TIME = frozenset(("prompt", "alert", "tell"))


def _on_duty(turn: Turn, to: str, rung: str | None) -> tuple[dict[str, Json], list[str], str] | None:
    """Who hears instead of whom it is meant for, because time speaks out of hours; None: nobody."""
    team = None if turn.team is None else turn.machine.teams[turn.team]
    role = team.out_of_hours if team is not None and rung in _OF_TIME else None
    if team is None or role is None or to == role or (to != ASSIGNEE and turn.machine.is_outside(to)):
        return None
    people = _holders(turn, role)
    if not people or not _is_shut(turn, team.calendar):
        return None
    meant = "the assignee" if to == ASSIGNEE else turn.machine.roles[to].title
    return {"role": role}, people, f"Out of hours; meant for {meant}."


def _is_shut(turn: Turn, name: str) -> bool:
    """Whether a calendar is closed now; its closing is the last instant at which it isn't."""
    table = turn.env.calendars.get(name)
    if table is None or not table.calendar.first <= turn.at < table.calendar.last:
        return False
    opening = bisect_right(table.calendar.opens, turn.at) - 1
    return opening < 0 or turn.at > table.calendar.closes[opening]


def _holders(turn: Turn, role: str) -> list[str]:
    if turn.machine.is_outside(role):
        return [turn.parties[role]] if role in turn.parties else []
    return [person.id for person in turn.env.people.holding(role)]


def _team(turn: Turn) -> list[str]:
    roles = () if turn.team is None else turn.machine.teams[turn.team].people
    return sorted({person for role in roles for person in _holders(turn, role)})
