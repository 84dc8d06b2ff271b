"""Secrets: settings hold the name of an environment variable, `secret:NAME`, and never the secret itself.

A secret is read once, when a handler is made, so that a missing one stops the start and not the tenth message. Its
value leaves this module through `reveal` only; what is printed of it is its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from casedsl_runtime.channels.settings import SettingsError
from casedsl_runtime.journal import Json

_NAMED = re.compile(r"secret:([A-Za-z_][A-Za-z0-9_]{0,99})")
_PLAIN = re.compile(r"[ -~]{1,8000}")


@dataclass(frozen=True, slots=True)
class Secret:
    """A value from the environment; printing it shows its name."""

    name: str
    _value: str = field(repr=False)

    def reveal(self) -> str:
        return self._value

    def __str__(self) -> str:
        return f"secret:{self.name}"


def is_secret(text: str) -> bool:
    """Whether a setting is the name of a secret and nothing else."""
    return _NAMED.fullmatch(text) is not None


def names_secret(text: str) -> bool:
    """Whether a setting has the name of a secret in it, as `Bearer secret:TOKEN` has."""
    return _NAMED.search(text) is not None


def require_secret(text: str | None, setting: str) -> None:
    """Refuse a setting that holds a secret itself, without repeating it."""
    if text is not None and not is_secret(text):
        raise SettingsError(f"`{setting}` is no place for a secret: put it into the environment, and say `secret:NAME`")


def secrets_in(text: str, env: Mapping[str, str]) -> tuple[Secret, ...]:
    """The secrets that a setting names, read from the environment; raises `SettingsError`."""
    return tuple(_read(name, env) for name in _NAMED.findall(text))


def _read(name: str, env: Mapping[str, str]) -> Secret:
    value = env.get(name, "")
    if not value:
        raise SettingsError(f"the environment has no `{name}`, which `secret:{name}` asks for; set it before the start")
    if _PLAIN.fullmatch(value) is None:
        raise SettingsError(f"`{name}` in the environment is not one line of ASCII characters; set it again")
    return Secret(name, value)


def filled(text: str, secrets: Iterable[Secret]) -> str:
    """A setting with its secrets in their places; for the wire only."""
    known = {secret.name: secret.reveal() for secret in secrets}
    return _NAMED.sub(lambda found: known[found[1]], text)


def without_secrets(value: Json, secrets: Iterable[Secret]) -> Json:
    """An answer in which no secret stands, also where the other side sends back what it was sent."""
    known = sorted(secrets, key=lambda secret: -len(secret.reveal()))
    return _scrubbed(value, known) if known else value


def _scrubbed(value: Json, secrets: list[Secret]) -> Json:
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret.reveal(), str(secret))
        return value
    if isinstance(value, Mapping):
        return {str(_scrubbed(key, secrets)): _scrubbed(item, secrets) for key, item in value.items()}
    return [_scrubbed(item, secrets) for item in value] if isinstance(value, (list, tuple)) else value
