"""Sort the segments of an interchange into groups, transaction sets and hierarchical levels."""

from dataclasses import dataclass, field

from harness.x12.interchange import Interchange, Segment


@dataclass(frozen=True, slots=True)
class Level:
    """One HL segment and the segments up to the next."""

    head: Segment
    segments: tuple[Segment, ...]
    """Without the HL segment."""

    @property
    def code(self) -> str:
        """HL03: 20, 21, 22, 23, EV or SS."""
        return self.head.value(3)


@dataclass(frozen=True, slots=True)
class Transaction:
    """The segments between ST and SE; a part that is missing is None."""

    head: Segment
    body: tuple[Segment, ...]
    end: Segment | None

    @property
    def levels(self) -> tuple[Level, ...]:
        """The levels in the order of the message; segments before the first HL belong to none."""
        starts = [at for at, segment in enumerate(self.body) if segment.id == "HL"]
        # Each level ends where the next HL begins, whatever its place in the tree.
        ends = [*starts[1:], len(self.body)][: len(starts)]
        return tuple(
            Level(self.body[start], self.body[start + 1 : end])
            for start, end in zip(starts, ends, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Group:
    """The transaction sets between GS and GE."""

    head: Segment | None
    transactions: tuple[Transaction, ...]
    end: Segment | None


@dataclass(frozen=True, slots=True)
class Structure:
    """An interchange taken apart; strays are segments that stand where none of their kind may."""

    head: Segment | None = None
    groups: tuple[Group, ...] = ()
    end: Segment | None = None
    strays: tuple[Segment, ...] = ()

    @property
    def transaction(self) -> Transaction | None:
        """The first transaction set, or None."""
        transactions = (transaction for group in self.groups for transaction in group.transactions)
        return next(transactions, None)


def structure_of(interchange: Interchange) -> Structure:
    """Take an interchange apart, however incomplete it is."""
    sorter = _Sorter()
    for segment in interchange.segments:
        sorter.take(segment)
    return sorter.finished()


@dataclass(slots=True)
class _Sorter:
    """Open parts are None or lists; a head closes what cannot go on before it."""

    head: Segment | None = None
    end: Segment | None = None
    groups: list[Group] = field(default_factory=list)
    strays: list[Segment] = field(default_factory=list)
    group_head: Segment | None = None
    transactions: list[Transaction] | None = None
    transaction_head: Segment | None = None
    body: list[Segment] = field(default_factory=list)

    # What closes a part also closes all that is open within it.
    def take(self, segment: Segment) -> None:
        match segment.id:
            case "ISA" if self.head is None:
                self.head = segment
            case "GS":
                # The group before has no GE: a finding, and no reason to lose the rest.
                self._close_group(None)
                self.group_head, self.transactions = segment, []
            case "ST":
                self._open_transaction(segment)
            case "IEA":
                self._close_group(None)
                self.end = segment
            # An ISA within an interchange belongs nowhere;
            # trailers end what is open, or are strays too.
            case "ISA" | "SE" | "GE":
                self._end(segment)
            case _:
                (self.strays if self.transaction_head is None else self.body).append(segment)

    def _end(self, segment: Segment) -> None:
        if segment.id == "SE" and self.transaction_head is not None:
            self._close_transaction(segment)
        elif segment.id == "GE" and self.transactions is not None:
            self._close_group(segment)
        else:
            self.strays.append(segment)

    def finished(self) -> Structure:
        # The end of the text closes whatever no trailer has closed.
        self._close_group(None)
        return Structure(self.head, tuple(self.groups), self.end, tuple(self.strays))

    def _open_transaction(self, head: Segment) -> None:
        self._close_transaction(None)
        if self.transactions is None:
            self.transactions = []
        self.transaction_head = head

    def _close_transaction(self, end: Segment | None) -> None:
        if self.transaction_head is not None and self.transactions is not None:
            self.transactions.append(Transaction(self.transaction_head, tuple(self.body), end))
        self.transaction_head, self.body = None, []

    def _close_group(self, end: Segment | None) -> None:
        self._close_transaction(None)
        if self.transactions is not None:
            self.groups.append(Group(self.group_head, tuple(self.transactions), end))
        self.group_head, self.transactions = None, None
