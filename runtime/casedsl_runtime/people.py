"""Who there is: people, the roles that they hold, and whether the workflow lets one person hold them together.

The directory is plain data, `{id: {"name": "Kim", "roles": ["handler"], "mail": "kim@example.org"}}`, so that it can
come from a file, a table or an identity provider; `mail`, where somebody is written to, may be left out. Two roles in
one pair of hands must be allowed by a `may be both` line; `directory_problems` says where that, or anything else, does
not hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from casedsl_runtime.artifact import Workflow

_ADDRESS = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+")
"""What can be a mail address at all; which ones mail can be sent to is for the channel to say."""


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    name: str
    roles: tuple[str, ...] = ()
    mail: str | None = None


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
    roles, mail = about["roles"], about.get("mail")
    held = tuple(map(str, roles)) if isinstance(roles, (list, tuple)) else ()
    return Person(who, str(about["name"]), held, None if mail is None else str(mail))


def directory_problems(data: object, *workflows: Workflow) -> list[str]:
    """What is wrong with the data of a directory for these workflows, as sentences. Each of them knows roles of its
    own: one that any of them has is known. Without a workflow only the form is looked at."""
    if not isinstance(data, Mapping):
        return ['people are given as {"kim": {"name": "Kim", "roles": ["handler"]}}']
    return [problem for who, about in data.items() for problem in _entry_problems(who, about, workflows)]


def _entry_problems(who: object, about: object, workflows: Sequence[Workflow]) -> Iterator[str]:
    if not isinstance(who, str) or not who or not who.isprintable() or who != who.strip():
        yield f"{ascii(who)[:40]} can't be a person's id: use a short text such as `kim`"
    elif not isinstance(about, Mapping) or not {"name", "roles"} <= set(about) <= {"name", "roles", "mail"}:
        yield f"`{who}` needs exactly a `name` and `roles`, and may have `mail`"
    elif not isinstance(about["name"], str) or not about["name"].strip() or not about["name"].isprintable():
        yield f"`{who}` needs a name of one line"
    elif not isinstance(about["roles"], (list, tuple)) or not all(isinstance(role, str) for role in about["roles"]):
        yield f"the roles of `{who}` are given as a list of names"
    elif not _is_address(about.get("mail")):
        yield f"the `mail` of `{who}` is one address such as `kim@example.org`"
    else:
        yield from _role_problems(who, tuple(about["roles"]), workflows)


def _is_address(mail: object) -> bool:
    return mail is None or (isinstance(mail, str) and mail.isprintable() and _ADDRESS.fullmatch(mail) is not None)


def _role_problems(who: str, roles: tuple[str, ...], workflows: Sequence[Workflow]) -> Iterator[str]:
    known = list(dict.fromkeys(role.name for workflow in workflows for role in workflow.roles))
    names = list(dict.fromkeys(workflow.name for workflow in workflows))
    whose = "its" if len(names) == 1 else "their"
    for role in roles:
        if workflows and role not in known:
            where = " or ".join(names)
            yield f"`{who}` holds `{role}`, which is no role of {where}; {whose} roles are {', '.join(known)}"
    for one, other in combinations(sorted(set(roles)), 2):
        if not all(_may_be_both(one, other, workflow) for workflow in workflows):
            yield f"`{who}` holds `{one}` and `{other}`: add `may be both {one}, {other}`, or make it two people"


def _may_be_both(one: str, other: str, workflow: Workflow) -> bool:
    """Whether a workflow has nothing against both roles in one pair of hands; one that lacks either doesn't mind."""
    known = {role.name for role in workflow.roles}
    return not {one, other} <= known or any({one, other} <= set(allowed) for allowed in workflow.may_be_both)
