"""Read the table of test payers, each bound to one status."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache

from harness import document
from harness.jsonvalue import Json, items, members, text
from harness.resources import shipped


class Delivery(Enum):
    """Which contact of the payer a submission has to carry."""

    NONE = "none"
    FAX = "fax"
    MAIL = "mail"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A status code and its message."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class TestPayer:
    """A payer id of the sandbox and what becomes of every transaction sent to it."""

    # Pytest would take the class for a test by its name.
    __test__ = False

    id: str
    verdict: Verdict
    is_print_fax: bool
    delivery: Delivery
    documents: tuple[Verdict, ...] = ()
    """What becomes of the first, second … document, where they differ."""
    rejection: str | None = None


RECEIVED = Verdict("01", "TRANSACTION_RECEIVED")
"""The status of a transaction to any other payer: it goes no further than this machine."""


@cache
def payers() -> Mapping[str, TestPayer]:
    """Return the test payers by id."""
    table = document.read(shipped("specs") / "medical" / "sandbox.yaml")
    rows = map(_payer, items(members(table.data).get("payers")))
    return {row.id: row for row in rows}


def _payer(row: Json) -> TestPayer:
    fields = members(row)
    return TestPayer(
        id=text(fields.get("id")),
        verdict=_verdict(row),
        is_print_fax=fields.get("kind") == "print_fax",
        delivery=Delivery(fields.get("delivery") or "none"),
        documents=tuple(map(_verdict, items(fields.get("documents")))),
        # null, and not an empty text, is what a detail says where there is no reason (A063).
        rejection=text(fields.get("rejection")) or None,
    )


def _verdict(row: Json) -> Verdict:
    fields = members(row)
    return Verdict(text(fields.get("code")), text(fields.get("message")))
