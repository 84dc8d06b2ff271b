"""What `casedsl map` lays over a map: numbers of a database or a file, what the checks have found, an older version."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click
from casedsl_runtime.journal import Entry
from casedsl_runtime.store import Unit
from msgspec import Struct

from casedsl.cli.definitions import checked_file
from casedsl.cli.desk import zone_in
from casedsl.cli.given import instant
from casedsl.cli.rim import Stop, read_bytes, say, unreadable
from casedsl.cli.stores import shown, stored

if TYPE_CHECKING:
    from casedsl.compile import Checked
    from casedsl.model.records import CaseType
    from casedsl.transit import Chart
    from casedsl.transit.export.forms import Press
    from casedsl.transit.lock import Lock
    from casedsl.transit.overlays.data import Overlay
    from casedsl.transit.sheets.paper import Paper

LISTED = 12.0
"""Pixels below a map for each sign that is listed there, two or three beside each other."""


class Over(Struct, frozen=True):
    """What is asked to be laid over a map, and the paper that it is drawn for."""

    data: str | None = None
    now: str | None = None
    overlay: str | None = None
    overlay_out: str | None = None
    findings: bool = False
    diff: str | None = None
    paper: str | None = None

    def press(
        self, definition: Checked, older: Checked | None, charted: Callable[[Checked], Chart], lock: Lock | None = None
    ) -> Press:
        """The press of a definition's map, with all that is asked for laid over it; the lock says where all stood."""
        from casedsl.transit.export.forms import Press
        from casedsl.transit.sheets.paper import PAPERS

        chart = charted(definition)
        paper = PAPERS.get(self.paper) if self.paper is not None else None
        press = Press(chart, paper=paper, lock=lock)
        if older is not None:
            return compared(press, charted(older))
        overlay = self._overlay(definition, chart.seal.artifact)
        if overlay is not None:
            press = with_overlay(press, overlay)
        return with_findings(press, definition) if self.findings else press

    def older(self, definition: Checked) -> Checked | None:
        """The version that is compared with, if one is. It may have errors, and then that is said."""
        self._look()
        if self.diff is None:
            return None
        file, older = self.diff, checked_file(self.diff)
        names = [each.case_type.name if each.case_type else "" for each in (older, definition)]
        if older.case_type is not None and names[0] != names[1]:
            raise Stop(f"{file} is `{names[0]}`, another case type than `{names[1]}`; name an older version of that")
        errors = sum(finding.severity == "error" for finding in older.findings)
        if errors:
            say(f"{file} has {errors} {'error' if errors == 1 else 'errors'}; it is drawn as far as it is known")
        return older

    @property
    def named(self) -> tuple[str, ...]:
        """The files that it is read from."""
        return tuple(name for name in (self.data, self.overlay, self.diff) if name)

    @property
    def data_shown(self) -> str:
        """The database, as it may be printed."""
        return shown(self.data or "")

    def written(self, press: Press) -> Mapping[str, bytes]:
        """The file of the overlay, where one is asked for."""
        return {} if self.overlay_out is None else {self.overlay_out: press.figures}

    def _look(self) -> None:
        """End the command where what is asked for doesn't go together."""
        if self.data is not None and self.overlay is not None:
            raise Stop("--data counts an overlay and --overlay reads one; give one of them")
        if self.diff is not None and (self.data or self.overlay or self.findings):
            raise Stop("a comparison is drawn alone; leave out --data, --overlay and --findings")
        if self.data is None and (self.now is not None or self.overlay_out is not None):
            raise Stop("--now and --overlay-out are about numbers that are counted; name the database with --data")

    def _overlay(self, definition: Checked, artifact: str) -> Overlay | None:
        if self.data is None and self.overlay is None:
            return None
        if not artifact or definition.case_type is None:
            raise Stop("numbers are bound to what was compiled, and this definition has errors; correct them first", 1)
        if self.data is not None:
            return counted_in(self.data, definition.case_type, artifact, self.now)
        assert self.overlay is not None, "one of both is given"
        return overlay_in(self.overlay, artifact)


def over_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of an `Over`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


_OPTIONS = (
    click.option("--data", metavar="FILE|URL", help="Lay over it how many cases of this database are where."),
    click.option("--now", metavar="INSTANT", help="With --data: count as of this instant (2026-11-06T15:00)."),
    click.option("--overlay", metavar="JSON", help="Lay numbers over it that were counted before."),
    click.option("--overlay-out", metavar="JSON", help="With --data: write the numbers; a map only if -o is given."),
    click.option("--findings", is_flag=True, help="Put a flag at everything that `casedsl check` finds."),
    click.option("--diff", metavar="OLD", help="Show what differs from this older definition."),
    click.option("--paper", type=click.Choice(["A3", "A4"]), help="Draw it for print, on as many pages as it takes."),
)


def counted_in(db: str, case_type: CaseType, artifact: str, now: str | None) -> Overlay:
    """The overlay of the cases in a database that run this definition, as of an instant; ends the command where no
    case runs it."""
    from casedsl.transit.overlays.counting import counted

    states = tuple(case_type.states)
    finals = [state.name for state in case_type.states.values() if state.kind == "final"]
    with stored(db) as store:
        fixed = None if now is None else instant(now, zone_in(store))
        with store.reading() as unit:
            at = unit.now() if fixed is None else fixed
            overlay = counted(_journals(unit, case_type.name), artifact, states, finals, at)
    if not overlay.cases:
        others = f"; {overlay.others:,} run other versions of it" if overlay.others else ""
        raise Stop(f"no case in {shown(db)} runs this definition ({artifact[:19]}…){others}; compile and install it", 1)
    return overlay


def _journals(unit: Unit, name: str) -> Iterator[Sequence[Entry]]:
    """The journals of the cases of one type, one at a time."""
    machines: dict[str, bool] = {}
    for number in unit.numbers():
        held = unit.load(number)
        if held is not None and _is_of(unit, held.case.workflow, name, machines):
            yield unit.history(number)


def _is_of(unit: Unit, artifact: str, name: str, known: dict[str, bool]) -> bool:
    if artifact not in known:
        from casedsl_runtime.shelf import Shelf

        known[artifact] = Shelf().machine(unit, artifact).workflow.name == name
    return known[artifact]


def overlay_in(file: str, artifact: str) -> Overlay:
    """The overlay in a file, which must be about this artifact."""
    from casedsl.transit.overlays.data import MOST_BYTES, OverlayError, bound, read

    try:
        data = read_bytes(file)[: MOST_BYTES + 1]
    except OSError as error:
        raise Stop(unreadable(file, error)) from None
    try:
        return bound(read(data, file), artifact, file)
    except OverlayError as error:
        raise Stop(str(error)) from None


def with_overlay(press: Press, overlay: Overlay) -> Press:
    """The press, with the numbers of an overlay laid over the map."""
    from msgspec.structs import replace

    from casedsl.transit.overlays.data import OverlayError, written
    from casedsl.transit.overlays.heat import heat

    events = {row.track: row.event for row in press.chart.key.rows()}
    try:
        found = heat(press.chart.network, events, overlay)
    except OverlayError as error:
        raise Stop(str(error)) from None
    return replace(press, heat=found, figures=written(overlay), paper=_with_band(press.paper, 70.0))


def with_findings(press: Press, definition: Checked) -> Press:
    """The press, with a flag for each finding at what it is about."""
    from msgspec.structs import replace

    from casedsl.report.selection import shown as worth_showing
    from casedsl.transit.exits import yard
    from casedsl.transit.overlays.flags import flags
    from casedsl.transit.overlays.wearing import wear_flags

    assert definition.case_type is not None, "there is a map"
    found = worth_showing(definition.findings)
    put_up = flags(definition.case_type, yard(definition.case_type), definition.documents, found)
    paper = _with_band(press.paper, 30.0 + LISTED * len(put_up))
    return replace(press, wear=lambda plan, first: wear_flags(plan, put_up, first), paper=paper)


def _with_band(paper: Paper | None, high: float) -> Paper | None:
    """The paper, with room for what stands below each map, of which it gives a third of a page at the most."""
    from msgspec.structs import replace

    return paper and replace(paper, band=min(paper.band + high, paper.room[1] / 3))


def compared(press: Press, old: Chart) -> Press:
    """The press of both versions in one picture, laid out as the new one would be."""
    from msgspec.structs import replace

    from casedsl.transit.comparing import comparison
    from casedsl.transit.difference import told_in_words
    from casedsl.transit.laying import lay
    from casedsl.transit.overlays.wearing import wear_marks

    found, both = comparison(old, press.chart)
    lock = press.lock or lay(press.chart.network).lock
    words = told_in_words(found)
    paper = _with_band(press.paper, 30.0 + LISTED * len(found.marks))
    made = replace(press, chart=both, lock=lock, words=words, paper=paper)
    return replace(made, wear=lambda plan, _: wear_marks(plan, found))
