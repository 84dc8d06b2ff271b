"""The address that settings name for a call or a webhook, with the exceptions that they make for hosts.

What can be known is known before the start: an address that could never be asked is refused with the settings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from casedsl_runtime.channels.address import Declared, NotAllowed, Url, declared, read_url
from casedsl_runtime.channels.secret import Secret, filled, is_secret, names_secret, secrets_in
from casedsl_runtime.channels.settings import SettingsError


def require_address(url: str, http_hosts: tuple[str, ...], private_hosts: tuple[str, ...]) -> None:
    """Refuse settings whose address could never be asked."""
    exceptions = declared_hosts(http_hosts, private_hosts)
    if not is_secret(url):
        if names_secret(url):
            raise SettingsError("`url` has a secret in its middle: put the whole address into the environment")
        _checked(url, exceptions, "`url`")


def declared_hosts(http_hosts: tuple[str, ...], private_hosts: tuple[str, ...]) -> Declared:
    """The exceptions that settings make; raises `SettingsError`."""
    return Declared(_hosts(http_hosts, "http_hosts"), _hosts(private_hosts, "private_hosts"))


def _hosts(texts: tuple[str, ...], name: str) -> frozenset[str]:
    try:
        return declared(texts)
    except NotAllowed:
        raise SettingsError(f"`{name}` is a list of hosts, as in `crm.internal:8080`; write each so") from None


def _checked(text: str, exceptions: Declared, said: str) -> Url:
    try:
        url = read_url(text)
        exceptions.require_scheme(url)
    except NotAllowed as error:
        raise SettingsError(f"{said} can't be used: {error}; mend the address") from None
    return url


@dataclass(frozen=True, slots=True)
class Target:
    """An address with its secrets: where requests go, and how its host is called in messages."""

    url: Url
    said: str
    secrets: tuple[Secret, ...]


def target_of(url: str, exceptions: Declared, env: Mapping[str, str]) -> Target:
    """The address that settings name, from the environment if they say so; raises `SettingsError`."""
    secrets = secrets_in(url, env) if is_secret(url) else ()
    said = f"the host in `{url}`" if secrets else ""
    read = _checked(filled(url, secrets), exceptions, f"`{url}`" if secrets else "`url`")
    return Target(read, said or f"`{read.authority}`", secrets)
