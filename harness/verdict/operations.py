"""Count and time the requests of a run by operation, and find operations that do not work at all."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from harness.exchange import Exchange
from harness.outcome import TOKEN_CHECK, Check, Status
from harness.record import Record
from harness.verdict.model import AnswerUse, ConstraintUse, Judged, OperationUse


def operation_uses(record: Record) -> tuple[OperationUse, ...]:
    """Return every operation that is under test or was called, those under test first."""
    under_test = [
        (document.api, name) for document in record.run.documents for name in document.operations
    ]
    sent = Counter(
        exchange.request.operation for exchange in record.exchanges if exchange.request.operation
    )
    times = durations(record)
    # Operations under test keep the order of their document; the others are sorted.
    names = dict.fromkeys(name for _, name in under_test) | dict.fromkeys(sorted(sent))
    apis = {name: api for api, name in under_test}
    return tuple(
        OperationUse(
            operation=name,
            api=apis.get(name, ""),
            requests=sent[name],
            answered=len(times.get(name, ())),
            p50=percentile(times.get(name, ()), 0.5),
            p95=percentile(times.get(name, ()), 0.95),
        )
        for name in names
    )


def answer_uses(record: Record) -> tuple[AnswerUse, ...]:
    """Return every documented answer; a status counts for its own entry, else its range, else the default."""
    documented = dict.fromkeys(
        (operation, status)
        for document in record.run.documents
        for status, _, operation in (answer.partition(" ") for answer in document.answers)
    )
    seen = {
        (exchange.request.operation, exchange.response.status)
        for exchange in record.exchanges
        if exchange.response is not None
    }
    reached = {_entry(operation, status, documented) for operation, status in seen}
    return tuple(
        AnswerUse(operation, status, (operation, status) in reached)
        for operation, status in documented
    )


def _entry(
    operation: str, status: int, documented: Collection[tuple[str, str]]
) -> tuple[str, str] | None:
    wanted = (str(status), f"{status // 100}XX", "default")  # OpenAPI 3.1, 4.8.16
    entries = ((operation, each) for each in wanted)
    return next((entry for entry in entries if entry in documented), None)


def durations(record: Record) -> Mapping[str, tuple[float, ...]]:
    """Return the sorted durations of every answered exchange, by operation."""
    found: dict[str, list[float]] = {}
    for exchange in record.exchanges:
        if exchange.response is not None and exchange.request.operation:
            # Records of earlier versions hold no time of the answer, only that of the exchange.
            seconds = exchange.response.elapsed_seconds or exchange.duration_seconds
            found.setdefault(exchange.request.operation, []).append(seconds)
    return {operation: tuple(sorted(seconds)) for operation, seconds in found.items()}


def percentile(ordered: Sequence[float], share: float) -> float:
    """Return the nearest-rank percentile of sorted values; of none, zero."""
    if not ordered:
        return 0.0
    # Rounded up in whole numbers: a product of floats may lie a hair above the rank that is meant.
    rank = -(-len(ordered) * round(share * 100) // 100)
    return ordered[max(rank, 1) - 1]


def constraint_uses(record: Record) -> tuple[ConstraintUse, ...]:
    """Return every constraint on what the operations under test are sent, in the documents' order."""
    return tuple(
        ConstraintUse(each.operation, pointer, seen)
        for each in record.exercised
        for pointer, seen in each.sides
    )


TARGET_DOWN = "the target is down"
MOST_FAILURES = 4
"""Cases that may fail by one operation before it is reported as one failure."""
FEWEST_OPERATIONS = 5
FEWEST_REQUESTS = 24
"""What must have been tried in vain before a target as a whole counts as down."""


@dataclass(frozen=True, slots=True)
class Outage:
    """An operation that no request of the run got to work."""

    operation: str
    requests: int
    statuses: tuple[int, ...]
    """What it answered; empty where it never answered."""

    def __str__(self) -> str:
        return f"{self.operation} {_answers(self.statuses)} ({self.requests:,} requests)"


def outages(exchanges: Iterable[Exchange]) -> Mapping[str, Outage]:
    """Return the operations that never answered, or with server errors alone (RFC 9110, 15.6)."""
    statuses: dict[str, list[int]] = {}
    for exchange in exchanges:
        if exchange.request.operation:
            # Zero stands for no answer, which no HTTP status can be.
            status = exchange.response.status if exchange.response else 0
            statuses.setdefault(exchange.request.operation, []).append(status)
    return {
        operation: Outage(operation, len(found), tuple(sorted({*found} - {0})))
        for operation, found in statuses.items()
        # One answer that is no server error is enough: then the operation works.
        if not any(_works(status) for status in found)
    }


def is_target_down(exchanges: Sequence[Exchange]) -> bool:
    """Return whether nothing at all worked: then it cannot be said what the contract is worth."""
    labelled = [exchange for exchange in exchanges if exchange.request.operation]
    called = {exchange.request.operation for exchange in labelled}
    # A few requests may all fail for reasons of their own.
    enough = len(called) >= FEWEST_OPERATIONS and len(labelled) >= FEWEST_REQUESTS
    return enough and len(outages(labelled)) == len(called)


def collapse_outages(judged: Sequence[Judged], exchanges: Sequence[Exchange]) -> tuple[Judged, ...]:
    """Keep the first failure of an operation that does not work; what else met it is inconclusive.

    Where the whole target is down, no failure is kept: an outage is no breach of a contract.
    """
    down = outages(exchanges)
    if not down:
        return tuple(judged)
    if is_target_down(exchanges):
        return _all_inconclusive(judged, tuple(down.values()))
    by_id = {exchange.id: exchange for exchange in exchanges}
    victims: dict[str, list[str]] = {}
    for each in judged:
        if operation := _victim_of(each, by_id, down):
            victims.setdefault(operation, []).append(each.planned.case)
    because = {
        case: str(down[operation])
        for operation, cases in victims.items()
        # A few failures are shown as they are; only many of one kind hide the others.
        if len(cases) > MOST_FAILURES
        # The first one stays a failure and stands for all.
        for case in cases[1:]
    }
    return tuple(
        replace(other, status=Status.ERROR, because=because[other.planned.case])
        if other.planned.case in because
        else other
        for other in judged
    )


def _answers(statuses: Sequence[int]) -> str:
    if not statuses:
        return "never answers"
    return f"answers nothing but {' and '.join(map(str, statuses))}"


def _all_inconclusive(judged: Iterable[Judged], down: Sequence[Outage]) -> tuple[Judged, ...]:
    statuses = sorted({status for outage in down for status in outage.statuses})
    requests = sum(outage.requests for outage in down)
    because = f"{TARGET_DOWN}: it {_answers(statuses)} ({requests:,} requests)"
    return tuple(
        replace(other, status=Status.ERROR, because=because)
        # What passed or was left out does not depend on the target.
        if other.status in (Status.FAIL, Status.ERROR)
        else other
        for other in judged
    )


def obstacles(judged: Iterable[Judged], exchanges: Iterable[Exchange]) -> tuple[str, ...]:
    """Return what kept many cases from being judged, each in one sentence: outages and missing tokens."""
    by_id = {exchange.id: exchange for exchange in exchanges}
    counted = Counter(filter(None, (_obstacle(other, by_id) for other in judged)))
    return tuple(
        f"{obstacle}, so that {count:,} case{'' if count == 1 else 's'} could not be judged"
        for obstacle, count in counted.most_common()
    )


def _obstacle(judged: Judged, exchanges: Mapping[int, Exchange]) -> str:
    if judged.because or judged.status is not Status.ERROR or judged.outcome is None:
        return judged.because
    checks = [check for check in judged.outcome.checks if check.name == TOKEN_CHECK]
    if not checks:
        return ""
    exchange = exchanges.get(checks[0].exchange)
    operation = exchange.request.operation if exchange else "the token endpoint"
    return f"{operation} gives no token ({checks[0].actual})"


def _works(status: int) -> bool:
    return 0 < status < 500


def _victim_of(
    judged: Judged, exchanges: Mapping[int, Exchange], down: Mapping[str, Outage]
) -> str:
    """Return the operation whose outage is all that a case failed by; empty where there is more to it."""
    if judged.status is not Status.FAIL or judged.outcome is None:
        return ""
    # The first failed check is what decided against the case.
    failed = [check for check in judged.outcome.checks if check.status is Status.FAIL]
    first = exchanges.get(failed[0].exchange) if failed else None
    if first is None or first.request.operation not in down:
        return ""
    return first.request.operation if _is_outage(failed[0], first) else ""


def _is_outage(check: Check, exchange: Exchange) -> bool:
    """Return whether a check failed because there was no answer, or by the status itself."""
    # Any other check has looked into an answer, so that the API is to blame after all.
    return exchange.response is None or check.actual == str(exchange.response.status)
