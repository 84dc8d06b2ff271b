"""What one case is worth when it runs, whatever it has been through; the score never gets to see there what its
priority is blind to."""

from __future__ import annotations

from collections.abc import Mapping

from casedsl_runtime.expr import Quietly, Times, compile_expression
from casedsl_runtime.vocabulary import Value

from casedsl.analysis.scoring.scored import Reckoner, Result
from casedsl.analysis.scoring.sheet import Sheet, lived_through
from casedsl.analysis.scoring.walks import World, settled


def worth(sheet: Sheet, held: Mapping[str, Value], happened: Mapping[str, Times]) -> Result | None:
    """What the priority is with what the fields hold and with the events that have happened; None while it is
    unknown."""
    blind = {ref.name: slot.default for ref in sheet.priority.blind_to if (slot := sheet.slot(ref.name))}
    values: dict[str, Value] = {slot.name: held.get(slot.name) for slot in sheet.slots if slot.field} | blind
    reading = Quietly(held, happened, {})
    values |= {name: compile_expression(each)(reading) is True for name, each in lived_through(sheet.compared).items()}
    points = [term.at(tuple(map(values.__getitem__, term.reads))) for term in sheet.terms]
    known = [each for each in points if isinstance(each, int)]
    if len(known) < len(points):
        return None
    mask = sum(
        1 << number
        for number, atom in enumerate(sheet.atoms)
        if atom.at(tuple(map(values.__getitem__, atom.reads))) is True
    )
    return Reckoner(sheet).result(World((), sum(known), mask))


def opened(sheet: Sheet, given: Mapping[str, Value]) -> Result | None:
    """The same for a case that has just been opened, with what was given then."""
    return worth(sheet, settled(sheet, given), {})
