"""The mock as a product: its journal, its clock, a clean slate, latency, clients of one's own."""

import asyncio
import os
import signal
import ssl
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from harness.mock.settings import MAIN_CLIENT, Limits, MockSettings
from harness.products.platform.mock.part import MEDICAL_ONLY_CLIENT
from tests.integration.mock_api import (
    DENTAL_HEALTH,
    STATUS,
    TEXT_FILE,
    UPLOADS,
    MockApi,
    json_part,
    scans,
    submission,
    trace_of,
)
from tests.products import create_app

JOURNAL, CLOCK, RESET = "/_mock/journal", "/_mock/clock", "/_mock/reset"
PRIOR_AUTH_HEALTH = "/rcm/prior-authorization/v1/healthcheck"


def admin(
    api: MockApi,
    method: str,
    path: str,
    *,
    headers: Mapping[str, str] | None = None,
    **content: object,
) -> httpx.Response:
    return api.send(method, path, token="", headers=headers, **content)


def mock_with(settings: MockSettings) -> MockApi:
    api = MockApi(client=settings.clients[0])
    api._transport = httpx.ASGITransport(create_app(replace(settings, clock=lambda: api.now)))
    return api


def test_an_hour_that_is_let_pass_ends_a_token() -> None:
    api = MockApi()
    assert api.send("GET", DENTAL_HEALTH).status_code == 200

    answer = admin(api, "POST", CLOCK, json={"advance": 3600})

    assert answer.json() == {"now": "2026-01-16T13:00:30Z", "ahead": 3600.0}
    assert api.send("GET", DENTAL_HEALTH).status_code == 401


def test_answers_are_dated_by_the_clock_of_the_mock() -> None:
    api = MockApi()
    admin(api, "POST", CLOCK, json={"advance": 86400})

    answer = api.send("GET", "/", token="")

    assert answer.headers["date"] == "Sat, 17 Jan 2026 12:00:30 GMT"
    assert admin(api, "GET", CLOCK).json()["now"] == "2026-01-17T12:00:30Z"


@pytest.mark.parametrize("body", ['{"advance": -1}', '{"advance": 1e12}', '{"advance": NaN}', "{}"])
def test_the_clock_goes_forward_only_and_within_bounds(body: str) -> None:
    answer = admin(
        MockApi(), "POST", CLOCK, content=body, headers={"Content-Type": "application/json"}
    )

    assert answer.status_code == 400
    assert "error" in answer.json()


def test_a_reset_forgets_uploads_requests_and_the_time_that_passed() -> None:
    api = MockApi()
    trace_id = trace_of(api.upload())
    admin(api, "POST", CLOCK, json={"advance": 60})

    assert admin(api, "POST", RESET, headers={"X-Harness-Mock": "1"}).status_code == 204

    assert api.status(trace_id).status_code == 404
    assert admin(api, "GET", CLOCK).json()["ahead"] == 0
    assert admin(api, "GET", JOURNAL).json()["requests"] == 1


def test_the_journal_tells_calls_and_keeps_neither_secrets_nor_patients() -> None:
    api = MockApi()
    api.create(TEXT_FILE)
    api.send("GET", f"{STATUS}/Sampleton", params={"fieldset": "summary", "Sampleton": "x"})

    answer = admin(api, "GET", JOURNAL)

    shown = [(row["method"], row["status"], row["client"]) for row in answer.json()["entries"]]
    assert shown == [
        ("POST", 200, ""),
        ("POST", 201, "harness-mock-client"),
        ("GET", 400, "harness-mock-client"),
    ]
    assert MAIN_CLIENT.client_secret not in answer.text
    assert api.token not in answer.text
    assert "Sampleton/" not in answer.text
    assert "x=" not in answer.text


def test_the_journal_is_bounded() -> None:
    api = MockApi(limits=Limits(journal_entries=3))
    for _ in range(5):
        api.send("GET", "/", token="")

    answer = admin(api, "GET", JOURNAL).json()

    assert (answer["requests"], len(answer["entries"])) == (5, 3)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", RESET, 405), ("PUT", CLOCK, 405), ("GET", "/_mock/nothing", 404)],
)
def test_admin_paths_refuse_what_they_do_not_offer(method: str, path: str, status: int) -> None:
    assert admin(MockApi(), method, path).status_code == status


async def asked_from(
    address: str, path: str, *, method: str = "GET", headers: Mapping[str, str] | None = None
) -> int:
    transport = httpx.ASGITransport(create_app(MockSettings()), client=(address, 40000))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        return (await client.request(method, path, headers=headers)).status_code


@pytest.mark.parametrize("path", [JOURNAL, RESET, CLOCK])
@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"Host": "evil.example"}, id="rebinding"),
        pytest.param({"Host": "127.0.0.1.evil.example:8000"}, id="rebinding-alike"),
        pytest.param({"Host": ""}, id="no-host"),
        pytest.param({"Origin": "https://evil.example"}, id="cross-site"),
        pytest.param({"Origin": "null"}, id="sandboxed-page"),
    ],
)
def test_pages_of_others_find_no_admin_paths(path: str, headers: Mapping[str, str]) -> None:
    method = "GET" if path == JOURNAL else "POST"
    given = {"X-Harness-Mock": "1", "Content-Type": "application/json", **headers}

    assert asyncio.run(asked_from("127.0.0.1", path, method=method, headers=given)) == 404


@pytest.mark.parametrize("path", [RESET, CLOCK])
@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_what_a_form_can_send_changes_nothing(path: str, kind: str) -> None:
    given = {"Content-Type": kind}

    assert asyncio.run(asked_from("127.0.0.1", path, method="POST", headers=given)) == 403


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000"])
def test_this_machine_is_let_in_under_each_of_its_names(host: str) -> None:
    given = {"Host": host, "Origin": f"http://{host}", "X-Harness-Mock": "1"}

    assert asyncio.run(asked_from("127.0.0.1", RESET, method="POST", headers=given)) == 204


def test_an_open_mock_knows_nobody_unless_asked() -> None:
    started = subprocess.run(
        [sys.executable, "-m", "harness", "mock", "--host", "0.0.0.0", "--open", "--port", "0"],  # noqa: S104 it is refused
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )

    assert started.returncode == 2
    assert "--default-credentials" in started.stderr


@pytest.mark.parametrize(("address", "status"), [("127.0.0.1", 200), ("192.0.2.7", 404)])
def test_admin_paths_answer_this_machine_only(address: str, status: int) -> None:
    assert asyncio.run(asked_from(address, JOURNAL)) == status


def test_a_canned_mock_takes_any_medical_submission_and_any_inquiry() -> None:
    strict, canned = (
        mock_with(MockSettings(canned=names))
        for names in (frozenset[str](), frozenset({"medical", "prior-auth"}))
    )
    broken = submission(1, {"provider": "nobody"})
    path = "/rcm/prior-authorization/v1/inquiry"

    assert (strict.upload(broken).status_code, canned.upload(broken).status_code) == (400, 200)
    assert strict.send("POST", path, json={}).status_code == 400
    assert canned.send("POST", path, json={}).status_code == 200


def test_a_client_gets_no_further_than_its_products() -> None:
    medical = mock_with(MockSettings(clients=(MEDICAL_ONLY_CLIENT,)))
    clerk = replace(MAIN_CLIENT, products=frozenset({"prior-auth"}), roles=frozenset())
    other = mock_with(MockSettings(clients=(clerk,)))

    assert medical.upload().status_code == 200
    assert medical.send("GET", PRIOR_AUTH_HEALTH).status_code == 403
    assert other.send("GET", PRIOR_AUTH_HEALTH).status_code == 200
    assert other.upload().status_code == 403
    assert other.create(TEXT_FILE).json()["properties"]["errors"][0]["code"] == "DENTATT_300"


def test_latency_keeps_every_call_waiting() -> None:
    api = mock_with(MockSettings(latency_seconds=0.05))

    answers = [api.send("GET", "/", token="") for _ in range(2)]

    assert all(answer.status_code == 200 for answer in answers)
    rows = admin(api, "GET", JOURNAL).json()["entries"]
    assert all(row["milliseconds"] >= 50 for row in rows)


def started(folder: Path, *flags: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "harness", "mock", "--port", "0", *flags]
    environment: Mapping[str, str] = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    return subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_command_serves_its_own_clients_at_its_own_time_and_ends_on_sigterm(
    tmp_path: Path,
) -> None:
    (tmp_path / "clients.yaml").write_text(
        "clients: [{client_id: clinic, client_secret: made-up, submitter_ids: ['1']}]"
    )
    flags = ("--credentials", "clients.yaml", "--clock", "2030-01-01T00:00:00Z", "--canned")
    with started(tmp_path, *flags) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        url = line.split()[-1]
        token = httpx.post(
            f"{url}/apip/auth/v2/token",
            json={
                "grant_type": "client_credentials",
                "client_id": "clinic",
                "client_secret": "made-up",
            },
        ).json()["access_token"]
        answer = httpx.post(
            url + UPLOADS,
            files=[("request", json_part({})), *(("files", each) for each in scans(1))],
            headers={"Authorization": f"Bearer {token}"},
        )
        page = httpx.get(url).text
        process.send_signal(signal.SIGTERM)
        process.wait(600)

    assert line.startswith("harness mock is ready at http://127.0.0.1:")
    assert answer.status_code == 200
    assert answer.headers["date"].startswith("Tue, 01 Jan 2030 00:00:")
    assert "not validated" in page
    assert "made-up" not in page
    assert process.returncode == 0


def test_over_tls_it_says_what_to_trust(tmp_path: Path) -> None:
    with started(tmp_path, "--tls", "--tls-folder", "tls") as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]
        advice = process.stdout.readline().strip()
        trust = ssl.create_default_context(cafile=str(tmp_path / "tls/mock-authority.pem"))
        page = httpx.get(url, verify=trust).text
        process.send_signal(signal.SIGTERM)
        process.wait(600)

    assert advice == f"trust it with: curl --cacert tls/mock-authority.pem {url}"
    assert f"curl --cacert tls/mock-authority.pem -s {url}/apip/auth/sntl/v1/token" in page


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (("--fault", "npi-checksum-uncheked"), "Did you mean 'npi-checksum-unchecked'?"),
        (("--tolerate", "busy-onc"), "Did you mean 'busy-once'?"),
        (("--rate-limit", "often"), "'often' is no rate. Write calls a second"),
        (("--clock", "noon"), "'noon' is no time that the clock can start at."),
        (("--credentials", "nothing.yaml"), "nothing.yaml"),
        (("--host", "0.0.0.0"), "in a container, add --open"),  # noqa: S104 it is refused
    ],
)
def test_a_wrong_flag_is_told_before_anything_is_served(
    tmp_path: Path, flags: tuple[str, ...], message: str
) -> None:
    with started(tmp_path, *flags) as process:
        output, errors = process.communicate(timeout=600)

    assert (process.returncode, output) == (2, "")
    assert message in errors


def test_every_fault_and_every_liberty_is_listed(tmp_path: Path) -> None:
    listed = []
    for flag in ("--list-faults", "--list-tolerances"):
        with started(tmp_path, flag) as process:
            listed.append(process.communicate(timeout=600)[0].splitlines())

    faults, tolerances = listed
    assert len(faults) >= 300
    assert any(line.startswith("transport-black-hole ") for line in faults)
    assert len(tolerances) >= 18
