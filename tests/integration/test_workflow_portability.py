"""Our workflows, to the letter as they ship, pass in Redocly respect against the mock.

Runs where Node and @redocly/cli are: `HARNESS_PEERS` names the folder that holds `node_modules/`,
else `redocly` is looked for on the path.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from harness.config import MOCK_CLIENT_ID, MOCK_CLIENT_SECRET
from harness.jsonvalue import Json, items, members, text
from harness.mock.server import running
from harness.mock.settings import MockSettings
from harness.resources import shipped
from harness.workflow.document import parse
from harness.workflow.document.model import Book
from tests.products import create_app

CONDITIONAL = {"medical-attachments": {"documents"}}
"""Steps that the inputs' defaults do not lead to."""


def program() -> str | None:
    """Return Redocly's program where it and Node are installed."""
    folder = os.environ.get("HARNESS_PEERS", "")
    own = Path(folder, "node_modules/.bin/redocly").absolute()
    found = str(own) if folder and own.exists() else shutil.which("redocly")
    return found if found and shutil.which("node") else None


redocly = pytest.mark.skipif(program() is None, reason="Node with @redocly/cli is not installed")


def book(name: str) -> Book:
    return parse.load(shipped("workflows") / f"{name}.arazzo.yaml")


def steps(name: str) -> Iterator[Mapping[str, Json]]:
    """Return the steps of a document as they are written."""
    for workflow in items(members(book(name).document.data)["workflows"]):
        yield from (members(step) for step in items(members(workflow)["steps"]))


def count(name: str, key: str) -> int:
    return sum(len(items(step.get(key))) for step in steps(name))


def respect(name: str, told: Path, *faults: str) -> subprocess.CompletedProcess[str]:
    """Give a shipped document to Redocly respect, with every source sent to the mock."""
    given = json.dumps({"clientId": MOCK_CLIENT_ID, "clientSecret": MOCK_CLIENT_SECRET})
    with running(create_app(MockSettings(faults=frozenset(faults)))) as url:
        servers = [
            argument
            for each in book(name).descriptions
            if each.api is not None
            for argument in ("-S", f"{each.name}={url}{urlsplit(each.api.servers[0]).path}")
        ]
        command = [str(program()), "respect", f"{name}.arazzo.yaml", *servers, "-i", given]
        return subprocess.run(
            [*command, "-J", str(told)],
            cwd=shipped("workflows"),
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )


def passed(told: Path) -> dict[str, int]:
    """Return how many criteria of each step held, by what Redocly wrote down."""
    found: dict[str, int] = {}
    for file in members(members(json.loads(told.read_text())).get("files")).values():
        for workflow in items(members(file).get("executedWorkflows")):
            for step in map(members, items(members(workflow).get("executedSteps"))):
                checks = map(members, items(step.get("checks")))
                held = [each for each in checks if each.get("passed")]
                criteria = [each for each in held if each.get("name") == "success criteria check"]
                found[text(step.get("stepId"))] = len(criteria)
    return found


@pytest.mark.parametrize(
    ("name", "standard", "own"),
    [
        ("dental-attachments", 13, 9),
        ("medical-attachments", 22, 7),
        ("onboarding", 25, 2),
        ("prior-authorization", 36, 20),
    ],
)
def test_most_criteria_are_for_every_runner(name: str, standard: int, own: int) -> None:
    assert (count(name, "successCriteria"), count(name, "x-successCriteria")) == (standard, own)


@redocly
@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["dental-attachments", "medical-attachments", "onboarding", "prior-authorization"]
)
def test_redocly_respect_passes_every_standard_criterion(name: str, tmp_path: Path) -> None:
    done = respect(name, tmp_path / "told.json")

    assert done.returncode == 0, (done.stdout + done.stderr)[-6000:]
    assert passed(tmp_path / "told.json") == {
        text(step["stepId"]): len(items(step["successCriteria"]))
        for step in steps(name)
        if step["stepId"] not in CONDITIONAL.get(name, ())
    }


@redocly
@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("dental-attachments", "control-number-unprefixed"),
        ("medical-attachments", "details-without-payerId"),
        ("onboarding", "tst1-decided-otherwise"),
        ("prior-authorization", "submission-keys-alike"),
    ],
)
def test_redocly_respect_sees_a_broken_promise(name: str, fault: str, tmp_path: Path) -> None:
    done = respect(name, tmp_path / "told.json", fault)

    assert done.returncode == 1
    assert "success criteria check" in done.stdout + done.stderr
