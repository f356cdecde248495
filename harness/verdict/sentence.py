"""Describe a finding in one sentence: the subject, what came, what was promised, and by how much they differ."""

import re
from collections.abc import Callable, Mapping

from harness.difference import Difference, differences, plain, written
from harness.outcome import TOKEN_CHECK
from harness.shortening import shortened

_LONGEST = 120
_COUNT = re.compile(r"0|-?[1-9]\d*")
_PART = re.compile(r"response\.body part (.+)")
_UNITS = {"size": "byte", "lifetime": "second", "length": "byte"}
_STATUS = re.compile(r"\$statusCode is (\d{3})")


def sentence(check: str, expected: str, actual: str, where: str = "", message: str = "") -> str:
    """Return the sentence of a finding; it names no case and no operation, which stand beside it."""
    if not check:
        return _cut(message.partition("\n")[0]) or "It could not be judged."
    wanted, came = _cut(plain(expected)), _cut(plain(actual))
    if (words := _SPECIAL.get(check)) is not None:
        return words(wanted, came)
    if check == "status" or "$statusCode" in check:
        match = _STATUS.search(came)
        return f"The answer has status {match[1] if match else came}; {wanted} is promised."
    if (node := _node(expected, actual)) is not None:
        return _of_node(check, node)
    subject = _subject(check, where)
    return f"{subject} is {came or 'empty'}; {wanted or 'nothing'} is promised{_by(check, wanted, came)}."


_SPECIAL: Mapping[str, Callable[[str, str], str]] = {
    "response": lambda _, came: f"There is no answer: {came}.",
    TOKEN_CHECK: lambda _, came: f"There is no token to call with: {came}.",
    "error.code": lambda wanted, came: (
        f"A status of {came} and no error came; {wanted} is promised."
        if _COUNT.fullmatch(came)
        else f"The error {came} came; {wanted} is promised."
    ),
    "contract.schema": lambda wanted, came: f"The body breaks its schema: {wanted}, but {came}.",
}


def _subject(check: str, where: str) -> str:
    if (part := _PART.fullmatch(where)) is not None:
        return f"{check.rpartition('.')[2]} of the part '{part[1]}'"
    place = where.removeprefix("response.").replace("#", " ") if where else ""
    return f"{check} at {place}" if place and not place.startswith("step ") else check


def _node(expected: str, actual: str) -> Difference | None:
    """Return the node that two structures differ in, preferring what is not only a digest of others."""
    try:
        one, other = written(expected), written(actual)
    except ValueError:
        return None
    if not isinstance(one, dict | list) or not isinstance(other, dict | list):
        return None
    found = differences(one, other)
    readable = [
        difference
        for difference in found
        if not difference.name.lower().startswith(("sha", "md5", "digest"))
    ]
    return next(iter(readable or found), None)


def _of_node(check: str, node: Difference) -> str:
    place = node.pointer or "/"
    if node.is_missing:
        return f"{check}: {place} is missing."
    if node.is_unexpected:
        return f"{check}: {place} is there and should not be."
    wanted, came = str(node.expected), str(node.actual)
    return f"{check}: {place} is {_cut(came)}; {_cut(wanted)} is promised{_by(node.name, wanted, came)}."


def _by(check: str, expected: str, actual: str) -> str:
    """Return by how much two counts differ, with the unit that the check is known to have."""
    bare = actual.partition(" after: ")[0]
    if not (_COUNT.fullmatch(expected) and _COUNT.fullmatch(bare)):
        return ""
    unit = _UNITS.get(check.rpartition(".")[2])
    if unit is None:
        return ""
    by = int(bare) - int(expected)
    noun = unit if abs(by) == 1 else f"{unit}s"
    return f" ({abs(by):,} {noun} too {'many' if by > 0 else 'few'})"


def _cut(text: str) -> str:
    return shortened(" ".join(text.split()), _LONGEST)
