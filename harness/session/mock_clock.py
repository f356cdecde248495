"""Let time pass at once, for the mock of a run and for the run alike."""

from dataclasses import replace

from harness.errors import Unreachable
from harness.exchange import Request
from harness.jsonvalue import compact
from harness.plugin.bench import Bench

PATH = "/_mock/clock"


def with_clock(bench: Bench) -> Bench:
    """Return a bench whose rules may move the clock; its own has to be one that costs no waiting."""
    send = bench.client.bound("run/clock")
    url = bench.settings.environment.base_url + PATH

    def advance(seconds: float) -> None:
        body = compact({"advance": seconds}).encode()
        request = Request("POST", url, (("Content-Type", "application/json"),), body)
        response = send(request).response
        if response is None or response.status != 200:
            raise Unreachable("the mock did not move its clock.")
        bench.time.sleep(seconds)

    return replace(bench, advance=advance)
