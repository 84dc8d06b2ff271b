"""Which hosts may be talked to: addresses read strictly, and none inside the own walls unless it was declared.

Who can choose an address, or answer a name, or send a redirect, could make this machine talk to its neighbours for
them. So a host is judged by the numbers that its name leads to, and these very numbers are connected to: nobody can
answer differently the second time. What is public is told by IANA's registries of special addresses (RFC 6890), as
`ipaddress` knows them, and more narrowly where an IPv6 address carries an IPv4 address in it.

An address is read as what it looks like or not at all: `127.1`, `2130706433` and `0x7f.1` are names to one program and
numbers to the next, a user name in front of `@` looks like a host.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Literal, TypeAlias
from urllib.parse import urljoin, urlsplit

Number: TypeAlias = IPv4Address | IPv6Address

_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*")
_AUTHORITY = re.compile(r"(?P<host>\[[0-9a-f:.]+\]|[^\[\]:@]+)(?::(?P<port>[0-9]{1,5}))?")
_TEXT = re.compile(r"[!-~]{1,8000}")
_ODD_TEXT = re.compile(r'[\\"<>^`{|}]')
_LIKE_A_NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)")
_PORTS = {"https": 443, "http": 80}

_NEAR_4 = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "100.64.0.0/10")))
_NEAR_6 = tuple(map(IPv6Network, ("::1/128", "fc00::/7")))
_SPECIAL_4 = tuple(map(IPv4Network, ("192.0.0.0/24", "192.88.99.0/24")))
_GLOBAL_6 = IPv6Network("2000::/3")
_SPECIAL_6 = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
"""Relays, tunnels and examples: their numbers lead elsewhere, or nowhere."""


_TRANSLATED = IPv6Network("64:ff9b::/96")
"""What a network without IPv4 calls the rest of the world (RFC 6052): the last four bytes are the number."""


class NotAllowed(Exception):
    """An address that may not be talked to; the message is a clause about it that doesn't repeat it."""


@dataclass(frozen=True, slots=True)
class Url:
    """An address that was read: `target` is its path with its query."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def origin(self) -> tuple[str, str, int]:
        return self.scheme, self.host, self.port

    @property
    def authority(self) -> str:
        """Host and port as the header `Host` says them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"


def read_url(text: str) -> Url:
    """An address, read strictly; raises `NotAllowed`."""
    if _TEXT.fullmatch(text) is None or _ODD_TEXT.search(text):
        raise NotAllowed("its address holds a space or another sign that must be percent-encoded")
    if text.partition("://")[0].lower() not in _PORTS:
        raise NotAllowed("its address does not begin with https://")
    try:
        parts = urlsplit(text)
    except ValueError:
        raise NotAllowed("its address can't be read") from None
    if "@" in parts.netloc:
        raise NotAllowed("its address has a user name in it, which belongs into a header")
    found = _AUTHORITY.fullmatch(parts.netloc.lower())
    port = int(found["port"] or _PORTS[parts.scheme]) if found else 0
    if found is None or not 0 < port < 65536:
        raise NotAllowed("its address has no host that can be read")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Url(parts.scheme, _host(found["host"]), port, target)


def next_url(here: Url, location: str) -> Url:
    """Where a redirect leads, which may be written relative to where it was sent from."""
    return read_url(urljoin(str(here), location.partition("#")[0]))


def _host(text: str) -> str:
    """A host as this module knows it: a name without its last dot, a number in its one spelling, without brackets."""
    host = text.strip("[]").removesuffix(".")
    number = number_of(host)
    if number is not None:
        return str(number)
    if _NAME.fullmatch(host) is None or _LIKE_A_NUMBER.fullmatch(host):
        raise NotAllowed("its address has no host that can be read")
    return host


def number_of(text: str) -> Number | None:
    """The IP address that a text is, written out in full; None for a name."""
    try:
        return ip_address(text)
    except ValueError:
        return None


def nearness(number: Number) -> Literal["public", "near", "special"]:
    """`near` is this machine and its private networks; `special` is what no service of either kind has: link-local
    (where clouds keep their keys), multicast, reserved, tunnels, an IPv4 address written as IPv6."""
    if isinstance(number, IPv4Address):
        return _nearness_4(number)
    if any(number in network for network in _NEAR_6):
        return "near"
    if number in _TRANSLATED:
        return "public" if _nearness_4(IPv4Address(int(number) & 0xFFFF_FFFF)) == "public" else "special"
    public = number in _GLOBAL_6 and number.is_global and not any(number in network for network in _SPECIAL_6)
    return "public" if public else "special"


def _nearness_4(number: IPv4Address) -> Literal["public", "near", "special"]:
    if any(number in network for network in _NEAR_4):
        return "near"
    odd = number.is_multicast or number.is_reserved or number.is_link_local or number.is_unspecified
    return "special" if odd or not number.is_global or any(number in network for network in _SPECIAL_4) else "public"


@dataclass(frozen=True, slots=True)
class Declared:
    """The hosts for which settings make an exception, each as `declared` gives them.

    Attributes:
      http: hosts that are reached without TLS.
      private: hosts that may be near. A special address is allowed only where it is itself what was declared.
    """

    http: frozenset[str] = frozenset()
    private: frozenset[str] = frozenset()

    def require_scheme(self, url: Url) -> None:
        if url.scheme != "https" and self.http.isdisjoint(_names(url)):
            raise NotAllowed("it is reached by http, and not declared under `http_hosts`")

    def require_numbers(self, url: Url, numbers: Sequence[Number]) -> None:
        """Refuse a host if any number that it has is not allowed: a name that leads inside as well is no accident."""
        if not numbers:
            raise NotAllowed("its name leads to no address")
        allowed = {"public"}
        if not self.private.isdisjoint(_names(url)):
            allowed |= {"near"} if number_of(url.host) is None else {"near", "special"}
        if any(nearness(number) not in allowed for number in numbers):
            raise NotAllowed("it is at an address that is not public, and not declared under `private_hosts`")


def _names(url: Url) -> tuple[str, str]:
    """What a host may be declared as: for any port, or for this one."""
    return url.host, f"{url.host} {url.port}"


def declared(texts: Iterable[str]) -> frozenset[str]:
    """Hosts as settings declare them, each `host` or `host:port`; raises `NotAllowed`."""
    return frozenset(map(_declared, texts))


def _declared(text: str) -> str:
    number = number_of(text)
    url = read_url(f"http://[{text}]" if isinstance(number, IPv6Address) else f"http://{text}")
    if url.target != "/" or any(sign in text for sign in "/?#"):
        raise NotAllowed("it is no host")
    return _names(url)[re.search(r":[0-9]+$", text) is not None and not isinstance(number, IPv6Address)]
