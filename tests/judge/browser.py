"""Drive a real browser by its debugging pipe, with the keyboard alone."""

import base64
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
_QUIET = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--hide-scrollbars", "--remote-debugging-pipe", "--disable-dev-shm-usage"),
    # A test reaches nothing beyond this machine, whatever a page asks for.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
_KEYS = {"Tab": (9, ""), "Enter": (13, "\r"), " ": (32, " "), "Escape": (27, "")}
_PATIENCE_SECONDS = 60


class Page:
    """One page of a browser: what is asked of it goes through a pipe, one message at a time."""

    def __init__(self, send: int, receive: int) -> None:
        self._send, self._receive = send, receive
        self._number = 0
        self._rest = b""
        self._session = ""
        self.requests: list[str] = []
        self.console: list[str] = []

    def attach(self) -> None:
        target = self.call("Target.createTarget", {"url": "about:blank"})["targetId"]
        told = self.call("Target.attachToTarget", {"targetId": target, "flatten": True})
        self._session = told["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, told: Mapping[str, object] | None = None) -> dict[str, Any]:
        self._number += 1
        message: dict[str, object] = {"id": self._number, "method": method, "params": told or {}}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._send, json.dumps(message).encode() + b"\0")
        while True:
            found = self._next()
            if found.get("id") == self._number:
                assert "error" not in found, found
                result: dict[str, Any] = found.get("result", {})
                return result
            self._note(found)

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            self._rest += os.read(self._receive, 65536)
        line, _, self._rest = self._rest.partition(b"\0")
        found: dict[str, Any] = json.loads(line)
        return found

    def _note(self, event: Mapping[str, Any]) -> None:
        told = event.get("params", {})
        if event.get("method") == "Network.requestWillBeSent":
            self.requests.append(told["request"]["url"])
        elif event.get("method") == "Runtime.exceptionThrown":
            self.console.append(told["exceptionDetails"]["text"])
        elif event.get("method") == "Log.entryAdded":
            self.console.append(told["entry"]["text"])

    def js(self, expression: str) -> Any:
        """Evaluate an expression, or await what it promises."""
        told = {"expression": expression, "awaitPromise": True, "returnByValue": True}
        found = self.call("Runtime.evaluate", told)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def open(self, url: str) -> None:
        self.call("Page.navigate", {"url": url})

    def until(self, expression: str) -> None:
        """Look again and again until an expression holds."""
        end = time.monotonic() + _PATIENCE_SECONDS
        while not self.js(f"Boolean({expression})"):
            assert time.monotonic() < end, (expression, self.js("document.body.innerText"))
            self.call(
                "Runtime.evaluate",
                {"expression": "new Promise(r => setTimeout(r, 50))", "awaitPromise": True},
            )

    def key(self, name: str) -> None:
        code, text = _KEYS[name]
        base = {
            "key": name,
            "code": "Space" if name == " " else name,
            "windowsVirtualKeyCode": code,
        }
        self.call("Input.dispatchKeyEvent", {**base, "type": "keyDown", "text": text})
        self.call("Input.dispatchKeyEvent", {**base, "type": "keyUp"})

    def type(self, text: str) -> None:
        self.call("Input.insertText", {"text": text})

    def tab_to(self, test: str) -> None:
        """Press Tab until an expression over `it`, the element with the focus, holds."""
        for _ in range(250):
            if self.js(f"(it => Boolean(it && ({test})))(document.activeElement)"):
                return
            self.key("Tab")
        raise AssertionError(f"the keyboard does not reach {test}")

    def press(self, element: str) -> None:
        """Reach an element by Tab and press it."""
        self.tab_to(f"it.id === {json.dumps(element)}")
        self.key("Enter")

    def press_for(self, element: str, expression: str) -> None:
        """Press an element until an expression holds: a card that is drawn anew takes the focus away."""
        for _ in range(3):
            self.press(element)
            for _ in range(100):
                if self.js(f"Boolean({expression})"):
                    return
                self.js("new Promise(r => setTimeout(r, 50))")
        raise AssertionError((element, expression, self.js("document.body.innerText")))

    def shape(self, width: int, *, scheme: str = "light", height: int = 844) -> None:
        told = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
        self.call("Emulation.setDeviceMetricsOverride", told)
        feature = {"name": "prefers-color-scheme", "value": scheme}
        self.call("Emulation.setEmulatedMedia", {"features": [feature]})

    def picture(self, path: Path) -> None:
        found = self.call("Page.captureScreenshot", {"captureBeyondViewport": True})
        path.write_bytes(base64.b64decode(found["data"]))


@contextmanager
def browsing(folder: Path) -> Iterator[Page]:
    """Start a browser while the block runs."""
    to_read, to_send = os.pipe()
    from_read, from_send = os.pipe()

    def placed() -> None:
        # Chromium reads from 3 and writes to 4; copies first, lest one end take the other's place.
        one, two = os.dup(to_read), os.dup(from_send)
        os.dup2(one, 3)
        os.dup2(two, 4)

    command = [CHROMIUM, *_QUIET, f"--user-data-dir={folder / 'profile'}"]
    process = subprocess.Popen(
        command,
        preexec_fn=placed,  # noqa: PLW1509 there is no other way to give the ends their numbers
        close_fds=False,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(to_read)
    os.close(from_send)
    page = Page(to_send, from_read)
    try:
        page.attach()
        yield page
    finally:
        process.terminate()
        process.wait(20)
        os.close(to_send)
        os.close(from_read)
