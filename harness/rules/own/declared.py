"""Declare rules, requirements and hooks of one's own; `harness.api` is where users take these from."""

import inspect
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from harness.config import KNOWN_NEEDS
from harness.errors import ConfigurationError, UnknownName
from harness.exchange import Request, Response
from harness.openapi.requirements import Strength
from harness.outcome import Check

# At least three parts, as everywhere: api, endpoint, name. Brackets stand for a parameter.
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*(/[A-Za-z0-9_.\[\]-]+){2,}")
_REQUIREMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/-]{0,99}")

Function = TypeVar("Function", bound=Callable[..., object])
Before = Callable[[Request], Request]
After = Callable[[Request, Response], Iterable[Check] | None]
BeforeHook = TypeVar("BeforeHook", bound=Before)
AfterHook = TypeVar("AfterHook", bound=After)


@dataclass(frozen=True, slots=True)
class OwnRequirement:
    """One statement of one's own that rules verify."""

    id: str
    statement: str
    source: str
    """Where it comes from, in words: a contract, a ticket."""
    strength: Strength
    line: int


@dataclass(frozen=True, slots=True)
class OwnRule:
    """One rule of one's own, as its decorator was called."""

    id: str
    title: str
    verify: Callable[..., object]
    requirements: tuple[str, ...]
    """Empty: it has a requirement of its own, whose statement is the title."""
    values: object
    """A Hypothesis strategy, or None; runs that draw nothing go without that library."""
    strength: Strength
    needs: tuple[str, ...]
    line: int

    @property
    def api(self) -> str:
        return self.id.split("/")[0]


@dataclass(slots=True)
class Declarations:
    """What one module declares, in its order."""

    rules: list[OwnRule] = field(default_factory=list)
    requirements: list[OwnRequirement] = field(default_factory=list)
    before: list[Before] = field(default_factory=list)
    after: list[After] = field(default_factory=list)


# By module and not in one list: a module that is read again must not leave its old rules behind.
_of_modules: dict[str, Declarations] = {}


def declarations_of(module: str) -> Declarations:
    """Return what a module has declared so far; decorators write into it while the module is imported."""
    return _of_modules.setdefault(module, Declarations())


def forget(module: str) -> None:
    """Forget what a module declared, before it is read again."""
    _of_modules.pop(module, None)


def rule(
    id: str,  # noqa: A002 as it is called everywhere else
    title: str,
    *,
    values: object = None,
    requirements: Sequence[str] = (),
    strength: Strength | str = Strength.SHALL,
    needs: Sequence[str] = (),
) -> Callable[[Function], Function]:
    """Make a case of a function that takes a target, and a value where there are `values`, and gives checks.

    The id is `API/GROUP/NAME`; it names the case in every report, waiver and baseline.
    """
    _refuse_id(id)
    _refuse_text(id, requirements)
    _refuse_unknown(needs)
    _refuse_values(id, values)

    def declare(function: Function) -> Function:
        _refuse_arguments(function, id, count=1 if values is None else 2)
        declared = OwnRule(
            id,
            title,
            function,
            tuple(requirements),
            values,
            _strength(strength),
            tuple(needs),
            # Messages and reports point to the line where the function begins.
            function.__code__.co_firstlineno,
        )
        declarations_of(function.__module__).rules.append(declared)
        return function

    return declare


def requirement(
    id: str,  # noqa: A002 as it is called everywhere else
    statement: str,
    *,
    source: str = "",
    strength: Strength | str = Strength.SHALL,
) -> str:
    """Declare a requirement of one's own, and return its id for the `requirements` of rules."""
    if not _REQUIREMENT.fullmatch(id):
        raise ConfigurationError(
            f"'{id}' is no id of a requirement.",
            advice="Use letters, digits and '.', '-', '_', ':', '/'.",
        )
    if not statement.strip():
        raise ConfigurationError(f"the requirement {id} says nothing.", advice="Write a sentence.")
    # A requirement is a call and no decorator: only the caller's frame knows its module and line.
    frame = inspect.stack()[1].frame
    module = str(frame.f_globals.get("__name__"))
    declared = OwnRequirement(id, statement, source, _strength(strength), frame.f_lineno)
    declarations_of(module).requirements.append(declared)
    return id


def before_request(function: BeforeHook) -> BeforeHook:
    """Have a function see every request of a run before it is sent; what it returns is sent instead."""
    _refuse_arguments(function, "a hook before a request", count=1)
    declarations_of(function.__module__).before.append(function)
    return function


def after_response(function: AfterHook) -> AfterHook:
    """Have a function see every request of a case with its response; checks that it gives join the case."""
    _refuse_arguments(function, "a hook after a response", count=2)
    declarations_of(function.__module__).after.append(function)
    return function


def _refuse_arguments(function: Callable[..., object], name: str, *, count: int) -> None:
    try:
        # Any values do: binding checks the number of arguments and runs nothing.
        inspect.signature(function).bind(*range(count))
    except TypeError:
        takes = {
            "a hook before a request": "the request",
            "a hook after a response": "the request and the response",
        }.get(name, "the target" if count == 1 else "the target and a value")
        raise ConfigurationError(
            f"the function of {name} has to take {takes}, and nothing else.",
            advice="Change its arguments.",
        ) from None


def _refuse_id(name: str) -> None:
    if not _ID.fullmatch(name):
        raise ConfigurationError(
            f"'{name}' is no id of a case.",
            advice="Write it as API/GROUP/NAME: notes/search/found.",
        )


def _refuse_text(name: str, requirements: Sequence[str]) -> None:
    # A text is a sequence of characters, each of which would be taken for an id.
    if isinstance(requirements, str):
        raise ConfigurationError(
            f"the requirements of {name} are one text.", advice=f"Write ('{requirements}',)."
        )


def _refuse_unknown(needs: Sequence[str]) -> None:
    # Refused here and not in `Rule`, so that the user sees his own line and the known names.
    for need in needs:
        if need not in KNOWN_NEEDS:
            raise UnknownName(None, kind="capability", name=need, known=tuple(KNOWN_NEEDS))


def _strength(given: Strength | str) -> Strength:
    if str(given) not in tuple(Strength):
        raise UnknownName(None, kind="strength", name=str(given), known=tuple(Strength))
    return Strength(given)


def _refuse_values(name: str, values: object) -> None:
    """Refuse what is no strategy. Hypothesis is only imported where a rule draws, which has it loaded."""
    if values is None:
        return
    from hypothesis.strategies import SearchStrategy  # noqa: PLC0415 runs that draw nothing go without

    if not isinstance(values, SearchStrategy):
        raise ConfigurationError(
            f"the values of {name} are a {type(values).__name__}.",
            advice="Give a Hypothesis strategy: those of harness.strategies, or st.just(...).",
        )
