"""Who is who in a scenario: its people, and whoever is meant where it says a role."""

from __future__ import annotations

from itertools import combinations

from casedsl_runtime.vocabulary import ASSIGNEE
from msgspec import Struct

from casedsl.model.desk import Desk
from casedsl.model.lines import name_of, title_of
from casedsl.model.records import Organisation
from casedsl.model.scenarios.records import Person
from casedsl.model.values import words_of
from casedsl.syntax.span import Span
from casedsl.syntax.tree import Line, Value, Word

NOBODY = "nobody"
"""Who it is where `then` denies something of everybody; no person is called so."""


class Cast(Struct):
    """The people of a scenario by name. A role stands for the first of them who holds it; where none does, somebody
    with the role's name joins them."""

    organisation: Organisation
    people: dict[str, Person]
    desk: Desk

    def person(self, value: Value | None) -> str | None:
        """The person whom a name means; None, with a finding, where it is nobody's."""
        word = next(words_of(value), None)
        if word is None:
            return None
        if word.text in self.people:
            return word.text
        if word.text in self.organisation.roles:
            return self.holder(word.text, word.span)
        self.desk.unknown("person", word, (*self.people, *self.organisation.roles))
        return None

    def holder(self, role: str, span: Span) -> str:
        """Who acts where only a role is named."""
        known = next((person.id for person in self.people.values() if role in person.roles), None)
        if known is None:
            self.people[role] = Person(role, self.organisation.roles[role].title, (role,), span)
        return known or role

    def opener(self, span: Span) -> str | None:
        """Who opens the case where nobody is named: somebody from outside, if there is such a role."""
        roles = [role.name for role in self.organisation.roles.values() if role.outside]
        first = next(iter((*roles, *self.organisation.roles)), None)
        if first is None:
            self.desk.error(
                "CD011", span, "nobody can open the case: there is no role", "define a role in an organisation file"
            )
            return None
        return self.holder(first, span)


def cast_of(line: Line, organisation: Organisation, desk: Desk) -> Cast:
    """The cast that the `person` lines of a scenario name."""
    people: dict[str, Person] = {}
    for below in line.all("person"):
        person = _person(below, organisation, desk)
        if person.id in people:
            first = people[person.id].span
            desk.twice(below.head, first, f"`{person.id}` stands twice", "one line says all roles of a person")
        elif person.id in (ASSIGNEE, NOBODY):
            headline = f"`{person.id}` has a meaning of its own and can't name a person"
            desk.error("CD004", below.head, headline, "choose another name")
        elif person.id in organisation.roles:
            first = organisation.roles[person.id].span
            desk.twice(below.head, first, f"`{person.id}` names a role and a person", "give the person another name")
        else:
            people[person.id] = person
    return Cast(organisation, people, desk)


def _person(line: Line, organisation: Organisation, desk: Desk) -> Person:
    roles: dict[str, Word] = {}
    for word in words_of(line.clauses["is"]):
        if word.text not in organisation.roles:
            desk.unknown("role", word, organisation.roles)
        else:
            roles.setdefault(word.text, word)
    for one, other in combinations(roles, 2):
        if not any(one in both and other in both for both in organisation.may_be_both):
            headline = f"one person can't be `{one}` and `{other}`"
            desk.wrong(roles[other].span, headline, f"make it two people, or add `may be both {one}, {other}`")
    return Person(name_of(line), title_of(line), tuple(roles), line.head)
