"""What a check and a case can come to."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """The result of a check or of a case; `worst` orders them."""

    PASS = "pass"
    FAIL = "fail"
    WARN = "warn"
    ERROR = "error"
    SKIP = "skip"
    OMIT = "omit"
    WAIVED = "waived"
    REVIEW = "review"
    NOT_RUN = "not_run"


class Attribution(StrEnum):
    """Whose fault a failure is."""

    API = "api"
    DOCUMENT = "document"
    HARNESS = "harness"
    ENVIRONMENT = "environment"
    RULE = "rule"
    """Of a rule of one's own, whose author has to mend it."""


TOKEN_CHECK = "access token"
"""The check of a case that could not be judged because it had no token."""

# A broken contract outranks everything: that we could not judge a second thing does not unmake it.
_WORST_FIRST = (
    Status.FAIL,
    Status.ERROR,
    Status.NOT_RUN,
    Status.SKIP,
    Status.REVIEW,
    Status.WAIVED,
    Status.WARN,
    Status.PASS,
    Status.OMIT,
)


def worst(statuses: Iterable[Status]) -> Status:
    """Return the worst status; no evidence at all is an error."""
    # ERROR for the empty case: a run without evidence must never look like one that passed.
    seen = set(statuses)
    return next((status for status in _WORST_FIRST if status in seen), Status.ERROR)


@dataclass(frozen=True, slots=True)
class Check:
    """One comparison inside a case: what was expected, what came, and where."""

    name: str
    status: Status
    expected: str = ""
    actual: str = ""
    where: str = ""
    exchange: int = 0
    """Id of the exchange that was judged; 0 where none was."""
    source: str = ""
    """`file:line:col` of the rule, where it was written in a file."""
    attribution: Attribution = Attribution.API


@dataclass(frozen=True, slots=True)
class Outcome:
    """A case's result with everything that led to it."""

    case: str
    status: Status
    checks: tuple[Check, ...] = ()
    message: str = ""
    started: str = ""
    duration_seconds: float = 0.0
    requests: int = 0
    attribution: Attribution = Attribution.API

    @property
    def first_bad(self) -> Check | None:
        """The check that decided against the case, or None."""
        # In this order, since a warning that came first must not speak for a failure.
        bad = (Status.FAIL, Status.ERROR, Status.WARN)
        return next(
            (check for status in bad for check in self.checks if check.status is status), None
        )
