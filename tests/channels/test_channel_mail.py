"""Mail, sent to a real SMTP server: what arrives, what is refused, and that nobody writes a header but we."""

from __future__ import annotations

import email
import email.policy
import email.utils
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword
from casedsl_runtime.channels.mail import LINES, MailHandler, MailSettings, Recipient, address_of, letter
from casedsl_runtime.channels.settings import SettingsError
from casedsl_runtime.delivery import Delivery, Retry, Undeliverable
from casedsl_runtime.messages import one_line
from channel_servers import (
    LOUD,
    NOW,
    PATIENCE,
    Authority,
    Names,
    authority,
    dripping,
    failure,
    in_time,
    raw,
    serving,
    silent,
)
from hypothesis import given, settings
from hypothesis import strategies as st

SECRET = "a-password-for-mail"
ENV = {"MAIL_PASSWORD": SECRET}
DELIVERY = Delivery("CMP-1/3/0/kim", "CMP-1", "send", "kim", {"subject": "Your complaint CMP-1", "body": LOUD})
PEOPLE = {
    "kim": Recipient("kim@example.org", "Kim Okafor"),
    "buch": Recipient("jo@bücher.example", "Jo"),
    "evil": Recipient("kim@example.org\r\nRCPT TO:<all@example.org>"),
}
PLAIN = MailSettings("127.0.0.1", "cases@example.org", "Complaints desk", security="none", timeout=10)
HEADERS = {
    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Case-Entry", "Content-Type",
    "Content-Transfer-Encoding", "MIME-Version",
}  # fmt: skip


@dataclass
class Desk:
    """What a server is told, and what it says to that."""

    says: dict[str, str] = field(default_factory=dict)
    envelopes: list[Envelope] = field(default_factory=list)

    async def handle_MAIL(self, _: Any, __: Any, envelope: Envelope, address: str, options: list[str]) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.says.get("MAIL", "250 OK")

    async def handle_RCPT(self, _: Any, __: Any, envelope: Envelope, address: str, options: list[str]) -> str:
        envelope.rcpt_tos.append(address)
        return self.says.get("RCPT", "250 OK")

    async def handle_DATA(self, _: Any, __: Any, envelope: Envelope) -> str:
        self.envelopes.append(envelope)
        return self.says.get("DATA", "250 taken")

    async def handle_QUIT(self, *_: Any) -> str:
        return self.says.get("QUIT", "221 Bye")


def mail_at(desk: Desk) -> EmailMessage:
    """The one mail that a server has got."""
    (envelope,) = desk.envelopes
    assert isinstance(envelope.content, bytes)
    return parsed(envelope.content)


def text_of(mail: EmailMessage) -> str:
    """The body, its lines ended as a program ends them."""
    return str(mail.get_content()).replace("\r\n", "\n")


def words_of(data: bytes, header: str) -> str:
    """A header as a person reads it. (The newer parser adds spaces between encoded words of a name.)"""
    folded = str(email.message_from_bytes(data)[header])
    return str(make_header(decode_header("".join(folded.splitlines()))))


def parsed(data: bytes) -> EmailMessage:
    return BytesParser(EmailMessage, policy=email.policy.default).parsebytes(data)


@contextmanager
def post(desk: Desk, kind: type[Controller] = Controller, **more: Any) -> Iterator[int]:
    """An SMTP server on 127.0.0.1, by its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    controller = kind(desk, "127.0.0.1", port, **more)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def handler(port: int, about: MailSettings = PLAIN, clock: int = NOW) -> MailHandler:
    names = Names({"mail.internal": ["127.0.0.1"]})
    return MailHandler(replace(about, port=port), ENV, PEOPLE.get, clock=lambda: clock, resolver=names)


def sent(delivery: Delivery = DELIVERY, clock: int = NOW) -> EmailMessage:
    desk = Desk()
    with post(desk) as port:
        assert handler(port, clock=clock)(delivery) is None
    return mail_at(desk)


# --- what arrives


def test_a_mail_arrives_as_it_was_written() -> None:
    desk = Desk()
    with post(desk) as port:
        handler(port)(DELIVERY)
    mail, (envelope,) = mail_at(desk), desk.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == ("cases@example.org", ["kim@example.org"])
    assert set(mail.keys()) == HEADERS
    assert mail["From"] == "Complaints desk <cases@example.org>"
    assert mail["To"] == "Kim Okafor <kim@example.org>"
    assert mail["Subject"] == "Your complaint CMP-1"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert email.utils.parsedate_to_datetime(mail["Date"]).isoformat() == "2026-08-29T10:40:00"
    assert mail.get_content_type() == "text/plain"
    assert text_of(mail) == LOUD + "\n"


def test_letters_of_every_script_arrive() -> None:
    message = {"subject": "Ваша жалоба — ü " * 9, "body": "Grüße, 世界\n.\n.x\n" + "é" * 2000 + "\nFrom here\n"}
    mail = sent(replace(DELIVERY, message=message))
    assert mail["Subject"] == message["subject"].strip()
    assert text_of(mail) == message["body"]


def test_a_second_attempt_can_be_recognised() -> None:
    first, second = sent(), sent(replace(DELIVERY, attempt=2), clock=NOW + 99)
    assert first["Message-ID"] == second["Message-ID"] == f"<{first['X-Case-Entry']}@example.org>"
    assert first["Date"] != second["Date"]
    assert sent(replace(DELIVERY, id="CMP-1/4/0/kim"))["X-Case-Entry"] != first["X-Case-Entry"]


def test_an_answer_goes_where_the_settings_say() -> None:
    desk = Desk()
    with post(desk) as port:
        handler(port, replace(PLAIN, reply_to="desk@example.org"))(DELIVERY)
    assert mail_at(desk)["Reply-To"] == "desk@example.org"


def test_a_mail_that_was_taken_stays_taken_where_nobody_says_goodbye() -> None:
    said = b"220 hello\r\n250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n250 taken\r\n"
    with serving(dripping(said, b""), listens=False) as server:
        assert handler(server.port, replace(PLAIN, timeout=1))(DELIVERY) is None


def test_what_looks_encoded_arrives_as_it_was_written() -> None:
    subject = "=?utf-8?q?Bcc=3A_all=40example=2Eorg?="
    written = letter(replace(DELIVERY, message={"subject": subject, "body": "x"}), PLAIN, PEOPLE["kim"], NOW).as_bytes()
    assert words_of(written, "Subject") == parsed(written)["Subject"] == subject


def test_a_domain_in_another_script_is_written_in_ascii() -> None:
    desk = Desk()
    with post(desk) as port:
        handler(port)(replace(DELIVERY, to="buch"))
    assert desk.envelopes[0].rcpt_tos == ["jo@xn--bcher-kva.example"]


# --- nobody writes a header but we

HOSTILE = st.text(st.sampled_from('\r\n\t\0 :;,<>@"()\\.=?éx\u202e\u2028\x85\ud800') | st.characters(), max_size=120)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
def test_names_and_texts_become_no_header(subject: str, body: str, name: str, ours: str) -> None:
    desk = replace(PLAIN, sender_name=ours)
    delivery = replace(DELIVERY, message={"subject": subject, "body": body})
    to = address_of(Recipient("kim@example.org", name), "kim")
    written = letter(delivery, desk, to, NOW).as_bytes(policy=LINES)
    assert all(len(line) <= 998 for line in written.split(b"\r\n"))
    assert written.count(b"\n") == written.count(b"\r") == written.count(b"\r\n")
    mail = parsed(written)
    assert set(mail.keys()) == HEADERS
    assert len(mail.keys()) == len(HEADERS)
    assert words_of(written, "Subject") == one_line(subject.encode("utf-8", "replace").decode())
    assert [address.addr_spec for address in mail["To"].addresses] == ["kim@example.org"]
    assert [address.addr_spec for address in mail["From"].addresses] == ["cases@example.org"]
    kept = body.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode()
    clean = "".join(sign for sign in kept if sign in "\n\t" or not ("\0" <= sign < " " or "\x7f" <= sign < "\xa0"))
    assert text_of(mail).rstrip("\n") == clean.rstrip("\n")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Kim\r\nBcc: all@example.org", "Kim Bcc all example.org"),
        ('Kim" <all@example.org>, "x', "Kim all example.org x"),
        ("Ünal, Kim", "Ünal Kim"),
        ("K" * 500, "K" * 79 + "…"),
        ("Łukasz <x> " * 19, ("Łukasz x " * 19)[:79] + "…"),
        ("\u202ekim", "kim"),
        ("", ""),
    ],
)
def test_a_name_is_one_name(name: str, said: str) -> None:
    written = letter(DELIVERY, replace(PLAIN, sender_name=name), PEOPLE["kim"], NOW).as_bytes()
    (address,) = parsed(written)["From"].addresses
    assert address.addr_spec == "cases@example.org"
    assert words_of(written, "From") == f"{said} <cases@example.org>".strip()


def test_a_long_subject_is_cut() -> None:
    mail = sent(replace(DELIVERY, message={"subject": "ö" * 1000, "body": "x"}))
    assert mail["Subject"] == "ö" * 199 + "…"


@pytest.mark.parametrize(
    "address",
    [
        "", "kim", "kim@", "@example.org", "kim@example.org\r\nDATA", "kim@example.org,all@example.org",
        "kim@exa mple.org",
        "kim@<x>", "<kim@example.org>", "a@b@c", "kim@example.org>", "kim@-a.org", "kim\0@example.org",
        "k" * 65 + "@a.b",
        "kim@[127.0.0.1]", '"kim"@example.org', "kim@" + "a" * 64 + ".org", "kim@example.org\u202e", "kim@a..b",
        "ünal@example.org",
        ".kim@example.org", "k..m@example.org", "kim@exämple..org",
    ],
)  # fmt: skip
def test_what_is_no_address_is_not_written_to(address: str) -> None:
    with serving(silent) as server:
        sender = MailHandler(replace(PLAIN, port=server.port), {}, lambda _: Recipient(address))
        error = failure(lambda: sender(DELIVERY), "example")
    assert isinstance(error, Undeliverable)
    assert str(error) == "`kim` has a mail address that can't be written to; add another one"
    assert server.connections == 0


def test_a_person_without_an_address_is_named() -> None:
    error = failure(lambda: handler(9)(replace(DELIVERY, to="nobody\r\nX: y" + "z" * 99)))
    assert isinstance(error, Undeliverable)
    assert str(error) == ascii("nobody\r\nX: y" + "z" * 28) + " has no mail address; add one"


def test_an_erased_message_is_not_sent() -> None:
    for message in ({}, {"subject": "s"}, {"subject": None, "body": "b"}):
        error = failure(lambda message=message: handler(9)(replace(DELIVERY, message=message)))  # type: ignore[misc]
        assert str(error) == "what was to be said is no longer there"


# --- what is refused


@pytest.mark.parametrize(
    ("step", "said", "kind", "reason"),
    [
        (
            "RCPT",
            f"550 5.1.1 no kim, {LOUD}",
            Undeliverable,
            "the address of `kim` (550 5.1.1)",
        ),
        ("RCPT", "450 4.2.1 mailbox of kim is busy", Retry, "the address of `kim` (450 4.2.1)"),
        ("RCPT", "553 kim@example.org", Undeliverable, "the address of `kim` (553)"),
        ("MAIL", "552 too big", Undeliverable, "the sender (552)"),
        ("MAIL", "451 later", Retry, "the sender (451)"),
        ("DATA", f"554 5.7.1 spam: {LOUD}", Undeliverable, "the mail to `kim` (554 5.7.1)"),
        ("DATA", "452 4.3.1 full", Retry, "the mail to `kim` (452 4.3.1)"),
    ],
)
def test_a_refusal_is_for_good_or_until_later(step: str, said: str, kind: type[Exception], reason: str) -> None:
    with post(Desk({step: said})) as port:
        error = failure(lambda: handler(port)(DELIVERY), "kim@example.org", SECRET)
    assert type(error) is kind
    assert str(error) == f"the mail server refuses {reason}"


def test_a_server_that_is_gone_is_tried_again() -> None:
    with serving(silent) as server:
        sender = handler(server.port)
    error = failure(lambda: sender(DELIVERY))
    assert isinstance(error, Retry)
    assert str(error) == "the mail server can't be reached (ECONNREFUSED)"


BREAKS_OFF = "the mail server breaks off, or does not speak SMTP as we need it"


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (b"554 no\r\n", "the mail server refuses to talk to us (554)"),
        (b"421 later\r\n", "the mail server refuses to talk to us (421)"),
        (b"220 hello\r\n500 what\r\n500 what\r\n", "the mail server refuses to talk to us (500)"),
        (b"220 hello\r\n", BREAKS_OFF),
        (b"", BREAKS_OFF),
        (b"HTTP/1.1 400 Bad\r\n\r\n", "the mail server refuses to talk to us (-1)"),
        (b"220-" + b"x" * 9000 + b"\r\n", "the mail server refuses to talk to us (500)"),
        (b"220 hello\r\n250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n", BREAKS_OFF),
    ],
)  # fmt: skip
def test_what_is_about_us_is_tried_again(said: bytes, reason: str) -> None:
    talk = raw(said) if reason == BREAKS_OFF else dripping(said, b"")
    with serving(talk, listens=False) as server:
        error = failure(lambda: handler(server.port)(DELIVERY))
    assert isinstance(error, Retry)
    assert str(error) == reason


@pytest.mark.parametrize(
    "talk",
    [
        silent,
        dripping(b"220-", b"x", 0.05),
        dripping(b"", b"220-hello\r\n"),
        dripping(b"220 hello\r\n250-ok\r\n", b"250-more\r\n"),
        dripping(b"220 hello\r\n250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n250-", b"x", 0.05),
    ],
    ids=["silent", "line", "lines", "extensions", "after data"],
)
def test_the_time_holds_for_the_whole_conversation(talk: Callable[[socket.socket, Event], None]) -> None:
    with serving(talk, listens=False) as server, in_time():
        error = failure(lambda: handler(server.port, replace(PLAIN, timeout=1))(DELIVERY))
    assert isinstance(error, Retry)
    assert str(error) == "the mail server took longer than the 1 seconds that `timeout` allows"


def test_the_time_that_is_left_holds_for_the_handshake() -> None:
    def talk(connection: socket.socket, stop: Event) -> None:
        connection.sendall(b"220 hello\r\n250-ok\r\n250 STARTTLS\r\n")
        stop.wait(0.8)
        connection.sendall(b"220 go\r\n")
        stop.wait(PATIENCE)

    with serving(talk, listens=False) as server, in_time():
        error = failure(lambda: handler(server.port, replace(PLAIN, timeout=1, security="starttls"))(DELIVERY))
    assert isinstance(error, Retry)


def test_a_server_that_never_ends_its_greeting_is_not_listened_to() -> None:
    with serving(dripping(b"", b"220-hello\r\n" * 1000, 0), listens=False) as server, in_time():
        error = failure(lambda: handler(server.port)(DELIVERY))
    assert isinstance(error, Retry)


# --- encryption and login


@pytest.fixture
def safe(tmp_path: Path) -> Authority:
    return authority(tmp_path, "mail.internal")


def _knows(server: object, session: object, envelope: object, mechanism: str, data: object) -> AuthResult:
    assert isinstance(data, LoginPassword)
    return AuthResult(handled=False, success=(data.login, data.password) == (b"cases", SECRET.encode()))


def secure(safe: Authority, **more: Any) -> MailSettings:
    about = {"security": "starttls", "user": "cases", "password": "secret:MAIL_PASSWORD", "ca_file": safe.file, **more}
    return MailSettings("mail.internal", "cases@example.org", timeout=10, **about)


def test_a_login_goes_through_starttls(safe: Authority) -> None:
    desk = Desk()
    with post(desk, tls_context=safe.context, require_starttls=True, auth_required=True, authenticator=_knows) as port:
        handler(port, secure(safe))(DELIVERY)
    assert mail_at(desk)["To"] == "Kim Okafor <kim@example.org>"


class TlsController(Controller):
    """A server that speaks TLS from the first byte; a client that trusts it asks once whether it is there."""

    ca_file = ""

    def _trigger_server(self) -> None:
        context = ssl.create_default_context(cafile=self.ca_file)
        with socket.create_connection((self.hostname, self.port), 5) as plain:  # noqa: SIM117
            with context.wrap_socket(plain, server_hostname="mail.internal") as asked:
                assert asked.recv(100).startswith(b"220")


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # it doesn't see the TLS around it
def test_a_login_goes_through_tls_from_the_first_byte(safe: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk()
    monkeypatch.setattr(TlsController, "ca_file", safe.file)
    about = {"ssl_context": safe.context, "authenticator": _knows, "auth_required": True, "auth_require_tls": False}
    with post(desk, TlsController, **about) as port:
        handler(port, secure(safe, security="tls"))(DELIVERY)
    assert mail_at(desk)["To"] == "Kim Okafor <kim@example.org>"


def test_a_login_that_no_longer_holds_is_tried_again(safe: Authority) -> None:
    env = {"MAIL_PASSWORD": "wrong-password"}
    with post(Desk(), tls_context=safe.context, auth_required=True, authenticator=_knows) as port:
        sender = MailHandler(
            replace(secure(safe), port=port), env, PEOPLE.get, resolver=Names({"mail.internal": ["127.0.0.1"]})
        )
        error = failure(lambda: sender(DELIVERY), "wrong-password")
    assert isinstance(error, Retry)
    assert str(error) == "the mail server refuses our login (535)"


def test_without_encryption_nothing_is_said(safe: Authority) -> None:
    desk = Desk()
    with post(desk) as port:
        error = failure(lambda: handler(port, secure(safe))(DELIVERY), SECRET)
    assert isinstance(error, Retry)
    assert str(error).startswith("the mail server offers no encryption")
    assert desk.envelopes == []


def test_a_certificate_that_does_not_hold_ends_it(safe: Authority, tmp_path: Path) -> None:
    with post(Desk(), tls_context=safe.context) as port:
        error = failure(lambda: handler(port, secure(safe, ca_file=None))(DELIVERY), SECRET)
        other = failure(lambda: handler(port, replace(secure(safe), host="127.0.0.1"))(DELIVERY), SECRET)
    assert isinstance(error, Retry)
    assert str(error) == str(other) == "no safe connection to the mail server came about"


# --- settings


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"password": "hunter22"}, "`user` and `password` stand together"),
        ({"user": "cases", "password": "hunter22"}, "`password` is no place for a secret"),
        ({"user": "cases", "password": "secret:P"}, "a password is never sent without encryption"),
        ({"user": "a b", "password": "secret:P"}, "`user` is one line"),
        ({"host": "smtp://example.org"}, "`host` is the name"),
        ({"sender": "Kim <kim@example.org>"}, "`sender` is an address"),
        ({"sender": "ünal@example.org"}, "`sender` is an address"),
        ({"reply_to": "x"}, "`reply_to` is an address"),
        ({"port": 0}, "`port` is a number"),
        ({"timeout": 0}, "`timeout` is a number"),
    ],
)
def test_settings_that_can_not_work_are_refused(wrong: dict[str, Any], says: str) -> None:
    with pytest.raises(SettingsError, match=says) as refusal:
        replace(PLAIN, **wrong)
    assert "hunter22" not in str(refusal.value)
