"""Webhooks: signed so that the standard's own library takes them, and verified so that nobody else's are taken."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from casedsl_runtime.channels.settings import SettingsError, read
from casedsl_runtime.channels.webhook import WINDOW, NotGenuine, WebhookHandler, WebhookSettings, event, verify
from casedsl_runtime.delivery import Delivery, Retry, Undeliverable
from channel_servers import DELIVERY, LOUD, NOW, Asked, Server, failure, in_time, reply, serving, silent
from hypothesis import given, settings
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

OLD, NEW, OTHER = ("whsec_" + base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2, 3))
ENV = {"HOOK_OLD": OLD, "HOOK_NEW": NEW}
SENDING = Delivery(
    "CMP-1/3/0/kim", "CMP-1", "send", "kim", {"subject": "é", "body": LOUD, "to": {"role": "handler"}}, 1
)


def handler_for(server: Server, *names: str, clock: int | None = None, **more: object) -> WebhookHandler:
    about = {
        "url": f"http://127.0.0.1:{server.port}/hook",
        "secrets": [f"secret:{name}" for name in names or ("HOOK_NEW",)],
        "source": "/complaints",
        "http_hosts": ["127.0.0.1"],
        "private_hosts": ["127.0.0.1"],
        **more,
    }
    at = int(time.time()) if clock is None else clock
    return WebhookHandler(read(WebhookSettings, about), ENV, clock=lambda: at)


def sent(delivery: Delivery, *names: str, clock: int | None = None) -> Asked:
    with serving(reply(204)) as server:
        assert handler_for(server, *names, clock=clock)(delivery) is None
    (asked,) = server.asked
    return asked


def test_the_librarys_own_verification_takes_it() -> None:
    asked = sent(SENDING)
    assert Webhook(NEW).verify(asked.body, dict(asked.headers)) == json.loads(asked.body)
    with pytest.raises(WebhookVerificationError):
        Webhook(OTHER).verify(asked.body, dict(asked.headers))


def test_while_a_secret_is_changed_both_receivers_take_it() -> None:
    asked = sent(SENDING, "HOOK_NEW", "HOOK_OLD")
    assert len(asked.headers["webhook-signature"].split(" ")) == 2
    for secret in (OLD, NEW):
        Webhook(secret).verify(asked.body, dict(asked.headers))
        assert verify(asked.headers, asked.body, [secret], int(time.time())) == asked.headers["webhook-id"]
    with pytest.raises(NotGenuine):
        verify(asked.headers, asked.body, [OTHER], int(time.time()))


def test_the_body_is_a_cloud_event() -> None:
    """CloudEvents 1.0, JSON format: the required attributes, and optional ones that are texts and not empty."""
    asked = sent(SENDING)
    body = json.loads(asked.body)
    assert asked.line == "POST /hook HTTP/1.1"
    assert asked.headers["content-type"] == "application/cloudevents+json; charset=utf-8"
    assert body.pop("data") == {"case": "CMP-1", "to": "kim", "message": SENDING.message}
    assert body == {
        "specversion": "1.0",
        "id": asked.headers["webhook-id"],
        "source": "/complaints",
        "type": "casedsl.send",
        "subject": "CMP-1",
        "datacontenttype": "application/json",
    }
    assert json.loads(event(DELIVERY, "/x"))["type"] == "casedsl.call.crm"


def test_a_second_attempt_has_the_same_id_and_body_and_a_time_of_its_own() -> None:
    first, second = sent(SENDING, clock=NOW), sent(replace(SENDING, attempt=2), clock=NOW + 60)
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.headers["webhook-signature"] != second.headers["webhook-signature"]
    other = sent(replace(SENDING, id="CMP-1/4/0/kim"))
    assert other.headers["webhook-id"] != first.headers["webhook-id"]


def test_what_is_no_utf8_is_sent_as_an_escape() -> None:
    asked = sent(replace(SENDING, message={"subject": "\ud800"}))
    assert json.loads(asked.body)["data"]["message"] == {"subject": "\ud800"}


@pytest.mark.parametrize(
    ("status", "kind", "says"),
    [
        (410, Undeliverable, "answers 410: what was there is gone for good"),
        (400, Undeliverable, "answers 400"),
        (308, Undeliverable, "answers 308: it moved; name its new address in the settings"),
        (302, Retry, "answers 302"),
        (429, Retry, "answers 429"),
        (500, Retry, "answers 500"),
    ],
)
def test_an_answer_that_is_no_success(status: int, kind: type[Exception], says: str) -> None:
    with serving(reply(status, LOUD, Location="/x", Retry_After="77")) as server:
        error = failure(lambda: handler_for(server)(SENDING), OLD, NEW)
    assert type(error) is kind
    assert str(error).endswith(says)
    assert not isinstance(error, Retry) or error.after == 77
    assert server.connections == 1


def test_an_endless_thanks_is_not_listened_to() -> None:
    with serving(reply(200, b"x" * 1_000_000)) as server:
        handler_for(server)(SENDING)


def test_a_receiver_that_never_answers_is_given_up_in_time() -> None:
    with serving(silent) as server, in_time():
        assert isinstance(failure(lambda: handler_for(server, timeout=1)(SENDING)), Retry)


def test_a_receiver_inside_must_be_declared() -> None:
    with serving(reply()) as server:
        error = failure(lambda: handler_for(server, private_hosts=[])(SENDING))
    assert isinstance(error, Undeliverable)
    assert server.connections == 0


@pytest.mark.parametrize(
    "value", ["", "x", NEW.removeprefix("whsec_"), "whsec_", "whsec_AAAA", "whsec_" + "A" * 100, NEW + "!", "whsec_é"]
)
def test_a_weak_or_damaged_secret_is_refused_without_being_shown(value: str) -> None:
    about = WebhookSettings("https://example.org/", ("secret:HOOK_NEW",), "/x")
    with pytest.raises(SettingsError, match="HOOK_NEW") as refusal:
        WebhookHandler(about, {"HOOK_NEW": value})
    assert value in ("", "x", "whsec_") or value not in str(refusal.value)


# --- the receiver's half


def signed(body: bytes, at: int, secret: str = NEW, id: str = "msg_1") -> dict[str, str]:
    """Headers as the standard's own library makes them."""
    signature = Webhook(secret).sign(id, datetime.fromtimestamp(at, UTC), body.decode())
    return {"Webhook-Id": id, "Webhook-Timestamp": str(at), "Webhook-Signature": signature}


def test_what_the_library_signed_is_genuine() -> None:
    assert verify(signed(b'{"a": 1}', NOW), b'{"a": 1}', [OLD, NEW], NOW) == "msg_1"


def test_unknown_signatures_beside_a_known_one_do_no_harm() -> None:
    headers = signed(b"{}", NOW)
    headers["Webhook-Signature"] = f"v1a,AAAA v2,x é v1,AAAA {headers['Webhook-Signature']}"
    assert verify(headers, b"{}", [NEW], NOW) == "msg_1"


@pytest.mark.parametrize("away", [WINDOW, -WINDOW])
def test_the_window_is_five_minutes(away: int) -> None:
    headers = signed(b"{}", NOW)
    assert verify(headers, b"{}", [NEW], NOW + away)
    with pytest.raises(NotGenuine, match="five minutes"):
        verify(headers, b"{}", [NEW], NOW + away + (1 if away > 0 else -1))


@settings(derandomize=True, deadline=None)
@given(
    st.binary(max_size=30),
    st.binary(max_size=30),
    st.sampled_from(["id", "timestamp", "signature", "body"]),
    st.text(max_size=12),
)
def test_nothing_that_was_changed_is_genuine(before: bytes, after: bytes, part: str, text: str) -> None:
    body = base64.b64encode(before)
    headers: dict[str, str] = signed(body, NOW)
    changed: Mapping[str, str] = headers | ({} if part == "body" else {f"Webhook-{part.title()}": text})
    received = base64.b64encode(after) if part == "body" else body
    if (changed, received) == (headers, body):
        return
    with pytest.raises(NotGenuine):
        verify(changed, received, [NEW], NOW)


@pytest.mark.parametrize("missing", ["Webhook-Id", "Webhook-Timestamp", "Webhook-Signature"])
def test_a_webhook_without_its_headers_is_not_genuine(missing: str) -> None:
    headers = signed(b"{}", NOW)
    del headers[missing]
    with pytest.raises(NotGenuine, match="has the headers"):
        verify(headers, b"{}", [NEW], NOW)


def test_nothing_is_genuine_without_a_secret() -> None:
    for secrets in ([], ["whsec_"], [NEW, "x"]):
        with pytest.raises(ValueError, match="give at least one"):
            verify(signed(b"{}", NOW), b"{}", secrets, NOW)
