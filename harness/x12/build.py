"""Write interchanges: enclose segments in an envelope, with counts and numbers computed."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from harness.errors import InvalidArgument
from harness.x12.interchange import USUAL, Delimiters, Interchange, Segment, segment
from harness.x12.review import Kind
from harness.x12.structure import Group, Structure, Transaction, structure_of

_PARTY = re.compile(r"[\x21-\x7e]([\x20-\x7e]{0,13}[\x21-\x7e])?")
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]")


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who sends what kind of message to whom, when, under which numbers."""

    kind: Kind
    sender: str
    receiver: str
    written: datetime
    control_number: int = 1
    """ISA13 and IEA02."""
    group_number: str = "1"
    """GS06 and GE02."""
    transaction_number: str = "0001"
    """ST02 and SE02."""
    usage: str = "T"
    """T for a test, P for production."""
    delimiters: Delimiters = USUAL


def enclosed(envelope: Envelope, body: Sequence[Segment]) -> Interchange:
    """Return an interchange of one transaction set with this body. Raises InvalidArgument."""
    _check(envelope)
    day, time = f"{envelope.written:%Y%m%d}", f"{envelope.written:%H%M%S}"
    number, version = f"{envelope.control_number:09}", envelope.kind.version
    parties = (envelope.sender, envelope.receiver)
    # GS01 HI is the functional group of the 278; GS07 X says that GS08 is a version of ASC X12.
    group = ("HI", *parties, day, time, envelope.group_number, "X", version)
    inner = (
        segment("ST", "278", envelope.transaction_number, version),
        *body,
        # SE01 counts the segments of the set, ST and SE included.
        segment("SE", str(len(body) + 2), envelope.transaction_number),
    )
    return Interchange(
        (
            _isa(envelope, f"{envelope.written:%y%m%d}", f"{envelope.written:%H%M}"),
            segment("GS", *group),
            *inner,
            segment("GE", "1", envelope.group_number),
            segment("IEA", "1", number),
        ),
        envelope.delimiters,
    )


def build(interchange: Interchange) -> str:
    """Return the text of an interchange with its counts and closing numbers computed anew.

    Raises InvalidArgument where a value holds a delimiter or a character that X12 cannot carry.
    """
    _check_values(interchange)
    return write(recounted(interchange))


def write(interchange: Interchange) -> str:
    """Return the text of an interchange exactly as it is, sound or not."""
    delimiters = interchange.delimiters
    return "".join(
        segment.written(delimiters) + delimiters.segment for segment in interchange.segments
    )


def recounted(interchange: Interchange) -> Interchange:
    """Return the interchange with counts and closing numbers that fit its segments."""
    # One that is broken on purpose stays so: only trailers that are there are renewed.
    structure = structure_of(interchange)
    # By identity: two segments may be equal and only one of them be the trailer that is meant.
    renewed = dict(_trailers(structure))
    segments = tuple(renewed.get(id(segment), segment) for segment in interchange.segments)
    return replace(interchange, segments=segments)


def _trailers(structure: Structure) -> Iterable[tuple[int, Segment]]:
    yield from _renewed(structure.end, len(structure.groups), structure.head, 13)
    for group in structure.groups:
        yield from _group_trailers(group)


def _group_trailers(group: Group) -> Iterable[tuple[int, Segment]]:
    yield from _renewed(group.end, len(group.transactions), group.head, 6)
    for transaction in group.transactions:
        yield from _renewed(transaction.end, _size(transaction), transaction.head, 2)


def _size(transaction: Transaction) -> int:
    # ST and SE count as well.
    return len(transaction.body) + 2


def _renewed(
    end: Segment | None, count: int, head: Segment | None, position: int
) -> Iterable[tuple[int, Segment]]:
    # A trailer without its head has no number to repeat.
    if end is not None and head is not None:
        yield id(end), end.with_value(1, str(count)).with_value(2, head.value(position))


def _isa(envelope: Envelope, day: str, time: str) -> Segment:
    blank, delimiters = " " * 10, envelope.delimiters
    # ISA01 and ISA03 00: no information on authorization or security, so ISA02 and ISA04 are
    # blank. ISA05 and ISA07 ZZ: the parties have agreed on the ids, which ISA06 and ISA08 fill up
    # to 15.
    values = ("00", blank, "00", blank, "ZZ", f"{envelope.sender:15}", "ZZ")
    # ISA09 has two digits of the year where GS04 has four;
    # ISA12 is the version of the envelope alone.
    numbers = (day, time, delimiters.repetition, "00501", f"{envelope.control_number:09}")
    # ISA14 0: no TA1 is asked for.
    end = ("0", envelope.usage, delimiters.component)
    return segment("ISA", *values, f"{envelope.receiver:15}", *numbers, *end)


def _check(envelope: Envelope) -> None:
    if not envelope.delimiters.are_usable:
        raise InvalidArgument(
            "the four delimiters have to differ and be no letter, digit or blank."
        )
    for party in (envelope.sender, envelope.receiver):
        if not _PARTY.fullmatch(party):
            raise InvalidArgument(f"a party has 1 to 15 printable characters, unlike {party!r}.")
    if not 0 <= envelope.control_number <= 999_999_999:
        raise InvalidArgument("an interchange control number has at most nine digits.")


def _check_values(interchange: Interchange) -> None:
    delimiters = interchange.delimiters
    # A delimiter within a value would end it early for every reader.
    special = {
        delimiters.element,
        delimiters.repetition,
        delimiters.component,
        delimiters.segment,
    }
    for each in interchange.segments:
        # The last elements of ISA are the delimiters themselves.
        if each.id != "ISA" and (bad := _unwritable(each, special)):
            raise InvalidArgument(f"{each.id} holds {bad!r}, which cannot be written there.")


def _unwritable(segment: Segment, special: set[str]) -> str:
    """Return the first character that would be read as something else; '' where there is none."""
    for element in segment.elements:
        for text in (part for components in element.repetitions for part in components):
            match = _UNPRINTABLE.search(text)
            bad = match.group() if match else next(iter(special.intersection(text)), "")
            if bad:
                return bad
    return ""
