"""Witnesses played: the scenario of a finding on the definition in which it was found, and on its right twin."""

from __future__ import annotations

from datetime import date

from casedsl_runtime.loading import ArtifactError
from msgspec import Struct
from msgspec.structs import replace

from casedsl.artifact.lock import Lock, Region, Zone
from casedsl.compile import Checked, Compiled, compile_case, facts_behind
from casedsl.model.records import CaseType
from casedsl.model.scenarios import scenarios_of
from casedsl.play import Theatre, play
from casedsl.report.text import full
from casedsl.staging import Script, printed, staged
from casedsl.syntax.coats import coat_of
from casedsl.syntax.finding import Finding
from casedsl.syntax.source import Source

DAY = date(2026, 2, 2)
LONDON = Zone("Europe/London", (1735603200, 1774746000, 1792890000), (0, 3600, 0))
LOCK = Lock(2025, 2031, "0.50", "2026a", (), (LONDON,))


class Witness(Struct, frozen=True):
    """The scenario of a finding as text, and what became of it: `wrong` where it was found, `right` on the twin. Each
    is empty where every line came true, else it says what didn't."""

    finding: Finding
    text: str
    wrong: str
    right: str


def witness(checked: Checked, finding: Finding, right: CaseType | None, lock: Lock, day: date = DAY) -> Witness | str:
    """A finding staged and played; or why it has no scenario."""
    script = staged(facts_behind(checked, lock, day), finding, DAY)
    if not isinstance(script, Script):
        return script
    coat = coat_of(checked.file)
    text = printed(script, f"{finding.code}: {finding.headline}", coat)
    assert checked.case_type is not None
    wrong = played(text, checked.file, checked.case_type, lock)
    return Witness(finding, text, wrong, played(text, checked.file, right, lock) if right else "it has no twin")


def played(text: str, file: str, case_type: CaseType, lock: Lock) -> str:
    """What doesn't come true of a scenario on a definition, also one with errors; nothing if all does."""
    coat = coat_of(file)
    head = {".case": "case type {}\n    edition 1\n", ".case.yaml": "case type: {}\nedition: 1\n"}[coat.suffix]
    whole = head.format(case_type.name) + text
    source = Source(f"scenario{coat.suffix}", whole)
    document, found = coat.read(source)
    assert document is not None, whole
    assert found == (), whole
    scenarios, unbound = scenarios_of(document, case_type)
    if unbound:
        return full(unbound, {source.file: source})
    theatre = theatre_of(case_type, lock)
    if isinstance(theatre, str):
        return theatre
    failures = [each for scenario in scenarios if (each := play(scenario, theatre).failure)]
    return full(tuple(failures[:1]), {source.file: source}) if failures else ""


def theatre_of(case_type: CaseType, lock: Lock) -> Theatre | str:
    """A definition ready to be played, errors and all; its regions have no holidays but those that are locked."""
    named = {region for each in case_type.organisation.calendars.values() for region in each.regions}
    missing = sorted(named - {region.name for region in lock.regions})
    compiled = compile_case(case_type, replace(lock, regions=(*lock.regions, *(Region(name, ()) for name in missing))))
    if not isinstance(compiled, Compiled):
        return "; ".join(compiled)
    try:
        return Theatre.of(case_type, compiled)
    except ArtifactError as error:
        return str(error)
