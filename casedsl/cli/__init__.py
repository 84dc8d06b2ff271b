"""The command line: commands print and exit, they decide nothing.

Each command lives in a module that is loaded only when it is called, so that `casedsl check` needs neither the store
nor the packages of the map. Data goes to standard output, talk to standard error. Exit codes: 0 clean, 1 findings (or a
refusal), 2 a wrong call or input that can't be read, 3 an error of ours, 130 interrupted.
"""

from __future__ import annotations

import gc
from importlib import import_module

import click

from casedsl import __version__
from casedsl.cli.rim import Group, Stop, discard_output, leave_pipe, say, unreadable
from casedsl.report.plain import one_line

_COMMANDS = {
    "check": ("check.command", "check", "Check definitions and say what is wrong with them."),
    "fmt": ("formatting", "fmt", "Format definitions, in either coat."),
    "convert": ("formatting", "convert", "Write a definition in the other coat."),
    "compile": ("compiling", "compile_", "Compile a definition to an artifact and its calendars."),
    "test": ("testing", "test", "Play the scenarios of definitions, and say which don't come true."),
    "map": ("mapping", "map_", "Draw a definition as a transit map."),
    "when": ("idling", "when", "Show what happens when a case arrives and nobody acts."),
    "explain": ("witnessing", "explain", "Show one finding in full, and write the case that shows it as a scenario."),
    "rule": ("explaining", "rule", "Print the page of a rule, or the list of all rules."),
    "certify": ("certifying", "certify", "List what is proved of a definition, for whoever relies on it."),
    "calendars": ("calendars", "calendars", "Lock holidays and time zones, show a calendar, compare two locks."),
    "case": ("cases", "case", "Open cases, work them and find them in a database."),
    "store": ("storing", "store", "Look after a database: proof, anchors, erasing, backups, export."),
    "verify": ("storing", "verify_top", "Prove that the journals in a database are what they were."),
    "serve-timers": ("serving", "serve_timers", "Let time act and deliver messages, until told to stop."),
    "init": ("starting", "init", "Write a case type to begin with, from a template."),
    "config": ("check.configuring", "config_", "Show the settings of a project, and where each comes from."),
    "cache": ("check.cleaning", "cache_", "Find or empty the cache of `check`."),
    "schema": ("editors", "schema", "Write the JSON Schema of definitions in YAML, for editors."),
    "editor": ("editors", "editor", "Write what editors read about the language."),
    "demo": ("demo", "demo", "Play a whole case, from its definition to its journal."),
}
REPORT = "this is an error of casedsl, not of your file: please report it with the lines above"


class _Lazy(Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, name, _ = _COMMANDS[cmd_name]
        command = getattr(import_module(f"casedsl.cli.{module}"), name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, sentence) for name, (_, _, sentence) in _COMMANDS.items()])


@click.group(
    cls=_Lazy,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Example: casedsl check complaint.case. A command tells more with --help.",
)
@click.version_option(__version__, prog_name="casedsl", message="%(prog)s %(version)s")
def casedsl() -> None:
    """Definitions of case types: check them, draw them, compile them, run cases."""


def _misplaced(error: click.ClickException) -> click.ClickException | None:
    """Where an option belongs that stands behind its command: `casedsl case list --db x` is an easy mistake."""
    if not isinstance(error, click.NoSuchOption) or error.ctx is None or error.ctx.parent is None:
        return None
    option, above, rest = error.option_name, error.ctx.parent, error.ctx.info_name
    while not any(option in parameter.opts for parameter in above.command.params):
        if above.parent is None:
            return None
        above, rest = above.parent, f"{above.info_name} {rest}"
    way = f"{option} stands before the command: {above.command_path} {option} … {rest}"
    return click.UsageError(way, error.ctx)


def _of_the_machine(error: OSError) -> str:
    if error.filename is not None:
        return unreadable(str(error.filename), error)
    discard_output()
    return f"standard output can't be written ({error.strerror or error}); send it elsewhere"


def main() -> None:
    """The entry point: every way out has an exit code of its own."""
    gc.set_threshold(100_000, 20, 20)  # a command makes trees without circles and ends: looking for some costs a tenth
    try:
        code = casedsl(standalone_mode=False)
        raise SystemExit(code if isinstance(code, int) else 0)
    except Stop as stop:
        say(f"casedsl: {one_line(str(stop))}")
        raise SystemExit(stop.code) from None
    except click.ClickException as error:
        (_misplaced(error) or error).show()
        raise SystemExit(2) from None
    except (click.Abort, KeyboardInterrupt):
        raise SystemExit(130) from None
    except BrokenPipeError:
        leave_pipe()
    except OSError as error:  # the machine's, not ours: a full disk, a folder that may not be entered
        say(f"casedsl: {one_line(_of_the_machine(error))}")
        raise SystemExit(2) from None
    except Exception:  # the outermost rim: what nobody foresaw is our error, and must have its own exit code
        import traceback

        traceback.print_exc()
        say(f"casedsl: {REPORT}")
        raise SystemExit(3) from None
