"""A case type's map before it is drawn: the network, its key, and what it is bound to; and the ways to write it.

Every output begins here, so that none can show what another hides. What needs a package of its own is imported where it
is asked for.
"""

from __future__ import annotations

from msgspec import Struct

from casedsl.model.records import CaseType
from casedsl.transit.drawing import Imprint
from casedsl.transit.export.itinerary import itinerary
from casedsl.transit.export.mermaid import mermaid
from casedsl.transit.key import Key, key_of
from casedsl.transit.manifest import Seal, manifest
from casedsl.transit.network import Network
from casedsl.transit.surveying import survey


class Chart(Struct, frozen=True):
    network: Network
    key: Key
    seal: Seal

    @property
    def manifest(self) -> str:
        return manifest(self.network, self.key, self.seal)

    @property
    def imprint(self) -> Imprint:
        """What a drawing says beside the map."""
        return Imprint(subtitle=self.seal.title(), key=self.key, foot=(self.seal.words(),), manifest=self.manifest)


def chart(case_type: CaseType, artifact: str = "", errors: int = 0) -> Chart:
    """`artifact` is the hash of what the case type compiles to; without it, `errors` says why there is none."""
    network = survey(case_type)
    return Chart(network, key_of(case_type, network), Seal(artifact, errors, case_type.version))


def draw_dot(shown: Chart) -> str:
    """The graph in the DOT language; only this imports the package `graphviz`, and nothing runs its program."""
    from casedsl.transit.export.dot import dot

    return dot(shown.network, shown.key)


def draw_mermaid(shown: Chart) -> str:
    return mermaid(shown.network, shown.key)


def draw_text(shown: Chart) -> str:
    return itinerary(shown.network, shown.key, shown.seal)
