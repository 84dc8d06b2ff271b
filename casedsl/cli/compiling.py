"""`casedsl compile`: an artifact and its calendars beside the definition."""

from __future__ import annotations

from pathlib import Path

import click

from casedsl.artifact.lock import Lock, read_lock
from casedsl.artifact.lower import calendars_of
from casedsl.cli.definitions import checked_file, require_sound
from casedsl.cli.rim import STDIN, Stop, put, read_bytes, say, stdin_option, unreadable, write_files
from casedsl.compile import Checked, Compiled, compile_case
from casedsl.syntax.source import stem_of

LOCK = "calendars.lock"
ARTIFACT, BUNDLE = ".casec.json", ".calendars.json"


@click.command("compile", epilog="Example: casedsl compile complaint.case -o complaint.casec.json")
@click.argument("file")
@click.option("-o", "--output", metavar="FILE", help="Where the artifact goes: x.casec.json; `-` is standard output.")
@click.option(
    "--lock", "lock_file", metavar="FILE", help=f"The locked calendars; {LOCK} beside the definition if not given."
)
@stdin_option
def compile_(file: str, output: str | None, lock_file: str | None, stdin_name: str) -> int:
    """Compile the case type in FILE to an artifact and, beside it, a bundle of its calendars."""
    definition = checked_file(file, stdin_name)
    compiled = compiled_file(definition, lock_file)
    if output == STDIN:
        put(compiled.artifact)
        return 0
    artifact = output or _beside(definition.file)
    bundle = bundle_beside(artifact)
    read = [*definition.sources, _lock_of(definition, lock_file)]
    write_files({bundle: compiled.bundle, artifact: compiled.artifact}, read)
    say(f"compiled {definition.file} to {artifact} and {bundle}")
    return 0


def compiled_file(definition: Checked, lock_file: str | None = None) -> Compiled:
    """The artifact and bundle of a definition; ends the command if it isn't sound or the lock doesn't fit it."""
    require_sound(definition)
    if definition.case_type is None:
        raise Stop(f"{definition.file} is an organisation file; compile the case types that use it")
    lock = _lock_of(definition, lock_file)
    needed = lock_file or Path(lock).exists() or calendars_of(definition.case_type)
    compiled = compile_case(definition.case_type, locked(lock) if needed else None)
    if isinstance(compiled, Compiled):
        return compiled
    raise Stop("; ".join(compiled))


def _lock_of(definition: Checked, lock_file: str | None) -> str:
    return lock_file or str(Path(definition.file).with_name(LOCK))


def locked(file: str) -> Lock:
    """The lock in a file; ends the command if there is none or it can't be read."""
    try:
        text = read_bytes(file).decode("utf-8")
    except FileNotFoundError:
        raise Stop(f"there is no {file}; run `casedsl calendars lock` with the definition's file") from None
    except OSError as error:
        raise Stop(unreadable(file, error)) from None
    except UnicodeDecodeError:
        raise Stop(f"{file} is not text in UTF-8; run `casedsl calendars lock` again") from None
    lock = read_lock(text)
    if isinstance(lock, Lock):
        return lock
    raise Stop(f"{file}: {lock[0]}; run `casedsl calendars lock` again")


def bundle_beside(artifact: str) -> str:
    """The file of the bundle that belongs to an artifact's file."""
    return artifact.removesuffix(ARTIFACT).removesuffix(".json") + BUNDLE


def _beside(file: str) -> str:
    return stem_of(file) + ARTIFACT
