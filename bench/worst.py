"""Definitions that ask the most of the checks: each shape is one thing in masses, as large as a number says.

No person writes them; a program, or somebody who means no good, may. What `check` takes for them is bounded by counted
steps, and `python -m bench checks` says how long that is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

HEAD = 'case type letter "Letter"\n    edition 1\n    use "acme"\n'
END = 'final state done "Done"\n'
SHORT = "    on close -> done\n        by clerk\n"
MOST = 990_000


def _states(body: Callable[[int], str], count: int, fields: str = "", rest: str = "") -> str:
    each = (f'{"first " if number == 0 else ""}state s{number} "S"\n{body(number)}' for number in range(count))
    return f"{HEAD}{fields}{''.join(each)}{END}{rest}"


def _fields(count: int, kind: str = "integer 0..999") -> str:
    return "fields\n" + "".join(f'    f{number} {kind} "F"\n' for number in range(count))


def _line(event: str, target: str, *rest: str) -> str:
    return f"    on {event} -> {target}\n        by clerk\n" + "".join(f"        {each}\n" for each in rest)


def many_fields(size: int) -> str:
    """A line of each needs a field and asks for its value."""
    lines = lambda _: "".join(_line(f"e{n}", "done", f"needs f{n}", f"when f{n} > 5") for n in range(size))  # noqa: E731
    return _states(lines, 1, _fields(size))


def all_fields_everywhere(size: int) -> str:
    """Many states, and in each many fields may change."""
    fields = "fields\n" + "".join(f'    f{n} integer 0..9 "F"\n        changed by clerk\n' for n in range(size))
    return _states(
        lambda n: _line(f"e{n}", f"s{n + 1}" if n + 1 < size else "done", f"needs f{n}", f"when f{n} > 1"), size, fields
    )


def deep_guards(size: int) -> str:
    """A guard with parentheses as deep as they may be, many times over."""
    deep = "(" * 20 + "f0 > 1" + "".join(f" {'or' if n % 2 else 'and'} f{n % 5} > {n})" for n in range(20))
    return _states(lambda _: "".join(_line(f"e{n}", "done", f"when {deep}") for n in range(size)), 1, _fields(5))


def long_or(size: int) -> str:
    """Guards that are chains of `or`, each as long as a line may be."""
    parts = [" or ".join(f"f{n % 30} is {(n + m) % 999}" for n in range(18)) for m in range(size)]
    return _states(
        lambda _: "".join(_line(f"e{m}", "done", f"when {part}") for m, part in enumerate(parts)), 1, _fields(30)
    )


def long_and_of_or(size: int) -> str:
    """Riddles of propositions: clauses of three, as many as a line holds, and many such lines."""

    def clause(random: Random) -> str:
        return " or ".join(f"f{random.randrange(26)} is {random.choice(('yes', 'no'))}" for _ in range(3))

    def riddle(number: int) -> str:
        random = Random(number)
        return " and ".join(f"({clause(random)})" for _ in range(18))

    lines = lambda _: "".join(_line(f"e{n}", "done", f"when {riddle(n)}") for n in range(size))  # noqa: E731
    return _states(lines, 1, _fields(26, "yes/no"))


def pigeons(size: int) -> str:
    """More pigeons than holes, again and again: no pigeon shares; a search finds no short proof."""
    apart = " and ".join(f"f{a} is not f{b}" for a in range(11) for b in range(a))
    lines = lambda _: "".join(_line(f"e{n}", "done", f"when {apart}") for n in range(size))  # noqa: E731
    return _states(lines, 1, _fields(11, "integer 1..10"))


def long_sums(size: int) -> str:
    """A sum of many fields, compared again and again."""
    total = " + ".join(f"f{n}" for n in range(40))
    lines = lambda _: "".join(_line(f"e{n}", "done", f"when {total} > {n}") for n in range(size))  # noqa: E731
    return _states(lines, 1, _fields(40))


def products(size: int) -> str:
    """Products of two large fields, which no search decides."""
    lines = lambda _: "".join(_line(f"e{n}", "done", f"when f0 * f1 is {7919000031 + n}") for n in range(size))  # noqa: E731
    return _states(lines, 1, _fields(2, "integer 0..999999"))


def differences(size: int) -> str:
    """Orders among many dates: each before the next."""
    chain = " and ".join(f"f{n} < f{n + 1}" for n in range(18))
    lines = lambda _: "".join(_line(f"e{n}", "done", f"when {chain}") for n in range(size))  # noqa: E731
    return _states(lines, 1, _fields(19, "date"))


def wide_routes(size: int) -> str:
    """An event with many routes, of which each two may cross."""
    names = [f"t{n}" for n in range(size)]
    routes = "".join(f"        to {name} when f{n % 9} > {n} or f{(n + 1) % 9} < {n}\n" for n, name in enumerate(names))
    states = "".join(f'state {name} "T"\n{SHORT}' for name in names)
    go = f"    on go -> {' or '.join(names)}\n        by clerk\n"
    return f'{HEAD}{_fields(9)}first state s0 "S"\n{go}{routes}{states}{END}'


def chain_of_states(size: int) -> str:
    """Many states, one behind the other, each with an event that asks for a field."""
    return _states(
        lambda n: _line("go", f"s{n + 1}" if n + 1 < size else "done", f"needs f{n % 20}", f"when f{n % 20} > 5"),
        size, _fields(20),
    )  # fmt: skip


def dense(size: int) -> str:
    """Every state leads to every other."""
    lines = lambda n: "".join(_line(f"e{n}_{m}", f"s{m}") for m in range(size) if m != n) + SHORT  # noqa: E731
    return _states(lines, size)


def anywhere(size: int) -> str:
    """Many events that can happen in every state."""
    rest = "anywhere\n" + "".join(_line(f"e{n}", "stay", f"when f{n % 9} > {n % 99}") for n in range(size))
    return _states(lambda n: _line("go", f"s{n + 1}" if n < 29 else "done"), 30, _fields(9), rest)


def anywhere_moves(size: int) -> str:
    """Many events that lead from every state to some."""
    rest = "anywhere\n" + "".join(_line(f"e{n}", f"s{n % 60}") for n in range(size))
    return _states(lambda n: _line("go", f"s{n + 1}" if n < 59 else "done"), 60, "", rest)


def asked_chain(size: int) -> str:
    """Fields of which each is asked if the one before has a value."""
    chain = "".join(
        f'    f{n} yes/no "F"\n' + (f"        asked when f{n - 1} is yes\n" if n else "") for n in range(size)
    )
    return _states(
        lambda _: _line("go", "done", f"needs f{size - 1}", f"when f{size - 1} is yes") + SHORT, 1, f"fields\n{chain}"
    )


def asked_by_all(size: int) -> str:
    """Each field is asked if any before has a value."""
    chain = "".join(
        f'    f{n} yes/no "F"\n'
        + (f"        asked when {' or '.join(f'f{m} is yes' for m in range(n))}\n" if n else "")
        for n in range(size)
    )
    return _states(lambda _: _line("go", "done", f"when f{size - 1} is yes") + SHORT, 1, f"fields\n{chain}")


def side_steps(size: int) -> str:
    """Many states, and as many side steps, each of which may be entered from each."""
    rest = "anywhere\n" + "".join(_line(f"ask{n}", f"b{n}") for n in range(size))
    sides = "".join(f'state b{n} "B"\n{_line("answer", "back", "needs f1", "when f1 > 2")}' for n in range(size))
    return _states(lambda n: _line("go", f"s{n + 1}" if n + 1 < size else "done"), size, _fields(3), sides + rest)


def timers(size: int) -> str:
    """Many promises and timers."""
    promises = "".join(
        f'promise p{n} "P"\n    within {n % 90 + 1} working days\n    calendar office\n'
        "    from opened\n    met by close\n"
        "    alert chief when 1 working day left\n"
        for n in range(size)
    )
    ladder = "    team desk\n    prompt assignee after 2 working days\n    alert chief after 3 clock hours\n"
    return _states(lambda n: ladder + _line("go", f"s{n + 1}" if n + 1 < size else "done") + SHORT, size, "", promises)


def ladders(size: int) -> str:
    """Many states with a ladder of two kinds of time each."""
    ladder = "    team desk\n    prompt assignee after {} working days\n    alert chief after {} clock hours\n"
    return _states(
        lambda n: ladder.format(n % 9 + 1, n % 97 + 1) + _line("go", f"s{n + 1}" if n + 1 < size else "done"), size
    )


def stages(size: int) -> str:
    """Many stages, each with an event and a timer."""
    each = "".join(f"stage g{n} \"G\" of s{n}\n    prompt assignee after 2 working days\n{_line(f'leave{n}', 'done')}"
                   for n in range(size))  # fmt: skip
    return _states(lambda n: "    team desk\n" + _line("go", f"s{n + 1}" if n + 1 < size else "done"), size, "", each)


def unset_ways(size: int) -> str:
    """Layers of states with many ways through, on which fields are cleared, and a guard at the end that reads them."""
    layers = "".join(
        f'state l{n} "L"\n' + _line("a", f"l{n + 1}", f"needs f{n % 12}")
        + _line("b", f"l{n + 1}", f"clears f{(n + 5) % 12}", f"when f{n % 12} > 3") for n in range(size)
    )  # fmt: skip
    last = f'state l{size} "L"\n' + "".join(_line(f"e{n}", "done", f"when f{n} > 1") for n in range(12)) + SHORT
    return f'{HEAD}{_fields(12)}first state s0 "S"\n{_line("go", "l0")}{layers}{last}{END}'


SHAPES: Mapping[str, tuple[Callable[[int], str], int]] = {
    each.__name__.replace("_", " "): (each, size)
    for each, size in (
        (many_fields, 8_000), (all_fields_everywhere, 400), (deep_guards, 1_800), (long_or, 2_600),
        (long_and_of_or, 900), (pigeons, 900), (long_sums, 2_500), (products, 10_000), (differences, 3_000),
        (wide_routes, 700), (chain_of_states, 2_000), (dense, 130), (anywhere, 10_000), (anywhere_moves, 10_000),
        (asked_chain, 12_000), (asked_by_all, 20), (side_steps, 700), (timers, 2_000), (ladders, 4_000),
        (stages, 3_000), (unset_ways, 2_500),
    )
}  # fmt: skip
"""Each shape with about the largest size that still makes a file below 1 MB."""
