"""The commands on the mock's page do what they say when they are pasted into a shell."""

import json
import shutil
import subprocess
from html.parser import HTMLParser

import httpx
import pytest

from harness.mock.server import running
from harness.mock.settings import MockSettings
from tests.products import create_app

pytestmark = pytest.mark.skipif(
    not (shutil.which("curl") and shutil.which("bash")), reason="curl or bash is not installed"
)


class Commands(HTMLParser):
    """Collect what a page shows in its boxes and in its code."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, list[str]] = {"pre": [], "code": []}
        self._inside = ""

    def handle_starttag(self, tag: str, _: list[tuple[str, str | None]]) -> None:
        if tag in self.found:
            self._inside = tag
            self.found[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = "" if tag == self._inside else self._inside

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found[self._inside][-1] += data


def pasted(commands: str) -> str:
    ran = subprocess.run(
        [shutil.which("bash") or "", "-e", "-c", commands],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_token_healthcheck_and_upload_work_when_pasted() -> None:
    with running(create_app(MockSettings())) as url:
        page = Commands()
        page.feed(httpx.get(url).text)
        health, receipt = pasted("\necho\n".join(page.found["pre"])).strip().split("\n")

    assert json.loads(health) == {"message": "Service is healthy"}
    assert json.loads(receipt)["status"] == "CLOSED"


def test_journal_clock_and_reset_work_when_pasted() -> None:
    with running(create_app(MockSettings())) as url:
        page = Commands()
        page.feed(httpx.get(url).text)
        commands = [each for each in page.found["code"] if "/_mock/" in each]
        journal, clock, later, reset = (
            pasted(each.replace("curl", "curl -s")) for each in commands
        )

    assert json.loads(journal)["requests"] == 1
    assert json.loads(clock)["ahead"] == 0
    assert json.loads(later)["ahead"] == 3600
    assert reset == ""
