"""What a finding says that it is about, held against its words and the definition: `look` of `rule_programs` asks this
of all that is found in any program of the tests."""

from __future__ import annotations

import re

from casedsl.analysis.names import names_in
from casedsl.compile import Checked
from casedsl.rules import RULES, code_of, is_certain
from casedsl.syntax.finding import Finding, Subject

READERS = {code_of(rule) for rule in RULES if is_certain(rule)}
"""Rules that speak of a text, before there is a definition."""
OF_OTHERS = {"people", "person"}
"""Names of a list of people, which no definition has."""
_NAME = re.compile(r"`([^`]+)`")


def names_of(checked: Checked) -> frozenset[Subject]:
    """Every name of a definition, with what it names."""
    case_type, organisation = checked.case_type, checked.organisation
    found = {Subject(named.kind, named.name) for named in names_in(case_type, organisation)}
    for name, _ in organisation.calendars.items() if organisation else ():
        found.add(Subject("calendar", name))
    if case_type is not None:
        found.add(Subject("case type", case_type.name))
        found.update(Subject("line", name) for name in case_type.journeys)
    return frozenset(found)


def untrue(finding: Finding, names: frozenset[Subject]) -> str:
    """What is wrong with the subjects of a finding: it names what isn't there, or its headline names something else."""
    strange = [each for each in finding.about if each not in names and each.kind not in OF_OTHERS]
    known = {each.name for each in names if each.kind not in ("option", "ending")}
    told = {each.name for each in finding.about}
    left_out = [word for word in _NAME.findall(finding.headline) if word in known - told]
    return f"{finding.code} “{finding.headline}”: {strange} {left_out}" if strange or left_out else ""


def wrong_subjects(checked: Checked) -> list[str]:
    """What is wrong with the subjects of all that rules find."""
    if checked.case_type is None and checked.organisation is None:
        return []
    names = names_of(checked)
    return [told for each in checked.findings if each.code not in READERS and (told := untrue(each, names))]
