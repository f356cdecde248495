"""Clients that are no clients: each is one clear sentence, and nothing of them is left behind."""

import json
import sys
from pathlib import Path

import pytest

from tests.e2e.test_judge import judge

pytestmark = pytest.mark.slow
ONE = ("--scenario", "dental/create/one-file")
CALLING = """
import http.client, json, os, socket
context = json.load(open(os.environ["HARNESS_JUDGE_CONTEXT"]))
host, path = context["base_url"].removeprefix("http://").split("/", 1)
"""


def judged(tmp_path: Path, script: str) -> tuple[int, str, dict[str, object]]:
    path = tmp_path / "client.py"
    path.write_text(script)
    return judge(tmp_path, f"{sys.executable} {path}", *ONE)


def is_running(number: int) -> bool:
    """Tell whether a process runs; one that has ended and that nobody has asked for yet does not."""
    try:
        state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_children_that_are_left_behind_are_ended(tmp_path: Path) -> None:
    number = tmp_path / "child"
    code, output, verdict = judged(
        tmp_path,
        "import os, pathlib, time\n"
        "child = os.fork()\n"
        f"if child: pathlib.Path({str(number)!r}).write_text(str(child))\n"
        "else: time.sleep(600)\n",
    )

    assert code == 3, output
    assert verdict["verdict"] == "INCONCLUSIVE"
    assert not is_running(int(number.read_text()))


def test_a_flood_of_output_is_read_and_its_end_kept(tmp_path: Path) -> None:
    code, output, _ = judged(tmp_path, "print('x' * 50_000_000)\nprint('the last line')\n")

    assert code == 3
    assert "made no call" in output
    assert len(output) < 20_000


@pytest.mark.parametrize("sent", ["GET", "\\x16\\x03\\x01 garbage", "POST /x HTTP/1.1\\r\\n"])
def test_garbage_and_half_requests_are_no_calls(tmp_path: Path, sent: str) -> None:
    code, output, verdict = judged(
        tmp_path,
        CALLING
        + f"name, port = host.split(':')\nsocket.create_connection((name, int(port))).sendall(b'{sent}')\n",
    )

    assert code == 3, output
    assert verdict["verdict"] == "INCONCLUSIVE"
    assert "Traceback" not in output


def test_a_client_that_calls_without_end_is_stopped_and_failed(tmp_path: Path) -> None:
    code, output, verdict = judged(
        tmp_path,
        CALLING
        + "connection = http.client.HTTPConnection(host)\n"
        + "while True:\n"
        + "    connection.request('GET', f'/{path}/dental/attachments/v1/healthcheck')\n"
        + "    connection.getresponse().read()\n",
    )

    assert code == 1, output
    assert verdict["verdict"] == "NON_CONFORMANT"
    assert 200 <= int(str(verdict["requests"])) < 2000


def test_a_token_of_another_session_opens_nothing(tmp_path: Path) -> None:
    code, output, verdict = judged(
        tmp_path,
        CALLING
        + "connection = http.client.HTTPConnection(host)\n"
        + "headers = {'Authorization': 'Bearer eyJhbGciOiJub25lIn0.e30.of-another-session'}\n"
        + "connection.request('POST', f'/{path}/dental/attachments/v1/attachments/documents',"
        + " b'', headers)\n"
        + "connection.getresponse().read()\n",
    )

    assert code == 1, output
    assert verdict["verdict"] == "NON_CONFORMANT"
    record = (tmp_path / "reports" / "latest" / "record.jsonl").read_text()
    assert "createAttachments is accepted by the rules of the API" in record
    assert "401: {" in record


PRINTS = """
print("Authorization: Bearer a-token-of-production")
print("patientLastName: Rosalindsdottir")
print("x" * 20_000_000)
print(f"client_secret={context['client_secret']}; the API said no")
"""


def test_what_a_client_prints_is_where_its_maker_looks_and_holds_no_secret(tmp_path: Path) -> None:
    code, output, verdict = judged(
        tmp_path,
        CALLING
        + "connection = http.client.HTTPConnection(host)\n"
        + "connection.request('GET', f'/{path}/dental/attachments/v1/healthcheck')\n"
        + "connection.getresponse().read()\n"
        + PRINTS,
    )

    assert code == 1, output
    run = tmp_path / "reports" / "latest"
    lines = map(json.loads, (run / "record.jsonl").read_text().splitlines())
    printed = next(each for each in lines if each["type"] == "printed")
    assert printed["case"] == "dental/create/one-file"
    assert printed["bytes"] > 20_000_000
    assert len(printed["text"]) <= 16 * 1024
    assert printed["text"].endswith("client_secret=[masked]; the API said no\n")
    assert "client_secret=[masked]" in (run / "junit.xml").read_text()
    assert "client_secret=[masked]" in (run / "report.html").read_text()
    attached = [each.read_text() for each in run.glob("allure-results/*-attachment.txt")]
    assert any("client_secret=[masked]" in each for each in attached)
    gates = json.dumps(verdict["gates"])
    assert '{"name": "leak_scan", "limit": 0, "actual": 0, "passed": true' in gates


def test_what_a_client_prints_of_a_stranger_is_masked(tmp_path: Path) -> None:
    code, output, _ = judged(tmp_path, PRINTS.partition('print("x"')[0])

    assert code == 3
    record = (tmp_path / "reports" / "latest" / "record.jsonl").read_text()
    assert "Authorization: [masked]" in record
    for told in (output, record):
        assert "a-token-of-production" not in told
        assert "Rosalindsdottir" not in told
