"""Artifacts and calendars as a store keeps them, made ready once, under the hashes that cases pin.

A case that counts on with other calendars gets a bundle of its own, joined of the two (`worktime/splicing.py`), with a
hash like every other. All cases that were pinned to one bundle share what it is joined to.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from casedsl_runtime.loading import (
    ArtifactError,
    Loaded,
    LoadedBundle,
    dump_bundle,
    load_bundle,
    load_workflow,
)
from casedsl_runtime.machine import Machine
from casedsl_runtime.store import Damaged, Unit
from casedsl_runtime.worktime import Calendars, spliced
from casedsl_runtime.worktime import load as load_calendars

T = TypeVar("T", Loaded, LoadedBundle)


@dataclass(frozen=True, slots=True)
class Pinned:
    """A machine and its calendars, as a case has them pinned."""

    machine: Machine
    calendars: Calendars
    bundle: str


@dataclass(frozen=True, slots=True)
class Proclaimed:
    """Calendars that take effect at an instant, or at the beginning of a date."""

    bundle: LoadedBundle
    effective: int | str


@dataclass(frozen=True, slots=True)
class Joined:
    """A bundle joined of two: its bytes, and the hash under which they are kept."""

    hash: str
    data: bytes
    calendars: Calendars


class Shelf:
    """What was read already; a store is asked for the rest."""

    def __init__(self) -> None:
        self._machines: dict[str, Machine] = {}
        self._calendars: dict[str, Calendars] = {}
        self._joined: dict[tuple[str, str, int | str], Joined] = {}

    def put(self, loaded: Loaded, bundle: LoadedBundle) -> None:
        self._machines[loaded.hash] = Machine.of(loaded.workflow, loaded.hash)
        self._calendars[bundle.hash] = load_calendars(bundle.bundle)

    def pinned(self, unit: Unit, workflow: str, bundle: str) -> Pinned:
        return Pinned(self.machine(unit, workflow), self.calendars(unit, bundle), bundle)

    def machine(self, unit: Unit, hash: str) -> Machine:
        if hash not in self._machines:
            self._machines[hash] = Machine.of(_read(load_workflow, unit.artifact(hash), hash).workflow, hash)
        return self._machines[hash]

    def calendars(self, unit: Unit, hash: str) -> Calendars:
        if hash not in self._calendars:
            self._calendars[hash] = load_calendars(_read(load_bundle, unit.bundle(hash), hash).bundle)
        return self._calendars[hash]

    def joined(self, unit: Unit, old: str, new: Proclaimed) -> Joined:
        """The old bundle until the new one takes effect, and the new one from there. Raises CalendarsDontJoin."""
        names = old, new.bundle.hash, new.effective
        if names not in self._joined:
            before = _read(load_bundle, unit.bundle(old), old).bundle
            data = dump_bundle(spliced(before, new.bundle.bundle, new.effective))
            read = load_bundle(data)
            self._joined[names] = Joined(read.hash, data, load_calendars(read.bundle))
        return self._joined[names]


def _read(load: Callable[[bytes], T], data: bytes | None, hash: str) -> T:
    """An artifact or a bundle that a case is pinned to, from the store's own copy."""
    if data is None:
        raise Damaged(f"the store lacks {hash[:19]}…, which open cases need; install that artifact and bundle again")
    try:
        read = load(data)
    except ArtifactError as error:
        raise Damaged(_damaged(hash)) from error
    if read.hash != hash:
        raise Damaged(_damaged(hash))
    return read


def _damaged(hash: str) -> str:
    return f"the store's copy of {hash[:19]}… is damaged; restore the store from a backup"
