"""The lines of the `map`: journeys by name. They change nothing about a case; only pictures know of them."""

from __future__ import annotations

from collections.abc import Mapping

from casedsl.model.desk import Desk
from casedsl.model.lines import name_of, title_of
from casedsl.model.records import Journey
from casedsl.model.scope import Scope
from casedsl.syntax.tree import Document


def journeys_of(document: Document, scope: Scope, desk: Desk) -> Mapping[str, Journey]:
    """The lines by name, in the order of the file. Two of one title could not be told apart by who reads the map."""
    found: dict[str, Journey] = {}
    titles: dict[str, Journey] = {}
    for line in (line for block in document.all("map") for line in block.all("line")):
        through = scope.bound("state", line.clauses["through"], desk)
        journey = Journey(name_of(line), title_of(line), through, line.head)
        first = titles.setdefault(journey.title, journey)
        if first is not journey:
            headline = f"two lines of the map are called “{journey.title}”"
            desk.twice(line.head, first.span, headline, "give one of them another title")
        found[journey.name] = journey
    return found
