"""Generate X12 278 messages: sound ones, and ones that break one named rule in one place."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeAlias

from hypothesis import strategies as st

from harness.errors import InvalidArgument
from harness.products.prior_auth.strategies.requests import paired_requests
from harness.x12.build import recounted, write
from harness.x12.interchange import ISA_LENGTH, Interchange, Segment, Value, segment
from harness.x12.parse import parse
from harness.x12.review import Kind

Segments: TypeAlias = tuple[Segment, ...]
Edit: TypeAlias = Callable[[Segments], Segments]


def broken(text: str, rule: str) -> str:
    """Return a sound message with one breach of a rule. Raises InvalidArgument for other texts."""
    interchange = parse(text).interchange
    if not interchange.segments:
        raise InvalidArgument("only a readable message can be broken in a named way.")
    # Some rules are about the text itself, which no parsed message could break.
    if rule in _IN_TEXT:
        return _IN_TEXT[rule](text)
    # Counting anew would mend these.
    if rule in _AFTER_COUNTING:
        return write(_edited(interchange, _AFTER_COUNTING[rule]))
    if rule not in _BEFORE_COUNTING:
        raise InvalidArgument(f"no message can be made that breaks the rule '{rule}'.")
    # For the others counts are made right, so that a message breaks one rule and no second.
    return write(recounted(_edited(interchange, _BEFORE_COUNTING[rule])))


def with_value(segment_id: str, position: int, value: Value, *, last: bool = False) -> Edit:
    """Return an edit that gives an element of the first, or last, segment with an id a value."""

    def edit(segments: Segments) -> Segments:
        at = _index(segments, segment_id, last=last)
        changed = segments[at].with_value(position, value)
        return (*segments[:at], changed, *segments[at + 1 :])

    return edit


def without(*segment_ids: str) -> Edit:
    """Return an edit that drops every segment with one of these ids."""
    return lambda segments: tuple(segment for segment in segments if segment.id not in segment_ids)


def inserted(before: str, *added: Segment) -> Edit:
    """Return an edit that puts segments before the first one with an id."""

    def edit(segments: Segments) -> Segments:
        at = _index(segments, before)
        return (*segments[:at], *added, *segments[at:])

    return edit


def _edited(interchange: Interchange, edit: Edit) -> Interchange:
    return replace(interchange, segments=edit(interchange.segments))


def _index(segments: Segments, segment_id: str, *, last: bool = False) -> int:
    found = [at for at, segment in enumerate(segments) if segment.id == segment_id]
    if not found:
        raise InvalidArgument(f"the message has no segment {segment_id} to break.")
    return found[-1 if last else 0]


def _same_parties(segments: Segments) -> Segments:
    return with_value("ISA", 8, segments[0].value(6))(segments)


def _unknown_version(segments: Segments) -> Segments:
    return with_value("ST", 3, "005010X999")(with_value("GS", 8, "005010X999")(segments))


def _without_levels(segments: Segments) -> Segments:
    first, end = _index(segments, "HL"), _index(segments, "SE")
    return segments[:first] + segments[end:]


_BLANKS = ("", "", "", "")
_STRAY = segment("REF", "ZZ", "STRAY")


def _extra(segment_id: str, *values: Value) -> Edit:
    """Return an edit that adds a segment to the last level."""
    return inserted("SE", segment(segment_id, *values))


# Rule of `harness.x12.findings` to the smallest edit that breaks it.
_BEFORE_COUNTING: Mapping[str, Edit] = {
    "isa.width": with_value("ISA", 6, "SHORT"),
    "isa.version": with_value("ISA", 12, "00401"),
    "isa.time": with_value("ISA", 10, "2460"),
    "isa.acknowledgment": with_value("ISA", 14, "2"),
    "isa.usage": with_value("ISA", 15, "X"),
    "isa.date": with_value("ISA", 9, "231399"),
    "isa.authorization": with_value("ISA", 2, "SECRET0000"),
    "isa.parties": _same_parties,
    "gs.functional-id": with_value("GS", 1, "HS"),
    "gs.date": with_value("GS", 4, "20230230"),
    "gs.time": with_value("GS", 5, "246000"),
    "gs.agency": with_value("GS", 7, "T"),
    "gs.missing": without("GS"),
    "ge.missing": without("GE"),
    "iea.missing": without("IEA"),
    "se.missing": without("SE"),
    "st.missing": lambda segments: (*segments[:2], *segments[-2:]),
    "st.transaction": with_value("ST", 1, "837"),
    "envelope.order": inserted("ST", _STRAY),
    "version.known": _unknown_version,
    "version.pair": with_value("ST", 3, "005010X216"),
    "bht.structure": with_value("BHT", 1, "0010"),
    "bht.purpose": with_value("BHT", 2, "00"),
    # A thirteenth month; the samples have a year of 2005 and a month of 50 (C75).
    "bht.date": with_value("BHT", 4, "20231301"),
    "bht.time": with_value("BHT", 5, "9999"),
    "hl.missing": _without_levels,
    "hl.sequence": with_value("HL", 1, "99", last=True),
    "hl.parent": with_value("HL", 2, "98", last=True),
    "hl.child-flag": with_value("HL", 4, "0"),
    "hl.level-order": with_value("HL", 3, "23"),
    "segment.id": _extra("ref", "6P", "1"),
    "element.simple": with_value("BHT", 3, ("1402", "A")),
    "charset": with_value("NM1", 3, "CL\u00cdNICA"),
    "date.d8": with_value("DMG", 2, "20230230"),
    # A range that ends before it begins.
    "date.rd8": _extra("DTP", "472", "RD8", "20230102-20230101"),
    "nm1.id-pair": with_value("NM1", 8, ""),
    "npi.format": _extra("NM1", "DN", "2", "TEST", *_BLANKS, "XX", "123456789"),
    # The NPI of the published examples: its check digit would be 3.
    "npi.checksum": _extra("NM1", "DN", "2", "TEST", *_BLANKS, "XX", "1234567890"),
    "ein.format": _extra("REF", "EI", "12-3456789"),
    "icd.decimal": with_value("HI", 1, ("ABK", "C34.32")),
    "hcr.action": _extra("HCR", "ZZ", "1"),
    "hcr.review-id": _extra("HCR", "A1"),
    "segment.trailing-separator": with_value("UM", 9, ""),
}
_AFTER_COUNTING: Mapping[str, Edit] = {
    "isa.control-number": with_value("IEA", 2, "12345678X"),
    "iea.count": with_value("IEA", 1, "2"),
    "gs.control-number": with_value("GE", 2, "0"),
    "ge.count": with_value("GE", 1, "2"),
    "st.control-number": with_value("SE", 2, "9998X"),
    "se.count": with_value("SE", 1, "99999"),
}
_IN_TEXT: Mapping[str, Callable[[str], str]] = {
    "isa.missing": lambda text: text[1:],
    # The component separator becomes that of elements: position 105 of ISA becomes that of 4.
    "isa.delimiters": lambda text: text[: ISA_LENGTH - 2] + text[3] + text[ISA_LENGTH - 1 :],
    "segment.empty": lambda text: text[:ISA_LENGTH] + text[ISA_LENGTH - 1] + text[ISA_LENGTH:],
    "segment.leading-space": lambda text: f"{text[:ISA_LENGTH]} {text[ISA_LENGTH:]}",
    "segment.unterminated": lambda text: text[:-1],
    "trailing-data": lambda text: f"{text}MORE",
}
BREAKABLE = tuple(sorted({*_BEFORE_COUNTING, *_AFTER_COUNTING, *_IN_TEXT}))
"""The rules that a message can be made to break; the two on size are left to whoever has the room."""


def x12_278_inquiries(*, key: str = "", member_id: str = "") -> st.SearchStrategy[str]:
    """Generate 005010X215 inquiries, under the known payer and for a test member by default."""
    requests = paired_requests(kind=Kind.INQUIRY, key=key, member_id=member_id)
    return requests.map(lambda request: request.x12)


def x12_278_submissions(*, key: str = "", member_id: str = "") -> st.SearchStrategy[str]:
    """Generate 005010X217 submissions, under one of the known keys by default."""
    requests = paired_requests(kind=Kind.SUBMISSION, key=key, member_id=member_id)
    return requests.map(lambda request: request.x12)


def broken_x12_278_messages(*, rule: str, kind: Kind) -> st.SearchStrategy[str]:
    """Generate messages that break one rule of `harness.x12.findings`. Raises InvalidArgument."""
    if rule not in BREAKABLE:
        raise InvalidArgument(f"no message can be made that breaks the rule '{rule}'.")
    messages = x12_278_inquiries() if kind is Kind.INQUIRY else x12_278_submissions()
    return messages.map(lambda text: broken(text, rule))
