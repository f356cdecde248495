"""Read the table of members and keys that prior authorization has a canned answer for."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from harness import document
from harness.jsonvalue import Json, items, members, text
from harness.resources import shipped
from harness.x12.review import Decision, Rejected, Rejection

Answer: TypeAlias = Decision | Rejection

# Where the table has no word, the mock takes one that cannot be mistaken for the vendor's.
_UNPUBLISHED_ACTION = "A4"
_CERTIFIED = ("A1", "A2", "A6")
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
    dates = (_ISSUED, _EXPIRES, _EFFECTIVE) if action in _CERTIFIED else ("", "", "")
    return Decision(action, number, number, *dates)


def _by_id(rows: Json, *, is_inquiry: bool) -> Mapping[str, Canned]:
    rows_read = map(members, items(rows))
    return {text(row.get("id")): _canned(row, is_inquiry=is_inquiry) for row in rows_read}


def _canned(row: Mapping[str, Json], *, is_inquiry: bool) -> Canned:
    if "reject" in row:
        return Canned(Rejection(text(row.get("reject")), Rejected(row.get("reject_at"))))
    action = text(row.get("action")) or _UNPUBLISHED_ACTION
    number = text(row.get("authorization")) or f"MOCK{text(row.get('id'))}"
    return Canned(
        decision(action, number) if is_inquiry else Decision(action, number),
        procedure=text(row.get("procedure")),
        is_on_dependent=row.get("patient") == "dependent",
    )
