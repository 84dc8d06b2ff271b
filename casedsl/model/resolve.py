"""From trees to the model, on one page: admit, bind names, read each part, and say what is missing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from casedsl.model.admit import admitted
from casedsl.model.calendars import check_built_in
from casedsl.model.claims import claims_of
from casedsl.model.desk import Desk
from casedsl.model.expressions import Names
from casedsl.model.fields import fields_of
from casedsl.model.flow import Flow
from casedsl.model.journeys import journeys_of
from casedsl.model.lines import clause, name_of, title_of
from casedsl.model.organisation import class_names, organisation_of
from casedsl.model.priority import priority_of
from casedsl.model.promises import Promising, promise_of
from casedsl.model.records import CaseType, Organisation
from casedsl.model.scope import Scope, scope_of
from casedsl.model.texts import template_of
from casedsl.model.values import whole
from casedsl.syntax.constructs import EDITION
from casedsl.syntax.finding import Finding
from casedsl.syntax.span import Span
from casedsl.syntax.tree import Document, Line, Word, text_of

_NUMBER = re.compile(r"(?:[^{}]|\{year\})*\{sequence(?::[1-9])?\}(?:[^{}]|\{year\})*")


def resolve_organisation(documents: tuple[Document, ...]) -> tuple[Organisation, tuple[Finding, ...]]:
    """The organisation that some files make together, without a case type: what a check of such a file alone shows."""
    desk = Desk(documents)
    documents = tuple(admitted(document, desk) for document in documents)
    for document in documents:
        _edition(document, desk)
    scope = scope_of(_definitions(documents), _classes(documents), desk)
    return organisation_of(documents, scope, desk), tuple(desk.found)


def resolve(document: Document, used: tuple[Document, ...]) -> tuple[CaseType | None, tuple[Finding, ...]]:
    """The model of a case type and the organisation files that it uses.

    None where it has no first state. A model with errors among its findings is as complete as could be made; it may be
    shown, never compiled.
    """
    desk = Desk((document, *used), case_type=True)
    document, used = admitted(document, desk), tuple(admitted(other, desk) for other in used)
    for each in (document, *used):
        _edition(each, desk)
    scope = scope_of(_definitions((document, *used)), _classes(used), desk)
    organisation = organisation_of(used, scope, desk)
    fields = fields_of([field for block in document.all("fields") for field in block.all("field")], scope, desk)
    names = Names(fields, scope.names["event"].keys(), scope.names["promise"].keys())
    model = _case_type(document, scope, names, organisation, desk)
    return model, tuple(desk.found)


def _case_type(
    document: Document, scope: Scope, names: Names, organisation: Organisation, desk: Desk
) -> CaseType | None:
    finals = frozenset(name_of(line) for line in document.all("state") if "final" in line.clauses)
    flow = Flow(scope, names, finals, desk)
    states = {name_of(line): flow.state(line) for line in document.all("state")}
    bands = {name_of(band): band.span for line in document.all("priority") for band in line.all("band")}
    promising = Promising(scope, names.fields, bands, desk)
    promises = [promise for line in document.all("promise") if (promise := promise_of(line, promising))]
    model = CaseType(
        name_of(document.header),
        title_of(document.header),
        EDITION,
        _version(document, desk),
        _number(document, desk),
        organisation,
        names.fields,
        next((priority_of(line, names, desk) for line in document.all("priority")), None),
        {promise.name: promise for promise in promises},
        {name_of(line): flow.stage(line) for line in document.all("stage")},
        states,
        tuple(line for block in document.all("anywhere") for line in flow.transitions(block)),
        {name_of(line): template_of(line, scope, desk) for line in document.all("template")},
        document.header.head,
        journeys_of(document, scope, desk),
    )
    model = replace(model, claims=claims_of(document, scope, names, model, desk))
    check_built_in((promise.calendar for promise in promises), organisation, desk)
    _one_stage_speaks(model, desk)
    return model if _one_first(document, desk) else None


def _definitions(documents: tuple[Document, ...]) -> Mapping[str, list[Line]]:
    """Kind of name -> the lines that define one. A name that two files define stands twice."""
    found: dict[str, list[Line]] = {}
    for document in documents:
        for line in document.lines:
            if line.keyword in ("state", "stage", "template", "promise", "calendar", "role", "team"):
                found.setdefault(line.keyword, []).append(line)
            if line.keyword in ("state", "stage", "anywhere"):
                found.setdefault("event", []).extend(line.all("on"))
            if line.keyword == "fields":
                found.setdefault("field", []).extend(line.all("field"))
    return found


def _classes(documents: tuple[Document, ...]) -> Iterable[Word]:
    return class_names(line for document in documents for line in document.all("classes"))


def _edition(document: Document, desk: Desk) -> None:
    value = clause(document.header, "edition")
    if value is None:
        headline = "the file doesn't say in which edition of the language it is written"
        desk.missing(document.header, headline, "add `edition 1`")
    elif value.text != str(EDITION):
        desk.error(
            "CD010",
            value.span,
            f"edition {value.text} isn't known here; this compiler reads edition {EDITION}",
            "install a newer casedsl, or write the file in edition 1",
        )


def _version(document: Document, desk: Desk) -> int:
    value = clause(document.header, "version")
    version = 1 if value is None else whole(value, desk)
    if version == 0 and value is not None:
        desk.wrong(value.span, "versions are counted from 1", "write `version 1`")
    return version or 1


def _number(document: Document, desk: Desk) -> str:
    value = clause(document.header, "number")
    if not isinstance(value, Word):
        return "{year}-{sequence:5}"
    pattern = text_of(value)
    if not _NUMBER.fullmatch(pattern):
        desk.wrong(value.span, f"`{pattern}` doesn't make case numbers", 'write it as `"CMP-{year}-{sequence:5}"`')
    return pattern


def _one_first(document: Document, desk: Desk) -> bool:
    firsts = [line for line in document.all("state") if "first" in line.clauses]
    if not firsts and not document.torn:
        headline, way_out = "no state is the first", "write `first state NAME` for the state a case opens in"
        desk.missing(document.header, headline, way_out)
    for line in firsts[1:]:
        desk.twice(line.head, firsts[0].head, "a second state is the first", "a case opens in one state")
    for line in document.all("state"):
        if "final" in line.clauses and any(line.all("on", "prompt", "alert", "escalate to", "move to")):
            below = next(line.all("on", "prompt", "alert", "escalate to", "move to"))
            desk.error(
                "CD115",
                below.head,
                f"`{name_of(line)}` is final, and something still happens in it",
                "take the line out, or take away the word `final`",
            )
    return len(firsts) == 1


def _one_stage_speaks(case_type: CaseType, desk: Desk) -> None:
    """Where a state lies in two stages, at most one of them says what happens on an event, unless the state does."""
    own = {(state.name, line.event) for state in case_type.states.values() for line in state.transitions}
    said: dict[tuple[str, str], Span] = {}
    for stage in case_type.stages.values():
        states = dict.fromkeys(ref.name for ref in stage.states)
        for line in stage.transitions:
            shared = (state for state in states if (state, line.event) in said and (state, line.event) not in own)
            twice = next(shared, None)
            if twice:
                headline = f"two stages of `{twice}` say what happens on `{line.event}`"
                desk.twice(line.span, said[twice, line.event], headline, f"say it in `{twice}`, or in one stage")
            said |= {(state, line.event): line.span for state in states if (state, line.event) not in said}
