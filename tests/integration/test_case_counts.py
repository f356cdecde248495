"""One number of cases, whichever command is asked: what is planned is run and reported."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from socket import socket
from xml.etree import ElementTree

import pytest

from tests.integration.raw_server import RawServer, raw_server

pytestmark = pytest.mark.slow

OPENAPI = """\
openapi: 3.1.0
info: {title: Things, version: '1'}
servers: [{url: 'SERVER'}]
paths: {/things: {get: {operationId: listThings, responses: {'200': {description: all}}}}}
"""
HEAD = """\
arazzo: 1.0.1
info: {title: Things, version: '1'}
sourceDescriptions: [{name: things, type: openapi, url: ./openapi.yaml}]
workflows:
"""
WORKFLOW = """\
  - workflowId: %s
    x-cases: {id: '%s', rows: [{v: a}, {v: b}, {v: c, skip: later}]}
    inputs: {type: object, properties: {v: {type: string}}}
    steps: [{stepId: s, operationId: listThings}]
"""
DISTINCT = HEAD + WORKFLOW % ("one", "one/{v}") + WORKFLOW % ("two", "two/{v}")
SHARED = HEAD + WORKFLOW % ("one", "{v}") + WORKFLOW % ("two", "{v}")


def _answered(server: RawServer, connection: socket) -> None:
    while server.request(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    found = tmp_path_factory.mktemp("counts")
    with raw_server(_answered) as server:
        (found / "openapi.yaml").write_text(OPENAPI.replace("SERVER", server.url))
        (found / "book.arazzo.yaml").write_text(DISTINCT)
        (found / "shared.arazzo.yaml").write_text(SHARED)
        (found / "own").mkdir()
        (found / "own" / "book.arazzo.yaml").write_text(DISTINCT.replace("./", "../"))
        (found / "harness.yaml").write_text("workflows: own\n")
        yield found


def started(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        cwd=folder,
    )


def under_pytest(folder: Path, book: str) -> subprocess.CompletedProcess[str]:
    options = (
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "harness.plugin.pytest_entry",
        "--rootdir",
        ".",
    )
    return started(folder, "pytest", *options, book)


def listed(folder: Path) -> int:
    said = started(folder, "harness", "workflow", "list", "book.arazzo.yaml").stdout
    return len([line for line in said.splitlines() if line.startswith("  ")])


def planned(folder: Path) -> int:
    said = started(folder, "harness", "workflow", "run", "book.arazzo.yaml", "--dry-run").stdout
    found = re.search(r"(\d+) cases planned", said)
    return int(found[1]) if found else 0


def collected(folder: Path) -> int:
    said = under_pytest(folder, "book.arazzo.yaml").stdout
    return sum(int(each) for each in re.findall(r"(\d+) (?:passed|skipped)", said))


@pytest.mark.parametrize("count", [listed, planned, collected])
def test_every_command_counts_all_cases(folder: Path, count: Callable[[Path], int]) -> None:
    assert count(folder) == 6


def test_a_run_plans_executes_and_reports_all_cases(folder: Path) -> None:
    started(folder, "harness", "workflow", "run", "book.arazzo.yaml", "--reports", "r")

    latest = folder / "r" / "latest"
    verdict = json.loads((latest / "verdict.json").read_text())["cases"]
    suites = ElementTree.parse(latest / "junit.xml").getroot()
    lines = [json.loads(each) for each in (latest / "record.jsonl").read_text().splitlines()]
    kinds = [each["type"] for each in lines]
    assert (verdict["planned"], verdict["executed"]) == (6, 6)
    assert len(list(suites.iter("testcase"))) == 6
    assert kinds.count("outcome") == 6


def cases_of(latest: Path) -> list[set[str]]:
    """Return the case ids of a run as each of its files has them."""
    lines = [json.loads(each) for each in (latest / "record.jsonl").read_text().splitlines()]
    suites = ElementTree.parse(latest / "junit.xml").getroot()
    ctrf = json.loads((latest / "ctrf.json").read_text())["results"]["tests"]
    kinds = {"case": set[str](), "outcome": set[str]()}
    for each in lines:
        kinds.get(each["type"], set()).add(each.get("case", ""))
    return [
        *kinds.values(),
        {str(each.get("name")) for each in suites.iter("testcase")},
        {each["name"] for each in ctrf},
    ]


def test_own_workflows_join_a_run_its_shards_and_their_merge(folder: Path) -> None:
    options = ("--only", "one,two", "--no-allure", "--api", "medical")
    own = {f"{name}/{row}" for name in ("one", "two") for row in "abc"}

    started(folder, "harness", "run", *options, "--reports", "whole")
    for part in ("1/2", "2/2"):
        started(folder, "harness", "run", *options, "--shard", part, "--reports", f"part-{part[0]}")
    parts = [str(folder / f"part-{each}" / "latest") for each in (1, 2)]
    started(folder, "harness", "report", "merge", *parts, "--reports", "merged")

    assert cases_of(folder / "whole" / "latest") == [own] * 4
    assert cases_of(folder / "merged" / "latest") == [own] * 4
    halves = [cases_of(Path(each))[0] for each in parts]
    assert halves[0] | halves[1] == own
    assert not halves[0] & halves[1]


@pytest.mark.parametrize("book", ["shared.arazzo.yaml", "book.arazzo.yaml"])
def test_a_run_refuses_own_workflows_that_share_an_id(folder: Path, book: str) -> None:
    (folder / "harness.yaml").write_text(f"workflows: [own, {book}]\n")

    run = started(folder, "harness", "run", "--reports", "refused")
    (folder / "harness.yaml").write_text("workflows: own\n")

    assert run.returncode == 2
    assert "two cases are called" in " ".join((run.stdout + run.stderr).split())
    assert not (folder / "refused").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("harness", "workflow", "list", "shared.arazzo.yaml"),
        ("harness", "workflow", "lint", "shared.arazzo.yaml"),
        ("harness", "workflow", "run", "shared.arazzo.yaml", "--dry-run"),
        ("harness", "workflow", "run", "shared.arazzo.yaml"),
    ],
)
def test_no_command_takes_two_cases_for_one(folder: Path, arguments: tuple[str, ...]) -> None:
    run = started(folder, *arguments)

    said = " ".join((run.stdout + run.stderr).split())
    assert run.returncode in (1, 2)
    assert said.count("two cases are called") == 1
    assert "two cases are called 'a'" in said
    assert "shared.arazzo.yaml:10:33" in said
    assert "shared.arazzo.yaml:6:33" in said


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_a_pytest_of_ones_own_does_not_either(folder: Path, workers: tuple[str, ...]) -> None:
    (folder / "again.arazzo.yaml").write_text(DISTINCT)
    plugin = ("-p", "harness.plugin.pytest_entry", "-p", "no:cacheprovider", *workers)

    one = under_pytest(folder, "shared.arazzo.yaml")
    two = started(folder, "pytest", "-q", *plugin, "book.arazzo.yaml", "again.arazzo.yaml")

    assert "two cases are called 'a'" in one.stdout
    assert "two cases are called 'one/a'" in two.stdout
    assert "INTERNALERROR" not in two.stdout
    assert two.returncode != pytest.ExitCode.OK
