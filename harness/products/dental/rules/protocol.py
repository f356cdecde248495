"""Promises below the content: methods, paths, unknown members, and the answer to a refused token."""

from harness.jsonvalue import compact, members
from harness.openapi.requirements import Strength
from harness.products.dental.rules.answers import (
    acceptance,
    error_named,
    problem_body,
    published,
    refusal,
)
from harness.products.dental.rules.requests import (
    CREATIONS,
    GROUP,
    PLAIN,
    REFUSES,
    SEARCH,
    WRITES,
    Creation,
    claim,
    create,
    create_body,
    created,
    parts_of,
    uploads,
)
from harness.rules.answers import leaks_nothing
from harness.rules.checks import allows, check, refused, status
from harness.rules.rule import AnyRule, Checks, Rule
from harness.rules.target import PROBLEM, Target, json_body, multipart_body

_OPERATIONS = (
    # Methods that the document does not offer at each path; HEAD and OPTIONS come with any server.
    ("health", "checkDentalHealth", ("POST", "PUT", "DELETE")),
    *((by.group, by.operation_id, ("GET", "PUT", "PATCH", "DELETE")) for by in CREATIONS),
    ("search", SEARCH, ("GET", "PUT", "PATCH", "DELETE")),
)
# What the guide's sample lacks although its own table requires it (C30).
_NOT_IN_SAMPLE = ("submitterId", "billingProviderTaxId")
_HEALTH_MEMBERS = ("Status", "message")
_HEALTHY = "Service is healthy"
_MISSING = published("Missing.req.header.authorization")


def rules() -> tuple[AnyRule, ...]:
    """Return the rules on what stands before or beside a request's content."""
    return (
        *(
            _other_method(group, operation_id, method)
            for group, operation_id, methods in _OPERATIONS
            for method in methods
        ),
        *(_without_token(group, operation_id) for group, operation_id, _ in _OPERATIONS),
        # Beside the documents, and below them.
        *(_unknown_path(path) for path in ("nothing", "documents/nothing")),
        *(_extra_member(by) for by in CREATIONS),
        *(_repeated_member(by) for by in CREATIONS),
        _health_wording(),
        _create_path(),
        _documented_sample(),
    )


def _other_method(group: str, operation_id: str, method: str) -> AnyRule:
    """RFC 9110, 15.5.6: a 405 has to say which methods there are."""

    def verify(target: Target, _: object) -> Checks:
        operation = target.operation(GROUP, operation_id)
        # Methods with a body get one, so that its absence is not what is refused.
        headers, body = json_body({}) if method not in ("GET", "DELETE") else ((), b"")
        answered = target.call(
            operation, method=method, headers=(*target.authorization(GROUP), *headers), body=body
        )
        # Gateways answer unknown methods in several ways; only a success or a crash is wrong.
        yield status(answered, 405, 404, 403, 401)
        yield from allows(answered)

    return Rule(
        f"dental/{group}/method-{method.lower()}",
        f"{method} is refused, and a 405 says what is allowed",
        ("D060",),
        verify,
        needs=(),
    )


def _without_token(group: str, operation_id: str) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        answered = target.call(target.operation(GROUP, operation_id))
        yield status(answered, 401, 403)
        yield from answered.conforms()
        # The gateway may answer with a body of its own, which knows none of the service's codes.
        if answered.response.media_type == PROBLEM:
            yield error_named(answered, _MISSING)
            yield from problem_body(answered)
        yield from leaks_nothing(answered, ())

    return Rule(
        f"dental/{group}/no-token-named",
        "a call without a token is told so by the service's code or by the gateway",
        ("D122",),
        verify,
        needs=(),
    )


def _unknown_path(path: str) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        operation = target.operation(GROUP, SEARCH)
        base = operation.full_path.removesuffix(operation.path)
        headers, body = json_body({})
        answered = target.call(
            operation,
            path=f"{base}/attachments/{path}",
            headers=(*target.authorization(GROUP), *headers),
            body=body,
        )
        yield status(answered, 404, 405, 403, 400)
        yield from leaks_nothing(answered, ())

    name = path.replace("/", "-")
    title = f"nothing is at the path {path}"
    return Rule(f"dental/search/path-{name}", title, ("D007",), verify, needs=())


def _create_path() -> AnyRule:
    """Determine which of two printed paths is known, without sending anything to be stored (C01)."""

    def verify(target: Target, _: object) -> Checks:
        operation = target.operation(GROUP, PLAIN.operation_id)
        printed = operation.full_path.replace("/attachments/documents", "/documents")
        headers = target.authorization(GROUP)
        answers = {
            # GET creates nothing; a known path answers it with 405, an unknown one with 404.
            path: target.call(operation, method="GET", path=path, headers=headers)
            for path in (operation.full_path, printed)
        }
        known = [path for path, answer in answers.items() if answer.response.status != 404]
        actual = " and ".join(known) or "neither"
        answered = answers[printed]
        yield check(
            "path", answered, operation.full_path, actual, holds=known == [operation.full_path]
        )

    title = "of the two paths printed for create, the one with attachments/ is known"
    case = "dental/create/path"
    return Rule(case, title, ("D005",), verify, strength=Strength.OBSERVE, needs=())


def _health_wording() -> AnyRule:
    """Determine which of the two documented spellings a healthy answer follows (C110)."""

    def verify(target: Target, _: object) -> Checks:
        operation = target.operation(GROUP, "checkDentalHealth")
        answered = target.call(operation, headers=target.authorization(GROUP))
        holds = any(
            members(answered.body).get(health_member) == _HEALTHY
            for health_member in _HEALTH_MEMBERS
        )
        expected = f"{' or '.join(_HEALTH_MEMBERS)}: {_HEALTHY}"
        yield status(answered, 200)
        yield check("wording", answered, expected, compact(answered.body), holds=holds)

    return Rule(
        "dental/health/wording",
        "the healthy answer is worded as one of the documents spells it",
        ("D018",),
        verify,
        strength=Strength.OBSERVE,
        needs=(),
    )


def _extra_member(by: Creation) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        sent = {**claim(target.environment), "harness": "nobody asked for this"}
        return acceptance(created(create(target, sent, uploads(1), by)), 1, sent)

    return Rule(
        f"dental/{by.group}/extra-member",
        "a member that nobody asked for changes nothing",
        by.requirements("D021"),
        verify,
        strength=Strength.OBSERVE,
        needs=WRITES,
    )


def _documented_sample() -> AnyRule:
    """Send the guide's own sample: it lacks two required fields and its NPI fails (C30, C31)."""
    errors = tuple(
        published(key)
        for key in (
            "Checksum.req.providerNpi",
            "Required.req.submitterId",
            "Required.req.billingProviderTaxId",
        )
    )

    def verify(target: Target, _: object) -> Checks:
        # The NPI of the sample, whose check digit is wrong (C31).
        whole = {**claim(target.environment), "providerNPI": "1234567890"}
        sample = {name: value for name, value in whole.items() if name not in _NOT_IN_SAMPLE}
        return refusal(create(target, sample, uploads(1)), errors, sample)

    return Rule(
        "dental/create/documented-sample",
        "the guide's sample claim is refused for what it lacks",
        ("D061",),
        verify,
        strength=Strength.OBSERVE,
        needs=REFUSES,
    )


def _repeated_member(by: Creation) -> AnyRule:
    """Name a member twice: RFC 8259 leaves open what it means, but not that nobody crashes."""

    def verify(target: Target, _: object) -> Checks:
        sent = claim(target.environment)
        # Written by hand: no JSON library repeats a member.
        twice = f'{{"claimId":"HARNESS-TWICE",{compact(sent)[1:]}'.encode()
        headers, body = multipart_body(parts_of(sent, uploads(1), by))
        answered = create_body(target, headers, body.replace(compact(sent).encode(), twice), by)
        # Refused or read as one of the two; both are in order.
        if answered.response.status >= 400:
            yield refused(answered)
            yield from problem_body(answered)
        else:
            yield status(answered, 201, 200)
        yield from answered.conforms()

    return Rule(
        f"dental/{by.group}/repeated-member",
        "a member given twice is read as one of the two or refused",
        by.requirements("D021"),
        verify,
        strength=Strength.OBSERVE,
        needs=REFUSES,
    )
