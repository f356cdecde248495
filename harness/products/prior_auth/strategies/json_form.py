"""Write a request for a review under the JSON names of the inquiry and of the submission."""

from collections.abc import Mapping

from harness.jsonvalue import Json
from harness.x12.kinds import Kind
from harness.x12.review import Dependent, Event, Member, Place, Provider, Requester, Review, Service


def request_json(kind: Kind, review: Review, sender: str, receiver: str) -> dict[str, Json]:
    """Return the body of a JSON request; members without a value are left out."""
    found: dict[str, Json] = {
        "senderId": sender,
        "submitterTransactionIdentifier": review.transaction_id,
        "payerId": review.payer.id,
        "payerName": review.payer.name,
        "umClearingHouseId": receiver,
        "requester": _requester(review.requester),
        "subscriber": _member(review.member),
        "patientEventDetail": _event(kind, review.event),
    }
    if review.dependent is not None:
        found["dependent"] = _dependent(review.dependent)
    return found


def _requester(requester: Requester) -> Json:
    number = requester.employer_number
    return _given(
        {
            "requesterType": requester.entity,
            "lastName" if requester.is_person else "organizationName": requester.name,
            "firstName": requester.first_name,
            "requesterIdentification": _given({"employerIdentificationNumber": number}),
            "npi": requester.npi,
            "contactTelephone": requester.telephone,
            "contactFacsimile": requester.fax,
        }
    )


def _member(member: Member) -> Json:
    return _given(
        {
            "lastName": member.last_name,
            "firstName": member.first_name,
            "memberId": member.member_id,
            "dateOfBirth": member.birth_date,
            "genderCode": member.gender,
            "supplementalIdentification": _given(
                {
                    "groupNumber": member.group_number,
                    "patientAccountNumber": member.account_number,
                }
            ),
        }
    )


def _dependent(dependent: Dependent) -> Json:
    return _given(
        {
            "lastName": dependent.last_name,
            "firstName": dependent.first_name,
            "dateOfBirth": dependent.birth_date,
            "genderCode": dependent.gender,
        }
    )


def _event(kind: Kind, event: Event) -> Json:
    return _given(
        {
            "requestCategoryCode": event.category,
            "certificationTypeCode": event.certification,
            "serviceTypeCode": event.service_type,
            "facilityTypeCode": event.facility_type,
            "facilityCodeQualifier": event.facility_qualifier if event.facility_type else "",
            "eventDateBegin": event.event_date,
            **_diagnoses(kind, event),
            **_ambulance(event),
            "patientEventProviderName": [_provider(provider) for provider in event.providers],
            "patientEventTransportInformation": [_place(place) for place in event.places],
            "serviceLevel": [_service(service) for service in event.services],
        }
    )


def _diagnoses(kind: Kind, event: Event) -> Mapping[str, Json]:
    """Return the diagnoses: an inquiry has room for one, a submission numbers up to twelve."""
    found: dict[str, Json] = {}
    for number, (qualifier, code) in enumerate(event.diagnoses, start=1):
        suffix = "" if kind is Kind.INQUIRY else str(number)
        found[f"diagnosisTypeCode{suffix}"] = qualifier
        found[f"diagnosisCode{suffix}"] = code
    return found


def _ambulance(event: Event) -> Mapping[str, Json]:
    if event.ambulance is None:
        return {}
    transport = {
        "transportCode": event.ambulance.transport,
        "transportReasonCode": event.ambulance.reason,
        "transportDistance": event.ambulance.distance,
    }
    return {"ambulanceTransport": _given(transport)}


def _provider(provider: Provider) -> Json:
    return _given(
        {
            "entityIdentifierCode": provider.entity,
            "lastName" if provider.is_person else "organizationName": provider.name,
            "firstName": provider.first_name,
            "identificationCodeQualifier": "XX" if provider.npi else "",
            "identifier": provider.npi,
        }
    )


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
        "procedureModifier1": service.modifier,
        "unitOrBasisForMeasurementCode": service.unit,
        "serviceUnitCount": service.quantity,
    }
    return {"professionalService": _given(professional)}


def _given(values: Mapping[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in values.items() if value}
