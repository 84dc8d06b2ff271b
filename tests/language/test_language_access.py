"""Classes of data, who sees and who supplies a field: what is read of them, and every slip."""

from __future__ import annotations

import pytest
from language_programs import files_of, looked_at, program

from casedsl.artifact.lower import lowered
from casedsl.model.records import CaseType
from casedsl.syntax.case import read_case
from casedsl.syntax.printing import print_yaml
from casedsl.syntax.source import Source

WARD = """\
--- ward.case
organisation ward
    edition 1
classes
    order public < internal < secret
    default internal
role nurse "Nurse"
    cleared for secret
role porter "Porter"
role patient "Patient" outside
"""
LETTER = """\
case type letter
    edition 1
    use "ward"
fields
    plain   text
    opened  text
        class   secret
        seen by porter, patient after answer
        from    patient, nurse
first state new
    on answer -> done
        by nurse
        needs plain, opened
final state done
"""


def model(text: str) -> CaseType:
    checked = looked_at(files_of(text))
    assert checked.findings == ()
    assert checked.case_type is not None
    return checked.case_type


def test_what_is_said_reaches_the_artifact_with_its_defaults() -> None:
    workflow = lowered(model(LETTER + WARD))
    assert workflow.classes == ("public", "internal", "secret")
    cleared = {role.name: role.cleared_for for role in workflow.roles}
    assert cleared == {"nurse": "secret", "porter": "public", "patient": "public"}
    plain, opened = workflow.fields
    assert (plain.sensitivity, plain.seen_by, plain.seen_after, plain.sources) == ("internal", (), None, ())
    assert (opened.sensitivity, opened.seen_by) == ("secret", ("porter", "patient"))
    assert (opened.seen_after, opened.sources) == ("answer", ("patient", "nurse"))


def test_both_coats_say_the_same() -> None:
    files = files_of(LETTER + WARD)
    document, found = read_case(Source("main.case", files["main.case"]))
    organisation, others = read_case(Source("ward.case", files["ward.case"]))
    assert document is not None
    assert organisation is not None
    assert (found, others) == ((), ())
    yaml = {"main.case.yaml": print_yaml(document), "ward.case.yaml": print_yaml(organisation)}
    here, there = model(LETTER + WARD), looked_at(yaml, "main.case.yaml").case_type
    assert there is not None
    assert lowered(here) == lowered(there)
    assert "seen by: [porter, patient]" in yaml["main.case.yaml"]
    assert "order: [public, internal, secret]" in yaml["ward.case.yaml"]


def test_without_classes_an_artifact_has_none() -> None:
    workflow = lowered(model('fields\n    fee integer\n        from clerk\nfirst state new\n    on go -> done\n'
                             '        by clerk\n        needs fee\nfinal state done\n--- acme.case\n'
                             'organisation acme\n    edition 1\nrole clerk "Clerk"\n'))  # fmt: skip
    assert workflow.classes == ()
    assert [role.cleared_for for role in workflow.roles] == [None]
    assert (workflow.fields[0].sensitivity, workflow.fields[0].sources) == (None, ("clerk",))


@program
def test_names_that_are_not_there() -> None:
    """
    fields
        fee integer
            class  secrets              # CD004[secrets] there is no class `secrets`
            from   clerks               # CD004[clerks] there is no role `clerks`
            seen by clark after answers # CD004[clark] there is no role # CD004[answers] there is no event `answers`
    first state new
        on answer -> done
            by clerk
            needs fee
    final state done
    """


@program
def test_what_would_promise_a_protection_that_is_not_there() -> None:
    """
    case type letter
        edition 1
        use "plain"
    fields
        fee integer
            class secret                # CD004[secret] there is no class `secret`
        tip_ integer
            seen by clerk               # CD011 `tip_` says who sees it, and without `classes` everybody
    first state new
        on answer -> done
            by clerk
            needs fee, tip_
    final state done
    --- plain.case
    organisation plain
        edition 1
    role clerk "Clerk"
        cleared for secret              # CD004[secret] there is no class `secret`
    """


@program
def test_two_orders_are_two_policies() -> None:
    """
    case type letter
        edition 1
        use "ward"
    first state new
        on answer -> done
            by clerk
    final state done
    --- ward.case
    organisation ward
        edition 1
        use "shelf"
    classes                             # CD002[classes] two files say something else about the classes of data
        order internal < public < secret
        default public
    --- shelf.case
    organisation shelf
        edition 1
        use "acme"
    classes
        order public < internal < secret
        default public
    """


@program
def test_two_defaults_are_two_policies() -> None:
    """
    case type letter
        edition 1
        use "ward"
    first state new
        on answer -> done
            by clerk
    final state done
    --- ward.case
    organisation ward
        edition 1
        use "acme"
    classes                             # CD002[classes] two files say something else about the classes of data
        order public < internal < secret
        default internal
    """


@program
def test_a_block_that_does_not_say_enough() -> None:
    """
    organisation ward
        edition 1
    classes                             # CD011[classes] `classes` doesn't say which class a field has that says nothing
        order public < internal
    role nurse "Nurse"
        cleared for secret              # CD004[secret] there is no class `secret`
    """


@program
def test_a_block_without_an_order_is_one_finding() -> None:
    """
    organisation ward
        edition 1
    classes                             # CD011[classes] `classes` doesn't say which classes there are
        default public
    role nurse "Nurse"
        cleared for secret
    """


@program
def test_an_order_that_can_not_be_read_is_one_finding() -> None:
    """
    case type letter
        edition 1
        use "ward"
    fields
        fee integer
            class secret
            seen by nurse
    first state new
        on answer -> done
            by nurse
            needs fee
    final state done
    --- ward.case
    organisation ward
        edition 1
    classes
        order public <<< secret         # CD001
        default public
    role nurse "Nurse"
        cleared for secret
    """


@pytest.mark.parametrize("line", ["seen by", "seen by after answer", "from", "class", "class a, b"])
def test_a_line_that_says_nothing_is_found_at_the_line(line: str) -> None:
    text = LETTER.replace("        class   secret\n", f"        {line}\n") + WARD
    assert {finding.span.line for finding in looked_at(files_of(text)).findings} >= {7}
