"""Group findings into causes: what shares an operation, a check and the shape of what went wrong."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from harness.outcome import TOKEN_CHECK, Status
from harness.verdict.deviation import deviation, is_status
from harness.verdict.model import Cause, Finding
from harness.verdict.operations import TARGET_DOWN

_FEW = 3
"""Different answers to one expectation; more of them are one cause with many faces."""
OF_SCHEMAS = ("invalid.refused", "valid.accepted")
"""Checks of one constraint of a schema, whose source says which one."""
_WRONG_TYPE = re.compile(r"4xx for (?:the )?(body|\w+)\b.*, type: (\w+) for ")
"""Where a value of a wrong type stood, in the body or in parameters of a kind, and its type."""
Key = tuple[str, ...]


def causes(findings: Sequence[Finding]) -> tuple[Cause, ...]:
    """Return the causes of findings that fail or could not be judged, each with its cases.

    First what explains others, then by the number of cases; within a cause the order of the plan.
    """
    found = [_cause(members) for members in groups(findings)]
    explained = _explained(found)
    # A cause that explains others is mended first, and what only follows from one comes last.
    return tuple(
        sorted(
            explained,
            key=lambda cause: (
                not cause.explains,
                bool(cause.because),
                # What was cut off says nothing of the target, however much of the run it is.
                cause.status is Status.NOT_RUN,
                -cause.reach,
            ),
        )
    )


def own_id(finding: Finding) -> str:
    """Return the id that a cause has which this finding stands for."""
    return _id(*keys_of(finding)[0])


def with_causes(findings: Iterable[Finding], found: Iterable[Cause]) -> tuple[Finding, ...]:
    """Return the findings, each with the id of its cause."""
    # A case stands in one group only, so that one cause is all that it can have.
    by_case = {case: cause.id for cause in found for case in cause.cases}
    return tuple(replace(finding, cause=by_case.get(finding.case, "")) for finding in findings)


def groups(findings: Sequence[Finding]) -> list[list[Finding]]:
    """Join findings that have a key in common, directly or by way of others."""
    keys = [keys_of(other) for other in findings]
    # Both look at the whole run, so that they come after the keys of single findings.
    merged = _everywhere(findings, _many_faces(findings, keys))
    parents: dict[Key, Key] = {}

    # Union-find: each chain of parents ends at a key that is its own parent.
    def root(key: Key) -> Key:
        while parents.setdefault(key, key) != key:
            key = parents[key]
        return key

    for item in merged:
        # All keys of one finding become one set, whichever other finding brought them in.
        for key in item[1:]:
            parents[root(key)] = root(item[0])
    grouped: dict[Key, list[Finding]] = {}
    for finding, item in zip(findings, merged, strict=True):
        grouped.setdefault(root(item[0]), []).append(finding)
    return list(grouped.values())


def keys_of(finding: Finding) -> tuple[Key, ...]:
    """Return what a finding is grouped by: its own key first, then what other checks may share.

    Across operations only a value that means something joins two findings, and only where they verify
    the same requirement: a wrong code in two answers is one mistake, two statuses of 500 need not be.
    """
    whole = _of_the_whole_run(finding)
    if whole:
        return ((whole, "", "", ""),)
    seen = deviation(finding.check, finding.expected, finding.actual)
    # The first part of a case's id is its product; causes never join two of them.
    product = finding.case.partition("/")[0]
    # Without a check only the message can be compared: a case that could not be judged.
    if not finding.check:
        return (("message", product, seen.shape[1], seen.shape[2]),)
    own: Key = (finding.operation, finding.check, *seen.shape)
    # A server error has one cause whatever was expected instead of it.
    if is_status(finding.check) and seen.shape[2].startswith("5"):
        return (own, ("fails", finding.operation, seen.shape[2]))
    # Other statuses say too little to join findings beyond the operation.
    if is_status(finding.check) or finding.check == TOKEN_CHECK:
        return (own,)
    if finding.check in OF_SCHEMAS and finding.source:
        # One constraint of a schema that many places refer to is one mistake.
        return (own, ("schema", product, finding.check, finding.source))
    # Within an operation any value that two checks share points to one mistake.
    near = [("at", finding.operation, *mark) for mark in sorted(seen.marks)]
    far = [
        ("of", product, requirement, *mark)
        for mark in sorted(seen.marks)
        # A mark with a name is a small difference of numbers, too common to join operations.
        if not mark[0]
        for requirement in finding.requirements
    ]
    return (own, *near, *far)


def _of_the_whole_run(finding: Finding) -> str:
    """Return what kept a case from being judged, where that is the same for every product."""
    if finding.message.startswith(TARGET_DOWN):
        return TARGET_DOWN
    return str(Status.NOT_RUN) if finding.status is Status.NOT_RUN else ""


def _many_faces(
    findings: Sequence[Finding], keys: Sequence[tuple[Key, ...]]
) -> Sequence[tuple[Key, ...]]:
    """Join what fails one check in one operation by a different answer in nearly every case.

    So also where one answer comes whatever was expected, unless that is a success: what is accepted
    though it must not be is a mistake of its own for each rule.
    """
    answers: dict[Key, set[str]] = {}
    expectations: dict[Key, set[str]] = {}
    for finding, item in zip(findings, keys, strict=True):
        # All but the last part of the key is operation, check, node and expectation.
        if finding.check:
            answers.setdefault(item[0][:-1], set()).add(item[0][-1])
            expectations.setdefault(_answer(item[0]), set()).add(item[0][-2])
    joined = []
    for key in keys:
        faces: list[Key] = []
        if len(answers.get(key[0][:-1], ())) > _FEW:
            faces.append(("answers", *key[0][:-1]))
        # A success whatever was expected is a validation that is missing, once for each rule.
        if len(expectations.get(_answer(key[0]), ())) > _FEW and not is_success(key[0][-1]):
            faces.append(("expectations", *_answer(key[0])))
        joined.append((*key, *faces))
    return joined


def _everywhere(
    findings: Sequence[Finding], keys: Sequence[tuple[Key, ...]]
) -> Sequence[tuple[Key, ...]]:
    """Join what takes one wrong type, as null, in many operations: the one place that reads them is lax."""
    taken = [_type_taken(finding) for finding in findings]
    operations: dict[Key, set[str]] = {}
    for finding, key in zip(findings, taken, strict=True):
        if key:
            operations.setdefault(key, set()).add(finding.operation)
    return [
        (*item, key) if len(operations.get(key, ())) > _FEW else item
        for item, key in zip(keys, taken, strict=True)
    ]


def _type_taken(finding: Finding) -> Key:
    found = _WRONG_TYPE.search(finding.expected) if finding.check == "invalid.refused" else None
    product = finding.case.partition("/")[0]
    return ("takes", product, found[1], found[2]) if found and is_success(finding.actual) else ()


def _answer(own: Key) -> Key:
    return (*own[:-2], own[-1])


def is_success(actual: str) -> bool:
    """Return whether a value is the status of an answer that refuses nothing."""
    return len(actual) == 3 and actual.startswith("2") and actual.isdigit()


def _cause(members: Sequence[Finding]) -> Cause:
    """Describe a group by its commonest operation and check, and by the first failure of these."""
    # A failure says more than a case that could not be judged, where a cause has both.
    failed = [finding for finding in members if finding.status is Status.FAIL] or members
    (operation, check), _ = Counter(
        (finding.operation, finding.check) for finding in failed
    ).most_common(1)[0]
    first = next(
        finding for finding in failed if (finding.operation, finding.check) == (operation, check)
    )
    return Cause(
        id=own_id(first),
        operation=operation,
        check=check,
        expected=first.expected,
        actual=first.actual,
        attribution=first.attribution,
        status=first.status,
        cases=tuple(finding.case for finding in members),
        failed=sum(finding.status is Status.FAIL for finding in members),
        finding=first,
        operations=_ranked(finding.operation for finding in members),
        checks=_ranked(finding.check for finding in members),
        requirements=_requirements(members, first),
    )


def _id(*parts: str) -> str:
    """Return twelve hex digits that stay the same as long as the same thing goes wrong."""
    # Separated by NUL, so that no two lists of parts can make one text.
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:12]


def _ranked(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name, _ in Counter(filter(None, names)).most_common())


def _requirements(members: Sequence[Finding], first: Finding) -> tuple[str, ...]:
    """Return the requirements of a cause, the one that most of its cases verify first."""
    counted = Counter(name for finding in members for name in dict.fromkeys(finding.requirements))
    # Workflows verify dozens at once; of equally common ones, that of the plainest case decides.
    # A case without requirements must not win as the plainest.
    fewest = min(members, key=lambda finding: len(finding.requirements) or len(counted))
    rank = {name: place for place, name in enumerate((*fewest.requirements, *first.requirements))}
    return tuple(sorted(counted, key=lambda name: (-counted[name], rank.get(name, len(rank)))))


def _explained(found: Sequence[Cause]) -> list[Cause]:
    """Let a token that is not given explain all that needs it, and all else that fails there."""
    operations = {cause.operation for cause in found if _needs(cause)} - {""}
    roots = {operation: _root(operation, found) for operation in sorted(operations)}
    # A case that has no operation of its own still belongs to a product, whose token failed.
    products = {
        case.partition("/")[0]: cause.operation
        for cause in found
        if cause.check == TOKEN_CHECK
        for case in cause.cases
    }
    linked = [_consequence(cause, roots, products) for cause in found]
    reach = Counter[str]()
    for cause in linked:
        if cause.because:
            reach[cause.because] += cause.reach
    return [replace(cause, explains=reach[cause.id] + _outage(cause)) for cause in linked]


def _needs(cause: Cause) -> bool:
    """Return whether a cause is the want of what its operation should have given."""
    return cause.check == TOKEN_CHECK or cause.check.startswith("workflow ")


def _root(operation: str, found: Iterable[Cause]) -> Cause:
    """Return what explains the rest of an operation: that a good request fails, else what most have."""
    there = [cause for cause in found if cause.operation == operation]
    return max(
        # A failure before a doubt, then what a good request should have got, then the commonest.
        there,
        key=lambda cause: (cause.failed > 0, cause.expected.startswith("2"), cause.reach),
    )


def _consequence(cause: Cause, roots: Mapping[str, Cause], products: Mapping[str, str]) -> Cause:
    operation = cause.operation
    if not operation and "$workflows." in cause.actual:
        # A step had no value to send because the workflow that gets it was given none.
        operation = products.get(cause.finding.case.partition("/")[0], "")
    root = roots.get(operation)
    # A root explains others and never itself.
    if root is None or root.id == cause.id:
        return cause
    return replace(cause, because=root.id)


def _outage(cause: Cause) -> int:
    """Return how many cases an operation that does not work leaves unjudged."""
    # Only where something fails is the rest a consequence of it.
    return cause.reach - cause.failed if cause.failed else 0
