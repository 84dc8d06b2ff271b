"""`people.yaml`: who there is, which roles they hold, and where they get mail."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from casedsl_runtime.artifact import Workflow
from casedsl_runtime.people import Directory, directory_problems

from casedsl.cli.plain_yaml import read_yaml
from casedsl.cli.rim import Stop


def directory(file: str, *workflows: Workflow, others: Callable[[], Sequence[Workflow]] = tuple) -> Directory:
    """The people in a file; ends the command if it can't be read or doesn't fit the workflows. Roles that these don't
    know may be those of `others`, the case types of the same store."""
    data = read_yaml(file)
    problems = directory_problems(data, *workflows)
    more = others() if problems else ()
    if more:
        problems = directory_problems(data, *workflows, *more)
    if problems or not isinstance(data, dict):
        left = f" (and {len(problems) - 3} more)" if len(problems) > 3 else ""
        raise Stop(f"{file}: {'; '.join(problems[:3])}{left}")
    return Directory.of(data)
