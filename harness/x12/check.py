"""Check the text of an interchange against every rule."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice

from harness.codes.dates import is_compact_date
from harness.codes.identifiers import is_npi, is_tax_id, is_ten_digits
from harness.x12.envelope_rules import envelope_findings, level_findings
from harness.x12.findings import Finding, finding
from harness.x12.interchange import Element, Interchange, Segment
from harness.x12.parse import LIMITS, Limits, Parsed, parse
from harness.x12.structure import structure_of

ACTIONS = frozenset({"A1", "A2", "A3", "A4", "A5", "A6", "C", "CT", "NA"})
"""HCR01 codes that the documents of the API name."""
CERTIFIED = frozenset({"A1", "A2", "A6"})
"""Actions that come with a review number."""
SIMPLE = frozenset({"GS", "ST", "BHT", "HL", "NM1", "DTP", "AAA", "HCR", "SE", "GE", "IEA"})
"""Segments of a 278 in which no element repeats or has components."""

_DELIMITERS = (11, 16)  # ISA11 and ISA16 may be control characters, like any delimiter
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]")
_DIAGNOSIS = re.compile(r"AB[A-Z]")


# More breaches than anybody reads of one message.
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


# In this order, since the limit cuts off what comes last: the form, the envelope, levels, values.
def _findings(parsed: Parsed) -> Iterator[Finding]:
    yield from parsed.findings
    structure = structure_of(parsed.interchange)
    yield from envelope_findings(structure)
    yield from level_findings(structure)
    yield from value_findings(parsed.interchange)


def value_findings(interchange: Interchange) -> Iterator[Finding]:
    """Yield what is wrong inside the segments of an interchange."""
    # Segment by segment, so that findings come nearly in the order of the text.
    for segment in interchange.segments:
        yield from _charset_findings(segment)
        yield from _composite_findings(segment)
        if segment.id in _BY_SEGMENT:
            yield from _BY_SEGMENT[segment.id](segment)


def _charset_findings(segment: Segment) -> Iterator[Finding]:
    for position, element in enumerate(segment.elements, start=1):
        bad = _first_unprintable(element)
        if bad and not (segment.id == "ISA" and position in _DELIMITERS):
            yield finding("charset", segment, position, bad)


def _composite_findings(segment: Segment) -> Iterator[Finding]:
    for position, element in enumerate(segment.elements, start=1):
        if segment.id in SIMPLE and element.repetitions != ((element.value,),):
            yield finding("element.simple", segment, position)


def _first_unprintable(element: Element) -> str:
    texts = (component for repetition in element.repetitions for component in repetition)
    found = (match.group() for match in map(_UNPRINTABLE.search, texts) if match)
    return next(found, "")


def _name_findings(segment: Segment) -> Iterator[Finding]:
    qualifier, identifier = segment.value(8), segment.value(9)
    # Syntax note P0809 of NM1: where one of NM108 and NM109 is present, the other is required.
    if bool(qualifier) != bool(identifier):
        yield finding("nm1.id-pair", segment, 9 if qualifier else 8)
    # XX: the National Provider Identifier, whose last digit checks the others (45 CFR 162.406).
    elif qualifier == "XX" and not is_ten_digits(identifier):
        yield finding("npi.format", segment, 9)
    elif qualifier == "XX" and not is_npi(identifier):
        yield finding("npi.checksum", segment, 9)
    # 24, like EI in REF01: the number of an employer with the tax authorities.
    elif qualifier == "24" and not is_tax_id(identifier):
        yield finding("ein.format", segment, 9)


def _reference_findings(segment: Segment) -> Iterator[Finding]:
    if segment.value(1) == "EI" and not is_tax_id(segment.value(2)):
        yield finding("ein.format", segment, 2)


def _date_findings(segment: Segment) -> Iterator[Finding]:
    qualifier = 1 if segment.id == "DMG" else 2
    value = segment.value(qualifier + 1)
    # D8 is CCYYMMDD, RD8 two of these with a hyphen between.
    if segment.value(qualifier) == "D8" and not is_compact_date(value):
        yield finding("date.d8", segment, qualifier + 1)
    if segment.value(qualifier) == "RD8" and not is_date_range(value):
        yield finding("date.rd8", segment, qualifier + 1)


def is_date_range(text: str) -> bool:
    """Return whether a text is CCYYMMDD-CCYYMMDD, the earlier day first."""
    begin, _, end = text.partition("-")
    return is_compact_date(begin) and is_compact_date(end) and begin <= end


def _diagnosis_findings(segment: Segment) -> Iterator[Finding]:
    # Each of HI01 to HI12 is a qualifier and a code: ABK is the principal diagnosis by ICD-10-CM,
    # ABF another one. The point of the code is understood and not sent.
    for position in range(1, len(segment.elements) + 1):
        is_diagnosis = _DIAGNOSIS.fullmatch(segment.value(position)) is not None
        if is_diagnosis and "." in segment.value(position, 2):
            yield finding("icd.decimal", segment, position, segment.value(position, 2))


def _decision_findings(segment: Segment) -> Iterator[Finding]:
    if segment.value(1) not in ACTIONS:
        yield finding("hcr.action", segment, 1)
    if segment.value(1) in CERTIFIED and not segment.value(2):
        yield finding("hcr.review-id", segment, 2)


_BY_SEGMENT: Mapping[str, Callable[[Segment], Iterator[Finding]]] = {
    "NM1": _name_findings,
    "REF": _reference_findings,
    "DMG": _date_findings,
    "DTP": _date_findings,
    "HI": _diagnosis_findings,
    "HCR": _decision_findings,
}
