"""Everything that rules ask for about one definition, gathered once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from msgspec import Struct

from casedsl.analysis.graph import Graph, Move, graph_of
from casedsl.analysis.horizon import Horizon
from casedsl.analysis.proofs import Proofs, proofs_of
from casedsl.analysis.teams import teams_in
from casedsl.model.records import CaseType, Organisation
from casedsl.syntax.finding import Finding


class Facts(Struct, frozen=True, dict=True):
    """What is known about a definition when rules look at it.

    Attributes:
      found: what reading and resolving found.
      organisation: what the files in `use` share, or the organisation file itself.
      case_type, graph, teams, reached: the model and the facts about it; the model is None where there is none, and
        the graph is not looked at while names are unresolved (a missing edge would be blamed twice).
      horizon: how far the locked calendars reach from a given day; None where no day is given, or nothing is locked.
    """

    found: tuple[Finding, ...]
    organisation: Organisation | None
    case_type: CaseType | None
    graph: Graph | None
    teams: Mapping[str, tuple[str | None, ...]]
    reached: Mapping[str, Move | None]
    horizon: Horizon | None = None

    @cached_property
    def proofs(self) -> Proofs | None:
        """What is proved about guards and fields; worked out when it is first asked for."""
        if self.case_type is None or self.graph is None:
            return None
        return proofs_of(self.case_type, self.graph)

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
    graph = graph_of(case_type)
    return Facts(found, organisation, case_type, graph, teams_in(case_type, graph), graph.reached())
