"""Calls to the servers of these tests, which are declared as private, and as reached without TLS."""

from __future__ import annotations

from casedsl_runtime.channels.calls import CallHandler, CallSettings
from casedsl_runtime.channels.settings import read
from casedsl_runtime.delivery import Retry, Undeliverable
from channel_servers import DELIVERY, NOW, Names, Server, failure

SECRET = "s3cr3t-and-long-enough"
HEADERS = {"Authorization": "Bearer secret:CRM_TOKEN", "X-Team": "complaints"}
ENV = {"CRM_TOKEN": SECRET}
LOCAL = ("127.0.0.1",)


def settings_for(server: Server, path: str = "/cases", **more: object) -> CallSettings:
    """Settings for a server of these tests, which is declared as private and without TLS."""
    about = {"http_hosts": ["127.0.0.1"], "private_hosts": ["127.0.0.1"], "timeout": 5, "headers": HEADERS, **more}
    return read(CallSettings, {"url": f"http://127.0.0.1:{server.port}{path}", **about})


def handler_for(server: Server, path: str = "/cases", **more: object) -> CallHandler:
    return CallHandler(settings_for(server, path, **more), ENV, clock=lambda: NOW)


def fails(handler: CallHandler, *hidden: str) -> Undeliverable | Retry:
    return failure(lambda: handler(DELIVERY), SECRET, *hidden)


def over_tls(server: Server, ca_file: str | None, host: str = "crm.internal", timeout: int = 5) -> CallHandler:
    names = Names({"crm.internal": LOCAL, "other.internal": LOCAL})
    about = CallSettings(f"https://{host}:{server.port}/", timeout=timeout, private_hosts=(host,), ca_file=ca_file)
    return CallHandler(about, {}, resolver=names)
