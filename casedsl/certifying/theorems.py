"""What each rule looks at, and what it proves if it finds nothing.

A rule's theorem is the first sentence of its page. Finding nothing is a proof only where the rule looks at everything
and errs, if at all, on the side of a finding; else it says just that nothing was found. A rule without a row here
appears by itself: what it looks at is told by its family, and its silence is a proof if its page says that CD299 tells
what it leaves open.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from enum import Enum

from msgspec import Struct

from casedsl.analysis.facts import Facts
from casedsl.analysis.separation import Doubt
from casedsl.certifying import places
from casedsl.certifying.places import Places
from casedsl.rules import Rule, code_of
from casedsl.syntax.span import Span


class Silence(Enum):
    """What it means that a rule finds nothing."""

    PROOF = "proved"
    SEARCH = "looked for"


class Looked(Struct, frozen=True):
    """What a rule looks at, what its silence means, what is assumed, and the rules that must be silent with it: where
    these find something, it has not looked at everything. `left` says where it is not decided, if the places of CD299
    don't. `dated`: it needs a day, and calendars that are locked; `listed`: it needs a list of people."""

    of: Places
    silence: Silence
    assumes: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    dated: bool = False
    listed: bool = False
    left: Callable[[Facts], Container[Span]] | None = None


GUARDS_ASIDE = "the lines are looked at, not their guards: where a guard stands, a case may come that opens it"
UNLESS_SHUT = "where a guard stands, a case may come that opens it, unless it is proved that none does"
ANY_OPENING = "an opening may give any field, and leave any out that has no default"
NO_TAKING_AWAY = "an amendment changes a value and takes none away"
ANY_EVENTS = "which events have happened, and when promises are due, counts as anything"
WORLD = "the roles have people, and those who may act for a case may also choose not to"
HANDS = "nobody holds two roles unless `may be both` allows it"
CROWD = "each role inside has one person more than are kept from acting, and each role outside one person in each case"
USUAL_WEEKS = "an ordinary week of the calendars; with `--today` also the holidays that are locked"

_VALUES = (ANY_OPENING, NO_TAKING_AWAY, ANY_EVENTS)
_GUARD_RULES = ("CD201", "CD202", "CD203", "CD204", "CD205", "CD210")


def _proof(of: Places, *assumes: str) -> Looked:
    return Looked(of, Silence.PROOF, assumes)


def _search(of: Places) -> Looked:
    return Looked(of, Silence.SEARCH)


def _doubtful(facts: Facts) -> Container[Span]:
    return {each.ref.span for each in facts.separation if isinstance(each, Doubt)}


def _perhaps_stopping(facts: Facts) -> Container[Span]:
    """Whether a case can stop is decided of all states or of none."""
    decided = facts.duties[0].decided or facts.case_type is None
    return () if decided or facts.case_type is None else {state.span for state in facts.case_type.states.values()}


def _perhaps_powerless(facts: Facts) -> Container[Span]:
    return {each.timer.span for each in facts.powerless if each.found.example is None}


def _perhaps_standing(facts: Facts) -> Container[Span]:
    states = facts.case_type.states if facts.case_type else {}
    return {states[each.state].span for each in facts.standstills if each.example is None}


def _perhaps_to_another_team(facts: Facts) -> Container[Span]:
    return {seam.passage.by.span for seam in facts.seams if not seam.way}


_TEXT = _proof(places.definition)

LOOKED: Mapping[str, Looked] = {
    **dict.fromkeys(("CD001", "CD002", "CD003", "CD004", "CD005", "CD008", "CD010", "CD011", "CD012"), _TEXT),
    "CD009": _proof(places.fields),
    "CD013": _TEXT,
    "CD014": _TEXT,
    "CD101": _proof(places.states, UNLESS_SHUT),
    "CD102": _proof(places.open_states, UNLESS_SHUT),
    "CD103": _proof(places.open_states, UNLESS_SHUT),
    "CD104": _proof(places.definition, UNLESS_SHUT),
    "CD105": _search(places.timers),
    "CD106": _proof(places.open_states, GUARDS_ASIDE),
    "CD107": _proof(places.lines),
    "CD108": _proof(places.timers, GUARDS_ASIDE),
    "CD109": _proof(places.lines),
    "CD114": _proof(places.forks),
    "CD115": _proof(places.states),
    "CD116": _proof(places.states, GUARDS_ASIDE),
    "CD117": _proof(places.journeys, GUARDS_ASIDE),
    "CD118": _search(places.journeys),
    "CD201": _search(places.guards),
    "CD202": _search(places.guards),
    "CD203": Looked(places.forks, Silence.PROOF, _VALUES, _GUARD_RULES),
    "CD204": Looked(places.forks, Silence.PROOF, _VALUES, _GUARD_RULES),
    "CD205": _search(places.routes),
    "CD206": _search(places.guards),
    "CD208": Looked(places.guards, Silence.PROOF, _VALUES, _GUARD_RULES),
    "CD210": Looked(places.forks, Silence.PROOF, _VALUES, _GUARD_RULES),
    "CD301": _search(places.fields),
    "CD302": _proof(places.settings),
    "CD303": _search(places.fields),
    "CD305": _search(places.fields),
    "CD306": _search(places.open_states),
    "CD308": _proof(places.guards),
    "CD401": _proof(places.open_states, GUARDS_ASIDE),
    "CD402": _proof(places.timers, USUAL_WEEKS),
    "CD403": _search(places.timers),
    "CD404": _proof(places.calendars),
    "CD405": Looked(places.timers, Silence.PROOF, dated=True),
    "CD406": _search(places.promises),
    "CD407": _proof(places.promises, GUARDS_ASIDE),
    "CD408": _proof(places.promises, GUARDS_ASIDE),
    "CD410": Looked(places.calendars, Silence.PROOF, dated=True),
    "CD411": _proof(places.timers),
    "CD412": _proof(places.calendars),
    "CD413": _proof(places.timers),
    "CD414": _proof(places.promises, GUARDS_ASIDE),
    "CD415": _search(places.promises),
    "CD501": Looked(
        places.open_states, Silence.PROOF, (*_VALUES, WORLD), (*_GUARD_RULES, "CD208", "CD306"), left=_perhaps_standing
    ),
    "CD502": Looked(places.lines, Silence.PROOF, _VALUES, _GUARD_RULES),
    "CD503": Looked(places.duties, Silence.PROOF, (HANDS,), left=_doubtful),
    "CD504": Looked(places.open_states, Silence.PROOF, (HANDS, CROWD), left=_perhaps_stopping),
    "CD505": Looked(places.lines, Silence.SEARCH, listed=True),
    "CD506": _search(places.lines),
    "CD507": Looked(
        places.timers, Silence.PROOF, (*_VALUES, WORLD), (*_GUARD_RULES, "CD208", "CD501"), left=_perhaps_powerless
    ),
    "CD508": _proof(places.teams, WORLD),
    "CD701": Looked(places.scores, Silence.PROOF, _VALUES),
    "CD702": Looked(places.scores, Silence.PROOF, _VALUES),
    "CD703": Looked(places.scores, Silence.PROOF, _VALUES),
    "CD704": _search(places.scores),
    "CD709": Looked(places.scores, Silence.PROOF, _VALUES),
    "CD710": _search(places.scores),
    "CD803": _proof(places.asked_fields),
    "CD810": Looked(places.lines, Silence.PROOF, (*_VALUES, HANDS), left=_perhaps_to_another_team),
    "CD812": _proof(places.lines, GUARDS_ASIDE),
}

_FAMILIES: Mapping[str, Places] = {
    "CD1": places.states,
    "CD2": places.guards,
    "CD3": places.fields,
    "CD4": places.timers,
    "CD5": places.lines,
    "CD7": places.scores,
}


def looked_by(rule: Rule) -> Looked:
    """What a rule looks at, by its row or its family."""
    code = code_of(rule)
    if code in LOOKED:
        return LOOKED[code]
    of = _FAMILIES.get(code[:3], places.definition)
    complete = "CD299" in (rule.__doc__ or "")
    return Looked(of, Silence.PROOF, _VALUES) if complete else _search(of)


def sentence_of(rule: Rule) -> str:
    """The theorem of a rule: the first sentence of its page."""
    return " ".join((rule.__doc__ or "").split("\n\n")[0].split())
