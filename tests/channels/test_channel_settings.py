"""Settings read strictly, secrets from the environment, handlers from a settings file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from casedsl_runtime.channels.calls import CallHandler, CallSettings
from casedsl_runtime.channels.mail import MailHandler, MailSettings
from casedsl_runtime.channels.secret import Secret, secrets_in, without_secrets
from casedsl_runtime.channels.settings import SettingsError, parse, read
from casedsl_runtime.channels.webhook import WebhookHandler, WebhookSettings
from casedsl_runtime.channels.wiring import handlers
from hypothesis import given, settings
from hypothesis import strategies as st

RUNTIME = Path(__file__).resolve().parents[2] / "runtime"
KEY = "whsec_" + "QUJD" * 10
ENV = {"MAIL_PASSWORD": "a-password", "CRM": "a-token-for-crm", "HUB": KEY}
MAIL = {"by": "mail", "host": "smtp.example.org", "sender": "cases@example.org"}
CALL = {"by": "call", "url": "https://crm.example.org/cases", "headers": {"Authorization": "Bearer secret:CRM"}}
HOOK = {"by": "webhook", "url": "https://hub.example.org/in", "secrets": ["secret:HUB"], "source": "/cases"}


def refusal(about: Mapping[str, object], env: Mapping[str, str] = ENV) -> str:
    with pytest.raises(SettingsError) as found:
        handlers(about, env, lambda _: None, lambda: 0)
    return str(found.value)


def test_each_effect_gets_its_handler() -> None:
    made = handlers({"send": MAIL, "call crm": CALL, "call hub": HOOK}, ENV, lambda _: None, lambda: 0)
    kinds = {effect: type(handler) for effect, handler in made.items()}
    assert kinds == {"send": MailHandler, "call crm": CallHandler, "call hub": WebhookHandler}


@pytest.mark.parametrize("effect", ["sned", "call a b", "call", "Send", ""])
def test_what_no_case_causes_needs_no_handler(effect: str) -> None:
    assert refusal({effect: CALL}) == f"`{effect}` is no effect of a case; write `send`, or `call` and a name"


@pytest.mark.parametrize(
    ("effect", "about", "says"),
    [
        ("send", 5, "`by` says which channel; add one of mail, webhook, call"),
        ("send", {"by": "mial"}, "there is no channel `mial`; did you mean `mail`?"),
        ("send", CALL, "a message to a person is no call; choose `mail` or `webhook`"),
        ("call crm", MAIL, "a mail goes to a person, and a call goes to none; choose `call` or `webhook`"),
        ("send", {**MAIL, "hots": "x"}, "there is no setting `hots`; did you mean `host`?"),
        ("send", {"by": "mail", "host": "x"}, "the setting `sender` is missing; add it"),
        ("send", {**MAIL, "port": "587"}, "`port` is a whole number; write it so"),
        ("send", {**MAIL, "port": True}, "`port` is a whole number; write it so"),
        ("send", {**MAIL, "port": 0}, "`port` is a number from 1 to 65,535; choose one"),
        ("send", {**MAIL, "host": None}, "`host` is a text; write it so"),
        ("send", {**MAIL, "security": "ssl"}, "`security` is one of starttls, tls, none; write it so"),
        ("call crm", {**CALL, "private_hosts": "a"}, "`private_hosts` is a list of texts; write it so"),
        ("call crm", {**CALL, "headers": {"a": 1}}, "`headers` is an object of names and texts; write it so"),
        ("call crm", {**CALL, "redirects": 99}, "`redirects` is a number from 0 to 10; choose one"),
        (
            "call crm",
            {**CALL, "http_hosts": ["https://a"]},
            "`http_hosts` is a list of hosts, as in `crm.internal:8080`; write each so",
        ),
        (
            "call crm",
            {**CALL, "url": "http://crm.example.org/"},
            "`url` can't be used: it is reached by http, and not declared under `http_hosts`; mend the address",
        ),
        (
            "call crm",
            {**CALL, "url": "https://a/secret:CRM"},
            "`url` has a secret in its middle: put the whole address into the environment",
        ),
        (
            "call crm",
            {**CALL, "url": "secret:CRM"},
            "`secret:CRM` can't be used: its address does not begin with https://; mend the address",
        ),
        ("call crm", {**CALL, "headers": {"Host": "x"}}, "the header `Host` is set by the channel; leave it out"),
        (
            "call crm",
            {**CALL, "headers": {"X-A": "é"}},
            "the header `X-A` is not one line of ASCII characters; write it so",
        ),
        (
            "call crm",
            {**CALL, "headers": {"a\nb": "x"}},
            "the header 'a\\nb' is not one line of ASCII characters; write it so",
        ),
        ("call crm", {**CALL, "answer_headers": ["a:"]}, "`a:` in `answer_headers` is no name of a header; mend it"),
        (
            "call crm",
            {**CALL, "ca_file": "/nowhere.pem"},
            "`ca_file` can't be read as a file of certificates; name another one",
        ),
        ("call hub", {**HOOK, "secrets": []}, "`secrets` names no secret to sign with; name one as `secret:NAME`"),
        ("call hub", {**HOOK, "source": ""}, "`source` is a URI or a path, as in `/complaints`; write it so"),
        (
            "call hub",
            {**HOOK, "secrets": ["secret:NONE"]},
            "the environment has no `NONE`, which `secret:NONE` asks for; set it before the start",
        ),
    ],
)
def test_what_is_wrong_is_said_with_a_way_out(effect: str, about: object, says: str) -> None:
    assert refusal({effect: about}) == f"settings of `{effect}`: {says}"


@pytest.mark.parametrize("name", ["Authorization", "X-Api-Key", "x-auth-token", "Cookie", "client-secret"])
def test_a_secret_in_a_header_is_refused_without_being_shown(name: str) -> None:
    said = refusal({"call crm": {**CALL, "headers": {name: "hunter22"}}})
    assert (
        said
        == f"settings of `call crm`: the header `{name}` holds a secret itself: say `secret:NAME`, and set it outside"
    )


def test_a_signing_secret_in_the_settings_is_refused_without_being_shown() -> None:
    assert KEY not in refusal({"call hub": {**HOOK, "secrets": [KEY]}})


@pytest.mark.parametrize("value", ["", "a\nb", "pässword", "x" * 9000])
def test_a_secret_that_no_header_can_take_is_refused_without_being_shown(value: str) -> None:
    said = refusal({"call crm": CALL}, {"CRM": value})
    assert "`CRM`" in said
    assert not value or value not in said


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"\xff", "are not text in UTF-8"),
        (b'{"send": }', "at line 1, column 10"),
        (b"[]", "are an object"),
        (b'{"send": {"a": 1, "a": 2}}', "say `a` twice"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_a_settings_file_that_can_not_be_read_says_where(data: bytes, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        parse(data)


def test_a_settings_file_is_read() -> None:
    assert parse(json.dumps({"send": MAIL}).encode()) == {"send": MAIL}


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
NAMES = st.sampled_from(["host", "sender", "port", "url", "secrets", "source", "headers", "timeout", "private_hosts"])


@settings(derandomize=True, deadline=None)
@given(st.sampled_from([MailSettings, CallSettings, WebhookSettings]), st.dictionaries(NAMES | st.text(), JSON) | JSON)
def test_whatever_stands_in_settings_is_read_or_refused(kind: type[Any], data: Any) -> None:
    try:
        made = read(kind, data)
    except SettingsError as error:
        made = str(error)
    assert made.isprintable() if isinstance(made, str) else isinstance(made, kind)


def test_a_secret_shows_its_name_only() -> None:
    (secret,) = secrets_in("Bearer secret:CRM", ENV)
    assert secret.reveal() == "a-token-for-crm"
    for shown in (repr(secret), str(secret), f"{secret}", repr([secret])):
        assert "a-token" not in shown
        assert "CRM" in shown


def test_the_longer_of_two_secrets_is_taken_out_first() -> None:
    secrets = (Secret("A", "abcd"), Secret("B", "abcdef"))
    assert without_secrets(["abcdef", {"abcd": 5}], secrets) == ["secret:B", {"secret:A": 5}]
    assert without_secrets(None, secrets) is None


MODULES = sorted(path.stem for path in (RUNTIME / "casedsl_runtime" / "channels").glob("[a-z]*.py"))


@pytest.mark.parametrize("module", ["delivery", *(f"channels.{name}" for name in MODULES)])
def test_each_module_is_imported_by_itself_and_loads_no_store(module: str) -> None:
    script = (
        f"import sys; sys.path.append({str(RUNTIME)!r}); import casedsl_runtime.{module}; "
        "print(*sorted(sys.modules.keys() & {'casedsl_runtime.host', 'sqlite3', 'casedsl_runtime.store'}))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", script], capture_output=True, text=True, env={**os.environ}
    )
    assert (done.stdout.strip(), done.stderr) == ("", "")
