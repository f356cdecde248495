"""The `curl` of a finding, pasted into a shell, shows the defect, and shows none where there is none."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from harness.mock.server import running
from harness.mock.settings import MockSettings
from tests.products import create_app

ROOT = Path(__file__).parents[2]
BASH = shutil.which("bash") or ""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not BASH, reason="bash is not installed"),
    pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed"),
]


@contextmanager
def mock(*faults: str) -> Iterator[str]:
    with running(create_app(MockSettings(faults=frozenset(faults)))) as url:
        yield url


def findings(url: str, case: str, reports: Path) -> tuple[list[Mapping[str, str]], str]:
    """Return what a run of one case finds, and the line that it gives to get a token."""
    where = [
        "--base-url",
        url,
        "--only",
        case,
        "--profile",
        "regression",
        "--reports",
        str(reports),
    ]
    done = subprocess.run(
        [sys.executable, "-m", "harness", "run", "--no-allure", *where],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    verdict = json.loads((reports / "latest" / "verdict.json").read_text(encoding="utf-8"))
    lines = (line.strip() for line in done.stdout.splitlines())
    token = next((each for each in lines if each.startswith("token ")), "")
    return verdict["findings"], token.removeprefix("token").strip()


def pasted(token: str, command: str) -> tuple[int, str]:
    """Run both lines in a shell; return the status and the body that came back."""
    done = subprocess.run(
        [BASH, "-c", f"{token}\n{command}"], capture_output=True, timeout=600, check=True
    )
    head, _, body = done.stdout.decode("utf-8", "replace").partition("\r\n\r\n")
    return int(head.split()[1]), body


def first_error(body: str) -> str:
    errors: list[Mapping[str, str]] = json.loads(body)["properties"]["errors"]
    return errors[0]["code"]


@pytest.mark.parametrize(
    ("fault", "case", "code"),
    [
        pytest.param(
            "npi-checksum-unchecked", "dental/create/npi-checksum", "DENTATT_009", id="multipart"
        ),
        pytest.param("empty-id-list-accepted", "dental/search/single", "DENTATT_017", id="json"),
    ],
)
def test_what_a_defect_lets_in_is_refused_by_its_code_where_there_is_none(
    fault: str, case: str, code: str, tmp_path: Path
) -> None:
    with mock(fault) as broken, mock() as sound:
        found, token = findings(broken, case, tmp_path)
        status, _ = pasted(token, found[0]["curl"])
        refused, body = pasted(*(line.replace(broken, sound) for line in (token, found[0]["curl"])))

    assert status in (200, 201)
    assert refused == 400
    assert first_error(body) == code


def test_a_binary_file_reaches_the_target_as_it_was(tmp_path: Path) -> None:
    with mock("png-refused") as broken, mock() as sound:
        found, token = findings(broken, "dental/create/file-type-png", tmp_path)
        status, body = pasted(token, found[0]["curl"])
        accepted, _ = pasted(*(line.replace(broken, sound) for line in (token, found[0]["curl"])))

    assert found[0]["curl"].startswith("base64 -d")
    assert (status, json.loads(body)["status"]) == (400, 400)
    assert accepted == 201


def test_what_a_check_of_schemathesis_derives_can_be_sent_again(tmp_path: Path) -> None:
    with mock("missing-token-accepted") as broken, mock() as sound:
        found, token = findings(broken, "dental/fuzz/createAttachments", tmp_path)
        status, _ = pasted(token, found[0]["curl"])
        refused, _ = pasted(*(line.replace(broken, sound) for line in (token, found[0]["curl"])))

    assert found[0]["check"] == "fuzz.ignored_auth"
    assert (status, refused) == (201, 401)
