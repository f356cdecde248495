"""Hooks of one's own: before a request and after a response, whoever sends it."""

import inspect
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from harness.config import RuleModule
from harness.errors import BrokenRule
from harness.exchange import Exchange, Request
from harness.outcome import Check
from harness.rules.own.code import Code, guarded
from harness.rules.own.declared import After, Before
from harness.rules.own.modules import LoadedModule, load_all


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
        if exchange.response is None:
            return ()
        found = [
            check
            for code, hook in self.after
            for check in guarded(code, partial(hook, exchange.request, exchange.response))
        ]
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
    line = inspect.unwrap(hook).__code__.co_firstlineno
    return Code(module, line, f"the hook {hook.__name__}")


def _changed(code: Code, hook: Before, request: Request) -> Request:
    kept: list[object] = []

    def call() -> None:
        kept.append(hook(request))

    guarded(code, call)
    if not isinstance(kept[0], Request):
        raise BrokenRule(
            f"{code.name} returned a {type(kept[0]).__name__}.",
            source=code.place(),
            advice="Return the request that is to be sent.",
        )
    return kept[0]
