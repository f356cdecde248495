"""Know the test payers of the medical attachments sandbox, each bound to one status."""

import re
from dataclasses import dataclass
from functools import cache

from harness import document
from harness.jsonvalue import Json, items, members, text
from harness.resources import shipped


@dataclass(frozen=True, slots=True)
class Payer:
    """A test payer: the status it is bound to, and the contact that a submission to it has to carry."""

    id: str
    code: str
    message: str
    pattern: str
    """Of the message, where that varies; empty where it does not."""
    is_print_fax: bool
    delivery: str
    """`fax`, `mail` or `none`."""
    is_terminal: bool
    document_codes: tuple[str, ...]
    """Codes that all occur among two or more documents; empty where documents have none."""
    requirement: str

    @property
    def slug(self) -> str:
        """The id as part of a case id."""
        return self.id.lower()

    def says(self, message: str) -> bool:
        """Return whether a status message is this payer's."""
        if self.pattern:
            return re.fullmatch(self.pattern, message) is not None
        return message == self.message


@cache
def payers() -> tuple[Payer, ...]:
    """Return the 18 test payers in the order of the vendor's table."""
    table = document.read(shipped("specs") / "medical" / "sandbox.yaml")
    return tuple(map(_payer, items(members(table.data).get("payers"))))


def payer(payer_id: str) -> Payer:
    """Return the test payer of that id. An id that is none is our bug."""
    return next(payer for payer in payers() if payer.id == payer_id)


def _payer(row: Json) -> Payer:
    fields = members(row)
    documents = items(fields.get("documents"))
    return Payer(
        id=text(fields.get("id")),
        code=text(fields.get("code")),
        message=text(fields.get("message")),
        pattern=text(fields.get("message_pattern")),
        is_print_fax=fields.get("kind") == "print_fax",
        delivery=text(fields.get("delivery")),
        is_terminal=fields.get("terminal") is True,
        document_codes=tuple(text(members(document).get("code")) for document in documents),
        requirement=text(fields.get("requirement")),
    )
