"""What other people's machines run: the hooks of pre-commit and the steps of the GitHub Action."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from cli_desk import ROOT, environment, run
from letters import LETTER, SOUND, write

ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
CHECK = next(hook for hook in HOOKS if hook["id"] == "casedsl-check")


# --- pre-commit


def test_the_hooks_say_what_pre_commit_must_know() -> None:
    assert [hook["id"] for hook in HOOKS] == ["casedsl-check", "casedsl-fmt"]
    for hook in HOOKS:
        assert hook["language"] == "python"
        assert (hook["pass_filenames"], hook["require_serial"]) == (True, True)
        for name, fits in {
            "a.case": 1,
            "x/a.case.yaml": 1,
            "a.case.yml": 1,
            "a.yaml": 0,
            "case": 0,
            "a.casec": 0,
        }.items():
            assert bool(re.search(hook["files"], name)) == bool(fits)


@pytest.mark.parametrize(("text", "code"), [(LETTER, 1), (SOUND, 0)])
def test_the_hook_checks_the_files_that_it_is_given(tmp_path: Path, text: str, code: int) -> None:
    write(tmp_path, letter=text, old=LETTER)
    (tmp_path / "casedsl.toml").write_text('exclude = ["old.case"]\n')
    program, *words = shlex.split(CHECK["entry"])
    assert program == "casedsl"
    done = run(*words, "letter.case", "old.case", cwd=tmp_path)
    assert (done.code, "old.case" in done.out) == (code, False)


# --- the action


def filled(text: str, **known: str) -> str:
    """What GitHub makes of `${{ ... }}`."""
    return re.sub(r"\$\{\{ *(.*?) *\}\}", lambda match: known[match[1]], text)


def steps(inputs: dict[str, str], folder: Path, **settings: str) -> tuple[int, str, dict[str, str]]:
    """Run the action's steps as a runner does: exit code, output, and the outputs of the action."""
    runner = folder / "runner"
    runner.mkdir(exist_ok=True)
    programs = runner / "programs"
    programs.mkdir(exist_ok=True)
    (programs / "casedsl").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m casedsl "$@"\n')
    (programs / "casedsl").chmod(0o755)
    given = {f"inputs.{name}": inputs.get(name, about["default"]) for name, about in ACTION["inputs"].items()}
    output, said = runner / "output", ""
    output.write_text("")
    for step in ACTION["runs"]["steps"]:
        assert step["shell"] == "bash"
        assert "${{" not in step["run"], "what others write must not become a part of a script"
        script = runner / "step.sh"
        script.write_text(step["run"])
        values = {
            name: filled(text, **given, **{"github.action_path": str(ROOT)}) for name, text in step["env"].items()
        }
        env = {
            **environment(PATH=f"{programs}:{os.environ['PATH']}", **settings),
            "RUNNER_TEMP": str(runner),
            "GITHUB_OUTPUT": str(output),
            "GITHUB_PATH": str(runner / "path"),
            **values,
        }
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
        done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=60, check=False)
        said += done.stdout + done.stderr
        if done.returncode:
            break
    written = dict(line.split("=", 1) for line in output.read_text().splitlines())
    outputs = {f"steps.check.outputs.{name}": text for name, text in written.items()}
    return (
        done.returncode,
        said,
        {
            name: filled(about["value"], **outputs)
            for name, about in ACTION["outputs"].items()
            if re.findall(r"steps[\w.-]+", about["value"])[0] in outputs
        },
    )


def test_the_action_shows_findings_and_writes_sarif(tmp_path: Path) -> None:
    write(tmp_path, letter=LETTER)
    code, said, outputs = steps({"version": "installed"}, tmp_path)
    assert (code, outputs["exit-code"]) == (1, "1")
    assert re.search(r"^::error file=letter.case,line=7,", said, re.M)
    log = json.loads(Path(outputs["sarif"]).read_text("utf-8"))
    found = {result["ruleId"] for result in log["runs"][0]["results"]}
    assert "CD101" in found
    assert said.count("errors") == 1, "the second look says nothing"


def test_the_action_takes_paths_words_and_a_format(tmp_path: Path) -> None:
    write(tmp_path / "a folder", letter=LETTER)
    write(tmp_path / "b", letter=SOUND)
    inputs = {
        "version": "installed",
        "paths": "a folder/letter.case\n\nb/letter.case\n",
        "args": "--select CD101 \n --fail-on error",
        "format": "concise",
    }
    code, said, outputs = steps(inputs, tmp_path)
    assert (code, outputs["exit-code"]) == (1, "1")
    assert said.startswith("a folder/letter.case:7:1: CD101 error: ")
    assert said.endswith("2 errors in 2 files\n")
    code, said, outputs = steps({**inputs, "args": "--ignore CD101"}, tmp_path)
    assert (code, said, outputs["exit-code"]) == (0, "nothing found in 2 files\n", "0")
    assert json.loads(Path(outputs["sarif"]).read_text("utf-8"))["runs"][0]["results"] == []


@pytest.mark.parametrize(
    ("inputs", "code"),
    [({"paths": "none.case"}, 2), ({"format": "xml"}, 2), ({"args": "--select CD999"}, 2), ({"args": "--nonsense"}, 2)],
)
def test_a_wrong_call_of_the_action_fails_without_sarif(tmp_path: Path, inputs: dict[str, str], code: int) -> None:
    write(tmp_path, letter=SOUND)
    done, _, outputs = steps({"version": "installed", **inputs}, tmp_path)
    assert (done, outputs) == (code, {"exit-code": str(code)})


def test_nothing_that_others_write_is_run(tmp_path: Path) -> None:
    write(tmp_path, letter=SOUND)
    hostile = '$(touch run) `touch run` "; touch run; " * && touch run'
    for name in ("paths", "args", "format"):
        steps({"version": "installed", name: hostile}, tmp_path)
    assert not (tmp_path / "run").exists()


def test_the_action_installs_itself_or_a_version(tmp_path: Path) -> None:
    """A python that writes down what it is asked for stands in for the real one."""
    fake = tmp_path / "fake"
    fake.mkdir()
    (fake / "python3").write_text(
        '#!/bin/sh\necho "$@" >> "$ASKED"\nif [ "$2" = venv ]; then mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; fi\n'
    )
    (fake / "python3").chmod(0o755)
    step = ACTION["runs"]["steps"][0]
    for version, wanted in {"": "/the/action", "1.2": "casedsl==1.2"}.items():
        asked, path = tmp_path / f"asked{version}", tmp_path / f"path{version}"
        env = {"PATH": f"{fake}:{os.environ['PATH']}", "ASKED": str(asked), "GITHUB_PATH": str(path)}
        env |= {"RUNNER_TEMP": str(tmp_path), "VERSION": version, "OWN": "/the/action"}
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        subprocess.run(command, cwd=tmp_path, env=env, check=True, timeout=60)
        made, installed = asked.read_text().splitlines()
        assert made == f"-m venv {tmp_path}/casedsl"
        assert installed == f"-m pip install --quiet --disable-pip-version-check {wanted}"
        assert path.read_text() == f"{tmp_path}/casedsl/bin\n"
