"""The app of `docs/embedding.md` runs in an environment that has the runtime and the standard library only."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from casedsl.artifact.lock import Lock, read_lock
from casedsl.compile import Compiled, check, compile_case

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "examples" / "complaint"


def _app() -> str:
    page = (ROOT / "docs" / "embedding.md").read_text("utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", page, flags=re.M | re.S)
    assert len(blocks) == 1
    return str(blocks[0])


def _compiled() -> Compiled:
    definition = check(str(EXAMPLE / "complaint.case"), lambda name: Path(name).read_bytes())
    lock = read_lock((EXAMPLE / "calendars.lock").read_text("utf-8"))
    assert definition.case_type is not None
    assert isinstance(lock, Lock)
    compiled = compile_case(definition.case_type, lock)
    assert isinstance(compiled, Compiled)
    return compiled


def test_the_app_runs_with_the_runtime_only(tmp_path: Path) -> None:
    compiled = _compiled()
    (tmp_path / "complaint.casec.json").write_bytes(compiled.artifact)
    (tmp_path / "complaint.calendars.json").write_bytes(compiled.bundle)
    only = tmp_path / "only"
    shutil.copytree(ROOT / "runtime" / "casedsl_runtime", only / "casedsl_runtime")
    alone = f"import sys\nsys.path.insert(0, {str(only)!r})\n{_app()}\nassert 'casedsl' not in sys.modules\n"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", alone], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert "acknowledge needs ['impact', 'urgency', 'vulnerable']" in done.stdout
    assert "True ()" in done.stdout
    assert "In review | it is with Kim Okafor | 48 |" in done.stdout
    assert "Your complaint CMP-" in done.stdout


def test_it_is_about_twenty_lines() -> None:
    assert len(_app().splitlines()) <= 26
