"""One way to see a promise of the mock kept, and broken by a fault."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from harness.jsonvalue import lookup
from tests.integration.mock_api import MockApi, scans, submission, trace_of

Probe: TypeAlias = Callable[[MockApi], object]


@dataclass(frozen=True)
class Case:
    """What a probe sees of a mock without faults; with the fault it has to see something else."""

    probe: Probe
    clean: object


def polled(pointer: str, *, fieldset: str = "summary", payer: str = "TESTEP06") -> Probe:
    """See a value of the status answer for two documents sent to a payer."""
    request = submission(2, {"tradingPartnerServiceId": payer})

    def probe(api: MockApi) -> object:
        trace_id = trace_of(api.upload(request, scans(2)))
        return lookup(api.status(trace_id, fieldset).json(), pointer)

    return probe
