"""One question and one answer over HTTP, within a total time and a total size.

The time covers everything: finding the host, connecting, TLS, sending, and an answer that drips. A timeout of a socket
starts again with each byte, so here every single wait is given what is left of the whole; `http.client` and `smtplib`
work on such a socket without knowing. A proxy of the environment is not used: it would resolve names itself.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPResponse
from queue import Empty, SimpleQueue
from socket import AF_INET, AF_INET6, SOCK_STREAM, getaddrinfo, socket
from threading import Thread
from typing import Any, TypeAlias

from casedsl_runtime.channels.address import Declared, NotAllowed, Number, Url, number_of
from casedsl_runtime.channels.settings import SettingsError
from casedsl_runtime.delivery import Retry, Undeliverable, error_number

Resolver: TypeAlias = Callable[[str, int], Sequence[str]]
"""The IP addresses of a host, as texts; raises `OSError` where there are none."""

_HEADERS = 64 * 1024
"""What the headers of an answer may have at the most, in bytes."""


class TooMuch(Exception):
    """The other side says more than it may."""


class Budget:
    """What is left of the time and the size of one exchange. It is used up, so each exchange has its own."""

    def __init__(self, seconds: float, octets: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds = seconds
        self._clock = clock
        self._ends = clock() + seconds
        self._octets = octets

    def left(self) -> float:
        """The seconds that are left; raises `TimeoutError` when there are none."""
        left = self._ends - self._clock()
        if left <= 0:
            raise TimeoutError
        return left

    def over(self) -> bool:
        return self._ends <= self._clock()

    def take(self, octets: int) -> None:
        self._octets -= octets
        if self._octets < 0:
            raise TooMuch


class TimedSocket(socket):
    """A socket whose waits are all within a budget. What http.client and smtplib use is here, and nothing else."""

    budget: Budget

    def recv_into(self, *args: Any) -> int:
        self.settimeout(self.budget.left())
        count = super().recv_into(*args)
        self.budget.take(count)
        return count

    def sendall(self, *args: Any) -> None:
        self.settimeout(self.budget.left())
        super().sendall(*args)


class TimedTls(TimedSocket, ssl.SSLSocket):
    """The same with TLS around it, where sending everything is one wait too."""


def tls_context(ca_file: str | None) -> ssl.SSLContext:
    """TLS that checks certificate and host name, against a file of authorities if there is one."""
    try:
        context = ssl.create_default_context(cafile=ca_file)
    except OSError:  # also an SSLError: no certificate stands in it
        raise SettingsError("`ca_file` can't be read as a file of certificates; name another one") from None
    context.sslsocket_class = TimedTls
    return context


def with_tls(plain: TimedSocket, host: str, context: ssl.SSLContext, budget: Budget) -> TimedTls:
    """TLS over a connected socket. The handshake is one wait, so the time that is left holds for all of it."""
    try:
        plain.settimeout(budget.left())
        safe = context.wrap_socket(plain, server_hostname=host)
    finally:
        plain.close()  # TLS took the connection over, or failed
    assert isinstance(safe, TimedTls)
    safe.budget = budget
    return safe


def resolve(host: str, port: int) -> Sequence[str]:
    """The machine's own answer to a name."""
    return [str(found[4][0]) for found in getaddrinfo(host, port, type=SOCK_STREAM)]


def numbers_of(host: str, port: int, resolver: Resolver, budget: Budget) -> Sequence[Number]:
    """The numbers of a host, each once. A resolver can't be interrupted, so it runs beside, and is left to itself."""
    number = number_of(host)
    if number is not None:
        return (number,)
    answer: SimpleQueue[Sequence[str] | OSError | UnicodeError] = SimpleQueue()
    Thread(target=_resolve_into, args=(answer, resolver, host, port), daemon=True).start()
    try:
        found = answer.get(timeout=budget.left())
    except Empty:
        raise TimeoutError from None
    if isinstance(found, OSError):
        raise found
    if isinstance(found, UnicodeError):
        return ()
    numbers = [number_of(text.partition("%")[0]) for text in dict.fromkeys(found)]
    return [number for number in numbers if number is not None]


def _resolve_into(answer: SimpleQueue[Any], resolver: Resolver, host: str, port: int) -> None:
    try:
        answer.put(resolver(host, port))
    except (OSError, UnicodeError) as error:
        answer.put(error)


def connected(numbers: Sequence[Number], port: int, budget: Budget) -> TimedSocket:
    """A connection to the first number that answers; each of them gets an equal share of the time that is left."""
    failure = OSError()
    for place, number in enumerate(numbers):
        plain = TimedSocket(AF_INET if number.version == 4 else AF_INET6, SOCK_STREAM)
        plain.budget = budget
        try:
            plain.settimeout(budget.left() / (len(numbers) - place))
            plain.connect((str(number), port))
        except OSError as error:
            plain.close()
            failure = error
        else:
            return plain
    raise failure


@dataclass(frozen=True, slots=True)
class Door:
    """The way out: which hosts are allowed, how names are resolved, which certificates hold."""

    declared: Declared
    context: ssl.SSLContext
    resolver: Resolver = resolve

    def connect(self, url: Url, budget: Budget) -> TimedSocket:
        """A connection to a host that is allowed, by the very numbers that were looked at."""
        self.declared.require_scheme(url)
        numbers = numbers_of(url.host, url.port, self.resolver, budget)
        self.declared.require_numbers(url, numbers)
        plain = connected(numbers, url.port, budget)
        return plain if url.scheme == "http" else with_tls(plain, url.host, self.context, budget)


@dataclass(frozen=True, slots=True)
class Question:
    """A request. `said` names the host in messages: its own name may be a secret."""

    method: str
    url: Url
    headers: Mapping[str, str]
    said: str
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: the names of its headers are in lower case, and of several the first counts."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


def budget_for(seconds: float, most_bytes: int) -> Budget:
    """A budget for an answer of so many bytes, whatever its headers and its transfer add to them."""
    return Budget(seconds, _HEADERS + 2 * most_bytes)


def ask(question: Question, door: Door, budget: Budget, most_bytes: int | None) -> Reply:
    """Send a request and read its answer; None reads no body. Raises `Undeliverable` and `Retry`."""
    try:
        return _asked(question, door, budget, most_bytes)
    except (NotAllowed, TooMuch, OSError, HTTPException) as error:
        raise _told(error, question.said, budget) from None


def _asked(question: Question, door: Door, budget: Budget, most_bytes: int | None) -> Reply:
    url = question.url
    connection = HTTPConnection(url.host, url.port)
    connection.auto_open = 0  # it talks to the address that was checked, or to none
    connection.sock = door.connect(url, budget)
    try:
        connection.putrequest(question.method, url.target, skip_host=True, skip_accept_encoding=True)
        own = {"Host": url.authority, "Connection": "close", "Accept-Encoding": "identity", "User-Agent": "casedsl"}
        if question.body is not None:
            own["Content-Length"] = str(len(question.body))
        for name, value in {**own, **question.headers}.items():
            connection.putheader(name, value)
        connection.endheaders(question.body)
        with connection.getresponse() as response:
            headers = {name.lower(): value for name, value in reversed(response.getheaders())}
            return Reply(response.status, headers, b"" if most_bytes is None else _body(response, most_bytes))
    finally:
        connection.close()


def _body(response: HTTPResponse, most: int) -> bytes:
    if response.length is not None and response.length > most:
        raise TooMuch
    parts: list[bytes] = []
    size = 0
    while part := response.read(min(65536, most + 1 - size)):
        parts.append(part)
        size += len(part)
        if size > most:
            raise TooMuch
    if response.length:
        raise HTTPException  # less came than was announced
    return b"".join(parts)


def _told(error: Exception, said: str, budget: Budget) -> Undeliverable | Retry:
    """What went wrong, in words that hold nothing of what was sent or received."""
    if isinstance(error, NotAllowed):
        return Undeliverable(f"{said} may not be asked: {error}")
    if isinstance(error, TooMuch):
        return Undeliverable(f"{said} answers with more than `most_bytes` allows")
    if isinstance(error, TimeoutError) or budget.over():
        return Retry(f"{said} took longer than the {budget.seconds:g} seconds that `timeout` allows")
    if isinstance(error, ssl.SSLCertVerificationError):
        return Retry(f"{said} shows a certificate that does not hold")
    if isinstance(error, ssl.SSLError):
        return Retry(f"no safe connection to {said} came about")
    if isinstance(error, HTTPException):
        return Retry(f"{said} answers with something else than HTTP, or breaks off")
    return Retry(f"{said} can't be reached{error_number(error)}")


_TRANSIENT = frozenset((302, 303, 307, 408, 425, 429))


def require_success(reply: Reply, said: str, now: int) -> None:
    """Refuse an answer that is no success: for good, or until later."""
    status = reply.status
    if 200 <= status < 300:
        return
    if status == 410:
        raise Undeliverable(f"{said} answers 410: what was there is gone for good")
    if status in (301, 308):
        raise Undeliverable(f"{said} answers {status}: it moved; name its new address in the settings")
    if status < 200 or status >= 500 or status in _TRANSIENT:
        raise Retry(f"{said} answers {status}", retry_after(reply.headers.get("retry-after", ""), now))
    raise Undeliverable(f"{said} answers {status}")


def retry_after(text: str, now: int) -> int | None:
    """The seconds that a `Retry-After` asks for, as a number or as a date (RFC 9110, 10.2.3); None without one."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return int(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0, int(moment.timestamp()) - now) if moment.tzinfo is not None else None
