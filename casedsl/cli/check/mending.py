"""`check --fix` and `check --diff`: which fixes are asked for, and where the new texts go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from casedsl.cli.rim import STDIN, Stop, put, reader, say, unreadable, write_files
from casedsl.syntax.finding import Finding

if TYPE_CHECKING:
    from casedsl.syntax.use import Read


class Mending(Struct, frozen=True):
    """What is to be done with fixes: carry them out, or show what that would change; with those that may change what
    the author meant."""

    fix: bool
    diff: bool
    unsafe: bool

    def __post_init__(self) -> None:
        if self.unsafe and not (self.fix or self.diff):
            raise Stop("--unsafe-fixes says which fixes; say --fix to carry them out, or --diff to see them")
        if self.fix and self.diff:
            raise Stop("--diff shows what --fix would change and writes nothing; say one of the two")

    @property
    def asked(self) -> bool:
        return self.fix or self.diff


def mended(
    mending: Mending, files: Sequence[str], stdin_name: str, whole: bool, chosen: Callable[[Finding], bool]
) -> bool:
    """Carry out, or show, the fixes of the findings that are chosen; whether anything changes. A file that comes from
    standard input goes to standard output. Fixes of shared names count only where a `whole` folder is checked."""
    from casedsl.cli.check.fixing import each_alone, fixed  # the compiler: only who mends waits for it
    from casedsl.compile import Checked
    from casedsl.together import check_all

    def look(names: Sequence[str], read: Read) -> tuple[Checked, ...]:
        found = (check_all if whole else each_alone)(names, read)
        return tuple(replace(each, findings=tuple(map(only_chosen, each.findings))) for each in found)

    def only_chosen(finding: Finding) -> Finding:
        return finding if finding.fix is None or chosen(finding) else replace(finding, fix=None)

    named = [stdin_name if file == STDIN else file for file in files]
    try:
        done = fixed(named, reader(stdin_name), mending.unsafe, look)
    except OSError as error:
        raise Stop(unreadable(str(error.filename or named[0]), error)) from None
    if mending.diff:
        put(done.diff())
    else:
        write_files({file: data for file, data in done.new.items() if file != stdin_name or STDIN not in files})
        if STDIN in files:
            put(done.new.get(stdin_name) or reader(stdin_name)(stdin_name))
    for finding, reason in done.refused:
        say(f"{finding.span}: {finding.code} is not fixed: {reason}")
    if done.summary():
        say(done.summary())
    return bool(done.new)
