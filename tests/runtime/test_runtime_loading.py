"""Artifacts and bundles: what is written, and everything that is refused with a way out."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from casedsl_runtime import ArtifactError, Directory, directory_problems, load_bundle, load_workflow
from casedsl_runtime.artifact import Field, Promise, Route, Step, Timer, Workflow
from casedsl_runtime.loading import body_hash, dump_bundle, dump_workflow, plain
from casedsl_runtime.machine import Machine
from casedsl_runtime.vocabulary import Counting, Duration
from runtime_samples import ARTIFACT, BUNDLE, CALENDARS, PEOPLE, TRANSITIONS, WORKFLOW


def test_what_was_written_reads_back_and_is_written_the_same() -> None:
    assert load_workflow(ARTIFACT).workflow == WORKFLOW
    assert load_bundle(CALENDARS).bundle == BUNDLE
    assert dump_workflow(load_workflow(ARTIFACT).workflow) == ARTIFACT
    assert ARTIFACT.endswith(b"\n")
    assert b'\n "format": 5,' in ARTIFACT
    assert load_workflow(ARTIFACT).hash == json.loads(ARTIFACT)["hash"]


def refused(data: bytes, load: Callable[[bytes], object] = load_workflow) -> str:
    with pytest.raises(ArtifactError) as caught:
        load(data)
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) < 300
    return message


def signed(change: Callable[[dict[str, Any]], None]) -> bytes:
    """The artifact with a changed body and the right hash, as an attacker would write it."""
    whole = json.loads(ARTIFACT)
    change(whole["workflow"])
    whole["hash"] = body_hash(whole["workflow"])
    return json.dumps(whole).encode()


def of_format_3() -> dict[str, Any]:
    """The artifact as it was written before fields had classes and sources."""
    whole: dict[str, Any] = json.loads(ARTIFACT)
    body = whole["workflow"]
    del body["classes"]
    for role in body["roles"]:
        del role["cleared_for"]
    for field in body["fields"]:
        for name in ("sources", "sensitivity", "seen_by", "seen_after", "bounds"):
            del field[name]
    return whole | {"format": 3, "hash": body_hash(body)}


def test_an_artifact_of_format_4_is_read_and_bounds_nothing() -> None:
    whole: dict[str, Any] = json.loads(ARTIFACT)
    for field in whole["workflow"]["fields"]:
        del field["bounds"]
    whole |= {"format": 4, "hash": body_hash(whole["workflow"])}
    loaded = load_workflow(json.dumps(whole).encode())
    assert (loaded.workflow, loaded.hash) == (WORKFLOW, whole["hash"])
    assert Machine.of(loaded.workflow, loaded.hash).bounded == ()
    whole["format"] = 5
    assert "misses `bounds`" in refused(json.dumps(whole).encode())


def test_an_artifact_of_format_3_is_read_and_hides_nothing() -> None:
    whole = of_format_3()
    loaded = load_workflow(json.dumps(whole).encode())
    assert (loaded.workflow, loaded.hash) == (WORKFLOW, whole["hash"])
    assert Machine.of(loaded.workflow, loaded.hash).sight is None
    whole["format"] = 4
    assert "misses `classes`" in refused(json.dumps(whole).encode())


def test_an_artifact_of_format_2_is_read_and_keeps_its_name() -> None:
    """Stores keep artifacts, and open cases are pinned to them by the hash of what was written then."""
    whole = of_format_3()
    del whole["workflow"]["priority"]["ages"]
    whole |= {"format": 2, "hash": body_hash(whole["workflow"])}
    loaded = load_workflow(json.dumps(whole).encode())
    assert (loaded.workflow, loaded.hash) == (WORKFLOW, whole["hash"])
    whole["format"] = 3
    assert "misses `ages`" in refused(json.dumps(whole).encode())
    whole["workflow"]["priority"] = None
    whole |= {"format": 2, "hash": body_hash(whole["workflow"])}
    assert load_workflow(json.dumps(whole).encode()).workflow == replace(WORKFLOW, priority=None)


def test_an_artifact_of_format_3_rises_with_nothing_and_is_blind_to_nothing() -> None:
    whole = json.loads(ARTIFACT)
    for name in ("rises_with", "blind_to"):
        del whole["workflow"]["priority"][name]
    whole |= {"format": 3, "hash": body_hash(whole["workflow"])}
    loaded = load_workflow(json.dumps(whole).encode())
    assert (loaded.workflow, loaded.hash) == (WORKFLOW, whole["hash"])
    whole["format"] = 4
    assert "misses `blind_to`" in refused(json.dumps(whole).encode())


def test_calendars_of_the_format_before_are_read() -> None:
    """Their lists were written instant by instant."""
    whole = {"format": 2, "calendars": plain(BUNDLE)}
    whole["hash"] = body_hash(whole["calendars"])
    loaded = load_bundle(json.dumps(whole).encode())
    assert (loaded.bundle, loaded.hash) == (BUNDLE, whole["hash"])


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (ARTIFACT[: len(ARTIFACT) // 2], "cut off or damaged at line"),
        (ARTIFACT.replace(b"It is spam", b"It is fine"), "was changed after it was written"),
        (b"{}", "is not the artifact"),
        (b"[1, 2]", "is not the artifact"),
        (b'{"name": "left-pad", "version": "1.0.0"}', "is not the artifact"),
        (CALENDARS, "something else"),
        (ARTIFACT.replace(b'"format": 5', b'"format": 6'), "has format 6; this runtime reads up to 5: install a newer"),
        (
            ARTIFACT.replace(b'"format": 5', b'"format": 1'),
            "has format 1; this runtime reads 2 to 5: compile the definition",
        ),
        (ARTIFACT.replace(b'"format": 5', b'"format": 5, "format": 5'), "names a key twice"),
        (ARTIFACT.replace(b'"edition": 1', b'"edition": NaN'), "holds `NaN`"),
        (ARTIFACT.replace(b'"edition": 1', b'"edition": -Infinity'), "holds `-Infinity`"),
        (ARTIFACT.replace(b'"edition": 1', b'"edition": 1.5'), "holds `1.5`"),
        (ARTIFACT.replace(b'"edition": 1', b'"edition": ' + b"9" * 5000), "more than 18 digits"),
        (b"[" * 200_000, "more than 100 levels"),
        (b'{"a":' * 200_000, "more than 100 levels"),
        (b"[" + b"1," * 100_001 + b"1]", "more than 100,000 values"),
        (b" " * (16 * 1024 * 1024 + 1), "is empty"),
        (b"1" * (16 * 1024 * 1024 + 1), "larger than 16 MiB"),
        (b"\xff\xfe{}", "is not UTF-8"),
        (b'"' + b'\\"' * 100_000, "cut off or damaged"),
        (b'{"format": 3, "hash": "", "workflow": "\\ud800"}', "half a character"),
    ],
)
def test_refused_before_the_body_is_read(data: bytes, said: str) -> None:
    assert said in refused(data)


def _set(*path: str | int, to: object) -> Callable[[dict[str, Any]], None]:
    def change(body: Any) -> None:
        for key in path[:-1]:
            body = body[key]
        body[path[-1]] = to

    return change


def _delete(name: str) -> Callable[[dict[str, Any]], None]:
    return lambda body: body.pop(name)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_delete("zone"), "`workflow` misses `zone`"),
        (_set("colour", to=1), "`workflow` has an unknown key `colour`"),
        (_set("edition", to="1"), '`workflow.edition` holds "1" where a whole number belongs'),
        (_set("edition", to=True), "where a whole number belongs"),
        (_set("states", to={}), "where an array belongs"),
        (_set("fields", 0, "type", to="float"), "where one of text"),
        (_set("fields", 0, "default", to=[]), "where a plain value belongs"),
        (_set("fields", 6, "asked_when", to=["eval", "1"]), "there is no operator `eval`"),
        (_set("fields", 6, "asked_when", to=["field"]), "`field` takes field; 0 stand here"),
        (_set("fields", 6, "asked_when", to=["is set", "nope"]), "which is not there"),
        (_set("fields", 6, "asked_when", to="x"), "where an expression belongs"),
        (_set("table", "new", "acknowledge", to=99), "transition 99, which is not there"),
        (_set("table", "new", "acknowledge", to=-1), "transition -1, which is not there"),
        (_set("table", "new", "acknowledge", to=1), "files transition 1 of `new` under `acknowledge`"),
        (_set("table", "closed", to={"withdraw": 10}), "lets final state `closed` be left"),
        (_set("table", "nowhere", to={}), "names `nowhere`"),
        (_set("states", 0, "kind", to="between"), "not exactly one first state"),
        (_set("states", 1, "name", to="new"), "two states are named `new`"),
        (_set("number", to="CMP"), "no `{sequence}`"),
        (_set("states", 0, "timers", 0, "after", "count", to=0), "lasts 0 hours"),
        (_set("templates", 0, "body", 0, "name", to=7), "where a text belongs"),
        (_set("templates", 0, "body", 2, "name", to="nope"), "names `nope`"),
    ],
)
def test_a_body_that_does_not_hold_together_is_refused(change: Callable[[Any], None], said: str) -> None:
    assert said in refused(signed(change))


@pytest.mark.parametrize(
    "workflow",
    [
        replace(WORKFLOW, may_be_both=(("handler", "nope"),)),
        replace(WORKFLOW, teams=(replace(WORKFLOW.teams[0], assign="nope"), WORKFLOW.teams[1])),
        replace(WORKFLOW, fields=(*WORKFLOW.fields, Field("x", "X", "text", changed_by=("nope",)))),
        replace(WORKFLOW, promises=(Promise("x", "X", WORKFLOW.promises[0].within, "office", "nope", ("decide",)),)),
        *(
            replace(WORKFLOW, promises=(replace(WORKFLOW.promises[0], **changes),))
            for changes in (
                {"since": "summary"},
                {"before": "impact"},
                {"met_at": "nope"},
                {"met_by": ("decide", "nope")},
                {"restarts_on": "nope"},
                {"pauses": (("happened_on", "summary"),)},
                {"by_band": (("purple", WORKFLOW.promises[0].within),)},
                {"extensions": (("nope", WORKFLOW.promises[0].within),)},
                {"at_most": Duration(0, "working", "day")},
                {"counting": Counting(due_at=1441)},
                {"counting": Counting(cut_off=-1)},
                {"steps": (Step("alert", "supervisor", used=0),)},
                {"within": Duration(1, "calendar", "month"), "recounts": "in proportion"},
            )
        ),
        replace(WORKFLOW, stages=(replace(WORKFLOW.stages[0], states=("nope",)),)),
        replace(
            WORKFLOW,
            stages=(replace(WORKFLOW.stages[0], timers=(Timer("move", "nope", WORKFLOW.promises[0].within),)),),
        ),
        replace(WORKFLOW, transitions=(replace(TRANSITIONS[0], routes=(Route("nope"),)), *TRANSITIONS[1:])),
        replace(WORKFLOW, transitions=(replace(TRANSITIONS[0], routes=()), *TRANSITIONS[1:])),
        replace(WORKFLOW, transitions=(replace(TRANSITIONS[0], needs=("nope",)), *TRANSITIONS[1:])),
        replace(WORKFLOW, transitions=(replace(TRANSITIONS[0], but_not=("nope",)), *TRANSITIONS[1:])),
    ],
)
def test_names_that_refer_to_nothing_are_refused(workflow: Workflow) -> None:
    assert "does not hold together" in refused(dump_workflow(workflow))


def test_a_bundle_out_of_order_is_refused() -> None:
    office = BUNDLE.calendars[0]
    for broken in (replace(office, opens=office.opens[::-1]), replace(office, ends=office.ends[1:])):
        assert "calendar `office`" in refused(dump_bundle(replace(BUNDLE, calendars=(broken,))), load_bundle)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ([], "people are given as"),
        ({"kim": {"name": "Kim"}}, "`kim` needs exactly"),
        ({"": {"name": "Kim", "roles": []}}, "can't be a person's id"),
        ({"a\nb": {"name": "Kim", "roles": []}}, "can't be a person's id"),
        ({"kim": {"name": "K\r\nBcc: x", "roles": []}}, "needs a name of one line"),
        ({"kim": {"name": "Kim", "roles": "handler"}}, "given as a list"),
        ({"kim": {"name": "Kim", "roles": ["boss"]}}, "`kim` holds `boss`, which is no role of complaint"),
        ({"kim": {"name": "Kim", "roles": ["legal", "supervisor"]}}, "add `may be both legal, supervisor`"),
    ],
)
def test_a_directory_is_checked_against_the_workflow(data: object, said: str) -> None:
    assert said in directory_problems(data, WORKFLOW)[0]


def test_the_sample_directory_is_fine() -> None:
    assert directory_problems(PEOPLE, WORKFLOW) == []
    assert [person.id for person in Directory.of(PEOPLE).holding("legal")] == ["lee", "max"]


def test_a_calendar_is_written_in_steps_and_read_back_whole() -> None:
    """A day more changes a line or two: what follows stays as it is."""
    first, *_ = json.loads(CALENDARS)["calendars"]["calendars"]
    assert first["opens"][1:6] == [86_400, 3 * 86_400, 86_400, 86_400, 86_400]
    assert load_bundle(CALENDARS).bundle == BUNDLE
