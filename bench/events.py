"""How fast an event is in memory, against four packages in the same run.

    transitions          a table of callbacks; no time, no record of what happened
    harel                durable statecharts; one timer for each state
    sismic               statecharts with contracts; time as guards
    python-statemachine  statecharts as classes; no timers that work without waiting

Each has the machine of `ticket.py` in its own words, as much of it as it can say: the states, the guards, and a ladder
where it has timers. Each goes round and round: taken, checked, reopened. Ours decides, which builds the whole entry and
the case after it; nothing is hashed before a store writes it. Peers that are not installed are left out
(`pip install casedsl[bench]` brings them).
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from itertools import count, cycle
from types import SimpleNamespace
from typing import Any

from casedsl_runtime import Accepted, Do, Env, Machine, Open, decide, load_bundle, load_workflow
from casedsl_runtime.worktime import load

from bench.ticket import PEOPLE, START, compiled
from bench.timing import in_turns

Event = Callable[[], object]
"""A function by which the next event happens."""

ROUND = ("take", "check", "reopen")
MOVES = {"take": ("new", "taken"), "check": ("taken", "checked"), "reopen": ("checked", "new")}
LADDER = {"prompted": 2 * 3600, "alerted": 8 * 3600, "escalated": 16 * 3600}
SIZE = 3


def ours() -> Event:
    made = compiled()
    loaded, bundle = load_workflow(made.artifact), load_bundle(made.bundle)
    machine, calendars = Machine.of(loaded.workflow, loaded.hash), load(bundle.bundle)
    kim = PEOPLE.get("kim")
    opened = decide(machine, None, Open({}), Env(START, kim, PEOPLE, calendars, {}, "T-1", bundle.hash))
    assert isinstance(opened, Accepted), opened
    case, commands, now = opened.case, cycle([Do(event) for event in ROUND]), count(START, 60)

    def event() -> None:
        nonlocal case
        decision = decide(machine, case, next(commands), Env(next(now), kim, PEOPLE, calendars, {}, None, bundle.hash))
        assert isinstance(decision, Accepted), decision
        case = decision.case

    return event


def by_transitions() -> Event:
    peer: Any = import_module("transitions")
    guards = {
        "take": lambda ticket: ticket.size > 2,
        "check": lambda ticket: ticket.size < 9,
        "reopen": lambda ticket: ticket.size is not None and ticket.size != 7,
    }
    ticket: Any = type("Ticket", (), {"size": SIZE, **{f"may_{name}_now": guard for name, guard in guards.items()}})()
    moves = [
        {"trigger": name, "source": source, "dest": dest, "conditions": f"may_{name}_now"}
        for name, (source, dest) in MOVES.items()
    ]
    peer.Machine(ticket, states=["new", "taken", "checked", "closed"], transitions=moves, initial="new",
                 auto_transitions=False)  # fmt: skip
    events = cycle([getattr(ticket, name) for name in ROUND])
    return lambda: next(events)()


_HAREL = """\
event take {{}}
event check {{}}
event reopen {{}}
event close {{}}
machine ticket {{
  context {{ size: int = {size} }}
  initial new
  state new {{ timeout {timeout} }}
  state taken {{ timeout {timeout} }}
  state checked {{ timeout {timeout} }}
  final closed success
  from new to taken on take where context.size > 2
  from taken to checked on check where context.size < 9
  from checked to new on reopen where context.size != 7
  from new to closed on close
  from taken to closed on close
  from checked to closed on close
}}
"""


def harel_on(store: object, mode: str) -> Event:
    """The machine in a store of harel's; an event is its `process`, on a loop in the background or in this thread."""
    peer: Any = import_module("harel")
    definition = peer.definition_from_dsl(_HAREL.format(size=SIZE, timeout=LADDER["prompted"]), "ticket")
    runner = peer.DurableRunner(store, {definition.id: definition}, execution=mode)
    execution, events = runner.create(definition.id), cycle([peer.Event(kind=name) for name in ROUND])
    numbers = count()

    def event() -> None:
        sent = next(events).model_copy(update={"id": f"e{next(numbers)}"})
        after = runner.process(execution.id, sent)
        assert after.active_path == MOVES[sent.kind][1], after.active_path

    return event


def by_harel() -> Event:
    peer: Any = import_module("harel")
    return harel_on(peer.DictStore(), "inline")


_SISMIC_STATE = """
      - name: {name}
        on entry: prompted = alerted = escalated = False
        transitions:
          - event: {event}
            target: {target}
            guard: {guard}
          - event: close
            target: closed
"""
_SISMIC_RUNG = """\
          - guard: not {rung} and after({seconds})
            action: {rung} = True
"""


def by_sismic() -> Event:
    peer: Any = import_module("sismic.interpreter")
    guards = {"take": "size > 2", "check": "size < 9", "reopen": "size is not None and size != 7"}
    text = f"statechart:\n  name: ticket\n  preamble: size = {SIZE}\n  root state:\n    name: root\n    initial: new\n"
    text += "    states:\n      - name: closed\n        type: final"
    for name, (source, target) in MOVES.items():
        text += _SISMIC_STATE.format(name=source, event=name, target=target, guard=guards[name])
        text += "".join(_SISMIC_RUNG.format(rung=rung, seconds=seconds) for rung, seconds in LADDER.items())
    machine = peer.Interpreter(import_module("sismic.io").import_from_yaml(text))
    machine.execute()
    events = cycle(ROUND)

    def event() -> None:
        name = next(events)
        machine.queue(name).execute()
        assert machine.configuration[-1] == MOVES[name][1], machine.configuration

    return event


def by_python_statemachine() -> Event:
    peer: Any = import_module("statemachine")
    states = {name: peer.State(initial=name == "new") for name in ("new", "taken", "checked")}
    closed = peer.State(final=True)
    moves = {name: states[source].to(states[target], cond=f"{name}_now") for name, (source, target) in MOVES.items()}
    guards = {
        "take_now": lambda self: self.model.size > 2,
        "check_now": lambda self: self.model.size < 9,
        "reopen_now": lambda self: self.model.size is not None and self.model.size != 7,
    }
    close = states["new"].to(closed) | states["taken"].to(closed) | states["checked"].to(closed)
    chart: Any = type(peer.StateMachine)(
        "Ticket", (peer.StateMachine,), {**states, **moves, **guards, "closed": closed, "close": close}
    )
    machine, events = chart(SimpleNamespace(size=SIZE, state=None)), cycle(ROUND)
    return lambda: machine.send(next(events))


PEERS: dict[str, tuple[str, Callable[[], Event]]] = {
    "transitions": ("transitions", by_transitions),
    "harel": ("harel", by_harel),
    "sismic": ("sismic", by_sismic),
    "python-statemachine": ("statemachine", by_python_statemachine),
}
"""The packages that can be compared: the module of each, and its machine."""


def main() -> None:
    there = {name: peer for name, (module, peer) in PEERS.items() if find_spec(module)}
    mine, *theirs = in_turns([ours(), *(peer() for peer in there.values())], rounds=120, times=300)
    print(f"{'an event decided, its entry built':<34} {mine.cpu * 1e6:>10.1f} µs CPU   wanted 9")
    for name, spent in zip(there, theirs, strict=True):
        print(f"    {name:<30} {spent.cpu * 1e6:>10.1f} µs CPU   {spent.cpu / mine.cpu:>6.2f} x ours")
    for name in sorted(PEERS.keys() - there.keys()):
        print(f"    {name} is not installed, so it is not compared")
