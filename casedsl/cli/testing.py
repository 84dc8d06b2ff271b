"""`casedsl test`: the scenarios of definitions played, each compiled in memory with the lock beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import click

from casedsl.cli.compiling import compiled_file
from casedsl.cli.definitions import checked_file, definitions
from casedsl.cli.rim import STDIN, Stop, color_option, coloured, put, say, stdin_option, write_file
from casedsl.compile import Checked
from casedsl.model.scenarios import scenarios_of
from casedsl.model.scenarios.records import Scenario
from casedsl.play import Theatre, play
from casedsl.play.coverage import coverage_of
from casedsl.play.formats import FORMATS, Tried
from casedsl.report.selection import shown


@click.command("test", epilog="Example: casedsl test complaint.case -k Friday")
@click.argument("paths", nargs=-1, metavar="[FILE]...")
@click.option("-k", "chosen", metavar="TEXT", default="", help="Play only scenarios with this text in their titles.")
@click.option("--coverage-below", metavar="PERCENT", type=click.IntRange(1, 100), help="Fail if less was played.")
@click.option("--format", "form", type=click.Choice([*FORMATS]), default="text", help="For people, or for a machine.")
@click.option("-o", "--output", metavar="FILE", help="Where the result goes; standard output if not given.")
@click.option("--lock", "lock_file", metavar="FILE", help="The locked calendars, instead of those beside each file.")
@color_option
@stdin_option
def test(
    paths: tuple[str, ...],
    chosen: str,
    coverage_below: int | None,
    form: str,
    output: str | None,
    lock_file: str | None,
    color: str,
    stdin_name: str,
) -> int:
    """Play the scenarios in FILE: a .case file, a folder of them (this folder if not given), or `-`.

    Exits with 1 if a scenario doesn't come true, or if too little of a definition was played.
    """
    if chosen and coverage_below:
        raise Stop("--coverage-below counts all scenarios; leave out -k")
    tried = tuple(_tried(definitions(paths or (".",)), chosen, lock_file, stdin_name))
    count = sum(len(each.played) for each in tried)
    if not count and not any(each.wrong for each in tried):
        raise Stop(f"no scenario's title has {chosen!r} in it" if chosen else "there is no scenario here; write one")
    written = FORMATS[form](tried, form == "text" and output is None and coloured(color))
    if output is None or output == STDIN:
        put(written)
    else:
        write_file(output, written.encode(), [source for each in tried for source in each.sources])
    low = [each for each in tried if each.coverage and each.coverage.percent < (coverage_below or 0)]
    say(_summary(tried, count))
    for each in low:
        assert each.coverage is not None
        say(f"{each.file}: {each.coverage.percent}% was played, and {coverage_below}% is the least")
    return int(bool(low) or any(each.failed for each in tried))


def _tried(files: Iterable[str], chosen: str, lock_file: str | None, stdin_name: str) -> Iterator[Tried]:
    """Each file that has scenarios, played."""
    for file in files:
        definition = checked_file(file, stdin_name)
        document = definition.documents[0] if definition.documents else None
        if document is not None and document.kind == "organisation":
            continue
        case_type = definition.case_type
        if not definition.sound or document is None or case_type is None:
            yield Tried(definition.file, definition.sources, (), None, tuple(shown(definition.findings)))
            continue
        known, _ = scenarios_of(document, case_type)
        scenarios = [each for each in known if chosen.lower() in each.title.lower()]
        if scenarios:
            yield _played(definition, scenarios, lock_file, whole=not chosen)


def _played(definition: Checked, scenarios: Sequence[Scenario], lock_file: str | None, whole: bool) -> Tried:
    """The scenarios of a sound definition, played; what was never played is told of all of them only."""
    case_type = definition.case_type
    assert case_type is not None
    theatre = Theatre.of(case_type, compiled_file(definition, lock_file))
    played = tuple(play(each, theatre) for each in scenarios)
    coverage = coverage_of(case_type, theatre.workflow, (each.parts for each in played)) if whole else None
    return Tried(definition.file, definition.sources, played, coverage)


def _summary(tried: Sequence[Tried], count: int) -> str:
    failed = sum(each.failure is not None for file in tried for each in file.played)
    unread = sum(bool(each.wrong) for each in tried)
    ok = f"{count - failed} of {count} scenario{'' if count == 1 else 's'} came true"
    return f"{ok}; {unread} file{'' if unread == 1 else 's'} with errors" if unread else ok
