"""Whatever is mixed up in an example, both coats say the same about it, word for word."""

from __future__ import annotations

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from mutant_trees import COATS, Step, refreshed, steps, with_behind, with_clause, with_other, without
from mutants import Example, Mutant, Run, examples, run

from casedsl.syntax.places import place_name
from casedsl.syntax.tree import Document

MOST_EDITS = 3
EDITS = ("drop", "say twice", "say elsewhere", "another value", "another name", "end or begin there")


@st.composite
def mixed_up(draw: st.DrawFn) -> Example:
    """An example in which lines are missing, stand twice or elsewhere, and say what others said."""
    example, which = draw(st.sampled_from(examples())), draw(st.sampled_from(("main", "main", "organisation")))
    document = example.main if which == "main" else example.organisation
    for _ in range(draw(st.integers(1, MOST_EDITS))):
        known = [step for step in steps(document) if step.path]
        if known:
            document = _edited(draw, document, known)
    new = refreshed(document)
    assume(new is not None)
    if new is None or which == "main":
        return replace(example, main=new or document)
    return replace(example, organisation=new)


def _edited(draw: st.DrawFn, document: Document, known: list[Step]) -> Document:
    step, edit = draw(st.sampled_from(known)), draw(st.sampled_from(EDITS))
    if edit == "drop":
        return without(document, step.path)
    if edit == "say twice":
        return with_behind(document, step.path, step.line)
    if edit == "say elsewhere":
        alike = [other for other in known if _owner(other) == _owner(step)]
        return with_behind(document, draw(st.sampled_from(alike)).path, step.line)
    if edit == "another name":
        return _with_another_name(draw, document, step, known)
    if edit == "end or begin there":
        return _with_a_flag(draw, document, step, known)
    return _with_another_value(draw, document, step, known)


def _with_another_name(draw: st.DrawFn, document: Document, step: Step, known: list[Step]) -> Document:
    if step.line.name is None or step.line.name.kind != "NAME":
        return document
    named = [other.line.name for other in known if other.line.name and other.line.name.kind == "NAME"]
    return with_other(document, step.path, replace(step.line, name=draw(st.sampled_from(named))))


def _with_a_flag(draw: st.DrawFn, document: Document, step: Step, known: list[Step]) -> Document:
    flags = [line.clauses[word] for _, line, _ in known for word in ("first", "final") if word in line.clauses]
    if step.line.keyword != "state" or {"first", "final"} & {*step.line.clauses} or not flags:
        return document
    flag = draw(st.sampled_from(flags))
    return with_clause(document, step.path, flag.text, flag)


def _with_another_value(draw: st.DrawFn, document: Document, step: Step, known: list[Step]) -> Document:
    clauses = [clause for clause, value in step.line.clauses.items() if value.kind != "FLAG"]
    if not clauses:
        return document
    clause = draw(st.sampled_from(clauses))
    kind = step.line.clauses[clause].kind
    values = [value for _, line, _ in known for value in line.clauses.values() if value.kind == kind]
    return with_clause(document, step.path, clause, draw(st.sampled_from(values)))


def _owner(step: Step) -> str:
    return step.above[-1].keyword if step.above else ""


def told(at: Run) -> list[tuple[str, str, str, str]]:
    """What is found, without lines: code, file, place in the words of the definition, headline."""
    documents = {document.file: document for document in at.checked.documents}
    files = {name: file for file, name in at.names.items()}
    return sorted(
        (
            each.code,
            files[each.span.file],
            place_name(documents[each.span.file], each.span),
            each.headline.replace(".case.yaml", ".case"),
        )
        for each in at.checked.findings
    )


@settings(derandomize=True, deadline=None, max_examples=40)
@given(mixed_up())
def test_both_coats_say_the_same(example: Example) -> None:
    case, yaml = (run(Mutant("mix it up", "", example, frozenset()), coat) for coat in COATS)
    assert told(case) == told(yaml)
