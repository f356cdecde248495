"""Make a rule of the suite of a rule of one's own: what its code does wrong is its author's, and told so."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from harness.errors import MissingPart
from harness.exchange import Exchange, Request
from harness.openapi.model import Api
from harness.outcome import Attribution, Check, Status
from harness.rules import target as inner
from harness.rules.own.code import Code, guarded
from harness.rules.own.declared import OwnRule
from harness.rules.own.modules import LoadedModule
from harness.rules.own.target import Authenticate, Target
from harness.rules.rule import Checks, Rule


def own_rule(
    own: OwnRule, module: LoadedModule, documents: tuple[Api, ...], authenticate: Authenticate
) -> Rule:
    """Return the rule of the suite for one of a user's."""
    code = Code(module, own.line, own.id)
    return Rule(
        id=own.id,
        title=own.title,
        requirements=own.requirements or (requirement_of(own),),
        verify=partial(_verify, own, code, documents, authenticate),
        values=own.values,
        strength=own.strength,
        needs=own.needs,
    )


def requirement_of(own: OwnRule) -> str:
    """Return the id of the requirement that a rule has where it names none: its own, as `API.own.REST`."""
    api, _, rest = own.id.partition("/")
    return f"{api}.own.{rest}"


def elsewhere(own: OwnRule, module: LoadedModule, known: Iterable[str]) -> Rule:
    """Return the rule of an API that this run does not have: it is left out with the reason."""
    reason = f"this run has no API '{own.api}', only {', '.join(known)} ({module.place(own.line)})"

    def verify(_: inner.Target, __: Any) -> Checks:
        raise MissingPart(reason)

    requirements = own.requirements or (requirement_of(own),)
    return Rule(own.id, own.title, requirements, verify, strength=own.strength, needs=())


def _verify(
    own: OwnRule,
    code: Code,
    documents: tuple[Api, ...],
    authenticate: Authenticate,
    target: inner.Target,
    value: object,
) -> tuple[Check, ...]:
    sent: list[Exchange] = []

    def send(request: Request) -> Exchange:
        sent.append(target.send(request))
        return sent[-1]

    counted = replace(target, send=send)
    facade = Target(own.api, documents, counted, authenticate)
    arguments = (facade,) if own.values is None else (facade, value)
    checks = guarded(code, partial(own.verify, *arguments))
    if not checks:
        raise code.broken(
            f"{own.id} made no check.",
            "Yield at least one; what does not apply can be assumed away.",
        )
    return checks if sent else (*checks, _nothing_sent())


def _nothing_sent() -> Check:
    """Return the check that tells of a rule which asked nothing of the API."""
    return Check(
        "rule.sends",
        Status.WARN,
        expected="a request to the API",
        actual="none was sent",
        attribution=Attribution.RULE,
    )
