"""`casedsl demo`: the whole way once, from the text of a definition to a closed case, told so that a reader who has
seen nothing else can say what happened and why.

Nothing is simulated but the clock: the definition is checked, drawn and compiled, the case lives in a fresh SQLite
file, and what is printed at the end is the journal read back from that file.
"""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import click
from casedsl_runtime.host import Host
from casedsl_runtime.journal import verify_chain
from casedsl_runtime.loading import load_workflow
from casedsl_runtime.people import Directory

from casedsl.cli.compiling import ARTIFACT, BUNDLE, compiled_file
from casedsl.cli.definitions import checked_file, require_sound
from casedsl.cli.rim import Stop, put, write_file, write_files
from casedsl.cli.shipped import shipped
from casedsl.cli.stores import stored
from casedsl.compile import Checked, Compiled
from casedsl.model.records import CaseType
from casedsl.model.scenarios import scenarios_of
from casedsl.model.scenarios.records import Act, Opened, Person, Scenario, Then
from casedsl.play import Line, Player, Theatre
from casedsl.report.explanation import listed_cases
from casedsl.report.journal import Words, told
from casedsl.report.plain import one_line
from casedsl.report.text import summary
from casedsl.syntax.printing.scalars import scalar
from casedsl.syntax.source import SUFFIXES, stem_of

EXAMPLE = "complaint"
_MARK = "# `casedsl demo` keeps its files here, and makes them anew each time.\n*\n"
_OURS = (".svg", ARTIFACT, BUNDLE, "cases.db", "cases.db-wal", "cases.db-shm", "people.yaml")


@click.command(epilog="Example: casedsl demo examples/complaint --output /tmp/demo")
@click.argument("folder", required=False)
@click.option("-o", "--output", metavar="FOLDER", help="Where the demo keeps its files; .casedsl/demo if not given.")
def demo(folder: str | None, output: str | None) -> int:
    """Play a whole case: check, draw and compile a definition, then play its longest scenario in a database.

    FOLDER is an example's folder.
    """
    source = Path(folder) if folder else _example()
    definition = checked_file(str(_definition(source)))
    require_sound(definition)
    case_type = definition.case_type
    if case_type is None:
        raise Stop(f"{definition.file} is no case type; the demo plays one")
    scenario = _longest(definition, case_type)
    target = _fresh(Path(output) if output else Path(".casedsl") / "demo")
    compiled = _made(definition, case_type, target)
    number, as_told = _run(scenario, Theatre.of(case_type, compiled), target)
    if number:
        put(_next(definition, target / f"{case_type.name}.svg", target, number))
    return int(not as_told)


def _example() -> Path:
    folder = shipped(EXAMPLE)
    if folder is None:
        raise Stop("the example of the demo is not installed; name the folder of a definition with a scenario")
    return folder


def _definition(source: Path) -> Path:
    if os.path.isfile(source):
        raise Stop(f"{source} is a file; name its folder, {source.parent}")
    name = source.resolve().name
    named = [source / f"{name}{suffix}" for suffix in SUFFIXES]
    found = next((file for file in named if os.path.isfile(file)), None)
    if found is not None:
        return found
    files = [file for suffix in SUFFIXES[::-1] for file in sorted(source.glob(f"*{suffix}"))]
    one_coat = {stem_of(file.name): file for file in files}.values()
    others = [file for file in one_coat if checked_file(str(file)).case_type is not None]
    if len(others) == 1:
        return others[0]
    raise Stop(f"there is no {named[0]}; the demo plays a folder whose definition bears the folder's name")


def _fresh(target: Path) -> Path:
    """The demo's folder, with nothing of an earlier demo in it; git ignores it. What a demo didn't make stays."""
    mark = target / ".gitignore"
    try:
        if target.exists() and any(target.iterdir()) and not (mark.is_file() and mark.read_bytes() == _MARK.encode()):
            raise Stop(f"{target} holds files of yours; name another folder with --output")
        target.mkdir(parents=True, exist_ok=True)
        for file in target.iterdir():
            if file.name.endswith(_OURS) and not file.is_dir():
                file.unlink()
        mark.write_bytes(_MARK.encode())
    except OSError as error:
        raise Stop(f"{target} can't be used ({error.strerror}); name another folder with --output") from None
    return target


def _made(definition: Checked, case_type: CaseType, target: Path) -> Compiled:
    """Draw and compile; the files go to the demo's folder."""
    from casedsl.compile import artifact_hash
    from casedsl.transit import chart
    from casedsl.transit.export.forms import Press

    title = f"{case_type.title}, version {case_type.version}"
    lines = len(definition.sources[definition.file].lines())
    put(f"{title}\n{'=' * len(title)}\n\n")
    put(f"1 Checked   {definition.file}, {lines} lines: {summary(definition.findings, len(definition.sources))}\n")
    name = case_type.name
    drawn = Press(chart(case_type, artifact_hash(case_type))).files(str(target / f"{name}.svg"), "svg")
    write_files(drawn)
    sheets = "" if len(drawn) == 1 else f" and {len(drawn) - 1} more sheets"
    put(f"2 Drawn     {next(iter(drawn))}{sheets}, the map with a key to all transitions\n")
    compiled = compiled_file(definition)
    write_file(str(target / f"{name}{ARTIFACT}"), compiled.artifact)
    write_file(str(target / f"{name}{BUNDLE}"), compiled.bundle)
    put(f"3 Compiled  {target / f'{name}{ARTIFACT}'}, {load_workflow(compiled.artifact).hash[:19]}…\n")
    return compiled


def _longest(definition: Checked, case_type: CaseType) -> Scenario:
    """The scenario of which there is most to tell."""
    scenarios, _ = scenarios_of(definition.documents[0], case_type)
    if not scenarios:
        raise Stop(f"{definition.file} has no scenario; write one, for the demo to play")
    return max(scenarios, key=lambda scenario: len(scenario.steps))


def _run(scenario: Scenario, theatre: Theatre, target: Path) -> tuple[str, bool]:
    """Play a scenario in a fresh database and read its journal back; the case's number, and whether all came true."""
    people = {person.id: {"name": person.name, "roles": list(person.roles)} for person in scenario.people}
    write_file(str(target / "people.yaml"), "".join(_person(person) for person in scenario.people).encode())
    words = Words(theatre.workflow, theatre.zone, {person.id: person.name for person in scenario.people})
    database = target / "cases.db"
    put(one_line(f"4 Played    “{scenario.title}”, with a virtual clock, in {database}") + "\n\n")
    with stored(str(database), create=True) as store:
        player = Player(scenario, theatre, store)
        failed = [line.failure for line in player.lines() if _told(line, theatre.case_type, words)]
    if player.number:
        _read_back(database, Directory.of(people), player.number, words)
    return player.number, not failed


def _person(person: Person) -> str:
    return f"{person.id}: {{name: {scalar(person.name, flow=True)}, roles: [{', '.join(person.roles)}]}}\n"


def _told(line: Line, case_type: CaseType, words: Words) -> bool:
    """Print a line as it is played; whether it didn't come true."""
    step = line.step
    if isinstance(step, Opened | Act):
        what = (step.event or "changes it") if isinstance(step, Act) else "opens a case"
        who = step.who if isinstance(step, Act) else step.by
        put(f"  {words.instant(line.at)}  {one_line(f'{words.person(who)} {what}')}\n")
        handler = case_type.handlers(line.where).get(what) if line.where else None
        put(f"            {one_line(handler.purpose)}\n" if handler and handler.purpose else "")
    elif line.acted:
        put(f"  {words.instant(line.at)}  (nobody acts)\n")
    for reason in line.outcome.reasons if line.outcome else ():
        put(f"            refused: {one_line(reason)}\n")
    if line.acted:
        put(f"            … time acted {'once' if line.acted == 1 else f'{line.acted} times'}\n")
    if isinstance(step, Then) and line.failure is None:
        put(f"            {one_line(f'so {step.text} at {step.at}' if step.at else f'so {step.text}')}\n")
    if line.failure is not None:
        put(f"            (not as it is told: {one_line(line.failure.headline)})\n")
    return line.failure is not None


def _read_back(database: Path, people: Directory, number: str, words: Words) -> None:
    """Print the journal as a reader of the database finds it."""
    with stored(str(database)) as store:
        host = Host(store, people)
        entries = host.history(number)
        wrong = verify_chain(entries)
        put(f"\n5 The journal of {number}, read back from {database}\n\n{told(entries, words)}\n")
        chain = "; ".join(wrong) or "the chain holds"
        put(f"  {len(entries)} entries, {chain}.\n\n{listed_cases(host.list())}")


def _next(definition: Checked, drawing: Path, target: Path, number: str) -> str:
    program = shlex.quote(os.environ.get("CASEDSL_PROGRAM", "casedsl"))
    db = f"--db {shlex.quote(str(target / 'cases.db'))} --people {shlex.quote(str(target / 'people.yaml'))}"
    return (
        "\nWhat to try next\n"
        f"  look at the map             {drawing}\n"
        f"  ask why                     {program} case {db} why {number}\n"
        f"  change a line, see it said  {program} check {shlex.quote(definition.file)}\n"
        f"  what a rule means           {program} rule CD103\n"
    )
