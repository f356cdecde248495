"""Count and time the requests of a run by operation."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from harness.record import Record
from harness.verdict.model import AnswerUse, ConstraintUse, OperationUse


def operation_uses(record: Record) -> tuple[OperationUse, ...]:
    """Return every operation that is under test or was called, those under test first."""
    under_test = [
        (document.api, name) for document in record.run.documents for name in document.operations
    ]
    sent = Counter(
        exchange.request.operation for exchange in record.exchanges if exchange.request.operation
    )
    times = durations(record)
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
            seconds = exchange.response.elapsed_seconds or exchange.duration_seconds
            found.setdefault(exchange.request.operation, []).append(seconds)
    return {operation: tuple(sorted(seconds)) for operation, seconds in found.items()}


def percentile(ordered: Sequence[float], share: float) -> float:
    """Return the nearest-rank percentile of sorted values; of none, zero."""
    if not ordered:
        return 0.0
    rank = -(-len(ordered) * round(share * 100) // 100)
    return ordered[max(rank, 1) - 1]


def constraint_uses(record: Record) -> tuple[ConstraintUse, ...]:
    """Return every constraint on what the operations under test are sent, in the documents' order."""
    return tuple(
        ConstraintUse(each.operation, pointer, seen)
        for each in record.exercised
        for pointer, seen in each.sides
    )
