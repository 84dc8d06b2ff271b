"""Mail: what a case says to a person, as plain text over SMTP.

A mail bears the entry's id twice, as `Message-ID` and as `X-Case-Entry`, the same on each attempt: where the answer to
the last byte was lost, the second copy can be recognised. It says that a machine wrote it (`Auto-Submitted`, RFC 3834),
so that no absence notice answers it. Names, titles and texts come from people, so nothing of them can become a header.

What the server says about this one mail for good (5xx to its recipient or its text) sends the entry aside. What it says
about us (no greeting, no encryption, a login that no longer holds) is tried again, for mending the settings heals it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.charset import QP, Charset
from email.header import Header
from email.message import Message
from email.policy import compat32
from email.utils import formatdate
from smtplib import SMTP, SMTPAuthenticationError, SMTPException, SMTPResponseException
from ssl import SSLContext, SSLError
from typing import Literal, TypeAlias
from unicodedata import category

from casedsl_runtime.channels.secret import require_secret, secrets_in
from casedsl_runtime.channels.settings import SettingsError, between, shown
from casedsl_runtime.channels.wire import (
    Budget,
    Resolver,
    TimedSocket,
    TooMuch,
    connected,
    numbers_of,
    resolve,
    tls_context,
    with_tls,
)
from casedsl_runtime.delivery import Delivery, Retry, Undeliverable, error_number, token
from casedsl_runtime.journal import Json
from casedsl_runtime.messages import one_line

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*")
_SYNTAX = re.compile(r'["(),:;<>@\[\]\\]')
_ENHANCED = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}(?= |$)")
_PORTS = {"starttls": 587, "tls": 465, "none": 25}
LINES = compat32.clone(linesep="\r\n")
"""How a mail becomes bytes. The newer policies of `email` lose spaces where they fold what they encode."""

Mail: TypeAlias = "Message[str, Header | str]"
_MOST_SUBJECT, _MOST_NAME = 200, 80
_MOST_REPLIES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Recipient:
    """Where a person gets mail."""

    address: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class MailSettings:
    """The mail server, and who writes.

    Attributes:
      sender: the address in `From`, which also gets what can't be delivered.
      port: None is the usual one: 587, with `tls` 465, with `none` 25.
      security: TLS after the greeting, from the first byte, or none (for a relay on the same machine).
      user, password: the login; the password as `secret:NAME`, the user so or plainly.
      timeout: seconds for the whole conversation.
      ca_file: the certificates that are trusted instead of the machine's own.
    """

    host: str
    sender: str
    sender_name: str = ""
    reply_to: str | None = None
    port: int | None = None
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = None
    password: str | None = None
    timeout: int = 60
    ca_file: str | None = None

    def __post_init__(self) -> None:
        between(self.timeout, 1, 600, "timeout", " seconds")
        if self.port is not None:
            between(self.port, 1, 65535, "port")
        if not re.fullmatch(r"[A-Za-z0-9._:-]{1,253}", self.host):
            raise SettingsError("`host` is the name of the mail server, without port or scheme; write it so")
        for name, address in (("sender", self.sender), ("reply_to", self.reply_to)):
            if address is not None and _read_address(address) is None:
                raise SettingsError(f"`{name}` is an address such as `cases@example.org`; write it so")
        if (self.user is None) != (self.password is None):
            raise SettingsError("`user` and `password` stand together; add the other one, or leave both out")
        require_secret(self.password, "password")
        if self.user is not None and not re.fullmatch(r"[!-~]{1,320}", self.user):
            raise SettingsError("`user` is one line of ASCII characters without spaces; write it so")
        if self.password is not None and self.security == "none":
            raise SettingsError("a password is never sent without encryption: choose `starttls` or `tls`")


def _read_address(text: str) -> str | None:
    """A mail address, its domain in ASCII; None for anything that isn't one, hides something, or needs SMTPUTF8."""
    local, _, name = text.rpartition("@")
    try:
        domain = name.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    return f"{local}@{domain}" if len(local) <= 64 and _LOCAL.fullmatch(local) and _DOMAIN.fullmatch(domain) else None


class MailHandler:
    """Sends mails, each over a connection of its own. It keeps nothing in between, and may be used by several threads.

    `recipient` finds a person's address by their id; None: they have none."""

    def __init__(
        self,
        settings: MailSettings,
        env: Mapping[str, str],
        recipient: Callable[[str], Recipient | None],
        *,
        clock: Callable[[], int] = lambda: int(time.time()),
        resolver: Resolver = resolve,
    ) -> None:
        self._settings = settings
        self._recipient = recipient
        self._clock = clock
        self._resolver = resolver
        self._context = tls_context(settings.ca_file)
        self._login = [_revealed(text, env) for text in (settings.user, settings.password) if text is not None]

    def __call__(self, delivery: Delivery) -> Json:
        who = shown(delivery.to)
        to = address_of(self._recipient(delivery.to), who)
        mail = letter(delivery, self._settings, to, self._clock())
        budget = Budget(self._settings.timeout, _MOST_REPLIES)
        try:
            with _Conversation(self._settings, budget) as smtp:
                self._begin(smtp, budget)
                _hand_over(smtp, mail, self._settings.sender, to.address, who)
        except (SMTPException, OSError, TooMuch) as error:
            raise _told(error, budget) from None
        return None

    def _begin(self, smtp: _Conversation, budget: Budget) -> None:
        """Greeting, encryption, login. What goes wrong here is not the mail's fault."""
        settings = self._settings
        port = settings.port or _PORTS[settings.security]
        plain = connected(numbers_of(settings.host, port, self._resolver, budget), port, budget)
        smtp.attach(with_tls(plain, settings.host, self._context, budget) if settings.security == "tls" else plain)
        _require_ready(*smtp.getreply())
        smtp.ehlo_or_helo_if_needed()
        if settings.security == "starttls":
            if not smtp.has_extn("starttls"):
                raise Retry("the mail server offers no encryption; choose another `security`, or mend the server")
            smtp.encrypt(self._context)
            smtp.ehlo_or_helo_if_needed()
        if self._login:
            smtp.login(*self._login)


def _revealed(text: str, env: Mapping[str, str]) -> str:
    secrets = secrets_in(text, env)
    return secrets[0].reveal() if secrets else text


class _Conversation(SMTP):
    """smtplib's protocol on a socket that keeps to the budget."""

    def __init__(self, settings: MailSettings, budget: Budget) -> None:
        super().__init__(local_hostname=settings.sender.rpartition("@")[2], timeout=budget.seconds)
        self._called = settings.host
        self._budget = budget

    def attach(self, connected: TimedSocket) -> None:
        """Talk over this connection, and forget what was said on another."""
        if self.file is not None:
            self.file.close()
        self.sock, self.file = connected, None
        self.helo_resp = self.ehlo_resp = None
        self.esmtp_features, self.does_esmtp = {}, False

    def encrypt(self, context: SSLContext) -> None:
        """STARTTLS; what came before it counts no more (RFC 3207)."""
        _require_ready(*self.docmd("STARTTLS"))
        assert isinstance(self.sock, TimedSocket)
        self.attach(with_tls(self.sock, self._called, context, self._budget))

    def __exit__(self, *args: object) -> None:
        """Goodbye is a courtesy: a mail that was taken stays taken, whatever comes after."""
        try:
            if self.sock is not None and args[0] is None:
                self.docmd("QUIT")
        except (SMTPException, OSError, TooMuch):
            return
        finally:
            self.close()


def _require_ready(code: int, text: bytes) -> None:
    if code != 220:
        raise SMTPResponseException(code, text)


def _hand_over(smtp: SMTP, mail: Mail, sender: str, to: str, who: str) -> None:
    """Give the mail to the server, which then has it."""
    data = mail.as_bytes(policy=LINES)
    _require_taken(*smtp.mail(sender), "the sender")
    _require_taken(*smtp.rcpt(to), f"the address of {who}")
    try:
        _require_taken(*smtp.data(data), f"the mail to {who}")
    except SMTPResponseException as error:
        _require_taken(int(error.smtp_code), error.smtp_error, f"the mail to {who}")


def _require_taken(code: int, text: bytes | str, what: str) -> None:
    """Refuse a refusal. Of the server's words only its codes are told: the others may repeat the mail."""
    if 200 <= code < 300:
        return
    said = _ENHANCED.match(text.encode("ascii", "replace") if isinstance(text, str) else text)
    reason = f"the mail server refuses {what} ({code}{' ' + said[0].decode() if said else ''})"
    raise Undeliverable(reason) if 500 <= code < 600 else Retry(reason)


def _told(error: Exception, budget: Budget) -> Retry:
    if isinstance(error, TimeoutError) or budget.over():
        return Retry(f"the mail server took longer than the {budget.seconds:g} seconds that `timeout` allows")
    if isinstance(error, SMTPResponseException):
        step = "our login" if isinstance(error, SMTPAuthenticationError) else "to talk to us"
        return Retry(f"the mail server refuses {step} ({error.smtp_code})")
    if isinstance(error, (SMTPException, TooMuch)):
        return Retry("the mail server breaks off, or does not speak SMTP as we need it")
    if isinstance(error, SSLError):
        return Retry("no safe connection to the mail server came about")
    return Retry(f"the mail server can't be reached{error_number(error)}")


def address_of(recipient: Recipient | None, who: str) -> Recipient:
    """A person's address as it can be written to; raises `Undeliverable`."""
    if recipient is None:
        raise Undeliverable(f"{who} has no mail address; add one")
    address = _read_address(recipient.address)
    if address is None:
        raise Undeliverable(f"{who} has a mail address that can't be written to; add another one")
    return Recipient(address, recipient.name)


def letter(delivery: Delivery, settings: MailSettings, to: Recipient, now: int) -> Mail:
    """The mail of an entry; the same on each attempt but for its date."""
    subject, body = delivery.message.get("subject"), delivery.message.get("body")
    if not isinstance(subject, str) or not isinstance(body, str):
        raise Undeliverable("what was to be said is no longer there")
    name = token(delivery.id, settings.sender)
    mail: Mail = Message(policy=LINES)
    mail["From"] = _mailbox("From", settings.sender_name, settings.sender)
    mail["To"] = _mailbox("To", to.name, to.address)
    if settings.reply_to is not None:
        mail["Reply-To"] = settings.reply_to
    mail["Subject"] = _words("Subject", _short(one_line(_whole(subject)), _MOST_SUBJECT))
    mail["Date"] = formatdate(now)
    mail["Message-ID"] = f"<{name}@{settings.sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Case-Entry"] = name
    letters = Charset("utf-8")
    letters.body_encoding = QP
    mail.set_payload(_text(body), letters)
    return mail


def _words(header: str, text: str) -> Header:
    """Words of people in a header: what is not plainly ASCII is encoded, and so is what looks as if it were."""
    return Header(text, "us-ascii" if text.isascii() and "=?" not in text else "utf-8", header_name=header)


def _mailbox(header: str, name: str, address: str) -> Header:
    found = _words(header, _name(name))
    found.append(f"<{address}>", "us-ascii")
    return found


def _name(text: str) -> str:
    """A person's name as a display name: without the signs that part addresses from each other."""
    return _short(" ".join(_SYNTAX.sub(" ", one_line(_whole(text))).split()), _MOST_NAME)


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _text(text: str) -> str:
    """A body without what a mail reader could take for a command: line breaks and tabs are the only controls."""
    lines = _whole(text).replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in lines if sign in "\n\t" or category(sign) != "Cc").rstrip("\n") + "\n"


def _whole(text: str) -> str:
    """The text with half characters replaced, which no encoding can write."""
    return text.encode("utf-8", "replace").decode("utf-8")
