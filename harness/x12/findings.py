"""Name every rule that an interchange can break, how grave that is, and one breach of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from harness.x12.interchange import Segment


class Severity(StrEnum):
    """An error makes a message wrong; a warning is tolerated, for published examples do it too."""

    ERROR = "error"
    WARNING = "warning"


_ERRORS: Mapping[str, str] = {
    "size.characters": "the message is longer than the limit",
    "size.segments": "the message has more segments than the limit",
    "isa.missing": "the message does not begin with a whole ISA segment",
    "isa.delimiters": "the four delimiters differ and none is a letter, a digit or a blank",
    "isa.width": "every ISA element has its fixed width",
    "isa.version": "ISA12 is 00501",
    "isa.time": "ISA10 is a time, HHMM",
    "isa.acknowledgment": "ISA14 is 0 or 1",
    "isa.usage": "ISA15 is P or T",
    "isa.control-number": "ISA13 is nine digits and IEA02 repeats it",
    "iea.missing": "the interchange ends with IEA",
    "iea.count": "IEA01 counts the functional groups",
    "gs.missing": "the interchange has a functional group",
    "gs.functional-id": "GS01 is HI",
    "gs.date": "GS04 is a date, CCYYMMDD",
    "gs.time": "GS05 is a time, HHMM to HHMMSSDD",
    "gs.agency": "GS07 is X",
    "gs.control-number": "GS06 is unique and GE02 repeats it",
    "ge.missing": "a functional group ends with GE",
    "ge.count": "GE01 counts the transaction sets",
    "st.missing": "a functional group has a transaction set",
    "st.transaction": "ST01 is 278",
    "st.control-number": "ST02 is unique and SE02 repeats it",
    "se.missing": "a transaction set ends with SE",
    "se.count": "SE01 counts the segments from ST to SE",
    "envelope.order": "a segment stands outside the part of the envelope that it belongs to",
    "version.known": "GS08 is the version of a 278 message",
    "version.pair": "ST03 repeats GS08",
    "bht.structure": "BHT follows ST and BHT01 is 0007",
    "bht.purpose": "BHT02 is a purpose of this version",
    "hl.missing": "a transaction set has hierarchical levels",
    "hl.sequence": "HL01 counts from 1",
    "hl.parent": "HL02 names an open level",
    "hl.child-flag": "HL04 is 1 with levels below and 0 without",
    "hl.level-order": "levels nest as 20, 21, 22, 23, EV, SS",
    "segment.empty": "a segment has at least one filled element",
    "segment.id": "a segment id is two or three capitals or digits",
    "segment.leading-space": "nothing but line ends stands between segments",
    "segment.unterminated": "every segment has its terminator",
    "element.simple": "an element that is no composite holds one value",
    "trailing-data": "nothing follows IEA",
    "charset": "every character is printable ASCII",
    "date.d8": "a D8 date is a day of the calendar, CCYYMMDD",
    "date.rd8": "an RD8 value is two such days with a dash, in order",
    "nm1.id-pair": "NM108 and NM109 stand together",
    "npi.format": "an NPI is ten digits",
    "hcr.review-id": "a certified review has a review number",
}
_WARNINGS: Mapping[str, str] = {
    # Published examples break each of these, so receivers have to live with it.
    "isa.date": "ISA09 is a date, YYMMDD",
    "isa.authorization": "ISA02 and ISA04 are blank where their qualifier is 00",
    "isa.parties": "sender and receiver differ",
    "bht.date": "BHT04 is a date, CCYYMMDD",
    "bht.time": "BHT05 is a time, HHMM to HHMMSSDD",
    "segment.trailing-separator": "empty elements at the end are left out",
    "npi.checksum": "an NPI passes its check digit",
    "ein.format": "an employer number is nine digits",
    "icd.decimal": "a diagnosis code is sent without its decimal point",
    "hcr.action": "HCR01 is a known action code",
}

RULES: Mapping[str, Severity] = dict.fromkeys(_ERRORS, Severity.ERROR) | dict.fromkeys(
    _WARNINGS, Severity.WARNING
)
DEMANDS: Mapping[str, str] = {**_ERRORS, **_WARNINGS}
"""What each rule demands, in words."""
UNREADABLE = frozenset({"size.characters", "size.segments", "isa.missing", "isa.delimiters"})
"""Rules whose breach ends the reading: nothing more is known about such a message."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach: the rule, the place and what stands there."""

    rule: str
    actual: str = ""
    segment: int = 0
    """Index of the segment from 1; 0 where none can be named."""
    segment_id: str = ""
    element: int = 0
    """Position of the element from 1; 0 where the whole segment is meant."""
    offset: int = 0
    """Character in the text, counted from 0."""

    @property
    def severity(self) -> Severity:
        """How grave a breach of the rule is."""
        return RULES[self.rule]

    @property
    def is_error(self) -> bool:
        """Whether the message is wrong because of it."""
        return self.severity is Severity.ERROR

    @property
    def place(self) -> str:
        """Where it stands: `SE01 (segment 24, character 610)`."""
        if not self.segment:
            return f"character {self.offset}"
        name = f"{self.segment_id}{self.element:02}" if self.element else self.segment_id
        return f"{name} (segment {self.segment}, character {self.offset})"

    def __str__(self) -> str:
        actual = f", not {self.actual!r}" if self.actual else ""
        return f"{self.place}: {self.rule}: {DEMANDS[self.rule]}{actual}."


def finding(rule: str, segment: Segment, element: int = 0, actual: str | None = None) -> Finding:
    """Return a breach at a segment or at one of its elements, whose value is shown by default."""
    # Clipped, since an element can be as long as the message.
    shown = segment.value(element) if actual is None and element else actual or ""
    return Finding(
        rule, shown[:80], segment.index, segment.id[:8], element, segment.offset_of(element)
    )
