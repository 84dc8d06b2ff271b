"""`casedsl case …`: open cases, work them, ask about them, in a database.

A command is a thin call of the host (`casedsl_runtime.host`); the answer is printed as people read it. Who acts is said
with `--as`, and `people.yaml` says which roles that person holds.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import click
from casedsl_runtime.artifact import CompiledCalendar, Workflow
from casedsl_runtime.commands import Amend, Do
from casedsl_runtime.host import Host, Outcome
from casedsl_runtime.journal import verify_chain
from casedsl_runtime.loading import ArtifactError, load_bundle, load_workflow
from casedsl_runtime.people import Directory
from casedsl_runtime.store.search import Row
from msgspec import Struct

from casedsl.cli.compiling import bundle_beside
from casedsl.cli.desk import Desk, at_case, first_case, names, now_option, people_option, stranger, workflows_in
from casedsl.cli.finding import counts, find
from casedsl.cli.given import given
from casedsl.cli.people import directory
from casedsl.cli.proclaiming import proclaim
from casedsl.cli.rim import Group, Stop, put, read_bytes, say, unreadable
from casedsl.cli.stores import db_option, stored
from casedsl.report.explanation import accounted, explained, kept_back, listed_cases, offers
from casedsl.report.journal import Words, told
from casedsl.report.plain import one_line
from casedsl.syntax.source import SUFFIXES
from casedsl.syntax.spelling import did_you_mean, listed, nearest


class Installable(Struct, frozen=True):
    """A case type as a file holds it, with its calendars: the bytes to install, and what they say."""

    code: bytes
    calendars: bytes
    workflow: Workflow
    zone: CompiledCalendar | None


@click.group(cls=Group, epilog="Example: casedsl case --db cases.db --people people.yaml list")
@db_option
@people_option
@now_option
@click.pass_context
def case(ctx: click.Context, db: str, people: str, now: str | None) -> None:
    """Open cases, work them and find them in a database. The options stand before the command."""
    ctx.obj = Desk(db, people, now)


as_option = click.option("--as", "actor", required=True, metavar="PERSON", help="Who does it: an id in people.yaml.")
set_option = click.option("--set", "pairs", multiple=True, metavar="FIELD=VALUE", help="A value; may be repeated.")
key_option = click.option("--key", help="A name of your own for this request: sent again, it is done once.")


@case.command(
    "open",
    short_help="Open a case of a compiled case type.",
    epilog="Example: casedsl case open complaint.casec.json --as pat --set category=billing",
)
@click.argument("artifact")
@as_option
@click.option("--for", "on_behalf_of", metavar="PERSON", help="For whom it is entered.")
@set_option
@key_option
@click.pass_obj
def open_(
    desk: Desk, artifact: str, actor: str, on_behalf_of: str | None, pairs: tuple[str, ...], key: str | None
) -> int:
    """Open a case of the compiled case type in ARTIFACT (x.casec.json), in its first state."""
    type_ = _installable(artifact)
    people = directory(desk.people, type_.workflow, others=lambda: workflows_in(desk.db))
    values = given(pairs, type_.workflow, type_.zone)
    if on_behalf_of is not None and on_behalf_of not in people.people:
        raise Stop(stranger(on_behalf_of, people, desk), code=1)
    clock = desk.clock(type_.zone)
    with stored(desk.db, create=True) as store:
        host = Host(store, people, clock)
        host.install(type_.code, type_.calendars)
        outcome = host.open(type_.workflow.name, _key(key), values, actor, on_behalf_of)
        return _answer(outcome, Words(type_.workflow, type_.zone, names(people)), host, actor)


@case.command(
    "do",
    short_help="Let an event happen in a case.",
    epilog="Example: casedsl case do CMP-2026-00001 acknowledge --as kim --set impact=3",
)
@click.argument("number")
@click.argument("event")
@as_option
@set_option
@click.option("--note", help="A note, where the event needs one.")
@key_option
@click.pass_obj
def do(
    desk: Desk, number: str, event: str, actor: str, pairs: tuple[str, ...], note: str | None, key: str | None
) -> int:
    """Let EVENT happen in case NUMBER."""
    with stored(desk.db) as store:
        at = at_case(desk, store, number)
        values = given(pairs, at.workflow, at.words.zone)
        return _answer(at.host.submit(number, _key(key), Do(event, values, note), actor), at.words, at.host, actor)


@case.command(
    short_help="Change values of a case without moving it.",
    epilog='Example: casedsl case amend CMP-2026-00001 --as kim --set category=privacy --reason "It is about data"',
)
@click.argument("number")
@as_option
@set_option
@click.option("--reason", required=True, help="Why the values change.")
@key_option
@click.pass_obj
def amend(desk: Desk, number: str, actor: str, pairs: tuple[str, ...], reason: str, key: str | None) -> int:
    """Change values of case NUMBER without moving it."""
    with stored(desk.db) as store:
        at = at_case(desk, store, number)
        values = given(pairs, at.workflow, at.words.zone)
        return _answer(at.host.submit(number, _key(key), Amend(values, reason), actor), at.words, at.host, actor)


@case.command(
    short_help="Show the journal of a case, and what somebody may do.",
    epilog="Example: casedsl case show CMP-2026-00001 --as kim",
)
@click.argument("number")
@click.option("--as", "actor", metavar="PERSON", help="Show what this person sees, and may do now.")
@click.pass_obj
def show(desk: Desk, number: str, actor: str | None) -> int:
    """Show case NUMBER: its journal, and with --as what that person sees of it and may do."""
    with stored(desk.db) as store:
        at = at_case(desk, store, number)
        if actor is not None and actor not in at.people.people:
            raise Stop(stranger(actor, at.people, desk), code=1)
        entries = at.host.history(number)
        seen = at.host.view(number, actor) if actor is not None else None
        put(told(entries, at.words, at.host.hidden(number, actor) if actor is not None else {}))
        if actor is not None and seen is not None:
            put("\n" + kept_back(seen.withheld) + offers(at.host.actions(number, actor), at.words))
        wrong = verify_chain(entries)
        for problem in wrong:
            say(one_line(f"the journal was changed: {problem}"))
    return int(bool(wrong))


@case.command(
    short_help="Say why a case is where it is, or why somebody may not act.",
    epilog="Examples: casedsl case why CMP-2026-00001; casedsl case why CMP-2026-00001 decide --as kim; "
    "casedsl case why CMP-2026-00001 --entry 3",
)
@click.argument("number")
@click.argument("event", required=False)
@click.option("--as", "actor", metavar="PERSON", help="Who asks; with EVENT: who would do it.")
@click.option("--entry", type=int, metavar="N", help="Say why time acted in entry N of the journal when it did.")
@click.pass_obj
def why(desk: Desk, number: str, event: str | None, actor: str | None, entry: int | None) -> int:
    """Why case NUMBER is where it is and when time acts next; with EVENT and --as, why that person may not do it.

    What is due is shown with its account: when the clock ran, and since which entry, adding up to the instant.
    """
    with stored(desk.db) as store:
        at = at_case(desk, store, number)
        if entry is not None:
            account = at.host.why_then(number, entry)
            if account is None:
                raise Stop(f"entry {entry} is no step of time of {number} that can be told; choose one that time made")
            put(accounted(account, at.words))
            return 0
        if event is not None:
            if actor is None:
                raise Stop("say with --as who would do it")
            reasons = at.host.why_not(number, event, actor)
            put("".join(f"{one_line(reason)}\n" for reason in reasons) or f"{actor} may do `{event}` now\n")
            return int(bool(reasons))
        if actor is not None and actor not in at.people.people:
            raise Stop(stranger(actor, at.people, desk), code=1)
        explanation = at.host.why(number, actor)
        assert explanation is not None, "the case was found above"
        put(explained(explanation, at.words))
    return 0


@case.command("list", short_help="List cases.", epilog="Example: casedsl case list --state new --assignee kim")
@click.option("--state", help="Only cases in this state.")
@click.option("--assignee", metavar="PERSON", help="Only cases of this person.")
@click.pass_obj
def list_(desk: Desk, state: str | None, assignee: str | None) -> int:
    """List cases: unknown priority first, then the highest."""
    with stored(desk.db) as store:
        host = Host(store, Directory({}))
        found = host.list(state, assignee) if all((word or "x").isprintable() for word in (state, assignee)) else ()
        put(listed_cases(found))
        if not found:
            say(_why_none(host.list(), state, assignee))
    return 0


def _why_none(every: Sequence[Row], state: str | None, assignee: str | None) -> str:
    """Why a list is empty, and what would not be."""
    if not every:
        return "there are no cases yet; `casedsl case open` opens one"
    for what, asked, there in (
        ("in state", state, sorted({row.state for row in every})),
        ("of", assignee, sorted({row.assignee for row in every if row.assignee})),
    ):
        if asked is not None and asked not in there:
            way_out = did_you_mean(nearest(asked, there), "") or f"there are: {listed(there)}"
            return f"no case is {what} `{one_line(asked)}`; {way_out}"
    return "no case fits both --state and --assignee; ask for one of them"


@case.command(short_help="Let time act on all cases.", epilog="Example: casedsl case --now 2026-11-09T10:00 tick")
@click.pass_obj
def tick(desk: Desk) -> int:
    """Let time act: everything that is due by now, in order."""
    with stored(desk.db) as store:
        at = first_case(desk, store)
        if at is None:
            say("there are no cases yet")
            return 0
        fired = at.host.tick()
        for step in fired:
            words = at_case(desk, store, step.case).words
            put(f"{step.case}\n{told(step.outcome.entries, words)}")
            if not step.outcome.accepted:
                say(one_line(f"{step.case}: {'; '.join(step.outcome.reasons)}"))
        say(f"{len(fired)} step{'' if len(fired) == 1 else 's'} of time")
        return int(any(not step.outcome.accepted for step in fired))


for command in (find, counts, proclaim):
    case.add_command(command)


def _installable(artifact: str) -> Installable:
    """The case type in an artifact's file and the bundle beside it; ends the command if they can't be run."""
    if artifact.endswith(SUFFIXES):
        raise Stop(f"{artifact} is a definition; name the artifact that `casedsl compile {artifact}` writes")
    file = artifact
    try:
        code = read_bytes(file)
        workflow = load_workflow(code).workflow
        file = bundle_beside(artifact)
        calendars = read_bytes(file)
        bundle = load_bundle(calendars).bundle
    except FileNotFoundError:
        raise Stop(f"there is no file {file}; look at its name, or write it with `casedsl compile`") from None
    except OSError as error:
        raise Stop(unreadable(file, error)) from None
    except ArtifactError as error:
        raise Stop(f"{file}: {error}") from None
    return Installable(
        code, calendars, workflow, next((cal for cal in bundle.calendars if cal.zone == workflow.zone), None)
    )


def _key(key: str | None) -> str:
    return str(uuid.uuid4()) if key is None else key


def _answer(outcome: Outcome, words: Words, host: Host, actor: str) -> int:
    """Print what became of a request, as the actor sees it; a refusal goes to standard error and exits with 1."""
    if outcome.accepted and outcome.number is not None:
        put(f"{outcome.number}\n{told(outcome.entries, words, host.hidden(outcome.number, actor))}")
        return 0
    for reason in outcome.reasons:
        say(f"refused: {one_line(reason)}")
    return 1
