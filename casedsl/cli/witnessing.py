"""`casedsl explain`: one finding in full, and the case that shows it as a scenario."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

import click
from casedsl_runtime.loading import ArtifactError
from msgspec import Struct

from casedsl.analysis.facts import Facts
from casedsl.analysis.people import Roster
from casedsl.artifact.lock import Lock
from casedsl.cli.check.config import Configs
from casedsl.cli.check.day import day_of, lock_beside
from casedsl.cli.check.listing import KEY, require_fitting, roster_of
from casedsl.cli.explaining import sentence_of
from casedsl.cli.rim import STDIN, Stop, color_option, coloured, put, read_bytes, reader, say, stdin_option, unreadable
from casedsl.cli.smt import smt_option
from casedsl.compile import Checked, Compiled, check, compile_case, facts_behind
from casedsl.model.scenarios import scenarios_of
from casedsl.play import Theatre, play
from casedsl.report.text import full
from casedsl.rules import RULES, code_of, slug_of
from casedsl.staging import Script, document_of, printed, staged
from casedsl.syntax.coats import coat_of
from casedsl.syntax.finding import Finding

_PLACE = re.compile(r"([\w-]{1,60}):(\d{1,9})")
_MOST_TOLD = 6
_YEAR = 2026


@click.command(epilog="Example: casedsl explain complaint.case CD203:143 --as-test")
@click.argument("file")
@click.argument("place", metavar="CODE:LINE")
@click.option("--as-test", is_flag=True, help="Write the case that shows it as a scenario of the file.")
@click.option("--today", callback=day_of, metavar="DAY", help="From this day (or `now`), as `casedsl check` has it.")
@click.option("--people", metavar="FILE", help="With the people of this list, as `casedsl check` has it.")
@smt_option
@color_option
@stdin_option
def explain(
    file: str, place: str, as_test: bool, today: date | None, people: str | None, color: str, stdin_name: str
) -> int:
    """Show one finding of FILE in full: what is so, why it matters, the way out, and whether a case can show it.

    With --as-test, write that case as a scenario in the coat of the file; `casedsl test` plays it. It comes true as
    long as the finding stands.
    """
    name = stdin_name if file == STDIN else file
    roster = roster_of({} if people is None else {KEY: people}, Configs().of(name), {})
    at = _looked_at(file, name, today, roster)
    found = _at(at.definition, place)
    if as_test:
        return _as_tests(at, found)
    put("\n".join(_told(at, each, coloured(color)) for each in found))
    return 0


class _At(Struct, frozen=True):
    """A definition, the facts about it, and the calendars beside it."""

    definition: Checked
    facts: Facts
    lock: Lock | None


def _looked_at(file: str, name: str, today: date | None, roster: Roster | None) -> _At:
    read = reader(name) if file == STDIN else read_bytes
    try:
        definition = check(name, read, lock=lock_beside(name, read) if today else None, today=today, roster=roster)
    except OSError as error:
        raise Stop(unreadable(file, error)) from None
    if roster is not None and definition.case_type is not None and definition.understood:
        require_fitting(roster, definition.case_type.organisation)
    lock = lock_beside(name, read)
    return _At(definition, facts_behind(definition, lock, today), lock)


def _at(definition: Checked, place: str) -> Sequence[Finding]:
    """The findings that a place names; ends the command, with what there is, if it names none."""
    match = _PLACE.fullmatch(place)
    if match is None:
        raise Stop("say which finding is meant by its code and its line, such as CD203:143")
    codes = [code_of(rule) for rule in RULES if match[1].lower() in (code_of(rule).lower(), slug_of(rule))]
    here = [each for each in definition.findings if each.code in codes and each.span.line == int(match[2])]
    own = [each for each in here if each.span.file == definition.file]
    if not here:
        raise Stop(f"{place} is no finding of {definition.file}; {_there_is(definition, codes)}", code=1)
    return own or here


def _there_is(definition: Checked, codes: Sequence[str]) -> str:
    same = [each for each in definition.findings if each.code in codes]
    others = [each for each in definition.findings if each.severity != "info"]
    places = list(dict.fromkeys(f"{each.code}:{each.span.line}" for each in same or others))
    if not places:
        return "nothing was found in it"
    more = f", and {len(places) - _MOST_TOLD} more" if len(places) > _MOST_TOLD else ""
    return f"there {'is' if len(places) == 1 else 'are'} {', '.join(places[:_MOST_TOLD])}{more}"


def _told(at: _At, finding: Finding, colour: bool) -> str:
    definition, script = at.definition, staged(at.facts, finding, opening_day(at.lock))
    rule = next(rule for rule in RULES if code_of(rule) == finding.code)
    place = f"{finding.code}:{finding.span.line}"
    shown = f"`casedsl explain {definition.file} {place} --as-test` writes a case in which it shows"
    rows = [
        ("the rule", f"{sentence_of(rule.__doc__)} (`casedsl rule {finding.code}`)"),
        ("as a test", shown if isinstance(script, Script) else f"none: {finding.code} {script}"),
    ]
    frame = full((finding,), definition.sources, colour)
    return frame + "".join(f"   = {head:<9} {text}\n" for head, text in rows)


def _as_tests(at: _At, found: Sequence[Finding]) -> int:
    """Write the scenarios of some findings, and say whether each comes true here."""
    scripts = [(finding, staged(at.facts, finding, opening_day(at.lock))) for finding in found]
    known = [(finding, script) for finding, script in scripts if isinstance(script, Script)]
    if not known:
        raise Stop("; ".join(dict.fromkeys(f"{finding.code} {script}" for finding, script in scripts)), code=1)
    for finding, script in known:
        title = f"{finding.code}: {finding.headline}"
        put(printed(script, title, coat_of(at.definition.file)))
        say(_played(at, script, title))
    return 0


def opening_day(lock: Lock | None) -> date:
    """The Monday on which cases are opened: one in February of a year that the calendars know, and with one behind
    it."""
    year = _YEAR if lock is None else min(max(_YEAR, lock.first_year), max(lock.first_year, lock.last_year - 1))
    first = date(year, 2, 1)
    return first + timedelta(days=-first.weekday() % 7)


def _played(at: _At, script: Script, title: str) -> str:
    """What becomes of a scenario in this definition, whatever else is wrong with it."""
    case_type = script.case_type
    compiled = compile_case(case_type, at.lock)
    if not isinstance(compiled, Compiled):
        return f"not played here: {'; '.join(compiled)}"
    try:
        theatre = Theatre.of(case_type, compiled)
    except ArtifactError as error:
        return f"not played here: {error}"
    scenarios, _ = scenarios_of(document_of(script, title), case_type)
    failures = (play(scenario, theatre).failure for scenario in scenarios)
    failure = next((each for each in failures if each is not None), None)
    if failure is None:
        return "played here: every line comes true; when it is mended, one doesn't"
    return f"played here, and a line doesn't come true: {failure.headline}"
