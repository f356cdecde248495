"""Read what an X12 request asks, level by level, as far as it can be read."""

from collections.abc import Sequence

from harness.products.prior_auth.mock.request import MOST_ITEMS, Asked, carried, day, npi, one_of
from harness.x12.interchange import Interchange, Segment, segment
from harness.x12.pairs import PAYERS, PLACES, PROVIDERS, REQUESTERS
from harness.x12.parse import parse
from harness.x12.review import (
    Ambulance,
    Dependent,
    Event,
    Kind,
    Member,
    Payer,
    Place,
    Provider,
    Requester,
    Review,
    Service,
)
from harness.x12.structure import Level, structure_of

# Its values are all empty, so that what is missing needs no test of its own.
_NOTHING = segment("")
# Four segments for each item at most: NM1, N3, N4 and one more.
_MOST_SEGMENTS = 4 * MOST_ITEMS


def asked_in_x12(kind: Kind, text: str) -> Asked:
    """Read an X12 request; what is missing is left empty."""
    interchange = parse(text).interchange
    # Numbers of all three envelopes are repeated in the answer (S033).
    isa, gs, st = (_first(interchange, name) for name in ("ISA", "GS", "ST"))
    number = isa.value(13)
    return Asked(
        kind,
        sender=carried(isa.value(6), 15),
        receiver=carried(isa.value(8), 15),
        review=_review(kind, interchange),
        # isdigit alone would let digits of other scripts through.
        control_number=int(number) if number.isascii() and number.isdigit() else 1,
        group_number=carried(gs.value(6), 9) or "1",
        transaction_number=carried(st.value(2), 9) or "0001",
        usage=one_of(("P", "T"), isa.value(15)) or "T",
        is_x12=True,
    )


def _first(interchange: Interchange, name: str) -> Segment:
    return interchange.first(name) or _NOTHING


def _review(kind: Kind, interchange: Interchange) -> Review:
    transaction = structure_of(interchange).transaction
    levels = transaction.levels if transaction else ()
    return Review(
        transaction_id=carried(_first(interchange, "BHT").value(3), 50),
        payer=_payer(_at(levels, "20")),
        requester=_requester(_at(levels, "21")),
        member=_member(kind, _at(levels, "22")),
        event=_event(
            # SS is a service line below the event.
            _at(levels, "EV"),
            [level for level in levels if level.code == "SS"][:MOST_ITEMS],
        ),
        dependent=_dependent(kind, _at(levels, "23")),
    )


def _at(levels: Sequence[Level], code: str) -> tuple[Segment, ...]:
    # Of two levels with one code the first counts; a request has one patient.
    segments = next((level.segments for level in levels if level.code == code), ())
    return segments[:_MOST_SEGMENTS]


def _named(segments: Sequence[Segment], name: str, *codes: str) -> Segment:
    """Return the first segment of a name, its first element one of the codes where any are given."""
    fitting = (
        segment
        for segment in segments
        if segment.id == name and (not codes or segment.value(1) in codes)
    )
    return next(fitting, _NOTHING)


def _payer(segments: Sequence[Segment]) -> Payer:
    name = _named(segments, "NM1", *PAYERS)
    entity = one_of(PAYERS, name.value(1)) or "PR"
    return Payer(carried(name.value(9), 80), carried(name.value(3)), entity)


def _requester(segments: Sequence[Segment]) -> Requester:
    name = _named(segments, "NM1", *REQUESTERS)
    return Requester(
        name=carried(name.value(3)),
        first_name=carried(name.value(4), 35),
        entity=one_of(REQUESTERS, name.value(1)) or "1P",
        is_person=name.value(2) == "1",
        # XX says that the identifier is an NPI.
        npi=npi(name.value(9)) if name.value(8) == "XX" else "",
        employer_number=carried(_named(segments, "REF", "EI").value(2), 50),
    )


def _member(kind: Kind, segments: Sequence[Segment]) -> Member:
    name, birth = _named(segments, "NM1", "IL"), _named(segments, "DMG")
    return Member(
        last_name=carried(name.value(3)),
        member_id=carried(name.value(9), 80),
        first_name=carried(name.value(4), 35),
        birth_date=day(birth.value(2)),
        gender=_gender(kind, birth),
        group_number=carried(_named(segments, "REF", "6P").value(2), 50),
        account_number=carried(_named(segments, "REF", "EJ").value(2), 50),
    )


def _gender(kind: Kind, birth: Segment) -> str:
    has_gender = kind is Kind.SUBMISSION and day(birth.value(2))
    return one_of(("F", "M", "U"), birth.value(3)) if has_gender else ""


def _dependent(kind: Kind, segments: Sequence[Segment]) -> Dependent | None:
    name, birth = _named(segments, "NM1", "QC"), _named(segments, "DMG")
    if not carried(name.value(3)):
        return None
    names = carried(name.value(3)), carried(name.value(4), 35)
    return Dependent(*names, day(birth.value(2)), _gender(kind, birth))


def _event(segments: Sequence[Segment], services: Sequence[Level]) -> Event:
    review, transport = _named(segments, "UM"), _named(segments, "CR1")
    means, distance = carried(transport.value(3), 1), carried(transport.value(6), 15)
    return Event(
        category=carried(review.value(1), 2) or "HS",
        certification=carried(review.value(2), 1) or "I",
        service_type=carried(review.value(3), 2),
        facility_type=carried(review.value(4), 3),
        facility_qualifier=carried(review.value(4, 2), 2) or "B",
        event_date=day(_named(segments, "DTP", "AAH").value(3)),
        providers=tuple(_provider(segment) for segment in segments if _is(segment, PROVIDERS)),
        places=tuple(
            # NM1 with the two segments that may follow it, N3 and N4.
            _place(segments[at : at + 3])
            for at, e in enumerate(segments)
            if _is(e, PLACES)
        ),
        ambulance=Ambulance(means, distance=distance) if means else None,
        services=tuple(_service(_named(level.segments, "SV1")) for level in services),
    )


def _is(found: Segment, codes: tuple[str, ...]) -> bool:
    return found.id == "NM1" and found.value(1) in codes


def _provider(name: Segment) -> Provider:
    return Provider(
        name.value(1),
        carried(name.value(3)),
        npi(name.value(9)),
        carried(name.value(4), 35),
        is_person=name.value(2) == "1",
    )


def _place(segments: Sequence[Segment]) -> Place:
    """Read a stop from its NM1 on; its address stands right behind."""
    street, city = _named(segments[1:], "N3"), _named(segments[1:], "N4")
    parts = [carried(city.value(position), 30) for position in (1, 2, 3)] if city.value(1) else []
    return Place(
        segments[0].value(1), carried(segments[0].value(3)), carried(street.value(1), 55), *parts
    )


def _service(line: Segment) -> Service:
    return Service(
        procedure=carried(line.value(1, 2), 48),
        modifier=carried(line.value(1, 3), 2),
        quantity=carried(line.value(4), 15),
        unit=carried(line.value(3), 2) or "UN",
        qualifier=carried(line.value(1), 2) or "HC",
    )
