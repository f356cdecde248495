"""Build 278 requests and responses from plain values."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from harness.x12.build import Envelope, enclosed
from harness.x12.interchange import Interchange, Segment, Value, segment
from harness.x12.review import (
    Decision,
    Dependent,
    Event,
    Member,
    Place,
    Provider,
    Rejected,
    Rejection,
    Requester,
    Review,
    Service,
)

_TOP = "20"


@dataclass(frozen=True, slots=True)
class Node:
    """A level before it is numbered."""

    code: str
    segments: tuple[Segment, ...]
    children: "tuple[Node, ...]" = ()


def request(envelope: Envelope, review: Review) -> Interchange:
    """Return the inquiry or submission that asks for a review."""
    purpose = envelope.kind.request_purpose
    tree = _tree(review, _event_node(review, ()))
    return enclosed(envelope, (_bht(envelope, review, purpose), *levels(tree)))


def response(envelope: Envelope, review: Review, answer: Decision | Rejection) -> Interchange:
    """Return the answer to a review: with the decision, or with why there is none."""
    kind = envelope.kind
    decided = decision_segments(answer) if isinstance(answer, Decision) else ()
    rejection = answer if isinstance(answer, Rejection) else None
    tree = _tree(review, _event_node(review, decided), rejection)
    head = _bht(envelope, review, kind.response_purpose, kind.response_type)
    return enclosed(envelope, (head, *levels(tree)))


def levels(top: Node) -> tuple[Segment, ...]:
    """Return the segments of a tree of levels with HL segments that number and link them."""
    numbered: list[Segment] = []
    # A stack in place of recursion: HL01 counts in the order in which levels are written.
    waiting: list[tuple[Node, str]] = [(top, "")]
    count = 0
    while waiting:
        node, parent = waiting.pop()
        count += 1
        # HL04 says whether levels lie below; HL02 stays empty at the top.
        flag = "1" if node.children else "0"
        numbered += [segment("HL", str(count), parent, node.code, flag), *node.segments]
        # Reversed, since the last in is the first out:
        # children come in their order, each with its own below.
        waiting += [(child, str(count)) for child in reversed(node.children)]
    return tuple(numbered)


def _bht(envelope: Envelope, review: Review, purpose: str, *kind: Value) -> Segment:
    day, time = f"{envelope.written:%Y%m%d}", f"{envelope.written:%H%M%S}"
    return segment("BHT", "0007", purpose, review.transaction_id, day, time, *kind)


def _tree(review: Review, event: Node, rejection: Rejection | None = None) -> Node:
    # The event lies below the patient: the dependent, where there is one, else the subscriber.
    patient = replace(_member_node(review.member, rejection), children=(event,))
    if review.dependent is not None:
        patient = replace(patient, children=(_dependent_node(review.dependent, event),))
    requester = Node("21", tuple(_requester_segments(review.requester)), (patient,))
    return Node(_TOP, tuple(_payer_segments(review, rejection)), (requester,))


def _payer_segments(review: Review, rejection: Rejection | None) -> Iterable[Segment]:
    payer = review.payer
    # AAA stands where the request was turned down: before NM1 for the request as a whole.
    yield from _rejection_segments(rejection, Rejected.REQUEST)
    yield segment(
        "NM1", payer.entity, "2", payer.name, "", "", "", "", *_identified("PI", payer.id)
    )
    if payer.contact_url:
        yield segment("PER", "IC", "", "UR", payer.contact_url)
    yield from _rejection_segments(rejection, Rejected.PAYER)


def _requester_segments(requester: Requester) -> Iterable[Segment]:
    names = (requester.name, requester.first_name, "", "", "")
    # NM102: 1 is a person, whose first name is NM104, 2 is none.
    kind = "1" if requester.is_person else "2"
    yield segment("NM1", requester.entity, kind, *names, *_identified("XX", requester.npi))
    if requester.employer_number:
        yield segment("REF", "EI", requester.employer_number)
    contacts = (("TE", requester.telephone), ("FX", requester.fax))
    # In PER a qualifier stands with its number or not at all.
    numbers = [part for contact in contacts if contact[1] for part in contact]
    if numbers:
        yield segment("PER", "IC", "", *numbers)


def _member_node(member: Member, rejection: Rejection | None) -> Node:
    names = (member.last_name, member.first_name, "", "", "")
    segments = [segment("NM1", "IL", "1", *names, *_identified("MI", member.member_id))]
    if member.group_number:
        # REF01 6P: group number; EJ: patient account number.
        segments.append(segment("REF", "6P", member.group_number))
    if member.account_number:
        segments.append(segment("REF", "EJ", member.account_number))
    segments += _rejection_segments(rejection, Rejected.SUBSCRIBER)
    segments += _birth_segments(member.birth_date, member.gender)
    return Node("22", tuple(segments))


def _dependent_node(dependent: Dependent, event: Node) -> Node:
    name = segment("NM1", "QC", "1", dependent.last_name, dependent.first_name)
    birth = _birth_segments(dependent.birth_date, dependent.gender)
    return Node("23", (name, *birth), (event,))


def _event_node(review: Review, decided: Sequence[Segment]) -> Node:
    services = (Node("SS", service_segments(service)) for service in review.event.services)
    return Node("EV", tuple(event_segments(review.event, decided)), tuple(services))


def _birth_segments(birth_date: str, gender: str) -> tuple[Segment, ...]:
    return (segment("DMG", "D8", birth_date, gender),) if birth_date else ()


def _rejection_segments(rejection: Rejection | None, at: Rejected) -> tuple[Segment, ...]:
    if rejection is None or rejection.at is not at:
        return ()
    return (segment("AAA", rejection.response, "", rejection.reason, rejection.follow_up),)


def _identified(qualifier: str, identifier: str) -> tuple[str, str]:
    return (qualifier, identifier) if identifier else ("", "")


def event_segments(event: Event, decided: Sequence[Segment] = ()) -> Iterator[Segment]:
    """Yield the segments of level EV after its HL, the decision behind UM."""
    # UM04 is a composite: type of the facility and its qualifier.
    facility = (event.facility_type, event.facility_qualifier) if event.facility_type else ""
    yield segment("UM", event.category, event.certification, event.service_type, facility)
    yield from decided
    if event.event_date:
        # DTP01 AAH: the date of the event.
        yield _date("AAH", event.event_date)
    if event.diagnoses:
        yield segment("HI", *event.diagnoses)
    ambulance = event.ambulance
    if ambulance is not None:
        measures = (ambulance.unit, ambulance.distance) if ambulance.distance else ()
        yield segment("CR1", "", "", ambulance.transport, ambulance.reason, *measures)
    for provider in event.providers:
        yield _provider(provider)
    for place in event.places:
        yield from _place(place)


def decision_segments(decision: Decision) -> tuple[Segment, ...]:
    """Return HCR, REF BB and the dates of a certification."""
    segments = [segment("HCR", decision.action, decision.review_number)]
    if decision.previous_number:
        segments.append(segment("REF", "BB", decision.previous_number))
    # DTP01 102 is the issue, 036 the expiration and 007 the effective date of a certification.
    dates = (
        ("102", decision.issue_date),
        ("036", decision.expiration_date),
        ("007", decision.effective_date),
    )
    return (*segments, *(_date(qualifier, day) for qualifier, day in dates if day))


def service_segments(service: Service) -> tuple[Segment, ...]:
    """Return the segments of level SS after its HL."""
    code = (service.qualifier, service.procedure, service.modifier)
    quantity = (service.unit, service.quantity) if service.quantity else ()
    # SV101 is a composite: qualifier (HC: procedure codes of HCPCS), code, modifier.
    return (segment("SV1", code if service.modifier else code[:2], "", *quantity),)


def _provider(provider: Provider) -> Segment:
    kind = "1" if provider.is_person else "2"
    names = (provider.name, provider.first_name, "", "", "")
    identifier = ("XX", provider.npi) if provider.npi else ()
    return segment("NM1", provider.entity, kind, *names, *identifier)


def _place(place: Place) -> Iterator[Segment]:
    yield segment("NM1", place.entity, "2", place.name)
    if place.address:
        yield segment("N3", place.address)
    if place.city:
        yield segment("N4", place.city, place.state, place.postal_code)


def _date(qualifier: str, day: str) -> Segment:
    return segment("DTP", qualifier, "D8", day)
