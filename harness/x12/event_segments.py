"""Write the segments of a patient event: what is asked for, what was decided, by whom and where."""

from collections.abc import Iterator, Sequence

from harness.x12.interchange import Segment, segment
from harness.x12.review import Decision, Event, Place, Provider, Service


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
