"""Use what a mock of one's own offers: time that passes at once, and failures on request."""

from dataclasses import replace

from harness.config import Settings
from harness.errors import Unreachable
from harness.exchange import Request
from harness.jsonvalue import compact
from harness.plugin.bench import Bench

PATH = "/_mock/clock"


def with_clock(bench: Bench) -> Bench:
    """Return a bench whose rules may move the clock, which has to cost no waiting, and have calls fail."""
    send = bench.client.bound("run/clock")
    url = bench.settings.environment.base_url + PATH

    def advance(seconds: float) -> None:
        body = compact({"advance": seconds}).encode()
        request = Request("POST", url, (("Content-Type", "application/json"),), body)
        response = send(request).response
        if response is None or response.status != 200:
            raise Unreachable("the mock did not move its clock.")
        bench.time.sleep(seconds)

    return replace(bench, settings=_failing(bench.settings), advance=advance)


def _failing(settings: Settings) -> Settings:
    environment = settings.environment
    capabilities = replace(environment.capabilities, fault_injection=True)
    return replace(settings, environment=replace(environment, capabilities=capabilities))
