"""`casedsl store …`: the care of a store: proof, anchors, erasing, copies, what could not be delivered.

`casedsl verify` is `casedsl store verify` under the name that people look for; it lives here.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

import click
from casedsl_runtime.audit import Erasure, anchored_heads
from casedsl_runtime.host import Host
from casedsl_runtime.people import Directory
from casedsl_runtime.requests import usable
from casedsl_runtime.store import Store, StoreError
from casedsl_runtime.store.sqlite import SqliteStore
from casedsl_runtime.upkeep import Upkeep

from casedsl.cli.desk import Desk, now_option, people_option, zone_in
from casedsl.cli.erasing import erase
from casedsl.cli.finding import json_option
from casedsl.cli.rim import STDIN, Group, Stop, put, say, unreadable, write_file
from casedsl.cli.stores import db_option, is_server, shown, stored
from casedsl.report.plain import one_line
from casedsl.report.proof import (
    anchor_told,
    aside_json,
    aside_told,
    erasures_json,
    erasures_told,
    problems_told,
    proof_json,
)

_COPY = re.compile(r"(\d{1,9}):([0-9a-f]{64})")


@click.group(cls=Group, epilog="Example: casedsl store --db cases.db verify")
@db_option
@people_option
@now_option
@click.pass_context
def store(ctx: click.Context, db: str, people: str, now: str | None) -> None:
    """Look after a database of cases. The options stand before the command."""
    ctx.obj = Desk(db, people, now)


number_argument = click.argument("number", metavar="[CASE]", required=False)
copies_option = click.option(
    "--anchor", "copies", multiple=True, metavar="N:HASH", help="An anchor as you kept it; it must still be the same."
)
erased_option = click.option("--erased", is_flag=True, help="Say what was erased, when, by whom, under which rule.")


@store.command(
    short_help="Prove that the journals are what they were.",
    epilog="Examples: casedsl store verify; casedsl store verify CMP-2026-00001 --erased",
)
@number_argument
@copies_option
@erased_option
@json_option
@click.pass_obj
def verify(desk: Desk, number: str | None, copies: tuple[str, ...], erased: bool, machine: bool) -> int:
    """Prove that every journal, or that of one case, is whole and unchanged, and say what is not.

    Each chain of hashes must hold, each case must be what its journal makes of it, and each anchor must still be true.
    """
    return _verified(desk.db, number, copies, erased, machine)


@click.command(
    "verify",
    short_help="Prove that the journals in a database are what they were.",
    epilog="Examples: casedsl verify --db cases.db; casedsl verify CMP-2026-00001 --erased",
)
@number_argument
@db_option
@copies_option
@erased_option
@json_option
def verify_top(number: str | None, db: str, copies: tuple[str, ...], erased: bool, machine: bool) -> int:
    """Prove that every journal, or that of one case, is whole and unchanged, and say what is not.

    The same as `casedsl store verify`.
    """
    return _verified(db, number, copies, erased, machine)


def _verified(db: str, number: str | None, copies: Sequence[str], erased: bool, machine: bool) -> int:
    kept = [_copy(text) for text in copies]
    with stored(db) as opened:
        upkeep = Upkeep(opened, Directory({}))
        if number is not None:
            _known(opened, db, number)
        problems = list(upkeep.verify(number))
        problems += [("", problem) for n, hash in kept for problem in upkeep.compare(n, hash)]
        numbers = [number] if number is not None else _numbers(opened)
        gone = {each: upkeep.erasures(each) for each in numbers} if erased else {}
        if machine:
            put(proof_json(len(numbers), problems, gone))
        else:
            put(problems_told(problems) + _told(opened, gone))
            say(_summary(problems, numbers))
    return int(bool(problems))


def _copy(text: str) -> tuple[int, str]:
    match = _COPY.fullmatch(text)
    if match is None:
        raise Stop("--anchor takes an anchor as `casedsl store anchor` printed it, its number and its hash: 7:3f0c…")
    return int(match[1]), match[2]


def _known(opened: Store, db: str, number: str) -> None:
    """End the command if there never was such a case. One that is gone, or damaged, is known: `verify` names it."""
    if not (usable(number) and _is_known(opened, number)):
        raise Stop(f"there is no case {number} in {shown(db)}; `casedsl case list` shows the numbers", code=1)


def _is_known(opened: Store, number: str) -> bool:
    with opened.reading() as unit:
        try:
            return unit.load(number) is not None or number in anchored_heads(unit.anchors())
        except StoreError:
            return True


def _summary(problems: Sequence[tuple[str, str]], numbers: Sequence[str]) -> str:
    cases = f"{len(numbers):,} case{'' if len(numbers) == 1 else 's'}"
    if not problems:
        return f"{cases}: all holds"
    return f"{cases}: {len(problems)} problem{'' if len(problems) == 1 else 's'}; restore what is wrong from a backup"


def _told(opened: Store, erased: dict[str, list[Erasure]]) -> str:
    host = Host(opened, Directory({}))
    return "".join(erasures_told(number, gone, host.zone(number)) for number, gone in erased.items() if gone)


@store.command(
    short_help="Fix the journals as they stand by one hash.", epilog="Example: casedsl store --db cases.db anchor"
)
@click.pass_obj
def anchor(desk: Desk) -> int:
    """Fix the latest entry of every case that has changed by one line, chained to the line before it.

    Keep what is printed elsewhere: `casedsl store verify --anchor` proves by it that nothing before was changed."""
    with stored(desk.db) as opened:
        upkeep = Upkeep(opened, Directory({}), desk.clock(zone_in(opened)))
        made = False
        while upkeep.anchor() is not None:
            made = True
        last = upkeep.last_anchor()
    if last is None:
        say("there are no cases yet")
        return 0
    put(anchor_told(last))
    say("keep this line elsewhere" if made else "nothing has changed since this anchor")
    return 0


@store.command(short_help="Say what was erased from a case.", epilog="Example: casedsl store erasures CMP-2026-00001")
@click.argument("number")
@json_option
@click.pass_obj
def erasures(desk: Desk, number: str, machine: bool) -> int:
    """What was erased from case NUMBER, when, by whom, and under which rule."""
    with stored(desk.db) as opened:
        _known(opened, desk.db, number)
        gone = Upkeep(opened, Directory({})).erasures(number)
        put(erasures_json(number, gone) if machine else _told(opened, {number: gone}))
        if not gone and not machine:
            say(f"nothing was erased from {one_line(number)}")
    return 0


# --- copies


@store.command(
    short_help="Copy a database file while it is in use.", epilog="Example: casedsl store backup cases-friday.db"
)
@click.argument("to")
@click.pass_obj
def backup(desk: Desk, to: str) -> int:
    """Copy the database file to TO, whole and as of one instant, also while others work on it."""
    if is_server(desk.db):
        raise Stop("a server is backed up with its own tools, such as pg_dump; or use `casedsl store export`")
    with stored(desk.db) as opened:
        assert isinstance(opened, SqliteStore), "what is no server is a file"
        try:
            opened.backup(to)
        except StoreError as error:
            raise Stop(str(error)) from None
        say(f"copied {desk.db} to {to}; `casedsl verify --db {to}` proves that it is whole")
    return 0


@store.command(
    short_help="Write everything as JSON lines.", epilog="Example: casedsl store --db cases.db export -o cases.jsonl"
)
@click.option("-o", "--output", "to", default=STDIN, metavar="FILE", help="Where to; standard output if not given.")
@click.pass_obj
def export(desk: Desk, to: str) -> int:
    """Write everything that a database holds as JSON lines, as of one instant: for another database, or to keep."""
    from casedsl_runtime.store.export import export_lines

    with stored(desk.db) as opened:
        lines = (line.rstrip("\n").encode() + b"\n" for line in export_lines(opened))
        if to == STDIN:
            for line in lines:
                put(line)
        else:
            write_file(to, lines, read=(desk.db,))
    return 0


@store.command(
    "import",
    short_help="Read what was exported into a new database.",
    epilog="Example: casedsl store --db postgresql://cases@db.example.org/cases import cases.jsonl",
)
@click.argument("file")
@click.pass_obj
def import_(desk: Desk, file: str) -> int:
    """Read FILE, or standard input (-), into a database in which nothing is yet: all of it, or none."""
    new = not is_server(desk.db) and not Path(desk.db).exists()
    try:
        with _lines(file) as lines, stored(desk.db, create=True) as opened:
            cases = _imported(opened, lines, f"{file} can't be imported into {shown(desk.db)}")
    except BaseException:
        if new:
            for ending in ("", "-wal", "-shm"):
                Path(f"{desk.db}{ending}").unlink(missing_ok=True)
        raise
    say(f"{cases:,} case{'' if cases == 1 else 's'} came into {shown(desk.db)}; `casedsl verify` proves that all holds")
    return 0


def _imported(opened: Store, lines: Iterator[str], what: str) -> int:
    from casedsl_runtime.store.export import import_lines

    try:
        return import_lines(opened, lines)
    except StoreError as error:
        raise Stop(f"{what}: {error}") from None


@contextmanager
def _lines(file: str) -> Iterator[Iterator[str]]:
    """The lines of a file, read as they are asked for."""
    try:
        with nullcontext(sys.stdin.buffer) if file == STDIN else open(file, "rb") as stream:
            yield (line.decode() for line in stream)
    except OSError as error:
        raise Stop(unreadable(file, error)) from None
    except UnicodeDecodeError:
        raise Stop(f"{file} is not text in UTF-8; export it again") from None


# --- what could not be delivered


@store.command(short_help="List messages that could not be delivered.", epilog="Example: casedsl store aside --json")
@json_option
@click.pass_obj
def aside(desk: Desk, machine: bool) -> int:
    """The messages that were put aside, each with the reason; `casedsl store again` lets them be tried anew."""
    with stored(desk.db) as opened:
        letters = Host(opened, Directory({})).aside()
    put(aside_json(letters) if machine else aside_told(letters))
    if not letters and not machine:
        say("nothing is put aside")
    return 0


@store.command(
    short_help="Let messages be tried anew.", epilog="Examples: casedsl store again CMP-2026-00001/3/0/kim"
    "; casedsl store again --all"
)  # fmt: skip
@click.argument("letters", nargs=-1, metavar="[ID]...")
@click.option("--all", "all_", is_flag=True, help="All that were put aside.")
@click.pass_obj
def again(desk: Desk, letters: tuple[str, ...], all_: bool) -> int:
    """Let messages that were put aside be tried anew, once what stood in their way is mended."""
    if bool(letters) == all_:
        raise Stop("say which messages by their ids, which `casedsl store aside` lists, or --all")
    with stored(desk.db) as opened:
        host = Host(opened, Directory({}), desk.clock(zone_in(opened)))
        there = {each.id for each in host.aside()}
        unknown = [letter for letter in letters if letter not in there]
        if unknown:
            raise Stop(f"no message `{unknown[0][:200]}` is put aside; `casedsl store aside` lists them", code=1)
        count = sum(host.again(letter) for letter in (sorted(there) if all_ else letters))
    say(f"{count} message{'' if count == 1 else 's'} will be tried anew")
    return 0


def _numbers(opened: Store) -> list[str]:
    with opened.reading() as unit:
        return list(unit.numbers())


store.add_command(erase)
