"""Know the values that the prior authorization sandbox answers to."""

from functools import cache

from harness import document
from harness.jsonvalue import Json, items, members, text
from harness.resources import shipped


@cache
def inquiry_payer() -> str:
    """Return the payer under which the test members are known."""
    return text(members(_table()).get("inquiry_payer"))


@cache
def known_member_ids() -> tuple[str, ...]:
    """Return the member ids with a canned inquiry answer."""
    return _ids("members")


@cache
def submission_keys() -> tuple[str, ...]:
    """Return the clearing house ids with a canned submission answer."""
    return _ids("submission_keys")


def _ids(name: str) -> tuple[str, ...]:
    rows = items(members(_table()).get(name))
    return tuple(text(members(row).get("id")) for row in rows)


@cache
def _table() -> Json:
    return document.read(shipped("specs") / "prior-auth" / "sandbox.yaml").data
