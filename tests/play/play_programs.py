"""Scenarios as tests: a story that says on a line what is so instead.

    then state is done      # INSTEAD[state is done] the case is in `new`

A mark stands on the line at which the scenario stops; in brackets the text under the carets (may be left out), behind
it a part of the headline or of a note. A scenario without a mark must come true. Every program is played in both coats.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache, wraps
from pathlib import Path
from textwrap import dedent

from language_programs import ACME, ROOT, under_carets
from msgspec.structs import replace

from casedsl.artifact.lock import Lock, read_lock
from casedsl.compile import Checked, Compiled, check, compile_case
from casedsl.model.scenarios import scenarios_of
from casedsl.play import Played, Theatre, play
from casedsl.syntax.case import read_case
from casedsl.syntax.printing import print_yaml
from casedsl.syntax.source import Source

LETTER = """\
case type letter "Letter"
    edition 1
    use "acme"
fields
    topic   text            "What is it about?"
    kind    choice          "What kind is it?"
        changed by clerk in new
        option plain    "Plain"
        option missed   "Missed"
    fee     money GBP       "What does it cost?"
    urgent  yes/no          "Is it urgent?"
    called  date and time   "When did we call?"
promise soon "You get an answer"
    within      2 working days
    calendar    office
    met by      answer
    pauses in   asked
    tell        customer when missed with late
first state new "New"
    team        desk
    prompt      assignee    after 2 working hours
    alert       chief       after 4 working hours
    escalate to chief       after 6 working hours
    on answer -> done "Answer"
        by      clerk, chief
        but not who did look
        needs   fee, urgent, called
        when    fee > 0 GBP
    on look -> stay "Look"
        by      clerk
    on ask -> asked "Ask"
        by      clerk
        needs   a note
state asked "Asked"
    waiting on  customer
    move to     back        after 3 calendar days
        purpose "Nobody answers."
    on reply -> back "Reply"
        by      customer, clerk for customer
    on drop -> done as dropped "Drop"
        by      clerk
final state done "Done"
anywhere
    on reply -> stay "A message"
        by      customer
        needs   a note
template late
    subject     "Late"
    body        "{topic}"
"""
_MARK = re.compile(r"# INSTEAD(?:\[((?:[^\]])+)\])? (.*)$")


def checked(text: str, name: str = "letter.case") -> Checked:
    """A definition as `casedsl check` sees it; `acme` stands beside it."""
    return looked_at(name, {"acme.case": ACME, name: text.encode()})


def looked_at(name: str, files: Mapping[str, bytes]) -> Checked:
    """A definition as `casedsl check` sees it where there are these files."""

    def read(file: str) -> bytes:
        if file not in files:
            raise FileNotFoundError(2, "No such file", file)
        return files[file]

    return check(file=name, read=read)


@cache
def lock() -> Lock:
    """The lock of the example, of one year: every definition compiles its calendars."""
    found = read_lock((ROOT / "examples" / "complaint" / "calendars.lock").read_text("utf-8"))
    assert isinstance(found, Lock)
    return replace(found, first_year=2026, last_year=2026)


def theatre_of(definition: Checked) -> Theatre:
    assert definition.case_type is not None
    compiled = compile_case(definition.case_type, lock())
    assert isinstance(compiled, Compiled), compiled
    return Theatre.of(definition.case_type, compiled)


def played(definition: Checked) -> list[Played]:
    """Every scenario of a definition, played."""
    told = "\n".join(f"{finding.span}: {finding.headline}" for finding in definition.findings)
    assert definition.sound, told
    assert definition.case_type is not None
    scenarios, found = scenarios_of(definition.documents[0], definition.case_type)
    assert found == ()
    theatre = theatre_of(definition)
    return [play(scenario, theatre) for scenario in scenarios]


def held(file: Path) -> None:
    """A definition in a folder with its organisation: all its scenarios come true, and in both coats."""
    text, organisation = file.read_text("utf-8"), (file.parent / "organisation.case").read_bytes()
    here, there = (
        played(looked_at(name, {name: told.encode(), "organisation.case": organisation}))
        for name, told in (("rule.case", text), ("rule.case.yaml", in_yaml(text)))
    )
    assert here, "a definition without a scenario proves nothing"
    assert [_said(each) for each in here] == [_said(each) for each in there]
    for each in here:
        failure = each.failure
        told = failure and f"line {failure.span.line}: {failure.headline}\n{failure.notes}"
        assert failure is None, f"{file.name}: {each.scenario.title}: {told}"


def in_yaml(text: str) -> str:
    document, found = read_case(Source("letter.case", text))
    assert found == ()
    assert document is not None
    return print_yaml(document)


def judge(stories: str, letter: str = LETTER) -> list[Played]:
    """Play the scenarios in both coats and hold them to their marks."""
    text = letter + dedent(stories).lstrip("\n")
    definition = checked(text)
    here, there = played(definition), played(checked(in_yaml(text), "letter.case.yaml"))
    marks = {number: mark for number, line in enumerate(text.split("\n"), 1) if (mark := _MARK.search(line))}
    stopped = [each.failure for each in here if each.failure is not None]
    told = "\n".join(f"{each.span}: {each.headline} {each.notes}" for each in stopped)
    assert [each.span.line for each in stopped] == sorted(marks), told
    for failure in stopped:
        under, part = marks[failure.span.line].groups()
        assert under in (None, re.sub(" +", " ", under_carets(definition, failure.span))), told
        assert any(part.strip() in said for said in (failure.headline, *(note for _, note in failure.notes))), told
    assert [_said(each) for each in here] == [_said(each) for each in there]
    return here


def _said(each: Played) -> tuple[object, ...]:
    failure = each.failure and (each.failure.headline, each.failure.notes)
    return each.scenario.title, failure, each.parts


def story(test: Callable[[], None]) -> Callable[[], None]:
    """A test whose docstring holds the scenarios that it plays."""

    @wraps(test)
    def run() -> None:
        judge(test.__doc__ or "")
        test()

    return run
