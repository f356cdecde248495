"""Make a rule of the suite of a rule of one's own: what its code does wrong is its author's, and told so."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from hypothesis.errors import HypothesisException

from harness.errors import BrokenRule, HarnessError, MissingPart, TargetError
from harness.exchange import Exchange, Request
from harness.openapi.model import Api
from harness.outcome import Attribution, Check, Status
from harness.rules import target as inner
from harness.rules.own.declared import OwnRule
from harness.rules.own.modules import LoadedModule, is_same, walk
from harness.rules.own.target import Authenticate, Target
from harness.rules.rule import Checks, Rule
from harness.rules.target import NoAnswer
from harness.source import Source

_ASSERTED = "Yield a check in its place: it says what was expected and what came."


@dataclass(frozen=True, slots=True)
class Code:
    """A piece of a user's code: where it stands, for whatever goes wrong in it."""

    module: LoadedModule
    line: int
    name: str

    def place(self, problem: BaseException | None = None) -> Source:
        """Return where in its module something was raised; else where it begins."""
        frames = walk(problem.__traceback__) if problem else ()
        own = [each for each in frames if is_same(each.filename, Path(self.module.path))]
        return self.module.place((own[-1].lineno or self.line) if own else self.line)

    def broken(
        self, what: str, advice: str = "", problem: BaseException | None = None
    ) -> BrokenRule:
        return BrokenRule(what, source=self.place(problem), advice=advice)


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


def guarded(code: Code, call: Callable[[], object]) -> tuple[Check, ...]:
    """Return the checks that a user's code gives. Raises BrokenRule for whatever goes wrong in it.

    What had failed before that is a failure all the same: it is often why the code could not go on.
    """
    found: list[Check] = []
    try:
        for each in _given(call(), code):
            found.append(each)  # noqa: PERF402 what was made before it raised must be kept
    except (TargetError, MissingPart, BrokenRule, NoAnswer, HypothesisException):
        raise
    except HarnessError as problem:
        raise code.broken(problem.what, problem.advice, problem) from None
    except Exception as problem:  # noqa: BLE001 a user's code may raise anything, and the API is not to blame
        if any(each.status is Status.FAIL for each in found):
            return tuple(found)
        what = f"{code.name} raised {type(problem).__name__}: {problem}"[:400]
        advice = _ASSERTED if isinstance(problem, AssertionError) else ""
        raise code.broken(what.rstrip(": .") + ".", advice, problem) from None
    return tuple(found)


def _given(result: object, code: Code) -> Iterable[Check]:
    """Yield checks as they are made; a rule may yield them, return them, or return one."""
    if result is None:
        return
    if isinstance(result, Check):
        yield result
        return
    if isinstance(result, str | bytes) or not isinstance(result, Iterable):
        raise _no_check(result, code)
    for each in result:
        if not isinstance(each, Check):
            raise _no_check(each, code)
        yield each


def _no_check(value: object, code: Code) -> BrokenRule:
    return code.broken(
        f"{code.name} gave {str(value)[:60]!r}, which is no check.",
        "Give what harness.api.checks returns, or a Check.",
    )


def _nothing_sent() -> Check:
    """Return the check that tells of a rule which asked nothing of the API."""
    return Check(
        "rule.sends",
        Status.WARN,
        expected="a request to the API",
        actual="none was sent",
        attribution=Attribution.RULE,
    )
