"""Promises on who may do what: nobody reads or files what belongs to another (D050, D051, D074, D136, D138)."""

from collections.abc import Callable, Iterator, Sequence

from harness.jsonvalue import text
from harness.openapi.requirements import Strength
from harness.outcome import Check
from harness.products.dental.codes.errors import DentalError
from harness.products.dental.rules.answers import one_error_of, problem_body, published, refusal
from harness.products.dental.rules.requests import (
    CREATIONS,
    MEMBER_FIELDS,
    REFUSES,
    Created,
    Creation,
    claim,
    create,
    search,
    uploads,
)
from harness.products.dental.rules.search import is_stored, stored
from harness.rules.answers import leaks_nothing
from harness.rules.checks import check, denied
from harness.rules.rule import AnyRule, Checks, Rule
from harness.rules.target import PROBLEM, Answered, Target

_FORBIDDEN = tuple(
    published(key)
    for key in (
        "UserAccess.permission.denied",
        "UserAccess.policy.notfound",
        "UserAccess.policy.missingrequired",
    )
)
# Who lacks the product altogether lacks the policy, not a permission (D136, D150).
_WITHOUT_POLICY = _FORBIDDEN[1:]
_NOT_FOUND = published("DataService.attachments.find.notFound")
# Well-formed, and surely nobody's: 00 is no prefix that employer ids are issued under.
_STRANGERS = {"submitterId": "HARNESS-NOBODY", "billingProviderTaxId": "000000001"}


def rules() -> tuple[AnyRule, ...]:
    """Return the rules on entitlements, some of which take credentials of others."""
    return (
        *(_stranger(field, by) for by in CREATIONS for field in _STRANGERS),
        *_foreign(),
        *_outsider(),
        _searches_as("provider", "provider", ("D074",), Strength.OBSERVE),
        *(_creates_as("payer", "payer", by, ("D074",), Strength.OBSERVE) for by in CREATIONS),
    )


def _stranger(field: str, by: Creation) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        mutated = {**claim(target.environment), field: _STRANGERS[field]}
        return refusal(create(target, mutated, uploads(1), by), _FORBIDDEN, mutated)

    name, requirement = {
        "submitterId": ("submitter", "D050"),
        "billingProviderTaxId": ("tax-id", "D051"),
    }[field]
    title = f"a {name} that is not the caller's is refused"
    case = f"dental/{by.group}/foreign-{name}"
    return Rule(case, title, (requirement, "D138"), verify, needs=REFUSES)


def _foreign() -> Iterator[AnyRule]:
    yield _foreign_search("attachment", lambda made: made.attachment_ids)
    yield _foreign_search("control-number", lambda made: (made.control_number,))
    for by in CREATIONS:
        yield _creates_as("foreign", "foreign-caller", by, ("D050", "D051", "D138"))


def _foreign_search(name: str, ids: Callable[[Created], tuple[str, ...]]) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        made = stored(target, uploads(1))
        # Otherwise a search that finds nothing would prove nothing.
        yield from is_stored(made, 1)
        answered = search(target.acting_as("foreign"), ids(made))
        # Not to know of it is as good an answer as not to be allowed to know.
        yield from _denied(answered, (*_FORBIDDEN, _NOT_FOUND))
        yield _gives_nothing(answered)

    title = f"another organisation's {name.replace('-', ' ')} is not given out"
    case = f"dental/search/foreign-{name}"
    return Rule(case, title, ("D138",), verify, needs=REFUSES, role="foreign")


def _gives_nothing(answered: Answered) -> Check:
    # Its end: the beginning of a PDF is the same in all of them.
    is_given = uploads(1)[0].content[-200:] in answered.response.body
    actual = "the file" if is_given else "none"
    return check("body", answered, "no byte of the file", actual, holds=not is_given)


def _outsider() -> Iterator[AnyRule]:
    for by in CREATIONS:
        yield _creates_as("outsider", "outsider", by, ("D136", "D150"))
    yield _searches_as("outsider", "outsider", ("D136", "D150"))


def _creates_as(
    role: str,
    name: str,
    by: Creation,
    requirements: tuple[str, ...],
    strength: Strength = Strength.SHALL,
) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        sent = claim(target.environment)
        answered = create(target.acting_as(role), sent, uploads(1), by)
        yield from _denied(answered, _errors_for(role))
        yield from leaks_nothing(
            answered, [text(sent[member_field]) for member_field in MEMBER_FIELDS]
        )

    title = f"credentials of role {role} cannot create for others"
    case = f"dental/{by.group}/{name}"
    return Rule(case, title, requirements, verify, strength=strength, needs=REFUSES, role=role)


def _searches_as(
    role: str, name: str, requirements: tuple[str, ...], strength: Strength = Strength.SHALL
) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        made = stored(target, uploads(1))
        yield from is_stored(made, 1)
        answered = search(target.acting_as(role), made.attachment_ids)
        yield from _denied(answered, _errors_for(role))
        yield _gives_nothing(answered)

    title = f"credentials of role {role} cannot search"
    case = f"dental/search/{name}"
    return Rule(case, title, requirements, verify, strength=strength, needs=REFUSES, role=role)


def _errors_for(role: str) -> tuple[DentalError, ...]:
    return _WITHOUT_POLICY if role == "outsider" else _FORBIDDEN


def _denied(answered: Answered, errors: Sequence[DentalError]) -> Checks:
    """Judge a refusal by the service, which names its error, or by the gateway, which does not."""
    yield denied(answered)
    # A gateway answers before the service, in a form of its own.
    if answered.response.media_type == PROBLEM:
        yield one_error_of(answered, errors)
        yield from problem_body(answered)
    yield from answered.conforms()
