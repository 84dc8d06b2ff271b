"""Webhooks: what a case says, posted as a signed event.

The body is a CloudEvent (CloudEvents 1.0, JSON, structured mode): its `id` and its bytes are the same on each attempt.
The signature is that of Standard Webhooks 1.0.0 (standardwebhooks.com): HMAC-SHA256 over `id.timestamp.body`, one for
each secret, so that a secret is changed without a gap: sign with both, let the receiver take the new one, drop the
old. `verify` is the receiver's half.
"""

from __future__ import annotations

import hmac
import json
import re
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from casedsl_runtime.channels.secret import require_secret, secrets_in
from casedsl_runtime.channels.settings import SettingsError, between
from casedsl_runtime.channels.target import declared_hosts, require_address, target_of
from casedsl_runtime.channels.wire import (
    Door,
    Question,
    Resolver,
    ask,
    budget_for,
    require_success,
    resolve,
    tls_context,
)
from casedsl_runtime.delivery import Delivery, token
from casedsl_runtime.journal import Json

WINDOW = 5 * 60
"""How many seconds a webhook's time may lie before or after the receiver's."""

_KEY_BYTES = range(24, 65)
_SOURCE = re.compile(r"[A-Za-z0-9:/?#\[\]@!$&'()*+,;=._~%-]{1,200}")


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """Where events are posted.

    Attributes:
      url: the address, or `secret:NAME` where the address itself must not be seen.
      secrets: the signing secrets, each as `secret:NAME`; the value is `whsec_` and the base64 of 24 to 64 bytes.
      source: who sends, as a URI or a path such as `/complaints`; with the id it is unique (CloudEvents).
      timeout: seconds for the whole exchange.
      http_hosts, private_hosts: the hosts that are reached without TLS, or at an address that is not public.
      ca_file: the certificates that are trusted instead of the machine's own.
    """

    url: str
    secrets: tuple[str, ...]
    source: str
    timeout: int = 15
    http_hosts: tuple[str, ...] = ()
    private_hosts: tuple[str, ...] = ()
    ca_file: str | None = None

    def __post_init__(self) -> None:
        between(self.timeout, 1, 300, "timeout", " seconds")
        require_address(self.url, self.http_hosts, self.private_hosts)
        for text in self.secrets:
            require_secret(text, "secrets")
        if not self.secrets:
            raise SettingsError("`secrets` names no secret to sign with; name one as `secret:NAME`")
        if _SOURCE.fullmatch(self.source) is None:
            raise SettingsError("`source` is a URI or a path, as in `/complaints`; write it so")


class WebhookHandler:
    """Posts to one receiver. It keeps nothing between two events, and may be used by several threads."""

    def __init__(
        self,
        settings: WebhookSettings,
        env: Mapping[str, str],
        *,
        clock: Callable[[], int] = lambda: int(time.time()),
        resolver: Resolver = resolve,
    ) -> None:
        exceptions = declared_hosts(settings.http_hosts, settings.private_hosts)
        self._settings = settings
        self._clock = clock
        self._target = target_of(settings.url, exceptions, env)
        self._keys = [_own_key(text, env) for text in settings.secrets]
        self._door = Door(exceptions, tls_context(settings.ca_file), resolver)

    def __call__(self, delivery: Delivery) -> Json:
        now, said = self._clock(), self._target.said
        id, body = token(delivery.id, self._settings.source), event(delivery, self._settings.source)
        headers = {
            "Content-Type": "application/cloudevents+json; charset=utf-8",
            "webhook-id": id,
            "webhook-timestamp": str(now),
            "webhook-signature": " ".join(_signature(key, id, str(now), body) for key in self._keys),
        }
        question = Question("POST", self._target.url, headers, said, body)
        reply = ask(question, self._door, budget_for(self._settings.timeout, 0), None)
        require_success(reply, said, now)
        return None


def event(delivery: Delivery, source: str) -> bytes:
    """The body: `type` is `casedsl.send` or `casedsl.call.NAME`, `subject` the case; it is the same on each attempt."""
    whole = {
        "specversion": "1.0",
        "id": token(delivery.id, source),
        "source": source,
        "type": "casedsl." + delivery.effect.replace(" ", "."),
        "subject": delivery.case,
        "datacontenttype": "application/json",
        "data": {"case": delivery.case, "to": delivery.to, "message": dict(delivery.message)},
    }
    return json.dumps(whole, sort_keys=True, separators=(",", ":")).encode("ascii")


def _own_key(text: str, env: Mapping[str, str]) -> bytes:
    (secret,) = secrets_in(text, env)
    key = _key(secret.reveal())
    if key is None:
        raise SettingsError(f"`{secret.name}` in the environment is not `whsec_` and the base64 of 24 to 64 bytes")
    return key


def _key(text: str) -> bytes | None:
    """The bytes of a signing secret; None if it isn't one."""
    try:
        bare = text.removeprefix("whsec_").rstrip("=")
        key = b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except ValueError:
        return None
    return key if text.startswith("whsec_") and len(key) in _KEY_BYTES else None


def _signature(key: bytes, id: str, at: str, body: bytes) -> str:
    signed = b"%s.%s.%s" % (id.encode("utf-8", "surrogatepass"), at.encode("ascii"), body)
    return "v1," + b64encode(hmac.new(key, signed, sha256).digest()).decode("ascii")


class NotGenuine(ValueError):
    """A webhook that was not signed with a known secret, or not lately; the message says which."""


def verify(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], now: int) -> str:
    """The id of a webhook that is genuine; a receiver drops one whose id it has seen. Raises `NotGenuine`.

    `body` is what was received, byte by byte, before anything parsed it; `secrets` are `whsec_…`. Every signature is
    compared with every secret, whichever fits, so that the time that it takes tells nothing."""
    given = {name.lower(): text for name, text in headers.items()}
    id, at, signatures = (given.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature"))
    keys = [_key(secret) for secret in secrets]
    if not keys or None in keys:
        raise ValueError("a signing secret is `whsec_` and the base64 of 24 to 64 bytes; give at least one")
    if not id or re.fullmatch(r"[0-9]{1,12}", at) is None or not signatures:
        raise NotGenuine("a webhook has the headers webhook-id, webhook-timestamp and webhook-signature")
    genuine = False
    for key in keys:
        own = _signature(key or b"", id, at, body).encode("ascii")
        for each in signatures.split(" ")[:20]:
            genuine |= hmac.compare_digest(own, each.encode("utf-8", "replace"))
    if not genuine:
        raise NotGenuine("no signature of this webhook was made with a known secret")
    if abs(now - int(at)) > WINDOW:
        raise NotGenuine("the time of this webhook is more than five minutes away; check both clocks")
    return id
