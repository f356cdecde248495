"""Do what a person does at the page of the judge: read the card, start the client, press Done."""

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

CLIENT = Path(__file__).parent / "clients" / "reference.py"
HARNESS = Path(sys.executable).parent / "harness"
SUBJECT = ("--partner", "Sample Vendor", "--product", "Uploader", "--version", "1.0")
_READY = re.compile(r"harness judge is ready at (\S+?)/\?session=(\S+)")


class Serving:
    """A judge that serves in a process of its own, and what it has printed."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.lines: list[str] = []
        self.url = self.session = ""
        self._ready = threading.Event()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        assert self._ready.wait(60), self.lines
        assert self.url, self.lines

    def _read(self) -> None:
        # To the end of the output, which the judge reaches before its process is waited for.
        for line in self.process.stdout or ():
            self.lines.append(line.rstrip())
            found = _READY.search(line)
            if found:
                self.url, self.session = found[1], found[2]
                self._ready.set()
        self._ready.set()


@contextmanager
def serving(reports: Path, *options: str, subject: tuple[str, ...] = SUBJECT) -> Iterator[Serving]:
    """Serve a judge while the block runs."""
    words = [str(HARNESS), "judge", "serve", *subject, "--reports", str(reports), *options]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    found: list[Serving] = []
    try:
        found.append(Serving(process))
        yield found[0]
    finally:
        process.terminate()
        process.wait(20)
        for each in found:
            each.reader.join(20)
        if process.stdout:
            process.stdout.close()


class Hand:
    """One person at one session."""

    def __init__(self, url: str, session: str, folder: Path, client: Path = CLIENT) -> None:
        self.url = f"{url}/_judge/sessions/{session}"
        self.session, self.folder, self.client = session, folder, client
        folder.mkdir(parents=True, exist_ok=True)

    def state(self, scenario: str = "") -> dict[str, Any]:
        answer = httpx.get(self.url, params={"scenario": scenario}, timeout=60)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def post(self, name: str, told: Mapping[str, object] | None = None) -> dict[str, Any]:
        answer = httpx.post(f"{self.url}/{name}", json=told or {}, timeout=60)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def act(self, scenario: str) -> int:
        """Start the client for what the card says; return its exit code."""
        state = self.state(scenario)
        card = state["card"]
        way = card["under_way"]
        files = []
        for number, each in enumerate(way["files"]):
            path = self.folder / f"{number}-{Path(each['name']).name}"
            path.write_bytes(httpx.get(f"{self.url}/files/{number}", timeout=60).content)
            files.append(
                {"path": str(path), "name": each["name"], "media_type": each["media_type"]}
            )
        is_control = way["phase"] == "control"
        token = state["token_urls"][0]
        context = {
            "version": 1,
            "scenario": scenario,
            "product": token["product"],
            "action": way["control"] if is_control else card["action"],
            "base_url": state["base_url"],
            "token_url": token["url"],
            "token_form": token["form"],
            "client_id": state["client_id"],
            "client_secret": state["client_secret"],
            "ca_file": state["ca_file"] or None,
            "inputs": {**way["inputs"], **({"files": files} if files else {})},
            "repeat": 1 if is_control else card["repeat"],
            "result_file": str(self.folder / "result.json"),
        }
        path = self.folder / "context.json"
        path.write_text(json.dumps(context))
        variables = {**os.environ, "HARNESS_JUDGE_CONTEXT": str(path)}
        command = [sys.executable, str(self.client)]
        return subprocess.run(
            command, env=variables, check=False, capture_output=True, timeout=120
        ).returncode

    def judge(self, scenario: str) -> str:
        """Have one scenario judged; return what it came to."""
        self.post("begin", {"scenario": scenario})
        if self.state(scenario)["card"]["under_way"]["phase"] == "control":
            self.act(scenario)
            self.post("done")
        self.act(scenario)
        self.post("done")
        return str(self.state(scenario)["card"]["state"])
