"""Promises on failures that no request provokes, for a target that fails when it is asked to."""

from dataclasses import replace

from harness.exchange import Exchange, Request
from harness.rules.target import Target

HEADER = "X-Mock-Trouble"
FAILS = ("fault_injection",)


def troubled(target: Target, trouble: str) -> Target:
    """Return a target on which every call meets a trouble behind the API."""

    def send(request: Request) -> Exchange:
        return target.send(replace(request, headers=(*request.headers, (HEADER, trouble))))

    return replace(target, send=send)
