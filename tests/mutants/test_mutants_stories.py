"""Whatever a scenario of an example says must be so is looked at: told otherwise, it fails at its line.

Each `then` of each example is told otherwise in every way it can be (another state, another minute, met for missed, was
for was not), printed in both coats, and played on the runtime. The scenario must stop there and nowhere before: so what
stands above it is true still, and the line itself isn't true of any case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path as File

import pytest
from click.testing import CliRunner
from msgspec.structs import replace
from mutant_trees import COATS, Spot, Step, steps, stretch_of, with_clause, with_text
from mutants import EXAMPLES

from casedsl.artifact.lock import Lock, read_lock
from casedsl.cli import casedsl
from casedsl.compile import Compiled, check, compile_case
from casedsl.model.scenarios import scenarios_of
from casedsl.play import Theatre, play
from casedsl.syntax.case import read_case
from casedsl.syntax.source import Source
from casedsl.syntax.tree import Document
from casedsl.syntax.yaml.reader import read_yaml

NAMES = ("complaint", "foi_request", "it_incident", "subject_access")
READERS = {".case": read_case, ".case.yaml": read_yaml}
_FACTS = ("met", "missed", "cancelled")
_STANDS = (*_FACTS, "running", "paused")
_SWAPS = (
    (r"(\w+) (was|may) not (.+)", r"\1 \2 \3"),
    (r"(\w+) (was|may) (?!not\b)(.+)", r"\1 \2 not \3"),
    (r"(\w+) is not set", r"\1 is set"),
    (rf"(\w+) is (?!{'|'.join(_STANDS)}|due|responsible|not\b)(.+)", r"\1 is not set"),
)
"""An outcome and its contrary."""


@cache
def theatre_of(name: str) -> Theatre:
    checked = check(str(EXAMPLES / name / f"{name}.case"), lambda file: File(file).read_bytes())
    lock = read_lock((EXAMPLES / name / "calendars.lock").read_text("utf-8"))
    assert checked.case_type is not None
    assert isinstance(lock, Lock)
    compiled = compile_case(checked.case_type, lock)
    assert isinstance(compiled, Compiled)
    return Theatre.of(checked.case_type, compiled)


def stories(name: str) -> Iterator[Document]:
    """The example as many times as it has scenarios, each time with one of them and nothing else."""
    document, found = read_case(Source(f"{name}.case", (EXAMPLES / name / f"{name}.case").read_text("utf-8")))
    assert document is not None
    assert found == ()
    for line in document.lines:
        if line.keyword == "scenario":
            yield replace(document, lines=(line,), end=())


def retold(name: str) -> Iterator[tuple[Document, Step]]:
    """Each story with one `then` that is told otherwise, and that line."""
    for story in stories(name):
        for step in steps(story):
            if step.line.keyword == "then":
                yield from ((new, step) for new in _otherwise(name, story, step))


def _otherwise(name: str, story: Document, step: Step) -> Iterator[Document]:
    text = " ".join(step.line.clauses["then"].text.split())
    for other in _others(name, text, _FACTS if "at" in step.line.clauses else _STANDS):
        plain = story if " may not " in other else with_clause(story, step.path, "because", None)
        yield with_text(plain, step.path, "then", other)
    if "at" in step.line.clauses:
        yield with_text(story, step.path, "at", _another_minute(step.line.clauses["at"].text))


def _others(name: str, text: str, standings: tuple[str, ...]) -> Iterator[str]:
    case_type = theatre_of(name).case_type
    place, stands = re.match(r"state is (\w+)", text), re.fullmatch(rf"(\w+) is ({'|'.join(_STANDS)})", text)
    if place is not None:
        yield f"state is {next(state for state in case_type.states if state != place[1])}"
    elif stands is not None:
        yield from (f"{stands[1]} is {word}" for word in standings if word != stands[2])
    elif text.endswith("is responsible"):
        roles = (role.name for role in case_type.organisation.roles.values() if not role.outside)
        yield f"{next(role for role in roles if role != text.split()[0])} is responsible"
    else:
        yield from (re.sub(was, now, text) for was, now in _SWAPS if re.fullmatch(was, text))


def _another_minute(moment: str) -> str:
    day, hour, minute = re.split(r"[ :]+", moment)
    return f"{day} 23:59" if hour == "24" else f"{day} {hour}:{(int(minute) + 1) % 60:02}"


@pytest.mark.parametrize("coat", COATS)
@pytest.mark.parametrize("name", NAMES)
def test_what_is_told_otherwise_fails_at_its_line(name: str, coat: str) -> None:
    theatre, told = theatre_of(name), 0
    for story, step in retold(name):
        text = COATS[coat](story)
        document, found = READERS[coat](Source(f"{name}{coat}", text))
        assert document is not None
        assert found == (), text
        known, findings = scenarios_of(document, theatre.case_type)
        assert findings == (), text
        failure = play(known[0], theatre).failure
        row = stretch_of(document, coat, text, Spot(step.path, "then")).row
        assert failure is not None, text.split("\n")[row]
        assert failure.span.line - 1 == row, f"{failure.headline}\n{text}"
        told += 1
    assert told >= len([step for story in stories(name) for step in steps(story) if step.line.keyword == "then"])


@pytest.mark.parametrize("coat", COATS)
def test_casedsl_test_stops_at_that_line_and_plays_the_others(coat: str, tmp_path: File) -> None:
    for file in (EXAMPLES / "it_incident").iterdir():
        if file.name.endswith(coat) or file.name == "calendars.lock":
            (tmp_path / file.name).write_bytes(file.read_bytes())
    main = tmp_path / f"it_incident{coat}"
    text = main.read_text("utf-8")
    rows = text.split("\n")
    (row,) = [number for number, line in enumerate(rows, 1) if "is due" in line and "2026-10-25 05:00" in line]
    main.write_text(text.replace(rows[row - 1], rows[row - 1].replace("05:00", "06:00")), "utf-8")
    done = CliRunner().invoke(casedsl, ["test", str(main)], standalone_mode=False)
    assert done.return_value == 1
    assert re.findall(r"--> \S+:(\d+):", done.output) == [str(row)]
    assert "7 of 8 scenarios came true" in done.output
