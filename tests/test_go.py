"""`./go` without a network: a checkout of its own for each test, and a stand-in for uv that installs a stub."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the stand-in for uv is a shell script")

ROOT = Path(__file__).resolve().parent.parent

UV = """\
#!/bin/sh
echo "$*" >>"$(dirname "$0")/log"
test -z "$UV_FAILS" || { echo "no such package"; exit 1; }
stub="$(dirname "$5")/casedsl"
echo '#!/bin/sh' >"$stub"
echo 'echo "$PWD:" "$@"' >>"$stub"
chmod +x "$stub"
"""
"""Stands in for `uv pip install --quiet --python PYTHON ...`: notes what it was told, installs a `casedsl` that prints
the working directory and its arguments, and fails if UV_FAILS is set."""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    root = tmp_path / "a checkout"
    for name in ("go", "pyproject.toml", "runtime/pyproject.toml"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "uv").write_text(UV)
    (tmp_path / "bin" / "uv").chmod(0o755)
    return root


def go(checkout: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Start `./go` from the folder above its checkout, with the stand-in first on the path."""
    path = os.pathsep.join([str(checkout.parent / "bin"), os.environ["PATH"]])
    command = [sys.executable, str(checkout / "go"), *words]
    environment = {**os.environ, "PATH": path, **settings}
    return subprocess.run(command, cwd=checkout.parent, env=environment, capture_output=True, text=True)


def installs(checkout: Path) -> list[str]:
    """What the stand-in was asked to install, start by start."""
    log = checkout.parent / "bin" / "log"
    return [line.partition(" -e ./runtime -e ")[2] for line in log.read_text().splitlines()] if log.exists() else []


def load(checkout: Path) -> ModuleType:
    loader = SourceFileLoader("go", str(checkout / "go"))
    spec = spec_from_loader("go", loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.mark.parametrize("words", [(), ("help",)])
def test_usage_sets_nothing_up(checkout: Path, words: tuple[str, ...]) -> None:
    done = go(checkout, *words)
    assert (done.returncode, done.stderr) == (0, "")
    assert "./go demo" in done.stdout
    assert installs(checkout) == []


def test_anything_else_is_handed_on_from_where_the_user_stands(checkout: Path) -> None:
    done = go(checkout, "check", "--quiet", "x y.case")
    assert done.stdout == f"{checkout.parent}: check --quiet x y.case\n"
    assert done.stderr == "Setting up .venv (once) …\n"
    again = go(checkout, "demo")
    assert (again.stdout, again.stderr) == (f"{checkout.parent}: demo\n", "")
    assert installs(checkout) == ["."]


def test_tools_run_in_the_root_and_share_the_environment(checkout: Path) -> None:
    (checkout / "pytest.py").write_text("import os, sys; print(os.getcwd(), *sys.argv[1:])")
    assert go(checkout, "demo").returncode == 0
    assert go(checkout, "test", "-k", "x").stdout == f"{checkout} -o cache_dir=$PYTEST_CACHE_DIR -k x\n"
    assert go(checkout, "demo").stderr == ""
    assert installs(checkout) == [".", ".[test]"]


def test_lint_runs_every_tool_and_fails_if_one_does(checkout: Path) -> None:
    (checkout / "ruff.py").write_text("import sys; print('ruff', *sys.argv[1:]); sys.exit(1)")
    (checkout / "mypy.py").write_text("import sys; print('mypy', *sys.argv[1:])")
    done = go(checkout, "lint")
    assert (done.returncode, done.stdout) == (1, "ruff check\nruff format --check\nmypy --strict\n")


@pytest.mark.parametrize("declared", ["pyproject.toml", "runtime/pyproject.toml"])
def test_a_changed_declaration_installs_again(checkout: Path, declared: str) -> None:
    go(checkout, "demo")
    (checkout / declared).write_text("[project]\n")
    go(checkout, "demo")
    assert installs(checkout) == [".", "."]


def test_a_moved_checkout_installs_again(checkout: Path) -> None:
    go(checkout, "demo")
    moved = checkout.rename(checkout.with_name("elsewhere"))
    assert go(moved, "demo").returncode == 0
    assert installs(moved) == [".", "."]


def test_a_failed_set_up_says_why_and_leaves_no_stamp(checkout: Path) -> None:
    go(checkout, "demo")
    stamp = checkout / ".venv" / "go.stamp"
    assert stamp.exists()
    done = go(checkout, "test", UV_FAILS="1")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[1:] == [
        "no such package",
        "The set-up failed; the reason stands above. Once it is gone, run the same command again.",
    ]
    assert not stamp.exists()
    assert go(checkout, "demo").returncode == 0


def test_an_environment_that_lost_its_python_is_made_again(checkout: Path) -> None:
    go(checkout, "demo")
    (checkout / ".venv" / "bin" / "python").unlink()
    assert go(checkout, "demo").returncode == 0
    assert installs(checkout) == [".", "."]


def test_a_checkout_that_cannot_be_written_uses_the_cache(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = load(checkout)
    monkeypatch.setenv("PATH", str(checkout.parent / "bin"), prepend=os.pathsep)
    monkeypatch.setenv("XDG_CACHE_HOME", str(checkout.parent / "cache"))
    monkeypatch.setattr(script.os, "access", lambda path, mode: mode != os.W_OK and os.path.exists(path))
    place = script.environment_for("")
    assert place.parent == checkout.parent / "cache" / "casedsl"
    assert script.environment_for("") == place
    assert (installs(checkout), (checkout / ".venv").exists()) == (["."], False)


def test_without_pip_and_uv_one_sentence_says_so(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    script = load(checkout)
    monkeypatch.setattr(script.shutil, "which", lambda name: None)
    monkeypatch.setattr(script.importlib.util, "find_spec", lambda name: None)
    assert script.main(["check", "x.case"]) == 2
    assert capsys.readouterr().err.endswith("has neither: install python3-pip.\n")
    assert not (checkout / ".venv").exists()


def test_pip_fills_the_environment_from_outside(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = load(checkout)
    monkeypatch.setattr(script.shutil, "which", lambda name: None if name == "uv" else f"/usr/bin/{name}")
    monkeypatch.setattr(script.importlib.util, "find_spec", lambda name: name)
    assert script.installer("P")[:6] == [sys.executable, "-m", "pip", "--python", "P", "install"]
    monkeypatch.setattr(script.importlib.util, "find_spec", lambda name: None)
    assert script.installer("P")[:4] == ["/usr/bin/pip", "--python", "P", "install"]


def test_a_python_that_is_too_old_is_named(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 13))
    with pytest.raises(SystemExit) as end:
        load(checkout)
    assert end.value.code == 2
    assert capsys.readouterr().err.startswith("casedsl needs Python 3.11 or newer, and ")
