"""A definition that nobody here wrote: the IETF's document states. The faithful file says what its source says and
lists what the rules find in it; the repaired one is sound, differs only where it says why, and takes a draft to an RFC.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import SequenceMatcher
from html import unescape
from pathlib import Path
from random import Random

import pytest
from casedsl_runtime import Directory, Do, Host, MemoryStore

from casedsl.compile import Checked, Compiled, check, compile_case
from casedsl.model.records import CaseType
from casedsl.transit import Press, chart

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "draft_iesg"
DATA, ORIGINAL, REPAIRED = "states.json", "draft_iesg.case", "repaired.case"
RULE = re.compile(r"#   (CD\d{3})  (.+)")
NAMES = re.compile(r"# {10}(\w+(?:, \w+)*,?)")
HEADER = re.compile(r"(?:case type|(?:first |final )?state) (\w+)")
REASON = re.compile(r"(?:^ *| {2,})# (?:end|who): \S+ \S+")


def text_of(name: str) -> str:
    return (EXAMPLE / name).read_text("utf-8")


def looked_at(name: str, text: str | None = None) -> Checked:
    """A file of the example, checked; with `text` in its place if it is given."""
    given = {} if text is None else {name: text.encode()}
    return check(name, lambda file: given.get(file) or (EXAMPLE / file).read_bytes())


def case_type_of(name: str) -> CaseType:
    case_type = looked_at(name).case_type
    assert case_type is not None
    return case_type


def body(name: str) -> list[str]:
    """The lines of a definition without the comment at its head."""
    lines = text_of(name).splitlines()
    return lines[next(number for number, line in enumerate(lines) if line.startswith("case type")) :]


# --- the faithful file


def source_states() -> list[tuple[str, str, tuple[str, ...]]]:
    """The name, title and next states of each state of the data, in its order; `-` can't stand in a name."""
    rows = json.loads(text_of(DATA))["states"]
    names = {row["pk"]: row["slug"].replace("-", "_") for row in rows}
    return [(names[row["pk"]], row["name"], tuple(names[pk] for pk in row["next_states"])) for row in rows]


def test_the_definition_says_what_its_source_says() -> None:
    said = [
        (state.name, state.title, tuple(route.to.name for line in state.transitions for route in line.routes))
        for state in case_type_of(ORIGINAL).states.values()
    ]
    assert said == source_states()


def test_the_definition_adds_no_stage_no_time_and_nothing_that_holds_anywhere() -> None:
    case_type = case_type_of(ORIGINAL)
    assert not any((case_type.stages, case_type.anywhere, case_type.fields, case_type.promises))
    assert not any(state.timers or state.team for state in case_type.states.values())


def test_the_first_state_is_the_only_one_that_no_arrow_leads_to() -> None:
    targets = {name for *_, following in source_states() for name in following}
    assert [name for name, *_ in source_states() if name not in targets] == ["idexists"]
    assert case_type_of(ORIGINAL).first.name == "idexists"


def judged(lines: list[str]) -> Iterator[tuple[str, str]]:
    """The code and the state of each finding that a head lists: a code with names, which may go on below it."""
    code, names = "", ""
    for line in lines:
        if start := RULE.fullmatch(line):
            code, names = start.groups()
        elif names.endswith(",") and (more := NAMES.fullmatch(line)):
            names += f" {more[1]}"
        else:
            continue
        if not names.endswith(","):
            yield from ((code, name) for name in names.split(", "))


def test_the_head_lists_every_finding_and_no_other() -> None:
    lines = text_of(ORIGINAL).splitlines()
    headers = {number: match[1] for number, line in enumerate(lines, 1) if (match := HEADER.match(line))}
    found = [(finding.code, headers[finding.span.line]) for finding in looked_at(ORIGINAL).findings]
    assert sorted(judged(lines)) == sorted(found)


# --- the repaired file


def changes() -> list[tuple[list[str], list[str]]]:
    """The lines that went and the lines that came, stretch by stretch."""
    one, two = body(ORIGINAL), body(REPAIRED)
    steps = SequenceMatcher(None, one, two, autojunk=False).get_opcodes()
    return [(one[a:b], two[c:d]) for tag, a, b, c, d in steps if tag != "equal"]


def test_the_repaired_definition_is_clean() -> None:
    assert looked_at(REPAIRED).findings == ()


def test_every_change_has_its_reason_on_its_line() -> None:
    assert len(changes()) == 29
    for gone, come in changes():
        assert come, f"nothing says why this went: {gone}"
        assert [line for line in come if not REASON.search(line)] == []


def taken_back() -> Iterator[str]:
    """The repaired definition with each change taken back, one at a time."""
    one, two = body(ORIGINAL), body(REPAIRED)
    for tag, a, b, c, d in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        if tag != "equal":
            yield "\n".join([*two[:c], *one[a:b], *two[d:]]) + "\n"


def test_no_change_could_be_spared() -> None:
    for text in taken_back():
        checked = looked_at(REPAIRED, text)
        states = checked.case_type.states.values() if checked.case_type else ()
        closed = [line.event for state in states for line in state.transitions if not line.by]
        assert checked.findings or closed, "this is sound as well:\n" + text


@pytest.mark.parametrize("name", [ORIGINAL, REPAIRED])
def test_the_map_shows_every_state_and_every_arrow(name: str) -> None:
    case_type = case_type_of(name)
    drawn = chart(case_type)
    shown = {unescape(text) for text in re.findall(r">([^<>]+)<", Press(drawn).printed("svg").decode())}
    states = list(case_type.states.values())
    assert {state.title for state in states} <= shown
    assert {track.code for track in drawn.network.tracks} <= shown
    assert len(drawn.network.tracks) == sum(len(state.transitions) for state in states)


# --- the way of a real draft


@dataclass(frozen=True, slots=True)
class Step:
    day: str
    who: str
    event: str
    state: str


OPENED = "2017-12-27"
WAY = (
    Step("2019-11-21", "shepherd", "request_publication", "pub_req"),
    Step("2020-07-26", "area_director", "take_up", "ad_eval"),
    Step("2021-03-07", "area_director", "request_last_call", "lc_req"),
    Step("2021-03-08", "secretariat", "announce_last_call", "lc"),
    Step("2021-03-28", "secretariat", "ask_for_writeup", "writeupw"),
    Step("2021-04-14", "area_director", "ask_for_go_ahead", "goaheadw"),
    Step("2021-04-14", "area_director", "put_to_iesg", "iesg_eva"),
    Step("2021-04-22", "secretariat", "approve", "approved"),
    Step("2021-06-22", "secretariat", "announce_approval", "ann"),
    Step("2021-06-22", "rfc_editor", "enter_queue", "rfcqueue"),
    Step("2022-03-31", "rfc_editor", "publish", "pub"),
)
"""draft-ietf-tls-dtls-connection-id, from its first version to RFC 9146. The days and the states are those of its
history in the datatracker (`NOTICE`), but for two. `goaheadw` it never saw: it went from `writeupw` straight to
`iesg_eva`, for which the table has no arrow. And the RFC bears a month, March 2022; the day is ours. Where the history
names `(System)`, the role is the one that the step belongs to."""

PEOPLE = {
    "shepherd": "the shepherd",
    "area_director": "the area director",
    "secretariat": "the Secretariat",
    "rfc_editor": "the RFC Editor",
}


class Desk:
    """A host that runs the repaired definition, at noon UTC of the day that it is told."""

    def __init__(self) -> None:
        compiled = compile_case(case_type_of(REPAIRED), None)
        assert isinstance(compiled, Compiled)
        self.now = 0
        people = {role: {"name": name, "roles": [role]} for role, name in PEOPLE.items()}
        self.host = Host(MemoryStore(), Directory.of(people), lambda: self.now, Random(1).randbytes)
        self.type = self.host.install(compiled.artifact, compiled.bundle)
        self.number = ""

    def on(self, day: str) -> None:
        self.now = int(datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=UTC).timestamp())

    def open(self) -> None:
        self.on(OPENED)
        outcome = self.host.open(self.type, "open", {}, "shepherd")
        assert outcome.accepted, outcome.reasons
        self.number = outcome.number or ""

    def do(self, step: Step) -> None:
        self.on(step.day)
        outcome = self.host.submit(self.number, f"{step.day} {step.event}", Do(step.event), step.who)
        assert outcome.accepted, outcome.reasons
        assert self.state == step.state

    @property
    def state(self) -> str:
        case = self.host.load(self.number)
        assert case is not None
        return case.state

    def go_to(self, state: str) -> None:
        """Open a case and take it along the way until it is in this state."""
        self.open()
        for step in WAY:
            if self.state == state:
                return
            self.do(step)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_real_draft_becomes_an_rfc(desk: Desk) -> None:
    desk.open()
    assert (desk.number, desk.state) == ("DRAFT-00001", "idexists")
    for step in WAY:
        assert desk.host.why_not(desk.number, step.event, step.who) == []
        desk.do(step)
    opened, *done = desk.host.history(desk.number)
    passed = [(entry.values["event"], entry.values["state"]) for entry in done]
    assert opened.kind == "opened"
    assert passed == [(step.event, step.state) for step in WAY]


def test_with_the_rfc_the_case_has_ended(desk: Desk) -> None:
    desk.go_to("pub")
    case, told = desk.host.load(desk.number), desk.host.why(desk.number)
    assert case is not None
    assert told is not None
    assert (case.state, case.ending, desk.host.next_due()) == ("pub", None, None)
    assert (told.title, told.turn) == ("RFC Published", "nobody's: the case has ended")
    assert all(not desk.host.actions(desk.number, who) for who in PEOPLE)
    late = desk.host.submit(desk.number, "late", Do("stop_tracking"), "area_director")
    assert late.reasons == ("the case is in `pub`, which is final; open a new case for `stop_tracking`",)


def test_nobody_approves_what_nobody_has_read(desk: Desk) -> None:
    desk.go_to("pub_req")
    assert desk.host.why_not(desk.number, "approve", "secretariat") == [
        "`approve` can't be done in `pub_req`; nothing is up to the Secretariat here now"
    ]
    assert desk.host.why_not(desk.number, "approve", "area_director") == [
        "`approve` can't be done in `pub_req`; the area director can do `take_up`, `watch`, `stop_tracking` now"
    ]


def test_the_step_that_the_real_draft_took_is_not_in_the_table(desk: Desk) -> None:
    desk.go_to("writeupw")
    assert desk.host.why_not(desk.number, "put_to_iesg", "area_director") == [
        "`put_to_iesg` can't be done in `writeupw`; the area director can do `ask_for_go_ahead` now"
    ]


def test_a_dead_draft_can_be_taken_up_again(desk: Desk) -> None:
    desk.go_to("pub_req")
    desk.do(Step("2020-01-02", "area_director", "stop_tracking", "dead"))
    desk.do(Step("2020-01-03", "shepherd", "request_publication", "pub_req"))
