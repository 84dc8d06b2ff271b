"""Who there is: people, the roles that they hold, and whether the workflow lets one person hold them together.

The directory is plain data, `{id: {"name": "Kim", "roles": ["handler"]}}`, so that it can come from a file, a table or
an identity provider. Two roles in one pair of hands must be allowed by a `may be both` line; `directory_problems` says
where that, or anything else, does not hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from casedsl_runtime.artifact import Workflow


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    name: str
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Directory:
    """The people, by id."""

    people: Mapping[str, Person]

    @classmethod
    def of(cls, data: Mapping[str, Mapping[str, object]]) -> Directory:
        """A directory from plain data that `directory_problems` has nothing against."""
        return cls({who: _person(who, about) for who, about in sorted(data.items())})

    def get(self, who: str) -> Person | None:
        return self.people.get(who)

    def holding(self, role: str) -> tuple[Person, ...]:
        """Everybody who holds a role, by id."""
        return tuple(person for person in self.people.values() if role in person.roles)


def _person(who: str, about: Mapping[str, object]) -> Person:
    roles = about["roles"]
    return Person(who, str(about["name"]), tuple(map(str, roles)) if isinstance(roles, (list, tuple)) else ())


def directory_problems(data: object, workflow: Workflow) -> list[str]:
    """What is wrong with the data of a directory for this workflow, as sentences."""
    if not isinstance(data, Mapping):
        return ['people are given as {"kim": {"name": "Kim", "roles": ["handler"]}}']
    return [problem for who, about in data.items() for problem in _entry_problems(who, about, workflow)]


def _entry_problems(who: object, about: object, workflow: Workflow) -> Iterator[str]:
    if not isinstance(who, str) or not who or not who.isprintable() or who != who.strip():
        yield f"{ascii(who)[:40]} can't be a person's id: use a short text such as `kim`"
    elif not isinstance(about, Mapping) or set(about) != {"name", "roles"}:
        yield f"`{who}` needs exactly a `name` and `roles`"
    elif not isinstance(about["name"], str) or not about["name"].strip() or not about["name"].isprintable():
        yield f"`{who}` needs a name of one line"
    elif not isinstance(about["roles"], (list, tuple)) or not all(isinstance(role, str) for role in about["roles"]):
        yield f"the roles of `{who}` are given as a list of names"
    else:
        yield from _role_problems(who, tuple(about["roles"]), workflow)


def _role_problems(who: str, roles: tuple[str, ...], workflow: Workflow) -> Iterator[str]:
    known = [role.name for role in workflow.roles]
    for role in roles:
        if role not in known:
            yield f"`{who}` holds `{role}`, which is no role of {workflow.name}; its roles are {', '.join(known)}"
    for one, other in combinations(sorted(set(roles)), 2):
        if not any(one in allowed and other in allowed for allowed in workflow.may_be_both):
            yield f"`{who}` holds `{one}` and `{other}`: add `may be both {one}, {other}`, or make it two people"
