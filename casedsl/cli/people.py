"""`people.yaml`: who there is and which roles they hold."""

from __future__ import annotations

from casedsl_runtime.artifact import Workflow
from casedsl_runtime.people import Directory, directory_problems

from casedsl.cli.plain_yaml import read_yaml
from casedsl.cli.rim import Stop


def directory(file: str, workflow: Workflow) -> Directory:
    """The people in a file; ends the command if it can't be read or doesn't fit the workflow."""
    data = read_yaml(file)
    problems = directory_problems(data, workflow)
    if problems or not isinstance(data, dict):
        more = f" (and {len(problems) - 3} more)" if len(problems) > 3 else ""
        raise Stop(f"{file}: {'; '.join(problems[:3])}{more}")
    return Directory.of(data)
