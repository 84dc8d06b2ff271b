"""`--smt`: z3 is asked too, about what the solver of our own leaves open."""

from __future__ import annotations

from contextlib import AbstractContextManager
from importlib.metadata import PackageNotFoundError, version

import click

from casedsl.cli.rim import Stop

_ABSENT = "z3 isn't installed, which `--smt` asks; install `casedsl[smt]`, or leave --smt out"
_HELP = "Ask z3 too, about what stays open otherwise."


def z3_version(smt: bool) -> str:
    """Which z3 is asked, found out without loading it; nothing if none is to be. Ends the command if there is none."""
    try:
        return version("z3-solver") if smt else ""
    except PackageNotFoundError:
        raise Stop(_ABSENT) from None


def asking_z3(smt: bool) -> AbstractContextManager[None]:
    """A context in which z3 is asked too, if it is to be."""
    from casedsl.analysis.solving.further import asked

    if not z3_version(smt):
        return asked(None)
    from casedsl.analysis.solving.smt import Z3

    return asked(Z3())


def _for_the_command(context: click.Context, _: click.Parameter, value: bool) -> bool:
    context.with_resource(asking_z3(value))
    return value


smt_flag = click.option("--smt", is_flag=True, help=_HELP)
"""For a command that passes it on to whatever checks."""
smt_option = click.option("--smt", is_flag=True, expose_value=False, callback=_for_the_command, help=_HELP)
"""For a command that checks in its own process."""
