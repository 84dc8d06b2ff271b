"""Whatever a certificate says of people is so when everybody tries everything on the real runtime: 200 random
definitions with a field, guards and duties."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from random import Random

import pytest

from casedsl.certifying.certificate import Certificate, Theorem, certificate_of
from casedsl.compile import check

sys.path.insert(0, str(Path(__file__).parents[1] / "solving"))
from people_guarded import PEOPLE, Guarded, a_guarded_definition, both, open_to_one, without_duties

BATCHES, BATCH = 10, 20


def certified(files: dict[str, str], people: dict[str, tuple[str, ...]]) -> tuple[Certificate, Guarded]:
    data = {name: text.encode() for name, text in files.items()}
    checked = check("main.case", data.__getitem__)
    assert checked.case_type is not None
    return certificate_of(checked, "0"), Guarded(checked.case_type, people, ["pat"])


def is_understood(files: dict[str, str]) -> bool:
    data = {name: text.encode() for name, text in files.items()}
    facts = check("main.case", data.__getitem__).facts
    return facts is not None and facts.graph is not None


@pytest.mark.parametrize("batch", range(BATCHES))
def test_every_theorem_about_people_holds(batch: int) -> None:
    told: dict[str, int] = {"apart": 0, "CD503": 0, "CD504": 0}
    seed, done = 10_000 * batch + 5_000, 0
    while done < BATCH:
        seed += 1
        files = a_guarded_definition(Random(seed))
        if not is_understood(files):
            continue
        done += 1
        people = {**PEOPLE, **({"lee": ("clerk", "chief")} if "may be both" in files["shop.case"] else {})}
        certificate, world = certified(files, people)
        free = certified(without_duties(files), people)[1]
        for theorem in (each for each in certificate.theorems if each.standing == "proved"):
            code = theorem.id.split()[0]
            if code in told:
                told[code] += bool(theorem.places)
                assert holds(theorem, world, free), (files["main.case"] + files["shop.case"], theorem)
    assert all(told.values()), told


def holds(theorem: Theorem, world: Guarded, free: Guarded) -> bool:
    if theorem.id == "CD503":
        return not open_to_one(world, {key[0] for key in world.cases})
    if theorem.id == "CD504":
        return not world.lost(free, on=False)
    one, other = re.findall("`(.*?)`", theorem.sentence)
    return not both(world, one, other)
