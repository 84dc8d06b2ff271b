"""What organisation files share and who uses it, so that a name is called unused only where everybody was asked.

One file can't tell: a role that this case type leaves alone may be the heart of the next one. So each file of a run is
summed up in a few words, and the judgement is made over all of them. The sum is small and holds nothing of the model: a
cache can keep it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from os.path import normpath

from msgspec import Struct

from casedsl.analysis.names import uses_of, uses_of_teams
from casedsl.model.records import Calendar, CaseType, Organisation, Role, Team
from casedsl.syntax.finding import Kind
from casedsl.syntax.span import Span


class Shared(Struct, frozen=True):
    """A role, team or calendar where it is defined. `bound` says that `may be both` names it."""

    kind: Kind
    name: str
    span: Span
    bound: bool = False


class Sharing(Struct, frozen=True):
    """What must be known of a file to judge the names that files share.

    Attributes:
      file: its name; `cases/../town.case` is `town.case`.
      asks: whether it is a case type, so that what it leaves alone counts.
      uses: the files that it uses, directly or through others; None where that isn't known.
      whole: whether nothing was lost in reading it or what it uses, so that it names nothing else.
      named: kind and name of what it uses.
      defines: what it shares itself, if it is an organisation file.
    """

    file: str
    asks: bool = False
    uses: tuple[str, ...] | None = None
    whole: bool = False
    named: frozenset[tuple[str, str]] = frozenset()
    defines: tuple[Shared, ...] = ()


UNREAD = Sharing("")
"""A file whose first line could not be read: what it uses isn't known."""


class Unused(Struct, frozen=True):
    """A shared name that none of these case types uses, though they use its file."""

    shared: Shared
    askers: tuple[str, ...]


def named_by(case_type: CaseType | None, organisation: Organisation | None) -> frozenset[tuple[str, str]]:
    """Kind and name of what a case type, or an organisation file, uses of what is shared."""
    if case_type is not None:
        uses = uses_of(case_type)
    elif organisation is not None:
        uses = uses_of_teams(organisation)
    else:
        return frozenset()
    kinds = (("role", uses.roles), ("team", uses.teams), ("calendar", uses.calendars))
    return frozenset((kind, name) for kind, names in kinds for name in names)


def defined_in(file: str, organisation: Organisation | None) -> tuple[Shared, ...]:
    """What a file itself shares, in its order; what it uses of others is theirs."""
    if organisation is None:
        return ()
    both = {name for names in organisation.may_be_both for name in names}
    kinds: tuple[tuple[Kind, Mapping[str, Calendar | Role | Team]], ...] = (
        ("calendar", organisation.calendars),
        ("role", organisation.roles),
        ("team", organisation.teams),
    )
    found = [
        Shared(kind, name, item.span, kind == "role" and name in both)
        for kind, items in kinds
        for name, item in items.items()
        if item.span.file == file
    ]
    return tuple(sorted(found, key=lambda shared: shared.span))


def unused(sharings: Iterable[Sharing]) -> Iterator[Unused]:
    """The shared names that no file uses: of each organisation file among these that a case type uses, unless one that
    may use it could not be read whole."""
    known = {normpath(sharing.file): sharing for sharing in sharings}
    users: dict[str, list[Sharing]] = {}
    for sharing in known.values():
        if sharing.uses is None:
            return
        for file in dict.fromkeys(map(normpath, sharing.uses)):
            users.setdefault(file, []).append(sharing)
    for file in (file for file in users if file in known):
        yield from _unused_of(known[file], users[file])


def _unused_of(shares: Sharing, users: list[Sharing]) -> Iterator[Unused]:
    """A user is whole only if the file that it uses is."""
    askers = tuple(sorted(user.file for user in users if user.asks))
    if askers and all(user.whole for user in users):
        named = shares.named.union(*(user.named for user in users))
        yield from (Unused(item, askers) for item in shares.defines if (item.kind, item.name) not in named)
