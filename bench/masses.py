"""More definitions that ask the most of the checks: what `bench/worst.py` is for guards and graphs, for priorities,
claims, access, duties, time, scenarios, comments, and for files in which everything is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bench.worst import SHORT, _fields, _line, _states


def bands(size: int) -> str:
    """A priority that many fields and additions make, in many bands."""
    fields = "".join(f'    f{n} scale 1..5 "F"\n' for n in range(size // 10 + 1))
    score = " + ".join(f"{n % 3 + 1} * f{n}" for n in range(min(size // 10 + 1, 50)))
    plus = "".join(
        f'    plus {n % 9 + 1} when f{n % (size // 10 + 1)} > {n % 5} up to 999 because "B."\n' for n in range(size)
    )
    limits = "".join(f"    band b{n} from {4 * (size - 1 - n)}\n" for n in range(size))
    asked = "".join(_line(f"e{n}", "done", f"needs f{n}") for n in range(size // 10 + 1))
    told = f"priority\n    score {score} in 0..{4 * size}\n{plus}{limits}"
    return _states(lambda _: asked, 1, f"fields\n{fields}", told)


def rises_with_many(size: int) -> str:
    """A score that rises with many fields, and is blind to many others."""
    names = [f"f{n}" for n in range(size)]
    fields = "".join(f'    {name} scale 1..5 "F"\n' for name in names)
    head = f"priority\n    score f0 + f1 in 0..999\n    rises with {', '.join(names[: size // 2])}\n"
    plus = "".join(f'    plus 1 when {name} > 2 because "B."\n' for name in names).replace(
        " because", " up to 999 because"
    )
    rest = f"{head}    blind to {', '.join(names[size // 2 :])}\n{plus}    band red from 500\n    band green from 0\n"
    return _states(lambda _: SHORT, 1, f"fields\n{fields}", rest)


def claims(size: int) -> str:
    """Many claims about many states."""
    kinds = (
        "always f{0} is set in state s{1}",
        "never event go{1} unless go{0} has happened when f{0} > {1}",
        "never state done unless go{1} has happened",
        "only clerk may go{1}",
        "before every event go{1} comes event go{0}",
        "every event go{1} leads to event go{2}",
    )
    told = "".join(kinds[n % 6].format(n % 20, n % 60, (n * 7) % 60) + "\n" for n in range(size))
    lines = lambda n: _line(f"go{n}", f"s{n + 1}" if n < 59 else "done", f"needs f{n % 20}") + SHORT  # noqa: E731
    return _states(lines, 60, _fields(20), told)


def long_claims(size: int) -> str:
    """Claims that compare and name as much as a line holds, among states where all is open."""
    events = " or ".join(f"event e{n}" for n in range(60))
    riddle = " and ".join(f"f{n % 20} > {n}" for n in range(40))
    told = "".join(f"never event e{n % 60} unless e{(n * 7) % 60} has happened when {riddle}\n" for n in range(size))
    told += "".join(f"every event e{n % 60} leads to {events}\n" for n in range(size))
    lines = lambda n: "".join(_line(f"e{m}", f"s{(n * m) % 12}") for m in range(60)) + SHORT  # noqa: E731
    return _states(lines, 12, _fields(20), told)


def classes(size: int) -> str:
    """Many fields that few may see or give, and guards that read them."""
    fields = "".join(
        f'    f{n} integer 0..9 "F"\n        class secret\n        from clerk\n        seen by chief after e{n}\n'
        for n in range(size)
    )
    return _states(
        lambda n: _line(f"e{n}", f"s{n + 1}" if n + 1 < size else "done", f"needs f{n}", f"when f{n} > 1"),
        size, f"fields\n{fields}",
    )  # fmt: skip


def duties(size: int) -> str:
    """Many events, each barred to whoever did one before."""
    barred = lambda n: f"but not who did e{n - 1}" if n else 'purpose "P."'  # noqa: E731
    return _states(lambda n: _line(f"e{n}", f"s{n + 1}" if n + 1 < size else "done", barred(n)), size)


def barred_here(size: int) -> str:
    """Many events in few states, each barred to whoever did another, in a circle."""

    def lines(n: int) -> str:
        return (
            "".join(_line(f"e{m}", f"s{(n + m) % 6}", f"but not who did e{(m + 1) % size}") for m in range(size))
            + SHORT
        )

    return _states(lines, 6)


def races(size: int) -> str:
    """Timers of two kinds of time in one state, each of which may overtake the other."""
    rungs = "".join(
        f"    {'prompt assignee' if n % 2 else 'alert chief'} after {n + 1} {'working' if n % 3 else 'clock'} hours\n"
        for n in range(size)
    )
    return _states(lambda _: f"    team desk\n{rungs}{SHORT}", 1)


def moves_by_time(size: int) -> str:
    """States that time leaves in several ways, inside stages that it leaves too."""
    stages = "".join(f'stage g{n} "G" of s{n}\n    move to done after {n + 2} working days\n' for n in range(size))
    ladder = "    team desk\n    move to done after {} clock hours\n    move to done after {} working hours\n"
    return _states(
        lambda n: ladder.format(n % 97 + 1, n % 89 + 1) + _line("go", f"s{n + 1}" if n + 1 < size else "done"),
        size, "", stages,
    )  # fmt: skip


def scenarios(size: int) -> str:
    """Many scenarios of many lines."""
    played = "".join(
        f'scenario "S{n}"\n    opened 2026-11-06 15:00 by kim\n    person kim is clerk\n' + 8 * "    as kim do go\n"
        + "    then state is done\n" for n in range(size)
    )  # fmt: skip
    return _states(lambda n: _line("go", f"s{n + 1}" if n < 7 else "done"), 8, "", played)


def templates(size: int) -> str:
    """Long messages with many gaps."""
    body = " ".join(f"{{f{n % 20}}}" for n in range(600))
    told = "".join(f'template t{n}\n    subject "S"\n    body "{body}"\n' for n in range(size))
    sends = lambda n: _line("go", f"s{n + 1}" if n + 1 < size else "done", f"send t{n} to customer")  # noqa: E731
    return _states(sends, size, _fields(20), told)


def ignores(size: int) -> str:
    """Every line has an ignore, needed or not."""
    line = (
        "    on e{0} -> s{1}  # casedsl: ignore[CD109, CD104, CD101] -- one by one\n"
        "        by clerk  # casedsl: ignore[CD501] -- no\n"
    )
    return _states(lambda n: line.format(n, n + 1) if n + 1 < size else SHORT, size)


def wrong_lines(size: int) -> str:
    """Lines of which none can be read, a block each."""
    return _states(lambda n: f"    om go -> s{n}\n    on -> x\n        by by\n", size)


def unknown_names(size: int) -> str:
    """Every name that is referred to is misspelt."""
    lines = lambda n: _line(f"e{n}", f"sx{n}", f"needs g{n}", f"when h{n} > 1 and k{n} is yes")  # noqa: E731
    return _states(lines, size, _fields(99))


def look_alikes(size: int) -> str:
    """Names that differ in one letter."""
    return _states(lambda n: _line(f"event_{n:05}", f"s{n + 1}" if n + 1 < size else "done"), size, _fields(size))


def islands(size: int) -> str:
    """States that no case gets to, and traps."""
    pairs = "".join(
        f'state x{n} "X"\n{_line(f"a{n}", f"y{n}")}state y{n} "Y"\n{_line(f"b{n}", f"x{n}")}' for n in range(size)
    )
    return _states(lambda _: SHORT, 1, "", pairs)


def parentheses(size: int) -> str:
    """Parentheses as deep as a line is long."""
    deep = 2_400
    return _states(
        lambda _: "".join(_line(f"e{n}", "done", f"when {'(' * deep}f0 > {n}{')' * deep}") for n in range(size)),
        1, _fields(1),
    )  # fmt: skip


def short_words(size: int) -> str:
    """As many words as a line can hold, in parentheses, so that it isn't too deep."""
    part = "(" + "or".join("(a>1)" for _ in range(24)) + ")"
    guard = "and".join([part] * 24)
    fields = 'fields\n    a integer 0..9 "A"\n'
    return _states(lambda _: "".join(_line(f"e{n}", "done", f"when {guard}") for n in range(size)), 1, fields)


def long_lists(size: int) -> str:
    """Lists of names as long as a line."""
    names = ",".join(f"f{n}" for n in range(1_000))
    return _states(lambda _: "".join(_line(f"e{n}", "done", f"needs {names}") for n in range(size)), 1, _fields(1_000))


def long_texts(size: int) -> str:
    """Purposes and titles as long as a line."""
    text = "word " * 950
    return _states(lambda n: _line("go", f"s{n + 1}" if n + 1 < size else "done", f'purpose "{text}"'), size)


def comments(size: int) -> str:
    """Comments with quotes, before every line."""
    rows = '# "a" # b "c \\" d # "\n'
    return _states(lambda n: 20 * rows + _line("go", f"s{n + 1}" if n + 1 < size else "done", 'purpose "P."'), size)


def options(size: int) -> str:
    """Choices with very many options, compared with each."""
    each = "".join(f'        option o{n} "O"\n' for n in range(size))
    some = lambda n: ", ".join(f"o{(n * 7 + m) % size}" for m in range(min(300, size)))  # noqa: E731
    lines = "".join(_line(f"e{n}", "done", f"when f0 is one of {some(n)}") for n in range(size // 20))
    return _states(lambda _: lines, 1, f'fields\n    f0 choice "F"\n{each}')


def rubbish(size: int) -> str:
    """A definition of which each word is one of the language, in no order."""
    words = (
        "on",
        "by",
        "when",
        "needs",
        "state",
        "is",
        "and",
        "or",
        "->",
        "set",
        "(",
        ")",
        ",",
        ":",
        "5",
        '"x"',
        "after",
    )
    return 'case type x "X"\n    edition 1\n' + "".join(
        "    " * (n % 3) + " ".join(words[(n * m) % len(words)] for m in range(1, 9)) + "\n" for n in range(size)
    )


MASSES: Mapping[str, tuple[Callable[[int], str], int]] = {
    each.__name__.replace("_", " "): (each, size)
    for each, size in (
        (bands, 6_000), (rises_with_many, 700), (claims, 12_000), (long_claims, 500), (classes, 2_500), (duties, 5_000),
        (barred_here, 900), (races, 19_000), (moves_by_time, 2_000), (scenarios, 1_700), (templates, 250),
        (ignores, 5_000), (wrong_lines, 4_000), (unknown_names, 3_500), (look_alikes, 4_000), (islands, 3_000),
        (parentheses, 190), (short_words, 190), (long_lists, 240), (long_texts, 190), (comments, 850), (options, 3_000),
        (rubbish, 19_000),
    )
}  # fmt: skip
"""Each shape with about the largest size that still makes a file below 1 MB."""
