"""Compare what the medical attachments APIs answer with what they promise, one comparison a function."""

import re

from harness.jsonvalue import items, lookup, members, text
from harness.outcome import Check
from harness.products.medical.rules.requests import Receipt
from harness.rules.checks import check, equal, matches, refused, silent_about, status
from harness.rules.rule import Checks
from harness.rules.target import Answered

TRACE_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}Z")
ERRORS = "response.body#/errors"
_PATIENT = ("Atreides-Test", "Paul", "HARNESS0001")
"""What the submissions of `medical_baseline` hold that no error has to repeat."""
_INDEX = re.compile(r"\[[0-9]+\]|(?<=\.)[0-9]+\.")


def accepted(receipt: Receipt) -> Checks:
    """Judge a successful upload: 200, `success`, and an id that begins with a trace id."""
    answered = receipt.answered
    yield status(answered, 200)
    yield equal("upload.status", answered, "success", members(answered.body).get("status"))
    yield matches("trace-id", answered, TRACE_ID, receipt.trace_id)
    yield from answered.conforms()


def refused_upload(answered: Answered, path: str) -> Checks:
    """Judge a refused upload: 400 and a list of errors, one of which names the field to blame."""
    yield status(answered, 400)
    yield equal("error.status", answered, "errors", members(answered.body).get("status"))
    yield field_named(answered, path)
    yield _described(answered)
    yield silent_about(answered, _PATIENT)
    yield from answered.conforms()


def refused_plainly(answered: Answered) -> Checks:
    """Judge a refusal of which no more is published than that it is the client's fault."""
    yield refused(answered)
    yield silent_about(answered, _PATIENT)
    yield from answered.conforms()


def field_named(answered: Answered, path: str) -> Check:
    """Check that an error names a field, with its parents or without, or a member of it."""
    wanted = _INDEX.sub("", path)
    fields = [
        text(members(error).get("field")) for error in items(lookup(answered.body, "/errors"))
    ]
    holds = any(_is_named(wanted, _INDEX.sub("", field)) for field in fields)
    actual = ", ".join(fields) or f"status {answered.response.status} and no field"
    return check("error.field", answered, wanted, actual, holds=holds, where=ERRORS)


def _described(answered: Answered) -> Check:
    """Check that every error says in words what is wrong."""
    said = [
        text(members(error).get("description")) for error in items(lookup(answered.body, "/errors"))
    ]
    holds = bool(said) and all(each.strip() for each in said)
    actual = "; ".join(said) or "no error"
    return check("error.description", answered, "words", actual, holds=holds, where=ERRORS)


def _is_named(wanted: str, field: str) -> bool:
    return bool(field) and (
        wanted == field or wanted.endswith(f".{field}") or field.startswith(f"{wanted}.")
    )
