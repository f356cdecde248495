"""Check the text of an interchange against every rule."""

from collections.abc import Iterable, Iterator
from itertools import islice

from harness.x12.envelope_rules import envelope_findings
from harness.x12.findings import Finding
from harness.x12.level_rules import level_findings
from harness.x12.parse import LIMITS, Limits, Parsed, parse
from harness.x12.structure import structure_of
from harness.x12.value_rules import value_findings

MOST_FINDINGS = 200


def check(text: str, limits: Limits = LIMITS) -> tuple[Finding, ...]:
    """Return the first findings on a message, in the order of the text; () where it is sound."""
    return findings_of(parse(text, limits))


def findings_of(parsed: Parsed) -> tuple[Finding, ...]:
    """Return the first findings on a message that was read before."""
    return _first(_findings(parsed))


def errors(text: str, limits: Limits = LIMITS) -> tuple[Finding, ...]:
    """Return the findings that make a message wrong, without the tolerated ones."""
    return _first(found for found in _findings(parse(text, limits)) if found.is_error)


def _first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    # Cut off before it is sorted: a message of breaches alone would have as many as segments.
    found = islice(findings, MOST_FINDINGS)
    return tuple(sorted(found, key=lambda finding: (finding.offset, finding.rule)))


def _findings(parsed: Parsed) -> Iterator[Finding]:
    yield from parsed.findings
    structure = structure_of(parsed.interchange)
    yield from envelope_findings(structure)
    yield from level_findings(structure)
    yield from value_findings(parsed.interchange)
