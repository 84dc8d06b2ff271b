"""The certificate of every example, and what becomes of it when an example is made wrong.

After a change write them again with `CASEDSL_UPDATE=1 pytest tests/certifying/test_certificates.py` and read them.
"""

from __future__ import annotations

import json
import os
from contextlib import chdir
from functools import cache
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from casedsl.certifying.certificate import Certificate, Theorem, certificate_of
from casedsl.certifying.schema import schema_text
from casedsl.certifying.telling import as_json, told
from casedsl.compile import check
from casedsl.rules import RULES, code_of

HERE = Path(__file__).parent
EXAMPLES = HERE.parents[1] / "examples"
NAMES = ("complaint", "foi_request", "it_incident", "subject_access", "draft_iesg/repaired")
STRONG = ("reached", "taken", "can end")


@cache
def text_of(name: str) -> str:
    folder, _, file = name.partition("/")
    return (EXAMPLES / folder / f"{file or folder}.case").read_text("utf-8")


def certified(name: str, text: str) -> Certificate:
    folder, _, file = name.partition("/")
    shown = f"{file or folder}.case"

    def read(asked: str) -> bytes:
        return text.encode() if asked == shown else Path(asked).read_bytes()

    with chdir(EXAMPLES / folder):
        return certificate_of(check(shown, read), "0")


def theorem(certificate: Certificate, id_: str) -> Theorem:
    return next(each for each in certificate.theorems if each.id == id_)


@pytest.mark.parametrize("name", NAMES)
def test_the_certificate_of_an_example(name: str) -> None:
    certificate = certified(name, text_of(name))
    file = HERE / f"{name.replace('/', '_')}.out"
    if "CASEDSL_UPDATE" in os.environ:
        file.write_text(told(certificate), "utf-8")
    assert told(certificate) == file.read_text("utf-8")
    assert all(theorem(certificate, id_).standing == "proved" for id_ in STRONG)
    assert all(each.places for each in certificate.theorems if each.id in STRONG)


def test_every_rule_is_told_of() -> None:
    told_of = [each.id for each in certified("complaint", text_of("complaint")).theorems]
    passed = [f"before {number}" for number in range(1, 4)]
    claims = [f"claim {number}" for number in range(1, 7)]
    assert told_of == [
        *STRONG,
        *passed,
        *claims,
        *(code_of(rule) for rule in RULES if code_of(rule) not in ("CD211", "CD299")),
    ]


def test_where_every_case_comes_by_is_told() -> None:
    """A door that goes round `answered` takes away what was proved of the cases behind it."""
    text = text_of("foi_request")
    said = [each.sentence for each in certified("foi_request", text).theorems if each.id.startswith("before")]
    assert "Every case that comes to `closed` as reviewed has been in `in_review`." in said
    door = text.replace("    on ", "    on rush -> in_review\n        by officer\n    on ", 1)
    assert door != text
    told_of = [each.sentence for each in certified("foi_request", door).theorems if each.id.startswith("before")]
    assert "Every case that comes to `closed` as reviewed has been in `in_review`." in told_of
    assert not any("`in_review` or" in each and "`answered`" in each for each in told_of)


def test_a_claim_is_told_in_the_words_of_its_author() -> None:
    text = text_of("complaint")
    told_of = theorem(certified("complaint", text), "claim 4")
    assert (told_of.sentence, told_of.standing) == ("only handler, supervisor may decide", "proved")
    broken = text.replace(
        "only handler, supervisor may decide",
        "# casedsl: ignore[CD211] -- legal decides from May on\nonly handler may decide",
    )
    assert broken != text
    told_of = theorem(certified("complaint", broken), "claim 4")
    assert (told_of.standing, told_of.why) == ("not proved", "some case breaks it")


def test_json_keeps_to_its_schema() -> None:
    schema = json.loads(schema_text())
    Draft7Validator.check_schema(schema)
    each = [certified(name, text_of(name)) for name in NAMES]
    data = json.loads(as_json(each, [("wrong.case", "2 errors")]))
    Draft7Validator(schema).validate(data)
    assert len(data["certificates"][0]["theorems"]) == len(each[0].theorems)
    data["certificates"][0]["theorems"][0]["standing"] = "believed"
    assert not Draft7Validator(schema).is_valid(data)


def test_a_way_that_no_case_takes_is_no_theorem() -> None:
    """The only event that leads on asks for what no case fulfils: no rule that looks at one guard alone says more."""
    text = text_of("foi_request")
    head, found, tail = text.partition("    on ")
    line, _, rest = tail.partition("\n")
    wrong = f"{head}{found}{line}\n        when     {line.split()[0]} has happened\n{rest}"
    certificate = certified("foi_request", wrong)
    assert theorem(certificate, "taken").standing == "not proved"
    assert line.split()[0] in {place.name.split()[0] for place in theorem(certificate, "taken").left_out}


def test_what_is_found_or_ignored_is_not_proved() -> None:
    lost = 'state lost "Lost"\n    team complaints\n    on find -> resolved "Find it"\n        by handler\n\n'
    text = text_of("complaint").replace("final state", f"{lost}final state", 1)
    certificate = certified("complaint", text)
    unreachable = theorem(certificate, "CD101")
    assert (unreachable.standing, unreachable.why) == ("not proved", "1 found")
    assert [place.name for place in theorem(certificate, "reached").left_out] == ["lost"]
    said = text.replace("state lost", "# casedsl: ignore[CD101] -- next year\nstate lost")
    ignored = certified("complaint", said)
    assert theorem(ignored, "CD101").standing == "not proved"
    assert [(finding.code, reason) for finding, reason in ignored.ignored if finding.code == "CD101"] == [
        ("CD101", "next year")
    ]
    assert "-- next year" in told(ignored)


def test_what_is_not_decided_takes_the_proof_away() -> None:
    text = (
        'case type sums "Sums"\n    edition 1\nfields\n    rate integer 0..999999 "Rate"\n'
        '    count integer 0..999999 "Count"\n'
        'first state new "New"\n    on answer -> done\n        by clerk\n        needs rate, count\n'
        '        when rate * count is 7919000031\nfinal state done "Done"\n'
    )
    acme = (HERE.parents[0] / "rules" / "acme.case").read_bytes()
    files = {"main.case": text.replace("edition 1\n", 'edition 1\n    use "acme"\n').encode(), "acme.case": acme}
    certificate = certificate_of(check("main.case", files.__getitem__), "0")
    assert [finding.code for finding in certificate.undecided] == ["CD299"]
    assert theorem(certificate, "CD208").standing == "not proved"
    assert theorem(certificate, "CD208").left_out
    assert theorem(certificate, "taken").standing == "not proved"
    assert theorem(certificate, "CD302").looked_at == "no field that a line sets"
