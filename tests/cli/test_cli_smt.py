"""`--smt`: what stays open without z3 is decided with it, and the certificate says who decided."""

from __future__ import annotations

import json
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from casedsl.cli import casedsl
from casedsl.cli.smt import z3_version

pytest.importorskip("z3", reason="it is in the extra `smt`")

ACME = Path(__file__).parents[1] / "rules" / "acme.case"
ORDER = """\
case type order "Order"
    edition 1
    use "acme"

fields
    quantity integer 0..1000  "How many?"
    price    integer 0..99999 "Price of one"
    agreed   integer 0..99999 "Price of one, as agreed"

first state new "New"
    on accept -> done "Accept"
        by clerk
        needs quantity, price, agreed
        when quantity * price > quantity * agreed{extra}

final state done "Done"
"""
CHEAPER = " and price < agreed"


@pytest.fixture
def order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CASEDSL_CACHE_DIR", str(tmp_path / "cache"))
    (tmp_path / "acme.case").write_bytes(ACME.read_bytes())
    file = tmp_path / "order.case"
    file.write_text(ORDER.format(extra=CHEAPER))
    return file


def run(*words: str) -> Result:
    return CliRunner().invoke(casedsl, words, standalone_mode=False)


def codes(*words: str) -> list[str]:
    done = run("check", "--format", "json", *words, "order.case")
    return [found["code"] for found in json.loads(done.stdout)["findings"]]


@pytest.mark.usefixtures("order")
def test_what_stays_open_is_decided_and_the_cache_keeps_both_apart() -> None:
    for _ in range(2):
        assert "CD201" not in codes("--select", "CD201,CD299")
        assert "CD299" in codes("--select", "CD201,CD299")
        assert "CD201" in codes("--select", "CD201,CD299", "--smt")
        assert "CD299" not in codes("--select", "CD201,CD299", "--smt")


@pytest.mark.usefixtures("order")
def test_several_processes_ask_it_too(tmp_path: Path) -> None:
    (tmp_path / "second.case").write_text(ORDER.format(extra=CHEAPER).replace("order", "second"))
    done = run("check", "--no-cache", "--smt", "-j", "2", "--format", "concise", "order.case", "second.case")
    assert done.stdout.count("CD201") == 2


def test_a_certificate_says_who_was_asked(order: Path) -> None:
    order.write_text(ORDER.format(extra=""))
    with_z3, without = (run("certify", *words, "order.case").stdout.splitlines() for words in (["--smt"], []))
    assert "z3" in with_z3[1]
    assert "rlimit" in with_z3[1]
    assert "z3" not in "\n".join(without)
    assert (
        "z3"
        in json.loads(run("certify", "--smt", "--format", "json", "order.case").stdout)["certificates"][0]["compiler"]
    )


def test_without_z3_there_is_a_way_out(order: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_: str) -> str:
        raise PackageNotFoundError

    monkeypatch.setattr("casedsl.cli.smt.version", gone)
    for command in ("check", "certify"):
        done = run(command, "--smt", order.name)
        assert (
            str(done.exception) == "z3 isn't installed, which `--smt` asks; install `casedsl[smt]`, or leave --smt out"
        )
    assert z3_version(False) == ""
