"""Every code block of the README and of the documentation is run; `blocks.py` says what each kind is."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from docs_blocks import (
    KINDS,
    PAGES,
    ROOT,
    Block,
    blocks_of,
    checked,
    expected,
    files_before,
    fits,
    merged,
    programs,
)

from casedsl.artifact.lock import Lock, read_lock
from casedsl.compile import Compiled, check, compile_case
from casedsl.report.text import full
from casedsl.syntax.alike import same_tree
from casedsl.syntax.case import read_case
from casedsl.syntax.source import Source
from casedsl.syntax.yaml.reader import read_yaml

EXAMPLE = ROOT / "examples" / "complaint"
BLOCKS = [block for page in PAGES for block in blocks_of(page)]
PATHS = os.pathsep.join((str(ROOT), str(ROOT / "runtime")))


def _of(*kinds: str) -> list[Block]:
    return [block for block in BLOCKS if block.kind in kinds]


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files of the complaint and what they are compiled to."""
    folder = tmp_path_factory.mktemp("complaint")
    shutil.copytree(EXAMPLE, folder, dirs_exist_ok=True)
    definition = check(str(folder / "complaint.case"), lambda name: Path(name).read_bytes())
    lock = read_lock((folder / "calendars.lock").read_text("utf-8"))
    assert definition.case_type is not None
    assert isinstance(lock, Lock)
    files = compile_case(definition.case_type, lock)
    assert isinstance(files, Compiled)
    (folder / "complaint.casec.json").write_bytes(files.artifact)
    (folder / "complaint.calendars.json").write_bytes(files.bundle)
    return folder


@pytest.fixture
def folder(compiled: Path, tmp_path: Path) -> Path:
    """A copy of that folder for one test."""
    return Path(shutil.copytree(compiled, tmp_path / "complaint"))


def test_every_block_says_what_it_is() -> None:
    assert [f"{block}: {block.info!r}" for block in BLOCKS if not KINDS.fullmatch(block.info)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_fence_is_closed(page: Path) -> None:
    fences = re.findall(r"^ *`{3,}.*$", page.read_text("utf-8"), re.M)
    assert len(fences) == 2 * len(blocks_of(page))


@pytest.mark.parametrize("block", _of("case", "case fragment", "case guards"), ids=str)
def test_a_case_block_yields_the_findings_that_it_names(block: Block) -> None:
    for file, program in programs(block):
        marked = {code for _, code in expected(program)}
        findings = checked(block, file, program).findings
        told = (finding for finding in findings if finding.severity == "error" or finding.code in marked)
        assert [(finding.span.line, finding.code) for finding in told] == expected(program), program


@pytest.mark.parametrize("block", _of("yaml"), ids=str)
def test_a_yaml_block_says_the_same_as_its_case_type(block: Block) -> None:
    case, in_case = read_case(Source("x.case", files_before(block)[f"{block.of}.case"]))
    yaml, in_yaml = read_yaml(Source("x.case.yaml", block.body))
    assert (in_case, in_yaml) == ((), ())
    assert case is not None
    assert yaml is not None
    assert same_tree(case, yaml)


def test_an_excerpt_stands_so_in_its_example() -> None:
    for block in _of("case excerpt"):
        whole = (ROOT / "examples" / block.of / f"{block.of}.case").read_text("utf-8")
        assert block.body in whole, f"{block} is no part of the example `{block.of}`"


@pytest.mark.parametrize("block", _of("text"), ids=str)
def test_a_text_block_is_what_the_block_above_prints(block: Block, folder: Path) -> None:
    assert block.before, "output stands below the block that prints it"
    above = block.before[-1]
    if above.kind in ("python", "python continued"):
        printed = _python(above, folder)
    else:
        assert above.kind in ("case", "case fragment"), "only case and python blocks print something"
        ((file, program),) = programs(above)
        definition = checked(above, file, program)
        printed = full(definition.findings, definition.sources)
    assert fits(printed, block.body), printed


@pytest.mark.parametrize("block", _of("python", "python continued"), ids=str)
def test_a_python_block_runs(block: Block, folder: Path) -> None:
    _python(block, folder)


def _python(block: Block, folder: Path) -> str:
    """What a python block prints; the blocks that it continues run before it, silently."""
    parts = [block.body]
    for other in reversed(block.before if block.info == "python continued" else ()):
        if other.kind in ("python", "python continued"):
            parts.insert(0, other.body)
            if other.kind == "python":
                break
    script = (
        "import contextlib, io, json, sys\n*before, last = json.loads(sys.argv[1])\nnames = {'__name__': '__main__'}\n"
        "with contextlib.redirect_stdout(io.StringIO()):\n    for part in before:\n        exec(part, names)\n"
        "exec(last, names)\n"
    )
    done = _ran([sys.executable, "-c", script, json.dumps(parts)], folder)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("block", _of("console"), ids=str)
def test_a_console_block_prints_what_it_shows(block: Block, folder: Path) -> None:
    for made in (*folder.glob("*.casec.json"), *folder.glob("*.calendars.json")):
        made.unlink()
    commands = re.split(r"^\$ ", block.body, flags=re.M)
    assert commands.pop(0) == "", "a console block begins with `$ `"
    for part in commands:
        line, _, shown = part.partition("\n")
        words = shlex.split(line, comments=True)
        assert words[0] == "casedsl", f"`{line}` has no runner"
        done = _ran([sys.executable, "-m", "casedsl", *words[1:]], folder)
        assert done.returncode in (0, 1), done.stderr
        assert fits(done.stdout + done.stderr, shown), f"{line}\n{done.stdout}{done.stderr}"


def _ran(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CASEDSL", "COV", "FORCE_COLOR"))}
    kept |= {"CASEDSL_CACHE_DIR": os.devnull}
    world: Mapping[str, str] = {**kept, "PYTHONPATH": PATHS, "PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1"}
    return subprocess.run(
        command, cwd=folder, env=world, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False
    )


# The runner itself.


def test_a_fragment_goes_below_the_lines_it_belongs_to() -> None:
    frame = ["first state new", "    on ask -> asked", "        by clerk", "final state done"]
    fragment = ["state new", "    on ask -> asked", "        needs a note", "    purpose", "state more", "    team a"]
    assert merged(frame, fragment) == [
        "first state new", "    on ask -> asked", "        by clerk", "        needs a note", "    purpose",
        "final state done", "state more", "    team a",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("shown", "fit"),
    [
        ("a\nb\nc", True),
        ("a\n…\nc", True),
        ("a\n…", True),
        ("…\nc", True),
        ("a…\nb\nc", True),
        ("a\nb", False),
        ("a\n…\nb", False),
    ],
)
def test_an_ellipsis_stands_for_what_is_left_out(shown: str, fit: bool) -> None:
    assert fits("a\nb\nc\n", shown) is fit
