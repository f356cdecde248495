"""Operations that the document protects answer nobody who has no valid credentials."""

from collections.abc import Iterator

from harness.openapi.model import Operation
from harness.outcome import Check, Status
from harness.rules.document.access import has_mutual_tls
from harness.rules.document.draft import NO_ACCESS, Access
from harness.rules.document.positive import nothing_accepted
from harness.rules.document.scene import Scene, is_accepted
from harness.rules.document.verdicts import on_any
from harness.rules.target import Target

_REFUSED = (401, 403, 404)
"""404 hides from strangers that there is anything (RFC 9110, 15.5.5)."""


def protected(scene: Scene, operation: Operation, target: Target) -> Iterator[Check]:
    """Send an accepted request without credentials, and with ones that nobody issued."""
    base = scene.baseline(target, operation).draft
    access = scene.access(target)
    if base is None:
        yield nothing_accepted(scene.baseline(target, operation).advice)
        return
    if access == NO_ACCESS and has_mutual_tls(scene.api):
        # The certificate belongs to the connection: no request can go without it.
        yield Check("security.refused", Status.OMIT, "401 or 403", "the connection authenticates")
        return
    for name, tried in (("no credentials", NO_ACCESS), ("made-up credentials", _made_up(access))):
        if tried is None:
            continue
        # Each on an object of its own: what the call before has removed answers 404 to anybody.
        answered = scene.send(target, scene.fresh(target, operation) or base, tried)
        yield from on_any(answered)
        status = answered.response.status
        is_refused = not is_accepted(answered)
        yield Check(
            "security.refused",
            Status.PASS if is_refused else Status.FAIL,
            f"401 or 403 with {name}",
            str(status),
            exchange=answered.exchange.id,
        )


def _made_up(access: Access) -> Access | None:
    """Return credentials of the same form that are worth nothing; None where there are none."""
    if access == NO_ACCESS:
        return None
    headers = tuple((name, _changed(value)) for name, value in access.headers)
    query = tuple((name, _changed(value)) for name, value in access.query)
    cookies = tuple((name, _changed(value)) for name, value in access.cookies)
    return Access(headers, query, cookies)


def _changed(value: str) -> str:
    scheme, space, _ = value.partition(" ")
    return f"{scheme} aGFybmVzczpub2JvZHk=" if space else "harness-nobody"
