"""Everything that rules ask for about one definition, gathered once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from msgspec import Struct

from casedsl.analysis.dominators import Passed, passed_before
from casedsl.analysis.duties import Map
from casedsl.analysis.feasible import Feasible, feasible_of, spoken_of
from casedsl.analysis.graph import Graph, Move, graph_of
from casedsl.analysis.ground import Ground, ground_of
from casedsl.analysis.guards import MOST_STEPS
from casedsl.analysis.horizon import Horizon
from casedsl.analysis.people import Roster, assignees_in, responsible_in
from casedsl.analysis.proofs import Proofs, proofs_of
from casedsl.analysis.scoring.judging import scores_of
from casedsl.analysis.scoring.records import Scores
from casedsl.analysis.seams import Seam, bare_seams
from casedsl.analysis.separation import Doubt, Loophole, separation
from casedsl.analysis.shut import Shut, shut_states
from casedsl.analysis.size import Beyond, beyond
from casedsl.analysis.solving.search import Steps
from casedsl.analysis.staffing import Judgement, judged_by_itself, judged_with
from casedsl.analysis.standstill import Powerless, Question, Standstill, powerless, said_of
from casedsl.analysis.teams import teams_in
from casedsl.analysis.terrain import Terrain
from casedsl.model.records import CaseType, Organisation
from casedsl.syntax.finding import Finding


class Facts(Struct, frozen=True, dict=True):
    """What is known about a definition when rules look at it.

    Attributes:
      found: what reading and resolving found.
      organisation: what the files in `use` share, or the organisation file itself.
      case_type, graph, teams, reached: the model and the facts about it; the model is None where there is none, and
        the graph is not looked at while names are unresolved (a missing edge would be blamed twice).
      beyond: what it has too much of to be looked at or proved.
      horizon: how far the locked calendars reach from a given day; None where no day is given, or nothing is locked.
      roster: the people there are; None where no list of them is given.
    """

    found: tuple[Finding, ...]
    organisation: Organisation | None
    case_type: CaseType | None
    graph: Graph | None
    teams: Mapping[str, tuple[str | None, ...]]
    reached: Mapping[str, Move | None]
    horizon: Horizon | None = None
    roster: Roster | None = None
    beyond: Beyond = ""

    @cached_property
    def proofs(self) -> Proofs | None:
        """What is proved about guards and fields; worked out when it is first asked for. None where nothing is."""
        if self.case_type is None or self.graph is None or self.beyond:
            return None
        return proofs_of(self.case_type, self.graph)

    @cached_property
    def feasible(self) -> Feasible | None:
        """The graph without what no case ever does. None where nothing is proved."""
        if self.case_type is None or self.graph is None or self.proofs is None:
            return None
        return feasible_of(self.case_type, self.graph, self.proofs)

    @cached_property
    def shut(self) -> tuple[Shut, ...]:
        """The states that nobody can leave, because of what is known of the fields there."""
        if self.proofs is None or self.graph is None:
            return ()
        return tuple(shut_states(self.proofs, self.graph, self.responsible))

    @cached_property
    def passed(self) -> tuple[Passed, ...]:
        """Where every case has been that gets to some place."""
        return passed_before(self.proofs.known) if self.proofs else ()

    @cached_property
    def scores(self) -> Scores:
        """What is found out about the priority; nothing where there is none, or where names are unresolved."""
        if self.case_type is None or self.proofs is None:
            return Scores()
        guards = (*(found.guard for found in self.proofs.dead), *self.proofs.always)
        sound = self.proofs.contradictions.without(self.case_type)
        return scores_of(sound, self.proofs.known, frozenset(guard.span for guard in guards))

    @cached_property
    def ground(self) -> Ground | None:
        """What questions about people stand on."""
        proofs, case_type = self.proofs, self.case_type
        return ground_of(case_type, proofs.known, proofs.lines) if case_type and proofs else None

    @cached_property
    def duties(self) -> tuple[Judgement, Map | None]:
        """What is proved about who may go on, whoever there is; and every configuration, where that matters."""
        return judged_by_itself(self.ground, Steps(MOST_STEPS)) if self.ground else (Judgement(), None)

    @cached_property
    def separation(self) -> tuple[Loophole | Doubt, ...]:
        """What one person can do though a line keeps two apart, and where that is not decided."""
        return tuple(separation(self.ground, Steps(MOST_STEPS))) if self.ground else ()

    @cached_property
    def seams(self) -> tuple[Seam, ...]:
        """Where a case goes to another team and nothing is handed over; without a way where that is not decided."""
        if self.ground is None or self.feasible is None or self.proofs is None:
            return ()
        return bare_seams(self.ground, self.feasible, spoken_of(self.proofs), Steps(MOST_STEPS))

    @cached_property
    def standstills(self) -> tuple[Standstill, ...]:
        """States that some case never leaves, because of what it holds; without an example where that is open. What
        findings about guards, fields or a whole state say already is left out."""
        if self.case_type is None or self.proofs is None or self.feasible is None:
            return ()
        return tuple(self._question(self.proofs).standstills(said_of(self.proofs, self.feasible)))

    @cached_property
    def powerless(self) -> tuple[Powerless, ...]:
        """Escalations to a role to which in some case nothing is open then; without an example where that is open."""
        if self.case_type is None or self.proofs is None or self.feasible is None:
            return ()
        return tuple(powerless(self._question(self.proofs), self.reached, said_of(self.proofs, self.feasible)))

    def _question(self, proofs: Proofs) -> Question:
        assert self.case_type is not None
        raised = frozenset(state for state, roles in self.responsible.items() if roles)

        def finer() -> Terrain | None:
            return self.ground.finer.terrain if self.ground and self.ground.finer else None

        return Question(self.case_type, proofs.known, raised, Steps(MOST_STEPS), finer=finer)

    @cached_property
    def staffing(self) -> Judgement:
        """What is proved about the people that are listed; nothing without a list."""
        return judged_with(self.ground, self.roster, Steps(MOST_STEPS)) if self.ground and self.roster else Judgement()

    @cached_property
    def assignees(self) -> Mapping[str, tuple[str | None, ...]]:
        """State -> the roles of which somebody can be the assignee there; None where nobody is assigned."""
        return assignees_in(self.case_type, self.teams) if self.case_type else {}

    @cached_property
    def responsible(self) -> Mapping[str, tuple[str, ...]]:
        """State -> the roles to which a case can be escalated while it is there."""
        return responsible_in(self.case_type, self.graph, self.reached) if self.case_type and self.graph else {}

    def way(self, state: str) -> list[Move]:
        """A shortest way from the first state to a reached one."""
        way, step = list[Move](), self.reached[state]
        while step is not None:
            way.append(step)
            step = self.reached[step.source]
        return way[::-1]


def facts_of(case_type: CaseType | None, organisation: Organisation | None, found: tuple[Finding, ...]) -> Facts:
    """The facts about a model; without errors in reading and resolving, also those about its graph."""
    if case_type is None or any(finding.severity == "error" for finding in found):
        return Facts(found, organisation, case_type, None, {}, {})
    too_much = beyond(case_type)
    if too_much == "moves":
        return Facts(found, organisation, case_type, None, {}, {}, beyond=too_much)
    graph = graph_of(case_type)
    teams = teams_in(case_type, graph)
    return Facts(found, organisation, case_type, graph, teams, graph.reached(), beyond=too_much)
