"""The people for whom a check asks whether they can do what is left to them (CD504, CD505).

They are named, never looked for: the same files always have the same findings.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from casedsl.cli.check.config import Config
from casedsl.cli.rim import Stamp, Stop, stamp_of

if TYPE_CHECKING:  # most checks are given no people
    from casedsl.analysis.people import Roster
    from casedsl.model.records import Organisation

KEY = "people"
MOST_SAID = 3


def roster_of(given: Mapping[str, object], config: Config, seen: dict[str, Stamp]) -> Roster | None:
    """The people in the file that the command line names, else the settings; these name it from their own folder."""
    named = given.get(KEY, config.values.get(KEY))
    if not isinstance(named, str):
        return None
    file = named if KEY in given else os.path.relpath(os.path.join(config.folder, named))
    seen[file] = stamp_of(file)
    return read_roster(file)


def read_roster(file: str) -> Roster:
    """The people in a file; ends the command if it is none of people."""
    from casedsl_runtime.people import Directory, directory_problems

    from casedsl.analysis.people import Roster
    from casedsl.cli.plain_yaml import read_yaml

    data = read_yaml(file)
    problems = directory_problems(data)
    if problems or not isinstance(data, dict):
        raise _stop(file, problems)
    people = Directory.of(data).people
    return Roster(file, tuple((who, person.roles) for who, person in people.items()))


def require_fitting(roster: Roster, organisation: Organisation) -> None:
    """End the command if somebody holds roles that nobody may hold together."""
    problems = list(roster.problems(organisation))
    if problems:
        raise _stop(roster.file, problems)


def _stop(file: str, problems: list[str]) -> Stop:
    left = f" (and {len(problems) - MOST_SAID} more)" if len(problems) > MOST_SAID else ""
    return Stop(f"{file}: {'; '.join(problems[:MOST_SAID])}{left}")
