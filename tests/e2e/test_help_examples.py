"""Every example that `--help` shows is run, as far as it stays on this machine."""

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from signal import SIGTERM

import click
import pytest
from click.testing import CliRunner

from harness.cli.main import cli
from harness.errors import HarnessError
from harness.mock.server import running
from harness.mock.settings import MockSettings
from harness.outcome import Status
from harness.report.formats import proof_files
from harness.report.proof import ProofPart
from harness.resources import shipped
from harness.session.certify.keys import public_pem
from harness.shard import Shard
from tests.auditor.forging import OWN_KEY, certify, finished
from tests.elsewhere import installing
from tests.products import create_app
from tests.program import harness
from tests.unit.report.test_proof import GOOD
from tests.unit.session.folders import CASES, NPI, run_folder

pytestmark = pytest.mark.slow

BOOK = """arazzo: 1.0.1
info: {title: Is it alive, version: 1.0.0}
sourceDescriptions: [{name: claims, type: openapi, url: api/openapi.yaml}]
workflows:
  - workflowId: upload
    inputs: {type: object, properties: {payer: {type: string, default: TESTEP01}}}
    steps:
      - stepId: alive
        operationId: showHealth
        successCriteria: [{condition: $statusCode == 200}]
"""
API = """openapi: 3.1.0
info: {title: Health, version: 1.0.0}
servers: [{url: "MOCK"}]
paths:
  /dental/attachments/v1/healthcheck:
    get: {operationId: showHealth, responses: {'200': {description: alive}}}
  /things:
    post: {operationId: createThing, responses: {'201': {description: made}}}
    get: {operationId: getThing, responses: {'200': {description: found}}}
"""
COLLECTION = {
    "info": {
        "name": "Quick start",
        "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
    },
    "item": [
        {
            "name": "alive",
            "request": {
                "method": "GET",
                "url": "https://sandbox-apigw.optum.com/dental/attachments/v1/healthcheck",
            },
        }
    ],
}
SESSION = {
    "log": {
        "version": "1.2",
        "creator": {"name": "sample", "version": "1"},
        "entries": [
            {
                "startedDateTime": "2026-11-22T10:00:00Z",
                "time": 1,
                "request": {"method": "GET", "url": "MOCK/things", "headers": []},
                "response": {"status": 200, "headers": [], "content": {"text": "{}"}},
            }
        ],
    }
}
ADDED: Mapping[str, str] = {
    "run": "--only dental/health --no-allure",
    "load": "--users 1 --iterations 1 --spawn-rate 100",
    "run --api dental": "--no-allure",
    "run --spec": "--no-allure",
    "run --resume": "--no-allure",
    "certify": "--api notes --no-allure",
    "certify --partner P --product G --version 1 --of": "",
    "certify --partner P --product C": "",
    "prove": "--only dental/create/npi-checksum --fault npi-checksum-unchecked",
    "prove --spec": "",
    "prove merge": "",
    "spec import api/openapi.yaml": "--as things",
    "watch": "--api dental --only dental/health",
    "watch --env": "",
    "workflow run": "",
    "mock": "--port 0",
    "mock --port": "",
    "mock --list-faults": "",
}
"""What makes an example short enough for a test, by the longest beginning that fits."""
JOB = {"HARNESS_SHARD_INDEX": "0", "HARNESS_SHARD_TOTAL": "1"}
"""What a CI system tells a job of which there is one."""
BEYOND = ("https://developer.example", "tls://scheduler", "doctor --fix")
"""Places that no test reaches, or none of these: `test_cluster.py` starts a cluster, `test_generator.py` installs."""
LONG = ("judge run", "judge prove", "judge serve", "judge next", "judge finish")
"""Commands whose examples need a client of one's own; the tests of the judge run them."""
PAIRS = ("--master", "--worker")
"""Two processes each, which the tests of `harness load` start."""
NO_CREDENTIALS = "no credentials for environment 'sandbox'. Set HARNESS_CLIENT_ID and"


def examples(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[str]:
    for line in (command.help or "").splitlines():
        if line.strip().startswith("harness "):
            yield line.strip().partition("  ")[0].partition(" against ")[0].removeprefix("harness ")
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from examples(found, (*path, name))


EVERY = tuple(dict.fromkeys(examples(cli)))


def test_there_are_examples_of_every_command() -> None:
    names = {each.split()[0] for each in EVERY}

    assert names >= set(cli.list_commands(click.Context(cli)))


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running(create_app(MockSettings())) as place:
        yield place


@pytest.fixture
def place(tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that holds what the examples name."""
    monkeypatch.chdir(tmp_path)
    dental = shipped("specs") / "dental" / "openapi.yaml"
    for name in ("Downloads/dental.json", "specs/downloaded/dental.json", "old.yaml", "new.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(dental, tmp_path / name)
    (tmp_path / "api").mkdir()
    for name in ("api/openapi.yaml", "openapi.yaml", "api.yaml", "Downloads/petstore.yaml"):
        (tmp_path / name).write_text(API.replace("MOCK", url))
    scenarios = shipped("specs") / "dental" / "scenarios" / "create.yaml"
    shutil.copyfile(scenarios, tmp_path / "scenarios.yaml")
    (tmp_path / "book.arazzo.yaml").write_text(BOOK)
    (tmp_path / "quick-start.postman_collection.json").write_text(json.dumps(COLLECTION))
    (tmp_path / "session.har").write_text(json.dumps(SESSION).replace("MOCK", url))
    (tmp_path / "workflows").symlink_to(shipped("workflows"))
    finished(tmp_path / "reports" / "20261129T000000Z-onboarding")
    (tmp_path / "reports" / "latest").symlink_to("20261129T000000Z-onboarding")
    for name in ("last-good", "reports/20261121T020000Z-ci"):
        run_folder(tmp_path / name)
    for index in (1, 2, 3):
        cases: dict[str, Status | None] = {
            case: status for case, status in CASES.items() if Shard(index, 3).holds(case)
        }
        run_folder(tmp_path / f"shard-{index}", cases, shard=f"{index}/3", total=3)
    return tmp_path


def put_a_client_run(latest: Path) -> None:
    """Have the latest run be one in which a client was judged."""
    latest.unlink()
    latest.symlink_to("client")
    run_folder(
        latest.parent / "client",
        role="client",
        suite="scenarios",
        profile="onboarding",
        environment="judge",
        like="mock",
    )


def put_shards_of_a_proof(place: Path) -> None:
    """Have the folders of the shards hold those of a proof, as `harness prove --shard` leaves them."""
    for index in (1, 2, 3):
        part = ProofPart(f"{index}/3", ("fault health-down seed 1",))
        proofs = GOOD.proofs[:1] if index == 1 else ()
        shard = replace(GOOD, proofs=proofs, part=part)
        proof_files.write(shard, place / f"shard-{index}")


def put_another_run(example: str, latest: Path) -> None:
    """Have the latest run be what some examples speak of."""
    if "--role client" in example:
        put_a_client_run(latest)
    if example.startswith("prove merge"):
        put_shards_of_a_proof(latest.parents[1])
    if example.startswith("share"):
        latest.unlink()
        latest.symlink_to("failing")
        run_folder(latest.parent / "failing", {**CASES, NPI: Status.FAIL})


def prepare(example: str, place: Path) -> None:
    """Bring about what a few examples presuppose."""
    latest = place / "reports" / "latest"
    if example.startswith("verify"):
        certify("--of", str(latest))
        shutil.copyfile(latest / "certificate.zip", place / "certificate.zip")
        shutil.copytree(latest / "certificate", place / "certificate")
        (place / "issuers.pem").write_bytes(public_pem(OWN_KEY))
        key = (latest / "certificate" / "public-key.pem").read_bytes()
        (place / "issuers.pem").write_bytes(b"# Sample Board\n" + key)
    put_another_run(example, latest)
    if example.startswith("run --resume"):
        harness("run", "--shard", "1/1", "--only", "dental/health", "--no-allure", folder=place)
        record = latest / "record.jsonl"
        lines = record.read_text().splitlines(keepends=True)
        record.write_text("".join(line for line in lines if '"type":"finished"' not in line))
    if example.startswith("workflow run first"):
        for name in ("first", "second"):
            (place / f"{name}.arazzo.yaml").write_text(BOOK.replace("upload", f"upload-{name}"))
    if example.startswith("replay"):
        cases = "dental/create/npi-checksum,dental/health/healthy"
        harness("run", "--only", cases, "--no-allure", folder=place)
    if example.startswith("workflow replay"):
        words = "-w upload --server" if "book" in example else ""
        document = "book.arazzo.yaml" if words else "workflows/medical-attachments.arazzo.yaml"
        harness("workflow", "run", document, *where(words), folder=place)


def where(words: str) -> list[str]:
    return ["--server", f"claims={os.environ['HARNESS_TEST_MOCK']}"] if words else []


def arguments(example: str, place: Path, url: str) -> list[str]:
    fitting = [name for name in ADDED if f"{example} ".startswith(f"{name} ")]
    added = ADDED[max(fitting, key=len)] if fitting else ""
    if "-n 2" in example or "--jobs 4 -x" in example:
        added = added or "--only medical/status/TESTEP01"
    told = example.partition(" > ")[0]
    for address in ("http://127.0.0.1:8080", "https://127.0.0.1:8443"):
        told = told.replace(address, url)
    found = []
    for word in shlex.split(f"{told} {added}"):
        if "*" in word and not word.startswith("dental/"):
            found += sorted(str(each) for each in place.glob(word))
        else:
            found.append(word.replace("~", str(place)))
    return found


def ran_here(words: list[str]) -> tuple[int, str]:
    """Run what needs no process of its own."""
    result = CliRunner().invoke(cli, words)
    if isinstance(result.exception, HarnessError):
        return result.exception.exit_code, str(result.exception)
    return result.exit_code, result.output


def started(words: list[str], place: Path) -> tuple[int, str]:
    """Start a mock, and let it end with the stream that it was given."""
    found = subprocess.run(
        [sys.executable, "-m", "harness", *words, "--stop-with-stdin"],
        input="",
        capture_output=True,
        text=True,
        cwd=place,
        check=False,
    )
    # It may be told to end before it has said how it takes that.
    code = 0 if found.returncode == -SIGTERM else found.returncode
    return code, found.stdout + found.stderr


def outcome(example: str, words: list[str], place: Path) -> tuple[int, str]:
    if example.startswith("mock") and "--list" not in example:
        return started(words, place)
    if "--api notes" in shlex.join(words):
        # The API of another package is small: its certificate takes a tenth of the time of ours.
        found = installing.harness(installing.install(place / "site"), place, *words)
        return found.returncode, found.stdout + found.stderr
    if example.startswith(("run", "certify", "prove", "load", "workflow run")):
        found = harness(*words, folder=place, variables=JOB)
        return found.returncode, found.stdout + found.stderr
    return ran_here(words)


@pytest.mark.parametrize("example", EVERY)
def test_an_example_of_help_runs(
    example: str, place: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if any(each in example for each in BEYOND) or example.startswith(LONG):
        pytest.skip("reaches beyond this machine, or is run elsewhere")
    if example.startswith("load"):
        if find_spec("locust") is None:
            pytest.skip("Locust is not installed")
        if any(each in example for each in PAIRS):
            pytest.skip("two processes, which tests/e2e/test_load.py starts")
    monkeypatch.setenv("HARNESS_TEST_MOCK", url)
    prepare(example, place)
    for name in ("ID", "SECRET"):
        monkeypatch.delenv(f"HARNESS_CLIENT_{name}", raising=False)

    code, told = outcome(example, arguments(example, place, url), place)

    assert "Traceback" not in told
    if "--env sandbox" in example:
        assert NO_CREDENTIALS in told
    else:
        assert code in (0, 1, 3), told
