"""`casedsl demo`: the whole way once, from the text of a definition to a closed case, told so that a reader who has
seen nothing else can say what happened and why.

Nothing is simulated but the clock: the definition is checked, drawn and compiled, the case lives in a fresh SQLite
file, and what is printed at the end is the journal read back from that file.
"""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import count
from pathlib import Path

import click
from casedsl_runtime.host import Host
from casedsl_runtime.journal import verify_chain
from casedsl_runtime.loading import load_bundle, load_workflow
from casedsl_runtime.people import Directory

from casedsl.cli.compiling import ARTIFACT, BUNDLE, compiled_file
from casedsl.cli.definitions import checked_file, require_sound
from casedsl.cli.people import directory
from casedsl.cli.rim import Stop, put, write_file
from casedsl.cli.shipped import shipped
from casedsl.cli.stores import stored
from casedsl.cli.story import Played, Player, read_story
from casedsl.compile import Checked, Compiled
from casedsl.model.records import CaseType
from casedsl.play.theatre import VirtualClock
from casedsl.report.explanation import listed_cases
from casedsl.report.journal import Words, told
from casedsl.report.plain import one_line
from casedsl.report.text import summary
from casedsl.syntax.source import SUFFIXES, stem_of

EXAMPLE = "complaint"
_MARK = "# `casedsl demo` keeps its files here, and makes them anew each time.\n*\n"
_OURS = (".svg", ARTIFACT, BUNDLE, "cases.db", "cases.db-wal", "cases.db-shm", "people.yaml")


@click.command(epilog="Example: casedsl demo examples/complaint --output /tmp/demo")
@click.argument("folder", required=False)
@click.option("-o", "--output", metavar="FOLDER", help="Where the demo keeps its files; .casedsl/demo if not given.")
def demo(folder: str | None, output: str | None) -> int:
    """Play a whole case: check, draw and compile a definition, then run its story. FOLDER is an example's folder."""
    source = Path(folder) if folder else _example()
    definition = checked_file(str(_definition(source)))
    require_sound(definition)
    case_type = definition.case_type
    if case_type is None:
        raise Stop(f"{definition.file} is no case type; the demo plays one")
    target = _fresh(Path(output) if output else Path(".casedsl") / "demo")
    compiled = _made(definition, case_type, target)
    number, as_told = _run(source, target, compiled)
    put(_next(definition, target / f"{case_type.name}.svg", target, number))
    return int(not as_told)


def _example() -> Path:
    folder = shipped(EXAMPLE)
    if folder is None:
        raise Stop("the example of the demo is not installed; name the folder of a definition with a story.yaml")
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
    from casedsl.transit import draw_svg

    title = f"{case_type.title}, version {case_type.version}"
    lines = len(definition.sources[definition.file].lines())
    put(f"{title}\n{'=' * len(title)}\n\n")
    put(f"1 Checked   {definition.file}, {lines} lines: {summary(definition.findings, len(definition.sources))}\n")
    drawing, name = draw_svg(case_type).encode(), case_type.name
    write_file(str(target / f"{name}.svg"), drawing)
    put(f"2 Drawn     {target / f'{name}.svg'}, the map with a table of all transitions\n")
    compiled = compiled_file(definition)
    write_file(str(target / f"{name}{ARTIFACT}"), compiled.artifact)
    write_file(str(target / f"{name}{BUNDLE}"), compiled.bundle)
    put(f"3 Compiled  {target / f'{name}{ARTIFACT}'}, {load_workflow(compiled.artifact).hash[:19]}…\n")
    return compiled


def _run(source: Path, target: Path, compiled: Compiled) -> tuple[str, bool]:
    """Play the story in a fresh database and read its journal back; the case's number, and whether all went as told."""
    workflow = load_workflow(compiled.artifact).workflow
    zones = (each for each in load_bundle(compiled.bundle).bundle.calendars if each.zone == workflow.zone)
    people, zone = directory(str(source / "people.yaml"), workflow), next(zones, None)
    shutil.copy(source / "people.yaml", target / "people.yaml")
    words = Words(workflow, zone, {who: person.name for who, person in people.people.items()})
    steps = read_story(str(source / "story.yaml"), zone)
    database, clock = target / "cases.db", VirtualClock()
    put(f"4 Played    {source / 'story.yaml'}, with a virtual clock, in {database}\n\n")
    with stored(str(database), create=True) as store:
        host = Host(store, people, clock, _salts())
        host.install(compiled.artifact, compiled.bundle)
        player = Player(host, clock, workflow, zone)
        played = [_told(player.play(step), words) for step in steps]
    _read_back(database, people, player.number, words)
    return player.number, all(step.as_told for step in played)


def _told(played: Played, words: Words) -> Played:
    """Print a step as it is played, and hand it on."""
    step, outcome = played.step, played.outcome
    if played.steps_of_time:
        times = "once" if played.steps_of_time == 1 else f"{played.steps_of_time} times"
        put(f"            … time acted {times}\n")
    what = one_line(f"{words.person(step.who)} {step.event or 'opens a case'}") if step.who else "(nobody acts)"
    put(f"  {words.instant(step.at)}  {what}\n            {one_line(step.tell)}\n")
    for reason in outcome.reasons if outcome else ():
        put(f"            refused: {one_line(reason)}\n")
    if not played.as_told:
        put("            (that is not how the story tells it: the definition says otherwise)\n")
    return played


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


def _salts() -> Callable[[], bytes]:
    """Salts that are the same in every demo; a real host takes them from the operating system."""
    numbers: Iterator[int] = count()
    return lambda: sha256(f"demo {next(numbers)}".encode()).digest()[:16]
