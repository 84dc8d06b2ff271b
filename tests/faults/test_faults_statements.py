"""A process is killed at every statement boundary of a command; whoever comes after it finds all of it, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, TypeAlias

import pytest
from casedsl_runtime import Outcome
from casedsl_runtime.service import Service
from faults_child import Ended, Forge
from faults_place import Place
from faults_reader import Told, read
from faults_world import HOUR, Office

Steps: TypeAlias = Sequence[Sequence[object]]
Answers: TypeAlias = Sequence[tuple[str, Outcome]]

MOST = 400
"""More statements than any command has."""


class Command(NamedTuple):
    """What is killed. `ready` makes a case in which it can be done and says what a process does there; `again` is what
    somebody does who has heard nothing, with the scope and the outcome of each request in it."""

    ready: Callable[[Office, str], Steps]
    again: Callable[[Place, Office, str], Answers]
    later: int = 0


def _case(office: Office, key: str) -> str:
    """The case that was opened with this key, opened if there is none; its key tells its number even when it has
    forgotten for what it was used."""
    outcome = office.open(f"case of {key}")
    assert outcome.number is not None
    return outcome.number


def _ended(office: Office, key: str) -> str:
    case = _case(office, key)
    for event in ("take", "finish"):
        assert office.do(case, f"{event} of {key}", event, "kim").accepted
    return case


def _doing(event: str, actor: str, later: int = 0) -> Command:
    def again(place: Place, office: Office, key: str) -> Answers:
        case = _case(office, key)
        return [(case, office.do(case, key, event, actor))]

    return Command(lambda office, key: [("do", _case(office, key), key, event, actor)], again, later)


def _at_hand(office: Office, key: str) -> Steps:
    """An event in a case that its host has at hand, because it did something there just before."""
    case = _case(office, key)
    return [("do", case, f"remind of {key}", "remind", "pat"), ("arm",), ("do", case, key, "take", "kim")]


def _amend(place: Place, office: Office, key: str) -> Answers:
    case = _case(office, key)
    return [(case, office.amend(case, key, 7))]


def _tick(place: Place, office: Office, key: str) -> Answers:
    office.host.tick()
    assert place.late() == []
    return ()


def _taken(office: Office, key: str) -> Steps:
    assert office.do(_case(office, key), f"take of {key}", "take", "kim").accepted
    return [("deliver",)]


def _deliver(place: Place, office: Office, key: str) -> Answers:
    place.now += 301  # what a dead host had claimed is free again
    Service(office.host, office.upkeep, {"send": lambda letter: None}).round()
    assert office.host.outbox() == []
    return ()


def _anchor(place: Place, office: Office, key: str) -> Answers:
    office.upkeep.anchor()
    assert {row["changed"] for row in read(place.url).of("cases")} == {0}
    return ()


def _erase(place: Place, office: Office, key: str) -> Answers:
    case = _case(office, key)
    outcome = office.upkeep.erase_case(case, "sue", "GDPR art. 17(1)(a)")
    assert outcome.accepted or "nothing is left to erase" in outcome.reasons[0]
    assert len(office.upkeep.erasures(case)) == 1
    return ()


def _two_cases(office: Office, key: str) -> Steps:
    """Two cases that count with the calendars as they were."""
    files = office.files
    office.host.install(files.artifact, files.calendars)
    for name in ("one", "two"):
        _case(office, f"{key} {name}")
    return [("proclaim", key, "2026-03-03")]


def _proclaim(place: Place, office: Office, key: str) -> Answers:
    outcomes = office.host.proclaim(key, office.files.proclaimed, "2026-03-03", "The office moves")
    assert len(outcomes) == 2
    for name in ("one", "two"):  # they are out of the way of the next ones
        case = _case(office, f"{key} {name}")
        assert [entry.kind for entry in office.host.history(case)] == ["opened", "recounted"]
        assert office.do(case, f"{key} {name} ends", "withdraw", "pat").accepted
    return [(outcome.number or "", outcome) for outcome in outcomes]


COMMANDS = {
    "open": Command(
        lambda office, key: [("open", key)], lambda place, office, key: [("open errand", office.open(key))]
    ),
    "event": _doing("take", "kim"),
    "event after two steps of time": _doing("take", "kim", 3 * HOUR),
    "event in a case at hand": Command(_at_hand, _doing("take", "kim").again),
    "refusal": _doing("finish", "kim"),
    "amendment": Command(lambda office, key: [("amend", _case(office, key), key, 7)], _amend),
    "time": Command(lambda office, key: [("tick",)] if _case(office, key) else (), _tick, 3 * HOUR),
    "delivery": Command(_taken, _deliver),
    "anchor": Command(lambda office, key: [("anchor",)] if _case(office, key) else (), _anchor),
    "erasure": Command(lambda office, key: [("erase", _ended(office, key))], _erase),
    "proclaiming": Command(_two_cases, _proclaim),
}


def killed_at_every_statement(place: Place, office: Office, forge: Forge, command: Command) -> Iterator[Ended]:
    """Kill it at its first statement, at its second, and so on, until it gets through. What waits in a pipeline to a
    server is sent before: else all but the last of these deaths would be the same."""
    for n in range(1, MOST):
        key = f"k{n}"
        steps = command.ready(office, key)
        place.now += command.later
        [ended] = place.heard(forge.run(place.job(*steps, statement=n)))
        assert place.wrong() == [], f"after the kill at statement {n}"
        for scope, outcome in command.again(place, office, key):
            hashes = tuple(entry.hash for entry in outcome.entries)
            place.told.append(Told(scope, key, outcome.accepted, outcome.number, hashes))
        assert place.wrong() == [], f"after it was asked again, once killed at statement {n}"
        yield ended
        if not ended.killed:
            return
    raise AssertionError(f"it is not through after {MOST} statements")


def _delivered(ended: Sequence[Ended]) -> list[str]:
    return [id for one in ended for id in one.delivered]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_done_once_and_whole(place: Place, forge: Forge, name: str) -> None:
    office = place.office()
    ended = list(killed_at_every_statement(place, office, forge, COMMANDS[name]))
    assert len(ended) > 2
    assert not any(one.problems for one in ended)
    if name == "delivery":  # each under its own id, and never twice by one host
        assert {f"{row['number']}/2/0/pat" for row in read(place.url).of("cases")} >= {*_delivered(ended)}
        assert len(set(_delivered(ended))) == len(_delivered(ended)) > 0
    assert office.problems() == []
    office.store.close()


def test_a_store_is_made_whole_or_not_at_all(bare: Place, forge: Forge, files: Path) -> None:
    """Whoever opens it next makes what is missing."""
    for n in range(1, MOST):
        if not bare.serves:
            bare.url = str(Path(bare.url).with_name(f"made-{n}.db"))
        [ended] = bare.heard(forge.run(bare.job(("create",), statement=n)))
        office = bare.office()
        office.host.install(office.files.artifact, office.files.calendars)
        key = f"{n}"
        case = _case(office, key)
        assert office.do(case, key, "take", "kim").accepted
        assert bare.wrong() == []
        office.store.close()
        if not ended.killed:
            assert n > 5
            return
    raise AssertionError("it was never made")
