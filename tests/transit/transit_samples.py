"""Case types put together by hand: a complaint like the design's, a document flow, chains and hubs."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from typing import Literal

from casedsl_runtime.vocabulary import Duration, Placeholder, TimeKind, TimeUnit

from casedsl.model.records import (
    Actions,
    Actor,
    CaseType,
    Formula,
    HandOver,
    Organisation,
    Pauses,
    Promise,
    Ref,
    Role,
    Route,
    Sending,
    Stage,
    State,
    Step,
    Team,
    Time,
    Timer,
    Transition,
)
from casedsl.syntax.span import Span

HERE = Span("sample.case", 1, 1, 1, 2)
NASTY = '</text><script>alert("1")</script> \x00\x1b[31m\u202e\ud800\ufffe]]> & \'"; --> %%{init}%% \\N <b>\n# end'


def ref(name: str) -> Ref:
    return Ref(name, HERE)


def refs(names: str) -> tuple[Ref, ...]:
    """`a, b` as references."""
    return tuple(ref(name.strip()) for name in names.split(",") if name.strip())


def time(count: int, kind: TimeKind = "working", unit: TimeUnit = "day") -> Time:
    return Time(Duration(count, kind, unit), HERE)


def formula(text: str) -> Formula:
    return Formula(("const", True), text, HERE)


def route(to: str, when: str = "", actions: Actions | None = None) -> Route:
    """`closed as spam` or `back`."""
    state, _, ending = to.partition(" as ")
    return Route(ref(state), ending or None, formula(when) if when else None, actions or Actions(), HERE)


def line(
    event: str,
    to: str | tuple[Route, ...],
    title: str = "",
    by: str = "handler",
    owner: str | None = None,
    when: str = "",
    needs: str = "",
    note: bool = False,
    but_not: str = "",
    purpose: str = "",
    actions: Actions | None = None,
    reverses: bool = False,
) -> Transition:
    routes = (route(to),) if isinstance(to, str) else to
    guard = formula(when) if when else None
    return Transition(
        event=event,
        title=title,
        owner=owner,
        routes=routes,
        by=tuple(actor(name) for name in by.split(",") if name.strip()),
        but_not=refs(but_not),
        needs=refs(needs),
        needs_note=note,
        when=guard,
        reverses_escalation=reverses,
        purpose=purpose,
        actions=actions or Actions(),
        span=HERE,
    )


def actor(words: str) -> Actor:
    """`handler for requester`."""
    role, _, other = words.strip().partition(" for ")
    return Actor(ref(role), ref(other) if other else None)


def timer(
    rung: Literal["prompt", "alert", "escalate", "move"], to: str, after: Time, template: str = "", purpose: str = ""
) -> Timer:
    place, _, ending = to.partition(" as ")
    return Timer(rung, ref(place), after, ref(template) if template else None, ending or None, purpose, HERE)


def state(
    name: str,
    title: str = "",
    lines: Iterable[Transition] = (),
    kind: Literal["first", "between", "final"] = "between",
    team: str = "",
    timers: Iterable[Timer] = (),
    waiting: str = "",
    purpose: str = "",
) -> State:
    return State(
        name, title, kind, purpose, ref(team) if team else None, refs(waiting), tuple(timers), tuple(lines), HERE
    )


def stage(name: str, title: str, states: str, lines: Iterable[Transition], timers: Iterable[Timer] = ()) -> Stage:
    return Stage(name, title, refs(states), tuple(timers), tuple(lines), HERE)


def case_type(
    states: Iterable[State],
    *,
    name: str = "sample",
    title: str = "Sample",
    roles: Mapping[str, str] | None = None,
    teams: Mapping[str, str] | None = None,
    stages: Iterable[Stage] = (),
    anywhere: Iterable[Transition] = (),
    promises: Iterable[Promise] = (),
) -> CaseType:
    people = {key: Role(key, words, False, HERE) for key, words in (roles or {"handler": "Handler"}).items()}
    desks = {key: Team(key, words, (), None, None, HERE) for key, words in (teams or {}).items()}
    return CaseType(
        name=name,
        title=title,
        edition=1,
        version=1,
        number="S-{sequence}",
        organisation=Organisation({}, people, (), desks),
        fields={},
        priority=None,
        promises={promise.name: promise for promise in promises},
        stages={each.name: each for each in stages},
        states={each.name: each for each in states},
        anywhere=tuple(anywhere),
        templates={},
        span=HERE,
    )


def complaint() -> CaseType:
    """The design's complaint."""
    return case_type(
        _complaint_states(),
        name="complaint",
        title="Customer complaint",
        roles={
            "requester": "The person who complains",
            "handler": "Complaint handler",
            "legal": "Legal adviser",
            "supervisor": "Supervisor",
        },
        teams={"complaints": "Complaints desk", "legal_desk": "Legal desk"},
        stages=[_at_work()],
        anywhere=_complaint_anywhere(),
        promises=_complaint_promises(),
    )


def _complaint_states() -> list[State]:
    return [
        state(
            "new",
            "New",
            [
                line(
                    "acknowledge",
                    "in_review",
                    "Acknowledge",
                    "handler, supervisor",
                    needs="impact, urgency, risk",
                    purpose="The customer knows that we have it and who looks after it.",
                    actions=sends("acknowledged", "requester"),
                    owner="new",
                ),
                line(
                    "mark_spam",
                    "closed as spam",
                    "It is spam",
                    note=True,
                    purpose="Nobody complained; nothing is promised.",
                    owner="new",
                ),
            ],
            "first",
            "complaints",
            [
                timer("prompt", "assignee", time(2, unit="hour")),
                timer("alert", "supervisor", time(4, unit="hour")),
            ],
            purpose="Nobody has looked at it yet.",
        ),
        state(
            "in_review",
            "In review",
            [_decide()],
            team="complaints",
            purpose="A handler finds out what happened and what would put it right.",
        ),
        _legal_review(),
        state(
            "answering",
            "Answering",
            [
                line(
                    "send_answer",
                    "resolved",
                    "Send the answer",
                    "handler, supervisor",
                    when="checklist is done",
                    purpose="The customer learns what we found, what we do, and how to object.",
                    actions=sends("answered", "requester"),
                    owner="answering",
                )
            ],
            team="complaints",
            timers=[timer("alert", "supervisor", time(1))],
            purpose="The answer is decided; it goes out and what we promised is done.",
        ),
        _waiting(),
        state(
            "resolved",
            "Resolved",
            [
                line(
                    "object",
                    "in_review",
                    "Object",
                    "requester, handler for requester",
                    note=True,
                    purpose="The answer did not settle it; another handler looks again.",
                    actions=Actions(clears=refs("findings, outcome, remedy, refund")),
                    owner="resolved",
                )
            ],
            team="complaints",
            timers=[timer("move", "closed as answered", time(10))],
            purpose="The customer has our answer and can still object.",
        ),
        state("closed", "Closed", kind="final", purpose="The file is only read."),
    ]


def sends(template: str, to: str) -> Actions:
    return Actions(sends=(Sending(ref(template), refs(to)),))


def _decide() -> Transition:
    says = (
        Placeholder("field", "summary"),
        " We found: ",
        Placeholder("field", "findings"),
        " We propose: ",
        Placeholder("field", "outcome"),
        ". ",
        Placeholder("field", "remedy", if_set=True),
    )
    brief = HandOver(refs("summary, category, evidence, findings, outcome, remedy, refund"), says, HERE)
    return line(
        "decide",
        (
            route("legal_review", "category is privacy or refund > 10000 GBP", Actions(hand_over=brief)),
            route("answering"),
        ),
        "Decide",
        "handler, supervisor",
        when="checklist is done",
        needs="findings, outcome, remedy, refund",
        purpose="We say what we found and what we do about it.",
        owner="in_review",
    )


def _legal_review() -> State:
    return state(
        "legal_review",
        "Legal review",
        [
            line(
                "approve",
                "answering",
                "Approve",
                "legal",
                but_not="decide",
                purpose="Legal agrees with the answer.",
                actions=Actions(hand_over=HandOver(refs("outcome, remedy, refund"), ("Legal agrees.",), HERE)),
                owner="legal_review",
            ),
            line(
                "return",
                "in_review",
                "Return",
                "legal, supervisor",
                note=True,
                purpose="Legal sees a problem that the handler must solve.",
                actions=Actions(
                    clears=refs("outcome, remedy, refund"),
                    hand_over=HandOver(refs("findings"), ("Legal sends it back: ", Placeholder("note")), HERE),
                ),
                owner="legal_review",
            ),
        ],
        team="legal_desk",
        purpose="Legal says whether our answer holds.",
    )


def _waiting() -> State:
    return state(
        "waiting_on_customer",
        "Waiting on customer",
        [
            line(
                "customer_replied",
                "back",
                "The customer replied",
                "requester, handler for requester",
                purpose="The customer answered.",
                owner="waiting_on_customer",
            ),
            line(
                "take_back",
                "back",
                "We don't need it any more",
                purpose="The question answered itself.",
                owner="waiting_on_customer",
            ),
        ],
        waiting="requester",
        timers=[
            timer("prompt", "requester", time(3, "calendar"), "still_waiting"),
            timer("move", "back", time(14, "calendar"), purpose="We decide with what we know."),
        ],
        purpose="We can't go on without the customer's answer.",
    )


def _at_work() -> Stage:
    return stage(
        "at_work",
        "Being worked on",
        "new, in_review, legal_review",
        [
            line(
                "hand_back",
                "stay",
                "Hand back",
                "supervisor",
                purpose="The supervisor has helped; the assignee goes on.",
                owner="at_work",
                reverses=True,
            ),
            line(
                "ask_customer",
                "waiting_on_customer",
                "Ask the customer",
                "handler, legal",
                needs="question",
                purpose="Something is missing that only the customer knows.",
                actions=sends("question_asked", "requester"),
                owner="at_work",
            ),
        ],
        [
            timer("prompt", "assignee", time(1)),
            timer("alert", "supervisor", time(3)),
            timer("escalate", "supervisor", time(5)),
        ],
    )


def _complaint_anywhere() -> list[Transition]:
    return [
        line(
            "withdraw",
            "closed as withdrawn",
            "Withdraw",
            "requester, handler for requester",
            note=True,
            purpose="The customer no longer wants an answer.",
            actions=sends("withdrawn", "requester"),
        ),
        line("object", "stay", by="requester", purpose="There is no answer yet; what was said is filed and read."),
        line("customer_replied", "stay", by="requester", purpose="A message that nobody asked for is filed and read."),
    ]


def _complaint_promises() -> list[Promise]:
    answer = Promise(
        "answer",
        "We answer your complaint",
        time(10),
        ref("office"),
        ref("opened"),
        refs("send_answer"),
        Pauses(refs("waiting_on_customer")),
        (
            Step("prompt", ref("assignee"), time(3), None, HERE),
            Step("alert", ref("supervisor"), time(1), None, HERE),
            Step("tell", ref("requester"), None, ref("late"), HERE),
        ),
        HERE,
    )
    name, met_by = "acknowledgement", refs("acknowledge")
    heard = Promise(name, "You hear from us", time(1), ref("office"), ref("opened"), met_by, Pauses(), (), HERE)
    return [answer, heard]


FLOW = """
idea author: Idea of a draft
 submit > submitted Submit the draft
submitted secretariat: Submitted
 accept > call_for_adoption Accept
 reject > author_revises Send back [checks have failed]
author_revises author: Author revises
 resubmit > submitted Submit again
call_for_adoption group: Call for adoption
 adopt > group_document Adopt
 decline > parked Not now
parked group: Parked
 revive > call_for_adoption Take it up again
 ~180 > expired
group_document group: Working group document
 last_call > group_last_call Start last call
 revise > group_document Post a new version
group_last_call group: Last call in the group
 passed > write_up Consensus is there [consensus is rough or clear]
 issues > group_document Issues were raised
write_up shepherd: Shepherd's write-up
 publish_request > publication_requested Request publication
publication_requested director: Publication requested
 evaluate > ad_evaluation Take it
ad_evaluation director: Director evaluates
 ask_revision > revised_needed Ask for a new version
 start_last_call > ietf_last_call Start the public last call
 return_to_group > group_document Return to the group
revised_needed author: New version needed
 posted > ad_evaluation Post the new version
ietf_last_call secretariat: Public last call
 ~14 > iesg_evaluation
iesg_evaluation board: Board evaluates
 approve > approved Approve [no discuss is open]
 discuss > discuss_open Hold a discuss
 defer > deferred Defer
deferred board: Deferred
 ~14 > iesg_evaluation
discuss_open board: Discuss open
 clear > iesg_evaluation Clear the discuss
 ask > revised_needed Ask for changes
approved secretariat: Approved
 send > editor_queue Send to the editor
 problem > ad_evaluation A problem was found
editor_queue editor: Editor's queue
 missing > missing_reference Wait for a reference
 publish > published Publish
missing_reference editor: Missing reference
 found > back The reference is there
published editor: Published
expired secretariat: Expired
"""


def document_flow() -> CaseType:
    """A draft on its way through a standards body: twenty states, two of them final."""
    states: list[State] = []
    for block in _blocks(FLOW):
        head, *lines = block
        name, rest = head.split(" ", 1)
        team, title = rest.split(": ")
        kind: Literal["first", "between", "final"] = "between" if lines else "final"
        moves = [_flow_move(words) for words in lines if words.startswith("~")]
        events = [_flow_line(name, words) for words in lines if not words.startswith("~")]
        states.append(state(name, title, events, "first" if not states else kind, team, moves))
    teams = {
        "author": "Authors",
        "secretariat": "Secretariat",
        "group": "Working group",
        "shepherd": "Shepherd",
        "director": "Area director",
        "board": "Steering board",
        "editor": "Editor",
    }
    anywhere = [line("withdraw", "expired as withdrawn", "Withdraw", "handler", note=True)]
    return case_type(states, name="draft", title="A draft becomes a standard", teams=teams, anywhere=anywhere)


def _blocks(text: str) -> list[list[str]]:
    blocks: list[list[str]] = []
    for words in text.strip().splitlines():
        if words.startswith(" "):
            blocks[-1].append(words.strip())
        else:
            blocks.append([words])
    return blocks


def _flow_line(owner: str, words: str) -> Transition:
    event, _, target, title = words.split(" ", 3)
    title, _, guard = title.partition(" [")
    return line(event, target, title, owner=owner, when=guard.rstrip("]"))


def _flow_move(words: str) -> Timer:
    days, target = words.removeprefix("~").split(" > ")
    return timer("move", target, time(int(days), "calendar"))


def chain(length: int) -> CaseType:
    """`s0 -> s1 -> …`, each but the first with a way back to the one before, every fifth with a shortcut."""
    states = []
    for at in range(length):
        lines = [line("on", f"s{at + 1}", "Go on", owner=f"s{at}")] if at + 1 < length else []
        if 0 < at < length - 1:
            lines.append(line("return", f"s{at - 1}", "Return", owner=f"s{at}"))
        if at % 5 == 0 and at + 3 < length:
            lines.append(line("skip", f"s{at + 3}", "Skip", owner=f"s{at}", when="score > 3"))
        kind: Literal["first", "between", "final"] = "first" if at == 0 else "between" if lines else "final"
        states.append(state(f"s{at}", f"Step {at}", lines, kind, f"t{at % 4}"))
    return case_type(states, teams={f"t{at}": f"Team {at}" for at in range(4)})


def hub(spokes: int, same: bool = False) -> CaseType:
    """One state from which many lines leave, to one state each or all to the same."""
    targets = ["s0"] * spokes if same else [f"s{at}" for at in range(spokes)]
    lines = [line(f"go_{at}", target, f"Go to {at}", owner="hub") for at, target in enumerate(targets)]
    ends = [state(name, f"Spoke {name}", kind="final") for name in dict.fromkeys(targets)]
    return case_type([state("hub", "Hub", lines, "first"), *ends])


def alone() -> CaseType:
    return case_type([state("only", "Only", kind="first")])


def mixed(seed: int, most: int = 14) -> CaseType:
    """A case type by chance: some teams, some states without one, routes, timers, side steps, a stage, anywhere."""
    dice = random.Random(seed)
    count = dice.randint(1, most)
    names = [f"s{at}" for at in range(count)]
    teams = {f"t{at}": f"Team number {at}" for at in range(dice.randint(0, 4))}
    states = [_mixed_state(dice, names, at, [*teams, "", ""]) for at in range(count)]
    lines = [line("all_1", dice.choice(names), "From every state"), line("all_2", "stay", "Everywhere the same")]
    stages = [stage("part", "A part of it", ", ".join(names[::2]), [line("of_part", names[-1], owner="part")])]
    return case_type(states, teams=teams, anywhere=lines[: dice.randint(0, 2)], stages=stages[: dice.randint(0, 1)])


def _mixed_state(dice: random.Random, names: list[str], at: int, teams: list[str]) -> State:
    kind: Literal["first", "between", "final"] = "first" if at == 0 else dice.choice(["between", "between", "final"])
    lines: list[Transition] = []
    if kind != "final":
        places = [*names, "back", "stay"]
        for nth in range(dice.randint(0, 5)):
            ways = tuple(
                route(dice.choice(places), "score > 3" if more else "")
                for more in range(dice.choice([1, 1, 1, 2, 3]) - 1, -1, -1)
            )
            words = " ".join(["Some", "rather", "long", "words"][: dice.randint(1, 4)])
            lines.append(line(f"e{nth}", ways, words, owner=names[at], when=dice.choice(["", "outcome is set"])))
    timers = [timer("prompt", "assignee", time(2)), timer("move", dice.choice(names), time(9, "clock", "hour"))]
    title = dice.choice(["", f"State {at}", "A state with a rather long title that goes on and on without an end"])
    return state(names[at], title, lines, kind, dice.choice(teams), timers[: dice.randint(0, 2)])


def flowing(seed: int, most: int = 60) -> CaseType:
    """A case type by chance as people write them: a way to the end through teams, and now and then another one."""
    dice = random.Random(seed)
    count = dice.randint(4, most)
    names = [f"s{at}" for at in range(count)]
    teams = {f"t{at}": f"Team number {at}" for at in range(max(1, count // 8))}
    states = [_flowing_state(dice, names, at, f"t{at * len(teams) // count}") for at in range(count)]
    return case_type(states, teams=teams, anywhere=[line("drop", names[-1], "Withdraw")])


def _flowing_state(dice: random.Random, names: list[str], at: int, team: str) -> State:
    name, title = names[at], f"State number {at}"
    if at + 1 == len(names):
        return state(name, title, kind="final", team=team)
    lines = [line("go", names[at + 1], "Go on", owner=name)]
    if dice.random() < 0.45:
        lines.append(line("other", dice.choice(names), "Another way", owner=name, when=dice.choice(["", "fee > 3"])))
    if dice.random() < 0.25:
        forks = (route(dice.choice(names), "outcome is upheld"), route(dice.choice([*names, "stay"])))
        lines.append(line("fork", forks, "Decide", owner=name))
    timers = [timer("prompt", "assignee", time(2))] if dice.random() < 0.3 else []
    if dice.random() < 0.1:
        timers.append(timer("move", dice.choice(names), time(9)))
    waiting = "handler" if dice.random() < 0.1 else ""
    kind: Literal["first", "between"] = "between" if at else "first"
    return state(name, title, lines, kind, team if dice.random() < 0.9 else "", timers, waiting)


def nasty(name: str = NASTY) -> CaseType:
    """Hostile words wherever an author can write; also in names (which no reader lets through), if none is given."""
    step = line(
        f"go{name}",
        (route(f"a{name}", NASTY), route(f"b as {name or 'ending'}")),
        NASTY,
        NASTY.replace(",", ""),
        f"a{name}",
        NASTY,
        NASTY,
        purpose=NASTY,
    )
    timers = [timer("prompt", NASTY, time(2), NASTY), timer("move", "b", time(2), purpose=NASTY)]
    team = f"t{name}".replace(",", "")
    states = [
        state(f"a{name}", NASTY, [step], "first", team, timers, NASTY.replace(",", ""), NASTY),
        state("b", NASTY * 20, kind="final"),
    ]
    part = stage(f"s{name}", NASTY, "b", [], timers[:1])
    return case_type(states, name=NASTY, title=NASTY, roles={NASTY: NASTY}, teams={team: NASTY}, stages=[part])
