"""Names that are too alike, and names that nothing uses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from casedsl.analysis.facts import Facts
from casedsl.analysis.lookalike import difference, foreign, singular, skeleton
from casedsl.analysis.names import Named, names_in, uses_of
from casedsl.analysis.sharing import Sharing, Unused, unused
from casedsl.syntax.finding import Edit, Finding, Fix, Kind, Label, Subject
from casedsl.syntax.span import Span
from casedsl.syntax.spelling import listed


def cd008_look_alike_name(facts: Facts) -> Iterator[Finding]:
    """Two names differ in more than capital letters, underscores, or letters of another script that look the same; and
    two names of one kind in more than singular and plural.

    Whoever reads `answered` and `Answered` takes them for one, and so does whoever writes them: events and endings are
    defined by being written, so a slip makes a second one and nobody is told. A team, a calendar, a
    band, an ending and an option stand where nothing else can, so each is compared with its own kind only.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            on answer -> done as answered
                by clerk
            on reply -> done as Answered               # CD008
                by clerk
        final state done "Done"

    Right:

        case type letter "Letter"
            edition 1
            use "acme"
        first state new "New"
            on answer -> done as answered
                by clerk
            on reply -> done as answered
                by clerk
        final state done "Done"
    """
    if any(finding.severity == "error" for finding in facts.found):
        return
    own = facts.case_type.span.file if facts.case_type else ""
    first: dict[tuple[str, str, str], Named] = {}
    for named in sorted(
        names_in(facts.case_type, facts.organisation), key=lambda named: (named.span.file == own, named.span)
    ):
        bones = skeleton(named.name)
        alike, plural = (named.family, "", bones), (named.family, named.kind, singular(bones))
        other = first.get(alike) or first.get(plural)
        if other is None:
            first[alike] = first[plural] = named
        elif other.name != named.name:
            yield _alike(named, other)


def _alike(named: Named, other: Named) -> Finding:
    strange = foreign(named.name) or foreign(other.name)
    return Finding(
        "CD008",
        "warning",
        named.span,
        f"{other.kind} `{other.name}` and {named.kind} `{named.name}` differ only {difference(named.name, other.name)}",
        about=(Subject(other.kind, other.name), Subject(named.kind, named.name)),
        labels=(Label(other.span, f"`{other.name}` stands here"),),
        notes=(("why", strange),) if strange else (),
        way_out=f"write `{other.name}` if the same is meant, else choose a name that can't be mistaken",
    )


def cd009_unused(facts: Facts) -> Iterator[Finding]:
    """Every field and every template of a case type is used somewhere; so is every role, team and calendar of an
    organisation file, in some case type that uses the file.

    A field that no event needs and nothing sets or reads is asked in vain: each one costs whoever fills in the form. A
    field that somebody may amend counts as used. What an organisation file shares is judged only where that file is
    checked together with what uses it (`casedsl check FOLDER`), over all of it; alone, nothing is said. Where nothing
    names a name, no case is treated otherwise without it.

    Wrong:

        case type letter "Letter"
            edition 1
            use "acme"
        fields
            colour text "What colour is the envelope?" # CD009
            reply text "What do we answer?"
        first state new "New"
            on answer -> done
                by clerk
                needs reply
        final state done "Done"
        template late                                  # CD009
            subject "We are late"
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
        final state done "Done"
        template answered
            subject "Our answer"
            body "{reply}"
    """
    case_type = facts.case_type
    if case_type is None or facts.graph is None:
        return
    uses = uses_of(case_type)
    for field in case_type.fields.values():
        if field.name not in uses.fields:
            yield _unused(_Spare("field", field.name, field.span, _FIELD, len(case_type.fields) > 1))
    for template in case_type.templates.values():
        if template.name not in uses.templates:
            yield _unused(_Spare("template", template.name, template.span, "nothing sends it"))


def unused_shared(sharings: Iterable[Sharing]) -> Iterator[Finding]:
    """CD009 over files that were checked together: what they share and none of them uses."""
    return (_unused(_spare(each)) for each in unused(sharings))


_FIELD = "no event needs it, nothing sets it, and no condition, message or hand-over reads it"


class _Spare(NamedTuple):
    kind: Kind
    name: str
    span: Span
    why: str
    removable: bool = True


def _spare(found: Unused) -> _Spare:
    shared, files = found.shared, listed(found.askers)
    return _Spare(shared.kind, shared.name, shared.span, f"{files} could, and none does", not shared.bound)


def _unused(spare: _Spare) -> Finding:
    line = Fix(f"take out {spare.kind} `{spare.name}`", False, (Edit(spare.span, None),))
    return Finding(
        "CD009",
        "warning",
        spare.span,
        f"{spare.kind} `{spare.name}` is used nowhere",
        about=(Subject(spare.kind, spare.name),),
        notes=(("why", spare.why),),
        way_out="use it, or take it out",
        fix=line if spare.removable else None,
    )
