"""Generate what a prior authorization request asks for, and write it under the JSON names of either operation."""

from collections.abc import Mapping
from typing import TypeVar

from hypothesis import strategies as st

from harness.jsonvalue import Json
from harness.strategies.dates import birth_dates, service_dates
from harness.strategies.identifiers import member_ids, npis, tax_ids
from harness.strategies.names import names
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

_Item = TypeVar("_Item")

# UM01: health services review, and admission review.
_CATEGORIES = ("HS", "AR")
_PROCEDURES = ("71260", "74177", "58570", "A0428")
_DIAGNOSES = ("C3432", "R079", "Z0000")
_PROVIDERS = ("SJ", "DN")
_PLACES = ("PW", "ND", "R3", "FS")
_HOSPITALS = ("Synthetic Test Hospital", "Sample Clinic", "Example Ambulance")


def reviews(*, kind: Kind, payer_id: str, member_id: str = "") -> st.SearchStrategy[Review]:
    """Generate requests for a review at a payer, for one member or for any synthetic one.

    An inquiry has no gender, transport or procedure modifier: its JSON form has no member for them.
    """
    is_submission = kind is Kind.SUBMISSION
    return st.builds(
        Review,
        transaction_id=st.integers(1, 10**10 - 1).map(str),
        payer=st.just(Payer(payer_id, payer_id)),
        requester=_requesters(),
        member=_members(member_id, has_gender=is_submission),
        event=_events(is_submission=is_submission),
        # None is simpler, so that shrinking leads to a patient who is the subscriber.
        dependent=st.none() | _dependents(has_gender=is_submission),
    )


def _requesters() -> st.SearchStrategy[Requester]:
    return st.builds(
        Requester,
        name=st.sampled_from(_HOSPITALS),
        entity=st.sampled_from(("1P", "FA")),
        npi=npis(),
        employer_number=st.just("") | tax_ids(),
        # Numbers of the range that is kept for fiction.
        telephone=st.sampled_from(("", "5555550100")),
        fax=st.sampled_from(("", "5555550101")),
    )


def _members(member_id: str, *, has_gender: bool) -> st.SearchStrategy[Member]:
    return st.builds(
        Member,
        last_name=names(max_size=35, plain=True),
        first_name=names(max_size=35, plain=True),
        # A canned answer is selected by this id, so a given one is kept as it is.
        member_id=st.just(member_id) if member_id else member_ids(),
        birth_date=birth_dates(compact=True),
        gender=_genders(has_gender=has_gender),
        # Zeros alone would vanish if somebody read them as a number.
        group_number=st.sampled_from(("", "00000000", "SYN123")),
        account_number=st.sampled_from(("", "SYNACCT1")),
    )


def _dependents(*, has_gender: bool) -> st.SearchStrategy[Dependent]:
    return st.builds(
        Dependent,
        last_name=names(max_size=35, plain=True),
        first_name=names(max_size=35, plain=True),
        birth_date=birth_dates(compact=True),
        gender=_genders(has_gender=has_gender),
    )


def _genders(*, has_gender: bool) -> st.SearchStrategy[str]:
    return st.sampled_from(("F", "M", "U")) if has_gender else st.just("")


def _events(*, is_submission: bool) -> st.SearchStrategy[Event]:
    return st.builds(
        Event,
        category=st.sampled_from(_CATEGORIES),
        service_type=st.sampled_from(("", "1", "56")),
        facility_type=st.sampled_from(("11", "21", "41")),
        event_date=service_dates(compact=True),
        # ABK: the principal diagnosis, in ICD-10-CM without its point.
        diagnoses=st.sampled_from(_DIAGNOSES).map(lambda code: (("ABK", code),)),
        # Few of each list: messages grow, and nothing more is seen in longer ones.
        providers=_tuples(_providers(), max_size=2),
        places=_tuples(_places(), max_size=4) if is_submission else st.just(()),
        ambulance=st.none() | _ambulances() if is_submission else st.none(),
        services=_tuples(_services(has_modifier=is_submission), max_size=3),
    )


def _providers() -> st.SearchStrategy[Provider]:
    return st.builds(
        Provider,
        entity=st.sampled_from(_PROVIDERS),
        name=st.sampled_from(_HOSPITALS),
        npi=npis(),
    )


def _places() -> st.SearchStrategy[Place]:
    return st.builds(
        Place,
        entity=st.sampled_from(_PLACES),
        name=st.sampled_from(("HOME", "SAMPLE CLINIC")),
        address=st.just("1 SYNTHETIC WAY"),
        city=st.just("TESTVILLE"),
        state=st.just("TN"),
        postal_code=st.just("37201"),
    )


def _ambulances() -> st.SearchStrategy[Ambulance]:
    distances = st.integers(1, 999).map(str)
    return st.builds(Ambulance, transport=st.just("X"), reason=st.just("D"), distance=distances)


def _services(*, has_modifier: bool) -> st.SearchStrategy[Service]:
    return st.builds(
        Service,
        procedure=st.sampled_from(_PROCEDURES),
        modifier=st.sampled_from(("", "DR", "RX") if has_modifier else ("",)),
        quantity=st.integers(1, 99).map(str),
    )


def _tuples(
    each: st.SearchStrategy[_Item], *, max_size: int
) -> st.SearchStrategy[tuple[_Item, ...]]:
    return st.lists(each, max_size=max_size).map(tuple)


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
            # One of the two names alone: filled both they contradict each other (C83).
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
            # A qualifier without its code qualifies nothing.
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
    # An empty text is no value in either form: X12 leaves the element empty.
    return {name: value for name, value in values.items() if value}
