"""`casedsl certify`: what is proved of definitions, or why nothing is said of them."""

from __future__ import annotations

from datetime import date

import click

from casedsl import __version__
from casedsl.cli.check.day import day_of, lock_beside
from casedsl.cli.definitions import definitions
from casedsl.cli.rim import STDIN, Stop, put, read_bytes, reader, say, stdin_option, unreadable
from casedsl.cli.smt import smt_option
from casedsl.compile import Checked, check


@click.command(epilog="Example: casedsl certify --format json complaint.case")
@click.argument("paths", nargs=-1, metavar="FILE...")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="For people, or a machine.")
@click.option("--today", callback=day_of, metavar="DAY", help="Also what hangs on the day (or `now`).")
@click.option("--schema", is_flag=True, help="Write the JSON Schema of `--format json` instead.")
@smt_option
@stdin_option
def certify(paths: tuple[str, ...], form: str, today: date | None, schema: bool, stdin_name: str) -> int:
    """List what is proved of each definition, what stays open, and what was let stand: FILE is a .case file, a folder
    of them, or `-`.

    Exits with 1 if a definition has errors: of these nothing is certified.
    """
    from casedsl.analysis.solving.further import named
    from casedsl.certifying.certificate import Certificate, certificate_of
    from casedsl.certifying.schema import schema_text
    from casedsl.certifying.telling import as_json, told

    if schema:
        put(schema_text())
        return 0
    if not paths:
        raise click.UsageError("Missing argument 'FILE...'.")
    further = named()
    compiler = __version__ if further is None else f"{__version__}, with {further.name} for what it leaves open"
    made: list[Certificate] = []
    refused: list[tuple[str, str]] = []
    for file in definitions(paths):
        definition = _checked(file, stdin_name, today)
        why = _refusal(definition)
        if why:
            refused.append((definition.file, why))
        elif definition.case_type is not None:
            made.append(certificate_of(definition, compiler))
    if not made and not refused:
        raise Stop(f"{paths[0]} is an organisation file; certify the case types that use it")
    put(as_json(made, refused) if form == "json" else "\n".join(map(told, made)))
    for file, why in refused:
        say(f"{file} is not certified: {why}; `casedsl check` shows more")
    return int(bool(refused))


def _checked(file: str, stdin_name: str, today: date | None) -> Checked:
    read = reader(stdin_name) if file == STDIN else read_bytes
    shown = stdin_name if file == STDIN else file
    try:
        return check(shown, read, lock=lock_beside(shown, read_bytes) if today else None, today=today)
    except OSError as error:
        raise Stop(unreadable(file, error)) from None


def _refusal(definition: Checked) -> str:
    """Why a definition is not certified; nothing if it is."""
    errors = sum(finding.severity == "error" for finding in definition.findings)
    if errors:
        return f"{errors} error{'s' if errors > 1 else ''}"
    too_large = definition.facts is not None and definition.facts.beyond == "moves"
    return "it is too large to be looked into" if too_large else ""
