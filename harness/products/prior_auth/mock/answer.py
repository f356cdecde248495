"""Render one answer to a request for a review twice, as JSON and as X12."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from harness.jsonvalue import Json
from harness.products.prior_auth.mock.decisions import Answer, Canned
from harness.products.prior_auth.mock.request import Asked
from harness.x12.build import Envelope, build
from harness.x12.messages import response
from harness.x12.review import (
    Decision,
    Dependent,
    Event,
    Kind,
    Place,
    Provider,
    Rejected,
    Rejection,
    Review,
    Service,
)

# ISA06 and ISA08 may not be empty, whatever the request lacks.
_UNKNOWN_PARTY = "UNKNOWN"
# For the key whose published answer is about a dependent, asked without one.
_INVENTED_DEPENDENT = Dependent("DOE", "JUNE", "20100101")


@dataclass(frozen=True, slots=True)
class Answered:
    """A request with what was decided: everything that either form of the answer says."""

    asked: Asked
    review: Review
    answer: Answer

    def x12(self, written: datetime) -> str:
        """Return the X12 form: parties swapped, numbers repeated."""
        asked = self.asked
        envelope = Envelope(
            asked.kind,
            # The answer goes back: receiver and sender change places (S032, C69).
            sender=asked.receiver or _UNKNOWN_PARTY,
            receiver=asked.sender or _UNKNOWN_PARTY,
            written=written,
            control_number=asked.control_number,
            group_number=asked.group_number,
            transaction_number=asked.transaction_number,
            usage=asked.usage,
        )
        return build(response(envelope, self.review, self.answer))

    def json(self) -> dict[str, Json]:
        """Return the JSON form, with the empty objects that the published answers have."""
        review, payer = self.review, self.review.payer
        # `_given` leaves out what is empty; what has to be there even so is added behind it.
        return _given(
            {
                "requestValidation": self._rejection(Rejected.REQUEST),
                "submitterTransactionIdentifier": review.transaction_id,
                "payerId": payer.id,
                "payerName": payer.name,
                "umClearingHouseId": self.asked.sender or _UNKNOWN_PARTY,
                "contactUrl": payer.contact_url,
            }
        ) | {
            # null on success, and not absent (S045).
            "umRequestValidation": self._rejection(Rejected.PAYER),
            "requester": _requester(review),
            "subscriber": self._subscriber(),
            "dependent": _dependent(review.dependent),
            "patientEventDetail": _event(review.event, self.answer),
        }

    def _rejection(self, at: Rejected) -> Json:
        answer = self.answer
        # A rejection stands at one level alone, where its AAA segment stands in the X12 form.
        if not isinstance(answer, Rejection) or answer.at is not at:
            return None
        # A list of one: the document declares an array.
        return [
            {
                "responseCode": answer.response,
                "rejectReasonCode": answer.reason,
                "followupActionCode": answer.follow_up,
            }
        ]

    def _subscriber(self) -> Json:
        member = self.review.member
        numbers = {
            "groupNumber": member.group_number,
            "patientAccountNumber": member.account_number,
        }
        return _given(
            {
                "subscriberRequestValidation": self._rejection(Rejected.SUBSCRIBER),
                "lastName": member.last_name,
                "firstName": member.first_name,
                "memberId": member.member_id,
                "dateOfBirth": member.birth_date,
                "genderCode": member.gender,
            }
        ) | {"supplementalIdentification": _given(numbers)}


def answered(asked: Asked, canned: Canned) -> Answered:
    """Fit a canned answer to its request: an inquiry names other providers and its own service."""
    review = asked.review
    if canned.is_on_dependent and review.dependent is None:
        review = replace(review, dependent=_INVENTED_DEPENDENT)
    is_inquiry = asked.kind is Kind.INQUIRY
    review = _as_inquired(review, canned) if is_inquiry else _as_submitted(review)
    return Answered(asked, review, canned.answer)


def _as_inquired(review: Review, canned: Canned) -> Review:
    requester = review.requester
    names = (requester.name, requester.npi, requester.first_name)
    providers = tuple(
        # DK orders, 71 attends (S039); the published example has the requester as both.
        Provider(entity, *names, is_person=requester.is_person)
        for entity in ("DK", "71")
    )
    # An inquiry asks for no service, so the one that was reviewed comes from the table.
    services = (Service(canned.procedure, quantity="1"),) if canned.procedure else ()
    event = replace(
        review.event,
        event_date="",
        providers=providers,
        places=(),
        ambulance=None,
        services=services,
    )
    # PER UR and contactUrl have to say the same (S043), also where there is no address.
    return replace(review, payer=replace(review.payer, contact_url="none"), event=event)


def _as_submitted(review: Review) -> Review:
    """Leave out what the JSON form of a submission answer has no documented member for."""
    return replace(
        review,
        requester=replace(review.requester, employer_number=""),
        member=replace(review.member, group_number=""),
        event=replace(review.event, providers=()),
    )


def _requester(review: Review) -> Json:
    requester = review.requester
    # One of the two alone, though a published sample has both (C83).
    name = "lastName" if requester.is_person else "organizationName"
    numbers = {"employerIdentificationNumber": requester.employer_number}
    texts = {
        "requesterType": requester.entity,
        name: requester.name,
        "firstName": requester.first_name,
        "npi": requester.npi,
    }
    return _given(texts) | {"requesterIdentification": _given(numbers)}


def _dependent(dependent: Dependent | None) -> Json:
    nothing: dict[str, Json] = {"supplementalIdentification": {}}
    if dependent is None:
        return nothing
    texts = {
        "lastName": dependent.last_name,
        "firstName": dependent.first_name,
        "dateOfBirth": dependent.birth_date,
        "genderCode": dependent.gender,
    }
    return _given(texts) | nothing


def _event(event: Event, answer: Answer) -> Json:
    ambulance = event.ambulance
    return _given(
        {
            "requestCategoryCode": event.category,
            "certificationTypeCode": event.certification,
            "serviceTypeCode": event.service_type,
            "facilityTypeCode": event.facility_type,
            # A qualifier without its code means nothing, and UM04 would be half empty.
            "facilityCodeQualifier": event.facility_qualifier if event.facility_type else "",
            **(_decision(answer) if isinstance(answer, Decision) else {}),
            "eventDateBegin": event.event_date,
            "ambulanceTransportCode": ambulance.transport if ambulance else "",
            "ambulanceUnitOrBasisForMeasurementCode": _unit(event),
            "ambulanceTransportDistance": ambulance.distance if ambulance else "",
            "patientEventProviderName": list(map(_provider, event.providers)),
            "patientEventTransportInformation": list(map(_place, event.places)),
            "serviceLevel": list(map(_service, event.services)),
        }
    )


def _unit(event: Event) -> str:
    # The same for a unit without its distance: CR1 pairs them.
    return event.ambulance.unit if event.ambulance and event.ambulance.distance else ""


def _decision(decision: Decision) -> Mapping[str, Json]:
    return {
        "certificationActionCode": decision.action,
        "reviewIdentificationNumber": decision.review_number,
        "previousReviewAuthorizationNumber": decision.previous_number,
        "certificationIssueDate": decision.issue_date,
        "certificationExpirationDate": decision.expiration_date,
        "certificationEffectiveDateBegin": decision.effective_date,
    }


def _provider(provider: Provider) -> Json:
    texts = {
        "entityIdentifierCode": provider.entity,
        "lastName" if provider.is_person else "organizationName": provider.name,
        "firstName": provider.first_name,
        "identificationCodeQualifier": "XX" if provider.npi else "",
        "identifier": provider.npi,
    }
    return _given(texts) | {"providerSupplementalInformation": {}}


def _place(place: Place) -> Json:
    return _given(
        {
            "entityIdentifierCode": place.entity,
            "transportLocationName": place.name,
            "address1": place.address,
            "city": place.city,
            "state": place.state,
            "postalCode": place.postal_code,
        }
    )


def _service(service: Service) -> Json:
    professional = {
        "productOrServiceIDQualifier": service.qualifier,
        "procedureCode": service.procedure,
        "procedureModifier": service.modifier,
        "unitOrBasisForMeasurementCode": service.unit if service.quantity else "",
        "serviceUnitCount": service.quantity,
    }
    return {
        "professionalService": _given(professional),
        # Published answers show these empty (S046).
        "institutionalService": {},
        "dentalService": {},
    }


def _given(values: Mapping[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in values.items() if value}
