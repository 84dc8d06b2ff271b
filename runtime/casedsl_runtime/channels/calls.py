"""Calls: an HTTP service is asked, and its answer goes back into the case.

The settings name one address; what the case says is the body, as JSON, or for `GET` the query. The answer is its
status, the headers that were asked for, and its body if that is JSON. A call is made at least once: it bears the same
`Idempotency-Key` on each attempt, by which the service can tell a second one.

A redirect is followed if its host would be allowed anyhow. What the settings add to a request, and the body, go to the
origin that the settings name and to no other, not even on the way back from one.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NoReturn
from urllib.parse import urlencode

from casedsl_runtime.channels.address import NotAllowed, Url, next_url
from casedsl_runtime.channels.secret import filled, names_secret, secrets_in, without_secrets
from casedsl_runtime.channels.settings import SettingsError, between, shown
from casedsl_runtime.channels.target import declared_hosts, require_address, target_of
from casedsl_runtime.channels.wire import (
    Budget,
    Door,
    Question,
    Reply,
    Resolver,
    ask,
    budget_for,
    require_success,
    resolve,
    tls_context,
)
from casedsl_runtime.delivery import Delivery, Undeliverable, token
from casedsl_runtime.journal import Json
from casedsl_runtime.messages import one_line

_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_HEADER_TEXT = re.compile(r"[!-~](?:[ -~]{0,1998}[!-~])?")
_OURS = frozenset(
    ("connection", "content-length", "expect", "host", "idempotency-key", "te", "transfer-encoding", "upgrade")
)
_OF_SECRETS = re.compile(r"(?i)authorization|cookie|token|secret|password|api-?key")
_MOST_DEPTH, _MOST_VALUES, _MOST_DIGITS = 32, 10_000, 18


@dataclass(frozen=True, slots=True)
class CallSettings:
    """How a service is asked.

    Attributes:
      url: its address, or `secret:NAME` where the address itself must not be seen.
      headers: what each request has besides; a value may have a secret in it, as in `Bearer secret:TOKEN`.
      answer_headers: the headers of the answer that go into the case.
      source: a name of this store, so that two stores don't share the ids by which the service drops doubles.
      timeout: seconds for the whole call, with every redirect.
      most_bytes: how long the body of an answer may be.
      redirects: how many of them are followed at the most.
      http_hosts, private_hosts: the hosts that are reached without TLS, or at an address that is not public.
      ca_file: the certificates that are trusted instead of the machine's own.
    """

    url: str
    method: Literal["POST", "PUT", "PATCH", "GET"] = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)
    answer_headers: tuple[str, ...] = ()
    source: str = ""
    timeout: int = 20
    most_bytes: int = 1_000_000
    redirects: int = 3
    http_hosts: tuple[str, ...] = ()
    private_hosts: tuple[str, ...] = ()
    ca_file: str | None = None

    def __post_init__(self) -> None:
        between(self.timeout, 1, 300, "timeout", " seconds")
        between(self.most_bytes, 1, 50_000_000, "most_bytes")
        between(self.redirects, 0, 10, "redirects")
        require_address(self.url, self.http_hosts, self.private_hosts)
        for name, text in self.headers.items():
            _require_header(name, text)
        for name in self.answer_headers:
            if _HEADER.fullmatch(name) is None:
                raise SettingsError(f"{shown(name)} in `answer_headers` is no name of a header; mend it")


def _require_header(name: str, text: str) -> None:
    if _HEADER.fullmatch(name) is None or _HEADER_TEXT.fullmatch(text) is None:
        raise SettingsError(f"the header {shown(name)} is not one line of ASCII characters; write it so")
    if name.lower() in _OURS:
        raise SettingsError(f"the header {shown(name)} is set by the channel; leave it out")
    if _OF_SECRETS.search(name) and not names_secret(text):
        raise SettingsError(f"the header {shown(name)} holds a secret itself: say `secret:NAME`, and set it outside")


class CallHandler:
    """Asks one service. It keeps nothing between two calls, and may be used by several threads."""

    def __init__(
        self,
        settings: CallSettings,
        env: Mapping[str, str],
        *,
        clock: Callable[[], int] = lambda: int(time.time()),
        resolver: Resolver = resolve,
    ) -> None:
        exceptions = declared_hosts(settings.http_hosts, settings.private_hosts)
        self._settings = settings
        self._clock = clock
        self._target = target_of(settings.url, exceptions, env)
        headers = [secrets_in(text, env) for text in settings.headers.values()]
        self._secrets = (*self._target.secrets, *(secret for found in headers for secret in found))
        self._door = Door(exceptions, tls_context(settings.ca_file), resolver)

    def __call__(self, delivery: Delivery) -> Json:
        budget = budget_for(self._settings.timeout, self._settings.most_bytes)
        reply = self._asked(self._first(delivery), budget)
        require_success(reply, self._target.said, self._clock())
        return without_secrets(_answer(reply, self._settings.answer_headers, self._target.said), self._secrets)

    def _first(self, delivery: Delivery) -> Question:
        settings, url, body = self._settings, self._target.url, None
        headers = {"Accept": "application/json", "Idempotency-Key": token(delivery.id, settings.source)}
        if settings.method == "GET":
            url = _with_query(url, delivery.message)
        else:
            body = json.dumps(dict(delivery.message), sort_keys=True).encode("ascii")
            headers["Content-Type"] = "application/json"
        own = {name: filled(text, self._secrets) for name, text in settings.headers.items()}
        said = {name.lower() for name in own}
        kept = {name: text for name, text in headers.items() if name.lower() not in said}
        return Question(settings.method, url, {**kept, **own}, self._target.said, body)

    def _asked(self, question: Question, budget: Budget) -> Reply:
        """The answer at the end of all redirects."""
        for _ in range(self._settings.redirects + 1):
            reply = ask(question, self._door, budget, self._settings.most_bytes)
            if reply.status not in _redirects(question) or "location" not in reply.headers:
                return reply
            question = _redirected(question, reply)
        raise Undeliverable(f"{self._target.said} redirects more often than `redirects` allows")


def _redirects(question: Question) -> tuple[int, ...]:
    """The redirects that are followed. Of 301 and 302 nobody can know whether they mean that the body comes along."""
    return (301, 302, 303, 307, 308) if question.body is None else (303, 307, 308)


_YES_NO = ("no", "yes")


def _with_query(url: Url, message: Mapping[str, Any]) -> Url:
    """The address with what the case says as its query: texts, numbers, yes and no; what is unset is left out."""
    said = {name: value for name, value in message.items() if value is not None}
    if not all(isinstance(value, (str, int)) for value in said.values()):
        raise Undeliverable("a list or a group of values can't be asked by GET; choose POST in the settings")
    words = sorted((name, _YES_NO[value] if isinstance(value, bool) else value) for name, value in said.items())
    query = urlencode(words, errors="replace")
    if not query:
        return url
    return Url(url.scheme, url.host, url.port, url.target + ("&" if "?" in url.target else "?") + query)


def _redirected(question: Question, reply: Reply) -> Question:
    """The question that a redirect asks for. Its host is never told: the other side chose it."""
    said = question.said if question.said.startswith("what ") else f"what {question.said} redirects to"
    try:
        url = next_url(question.url, reply.headers["location"])
    except NotAllowed as error:
        raise Undeliverable(f"{said} may not be asked: {error}") from None
    stays = url.origin == question.url.origin
    if question.body is None or reply.status == 303:
        headers = question.headers if stays else {"Accept": "application/json"}
        kept = {name: text for name, text in headers.items() if name.lower() != "content-type"}
        return Question("GET", url, kept, said)
    if not stays:
        raise Undeliverable(f"{said} would get what the case says; name its address in the settings")
    return Question(question.method, url, question.headers, said, question.body)


def _answer(reply: Reply, wanted: tuple[str, ...], said: str) -> dict[str, Json]:
    """What goes into the case."""
    headers = {name.lower(): one_line(reply.headers.get(name.lower(), ""))[:1000] for name in wanted}
    return {
        "status": reply.status,
        "headers": {name: text for name, text in headers.items() if text},
        "body": _json(reply, said),
    }


def _json(reply: Reply, said: str) -> Json:
    """The body as the journal can hold it; a fraction, and a number that is too long, stay the text that they were."""
    kind = reply.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not reply.body or not (kind == "application/json" or kind.endswith("+json")):
        return None
    try:
        found = json.loads(reply.body.decode("utf-8"), parse_float=str, parse_int=_integer, parse_constant=_no_number)
        _measure(found)
        json.dumps(found, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):
        raise Undeliverable(f"{said} answers with JSON that can't be read, or is too deep or too rich") from None
    body: Json = found
    return body


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits.lstrip("-")) <= _MOST_DIGITS else digits


def _no_number(text: str) -> NoReturn:
    raise ValueError


def _measure(value: object) -> None:
    level, count = [value], 0
    for _ in range(_MOST_DEPTH):
        count += len(level)
        if count > _MOST_VALUES:
            raise ValueError
        level = [inner for each in level for inner in _inside(each)]
    if level:
        raise ValueError


def _inside(value: object) -> list[object]:
    return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
