"""Hooks of one's own: before a request and after a response, whoever sends it."""

import inspect
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from harness.config import RuleModule
from harness.errors import BrokenRule, HarnessError, MissingPart, TargetError
from harness.exchange import Exchange, Request
from harness.outcome import Check, Status
from harness.rules.own.declared import After, Before
from harness.rules.own.modules import LoadedModule, is_same, load_all, walk
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
        # The last frame in the user's file: the frames below it are not his to mend.
        own = [each for each in frames if is_same(each.filename, Path(self.module.path))]
        return self.module.place((own[-1].lineno or self.line) if own else self.line)

    def broken(
        self, what: str, advice: str = "", problem: BaseException | None = None
    ) -> BrokenRule:
        return BrokenRule(what, source=self.place(problem), advice=advice)


def guarded(code: Code, call: Callable[[], object]) -> tuple[Check, ...]:
    """Return the checks that a user's code gives. Raises BrokenRule for whatever goes wrong in it.

    What had failed before that is a failure all the same: it is often why the code could not go on.
    """
    found: list[Check] = []
    try:
        for each in _given(call(), code):
            found.append(each)  # noqa: PERF402 what was made before it raised must be kept
    # These say something of the target or of the run, and have their own outcome.
    except (TargetError, MissingPart, BrokenRule, NoAnswer):
        raise
    except HarnessError as problem:
        raise code.broken(problem.what, problem.advice, problem) from None
    except Exception as problem:
        # `assume` and a rejected draw are raised; taken for a broken rule they would end the trial.
        if _is_of_hypothesis(problem):
            raise
        # A deviation of the API is the news; that the rule then stumbled over it is a consequence.
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
    # A text is iterable too, and its characters would be refused one by one.
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


def _is_of_hypothesis(problem: Exception) -> bool:
    """Return whether Hypothesis steers a draw with this; it is known by name, so that it need not be loaded."""
    return any(kind.__module__ == "hypothesis.errors" for kind in type(problem).__mro__)


@dataclass(frozen=True, slots=True)
class Hooks:
    """All hooks of a run, in the order in which they were declared."""

    before: tuple[tuple[Code, Before], ...] = ()
    after: tuple[tuple[Code, After], ...] = ()

    def prepared(self, request: Request) -> Request:
        """Return the request that is to be sent in place of one. Raises BrokenRule."""
        for code, hook in self.before:
            request = _changed(code, hook, request)
        return request

    def observed(self, exchange: Exchange) -> tuple[Check, ...]:
        """Return what the hooks say of an answer. Raises BrokenRule."""
        # There is no response to look at; that there is none is judged elsewhere.
        if exchange.response is None:
            return ()
        found = [
            check
            for code, hook in self.after
            for check in guarded(code, partial(hook, exchange.request, exchange.response))
        ]
        # A hook may judge without knowing the number of the exchange it was shown.
        return tuple(replace(each, exchange=each.exchange or exchange.id) for each in found)


NO_HOOKS = Hooks()


def hooks_of(modules: Sequence[RuleModule]) -> Hooks:
    """Return the hooks of modules, and of those that other packages announce. Raises DocumentError."""
    loaded = load_all(modules)
    return Hooks(
        tuple((_code(m, hook), hook) for m in loaded for hook in m.declared.before),
        tuple((_code(m, hook), hook) for m in loaded for hook in m.declared.after),
    )


def _code(module: LoadedModule, hook: Before | After) -> Code:
    # A decorator of the user's own would give its line instead of the hook's.
    line = inspect.unwrap(hook).__code__.co_firstlineno
    return Code(module, line, f"the hook {hook.__name__}")


def _changed(code: Code, hook: Before, request: Request) -> Request:
    kept: list[object] = []

    def call() -> None:
        kept.append(hook(request))

    # The request comes through a list, for `guarded` returns checks alone.
    guarded(code, call)
    if not isinstance(kept[0], Request):
        raise BrokenRule(
            f"{code.name} returned a {type(kept[0]).__name__}.",
            source=code.place(),
            advice="Return the request that is to be sent.",
        )
    return kept[0]
