"""Promises on the dental errors that only a failure behind the API brings about (D101 to D148)."""

from collections.abc import Callable, Mapping

from harness.jsonvalue import text
from harness.outcome import Check
from harness.products.dental.codes.errors import DentalError
from harness.products.dental.rules.answers import (
    dental_errors,
    error_named,
    problem_body,
    published,
)
from harness.products.dental.rules.requests import (
    GROUP,
    IMAGES,
    MEMBER_FIELDS,
    PLAIN,
    WRITES,
    Creation,
    claim,
    create,
    search,
    uploads,
)
from harness.products.dental.rules.search import stored
from harness.rules.answers import leaks_nothing
from harness.rules.checks import check
from harness.rules.part import FAILS, troubled
from harness.rules.rule import AnyRule, Checks, Rule
from harness.rules.target import Answered, Target

_HEALTH, _SEARCH, _CREATE, _IMAGES = "health", "search", PLAIN.group, IMAGES.group
_BOTH = (_CREATE, _IMAGES)
_ALL, _FILES = (_HEALTH, *_BOTH, _SEARCH), (*_BOTH, _SEARCH)
# Errors of the table that no request of a caller can provoke, so that the mock brings them about.
_ROWS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("Service.genericError", "D101", _ALL),
    ("Missing.req.header.userInfo", "D123", _ALL),
    ("Attachment.req.attachments.find.multiple", "D126", (_SEARCH,)),
    ("Attachment.req.comprehensive.timeout", "D127", _BOTH),
    ("DataService.attachments.find.retryExhausted", "D134", (_SEARCH,)),
    ("UserAccess.policy.missingrequired", "D137", _ALL),
    ("FileManagement.service.error", "D139", _FILES),
    # Codes that speak of reading concern a search alone, those of storing a create.
    ("FileManagement.fileId.error", "D140", (_SEARCH,)),
    ("FileManagement.response.parse.failed", "D141", _FILES),
    ("FileManagement.upload.failed", "D142", _BOTH),
    ("FileManagement.download.failed", "D143", (_SEARCH,)),
    ("FileManagement.list.failed", "D145", (_SEARCH,)),
    ("FileManagement.response.validation.null", "D146", _FILES),
    ("FileManagement.response.validation.failed", "D147", _FILES),
    ("FileManagement.list.tags", "D148", (_SEARCH,)),
)
"""Message key of an error, the requirement that speaks of it, and where it can happen."""


def _health(target: Target, code: str) -> Answered:
    operation = target.operation(GROUP, "checkDentalHealth")
    return troubled(target, code).call(operation, headers=target.authorization(GROUP))


def _searched(target: Target, code: str) -> Answered:
    # Stored without trouble: only the search is to meet it.
    made = stored(target, uploads(1))
    return search(troubled(target, code), made.attachment_ids)


def _creates(by: Creation) -> Callable[[Target, str], Answered]:
    return lambda target, code: create(
        troubled(target, code), claim(target.environment), uploads(1), by
    )


_ASK: Mapping[str, Callable[[Target, str], Answered]] = {
    _HEALTH: _health,
    _SEARCH: _searched,
    _CREATE: _creates(PLAIN),
    _IMAGES: _creates(IMAGES),
}


def rules() -> tuple[AnyRule, ...]:
    """Return one rule for each error and operation."""
    return tuple(
        _rule(published(key), requirement, group)
        for key, requirement, groups in _ROWS
        for group in groups
    )


def _rule(error: DentalError, requirement: str, group: str) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        answered = _ASK[group](target, error.code)
        yield _failed(answered)
        yield error_named(answered, error)
        yield _key_named(answered, error)
        yield from problem_body(answered)
        # Names and ids of the claim must not stand in an error, whatever failed.
        sent = claim(target.environment)
        yield from leaks_nothing(answered, [text(sent[name]) for name in MEMBER_FIELDS])
        yield from answered.conforms()

    number = error.code.rpartition("_")[2]
    health = ("D017",) if group == _HEALTH else ()
    return Rule(
        f"dental/{group}/when-{number}",
        f"a failure of the kind {error.code} is told by that code and its message key",
        (requirement, "D149", *health),
        verify,
        needs=FAILS if group == _HEALTH else (*FAILS, *WRITES),
    )


def _failed(answered: Answered) -> Check:
    """Check for an error of either side: no HTTP status is published for any code (C51)."""
    code = answered.response.status
    return check("status", answered, "4xx or 5xx", str(code), holds=400 <= code <= 599)


def _key_named(answered: Answered, error: DentalError) -> Check:
    """Check that the error has the key of its row: each code goes with one."""
    # By the code here: `error_named` may have been satisfied by it alone.
    words = [words for code, words in dental_errors(answered) if code == error.code]
    holds = any(error.key in word for word in words)
    actual = ", ".join(words) or "no such code"
    return check("error.key", answered, error.key, actual, holds=holds)
