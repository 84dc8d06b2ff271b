"""Who is told, and in which words: recipients as people of today, messages as they will be read.

A word to the assignee goes to the role that a case was escalated to, as long as it is; and where nobody is assigned, to
the one who would be assigned next, and says so. A role outside means the party of this case.
"""

from __future__ import annotations

from collections.abc import Iterator

from casedsl_runtime.commands import Send
from casedsl_runtime.journal import Json
from casedsl_runtime.messages import one_line, render, subject
from casedsl_runtime.turn import Turn
from casedsl_runtime.visits import next_assignee
from casedsl_runtime.vocabulary import ASSIGNEE


def say(turn: Turn, to: str, *, template: str | None = None, rung: str | None = None, because: str = "") -> None:
    """Add a message to a role or to the assignee; without a template it says where the case is and why it speaks."""
    address, people, remark = _recipients(turn, to)
    message: dict[str, Json] = {"to": address, "people": people, **_words(turn, template, because, remark)}
    if template is not None:
        message["template"] = template
    if rung is not None:
        message["rung"] = rung
    turn.messages.append(message)


def _words(turn: Turn, template: str | None, because: str, remark: str) -> dict[str, Json]:
    facts = turn.text_facts()
    if template is not None:
        words = turn.machine.templates[template]
        return {"subject": subject(words, facts), "body": "\n".join(filter(None, (render(words.body, facts), remark)))}
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


def _holders(turn: Turn, role: str) -> list[str]:
    if turn.machine.is_outside(role):
        return [turn.parties[role]] if role in turn.parties else []
    return [person.id for person in turn.env.people.holding(role)]


def _team(turn: Turn) -> list[str]:
    roles = () if turn.team is None else turn.machine.teams[turn.team].people
    return sorted({person for role in roles for person in _holders(turn, role)})


def sends(turn: Turn, n: int) -> Iterator[Send]:
    """The messages as effects, one for each person. Prompts to one person at one instant bear the same id."""
    for index, message in enumerate(turn.messages):
        people = message["people"]
        assert isinstance(people, list)
        for person in people:
            part = f"{turn.at}/prompt" if message.get("rung") == "prompt" else f"{n}/{index}"
            yield Send(f"{turn.number}/{part}/{person}", person, message)
