"""Find the canned answer to a request for a review, by the table of members and keys."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import TypeAlias

from harness import document
from harness.jsonvalue import Json, items, members, text
from harness.mock.fault import ActiveFaults
from harness.products.prior_auth.mock.request import Asked
from harness.resources import shipped
from harness.x12.review import Decision, Kind, Rejected, Rejection

Answer: TypeAlias = Decision | Rejection

# Where the table has no word, the mock takes one that cannot be mistaken for the vendor's.
_UNPUBLISHED_ACTION = "A4"
# Certified in total, in part, modified.
_CERTIFYING_ACTIONS = ("A1", "A2", "A6")
_ISSUED, _EXPIRES, _EFFECTIVE = "20230802", "20230831", "20230801"


@dataclass(frozen=True, slots=True)
class Canned:
    """An answer of the sandbox, and what it says besides the decision."""

    answer: Answer
    procedure: str = ""
    is_on_dependent: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Everything the sandbox answers to."""

    inquiry_payer: str
    members: Mapping[str, Canned]
    inquiry_keys: Mapping[str, Canned]
    submission_keys: Mapping[str, Canned]
    unknown_key: Canned


@cache
def table() -> Table:
    """Return the table that ships with the program."""
    rows = members(document.read(shipped("specs") / "prior-auth" / "sandbox.yaml").data)
    return Table(
        inquiry_payer=text(rows.get("inquiry_payer")),
        members=_by_id(rows.get("members"), is_inquiry=True),
        inquiry_keys=_by_id(rows.get("inquiry_keys"), is_inquiry=True),
        submission_keys=_by_id(rows.get("submission_keys"), is_inquiry=False),
        unknown_key=_canned(members(rows.get("unknown_key")), is_inquiry=True),
    )


def decision(action: str, number: str) -> Decision:
    """Return the decision on an inquiry: a certified one has the dates of the published example."""
    dates = (_ISSUED, _EXPIRES, _EFFECTIVE) if action in _CERTIFYING_ACTIONS else ("", "", "")
    return Decision(action, number, number, *dates)


def _by_id(rows: Json, *, is_inquiry: bool) -> Mapping[str, Canned]:
    rows_read = map(members, items(rows))
    return {text(row.get("id")): _canned(row, is_inquiry=is_inquiry) for row in rows_read}


def _canned(row: Mapping[str, Json], *, is_inquiry: bool) -> Canned:
    if "reject" in row:
        return Canned(Rejection(text(row.get("reject")), Rejected(row.get("reject_at"))))
    # Of TST5 to TST11 no decision is published; pended is one that grants nothing.
    action = text(row.get("action")) or _UNPUBLISHED_ACTION
    number = text(row.get("authorization")) or f"MOCK{text(row.get('id'))}"
    return Canned(
        # The published submission answers carry no dates and no earlier number.
        decision(action, number) if is_inquiry else Decision(action, number),
        procedure=text(row.get("procedure")),
        is_on_dependent=row.get("patient") == "dependent",
    )


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
    # INQDEMO stands in both places of the published request (C69).
    is_demo = asked.review.payer.id == asked.receiver == known.inquiry_payer
    if is_demo or "inquiry-payer-ignored" in faults:
        return _member(member_id, faults)
    # An invented key is answered, but with no decision (C65, P023).
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
    # About half of all values, and the same half in every run, unlike hash().
    return zlib.crc32(repr(value).encode()) % 2 == 1


def _turned(canned: Canned) -> Canned:
    """Return the opposite decision; a rejection becomes a certification."""
    answer = canned.answer
    if isinstance(answer, Rejection):
        return _certified()
    action = _DENIED if answer.action == _CERTIFIED else _CERTIFIED
    return replace(canned, answer=replace(answer, action=action))
