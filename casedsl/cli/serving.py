"""`casedsl serve-timers`: the loop of a host as a process: time acts, messages are delivered, heads are anchored.

It says what it does as JSON lines on standard error, which name cases, timers and effects and never a value of a case;
it answers a monitor over HTTP (`health.py`). SIGTERM and SIGINT end it after what is under way. Any number of them may
run on one store.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from threading import Event, Thread
from types import FrameType
from typing import TYPE_CHECKING, Any

import click
from casedsl_runtime.artifact import Workflow
from casedsl_runtime.delivery import Handler, Undeliverable, required
from casedsl_runtime.host import Host
from casedsl_runtime.people import Directory
from casedsl_runtime.service import MissingHandler, Pace, Service
from casedsl_runtime.store import Store
from casedsl_runtime.upkeep import Upkeep

from casedsl.cli.desk import people_option
from casedsl.cli.health import address_of, answering
from casedsl.cli.people import directory
from casedsl.cli.rim import Stop, read_bytes, say, unreadable
from casedsl.cli.stores import db_option, stored
from casedsl.report.found import utc
from casedsl.report.plain import dumped
from casedsl.syntax.spelling import listed

if TYPE_CHECKING:  # the channels are loaded only for who has settings
    from casedsl_runtime.channels.mail import Recipient

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


@click.command(
    "serve-timers",
    short_help="Let time act and deliver messages, until told to stop.",
    epilog="Example: casedsl serve-timers --db cases.db --settings channels.json --health 127.0.0.1:8080",
)
@db_option
@people_option
@click.option("--settings", metavar="FILE", help="How messages are delivered: a JSON file of channels.")
@click.option("--health", metavar="HOST:PORT", help="Answer GET /health there: 200 while all is well, else 503.")
@click.option(
    "--rest",
    metavar="SECONDS",
    type=click.FloatRange(0.05, 3600),
    default=5.0,
    show_default=True,
    help="How long to rest when there is nothing to do.",
)
@click.option("--once", is_flag=True, help="Do what there is to do now, and end.")
def serve_timers(db: str, people: str, settings: str | None, health: str | None, rest: float, once: bool) -> int:
    """Let time act on all cases and deliver their messages, until told to stop.

    What happens is said on standard error, a line of JSON each."""
    at = None if health is None else address_of(health)
    with stored(db) as store, ExitStack() as stack:
        service = _service(store, people, settings, rest)
        if at is not None:
            host, port = stack.enter_context(answering(at, service.health.shown))
            _log({"event": "answering", "host": host, "port": port})
        if once:
            return _once(service)
        service.run(stack.enter_context(_told_to_stop()))
    return 0


def _once(service: Service) -> int:
    """Everything that is to be done by now; 1 where a step of time is due and can't be taken."""
    while service.round():
        pass
    due = service.health.backlog.due
    if due:
        _log({"event": "left over", "steps": due})
    return int(bool(due))


def _service(store: Store, people: str, settings: str | None, rest: float) -> Service:
    workflows = Host(store, Directory({})).workflows()
    known = _people(people, workflows)
    host, made = Host(store, known), _handlers(settings, known)
    try:
        return Service(host, Upkeep(store, known), made, pace=Pace(rest=rest), log=_log)
    except MissingHandler:
        lacking = {effect for flow in workflows for effect in required(flow)} - made.keys()
        way = f"add it to {settings}" if settings else "name a file of settings that has it with --settings"
        raise Stop(f"missing handler for {listed(sorted(lacking))}, which cases here need; {way}") from None


def _people(file: str, workflows: Sequence[Workflow]) -> Directory:
    """Who there is; where nothing is installed yet, nobody is asked for."""
    return directory(file, *workflows) if workflows else Directory({})


def _handlers(file: str | None, people: Directory) -> Mapping[str, Handler]:
    if file is None:
        return {}
    from casedsl_runtime.channels.mail import Recipient, address_of
    from casedsl_runtime.channels.settings import SettingsError, parse
    from casedsl_runtime.channels.wiring import handlers

    def recipient(who: str) -> Recipient | None:
        person = people.get(who)
        return None if person is None or person.mail is None else Recipient(person.mail, person.name)

    try:
        made = handlers(parse(read_bytes(file)), os.environ, recipient, lambda: int(time.time()))
        for person in people.people.values():
            if person.mail is not None:
                address_of(recipient(person.id), f"`{person.id}`")
        return made
    except OSError as error:
        raise Stop(unreadable(file, error)) from None
    except SettingsError as error:
        raise Stop(f"{file}: {error}") from None
    except Undeliverable as error:
        raise Stop(f"the people: {error}") from None


def _log(line: Mapping[str, Any]) -> None:
    """A line of the log; the instant is this machine's, for a reader who compares it with other logs."""
    when = {"due": utc(line["due"])} if "due" in line else {}
    say(dumped({"at": utc(int(time.time())), **line, **when}, indent=None))


@contextmanager
def _told_to_stop() -> Iterator[Event]:
    """An event that is set when the process is told to end. It is set by a thread of its own: the loop may be just
    about to wait for it, and holds its lock then."""
    stop = Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        Thread(target=stop.set, daemon=True).start()

    before: list[tuple[signal.Signals, Callable[..., Any] | int | None]] = [
        (number, signal.signal(number, on_signal)) for number in _SIGNALS
    ]
    try:
        yield stop
    finally:
        for number, handler in before:
            signal.signal(number, handler)
