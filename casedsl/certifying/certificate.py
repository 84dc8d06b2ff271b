"""A certificate, as a value: what holds of a definition without errors, and how far that goes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from casedsl.analysis.claims.judge import Proved, Refuted
from casedsl.analysis.facts import Facts
from casedsl.analysis.separation import apart
from casedsl.analysis.surely import Surely, surely
from casedsl.certifying import places
from casedsl.certifying.places import Place, Places, counted
from casedsl.certifying.theorems import (
    ANY_OPENING,
    HANDS,
    NO_TAKING_AWAY,
    WORLD,
    Looked,
    Silence,
    looked_by,
    sentence_of,
)
from casedsl.compile import Checked, artifact_hash
from casedsl.model.records import CaseType
from casedsl.rules import RULES, code_of
from casedsl.syntax.finding import Finding

UNDECIDED = "CD299"
CLAIMS = "CD211"

Standing = Literal["proved", "looked for", "not proved", "not asked"]


class Theorem(Struct, frozen=True):
    """A sentence about every case of a definition.

    Attributes:
      id: the code of the rule, or the name of what is shown besides rules.
      standing: proved; only looked for, and no counterexample found; not proved, because something was found or not
        all was decided; or not asked.
      of, places: what was looked at; a theorem about no place is empty.
      left_out: those of the places for which it is not shown.
      why: why it is not proved, or not asked.
    """

    id: str
    sentence: str
    standing: Standing
    of: Places
    places: tuple[Place, ...]
    assumes: tuple[str, ...] = ()
    left_out: tuple[Place, ...] = ()
    why: str = ""

    @property
    def looked_at(self) -> str:
        """`12 states`."""
        return counted(self.of, self.places)


class Certificate(Struct, frozen=True):
    """What is proved of one definition.

    Attributes:
      artifact: the hash under which cases pin the artifact that is made of it.
      files: the files that were read, each with the SHA-256 of its text.
      theorems: in the order in which they are told.
      undecided: what stays open, as findings.
      found: what stands and is no error; `ignored`: what stands by the author's word, each with the reason.
    """

    file: str
    case_type: str
    version: int
    compiler: str
    artifact: str
    files: tuple[tuple[str, str], ...]
    theorems: tuple[Theorem, ...]
    undecided: tuple[Finding, ...]
    found: tuple[Finding, ...]
    ignored: tuple[tuple[Finding, str], ...]

    def standing(self, standing: Standing) -> tuple[Theorem, ...]:
        return tuple(theorem for theorem in self.theorems if theorem.standing == standing)


def certificate_of(checked: Checked, compiler: str) -> Certificate:
    """The certificate of a case type that was understood: rules look at nothing else."""
    facts, case_type = checked.facts, checked.case_type
    assert facts is not None
    assert case_type is not None
    assert facts.graph is not None
    undecided = tuple(finding for finding in checked.findings if finding.code == UNDECIDED)
    return Certificate(
        checked.file,
        case_type.name,
        case_type.version,
        compiler,
        artifact_hash(case_type),
        tuple((name, _digest(source.text)) for name, source in sorted(checked.sources.items())),
        (
            *_shown(case_type, facts),
            *_passed(case_type, facts),
            *_claimed(case_type, facts),
            *_apart(facts),
            *_of_rules(case_type, facts, checked, undecided),
        ),
        undecided,
        tuple(finding for finding in checked.findings if finding.code != UNDECIDED),
        checked.ignored,
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


# What is shown by a case, or backwards from the ends.

_WAYS = (ANY_OPENING, "people do what they may, in any order; of several timers that move a case none is waited for")
_ENDS = (NO_TAKING_AWAY, WORLD, "where a line is not for whoever did something, somebody else of its roles is there")


def _shown(case_type: CaseType, facts: Facts) -> Iterator[Theorem]:
    if facts.proofs is None:
        return
    shown = surely(case_type, facts.proofs.known)
    every = tuple(places.states(case_type, facts))
    yield _showing(
        "reached",
        "Some case gets to every state.",
        places.states,
        every,
        [p for p in every if p.name in shown.reached],
        _WAYS,
    )
    yield _taken(shown)
    open_ = tuple(places.open_states(case_type, facts))
    ending = [place for place in open_ if place.name in shown.ending]
    sentence = "Every case can end: wherever it is and whatever its fields hold, some way leads to a final state."
    yield _showing("can end", sentence, places.open_states, open_, ending, _ENDS)


def _taken(shown: Surely) -> Theorem:
    each = tuple(Place(f"{way.line.event} -> {way.route.to}", way.route.span) for way in shown.ways)
    taken = [place for number, place in enumerate(each) if number in shown.taken]
    return _showing("taken", "Every way on is taken by some case.", places.routes, each, taken, _WAYS)


def _showing(
    name: str, sentence: str, of: Places, every: tuple[Place, ...], held: Iterable[Place], assumes: tuple[str, ...]
) -> Theorem:
    shown = frozenset(held)
    left = tuple(place for place in every if place not in shown)
    why = f"not decided for {len(left)} of {len(every)}" if left else ""
    return Theorem(name, sentence, "not proved" if left else "proved", of, every, assumes, left, why)


# What every case has passed.


def _passed(case_type: CaseType, facts: Facts) -> Iterator[Theorem]:
    """Where all cases come by on their way, as far as it says something."""
    for number, passed in enumerate(facts.passed, 1):
        goals = [f"`{goal.state}`" + (f" as {goal.ending}" if goal.ending else "") for goal in passed.goals]
        before = [f"`{state}`" for state in passed.states]
        sentence = f"Every case that comes to {_joined(goals, 'or')} has been in {_joined(before, 'and')}."
        every = tuple(Place(str(goal), case_type.states[goal.state].span) for goal in passed.goals)
        yield _showing(f"before {number}", sentence, places.goals, every, every, (ANY_OPENING,))


def _joined(names: list[str], word: str) -> str:
    """`a, b or c`."""
    return f" {word} ".join([", ".join(names[:-1])] * (len(names) > 1) + names[-1:])


# What the author claims.

_CLAIMED = (ANY_OPENING, "for each step of a case there is a person who may take it")


def _claimed(case_type: CaseType, facts: Facts) -> Iterator[Theorem]:
    """Each claim is a theorem of its own, in the author's words. One that some case breaks stands here only where its
    author ignores that."""
    judged = {each.claim.span: each for each in facts.proofs.claims} if facts.proofs else {}
    for number, place in enumerate(places.claims(case_type, facts), 1):
        held = [place] if isinstance(judged.get(place.span), Proved) else []
        told = _showing(f"claim {number}", place.name, places.claims, (place,), held, _CLAIMED)
        broken = isinstance(judged.get(place.span), Refuted)
        yield replace(told, why="some case breaks it") if broken else told


# Who is kept apart.


def _apart(facts: Facts) -> Iterator[Theorem]:
    """What a duty is for, where no case undoes it. Where it isn't so that is no finding: a later round of a case may be
    meant to be another matter."""
    if facts.ground is None or facts.case_type is None:
        return
    for number, (one, other) in enumerate(apart(facts.ground), 1):
        sentence = f"No one person can do both `{one}` and `{other}` on one case."
        names = (f"{other} but not who did {one}", f"{one} but not who did {other}")
        about = tuple(place for place in places.duties(facts.case_type, facts) if place.name in names)
        yield Theorem(f"apart {number}", sentence, "proved", places.duties, about, (HANDS,))


# What the rules say by finding nothing.


def _of_rules(case_type: CaseType, facts: Facts, checked: Checked, undecided: tuple[Finding, ...]) -> Iterator[Theorem]:
    said = _by_code((*checked.findings, *(finding for finding, _ in checked.ignored)))
    for rule in RULES:
        code, looked = code_of(rule), looked_by(rule)
        if code in (UNDECIDED, CLAIMS):
            continue
        every = tuple(looked.of(case_type, facts))
        standing, why = _standing(code, looked, facts, said)
        left = _left_out(looked, every, undecided, facts) if standing == "proved" else ()
        if left:
            standing, why = "not proved", f"not decided for {len(left)} of {len(every)}"
        yield Theorem(code, sentence_of(rule), standing, looked.of, every, looked.assumes, left, why)


def _standing(code: str, looked: Looked, facts: Facts, said: Mapping[str, int]) -> tuple[Standing, str]:
    if facts.proofs is None and not code.startswith("CD0"):
        return "not proved", "the definition is too large to be looked into"
    if said.get(code):
        return "not proved", f"{said[code]} found"
    if looked.dated and facts.horizon is None:
        return "not asked", "it hangs on the day; say it with `--today`"
    if looked.listed:
        return "not asked", "it hangs on the people there are; `casedsl check --people` asks it"
    if looked.silence is Silence.SEARCH:
        return "looked for", ""
    blocked = [other for other in looked.beside if said.get(other)]
    if blocked:
        return "not proved", f"not looked at everywhere, because {', '.join(blocked)} finds something"
    return "proved", ""


def _left_out(
    looked: Looked, every: tuple[Place, ...], undecided: Iterable[Finding], facts: Facts
) -> tuple[Place, ...]:
    """Of places that hang on values those about which something is not decided: the last one that begins before."""
    if looked.left is not None:
        left_open = looked.left(facts)
        return tuple(place for place in every if place.span in left_open)
    if NO_TAKING_AWAY not in looked.assumes:
        return ()
    spans = [finding.span for finding in undecided]
    found = (max((p for p in every if p.span <= span), key=lambda p: p.span, default=None) for span in spans)
    return tuple(sorted({place for place in found if place is not None}, key=lambda place: place.span))


def _by_code(findings: Iterable[Finding]) -> dict[str, int]:
    said: dict[str, int] = {}
    for finding in findings:
        said[finding.code] = said.get(finding.code, 0) + 1
    return said
