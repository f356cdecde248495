"""Choose what has to be sent to see one cause again: the requests it takes, and what they hand on."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from harness.exchange import Exchange
from harness.record import Record
from harness.verdict.captures import Capture, captures, sent_by, values
from harness.verdict.model import Cause, Finding
from harness.verdict.script_answers import can_compare, is_left_out

FOLDER = "reproduce"
MOST_CAUSES = 60
"""Causes that get a script; who has more of them begins with the first."""
MOST_TRIED = 50
"""Cases of a cause that are looked at for the one whose request is shortest."""
FEW_EXCHANGES = 20
"""A case with no more of them is sent whole; of longer ones only what hands values on."""
MOST_EXCHANGES = 60
"""Requests of a script; what takes more of them is shown again by `harness replay`."""
NEAR_SECONDS = 600
"""A wait that differs less from a token's lifetime is meant to end just before or after it."""
CLOCK = "run/clock"
"""The case under which time is moved on the mock."""
_LIFETIME = re.compile(rb'"expires_in"\s*:\s*"?(\d+)')
_ADVANCE = re.compile(rb'\{"advance":\s*([\d.]+)\}')
# Cases that log in as somebody else, for whom a script has no credentials.
_OTHER_CREDENTIALS = re.compile(r"foreign|outsider|provider|payer-only|entitle|/model/|stranger")


@dataclass(frozen=True, slots=True)
class Wait:
    """Time that passes on the mock until a token is about to end, or has just ended."""

    clock: int
    """The exchange that moves the clock."""
    exchange: int
    """The exchange whose answer says how long the token lives."""
    beyond: int
    """Seconds after its end; negative before it."""


@dataclass(frozen=True, slots=True)
class Reproduction:
    """The requests that show a cause, in order, and the finding that the last of them shows."""

    cause: Cause
    finding: Finding
    exchanges: tuple[Exchange, ...]
    captures: tuple[Capture, ...]
    wait: Wait | None = None

    @property
    def last(self) -> Exchange:
        return self.exchanges[-1]


class _Exchanges:
    """The exchanges of a record by id and by case."""

    def __init__(self, exchanges: Iterable[Exchange]) -> None:
        self.by_id: dict[int, Exchange] = {}
        self.by_case: dict[str, list[Exchange]] = {}
        for exchange in exchanges:
            self.by_id[exchange.id] = exchange
            self.by_case.setdefault(exchange.case, []).append(exchange)


def reproductions(
    causes: Iterable[Cause], record: Record, findings: Iterable[Finding]
) -> dict[str, Reproduction]:
    """Return the reproductions by the ids of their causes; what follows from another cause has none."""
    exchanges = _Exchanges(record.exchanges)
    members: dict[str, list[Finding]] = {}
    for finding in findings:
        members.setdefault(finding.cause, []).append(finding)
    wanted = [cause for cause in causes if not cause.because][:MOST_CAUSES]
    found = (
        (cause.id, _reproduction(cause, exchanges, members.get(cause.id, ()))) for cause in wanted
    )
    return {name: reproduction for name, reproduction in found if reproduction is not None}


def with_scripts(causes: Iterable[Cause], found: Mapping[str, Reproduction]) -> tuple[Cause, ...]:
    """Return the causes, each with the path of its script in the run's folder."""
    return tuple(
        replace(cause, reproduce=f"{FOLDER}/{cause.id}.sh") if cause.id in found else cause
        for cause in causes
    )


def _reproduction(
    cause: Cause, exchanges: _Exchanges, findings: Iterable[Finding]
) -> Reproduction | None:
    """Return the shortest reproduction among a cause's cases; None where none can be written down."""
    by_id = exchanges.by_id
    # The script shows one check, so that only findings of that check can stand for it.
    alike = [
        candidate
        for candidate in findings
        if candidate.check == cause.check and candidate.exchange in by_id
    ]
    candidates = (_of(other, by_id[other.exchange], exchanges) for other in alike[:MOST_TRIED])
    found = [(candidate, sent) for candidate, sent in candidates if sent]
    if not found:
        return None
    finding, sent = min(found, key=lambda pair: _awkwardness(*pair))
    return Reproduction(cause, finding, sent, tuple(captures(sent, finding)), _wait(sent))


def _wait(sent: Sequence[Exchange]) -> Wait | None:
    """Return the wait for the end of a token, where its length follows from what an answer says."""
    granted: tuple[int, int] | None = None
    for exchange in sent:
        answer = exchange.response.body if exchange.response else b""
        if (said := _LIFETIME.search(answer)) is not None:
            granted = exchange.id, int(said[1])
        moved = _ADVANCE.fullmatch(exchange.request.body) if exchange.case == CLOCK else None
        # The clock moved to about the end of a token: the lifetime may be another next time.
        if moved and granted and abs(float(moved[1]) - granted[1]) <= NEAR_SECONDS:
            return Wait(exchange.id, granted[0], round(float(moved[1]) - granted[1]))
    return None


def _of(
    finding: Finding, decisive: Exchange, exchanges: _Exchanges
) -> tuple[Finding, tuple[Exchange, ...]]:
    sent = tuple(_needed(decisive, exchanges))
    # A body that the record left out cannot be sent again.
    left_out = any(is_left_out(exchange.request.body) for exchange in sent)
    is_whole = not left_out and len(sent) <= MOST_EXCHANGES
    return finding, sent if is_whole and can_compare(finding, decisive) else ()


def _awkwardness(finding: Finding, sent: Sequence[Exchange]) -> tuple[bool, int, int]:
    size = sum(len(exchange.request.body) for exchange in sent)
    # One's own credentials first, then few requests, then small ones.
    return bool(_OTHER_CREDENTIALS.search(finding.case)), len(sent), size


def _needed(decisive: Exchange, exchanges: _Exchanges) -> Iterator[Exchange]:
    """Yield what comes before a request in its case as far as it matters, and the request."""
    before = [
        exchange
        for exchange in exchanges.by_case[decisive.case]
        # What a run does for itself, under `run/…`, belongs to no case.
        if exchange.id < decisive.id and not exchange.case.startswith("run/")
    ]
    kept = {exchange.id for exchange in before}
    # A long case is mostly a model's random walk, of which few calls matter.
    if len(before) >= FEW_EXCHANGES:
        kept = _handing_on(before, decisive)
    first = min(kept, default=decisive.id)
    # Time that passed in between is part of the sequence.
    moved = {
        exchange.id
        for exchange in exchanges.by_case.get(CLOCK, ())
        if first < exchange.id < decisive.id
    }
    for number in sorted({*kept, *moved, decisive.id}):
        yield exchanges.by_id[number]


def _handing_on(before: Sequence[Exchange], decisive: Exchange) -> set[int]:
    """Return the exchanges whose answers hold what this request, or one of them, sends."""
    kept: set[int] = set()
    wanted = [decisive]
    # Backwards from the decisive request; each exchange is taken once, so this ends.
    while wanted:
        taking = wanted.pop()
        sent, last = sent_by(taking), taking.id
        known: set[bytes] = set()
        # Of several answers with one value the last one before it was sent is the one it came from.
        for exchange in reversed([each for each in before if each.id < last]):
            asked = sent_by(exchange)
            given = {value for value, _, _ in values(exchange) if value in sent} - known
            # What an answer only repeats was ours before.
            if any(value not in asked for value in given) and exchange.id not in kept:
                kept.add(exchange.id)
                wanted.append(exchange)
            known |= {value for value in given if value not in asked}
    return kept
