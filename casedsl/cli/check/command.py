"""`casedsl check`: findings on standard output, how many on standard error."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Mapping
from datetime import date

import click
from msgspec import Struct
from msgspec.structs import replace

from casedsl.cli.check.cache import Cache, no_cache, user_cache
from casedsl.cli.check.choosing import Chooser, setting
from casedsl.cli.check.config import FORMATS, Config, Configs
from casedsl.cli.check.day import day_of
from casedsl.cli.check.listing import roster_of
from casedsl.cli.check.mending import Mending, mended
from casedsl.cli.check.runs import Result, Terms, names_of, run
from casedsl.cli.check.showing import Findings, rendered, statistics
from casedsl.cli.check.together import judged_together
from casedsl.cli.check.watching import watch
from casedsl.cli.definitions import definitions, unique
from casedsl.cli.rim import STDIN, Stamp, Stop, color_option, coloured, put, say, stamp_of, stdin_option, write_file
from casedsl.cli.smt import smt_flag, z3_version
from casedsl.report.selection import counts, is_shown, wants_opinions
from casedsl.report.text import summary
from casedsl.syntax.finding import Finding, Severity


class Asked(Struct, frozen=True):
    """What the command line asks for; `given` are the settings that it names, by the key of a configuration."""

    paths: tuple[str, ...]
    terms: Terms
    mending: Mending
    config: str | None
    no_config: bool
    force_exclude: bool
    given: Mapping[str, object]
    output: str | None
    color: str
    statistics: bool
    exit_zero: bool
    quiet: bool


def _rules(_: click.Context, __: click.Parameter, value: tuple[str, ...]) -> list[str]:
    return [rule.strip() for each in value for rule in each.split(",") if rule.strip()]


def _jobs(_: click.Context, __: click.Parameter, value: str | None) -> int | str | None:
    if value is None or value == "auto":
        return value
    if value.isascii() and value.isdigit() and 1 <= int(value) <= 1000:
        return int(value)
    raise click.BadParameter(f"{value!r} is no number of processes; write a number from 1 on, or `auto`")


@click.command(epilog="Example: casedsl check --output-format concise complaint.case")
@click.argument("paths", nargs=-1, required=True, metavar="FILE...")
@click.option("--select", multiple=True, callback=_rules, metavar="RULES", help="Show only these: CD104, CD1, trap.")
@click.option("--ignore", multiple=True, callback=_rules, metavar="RULES", help="Leave these rules out.")
@click.option(
    "--fail-on", type=click.Choice(["error", "warning", "info"]), help="What makes it exit with 1 (usually a warning)."
)
@click.option(
    "--output-format",
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="With frames (usual), one line each, or for a machine.",
)
@click.option("-o", "--output", metavar="FILE", help="Where the findings go; standard output if not given.")
@click.option("--statistics", is_flag=True, help="How often each rule finds something, instead of where.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 even if something was found.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but what was found.")
@click.option("--config", metavar="FILE", help="The settings, instead of the nearest casedsl.toml or pyproject.toml.")
@click.option("--no-config", is_flag=True, help="Use no settings but those named here.")
@click.option("--force-exclude", is_flag=True, help="Leave out what the settings exclude, even if it is named here.")
@click.option("--cache/--no-cache", default=None, help="Remember what was found in files that don't change (usual).")
@click.option("-j", "--jobs", callback=_jobs, metavar="N", help="How many processes check; `auto`: one per processor.")
@click.option("--fix", is_flag=True, help="Carry out the fixes that can't change what is meant, then check again.")
@click.option("--unsafe-fixes", "unsafe", is_flag=True, help="With --fix or --diff: also those that may change it.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and write nothing.")
@click.option("--today", callback=day_of, metavar="DAY", help="From this day (or `now`), does calendars.lock reach?")
@click.option("--people", metavar="FILE", help="Can these people do all that is left to them, and each be away?")
@smt_flag
@click.option("--watch", "watching", is_flag=True, help="Check again whenever a file changes, until Ctrl-C.")
@color_option
@stdin_option
def check(
    paths: tuple[str, ...],
    select: list[str],
    ignore: list[str],
    fail_on: str | None,
    form: str | None,
    cache: bool | None,
    jobs: int | str | None,
    watching: bool,
    today: date | None,
    people: str | None,
    smt: bool,
    stdin_name: str,
    fix: bool,
    diff: bool,
    unsafe: bool,
    **rest: object,
) -> int:
    """Check definitions: FILE is a .case file, a folder of them, or `-`.

    Exits with 1 if there are errors or warnings. Errors and warnings are shown; infos only if they are selected.
    """
    named = {"fail-on": fail_on, "output-format": form, "cache": cache, "jobs": jobs, "people": people}
    lists = {"select": select or None, "ignore": ignore or None}
    given = {key: value for key, value in (*named.items(), *lists.items()) if value is not None}
    mending = Mending(fix, diff, unsafe)
    asked = Asked(paths=paths, given=given, terms=Terms(stdin_name, today, smt=smt), mending=mending, **rest)  # type: ignore[arg-type]
    if watching and STDIN in paths:
        raise Stop("standard input can't be watched; name files or folders")
    if watching and mending.asked:
        raise Stop("--watch only looks; run --fix or --diff without it")
    if watching:
        watch(lambda seen: look(asked, seen, sys.stdout.isatty()), lambda: _listed(asked), time.sleep)
    return look(asked, {})


def look(asked: Asked, seen: dict[str, Stamp], clear: bool = False) -> int:
    """One check: show what is to be shown, note the stamps of all files that it depended on, return the exit code."""
    seen |= {path: stamp_of(path) for path in asked.paths if not os.path.isdir(path)}
    configs = Configs(asked.config, asked.no_config, seen)
    config = _first(asked, configs)
    roster = roster_of(asked.given, config, seen)
    terms = asked.terms
    cache = (
        user_cache(terms.today, roster, z3_version(terms.smt)) if setting("cache", asked.given, config) else no_cache()
    )
    chooser = Chooser(configs, asked.given, lambda: names_of(cache))
    files = tuple(definitions(asked.paths, configs, asked.force_exclude))
    whole = any(os.path.isdir(path) for path in asked.paths)
    if asked.mending.asked:
        changed = _mended(asked, files, whole, chooser)
        if asked.mending.diff or STDIN in asked.paths:
            return int(changed and asked.mending.diff and not asked.exit_zero)
    choices = [chooser.of(asked.terms.stdin_name if file == STDIN else file) for file in files]
    terms = replace(terms, roster=roster, opinions=any(map(wants_opinions, choices)))
    results = _results(files, terms, cache, setting("jobs", asked.given, config), seen)
    extra, ignored = judged_together([result.outcome for result in results], whole, cache)
    found = unique((*(finding for result in results for finding in result.outcome.findings), *extra))
    chosen = tuple(finding for finding in found if is_shown(finding, chooser.of(finding.span.file)))
    if clear:
        click.clear()
    form = setting("output-format", asked.given, config)
    _show(Findings(chosen, results, cache), form, asked, setting("fail-on", asked.given, config))
    if not asked.quiet:
        say(summary(chosen, len(files)) + (f", {ignored} ignored" if ignored else "") + _fixable(chosen, asked.mending))
    failing = any(counts(finding, chooser.of(finding.span.file)) for finding in chosen)
    return int(failing and not asked.exit_zero)


def _mended(asked: Asked, files: tuple[str, ...], whole: bool, chooser: Chooser) -> bool:
    def chosen(finding: Finding) -> bool:
        return is_shown(finding, chooser.of(finding.span.file))

    return mended(asked.mending, files, asked.terms.stdin_name, whole, chosen)


def _results(
    files: tuple[str, ...], terms: Terms, cache: Cache, jobs: int | str, seen: dict[str, Stamp]
) -> list[Result]:
    """The result for each file; ends the command at the first that can't be read."""
    several = (os.cpu_count() or 1) if isinstance(jobs, str) else jobs
    done = run(files, terms, cache, several)
    for each in done:
        if isinstance(each, Result):
            seen |= each.stamps
    for each in done:
        if isinstance(each, str):
            raise Stop(each)
    results = [each for each in done if isinstance(each, Result)]
    if any(result.new for result in results):
        cache.prune()
    return results


def _fixable(findings: Iterable[Finding], done: Mending) -> str:
    """How many of the findings a fix can mend that wasn't tried in this run, where there are any."""
    safe = [finding.fix.safe for finding in findings if finding.fix is not None]
    how = [(safe.count(True), "--fix", done.fix), (safe.count(False), "--fix --unsafe-fixes", done.unsafe)]
    return "".join(f"; {count} can be mended with {option}" for count, option, tried in how if count and not tried)


def _show(findings: Findings, form: str, asked: Asked, fail_on: Severity) -> None:
    to_file = asked.output not in (None, STDIN)
    if asked.statistics:
        text = statistics(findings, form)
    else:
        text = rendered(findings, form, coloured(asked.color) and not to_file, fail_on)
    if to_file and asked.output is not None:
        write_file(asked.output, text.encode("utf-8", "replace"), findings.read)
    elif text:
        put(text)


def _first(asked: Asked, configs: Configs) -> Config:
    """The configuration that speaks for the whole run: that of what is named first."""
    path = asked.terms.stdin_name if asked.paths[0] == STDIN else asked.paths[0]
    return configs.of_folder(os.path.abspath(path)) if os.path.isdir(path) else configs.of(path)


def _listed(asked: Asked) -> tuple[str, ...]:
    configs = Configs(asked.config, asked.no_config)
    return tuple(definitions(_folders(asked.paths), configs, asked.force_exclude))


def _folders(paths: Iterable[str]) -> Iterable[str]:
    return (path for path in paths if os.path.isdir(path))
