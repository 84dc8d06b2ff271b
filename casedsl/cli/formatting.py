"""`casedsl fmt` and `casedsl convert`: definitions in their canonical form, and in the other coat.

A file is written only where every line of it was read, and only after what is to be written was read again and says
the same.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click
from msgspec import Struct

from casedsl.cli.check.config import Configs
from casedsl.cli.definitions import definitions
from casedsl.cli.rim import STDIN, Stop, put, read_bytes, reader, say, stdin_option, unreadable, write_file
from casedsl.report.plain import one_line, plain
from casedsl.syntax.coats import (
    COATS,
    Coat,
    PrintError,
    Unfit,
    Whole,
    coat_of,
    neat,
    read_to_print,
)
from casedsl.syntax.converting import Converted, converted, other_coat
from casedsl.syntax.mending.edits import carried_out, changes, difference, with_last_end
from casedsl.syntax.source import stem_of

REPORT = "this is an error of casedsl, not of your file, and nothing was written: please report it with the file"
_COAT = click.Choice(list(COATS))


class Form(Struct, frozen=True):
    """A file as it is and as it should look."""

    file: str
    old: bytes
    new: bytes

    @property
    def changed(self) -> bool:
        return self.old != self.new


@click.command("fmt", epilog="Example: casedsl fmt --check .")
@click.argument("paths", nargs=-1, required=True, metavar="FILE...")
@click.option("--check", "only_check", is_flag=True, help="Write nothing; list what would change, and exit with 1.")
@click.option("--diff", "show", is_flag=True, help="Write nothing; show what would change.")
@click.option("-q", "--quiet", is_flag=True, help="Don't say how many files were formatted.")
@stdin_option
def fmt(paths: tuple[str, ...], only_check: bool, show: bool, quiet: bool, stdin_name: str) -> int:
    """Format definitions in place: FILE is a definition in either coat, a folder of them, or `-`.

    A file in which something can't be read stays as it is. `-` is written to standard output.
    """
    read = reader(stdin_name)
    forms, refused = [], 0
    for file in definitions(paths, Configs()):
        form = _formed(stdin_name if file == STDIN else file, read if file == STDIN else read_bytes)
        if isinstance(form, Unfit):
            say(f"casedsl: {one_line(form.sentence)}")
            refused += 1
            continue
        forms.append(form)
        _finish(form, file == STDIN, only_check, show)
    changed = sum(form.changed for form in forms)
    if not quiet:
        say(_summary(changed, len(forms) - changed, refused, only_check or show))
    return int(bool(refused or (only_check and changed)))


def _formed(file: str, read: Callable[[str], bytes]) -> Form | Unfit:
    """A file with its canonical form; ends the command if it can't be read at all."""
    try:
        data = read(file)
    except OSError as error:
        raise Stop(unreadable(file, error)) from None
    whole = read_to_print(file, data, coat_of(file))
    if isinstance(whole, Unfit):
        return whole
    text = _held(whole)
    if isinstance(text, Unfit):
        return text
    return Form(file, data, with_last_end(carried_out(data, changes(whole.source.text, text))))


def _held(whole: Whole) -> str | Unfit:
    try:
        return neat(whole)
    except PrintError as error:
        raise Stop(f"{error}; {REPORT}", 3) from None


def _finish(form: Form, piped: bool, only_check: bool, show: bool) -> None:
    """Show, list or write what is to be changed."""
    if show:
        put(plain(difference(form.file, form.old, form.new)))
    elif only_check:
        put(f"{one_line(form.file)}\n" if form.changed else "")
    elif piped:
        put(form.new)
    elif form.changed:
        write_file(form.file, form.new)


def _summary(changed: int, same: int, refused: int, planned: bool) -> str:
    would = "would be formatted" if planned else "formatted"
    said = [f"{_files(changed)} {would}"] if changed else []
    said += [f"{_files(same)} {'needs' if same == 1 else 'need'} no change"] if same else []
    said += [f"{_files(refused)} left as {'it is' if refused == 1 else 'they are'}"] if refused else []
    return ", ".join(said)


def _files(number: int) -> str:
    return f"{number} file{'s' * (number != 1)}"


@click.command(epilog="Example: casedsl convert complaint.case")
@click.argument("file")
@click.option("-o", "--output", metavar="OUT", help="Where to; beside FILE if not given. `-` is standard output.")
@click.option("--from", "source", type=_COAT, help="The coat of FILE, where its name doesn't say it.")
@click.option("--to", "target", type=_COAT, help="The coat to convert to; the other one if not given.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def convert(file: str, output: str | None, source: str | None, target: str | None, force: bool) -> int:
    """Write a definition in the other coat: x.case as x.case.yaml, x.case.yaml as x.case.

    FILE stays, and what it uses isn't converted: a definition may use organisations in either coat. Comments go with
    it; what the other coat can't keep is said, a sentence each.
    """
    coat = _coat(file, source, target)
    whole = read_to_print(*_named(file, coat), coat)
    if isinstance(whole, Unfit):
        raise Stop(whole.sentence, 1)
    out = output or (STDIN if file == STDIN else _beside(file, other_coat(coat)))
    done = _converted(whole, _beside(whole.source.file, other_coat(coat)) if out == STDIN else out)
    if out == STDIN:
        put(done.text)
    elif Path(out).exists() and not force:
        raise Stop(f"{out} is there already; name another file with -o, or say --force")
    else:
        write_file(out, done.text.encode(), [file])
        say(f"wrote {one_line(out)}")
    for sentence in done.lost:
        say(one_line(sentence))
    return 0


def _coat(file: str, source: str | None, target: str | None) -> Coat:
    """The coat of what is to be converted."""
    if file == STDIN and source is None:
        raise Stop("standard input has no name that says its coat; say --from case or --from yaml")
    coat = COATS[source] if source else coat_of(file)
    if target == coat.name:
        raise Stop(f"{file} is written in the coat `{target}` already; `casedsl fmt` formats it")
    return coat


def _named(file: str, coat: Coat) -> tuple[str, bytes]:
    name = f"stdin{coat.suffix}" if file == STDIN else file
    try:
        return name, reader(name)(name) if file == STDIN else read_bytes(file)
    except OSError as error:
        raise Stop(unreadable(file, error)) from None


def _beside(file: str, coat: Coat) -> str:
    """The name of the same definition in another coat."""
    return f"{stem_of(file)}{coat.suffix}"


def _converted(whole: Whole, file: str) -> Converted:
    try:
        done = converted(whole, file)
    except PrintError as error:
        raise Stop(f"{error}; {REPORT}", 3) from None
    if isinstance(done, Unfit):
        raise Stop(done.sentence, 1)
    return done
