"""A real browser without a window, driven over a pipe: no driver, no package, nothing on the network.

Chromium speaks its protocol as JSON between zero bytes on two file descriptors (`--remote-debugging-pipe`). Keys and
clicks go the way of a hand's, and what is looked at is looked at from outside, so the page's own policy stays in force.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from base64 import b64decode
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--remote-debugging-pipe",
    "--window-size=1400,800",
)  # fmt: skip
KEYS = {"Enter": 13, "Escape": 27, "Tab": 9, "ArrowRight": 39, "ArrowLeft": 37}


def chromium() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None)


PLUMB = """import os, sys
ends = [os.dup(os.dup(os.dup(int(end)))) for end in sys.argv[1:3]]
os.dup2(ends[0], 3), os.dup2(ends[1], 4)
os.execv(sys.argv[3], sys.argv[3:])"""
"""Puts the ends of the pipes where the browser looks for them; copied high first, lest one covers the other."""


class Browser:
    """One tab. `said` are what the console said and what the page threw."""

    def __init__(self, profile: Path) -> None:
        name = chromium()
        assert name, "there is no Chromium"
        theirs_in, ours_out = os.pipe()
        ours_in, theirs_out = os.pipe()
        self._in, self._out = os.fdopen(ours_in, "rb"), os.fdopen(ours_out, "wb", buffering=0)
        command = [sys.executable, "-c", PLUMB, str(theirs_in), str(theirs_out), name, *FLAGS]
        command += [f"--user-data-dir={profile}", "about:blank"]
        self._process = subprocess.Popen(
            command, pass_fds=(theirs_in, theirs_out), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self._number = 0
        self._session = ""
        self.said: list[str] = []
        self._events: list[str] = []
        (target,) = (each for each in self.ask("Target.getTargets")["targetInfos"] if each["type"] == "page")
        self._session = self.ask("Target.attachToTarget", targetId=target["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.ask(f"{domain}.enable")

    def close(self) -> None:
        self._session = ""
        self.ask("Browser.close")
        self._process.wait(timeout=30)
        self._in.close()
        self._out.close()

    def ask(self, method: str, **parameters: object) -> Any:
        self._number += 1
        session = {"sessionId": self._session} if self._session else {}
        said = {"id": self._number, "method": method, "params": parameters, **session}
        self._out.write(json.dumps(said).encode() + b"\0")
        while True:
            heard = self._hear()
            if heard.get("id") == self._number:
                assert "error" not in heard, heard
                return heard["result"]

    def _hear(self) -> Any:
        data = bytearray()
        while (byte := self._in.read(1)) != b"\0":
            assert byte, "the browser is gone"
            data += byte
        heard = json.loads(data)
        self._events.append(heard.get("method", ""))
        if heard.get("method") in ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"):
            self.said.append(json.dumps(heard["params"]))
        return heard

    def open(self, url: str) -> None:
        """A page, anew; if only its address differs, it would else stay."""
        self._events.clear()
        self.ask("Page.navigate", url="about:blank")
        while "Page.loadEventFired" not in self._events:
            self._hear()
        self._events.clear()
        self.ask("Page.navigate", url=url)
        while "Page.loadEventFired" not in self._events:
            self._hear()

    def look(self, expression: str) -> Any:
        found = self.ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def key(self, name: str) -> None:
        text = {"text": "\r"} if name == "Enter" else {} if len(name) > 1 else {"text": name}
        code = {"windowsVirtualKeyCode": KEYS[name]} if name in KEYS else {}
        for kind in ("keyDown", "keyUp"):
            more = text if kind == "keyDown" else {}
            self.ask("Input.dispatchKeyEvent", type=kind, key=name, **code, **more)

    def write(self, text: str) -> None:
        for char in text:
            self.key(char)

    def click(self, selector: str) -> None:
        """Where the middle of an element is, as a hand would."""
        place = self.look(
            f"(() => {{ const r = document.querySelector({json.dumps(selector)}).getBoundingClientRect();"
            "return [r.x + r.width / 2, r.y + r.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.ask("Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1], button="left", clickCount=1)

    def turn(self, selector: str, by: int) -> None:
        place = self.look(
            f"(() => {{ const r = document.querySelector({json.dumps(selector)}).getBoundingClientRect();"
            "return [r.x + r.width / 2, r.y + r.height / 2]; })()"
        )
        self.ask("Input.dispatchMouseEvent", type="mouseWheel", x=place[0], y=place[1], deltaX=0, deltaY=by)

    def picture(self) -> bytes:
        return b64decode(self.ask("Page.captureScreenshot")["data"])
