"""Definitions as commands get them: named by files, folders or standard input, and checked."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from casedsl.cli.rim import STDIN, Stop, coloured, read_bytes, reader, say, unreadable
from casedsl.compile import Checked, check
from casedsl.report.text import full, summary
from casedsl.syntax.finding import Finding
from casedsl.syntax.use import SUFFIX


def checked_file(file: str, stdin_name: str = "stdin.case") -> Checked:
    """A definition, checked; ends the command if the file can't be read."""
    shown = stdin_name if file == STDIN else file
    try:
        return check(shown, reader(stdin_name) if file == STDIN else read_bytes)
    except OSError as error:
        raise Stop(unreadable(file, error)) from None


def definitions(paths: Iterable[str]) -> Iterable[str]:
    """The files that some arguments name, each once: a folder stands for every definition below it, in order of their
    names, hidden ones left out."""
    return dict.fromkeys(_named(paths))


def _named(paths: Iterable[str]) -> Iterator[str]:
    for path in paths:
        if path != STDIN and os.path.isdir(path):
            found = sorted(str(each) for each in Path(path).rglob(f"*{SUFFIX}") if _is_meant(each, Path(path)))
            if not found:
                raise Stop(f"there is no {SUFFIX} file in the folder {path}; name another folder or a file")
            yield from found
        else:
            yield path


def _is_meant(file: Path, folder: Path) -> bool:
    """Whether who names a folder means this file below it: what lies in hidden folders (`.venv`) is the tools'."""
    return file.is_file() and not any(part.startswith(".") for part in file.relative_to(folder).parts)


def require_sound(definition: Checked) -> None:
    """End the command with the findings if a definition has errors."""
    if not definition.sound:
        say(full(definition.findings, definition.sources, coloured("auto", sys.stderr)).rstrip("\n"))
        raise Stop(f"{summary(definition.findings, 1)}; correct them first", code=1)


def unique(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings in order, each once: two definitions that use one organisation file find its faults together."""
    return tuple(sorted(dict.fromkeys(findings), key=Finding.place))
