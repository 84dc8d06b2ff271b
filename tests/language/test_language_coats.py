"""A definition has one meaning in both coats: the same findings, each at its own right place, and the same artifact.

Every program of the rules' pages, every program with marks in `tests/language` and `tests/rules`, and the broken
examples are printed as YAML and checked again. Code, place in the words of the definition, and headline must be the
same; under the carets must stand the same words, or the key that stands for the line that is marked.

Some findings exist in one coat only, for there is nothing of the kind in the other: a `.case` file has levels of
indent; a YAML file has tags, anchors, a style for each scalar, and a collection above each named line.
A line that can't be read is in no tree, so such a program can't be printed; for those the twins stand below by hand.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from textwrap import dedent

import pytest
from language_programs import ACME, HEADER, ROOT, under_carets

from casedsl.artifact.lock import Lock, Zone, read_lock
from casedsl.compile import Checked, Compiled, check, compile_case
from casedsl.rules import RULES, code_of, page_of
from casedsl.syntax.case import read_case
from casedsl.syntax.finding import Finding
from casedsl.syntax.language import LANGUAGE
from casedsl.syntax.places import place_name
from casedsl.syntax.printing import print_yaml
from casedsl.syntax.source import Source

LONDON = Zone("Europe/London", (1735603200, 1774746000), (0, 3600))
LOCK = Lock(2025, 2031, "0.50", "2026a", (), (LONDON,))
DAY = date(2026, 11, 2)
EXAMPLES = ROOT / "examples"
MOST_UNREAD = 20
_FILE = re.compile(r"^--- (\S+)\n", re.M)
_WORD = re.compile(r"[\w./-]+")
_ENTRY = re.compile(r"\{?[\w ]+: .*[\w}]")
_BETWEEN = ("to", "or", "is")
"""Words between the parts of a value that are no words in YAML: `more to 2`, `more: 2`."""

Files = Mapping[str, str]


# The programs.


def programs() -> Iterator[tuple[str, Files]]:
    acme = {"acme.case": ACME.decode()}
    for rule in RULES:
        for number, text in enumerate(_page(code_of(rule))):
            yield f"{code_of(rule)}-{number}", {"main.case": text, **acme}
    for name in ("permit", "objection"):
        yield name, _broken(name)
    for folder in ("language", "rules"):
        for file in sorted((ROOT / "tests" / folder).glob("test_*.py")):
            for test, text in _marked(file):
                yield f"{file.stem}-{test}", {**_files(text), **acme}


def _page(code: str) -> Iterator[str]:
    page = page_of(code) or ""
    for block in re.split(r"^(?=Wrong:|Right:)", page, flags=re.M)[1:]:
        yield dedent(block.partition("\n")[2]).strip("\n") + "\n"


def _broken(name: str) -> Files:
    files = {"main.case": f"{name}.case", "organisation.case": "organisation.case"}
    return {shown: (EXAMPLES / "broken" / file).read_text("utf-8") for shown, file in files.items()}


def _marked(file: Path) -> Iterator[tuple[str, str]]:
    """The docstrings that are programs, by the decorators of their tests."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        text = ast.get_docstring(node, clean=False) if isinstance(node, ast.FunctionDef) else None
        if isinstance(node, ast.FunctionDef) and text and any(_is_program(each) for each in node.decorator_list):
            yield node.name, text


def _is_program(decorator: ast.expr) -> bool:
    named = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(named, ast.Name) and named.id in ("program", "program_about")


def _files(text: str) -> dict[str, str]:
    first, *rest = _FILE.split(dedent(text).lstrip("\n"))
    begun = first if first.startswith(("case type", "organisation")) else HEADER + first
    return {"main.case": begun, **dict(zip(rest[::2], rest[1::2], strict=True))}


def in_yaml(files: Files) -> dict[str, str] | None:
    """The same files as YAML; None if a line of one can't be read."""
    printed = {}
    for name, text in files.items():
        document, found = read_case(Source(name, text if text.endswith("\n") else f"{text}\n"))
        if document is None or found:
            return None
        printed[f"{name}.yaml"] = print_yaml(document)
    return printed


PROGRAMS = dict(programs())
TWINS = {name: (files, twin) for name, files in PROGRAMS.items() if (twin := in_yaml(files)) is not None}


# Comparing.


def looked_at(files: Files, main: str) -> Checked:
    def read(name: str) -> bytes:
        if name not in files:
            raise FileNotFoundError(2, "No such file", name)
        return files[name].encode()

    return check(main, read, lock=LOCK, today=DAY)


def shown(checked: Checked, finding: Finding) -> tuple[str, str, str, str]:
    """A finding without its line: code, file, place in the words of the definition, headline."""
    documents = {document.file: document for document in checked.documents}
    place = place_name(documents[finding.span.file], finding.span)
    headline = re.sub(r"on line \d+", "on its line", finding.headline).replace(".case.yaml", ".case")
    return (finding.code, finding.span.file.removesuffix(".yaml"), place, headline)


def words_in(text: str) -> list[str]:
    return _WORD.findall(text)


def stands_for(case: str, yaml: str) -> bool:
    """Whether two texts under carets are the same words, or the second is the key of a line whose head is the first."""
    if _said(case) == _said(yaml):
        return True
    one, two = words_in(case), words_in(yaml)
    if _ENTRY.fullmatch(yaml):
        return [word for word in one if word not in _BETWEEN] == [word for word in two if word not in _BETWEEN]
    headed = any(case.startswith(f"{keyword} ") for keyword in LANGUAGE.keywords)
    return headed and two == [yaml] and yaml in one


def _said(text: str) -> str:
    """A text without quotes and escapes, and with one blank between its words."""
    return re.sub(r"\s+", " ", text.replace('"', "").replace("\\", "").strip("'"))


def same_in_both(case: Checked, yaml: Checked) -> None:
    pairs = [
        sorted((shown(checked, each), under_carets(checked, each.span)) for each in checked.findings)
        for checked in (case, yaml)
    ]
    assert [place for place, _ in pairs[0]] == [place for place, _ in pairs[1]]
    for (place, one), (_, two) in zip(*pairs, strict=True):
        assert stands_for(one, two), (place, one, two)


@pytest.mark.parametrize("name", TWINS)
def test_a_program_is_found_to_be_the_same_in_both_coats(name: str) -> None:
    case, yaml = TWINS[name]
    same_in_both(looked_at(case, "main.case"), looked_at(yaml, "main.case.yaml"))


def test_most_programs_can_be_printed_and_the_others_are_about_lines_that_cannot_be_read() -> None:
    unread = PROGRAMS.keys() - TWINS.keys()
    assert len(unread) <= MOST_UNREAD
    for name in unread:
        codes = {each.code for file, text in PROGRAMS[name].items() for each in read_case(Source(file, text))[1]}
        assert codes <= {"CD001", "CD003"}, name


def test_words_are_compared_and_so_are_keys() -> None:
    """The test of the test."""
    assert stands_for("state new", "new")
    assert stands_for("move to back after 2 days", "{move to: back, after: 2 days}")
    assert not stands_for("state new", "newer")
    assert not stands_for("clerk, chief", "clerk")
    assert not stands_for("clerk", "")
    assert not stands_for("clerk", "clerk,")


@pytest.mark.parametrize("name", ["permit", *(f"CD{number}-0" for number in (4, 5, 101, 106, 803, 810))])
def test_quotes_around_a_scalar_move_no_finding(name: str) -> None:
    """The words under the carets stay the same, whatever the style of the scalars they stand in."""
    name = re.sub(r"CD(\d)-", r"CD00\1-", name)
    _, yaml = TWINS[name]
    plain = looked_at(yaml, "main.case.yaml")
    for mark in ("'", '"'):
        styled = {
            file: re.sub(r"(?m)(: )([\w][^\"'{}\[\]#\n\\]*)$", rf"\1{mark}\2{mark}", text)
            for file, text in yaml.items()
        }
        assert styled != yaml
        same_in_both(plain, looked_at(styled, "main.case.yaml"))


# Lines that can't be read: the same slip, made by hand in both coats.


SLIPS = (
    ("a misspelled keyword", 'purpos "Unread."', 'purpose "Unread."', "purpos: ", "purpose: "),
    ("a keyword of nothing", 'colour "red"', 'purpose "red"', "colour: ", "purpose: "),
    ("a keyword of another block", 'subject "red"', 'purpose "red"', "subject: ", "purpose: "),
)
STATE = "first state new\n    {line}\n    on answer -> done\n        by clerk\nfinal state done\n"


@pytest.mark.parametrize(("wrong", "right", "key", "mended"), [slip[1:] for slip in SLIPS], ids=[s[0] for s in SLIPS])
def test_a_keyword_that_cannot_stand_there(wrong: str, right: str, key: str, mended: str) -> None:
    case = {"main.case": HEADER + STATE.format(line=wrong), "acme.case": ACME.decode()}
    yaml = in_yaml({"main.case": HEADER + STATE.format(line=right), "acme.case": ACME.decode()})
    assert yaml is not None
    assert yaml["main.case.yaml"].count(mended) == 1
    yaml["main.case.yaml"] = yaml["main.case.yaml"].replace(mended, key)
    (one,) = looked_at(case, "main.case").findings
    checked = looked_at(yaml, "main.case.yaml")
    (two,) = checked.findings
    assert one.code == two.code == "CD003"
    assert under_carets(checked, two.span) == key.removesuffix(": ")


OBJECTION = (
    ('purpos     "Nobody', 'purpose    "Nobody', "purpose: Nobody has read it", "purpos: Nobody has read it"),
    (
        'on ask "Ask the resident"',
        'on ask -> stay "Ask the resident"',
        "      ask:\n        to: stay\n",
        "      ask:\n",
    ),
)
"""The slips of a broken example that no tree holds: how they are mended in `.case`, and made anew in YAML."""


def test_the_broken_example_with_lines_that_cannot_be_read() -> None:
    files = dict(PROGRAMS["objection"])
    case = looked_at(files, "main.case")
    for wrong, right, _, _ in OBJECTION:
        assert files["main.case"].count(wrong) == 1
        files["main.case"] = files["main.case"].replace(wrong, right)
    yaml = in_yaml(files)
    assert yaml is not None
    for _, _, right, wrong in OBJECTION:
        assert yaml["main.case.yaml"].count(right) == 1
        yaml["main.case.yaml"] = yaml["main.case.yaml"].replace(right, wrong)
    checked = looked_at(yaml, "main.case.yaml")
    told = [sorted((each.code, under_carets(at, each.span)) for each in at.findings) for at in (case, checked)]
    assert [code for code, _ in told[0]] == [code for code, _ in told[1]]
    marks = {code: [text for each, text in told[1] if each == code] for code, _ in told[1]}
    assert marks["CD003"] == ["purpos"]
    assert marks["CD001"] == ["ask"]
    for code, text in told[0]:
        assert code == "CD001" or any(stands_for(text, other) for other in marks[code]), (code, text)


# A key that is missing or strange is one finding, whatever else stands beside it.


PRIORITY = "fields: {a: {type: 'scale 1..5'}}\npriority:\n  "


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        ("scor: a\n  in: 0..5\n", ["CD003"]),
        ("score: a\n  im: 0..5\n", ["CD003"]),
        ("score: a\n  in: 0..5\n  score: a\n  in: 0..5\n", ["CD002"]),
        ("score: a\n  in: 0..5\n  in: 0..5\n", ["CD002"]),
        ("score: a\n  in: 0..5\n  score: a\n", ["CD001"]),
        ("score: a\n", ["CD001"]),
        ("in: 0..5\n", ["CD001"]),
    ],
)
def test_one_slip_in_a_line_of_several_keys_is_one_finding(keys: str, found: list[str]) -> None:
    text = "case type: letter\nedition: 1\nuse: acme\n" + PRIORITY + keys
    text += "states:\n  new: {first: yes, on: {answer: {to: done, by: clerk, needs: a}}}\n  done: {final: yes}\n"
    files = {"main.case.yaml": text, "acme.case": ACME.decode()}
    assert [each.code for each in looked_at(files, "main.case.yaml").findings] == found


@pytest.mark.parametrize(
    "again",
    ["state new", "    on drop -> done\n        by clerk\n    on drop -> new\n        by clerk", "template note\n"
     '    subject "A"\n    body "B"\ntemplate note\n    subject "A"\n    body "C"'],
)  # fmt: skip
def test_a_name_that_stands_twice_is_said_in_the_same_words(again: str) -> None:
    begun = f"{HEADER}final state done\nfirst state new\n    on answer -> done\n        by clerk\n"
    files = {"main.case": f"{begun}{again}\n", "acme.case": ACME.decode()}
    twin = in_yaml(files)
    assert twin is not None
    checked = looked_at(files, "main.case")
    assert [each.code for each in checked.findings] == ["CD002"]
    same_in_both(checked, looked_at(twin, "main.case.yaml"))


# Artifacts.


LAWS = ("foi_request/foi_request", "subject_access/subject_access")
DEFINITIONS = ("complaint/complaint", "it_incident/it_incident", "draft_iesg/repaired", *LAWS)


def compiled(folder: Path, files: Files, main: str) -> Compiled:
    checked = looked_at(files, main)
    assert checked.case_type is not None
    assert [each for each in checked.findings if each.severity == "error"] == []
    lock = folder / "calendars.lock"
    done = compile_case(checked.case_type, _lock(lock) if lock.exists() else None)
    assert isinstance(done, Compiled), done
    return done


def _lock(file: Path) -> Lock:
    lock = read_lock(file.read_text("utf-8"))
    assert isinstance(lock, Lock)
    return lock


@pytest.mark.parametrize("name", DEFINITIONS)
def test_an_example_makes_the_same_bytes_in_both_coats(name: str) -> None:
    main = EXAMPLES / f"{name}.case"
    files = {file.name: file.read_text("utf-8") for file in main.parent.glob("*.case")}
    twin = in_yaml(files)
    assert twin is not None
    case, yaml = compiled(main.parent, files, main.name), compiled(main.parent, twin, f"{main.name}.yaml")
    assert case == yaml
    assert len(case.artifact) > 1000


KEPT = [file for file in sorted(EXAMPLES.rglob("*.case.yaml")) if file.parent.name != "broken"]


@pytest.mark.parametrize("file", KEPT, ids=lambda file: file.name)
def test_an_example_that_is_kept_in_yaml_is_its_twin(file: Path) -> None:
    """The files in the other coat beside the examples say what the examples say."""
    beside = file.with_suffix("")
    document, found = read_case(Source(beside.name, beside.read_text("utf-8")))
    assert found == ()
    assert document is not None
    assert print_yaml(document) == file.read_text("utf-8")
