"""Promises on the transport: HTTPS alone, in versions that are not outdated (O001, P004, P005)."""

import ssl
from collections.abc import Callable

from harness.client.tls import CURRENT, OLD, Version, refusal, server_of
from harness.exchange import Request, Response
from harness.openapi.model import Operation
from harness.outcome import Check, Status
from harness.product import Products
from harness.rules.rule import AnyRule, Checks, Rule
from harness.rules.target import Target

Verify = Callable[[Target, object], Checks]
_NAMES = {
    ssl.TLSVersion.TLSv1: "1.0",
    ssl.TLSVersion.TLSv1_1: "1.1",
    ssl.TLSVersion.TLSv1_2: "1.2",
    ssl.TLSVersion.TLSv1_3: "1.3",
}


def rules(products: Products) -> tuple[AnyRule, ...]:
    """Return the rules on plain HTTP and on each version of TLS."""
    return (
        Rule(
            "platform/transport/plain-http",
            "a call over plain HTTP is not served",
            ("O001", "P004"),
            _plain(products),
            needs=("encrypted",),
        ),
        # Each version on a connection of its own: a server picks one, and hides the others.
        *(_spoken(version) for version in CURRENT),
        *(_refused(version) for version in OLD),
    )


def _plain(products: Products) -> Verify:
    """Call each healthcheck without a token: what is sent in the clear is read by others."""
    # Optional APIs may not be there, and their silence would prove nothing.
    certain = [health for facts in products.facts for health in facts.health if not health.needs]

    def verify(target: Target, _: object) -> Checks:
        for health in certain:
            if health.document in target.apis:
                yield _unserved(target, target.operation(health.document, health.operation_id))

    return verify


def _unserved(target: Target, operation: Operation) -> Check:
    base = target.environment.base_url
    url = f"http://{base.removeprefix('https://')}{operation.full_path}"
    # Without a token: if it is served, nothing but a healthcheck was asked for in the clear.
    exchange = target.send(Request(operation.method, url, operation=operation.label))
    response = exchange.response
    return Check(
        name="plain-http",
        status=Status.FAIL if response and _is_served(response) else Status.PASS,
        expected="no answer, a redirection to https, or a refusal that asks for no token",
        actual=f"status {response.status}" if response else exchange.failure,
        exchange=exchange.id,
    )


def _is_served(response: Response) -> bool:
    """Return whether the API spoke: with success, or with a demand for a token in the clear."""
    # A redirection to https is how most servers refuse; one to http is none.
    if 300 <= response.status <= 399:
        return not (response.header("location") or "").startswith("https://")
    # A 401 asks for a token over an open line, which is as bad as an answer.
    return response.status < 300 or response.status == 401


def _spoken(version: Version) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        found = refusal(server_of(target.environment), version)
        yield _check("TLS is spoken", found or "spoken", holds=not found)

    return Rule(
        f"platform/transport/tls-{_NAMES[version]}",
        f"TLS {_NAMES[version]} is spoken, with a certificate that can be trusted",
        ("P005",),
        verify,
        needs=("encrypted", "direct_connection"),
    )


def _refused(version: Version) -> AnyRule:
    def verify(target: Target, _: object) -> Checks:
        found = refusal(server_of(target.environment), version)
        yield _check("TLS is refused", found or "spoken", holds=bool(found))

    return Rule(
        f"platform/transport/tls-{_NAMES[version]}",
        f"TLS {_NAMES[version]} is refused",
        ("P005",),
        verify,
        needs=("encrypted", "direct_connection"),
    )


def _check(expected: str, actual: str, *, holds: bool) -> Check:
    return Check("tls", Status.PASS if holds else Status.FAIL, expected, actual)
