"""Find the canned answer to a request for a review."""

import zlib
from dataclasses import replace

from harness.mock.fault import ActiveFaults
from harness.products.prior_auth.mock.request import Asked
from harness.products.prior_auth.mock.sandbox import Canned, decision, table
from harness.x12.kinds import Kind
from harness.x12.review import Decision, Rejection

_DENIED, _CERTIFIED = "A3", "A1"
_FIRST_KEY = "278_217_01_A1"


def decided(asked: Asked, calls: int, faults: ActiveFaults) -> Canned:
    """Return the answer to a request; so many calls were decided before it."""
    canned = _inquired(asked, faults) if asked.kind is Kind.INQUIRY else _submitted(asked, faults)
    if "key-fields-optional" in faults and not (asked.receiver and asked.review.payer.id):
        return _certified()
    if _is_turned(asked, calls, faults):
        return _turned(canned)
    if "review-number-missing" in faults and isinstance(canned.answer, Decision):
        return replace(canned, answer=replace(canned.answer, review_number=""))
    return canned


def _inquired(asked: Asked, faults: ActiveFaults) -> Canned:
    """Select by member id where payer and clearing house are the demo payer, else by key."""
    known, member_id = table(), asked.review.member.member_id
    is_demo = asked.review.payer.id == asked.receiver == known.inquiry_payer
    if is_demo or "inquiry-payer-ignored" in faults:
        return _member(member_id, faults)
    return known.inquiry_keys.get(asked.receiver) or _unknown(faults)


def _member(member_id: str, faults: ActiveFaults) -> Canned:
    found = table().members.get(member_id)
    if found is None:
        return _certified() if "unknown-member-certified" in faults else _unknown(faults)
    if f"{member_id.lower()}-decided-otherwise" in faults:
        return _turned(found)
    if f"{member_id.lower()}-without-decision" in faults:
        return table().unknown_key
    return found


def _submitted(asked: Asked, faults: ActiveFaults) -> Canned:
    keys = table().submission_keys
    if "submission-keys-alike" in faults:
        return keys[_FIRST_KEY]
    if "first-key-denied" in faults and asked.receiver == _FIRST_KEY:
        return _turned(keys[_FIRST_KEY])
    return keys.get(asked.receiver) or _unknown(faults)


def _unknown(faults: ActiveFaults) -> Canned:
    return _certified() if "unknown-key-certified" in faults else table().unknown_key


def _certified() -> Canned:
    return Canned(decision(_CERTIFIED, "MOCKCERTIFIED"))


def _is_turned(asked: Asked, calls: int, faults: ActiveFaults) -> bool:
    """Return whether a fault has the decision hang on something that must not matter."""
    return (
        ("decision-alternates" in faults and calls % 2 == 1)
        or ("x12-decides-otherwise" in faults and asked.is_x12)
        or ("content-decides" in faults and _is_odd(asked.review.event))
        or ("name-decides" in faults and _is_odd(asked.review.member.last_name))
    )


def _is_odd(value: object) -> bool:
    return zlib.crc32(repr(value).encode()) % 2 == 1


def _turned(canned: Canned) -> Canned:
    """Return the opposite decision; a rejection becomes a certification."""
    answer = canned.answer
    if isinstance(answer, Rejection):
        return _certified()
    action = _DENIED if answer.action == _CERTIFIED else _CERTIFIED
    return replace(canned, answer=replace(answer, action=action))
