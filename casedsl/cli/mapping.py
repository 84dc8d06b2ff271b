"""`casedsl map`: the picture of a case type."""

from __future__ import annotations

import sys

import click

from casedsl.cli.definitions import checked_file
from casedsl.cli.rim import STDIN, Stop, coloured, put, say, stdin_option, write_file
from casedsl.report.selection import shown
from casedsl.report.text import full


@click.command("map", epilog="Example: casedsl map complaint.case -o complaint.svg")
@click.argument("file")
@click.option("-o", "--output", metavar="FILE", default=STDIN, help="Where the map goes; standard output if not given.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["svg", "dot", "mermaid"]),
    default="svg",
    help="A picture, or text for other tools.",
)
@stdin_option
def map_(file: str, output: str, form: str, stdin_name: str) -> int:
    """Draw the case type in FILE. A definition with errors is drawn as far as it is known, and exits with 1."""
    from casedsl.transit import draw_dot, draw_mermaid, draw_svg

    definition = checked_file(file, stdin_name)
    said = shown(definition.findings)
    if said:
        say(full(said, definition.sources, coloured("auto", sys.stderr)).rstrip("\n"))
    if definition.case_type is None:
        raise Stop(
            f"there is no case type in {definition.file} that could be drawn", code=1 if definition.findings else 2
        )
    draw = {"svg": draw_svg, "dot": draw_dot, "mermaid": draw_mermaid}[form]
    drawn = draw(definition.case_type).encode()
    if output == STDIN:
        put(drawn)
    else:
        write_file(output, drawn, definition.sources)
        say(f"drew {definition.file} to {output}")
    return int(not definition.sound)
