"""Drive a headless Chromium by its DevTools protocol over two pipes: no package, no port.

Chromium reads commands from descriptor 3 and writes answers to 4, each a JSON text ended by a zero byte.
"""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

SECONDS = 60
NAMES = ("chromium", "chromium-browser", "google-chrome")
SWITCHES = (
    "--headless=new",
    "--no-sandbox",  # tests run as root in containers; the only pages are our own
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--remote-debugging-pipe",
)


def find_browser() -> str | None:
    """Chromium's path: ZKCTL_CHROMIUM, or one of its names."""
    given = os.environ.get("ZKCTL_CHROMIUM")
    return given or next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    """One Chromium; `page` opens tabs in it."""

    def __init__(self, program: str) -> None:
        self.profile = tempfile.mkdtemp(prefix="chromium-")
        read_commands, self.commands = os.pipe()
        self.answers, write_answers = os.pipe()
        # the shell gives the pipes their numbers, whatever numbers they have here
        plumbing = f'exec "$@" 3<&{read_commands} 4>&{write_answers}'
        self.process = subprocess.Popen(
            ["bash", "-c", plumbing, "bash", program, *SWITCHES, f"--user-data-dir={self.profile}"],
            pass_fds=(read_commands, write_answers),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(read_commands)
        os.close(write_answers)
        self.buffer, self.count = b"", 0
        self.events: list[dict[str, Any]] = []

    def close(self) -> None:
        self.call("Browser.close")
        self.process.wait(SECONDS)
        shutil.rmtree(self.profile, ignore_errors=True)

    def call(self, method: str, session: str = "", **parameters: Any) -> dict[str, Any]:
        """One command and its answer; events that come before are kept."""
        self.count += 1
        message: dict[str, Any] = {"id": self.count, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self.commands, json.dumps(message).encode() + b"\0")
        while (answer := self._receive()).get("id") != self.count:
            self.events.append(answer)
        if "error" in answer:
            raise AssertionError(f"{method}: {answer['error']['message']}")
        return answer.get("result", {})

    def _receive(self) -> dict[str, Any]:
        while b"\0" not in self.buffer:
            ready, _, _ = select.select([self.answers], [], [], SECONDS)
            block = os.read(self.answers, 1 << 20) if ready else b""
            if not block:
                raise AssertionError("the browser says nothing")
            self.buffer += block
        text, _, self.buffer = self.buffer.partition(b"\0")
        return json.loads(text)


class Page:
    """A tab with one address, loaded and checked."""

    def __init__(self, browser: Browser, address: str, before: str = "") -> None:
        self.browser = browser
        self.target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        attached = browser.call("Target.attachToTarget", targetId=self.target, flatten=True)
        self.session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network", "DOM"):
            self.call(f"{domain}.enable")
        if before:
            self.call("Page.addScriptToEvaluateOnNewDocument", source=before)
        self.call("Page.navigate", url=address)
        self.wait_for("document.documentElement?.dataset.ready === 'yes'")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        return self.browser.call(method, self.session, **parameters)

    def run(self, expression: str) -> Any:
        """The value of an expression in the page."""
        options = {"returnByValue": True, "awaitPromise": True}
        result = self.call("Runtime.evaluate", expression=expression, **options)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def wait_for(self, condition: str) -> None:
        end = time.monotonic() + SECONDS
        while not self.run(condition):
            assert time.monotonic() < end, f"never: {condition}\n{self.complaints()}\n{self.text()}"
            time.sleep(0.02)

    def text(self, selector: str = "body") -> str:
        return self.run(f"document.querySelector({json.dumps(selector)}).innerText")

    def rows(self, table: str) -> list[list[str]]:
        """The cells of a table's body."""
        cells = "[...row.cells].map((cell) => cell.innerText)"
        return self.run(
            f"[...document.querySelectorAll('#{table} tbody tr')].map((row) => {cells})"
        )

    def give(self, files: Sequence[Path]) -> None:
        """Choose files as a visitor does, and wait until all are judged."""
        node = self.run_handle("document.getElementById('pick')")
        self.call("DOM.setFileInputFiles", files=[str(f) for f in files], objectId=node)
        names = json.dumps([f.name for f in files])
        self.wait_for(
            f"{names}.every((n) => ['good', 'bad', 'open'].includes(readHere.get(n)?.state))"
        )

    def run_handle(self, expression: str) -> str:
        return self.call("Runtime.evaluate", expression=expression)["result"]["objectId"]

    def requests(self) -> list[str]:
        """Every address this page asked for."""
        mine = [e for e in self._events() if e.get("method") == "Network.requestWillBeSent"]
        return [event["params"]["request"]["url"] for event in mine]

    def complaints(self) -> list[str]:
        """Exceptions and what the browser logged: refusals by the policy among them."""
        found = []
        for event in self._events():
            if event["method"] == "Runtime.exceptionThrown":
                found.append(json.dumps(event["params"]["exceptionDetails"])[:1000])
            if event["method"] == "Log.entryAdded":
                found.append(event["params"]["entry"]["text"])
        return found

    def _events(self) -> list[dict[str, Any]]:
        return [e for e in self.browser.events if e.get("sessionId") == self.session]

    def screenshot(self, path: Path, width: int = 1200, scheme: str = "light") -> None:
        """The whole page as an image."""
        feature = [{"name": "prefers-color-scheme", "value": scheme}]
        self.call("Emulation.setEmulatedMedia", features=feature)
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        self.call("Emulation.setDeviceMetricsOverride", **size)
        image = self.call("Page.captureScreenshot", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(image["data"]))

    def close(self) -> None:
        self.browser.call("Target.closeTarget", targetId=self.target)


Opener = Callable[..., Page]
