"""What a module with rules of one's own may rely on; `docs/tutorials/rules-in-python.md` shows it.

These names, and what they take, change only with a line in the changelog: a test compares them with a
committed list. Everything else in this package may change with any version.
"""

from harness import strategies
from harness.client.multipart import Part
from harness.exchange import Exchange, Request, Response
from harness.openapi.requirements import Strength
from harness.outcome import Check, Status
from harness.rules import checks
from harness.rules.own.declared import after_response, before_request, requirement, rule
from harness.rules.own.target import Target
from harness.rules.target import Answered

__all__ = [
    "Answered",
    "Check",
    "Exchange",
    "Part",
    "Request",
    "Response",
    "Status",
    "Strength",
    "Target",
    "after_response",
    "before_request",
    "checks",
    "requirement",
    "rule",
    "strategies",
]
