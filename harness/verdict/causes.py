"""Group findings into causes: what shares an operation, a check and the shape of what went wrong."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from harness.outcome import TOKEN_CHECK, Status
from harness.verdict.deviation import deviation, is_status
from harness.verdict.model import Cause, Finding

_FEW = 3
"""Different answers to one expectation; more of them are one cause with many faces."""
OF_SCHEMAS = ("invalid.refused", "valid.accepted")
"""Checks of one constraint of a schema, whose source tells which one."""
_Key = tuple[str, ...]


def causes(findings: Sequence[Finding]) -> tuple[Cause, ...]:
    """Return the causes of findings that fail or could not be judged, each with its cases.

    First what explains others, then by the number of cases; within a cause the order of the plan.
    """
    found = [_cause(members) for members in _groups(findings)]
    explained = _explained(found)
    return tuple(
        sorted(explained, key=lambda each: (not each.explains, bool(each.because), -each.reach))
    )


def with_causes(findings: Iterable[Finding], found: Iterable[Cause]) -> tuple[Finding, ...]:
    """Return the findings, each with the id of its cause."""
    by_case = {case: each.id for each in found for case in each.cases}
    return tuple(replace(each, cause=by_case.get(each.case, "")) for each in findings)


def _groups(findings: Sequence[Finding]) -> list[list[Finding]]:
    """Join findings that have a key in common, directly or by way of others."""
    keys = [_keys(each) for each in findings]
    merged = _many_faces(findings, keys)
    parents: dict[_Key, _Key] = {}

    def root(key: _Key) -> _Key:
        while parents.setdefault(key, key) != key:
            key = parents[key]
        return key

    for each in merged:
        for key in each[1:]:
            parents[root(key)] = root(each[0])
    grouped: dict[_Key, list[Finding]] = {}
    for finding, each in zip(findings, merged, strict=True):
        grouped.setdefault(root(each[0]), []).append(finding)
    return list(grouped.values())


def _keys(finding: Finding) -> tuple[_Key, ...]:
    """Return what a finding is grouped by: its own key first, then what other checks may share.

    Across operations only a value that means something joins two findings, and only where they verify
    the same requirement: a wrong code in two answers is one mistake, two statuses of 500 need not be.
    """
    seen = deviation(finding.check, finding.expected, finding.actual)
    product = finding.case.partition("/")[0]
    if not finding.check:
        return (("message", product, seen.shape[1], seen.shape[2]),)
    own: _Key = (finding.operation, finding.check, *seen.shape)
    if is_status(finding.check) and seen.shape[2].startswith("5"):
        return (own, ("fails", finding.operation, seen.shape[2]))
    if is_status(finding.check) or finding.check == TOKEN_CHECK:
        return (own,)
    if finding.check in OF_SCHEMAS and finding.source:
        # One constraint of a schema that many places refer to is one mistake.
        return (own, ("schema", product, finding.check, finding.source))
    near = [("at", finding.operation, *mark) for mark in sorted(seen.marks)]
    far = [
        ("of", product, requirement, *mark)
        for mark in sorted(seen.marks)
        if not mark[0]
        for requirement in finding.requirements
    ]
    return (own, *near, *far)


def _many_faces(
    findings: Sequence[Finding], keys: Sequence[tuple[_Key, ...]]
) -> Sequence[tuple[_Key, ...]]:
    """Join what fails one check in one operation by a different answer in nearly every case.

    So also where one answer comes whatever was expected, unless that is a success: what is accepted
    though it must not be is a mistake of its own for each rule.
    """
    answers: dict[_Key, set[str]] = {}
    expectations: dict[_Key, set[str]] = {}
    for finding, each in zip(findings, keys, strict=True):
        if finding.check:
            answers.setdefault(each[0][:-1], set()).add(each[0][-1])
            expectations.setdefault(_answer(each[0]), set()).add(each[0][-2])
    joined = []
    for each in keys:
        faces: list[_Key] = []
        if len(answers.get(each[0][:-1], ())) > _FEW:
            faces.append(("answers", *each[0][:-1]))
        if len(expectations.get(_answer(each[0]), ())) > _FEW and not _is_success(each[0][-1]):
            faces.append(("expectations", *_answer(each[0])))
        joined.append((*each, *faces))
    return joined


def _answer(own: _Key) -> _Key:
    return (*own[:-2], own[-1])


def _is_success(actual: str) -> bool:
    return len(actual) == 3 and actual.startswith("2") and actual.isdigit()


def _cause(members: Sequence[Finding]) -> Cause:
    """Tell a group by its commonest operation and check, and by the first failure of these."""
    failed = [each for each in members if each.status is Status.FAIL] or members
    (operation, check), _ = Counter((each.operation, each.check) for each in failed).most_common(1)[
        0
    ]
    first = next(each for each in failed if (each.operation, each.check) == (operation, check))
    seen = deviation(check, first.expected, first.actual)
    return Cause(
        id=_id(operation, check, *seen.shape),
        operation=operation,
        check=check,
        expected=first.expected,
        actual=first.actual,
        attribution=first.attribution,
        status=first.status,
        cases=tuple(each.case for each in members),
        failed=sum(each.status is Status.FAIL for each in members),
        finding=first,
        operations=_ranked(each.operation for each in members),
        checks=_ranked(each.check for each in members),
        requirements=_requirements(members, first),
    )


def _id(*parts: str) -> str:
    """Return twelve hex digits that stay the same as long as the same thing goes wrong."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:12]


def _ranked(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name, _ in Counter(filter(None, names)).most_common())


def _requirements(members: Sequence[Finding], first: Finding) -> tuple[str, ...]:
    """Return the requirements of a cause, the one that most of its cases verify first."""
    counted = Counter(name for each in members for name in dict.fromkeys(each.requirements))
    # Workflows verify dozens at once; of equally common ones, that of the plainest case decides.
    fewest = min(members, key=lambda each: len(each.requirements) or len(counted))
    rank = {name: place for place, name in enumerate((*fewest.requirements, *first.requirements))}
    return tuple(sorted(counted, key=lambda name: (-counted[name], rank.get(name, len(rank)))))


def _explained(found: Sequence[Cause]) -> list[Cause]:
    """Let a token that is not given explain all that needs it, and all else that fails there."""
    operations = {each.operation for each in found if _needs(each)} - {""}
    roots = {operation: _root(operation, found) for operation in sorted(operations)}
    products = {
        case.partition("/")[0]: each.operation
        for each in found
        if each.check == TOKEN_CHECK
        for case in each.cases
    }
    linked = [_consequence(each, roots, products) for each in found]
    reach = Counter[str]()
    for each in linked:
        if each.because:
            reach[each.because] += each.reach
    return [replace(each, explains=reach[each.id] + _outage(each)) for each in linked]


def _needs(cause: Cause) -> bool:
    """Tell whether a cause is the want of what its operation should have given."""
    return cause.check == TOKEN_CHECK or cause.check.startswith("workflow ")


def _root(operation: str, found: Iterable[Cause]) -> Cause:
    """Return what explains the rest of an operation: that a good request fails, else what most have."""
    there = [each for each in found if each.operation == operation]
    return max(there, key=lambda each: (each.failed > 0, each.expected.startswith("2"), each.reach))


def _consequence(cause: Cause, roots: Mapping[str, Cause], products: Mapping[str, str]) -> Cause:
    operation = cause.operation
    if not operation and "$workflows." in cause.actual:
        # A step had no value to send because the workflow that gets it was given none.
        operation = products.get(cause.finding.case.partition("/")[0], "")
    root = roots.get(operation)
    if root is None or root.id == cause.id:
        return cause
    return replace(cause, because=root.id)


def _outage(cause: Cause) -> int:
    """Return how many cases an operation that does not work leaves unjudged."""
    return cause.reach - cause.failed if cause.failed else 0
