"""How fast definitions are checked, in both coats, against peers that only look at YAML in the same run.

The files are the complaint with as many further states as fill 500 lines, each file with words of its own, so that no
memo of one helps another.
"""

from __future__ import annotations

import gc
import os
import resource
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import yaml

from casedsl import check
from casedsl.syntax.case import read_case
from casedsl.syntax.printing import print_case, print_yaml
from casedsl.syntax.source import Source

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "complaint"
LINES = 500
_STATE = """
state step_{file}_{n} "Step {n} of kind {file}"
    team complaints
    purpose "What {file} asks for in its step {n} is done and written down."
    prompt assignee after {hours} working hours
    alert supervisor after {late} working hours
    on forward_{file}_{n} -> {next} "Go on from {n}"
        by handler, supervisor
        purpose "It goes on to the next of {file}."
        needs findings, outcome
        when impact >= {level} or urgency > 2 and vulnerable is yes
"""


def definitions(count: int) -> list[tuple[str, str]]:
    """So many definitions, each as the text of its `.case` and of its YAML file, of `LINES` lines at least."""
    return [(_filled(number, print_case), _filled(number, print_yaml)) for number in range(count)]


def _filled(number: int, printed: Callable[..., str]) -> str:
    """The complaint with as many states as make a text long enough."""
    few, many = 1, 60
    while few < many:
        middle = (few + many) // 2
        few, many = (few, middle) if _text(number, middle, printed).count("\n") >= LINES else (middle + 1, many)
    return _text(number, few, printed)


def _text(number: int, states: int, printed: Callable[..., str]) -> str:
    text = (EXAMPLE / "complaint.case").read_text("utf-8")
    first = f'    on go_{number} -> step_{number}_0\n        by handler\n        purpose "First {number}."\n'
    text = text.replace("    on send_answer -> resolved", f"{first}    on send_answer -> resolved", 1)
    for n in range(states):
        behind = f"step_{number}_{n + 1}" if n + 1 < states else "answering"
        text += _STATE.format(file=number, n=n, hours=n % 7 + 1, late=n % 7 + 9, level=n % 3 + 2, next=behind)
    document, found = read_case(Source("bench.case", text))
    assert document is not None, found
    return printed(document)


def in_one_process(texts: list[str], suffix: str) -> float:
    """The least CPU seconds for one of these files, with all that it uses, over three rounds. Each round has files of
    its own, so that nothing is measured that was remembered. Circles are looked for as seldom as in the command."""
    shared = {f"organisation{end}": (EXAMPLE / f"organisation{end}").read_bytes() for end in (".case", ".case.yaml")}
    gc.set_threshold(100_000, 20, 20)
    figures = []
    for chosen in (texts[number::3] for number in range(min(3, len(texts)))):
        begin = time.process_time()
        for text in chosen:
            files = {f"bench{suffix}": text.encode(), **shared}
            checked = check(f"bench{suffix}", _reader(files))
            if checked.findings:
                sys.exit(f"the benchmark's definition isn't clean: {checked.findings[0]}")
        figures.append((time.process_time() - begin) / len(chosen))
    return min(figures)


def _reader(files: dict[str, bytes]) -> Callable[[str], bytes]:
    def read(name: str) -> bytes:
        if name not in files:
            raise FileNotFoundError(2, "No such file", name)
        return files[name]

    return read


def as_processes(*programs: list[str], folder: str, rounds: int = 25) -> list[float]:
    """The least CPU seconds of installed programs, their start included, each in turn, so that a busy moment meets all
    of them. Byte code is written first, as it is wherever a program runs twice."""
    figures = [[_process(words, folder) for words in programs] for _ in range(rounds + 1)]
    return [min(seconds) for seconds in zip(*figures[1:], strict=True)]


def _process(words: list[str], folder: str) -> float:
    program = [sys.executable, str(Path(sysconfig.get_path("scripts"), words[0])), *words[1:]]
    world = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(program, cwd=folder, env=world, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode and words[0] == "casedsl":
        sys.exit(f"{' '.join(words)}: {done.stderr.decode()[-500:]}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def show(what: str, figure: str, peer: str) -> None:
    print(f"{what:<34} {figure:>18}   {peer}")


def main() -> None:
    made = definitions(30)
    events = min(_timed(lambda: [list(yaml.parse(text, yaml.CSafeLoader)) for _, text in made]) for _ in range(3))
    events /= len(made)
    for place, (suffix, wanted) in enumerate(((".case.yaml", 40), (".case", 12))):
        seconds = in_one_process([each[1 - place] for each in made], suffix)
        told = f"wanted {wanted}; {seconds / events:.1f} x reading the YAML's events"
        show(f"check of 500 lines {suffix}", f"{1 / seconds:.1f} files/CPU s", told)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CASEDSL_CACHE_DIR"] = f"{folder}/cache"
        for end in (".case", ".case.yaml"):
            Path(folder, f"organisation{end}").write_bytes((EXAMPLE / f"organisation{end}").read_bytes())
        Path(folder, "bench.case.yaml").write_text(made[0][1], "utf-8")
        peer, cold, warm = as_processes(
            ["yamllint", "-d", "relaxed", "bench.case.yaml"],
            ["casedsl", "check", "--no-cache", "bench.case.yaml"],
            ["casedsl", "check", "bench.case.yaml"],
            folder=folder,
        )
        show("the same as a process", f"{cold * 1e3:.0f} ms CPU", f"{cold / peer:.2f} x yamllint ({peer * 1e3:.0f} ms)")
        show("  found in the cache", f"{warm * 1e3:.0f} ms CPU", f"{warm / peer:.2f} x yamllint")
        _many(folder, made)


def _many(folder: str, made: list[tuple[str, str]], count: int = 1_000) -> None:
    """Many files that are in the cache, in one process."""
    place = Path(folder, "many")
    place.mkdir()
    for end in (".case", ".case.yaml"):
        (place / f"organisation{end}").write_bytes((EXAMPLE / f"organisation{end}").read_bytes())
    for number in range(count):
        text = made[number % len(made)][1].replace("case type: complaint", f"case type: complaint_{number}", 1)
        (place / f"c{number}.case.yaml").write_text(text, "utf-8")
    words = ["casedsl", "check", "--quiet", "many"]
    every, none = as_processes(words, ["casedsl", "--version"], folder=folder, rounds=3)
    seconds = (every - none) / count
    show("1,000 files found in the cache", f"{1 / seconds:.0f} files/CPU s", "wanted 1,000")


def _timed(work: Callable[[], object]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin
