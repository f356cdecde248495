"""Read the text of one interchange strictly and within bounds; what is odd becomes a finding."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from harness.x12.findings import Finding, finding
from harness.x12.interchange import (
    EMPTY,
    WIDTHS,
    Delimiters,
    Element,
    Interchange,
    Segment,
    delimiters_of,
    has_fixed_width,
)

_SEGMENT_ID = re.compile(r"[A-Z][A-Z0-9]{1,2}")
_LINE_ENDS = "\r\n"


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a message may be."""

    characters: int = 500_000
    segments: int = 10_000


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Parsed:
    """An interchange as far as it could be read, and what was wrong with its form."""

    interchange: Interchange
    findings: tuple[Finding, ...] = ()


def parse(text: str, limits: Limits = LIMITS) -> Parsed:
    """Read one interchange. It never raises: a text that cannot be read has no segments."""
    # Before anything is searched: the text comes from the network.
    if len(text) > limits.characters:
        return _unreadable("size.characters", str(len(text)))
    delimiters = delimiters_of(text)
    if delimiters is None:
        return _unreadable("isa.missing", text[:20])
    if not delimiters.are_usable:
        return _unreadable("isa.delimiters", text[:4])
    reader = _Reader(delimiters, limits)
    reader.read(text)
    interchange = Interchange(tuple(reader.segments), delimiters)
    return Parsed(interchange, (*_width_findings(text, interchange), *reader.findings))


class _Reader:
    """Collect segments up to IEA, and findings on the way."""

    def __init__(self, delimiters: Delimiters, limits: Limits) -> None:
        self._delimiters = delimiters
        self._limits = limits
        self.segments: list[Segment] = []
        self.findings: list[Finding] = []

    def read(self, text: str) -> None:
        end = 0
        pieces = _pieces(text, self._delimiters.segment)
        for number, (start, end, raw) in enumerate(pieces):
            # Counted while reading, so that a message of terminators alone is not split to its end.
            if number >= self._limits.segments:
                self.findings.append(Finding("size.segments", offset=start))
                return
            self._take(start, raw)
            # A second interchange would have delimiters of its own; a message of the API is one.
            if self.segments and self.segments[-1].id == "IEA":
                self._end(text, end, "trailing-data")
                return
        self._end(text, end, "segment.unterminated")

    def _take(self, start: int, raw: str) -> None:
        # A line end after the terminator is how most messages are printed; X12 does not know it,
        # and reads blanks there as part of a segment id.
        content = raw.lstrip(_LINE_ENDS + " ")
        offset = start + len(raw) - len(content)
        if not content:
            self.findings.append(Finding("segment.empty", offset=offset))
            return
        segment = _segment(content, self._delimiters)
        segment = replace(segment, index=len(self.segments) + 1, offset=offset)
        self.segments.append(segment)
        if " " in raw[: len(raw) - len(content)]:
            self.findings.append(finding("segment.leading-space", segment))
        self.findings += _segment_findings(segment)

    def _end(self, text: str, end: int, rule: str) -> None:
        rest = text[end:]
        if rest.strip(" \t" + _LINE_ENDS):
            self.findings.append(Finding(rule, rest.strip()[:20], offset=end))


def _pieces(text: str, terminator: str) -> Iterator[tuple[int, int, str]]:
    # Piece by piece, where `split` would make all of them at once.
    start = 0
    while (end := text.find(terminator, start)) >= 0:
        yield start, end + 1, text[start:end]
        start = end + 1


def _segment(content: str, delimiters: Delimiters) -> Segment:
    segment_id, *values = content.split(delimiters.element)
    if segment_id == "ISA":  # its last elements are the delimiters themselves
        return Segment(segment_id, tuple(Element(((value,),)) for value in values))
    return Segment(segment_id, tuple(_element(value, delimiters) for value in values))


def _element(value: str, delimiters: Delimiters) -> Element:
    # Most elements are empty or plain; the empty one is shared.
    if not value:
        return EMPTY
    repetitions = value.split(delimiters.repetition)
    return Element(
        tuple(tuple(repetition.split(delimiters.component)) for repetition in repetitions)
    )


def _segment_findings(segment: Segment) -> Iterator[Finding]:
    if not _SEGMENT_ID.fullmatch(segment.id):
        yield finding("segment.id", segment, actual=segment.id)
    if all(element.is_empty for element in segment.elements):
        yield finding("segment.empty", segment)
    # Empty elements at the end are left out with their separators (X12.6: a segment ends after
    # the last element that is used).
    elif segment.elements[-1].is_empty:
        yield finding("segment.trailing-separator", segment, len(segment.elements))


def _width_findings(text: str, interchange: Interchange) -> Iterator[Finding]:
    if not interchange.segments:
        # Another number of elements has shifted all positions, so widths say nothing.
        return
    isa = interchange.segments[0]
    if len(isa.elements) != len(WIDTHS):
        yield finding("isa.width", isa)
    elif not has_fixed_width(text):
        # Receivers take the delimiters from positions 82, 104 and 105, wherever the elements end.
        for position, width in enumerate(WIDTHS, start=1):
            if isa.element(position).width != width:
                yield finding("isa.width", isa, position)


def _unreadable(rule: str, actual: str) -> Parsed:
    return Parsed(Interchange(), (Finding(rule, actual),))
