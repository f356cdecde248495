"""Compare what should say the same: an answer's JSON and X12 forms, a response and its request."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.jsonvalue import MISSING, Json, as_text, items, lookup
from harness.x12.check import errors
from harness.x12.interchange import Interchange, Segment
from harness.x12.pairs import LIST_PAIRS, PAIRS, ListPair, Place, Where
from harness.x12.parse import parse
from harness.x12.review import Kind, kind_of
from harness.x12.structure import Structure, structure_of


@dataclass(frozen=True, slots=True)
class Difference:
    """Two forms that disagree in one value."""

    name: str
    expected: str
    """What the JSON form, or the request, leads to."""
    actual: str
    """What stands in the X12 form, or in the response."""
    requirements: tuple[str, ...] = ()


def compare(x12: str, json: Json, kind: Kind) -> tuple[Difference, ...]:
    """Return where the X12 and the JSON form of one answer disagree (all pairs of `pairs.py`)."""
    interchange = parse(x12).interchange
    structure = structure_of(interchange)
    # Without a transaction set every value would be missing; one difference says it.
    if structure.transaction is None:
        return (Difference("x12", "a transaction set", _why_unreadable(x12)),)
    differences = [*_version_differences(structure, kind), *_repetitions(interchange, structure)]
    if kind is Kind.INQUIRY:
        differences += _receiver_differences(interchange, json)
    for pair in PAIRS:
        expected, actual = (
            _json_text(json, pair.pointer),
            _x12_text(interchange, structure, pair.place),
        )
        if expected != actual:
            differences.append(Difference(pair.name, expected, actual, pair.requirements))
    for list_pair in LIST_PAIRS:
        differences += _list_differences(list_pair, structure, json)
    return tuple(differences)


def paired(request_x12: str, response_x12: str) -> tuple[Difference, ...]:
    """Return where a response does not answer its request: numbers, parties, version, purpose."""
    request, response = parse(request_x12).interchange, parse(response_x12).interchange
    # Either message may be unreadable, and then there is nothing to pair.
    for text, interchange in ((request_x12, request), (response_x12, response)):
        if structure_of(interchange).transaction is None:
            return (Difference("x12", "a transaction set", _why_unreadable(text)),)
    expectations = (*_echoes(request), *_purposes(request))
    return tuple(
        Difference(name, expected, actual, (requirement,))
        for name, segment_id, element, expected, requirement in expectations
        if (actual := _value(response, segment_id, element)) != expected
    )


# Who sent a request receives its answer: the parties and their qualifiers change places.
_SWAPPED = (
    ("ISA", 5, 7),
    ("ISA", 7, 5),
    ("ISA", 6, 8),
    ("ISA", 8, 6),
    ("GS", 2, 3),
    ("GS", 3, 2),
)
# Numbers and versions by which a sender finds the request that an answer belongs to.
_ECHOED = (
    ("ISA", 13, "S033"),
    ("GS", 6, "S033"),
    ("BHT", 3, "S033"),
    ("GS", 8, "S023"),
    ("ST", 3, "S023"),
)


def _echoes(request: Interchange) -> Iterator[tuple[str, str, int, str, str]]:
    for segment_id, element, counterpart in _SWAPPED:
        expected = _value(request, segment_id, counterpart)
        yield f"{segment_id}{element:02}", segment_id, element, expected, "S032"
    for segment_id, element, requirement in _ECHOED:
        expected = _value(request, segment_id, element)
        yield f"{segment_id}{element:02}", segment_id, element, expected, requirement


def _purposes(request: Interchange) -> Iterator[tuple[str, str, int, str, str]]:
    kind = kind_of(_value(request, "ST", 3))
    if kind is not None:
        requirement = "S034" if kind is Kind.INQUIRY else "S052"
        yield "BHT02", "BHT", 2, kind.response_purpose, requirement
        yield "BHT06", "BHT", 6, kind.response_type, requirement


def _version_differences(structure: Structure, kind: Kind) -> Iterator[Difference]:
    transaction = structure.transaction
    if transaction is not None and transaction.head.value(3) != kind.version:
        yield Difference("ST03", kind.version, transaction.head.value(3), ("S023",))


def _receiver_differences(interchange: Interchange, json: Json) -> Iterator[Difference]:
    """Yield where ISA08 is another than the JSON form's clearing house; submissions differ (C77)."""
    expected = _json_text(json, "/umClearingHouseId")
    actual = _value(interchange, "ISA", 8)
    if actual != expected:
        yield Difference("ISA08", expected, actual, ("S032",))


def _repetitions(interchange: Interchange, structure: Structure) -> Iterator[Difference]:
    """Yield what the JSON form says once and X12 several times, even if in the same words."""
    # Several members of a pair stand in one segment, which is counted once.
    places = {(other.place.level, other.place.segment, other.place.where): other for other in PAIRS}
    for pair in places.values():
        number = _count(_segments_of(interchange, structure, pair.place), pair.place)
        # Twice the same words still say it twice, and a reader cannot know which one counts.
        if number > 1:
            name = f"number of {pair.place.segment}"
            yield Difference(name, "1", str(number), pair.requirements)


def _count(segments: Sequence[Segment], place: Place) -> int:
    return sum(segment.id == place.segment and _fits(segment, place.where) for segment in segments)


def _x12_text(interchange: Interchange, structure: Structure, place: Place) -> str:
    return _text_at(_segments_of(interchange, structure, place), place)


def _segments_of(interchange: Interchange, structure: Structure, place: Place) -> Sequence[Segment]:
    return _at_level(structure, place.level) if place.level else interchange.segments


def _at_level(structure: Structure, code: str) -> tuple[Segment, ...]:
    """Return the segments of the first level with a code."""
    levels = structure.transaction.levels if structure.transaction else ()
    # Where a level repeats, the JSON form describes the first one.
    return next((level.segments for level in levels if level.code == code), ())


def _text_at(segments: Sequence[Segment], place: Place) -> str:
    for segment in segments:
        if segment.id == place.segment and _fits(segment, place.where):
            return segment.value(place.element, place.component)
    return ""


def _list_differences(pair: ListPair, structure: Structure, json: Json) -> Iterator[Difference]:
    array = lookup(json, pair.pointer)
    expected, actual = items(array), _items_at(structure, pair)
    # Of unequal lists nobody knows which items belong together.
    if len(expected) != len(actual):
        sizes = str(len(expected)), str(len(actual))
        yield Difference(f"number of {pair.name}", *sizes, pair.requirements)
        return
    for index, (item, segments) in enumerate(zip(expected, actual, strict=True)):
        yield from _item_differences(pair, f"{pair.name}[{index}]", item, segments)


def _item_differences(
    pair: ListPair, name: str, item: Json, segments: Sequence[Segment]
) -> Iterator[Difference]:
    for segment_id in sorted({place.segment for _, place in pair.members}):
        number = _count(segments, Place("", segment_id, 1))
        if number > 1:
            yield Difference(f"{name}: number of {segment_id}", "1", str(number), pair.requirements)
    for pointer, place in pair.members:
        said, written = _json_text(item, pointer), _text_at(segments, place)
        if said != written:
            member = pointer.rpartition("/")[2]
            yield Difference(f"{name}.{member}", said, written, pair.requirements)


def _items_at(structure: Structure, pair: ListPair) -> list[list[Segment]]:
    """Return the groups of segments that begin with the pair's head; other NM1 end a group too."""
    groups: list[list[Segment]] = []
    is_open = False
    for segment in _all_at(structure, pair.level):
        if segment.id == pair.head:
            is_open = _fits(segment, pair.where)
            groups += [[]] if is_open else []
        if is_open:
            groups[-1].append(segment)
    return groups


def _all_at(structure: Structure, code: str) -> Iterator[Segment]:
    for level in structure.transaction.levels if structure.transaction else ():
        if level.code == code:
            yield level.head
            yield from level.segments


def _fits(segment: Segment, where: Where) -> bool:
    # Each position has to hold one of its codes.
    return all(segment.value(position) in codes for position, codes in where)


def _json_text(json: Json, pointer: str) -> str:
    """Return a string member; nothing and null are empty, anything else is shown as JSON."""
    value = lookup(json, pointer)
    if value is MISSING or value is None:
        return ""
    return as_text(value)


def _value(interchange: Interchange, segment_id: str, element: int) -> str:
    found = interchange.first(segment_id)
    # ISA06 and ISA08 are filled up with blanks to their fixed width.
    return found.value(element).strip() if found else ""


def _why_unreadable(x12: str) -> str:
    found = errors(x12)
    return str(found[0]) if found else "none"
