"""What a claim looks at while a case goes its way: which moments break it, and what of the past it must remember.

always, never state    a moment at which a case is somewhere
never event, only      an event, when its values have been given
before                 an event, and whether something has come since it happened last
leads to               whether something still has to come; broken where no way leads to it any more
"""

from __future__ import annotations

from typing import NamedTuple

from casedsl_runtime.vocabulary import Expression
from msgspec import Struct

from casedsl.analysis.passages import Passage
from casedsl.model.records import Claim, Occurrence, Transition

YES: Expression = ("const", True)
NO: Expression = ("const", False)


class Spot(Struct, frozen=True):
    """Where a case is after a step: its state and how it ended there."""

    state: str
    ending: str | None = None


class Seen(NamedTuple):
    """What a claim sees of a step: it is the event that the claim is about, it is one that it waits for, it leads to
    where it waits to be, it leads to where the claim speaks of a case."""

    own: bool
    came: bool
    reached: bool
    looked_at: bool


class Watch(Struct, frozen=True):
    """A claim, watched."""

    claim: Claim

    @property
    def expressions(self) -> tuple[Expression, ...]:
        return tuple(formula.expression for formula in self.claim.formulas)

    @property
    def event(self) -> str | None:
        """The event that it looks at when its values have been given."""
        claim = self.claim
        if claim.kind in ("only", "before"):
            return claim.event.name if claim.event else None
        return claim.of.ref.name if claim.of is not None and claim.of.event else None

    def asked(self, passage: Passage) -> Expression | None:
        """What it asks when an event is done, if it looks at that event: `when`, and that `unless` doesn't hold."""
        if not isinstance(passage.by, Transition) or passage.by.event != self.event:
            return None
        return self.breach if self.claim.kind == "never" else self.speaks

    @property
    def speaks(self) -> Expression:
        return self.claim.when.expression if self.claim.when else YES

    @property
    def breach(self) -> Expression:
        """What is so where the claim is broken."""
        if self.claim.holds is not None:
            return ("not", self.claim.holds.expression)
        unless = self.claim.unless.expression if self.claim.unless else NO
        return ("and", self.speaks, ("not", unless))

    def breaks(self, passage: Passage, remembered: bool) -> bool:
        """Whether an event breaks the claim, where what it asks of it holds."""
        if self.asked(passage) is None:
            return False
        if self.claim.kind == "only":
            return bool(self.strangers(passage))
        return self.claim.kind == "never" or (self.claim.kind == "before" and not remembered)

    def strangers(self, passage: Passage) -> tuple[str, ...]:
        """The roles that may do an event, or for which it may be done, and that the claim doesn't name."""
        assert isinstance(passage.by, Transition)
        named = {ref.name for ref in self.claim.roles}
        refs = (ref for actor in passage.by.by for ref in (actor.role, actor.on_behalf_of) if ref)
        return tuple(dict.fromkeys(ref.name for ref in refs if ref.name not in named))

    def may_happen(self, passage: Passage) -> bool:
        """Whether there is somebody, or time, to take a step."""
        return not isinstance(passage.by, Transition) or bool(passage.by.by)

    def looks_at(self, spot: Spot) -> bool:
        """Whether the claim speaks of a case there, at any moment."""
        claim = self.claim
        if claim.kind == "always":
            return not claim.states or spot.state in {ref.name for ref in claim.states}
        return claim.kind in ("never", "leads to") and claim.of is not None and _is_there(claim.of, spot)

    @property
    def events(self) -> frozenset[str]:
        """The events that it speaks of."""
        goals = (goal.ref.name for goal in self.claim.goals if goal.event)
        return frozenset((*goals, *([self.event] if self.event else [])))

    @property
    def remembers(self) -> bool:
        """Whether anything of the past matters to it besides how often events have happened."""
        return self.claim.kind in ("before", "leads to")

    def at_first(self, spot: Spot, holds: bool) -> bool:
        """What is remembered when a case is opened; `holds` says whether `when` does."""
        if self.claim.kind == "before":
            return self._reached(spot)
        return self.claim.kind == "leads to" and self.looks_at(spot) and holds

    def seen(self, event: str | None, spot: Spot) -> Seen:
        """What the claim sees of a step that leads somewhere: with an event, or in time."""
        came = any(goal.event and goal.ref.name == event for goal in self.claim.goals)
        return Seen(event is not None and event == self.event, came, self._reached(spot), self.looks_at(spot))

    def after(self, seen: Seen, asked: bool, holds: bool, remembered: bool) -> bool:
        """What is remembered after an event, or after time has moved a case."""
        if self.claim.kind == "before":
            return (remembered and not seen.own) or seen.came or seen.reached
        if self.claim.kind != "leads to":
            return False
        open_ = (remembered and not seen.came) or (seen.own and asked)
        return (open_ and not seen.reached) or (seen.looked_at and holds)

    def amended(self, spot: Spot, holds: bool, remembered: bool) -> bool:
        """What is remembered after an amendment."""
        return remembered or (self.claim.kind == "leads to" and self.looks_at(spot) and holds)

    def _reached(self, spot: Spot) -> bool:
        return any(_is_there(goal, spot) for goal in self.claim.goals)


class Never(Watch, frozen=True):
    """That one way out of a state is never taken, whoever there is: that nobody may do an event is said elsewhere."""

    way: Passage

    def asked(self, passage: Passage) -> Expression | None:
        way = self.way
        same = passage.by is way.by and passage.route is way.route
        return YES if same and (passage.source, passage.target) == (way.source, way.target) else None

    def may_happen(self, passage: Passage) -> bool:
        return True


def _is_there(what: Occurrence, spot: Spot) -> bool:
    return not what.event and what.ref.name == spot.state and what.ending in (None, spot.ending)
