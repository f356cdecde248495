"""Only this machine, and hosts whose environment says so, are put under load, however they are spelt."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from harness.config import Environment, Overrides
from harness.errors import ForbiddenTarget
from harness.exchange import Exchange, Request
from harness.guard import Guard
from harness.hosts import SANDBOX_HOST
from harness.plugin.clock import real_time
from harness.session.load.prepare import LoadOptions, prepare, read_book, under_load
from tests.fakes import FakeClock, client_of
from tests.products import load
from tests.spellings import PRODUCTION, hosts, urls

ALLOWED = """
environments:
  staging:
    base_url: https://staging.example
    capabilities: {load_allowed: true}
  plain: {base_url: https://plain.example}
  live:
    base_url: https://live.example
    like: production
    capabilities: {load_allowed: true}
  sand:
    base_url: https://SANDBOX-apigw.optum.com
    capabilities: {load_allowed: true}
  mock:
    capabilities: {load_allowed: true}
"""
VENDOR = (*hosts(), *hosts(SANDBOX_HOST), "developer.optum.com")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "harness.yaml").write_text(ALLOWED)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def environment(folder: Path, **given: str) -> Environment:
    overrides = Overrides(environment=given.pop("name", None), **given)  # type: ignore[arg-type]  # texts alone are given
    return under_load(load(overrides, folder=folder, environ={})).environment


def refused(found: Environment, *hosts: str) -> list[str]:
    """Return those that the guard refuses."""
    guard = Guard(replace(found, allowed_hosts=(*found.allowed_hosts, *hosts)))

    def refuses() -> Iterator[str]:
        for host in hosts:
            try:
                guard.check("https", host)
            except ForbiddenTarget:
                yield host

    return list(refuses())


def test_every_spelling_of_the_vendors_hosts_is_refused_even_where_all_is_allowed() -> None:
    found = Environment("own", "https://own.example", load_hosts=tuple(VENDOR))

    assert refused(found, *VENDOR) == list(VENDOR)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "0x7f.1", "127.1", "127.0.0.1."]
)
def test_this_machine_may_be_put_under_load_however_it_is_spelt(host: str) -> None:
    assert refused(Environment("mock", "", load_hosts=()), host) == []


def test_a_host_is_allowed_by_its_own_environment_alone(folder: Path) -> None:
    staging = environment(folder, name="staging")

    assert refused(staging, "staging.example", "STAGING.example.") == []
    assert refused(staging, "other.example") == ["other.example"]


@pytest.mark.parametrize(
    "given",
    [
        pytest.param({"name": "plain"}, id="environment-that-says-nothing"),
        pytest.param({"base_url": "https://plain.example"}, id="address-of-a-flag"),
        pytest.param(
            {"name": "staging", "base_url": "https://plain.example"}, id="another-address"
        ),
        pytest.param({"name": "mock", "base_url": "https://plain.example"}, id="as-the-mock"),
    ],
)
def test_no_other_way_of_naming_a_host_allows_it(folder: Path, given: dict[str, str]) -> None:
    found = environment(folder, **given)

    with pytest.raises(ForbiddenTarget, match="nothing allows to put it under load") as problem:
        Guard(replace(found, allowed_hosts=("plain.example",))).check("https", "plain.example")

    assert "capabilities: {load_allowed: true}" in problem.value.advice


def test_what_counts_as_production_is_refused_whatever_it_says(folder: Path) -> None:
    with pytest.raises(ForbiddenTarget, match="production is never put under load"):
        Guard(environment(folder, name="live")).check("https", "live.example")


def test_the_sandbox_is_refused_under_any_name(folder: Path) -> None:
    with pytest.raises(ForbiddenTarget, match="is the vendor's, and is never put under load"):
        Guard(environment(folder, name="sand")).check("https", SANDBOX_HOST)


def test_a_proxy_elsewhere_is_refused_also_on_the_way_to_this_machine() -> None:
    found = Environment("mock", "", proxy="http://proxy.example:3128", load_hosts=())

    assert refused(found, "127.0.0.1") == ["127.0.0.1"]


def test_a_host_header_cannot_name_the_vendor() -> None:
    guard = Guard(Environment("mock", "http://127.0.0.1:1", load_hosts=()))

    with pytest.raises(ForbiddenTarget):
        guard.check_header(f"{SANDBOX_HOST}:443")


@pytest.mark.parametrize("host", [PRODUCTION, SANDBOX_HOST])
def test_the_client_asks_again_for_every_request(host: str) -> None:
    came: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        came.append(request.url.host)
        return httpx.Response(200)

    recorded: list[Exchange] = []
    lenient = Environment("own", "", allowed_hosts=tuple(VENDOR), load_hosts=tuple(VENDOR))
    send = client_of(answer, FakeClock(), recorded, lenient).bound("load")
    for url in urls(host):
        try:
            send(Request("GET", url))
        except ForbiddenTarget:
            continue

    assert [each for each in came if "optum" in each] == []


def test_outside_a_run_under_load_nothing_changes() -> None:
    assert refused(Environment("sandbox", f"https://{SANDBOX_HOST}"), SANDBOX_HOST) == []


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    "options",
    [
        pytest.param(
            LoadOptions("medical-attachments", target={"environment": "sandbox"}), id="environment"
        ),
        pytest.param(
            LoadOptions("medical-attachments", target={"environment": "production"}),
            id="production",
        ),
        pytest.param(
            LoadOptions("medical-attachments", servers={"*": f"https://{SANDBOX_HOST}"}),
            id="server",
        ),
        pytest.param(
            LoadOptions("medical-attachments", target={"base_url": f"https://{SANDBOX_HOST}."}),
            id="address",
        ),
    ],
)
def test_it_is_refused_before_anything_is_sent(options: LoadOptions) -> None:
    with pytest.raises(ForbiddenTarget, match="never put under load") as problem:
        prepare(options, read_book(options), time=real_time())

    assert problem.value.advice.startswith("Name a server on this machine")
