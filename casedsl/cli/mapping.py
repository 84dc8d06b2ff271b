"""`casedsl map`: the picture of a case type."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import click

from casedsl.cli.definitions import checked_file
from casedsl.cli.locking import kept, kept_beside, lock_options, outdated, place_of
from casedsl.cli.overlaying import Over, over_options
from casedsl.cli.rim import NO_NAME, STDIN, Stop, coloured, put, say, spare, stdin_option, write_files
from casedsl.report.selection import shown
from casedsl.report.text import full

if TYPE_CHECKING:
    from casedsl.compile import Checked
    from casedsl.transit import Chart
    from casedsl.transit.export.forms import Form, Press

FORMATS = ("svg", "png", "pdf", "html", "dot", "mermaid", "text")
"""As `export/forms.py` has them, which is imported only where a map is drawn: it costs more than a command line."""


@click.command("map", epilog="Example: casedsl map complaint.case -o complaint.svg -o complaint.html")
@click.argument("file")
@click.option(
    "-o",
    "--output",
    "outputs",
    metavar="FILE",
    multiple=True,
    help="Where the map goes, in the form of the suffix: .svg .png .pdf .html .dot .mmd .txt. Several may be named.",
)
@click.option(
    "--format", "form", type=click.Choice(FORMATS), help="A form, whatever the suffix is; svg if none is said."
)
@click.option("--text", "in_words", is_flag=True, help="The map in words, as --format text.")
@over_options
@lock_options
@stdin_option
def map_(
    file: str,
    outputs: tuple[str, ...],
    form: Form | None,
    in_words: bool,
    keep: bool,
    relayout: bool,
    stdin_name: str,
    **over: Any,
) -> int:
    """Draw the case type in FILE. A definition with errors is drawn as far as it is known, and exits with 1.

    A map with more than 40 stations, or one that doesn't fit on the --paper, is drawn on several sheets: an overview, a
    strip for each journey, a sheet for each team, and a timetable. They are the pages of a PDF, and files of their own
    (map-1.svg, map-7a.svg and so on) as pictures."""
    definition = checked_file(file, stdin_name)
    wanted = Over(**over)
    if keep or relayout:
        _may_keep(definition, wanted)
    older = wanted.older(definition)
    beside = () if file == STDIN else (place_of(file),)
    read = (*definition.sources, *wanted.named, *(older.sources if older else ()), *beside)
    if wanted.overlay_out is not None:
        _may_count(wanted.overlay_out, outputs, read)
    if in_words and form not in (None, "text"):
        raise Stop(f"--text and --format {form} are two forms; leave one out")
    silent = wanted.overlay_out is not None and not outputs and not in_words and form is None
    asked = _asked(() if silent else outputs or (STDIN,), "text" if in_words else form, read)
    said = shown(definition.findings)
    if said:
        say(full(said, definition.sources, coloured("auto", sys.stderr)).rstrip("\n"))
    press = wanted.press(definition, older, charted, kept_beside(file, relayout))
    numbers, printed = wanted.written(press), _printed(press, asked)
    layout = kept(file, press) if keep or relayout else {}
    pictures = {name: data for name, data in printed.items() if name != STDIN}
    write_files({**numbers, **layout, **pictures}, definition.sources)
    if STDIN in printed:
        put(printed[STDIN])
    note = outdated(file, press) if not layout and wanted.diff is None else ""
    if note:
        say(note)
    for name in numbers:
        say(f"counted {wanted.data_shown} to {name}")
    for name in printed:
        if name != STDIN:
            say(f"drew {definition.file} to {name}")
    return int(not definition.sound)


def _may_keep(definition: Checked, wanted: Over) -> None:
    """End the command where a layout would be kept that isn't the definition's own, or not all of it."""
    if wanted.diff is not None:
        raise Stop("a comparison keeps no layout; leave out --lock and --relayout, or --diff")
    if not definition.sound:
        raise Stop("a layout is kept of a definition without errors; mend them first", 1)


def _may_count(name: str, outputs: tuple[str, ...], read: Iterable[str]) -> None:
    """End the command where the numbers would be written over something else."""
    if name == STDIN:
        raise Stop("the numbers go to a file; name it with --overlay-out")
    if name in outputs:
        raise Stop(f"{name} can't be the map and the numbers; give --overlay-out a name of its own")
    spare(name, read)


def _asked(outputs: tuple[str, ...], form: Form | None, read: Iterable[str]) -> Mapping[str, Form]:
    """For each file the form in which it is written; that of standard output is SVG if nothing is said."""
    from casedsl.transit.export.forms import BINARY, SUFFIXES, form_of

    if form is not None and len(set(outputs)) > 1:
        raise Stop("one form for several files would write the same twice; leave it out, and their suffixes decide")
    asked: dict[str, Form] = {}
    for name in outputs:
        if not name:
            raise Stop(NO_NAME)
        spare(name, read)
        found = form or form_of(name)
        if found is None:
            raise Stop(f"no form of a map has the suffix of {name}; use one of {' '.join(SUFFIXES)}, or say --format")
        if name == STDIN and found in BINARY and sys.stdout is not None and sys.stdout.isatty():
            raise Stop(f"a {found.upper()} is nothing for a terminal; name a file with -o, or send it through a pipe")
        asked[name] = found
    return asked


def _printed(press: Press, asked: Mapping[str, Form]) -> Mapping[str, bytes]:
    from casedsl.transit.export.extra import ExtraMissingError
    from casedsl.transit.export.forms import DRAWN, PICTURES
    from casedsl.transit.reading import DishonestMapError

    try:
        if asked.get(STDIN) in PICTURES and len(press.pages) > 1:
            said = f"this map has {len(press.pages)} sheets, each a file of its own"
            raise Stop(f"{said}; name one with -o, or write a PDF")
        made = {file: data for name, form in asked.items() for file, data in press.files(name, form).items()}
    except (ExtraMissingError, DishonestMapError) as error:
        raise Stop(str(error)) from None
    strangers = press.strangers() if DRAWN.intersection(asked.values()) else ()
    if strangers:
        say(_strange(strangers, "pdf" in asked.values()))
    return made


def _strange(strangers: tuple[str, ...], pdf: bool) -> str:
    """A warning about characters that the map's own letters don't have."""
    from casedsl.transit.text import clean

    few = " ".join(f"{clean(char)} (U+{ord(char):04X})" for char in strangers[:6])
    more = f" and {len(strangers) - 6} more" if len(strangers) > 6 else ""
    ends = "; a PDF shows a box instead, and the table of the page has them" if pdf else ""
    return f"warning: the letters of the map don't have {few}{more}: fonts of the machine that shows it are used{ends}"


def charted(definition: Checked) -> Chart:
    """The map of a definition before it is drawn, bound to its artifact if it has no errors."""
    from casedsl.compile import artifact_hash
    from casedsl.transit import chart

    if definition.case_type is None:
        raise Stop(
            f"there is no case type in {definition.file} that could be drawn", code=1 if definition.findings else 2
        )
    if definition.sound:
        return chart(definition.case_type, artifact_hash(definition.case_type))
    errors = sum(finding.severity == "error" for finding in definition.findings)
    return chart(definition.case_type, errors=errors)
