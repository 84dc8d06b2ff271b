"""Every rule stands here once: with the scene that shows its finding, or with the reason why no case can."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import TypeAlias

from casedsl.analysis.facts import Facts
from casedsl.staging import claims, duties, guards, scores, structure, time
from casedsl.staging.script import CannotBeStaged, Script
from casedsl.syntax.finding import Finding

Scene: TypeAlias = Callable[[Script, Finding], None]
"""Writes the story of a finding into an empty script. Raises CannotBeStaged."""

SCENES: Mapping[str, Scene] = MappingProxyType(
    {
        "CD102": structure.dead_end,
        "CD103": structure.circle,
        "CD104": structure.circle,
        "CD105": structure.round_by_time,
        "CD106": structure.unheard,
        "CD116": structure.nothing_behind,
        "CD203": guards.two_open,
        "CD204": guards.none_open,
        "CD208": guards.reads_unset,
        "CD210": guards.at_the_boundary,
        "CD211": claims.refuted,
        "CD301": guards.says_unset,
        "CD305": guards.sets_what_must_not_be,
        "CD306": structure.shut_in,
        "CD401": time.forgotten,
        "CD402": time.out_of_order,
        "CD403": time.never_comes,
        "CD406": time.too_slow,
        "CD407": time.endless,
        "CD414": time.unwatched,
        "CD415": time.alerted_late,
        "CD501": structure.dead_end,
        "CD502": guards.decides_unseen,
        "CD503": duties.one_for_both,
        "CD504": duties.nobody_left,
        "CD507": time.powerless,
        "CD508": time.idle,
        "CD702": scores.falling,
        "CD703": scores.without_part,
        "CD704": scores.empty,
        "CD709": scores.seeing,
        "CD710": scores.overtaken,
        "CD810": structure.nothing_handed_over,
    }
)

_TEXT = "is about the text, which must be understood before a case can be played"
_NEVER = "says that something never happens, and no case can show that"
_ALWAYS = "says what is so in every case, and one case can't show that"
_WORDS = "is about words that people read; the cases go as they go"
_CALENDAR = "is about a calendar, not about a case"

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "CD001": _TEXT,
        "CD002": _TEXT,
        "CD003": _TEXT,
        "CD004": _TEXT,
        "CD005": _TEXT,
        "CD008": _WORDS,
        "CD009": _NEVER,
        "CD010": _TEXT,
        "CD011": _TEXT,
        "CD012": _TEXT,
        "CD013": _WORDS,
        "CD014": _WORDS,
        "CD101": _NEVER,
        "CD107": _NEVER,
        "CD108": _NEVER,
        "CD109": _WORDS,
        "CD114": _TEXT,
        "CD115": _TEXT,
        "CD117": _WORDS,
        "CD118": _NEVER,
        "CD201": _NEVER,
        "CD202": _ALWAYS,
        "CD205": _NEVER,
        "CD206": _ALWAYS,
        "CD299": "says that nothing was proved, neither that it can happen nor that it can't",
        "CD302": _NEVER,
        "CD303": _NEVER,
        "CD308": _WORDS,
        "CD404": _CALENDAR,
        "CD405": _CALENDAR,
        "CD408": "is about whose time stands still, and a case goes the same way whoever owes the answer",
        "CD410": _CALENDAR,
        "CD411": "says that time can't be counted; so no scenario could wait for it",
        "CD412": _CALENDAR,
        "CD413": _CALENDAR,
        "CD505": "is about who is missed when they fall ill, and a scenario has everybody",
        "CD506": _NEVER,
        "CD701": "is about a sum, and a scenario asks for the score, which is kept in its range",
        "CD803": _TEXT,
        "CD812": _NEVER,
    }
)


def staged(facts: Facts, finding: Finding, day: date) -> Script | str:
    """The scenario of a finding, in which the case is opened on a day; or why there is none, as the end of a sentence
    that begins with its code."""
    scene = SCENES.get(finding.code)
    if scene is None:
        return REASONS[finding.code]
    if facts.case_type is None or facts.proofs is None:
        return "has no scenario here: there is no case type in the file, or not all of it is understood"
    script = Script(facts, facts.case_type, facts.proofs, day)
    try:
        scene(script, finding)
        for each in (script, *script.others):
            each.opener()  # by whom it is opened, or why nobody can
    except CannotBeStaged as why:
        return f"has no scenario here: {why}"
    return script
