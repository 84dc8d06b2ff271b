"""Arrows point down only. The two tables of rows below are the architecture; the tests read every import with `ast`.

A module without a row fails: whoever adds a room says here where it stands. Rooms in one row don't know each other.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
RUNTIME = ROOT / "runtime"

ROWS = (
    ("__init__", "__main__"),
    ("cli",),
    ("workbench", "ide"),
    ("certifying", "play", "together", "staging"),
    ("compile",),
    ("transit", "document", "editors", "evolve", "exchange", "report", "rules", "artifact"),
    ("analysis",),
    ("model",),
    ("syntax",),
)
"""The rooms of `casedsl`, from the top down. Below them all stands the runtime."""

RUNTIME_ROWS = (
    ("__init__",),
    ("service",),
    ("upkeep",),
    ("host",),
    ("posting", "proclaiming", "questions"),
    ("working",),
    ("audit",),
    ("reconciling",),
    ("channels", "erasing", "requests", "rows", "shelf"),
    ("store*",),
    ("engine*", "answers"),
    ("accounts", "timers"),
    ("ageing", "checks", "notify", "promises"),
    ("views",),
    ("access", "fields", "visits"),
    ("turn",),
    ("clocks", "commands", "loading"),
    ("machine",),
    ("plans", "sight"),
    ("reckoning",),
    ("case", "delivery", "references"),
    ("journal", "messages"),
    ("expr", "people", "values", "worktime"),
    ("artifact",),
    ("vocabulary",),
)
"""The modules of `casedsl_runtime`, from the top down; `engine*` is one room, however many files it takes."""

EXCEPTIONS = {("cli", "casedsl.__version__")}
"""The arrows up or across that are allowed, room and name. `--version` prints a number; no room is loaded for it."""

ACTING = {"__init__", "channels", "host", "service", "store*", "upkeep"}
"""The rooms of the runtime that may touch the world. Everything else decides without acting."""

EXTRAS = {"store/postgres.py": {"psycopg"}}
"""The modules of the runtime that need an extra, and what they import then."""

WORLD = {
    "asyncio", "http", "os", "pathlib", "random", "secrets", "socket", "sqlite3", "subprocess", "threading", "time",
    "urllib", "zoneinfo",
}  # fmt: skip

HEAVY = {"graphviz", "holidays", "jinja2", "networkx", "pydantic", "z3"}
"""Packages that `casedsl check` must not load: they cost more time than the check."""

CLOCK = {(kind, call) for kind in ("date", "datetime") for call in ("now", "today", "utcnow")}


def modules(package: Path) -> Iterator[tuple[Path, str]]:
    """Each source file of a package, with its dotted name below the package (`cli.main`; `__init__` for the top)."""
    for path in sorted(package.rglob("*.py")):
        *rooms, name = path.relative_to(package).with_suffix("").parts
        yield path, ".".join([*rooms, name])


def imports(path: Path, package: Path) -> Iterator[tuple[int, str]]:
    """The line and the absolute dotted name of everything that a file imports, in functions too."""
    here = (package.name, *path.relative_to(package).parent.parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = here[: len(here) + 1 - node.level] if node.level else ()
            module = (*above, *([node.module] if node.module else []))
            yield from ((node.lineno, ".".join([*module, alias.name])) for alias in node.names)


def room_of(name: str, rows: tuple[tuple[str, ...], ...]) -> tuple[int, str]:
    """The row and the room of a module, by the first part of its name; a module without a row has none: -1."""
    first = name.partition(".")[0]
    rooms = ((number, room) for number, row in enumerate(rows) for room in row)
    return next(((number, room) for number, room in rooms if fnmatchcase(first, room)), (-1, first))


def target_of(imported: str, package: Path) -> str:
    """The module of the package that an import reaches: `casedsl.model.Ref` is in `model`, `casedsl.__version__` in
    `__init__`, the top."""
    rest = imported.removeprefix(package.name).removeprefix(".")
    first = rest.partition(".")[0]
    exists = first and ((package / first).is_dir() or (package / f"{first}.py").is_file())
    return rest if exists else "__init__"


def wrong_arrows(package: Path, rows: tuple[tuple[str, ...], ...]) -> list[str]:
    """Every import inside the package that points up, or across to a neighbour, as a line to click on."""
    wrong = []
    for path, name in modules(package):
        row, room = room_of(name, rows)
        for line, imported in imports(path, package):
            if imported.partition(".")[0] != package.name or (room, imported) in EXCEPTIONS:
                continue
            target_row, target = room_of(target_of(imported, package), rows)
            if target_row < row or (target_row == row and target != room):
                wrong.append(f"{path.relative_to(package.parent)}:{line}: {room} imports {target}")
    return wrong


@pytest.mark.parametrize(("package", "rows"), [(ROOT / "casedsl", ROWS), (RUNTIME / "casedsl_runtime", RUNTIME_ROWS)])
def test_every_module_has_a_row_and_arrows_point_down(package: Path, rows: tuple[tuple[str, ...], ...]) -> None:
    assert [name for _, name in modules(package) if room_of(name, rows)[0] < 0] == []
    assert wrong_arrows(package, rows) == []


def test_arrows_up_and_across_are_seen(tmp_path: Path) -> None:
    """The test of the test: each way to write an import, pointing up or across, in a function and above it."""
    package = tmp_path / "casedsl"
    for name in ("model", "rules", "report"):
        (package / name).mkdir(parents=True)
        (package / name / "__init__.py").touch()
    (package / "model" / "up.py").write_text("import casedsl.rules.all\nfrom casedsl import report\nimport casedsl\n")
    (package / "rules" / "across.py").write_text("def f():\n    from ..report import text\n    from .. import model\n")
    assert wrong_arrows(package, ROWS) == [
        "casedsl/model/up.py:1: model imports rules",
        "casedsl/model/up.py:2: model imports report",
        "casedsl/model/up.py:3: model imports __init__",
        "casedsl/rules/across.py:2: rules imports report",
    ]


def test_the_runtime_imports_the_standard_library_only() -> None:
    package = RUNTIME / "casedsl_runtime"
    known = sys.stdlib_module_names | {package.name}
    foreign = [
        f"{path.relative_to(package.parent)}:{line}: {imported}"
        for path, _ in modules(package)
        for line, imported in imports(path, package)
        if imported.partition(".")[0] not in known | EXTRAS.get(str(path.relative_to(package)), set())
    ]
    assert foreign == []


def test_pure_modules_touch_no_clock_no_disk_and_no_net() -> None:
    package = RUNTIME / "casedsl_runtime"
    pure = [path for path, name in modules(package) if room_of(name, RUNTIME_ROWS)[1] not in ACTING]
    touches = [
        f"{path.relative_to(package.parent)}:{line}: {imported}"
        for path in pure
        for line, imported in imports(path, package)
        if imported.partition(".")[0] in WORLD
    ]
    assert (
        touches + [f"{path.relative_to(package.parent)}:{line}: the clock" for path in pure for line in looks_at(path)]
        == []
    )


def looks_at(path: Path) -> Iterator[int]:
    """The lines where a file asks the clock of `datetime`, as in `datetime.datetime.now()` or `date.today`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and (ast.unparse(node.value).rpartition(".")[2], node.attr) in CLOCK:
            yield node.lineno


def test_importing_the_runtime_loads_no_store_and_no_net() -> None:
    script = f"import sys; sys.path.append({str(RUNTIME)!r}); import casedsl_runtime; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", script], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "casedsl_runtime" in loaded
    assert loaded & {"asyncio", "http", "smtplib", "socket", "sqlite3", "ssl", "urllib.request"} == set()


def test_checking_a_file_loads_nothing_heavy() -> None:
    examples = sorted((ROOT / "examples").rglob("*.case.yaml")) or sorted((ROOT / "examples").rglob("*.case"))
    if not examples or not hasattr(pytest.importorskip("casedsl.cli"), "main"):
        pytest.skip("there is no `casedsl check` yet, or no example to check")
    script = "import atexit, sys; atexit.register(lambda: print(*sys.modules)); from casedsl.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", script, "check", str(examples[0])],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(RUNTIME)]), "CASEDSL_CACHE_DIR": os.devnull},
        capture_output=True,
        text=True,
    )
    assert done.returncode in (0, 1), done.stderr
    loaded = {name.partition(".")[0] for name in done.stdout.splitlines()[-1].split()}
    assert loaded & HEAVY == set()
