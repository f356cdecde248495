"""Compare what summary, detail and search say of one transaction: the same, and at times that can be (A064)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from harness.jsonvalue import Json, compact, items, members, text
from harness.outcome import Check
from harness.rules.checks import check, equal
from harness.rules.rule import Checks
from harness.rules.target import Answered
from harness.rules.times import answer_time, loose

State = Mapping[str, Json]

SUBMITTED = "transactionSubmittedDate"
_TOLD = ("documentName", "controlNumber", "statusCode", "statusMessage")
"""The payer's own words are optional, and so may stand in one form only (A007)."""
_DETAILS = (
    *("claimEndDate", "claimStartDate", "memberId", "patientFirstName", "patientLastName"),
    *("payerId", "payerName", "providerFirstName", "providerId", "providerLastName"),
    *("rejectionInformation", "submitterId"),
)
"""The published members of transactionDetails but its time; what else is there may differ."""
_TOLERANCE = timedelta(minutes=5)
"""A status may be reported as of the moment of asking."""


def same_states(answered: Answered, expected: Sequence[State], actual: Sequence[State]) -> Checks:
    """Check that statuses are reported twice alike: codes, messages, documents in any order, times."""
    yield equal("states.twin", answered, _plain(expected), _plain(actual))
    pairs = list(zip(_times(expected), _times(actual), strict=False))
    apart = [f"{one} and {other}" for one, other in pairs if not _are_near(one, other)]
    moved_names = ", ".join(apart) or "the same"
    yield check("states.twin-times", answered, "the same times", moved_names, holds=not apart)


def same_details(answered: Answered, expected: Json, actual: Json) -> Check:
    """Check that a transaction's details are the same across the board, as the guide puts it (C98)."""
    one, other = members(expected), members(actual)
    differing = [name for name in _DETAILS if one.get(name) != other.get(name)]
    if not _are_near(text(one.get(SUBMITTED)), text(other.get(SUBMITTED))):
        differing.append(SUBMITTED)
    differing_names = ", ".join(differing) or "none"
    return check("details.twin", answered, "no difference", differing_names, holds=not differing)


def in_time(answered: Answered, details: Mapping[str, Json], states: Sequence[State]) -> Check:
    """Check that every time is one, not before the transaction and not after the answer."""
    first, last = loose(text(details.get(SUBMITTED))), answer_time(answered.response)
    odd = [time for time in _times(states) if time and not _is_between(loose(time), first, last)]
    expected = "times between the upload and the answer"
    return check("states.times", answered, expected, ", ".join(odd) or "none other", holds=not odd)


def _is_between(moment: datetime | None, first: datetime | None, last: datetime | None) -> bool:
    if moment is None:
        return False
    is_late_enough = first is None or first - _TOLERANCE <= moment
    return is_late_enough and (last is None or moment <= last + _TOLERANCE)


def _are_near(one: str, other: str) -> bool:
    first, second = loose(one), loose(other)
    if first is None or second is None:
        return one == other
    return abs(first - second) <= _TOLERANCE


def _plain(states: Sequence[State]) -> Json:
    return [
        [text(state.get("statusCode")), text(state.get("statusMessage")), *_documents(state)]
        for state in states
    ]


def _documents(state: State) -> list[str]:
    listed = [members(document) for document in items(state.get("documents"))]
    return sorted(compact({name: item.get(name) for name in _TOLD}) for item in listed)


def _times(states: Sequence[State]) -> tuple[str, ...]:
    """Return all times, those of documents in the order of their names; empty where none is reported."""
    return tuple(time for state in states for time in _times_of(state))


def _times_of(state: State) -> tuple[str, ...]:
    listed = [members(document) for document in items(state.get("documents"))]
    ordered = sorted(listed, key=lambda each: text(each.get("documentName")))
    return tuple(text(item.get("statusTimeStamp")) for item in (state, *ordered))
