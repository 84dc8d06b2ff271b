"""Handlers from a settings file: one for each effect, under the very name that a missing one is told by.

    {"send":     {"by": "mail", "host": "smtp.example.org", "sender": "cases@example.org"},
     "call crm": {"by": "call", "url": "https://crm.example.org/cases", "headers": {"Authorization": "secret:CRM"}},
     "call hub": {"by": "webhook", "url": "https://hub.example.org/in", "secrets": ["secret:HUB"], "source": "/cases"}}

Everything that can be known before the start is checked here: names, values, secrets of the environment, addresses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from casedsl_runtime.channels.calls import CallHandler, CallSettings
from casedsl_runtime.channels.mail import MailHandler, MailSettings, Recipient
from casedsl_runtime.channels.settings import SettingsError, did_you_mean, read, shown
from casedsl_runtime.channels.webhook import WebhookHandler, WebhookSettings
from casedsl_runtime.delivery import SEND, Handler

_CALL = re.compile(r"call [A-Za-z_][A-Za-z0-9_]{0,99}")
CHANNELS = ("mail", "webhook", "call")


def handlers(
    settings: Mapping[str, object],
    env: Mapping[str, str],
    recipient: Callable[[str], Recipient | None],
    clock: Callable[[], int],
) -> dict[str, Handler]:
    """The handlers that settings describe, by effect; raises `SettingsError`.

    `env` is the environment, from which secrets are read; `recipient` finds a person's mail address by their id."""
    made: dict[str, Handler] = {}
    for effect, about in settings.items():
        by, rest = _channel(effect, about)
        try:
            made[effect] = _made(by, effect, rest, env, recipient, clock)
        except SettingsError as error:
            raise SettingsError(f"settings of `{effect}`: {error}") from None
    return made


def _made(
    by: str,
    effect: str,
    about: Mapping[str, object],
    env: Mapping[str, str],
    recipient: Callable[[str], Recipient | None],
    clock: Callable[[], int],
) -> Handler:
    if by == "webhook":
        return WebhookHandler(read(WebhookSettings, about), env, clock=clock)
    if by == "call":
        if effect == SEND:
            raise SettingsError("a message to a person is no call; choose `mail` or `webhook`")
        return CallHandler(read(CallSettings, about), env, clock=clock)
    if effect != SEND:
        raise SettingsError("a mail goes to a person, and a call goes to none; choose `call` or `webhook`")
    return MailHandler(read(MailSettings, about), env, recipient, clock=clock)


def _channel(effect: str, about: object) -> tuple[str, Mapping[str, object]]:
    """Which channel carries an effect, and the settings that are the channel's own."""
    if effect != SEND and _CALL.fullmatch(effect) is None:
        raise SettingsError(f"{shown(effect)} is no effect of a case; write `send`, or `call` and a name")
    if not isinstance(about, Mapping) or not isinstance(about.get("by"), str):
        raise SettingsError(f"settings of `{effect}`: `by` says which channel; add one of {', '.join(CHANNELS)}")
    by = about["by"]
    if by not in CHANNELS:
        raise SettingsError(f"settings of `{effect}`: there is no channel {shown(by)}; {did_you_mean(by, CHANNELS)}")
    return by, {name: value for name, value in about.items() if name != "by"}
