"""Judge the build of an interchange: headers and trailers, control numbers, counts, and the tree of hierarchical levels."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from harness.codes.dates import is_compact_date
from harness.x12.findings import Finding, finding
from harness.x12.interchange import Segment
from harness.x12.review import KNOWN_VERSIONS, PURPOSES
from harness.x12.structure import Group, Level, Structure, Transaction

_TIME = re.compile(r"([01][0-9]|2[0-3])[0-5][0-9]([0-5][0-9]([0-9]{1,2})?)?")
_SHORT_TIME = re.compile(r"([01][0-9]|2[0-3])[0-5][0-9]")
# ISA13 and IEA02 have a fixed width, so zeros in front are part of the number.
_CONTROL_NUMBER = re.compile(r"[0-9]{9}")
_COUNT = re.compile(r"[0-9]{1,10}")


def is_time(text: str) -> bool:
    """Return whether a text is HHMM, HHMMSS, HHMMSSD or HHMMSSDD."""
    return _TIME.fullmatch(text) is not None


def is_short_date(text: str) -> bool:
    """Return whether a text is YYMMDD, as in ISA09."""
    return is_compact_date(f"20{text}")


_ISA_DEMANDS: Mapping[str, tuple[int, Callable[[str], bool]]] = {
    "isa.date": (9, is_short_date),
    "isa.time": (10, lambda text: _SHORT_TIME.fullmatch(text) is not None),
    "isa.version": (12, lambda text: text == "00501"),
    "isa.acknowledgment": (14, lambda text: text in ("0", "1")),
    "isa.usage": (15, lambda text: text in ("P", "T")),
}
_GS_DEMANDS: Mapping[str, tuple[int, Callable[[str], bool]]] = {
    "gs.functional-id": (1, lambda text: text == "HI"),
    "gs.date": (4, is_compact_date),
    "gs.time": (5, is_time),
    "gs.agency": (7, lambda text: text == "X"),
    "version.known": (8, lambda text: text in KNOWN_VERSIONS),
}


def envelope_findings(structure: Structure) -> Iterator[Finding]:
    """Yield what is wrong with the envelope of an interchange."""
    head = structure.head
    # Without ISA the text could not be read, which has been reported.
    if head is None:
        return
    yield from _broken(head, _ISA_DEMANDS)
    yield from _party_findings(head)
    yield from (finding("envelope.order", stray, actual=stray.id) for stray in structure.strays)
    yield from _interchange_findings(head, structure)
    yield from _repeated("gs.control-number", 6, (group.head for group in structure.groups))
    for group in structure.groups:
        yield from _group_findings(group, head)


def _broken(
    segment: Segment, demands: Mapping[str, tuple[int, Callable[[str], bool]]]
) -> Iterator[Finding]:
    for rule, (position, holds) in demands.items():
        if not holds(segment.value(position)):
            yield finding(rule, segment, position)


def _party_findings(isa: Segment) -> Iterator[Finding]:
    # Qualifier 00 says that there is no such information,
    # so that what follows it has to be blank.
    for qualifier, position in ((1, 2), (3, 4)):
        if isa.value(qualifier) == "00" and isa.value(position).strip():
            yield finding("isa.authorization", isa, position)
    if isa.value(6).strip() == isa.value(8).strip():
        yield finding("isa.parties", isa, 8)


def _interchange_findings(isa: Segment, structure: Structure) -> Iterator[Finding]:
    if not structure.groups:
        yield finding("gs.missing", isa)
    if not _CONTROL_NUMBER.fullmatch(isa.value(13)):
        yield finding("isa.control-number", isa, 13)
    iea = structure.end
    if iea is None:
        yield finding("iea.missing", isa)
        return
    if not counts(iea.value(1), len(structure.groups)):
        yield finding("iea.count", iea, 1)
    # IEA02 repeats ISA13, as GE02 repeats GS06 and SE02 repeats ST02:
    # so a receiver sees what got lost.
    if iea.value(2) != isa.value(13):
        yield finding("isa.control-number", iea, 2)


def _group_findings(group: Group, isa: Segment) -> Iterator[Finding]:
    transactions = group.transactions
    head = group.head
    # Transactions without GS around them are kept, so the first of them marks the place.
    if head is None:
        yield finding("gs.missing", transactions[0].head)
    else:
        yield from _broken(head, _GS_DEMANDS)
    if not transactions:
        yield finding("st.missing", head or isa)
    yield from _trailer_findings(group)
    yield from _repeated("st.control-number", 2, (other.head for other in transactions))
    version = head.value(8) if head else None
    for transaction in transactions:
        yield from _transaction_findings(transaction, version)


def _trailer_findings(group: Group) -> Iterator[Finding]:
    head, end = group.head, group.end
    if end is None:
        yield finding("ge.missing", head or group.transactions[0].head)
        return
    if not counts(end.value(1), len(group.transactions)):
        yield finding("ge.count", end, 1)
    if head is not None and end.value(2) != head.value(6):
        yield finding("gs.control-number", end, 2)


def _transaction_findings(transaction: Transaction, version: str | None) -> Iterator[Finding]:
    head, end = transaction.head, transaction.end
    if head.value(1) != "278":
        yield finding("st.transaction", head, 1)
    # ST03 names the implementation guide since version 5010,
    # and has to be that of the group (GS08).
    if version is not None and head.value(3) != version:
        yield finding("version.pair", head, 3)
    yield from _bht_findings(transaction)
    if end is None:
        yield finding("se.missing", head)
        return
    # SE01 counts ST and SE as well.
    if not counts(end.value(1), len(transaction.body) + 2):
        yield finding("se.count", end, 1)
    if end.value(2) != head.value(2):
        yield finding("st.control-number", end, 2)


def _bht_findings(transaction: Transaction) -> Iterator[Finding]:
    bht = transaction.body[0] if transaction.body else transaction.head
    if bht.id != "BHT":
        yield finding("bht.structure", bht, actual=bht.id)
        return
    # 0007: information source, receiver, subscriber,
    # dependent, event, services, the levels of a 278.
    if bht.value(1) != "0007":
        yield finding("bht.structure", bht, 1)
    # An unknown version has been reported, and has no known purposes.
    purposes = PURPOSES.get(transaction.head.value(3))
    if purposes is not None and bht.value(2) not in purposes:
        yield finding("bht.purpose", bht, 2)
    if not is_compact_date(bht.value(4)):
        yield finding("bht.date", bht, 4)
    if not is_time(bht.value(5)):
        yield finding("bht.time", bht, 5)


def _repeated(rule: str, position: int, heads: Iterable[Segment | None]) -> Iterator[Finding]:
    # Unique within what encloses it: GS06 in the interchange, ST02 in its group.
    seen: set[str] = set()
    for head in heads:
        if head is None:
            continue
        if head.value(position) in seen:
            yield finding(rule, head, position)
        seen.add(head.value(position))


def counts(text: str, number: int) -> bool:
    """Return whether a text is a count of so many; leading zeros do not matter."""
    # Counts are elements of type N0, in which a zero in front changes nothing (X12.6).
    return _COUNT.fullmatch(text) is not None and int(text) == number


PARENTS: Mapping[str, tuple[str, ...]] = {
    "20": ("",),
    "21": ("20",),
    "22": ("21",),
    "23": ("22",),
    "EV": ("22", "23"),
    "SS": ("EV",),
}
"""The levels that each level may stand below; an empty code is the top."""

_NUMBER = re.compile(r"[0-9]{1,12}")


def level_findings(structure: Structure) -> Iterator[Finding]:
    """Yield what is wrong with the levels of every transaction set."""
    for group in structure.groups:
        for transaction in group.transactions:
            yield from _level_findings(transaction)


def _level_findings(transaction: Transaction) -> Iterator[Finding]:
    levels = transaction.levels
    if not levels:
        yield finding("hl.missing", transaction.head)
    parents: list[int | None] = []
    open_levels: list[int] = []
    for number, level in enumerate(levels, start=1):
        # HL01 counts the levels of a transaction set from 1, without gaps.
        if not counts(level.head.value(1), number):
            yield finding("hl.sequence", level.head, 1)
        parent = _parent(level, open_levels)
        parents.append(parent)
        yield from _nesting_findings(level, parent, levels)
        # The tree is written depth first:
        # a parent stays open until a level beside or above it begins.
        open_levels = (
            [*open_levels[: open_levels.index(parent) + 1], number] if parent else [number]
        )
    if None not in parents:  # without every parent nobody knows who has children
        yield from _flag_findings(levels, parents)


def _parent(level: Level, open_levels: list[int]) -> int | None:
    """Return the number of the parent: 0 for a top level, None where no open level is named."""
    text = level.head.value(2)
    if not text:
        # A top level has no parent.
        return 0
    # No level has the number 0, so a text that is no number names no open level.
    number = int(text) if _NUMBER.fullmatch(text) else 0
    return number if number in open_levels else None


def _nesting_findings(
    level: Level, parent: int | None, levels: tuple[Level, ...]
) -> Iterator[Finding]:
    if parent is None:
        yield finding("hl.parent", level.head, 2)
        return
    # An unknown level code has no parents, and so is out of order wherever it stands.
    above = levels[parent - 1].code if parent else ""
    if above not in PARENTS.get(level.code, ()):
        yield finding("hl.level-order", level.head, 3)


def _flag_findings(levels: tuple[Level, ...], parents: list[int | None]) -> Iterator[Finding]:
    with_children = set(parents)
    for number, level in enumerate(levels, start=1):
        # HL04 1: levels lie below this one; 0: none.
        expected = "1" if number in with_children else "0"
        if level.head.value(4) != expected:
            yield finding("hl.child-flag", level.head, 4)
