"""The rules. Each is a generator that looks at the facts and yields findings; its docstring is its page and its test.

All rules stand in one literal tuple, in the order of their codes. A rule has no file, no configuration, no output and
no memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from casedsl.analysis.facts import Facts
from casedsl.rules import (
    bounds,
    branches,
    calendars,
    claims,
    clocks,
    data,
    duties,
    guards,
    handoffs,
    ignores,
    journeys,
    keeping,
    ladders,
    lines,
    loops,
    names,
    people,
    precedence,
    priority,
    promises,
    sight,
    structure,
    text,
    time,
    unset,
)
from casedsl.syntax.finding import Finding

Rule: TypeAlias = Callable[[Facts], Iterator[Finding]]

RULES: tuple[Rule, ...] = (
    text.cd001_syntax_error,
    text.cd002_stands_twice,
    text.cd003_unknown_keyword,
    text.cd004_unknown_name,
    text.cd005_type_mismatch,
    names.cd008_look_alike_name,
    names.cd009_unused,
    text.cd010_not_in_this_edition,
    text.cd011_missing_line,
    text.cd012_broken_use,
    ignores.cd013_ignore_without_reason,
    ignores.cd014_unused_ignore,
    structure.cd101_unreachable_state,
    structure.cd102_dead_end,
    structure.cd103_trap,
    structure.cd104_no_way_to_finish,
    loops.cd105_automatic_loop,
    lines.cd106_unhandled_event,
    lines.cd107_orphan_event,
    lines.cd108_irreversible_escalation,
    lines.cd109_transition_without_purpose,
    text.cd114_header_and_routes,
    text.cd115_after_the_end,
    structure.cd116_nothing_behind,
    journeys.cd117_line_without_transition,
    journeys.cd118_line_nobody_travels,
    guards.cd201_guard_never_true,
    guards.cd202_guard_always_true,
    branches.cd203_overlap,
    branches.cd204_gap,
    branches.cd205_shadowed,
    guards.cd206_redundant_part,
    unset.cd208_guard_reads_unset,
    branches.cd210_boundary_slip,
    claims.cd211_claim_refuted,
    guards.cd299_not_decided,
    unset.cd301_unset_on_a_path,
    data.cd302_write_never_read,
    data.cd303_read_never_written,
    bounds.cd305_contradictory_bounds,
    unset.cd306_mandatory_without_source,
    data.cd308_free_text_decides,
    time.cd401_no_timer,
    ladders.cd402_ladder_order,
    time.cd403_timer_cannot_fire,
    text.cd404_calendar_empty,
    calendars.cd405_calendar_runs_out,
    keeping.cd406_promise_infeasible,
    promises.cd407_promise_unbounded,
    promises.cd408_pause_hides_time,
    clocks.cd410_hours_in_a_gap,
    time.cd411_no_calendar,
    text.cd412_calendar_contradicts_itself,
    clocks.cd413_hours_among_days,
    keeping.cd414_unwatched_promise,
    keeping.cd415_alert_too_late,
    people.cd501_nobody_can_act,
    sight.cd502_cannot_see_what_decides,
    duties.cd503_separation_of_duties,
    duties.cd504_duties_unsatisfiable,
    duties.cd505_key_person,
    people.cd506_over_privilege,
    people.cd507_escalation_target_powerless,
    people.cd508_queue_without_owner,
    priority.cd701_out_of_range,
    precedence.cd702_not_monotone,
    priority.cd703_no_influence,
    priority.cd704_bands,
    precedence.cd709_not_blind,
    precedence.cd710_starvation,
    text.cd803_asked_before_answered,
    handoffs.cd810_hand_over_missing,
    handoffs.cd812_handoff_without_return,
)


def code_of(rule: Rule) -> str:
    """`CD101` of `cd101_unreachable_state`."""
    return rule.__name__.partition("_")[0].upper()


def slug_of(rule: Rule) -> str:
    """`unreachable-state` of `cd101_unreachable_state`."""
    return rule.__name__.partition("_")[2].replace("_", "-")


def is_certain(rule: Rule) -> bool:
    """Whether a rule says what reading and resolving couldn't understand: nobody may leave that out or ignore it."""
    return rule.__module__ == text.__name__


def page_of(code: str) -> str | None:
    """A rule's page by its code or its name; None if there is no such rule."""
    for rule in RULES:
        if code.upper() == code_of(rule) or code == slug_of(rule):
            return f"{code_of(rule)} {slug_of(rule)}\n\n{_undented(rule.__doc__ or '')}"
    return None


def checked(facts: Facts) -> tuple[Finding, ...]:
    """What all rules find, in the order of the file."""
    found = (finding for rule in RULES for finding in rule(facts))
    return tuple(sorted(found, key=Finding.place))


def _undented(text: str) -> str:
    first, _, rest = text.partition("\n")
    lines = [line[4:] if line.startswith("    ") else line for line in rest.split("\n")]
    return "\n".join([first, *lines]).strip() + "\n"
