"""Definitions as commands get them: named by files, folders or standard input, and checked."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from casedsl.cli.check.config import Config, Configs
from casedsl.cli.check.patterns import matches
from casedsl.cli.rim import NO_NAME, STDIN, Stop, coloured, read_bytes, reader, say, unreadable
from casedsl.report.selection import shown
from casedsl.report.text import full, summary
from casedsl.syntax.finding import Finding
from casedsl.syntax.source import SUFFIXES

if TYPE_CHECKING:  # a check that finds all in its cache loads no compiler
    from casedsl.compile import Checked


def checked_file(file: str, stdin_name: str = "stdin.case") -> Checked:
    """A definition, checked; ends the command if the file can't be read."""
    from casedsl.compile import check

    shown = stdin_name if file == STDIN else file
    try:
        return check(shown, reader(stdin_name) if file == STDIN else read_bytes)
    except OSError as error:
        raise Stop(unreadable(file, error)) from None


def definitions(paths: Iterable[str], configs: Configs | None = None, all_excluded: bool = False) -> Iterable[str]:
    """The files that some arguments name, each once: a folder stands for every definition below it, in order of their
    names, hidden ones left out, and those that a configuration leaves out. A file that is named is meant, unless
    `all_excluded` says that the configuration excludes it too."""
    return dict.fromkeys(_named(paths, configs or Configs(off=True), all_excluded))


def _named(paths: Iterable[str], configs: Configs, all_excluded: bool) -> Iterator[str]:
    for path in paths:
        if not path:
            raise Stop(NO_NAME)
        if path != STDIN and os.path.isdir(path):
            found = sorted(_below(path))
            if not found:
                raise Stop(f"there is no {SUFFIXES[0]} file in the folder {path}; name another folder or a file")
            meant = [file for file in found if _is_included(file, configs.of(file))]
            if not meant:
                raise Stop(f"every definition in the folder {path} is left out; look at `casedsl config show {path}`")
            yield from meant
        elif path == STDIN or not (all_excluded and _is_excluded(path, configs.of(path))):
            yield path if path == STDIN else str(PurePath(path))


def _below(folder: str) -> Iterator[str]:
    """The definitions below a folder; what lies in hidden folders (`.venv`) is the tools'."""
    for here, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files:
            if name.endswith(SUFFIXES) and not name.startswith(".") and os.path.isfile(os.path.join(here, name)):
                yield str(Path(here, name))


def _is_included(file: str, config: Config) -> bool:
    include = config.values.get("include")
    included = not isinstance(include, list) or matches(config.path_of(file), include)
    return included and not _is_excluded(file, config)


def _is_excluded(file: str, config: Config) -> bool:
    exclude = config.values.get("exclude")
    return isinstance(exclude, list) and matches(config.path_of(file), exclude)


def require_sound(definition: Checked) -> None:
    """End the command with the findings if a definition has errors."""
    if not definition.sound:
        said = shown(definition.findings)
        say(full(said, definition.sources, coloured("auto", sys.stderr)).rstrip("\n"))
        raise Stop(f"{summary(said, 1)}; correct them first", code=1)


def unique(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings in order, each once: two definitions that use one organisation file find its faults together."""
    return tuple(sorted(dict.fromkeys(findings), key=Finding.place))
