"""Headless Chromium through its debugging pipe: what a page logs, and which pictures it lacks."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@dataclass(frozen=True)
class Page:
    """A page as a browser sees it.

    Attributes:
        title: of the document.
        errors: texts of console errors, of exceptions, and of failed loads.
        pictures: number of pictures.
        missing: sources of the pictures that could not be shown, shortened.
        overflow: how many pixels the page is wider than the window.
    """

    title: str
    errors: list[str]
    pictures: int
    missing: list[str]
    overflow: int


SEEN = """
new Promise(done => {
  const images = [...document.images];
  Promise.allSettled(images.map(image => image.decode())).then(() => done(JSON.stringify({
    title: document.title,
    pictures: images.length,
    missing: images.filter(image => !image.naturalWidth).map(image => image.src.slice(0, 80)),
    overflow: document.documentElement.scrollWidth - window.innerWidth,
  })));
})
"""


def open_page(path: Path, width: int = 1200) -> Page:
    """Opens a local file and waits until all of it has loaded."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as profile, _Browser(profile, width) as it:
        target = it.call("Target.createTarget", url="about:blank")["targetId"]
        attached = it.call("Target.attachToTarget", targetId=target, flatten=True)
        it.session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            it.call(f"{domain}.enable")
        it.call("Page.navigate", url=path.resolve().as_uri())
        it.wait_for("Page.loadEventFired")
        found = it.call("Runtime.evaluate", expression=SEEN, awaitPromise=True, returnByValue=True)
        errors = [text for event in it.events if (text := _error(event))]
        return Page(errors=errors, **json.loads(found["result"]["value"]))


def _error(event: dict[str, Any]) -> str:
    """What an event says went wrong; empty if nothing did."""
    details = event["params"]
    if event["method"] == "Runtime.exceptionThrown":
        return str(details["exceptionDetails"]["text"])
    if event["method"] == "Runtime.consoleAPICalled" and details["type"] in ("error", "assert"):
        return " ".join(str(value.get("value")) for value in details["args"])
    if event["method"] == "Log.entryAdded" and details["entry"]["level"] == "error":
        return str(details["entry"]["text"])
    return ""


class _Browser:
    def __init__(self, profile: str, width: int) -> None:
        self.command = [
            str(CHROMIUM),
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            f"--user-data-dir={profile}",
            f"--window-size={width},900",
            "--remote-debugging-pipe",
        ]
        self.session: str | None = None
        self.events: list[dict[str, Any]] = []
        self.last = 0

    def __enter__(self) -> _Browser:
        # Chromium reads commands from descriptor 3 and writes answers to descriptor 4.
        commands_out, commands_in = os.pipe()
        answers_out, answers_in = os.pipe()
        self.process = subprocess.Popen(
            ["bash", "-c", f'exec "$@" 3<&{commands_out} 4>&{answers_in}', "-", *self.command],
            pass_fds=(commands_out, answers_in),
            stderr=subprocess.DEVNULL,
        )
        os.close(commands_out)
        os.close(answers_in)
        self.to, self.answers = os.fdopen(commands_in, "wb"), os.fdopen(answers_out, "rb")
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        self.to.close()
        self.answers.close()

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """The result of one command."""
        self.last += 1
        message = {"id": self.last, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        self.to.write(json.dumps(message).encode() + b"\0")
        self.to.flush()
        while True:
            answer = self._next()
            if answer.get("id") == self.last:
                assert "error" not in answer, answer
                return dict(answer["result"])
            self.events.append(answer)

    def wait_for(self, method: str) -> None:
        """Waits for an event."""
        while not any(event["method"] == method for event in self.events):
            self.events.append(self._next())

    def _next(self) -> dict[str, Any]:
        message = bytearray()
        while (byte := self.answers.read(1)) != b"\0":
            assert byte, "the browser ended"
            message += byte
        return dict(json.loads(message))
