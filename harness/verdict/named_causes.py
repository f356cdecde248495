"""Find the causes that waivers name in a run, before anything is lifted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from harness.exchange import Exchange
from harness.outcome import Check, Status
from harness.verdict.causes import Key, groups, is_success, keys_of, own_id
from harness.verdict.deviation import is_digest, is_status
from harness.verdict.findings import finding
from harness.verdict.model import Finding, Judged
from harness.verdict.waivers import Waiver

_GROUPED = (Status.FAIL, Status.ERROR, Status.SKIP, Status.REVIEW, Status.NOT_RUN)
"""What a verdict has causes of."""


@dataclass(frozen=True, slots=True)
class NamedCause:
    """By what a finding is known to be of a cause."""

    keys: frozenset[Key]
    requirements: frozenset[str]


def named_causes(
    judged: Iterable[Judged], exchanges: Mapping[int, Exchange], waivers: Sequence[Waiver]
) -> Mapping[str, NamedCause]:
    """Return the causes that waivers name, by the ids by which they name them.

    A cause is known by any of its findings: which of them stands for it depends on what else ran.
    """
    wanted = {waiver.cause for waiver in waivers} - {""}
    if not wanted:
        return {}
    told = [finding(each, exchanges) for each in judged if each.status in _GROUPED]
    found: dict[str, NamedCause] = {}
    for members in groups(told):
        for name in wanted & {own_id(member) for member in members}:
            found[name] = _named(members)
    return found


def holds(cause: NamedCause | None, found: Finding, requirement: str) -> bool:
    """Tell whether a finding is of a cause, and the requirement one that its cases verify."""
    if cause is None or requirement not in cause.requirements:
        return False
    return not cause.keys.isdisjoint(keys_of(found))


def entails(first: Check, other: Check) -> bool:
    """Tell whether a check that fails leaves another one of the same answer no choice but to fail.

    What merely fails beside it may be another mistake, however often the two come together.
    """
    if first.exchange != other.exchange:
        return False
    if is_digest(other.expected) and is_digest(other.actual):
        return first.where == other.where
    is_accepted = _of_refusal(first) and is_success(first.actual)
    return is_accepted and _of_refusal(other)


def _of_refusal(check: Check) -> bool:
    return check.name.startswith("error.") or is_status(check.name)


def _named(members: Sequence[Finding]) -> NamedCause:
    return NamedCause(
        keys=frozenset(key for member in members for key in keys_of(member)),
        requirements=frozenset(name for member in members for name in member.requirements),
    )
