"""What a prior authorization request asks, whichever of the two forms it came in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from harness.codes.dates import is_compact_date
from harness.codes.identifiers import is_ten_digits
from harness.jsonvalue import Json, items, members
from harness.x12.pairs import PLACES, PROVIDERS, REQUESTERS
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

# More could be sent; the answer repeats them, and must stay of a reasonable size.
MOST_ITEMS = 99
# Basic and extended X12 characters are ASCII; the four signs are the delimiters.
_UNWRITABLE = re.compile(r"[^\x20-\x7e]|[*~:^]")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with the envelope that its answer has to fit."""

    kind: Kind
    sender: str
    receiver: str
    review: Review
    control_number: int = 1
    group_number: str = "1"
    transaction_number: str = "0001"
    usage: str = "T"
    is_x12: bool = False


def carried(value: Json, longest: int = 60) -> str:
    """Return a text as both forms of an answer can carry it: printable and free of delimiters."""
    if not isinstance(value, str):
        return ""
    # Stripped twice: the cut may end on a blank, which X12 would lose.
    return _UNWRITABLE.sub(" ", value).strip()[:longest].strip()


def day(value: Json) -> str:
    """Return a date that is one, else nothing."""
    text = carried(value)
    return text if is_compact_date(text) else ""


def npi(value: Json) -> str:
    """Return a provider number of ten digits, else nothing."""
    text = carried(value)
    return text if is_ten_digits(text) else ""


def one_of(codes: tuple[str, ...], value: Json) -> str:
    """Return a code that is known, else nothing."""
    text = carried(value)
    return text if text in codes else ""


def asked_in_json(kind: Kind, body: Mapping[str, Json]) -> Asked:
    """Read a JSON request; what is missing or no text is left empty."""
    review = Review(
        transaction_id=carried(body.get("submitterTransactionIdentifier"), 50),
        payer=Payer(carried(body.get("payerId"), 80), carried(body.get("payerName"))),
        requester=_requester(members(body.get("requester"))),
        member=_member(kind, members(body.get("subscriber"))),
        event=_event(members(body.get("patientEventDetail"))),
        dependent=_dependent(kind, members(body.get("dependent"))),
    )
    sender = carried(body.get("senderId"), 15)
    return Asked(kind, sender, carried(body.get("umClearingHouseId"), 15), review)


def _requester(fields: Mapping[str, Json]) -> Requester:
    # Organisation and last name are alternatives (C83); the organisation goes first.
    organisation = carried(fields.get("organizationName"))
    numbers = members(fields.get("requesterIdentification"))
    return Requester(
        name=organisation or carried(fields.get("lastName")),
        first_name="" if organisation else carried(fields.get("firstName"), 35),
        # 1P, the provider, is what the published requests have.
        entity=one_of(REQUESTERS, fields.get("requesterType")) or "1P",
        is_person=not organisation,
        npi=npi(fields.get("npi")),
        employer_number=carried(numbers.get("employerIdentificationNumber"), 50),
    )


def _member(kind: Kind, fields: Mapping[str, Json]) -> Member:
    numbers = members(fields.get("supplementalIdentification"))
    return Member(
        last_name=carried(fields.get("lastName")),
        member_id=carried(fields.get("memberId"), 80),
        first_name=carried(fields.get("firstName"), 35),
        birth_date=day(fields.get("dateOfBirth")),
        gender=_gender(kind, fields),
        group_number=carried(numbers.get("groupNumber"), 50),
        account_number=carried(numbers.get("patientAccountNumber"), 50),
    )


def _gender(kind: Kind, fields: Mapping[str, Json]) -> str:
    """Return the gender of a submission; DMG is not written without a birth date."""
    has_gender = kind is Kind.SUBMISSION and day(fields.get("dateOfBirth"))
    return one_of(("F", "M", "U"), fields.get("genderCode")) if has_gender else ""


def _dependent(kind: Kind, fields: Mapping[str, Json]) -> Dependent | None:
    last_name = carried(fields.get("lastName"))
    if not last_name:
        return None
    return Dependent(
        last_name,
        carried(fields.get("firstName"), 35),
        day(fields.get("dateOfBirth")),
        _gender(kind, fields),
    )


def _event(fields: Mapping[str, Json]) -> Event:
    facility = carried(fields.get("facilityTypeCode"), 3)
    places = items(fields.get("patientEventTransportInformation"))[:MOST_ITEMS]
    providers = items(fields.get("patientEventProviderName"))[:MOST_ITEMS]
    services = items(fields.get("serviceLevel"))[:MOST_ITEMS]
    return Event(
        # Health services review, initial: the values of the published requests.
        category=carried(fields.get("requestCategoryCode"), 2) or "HS",
        certification=carried(fields.get("certificationTypeCode"), 1) or "I",
        service_type=carried(fields.get("serviceTypeCode"), 2),
        facility_type=facility,
        facility_qualifier=carried(fields.get("facilityCodeQualifier"), 2) or "B",
        event_date=day(fields.get("eventDateBegin")),
        # NM1 cannot be written without the code that says who it names.
        providers=tuple(filter(_has_entity, map(_provider, providers))),
        places=tuple(filter(_has_entity, map(_place, places))),
        ambulance=_ambulance(members(fields.get("ambulanceTransport"))),
        services=tuple(map(_service, services)),
    )


def _has_entity(party: Provider | Place) -> bool:
    return bool(party.entity)


def _provider(item: Json) -> Provider:
    fields = members(item)
    organisation = carried(fields.get("organizationName"))
    return Provider(
        one_of(PROVIDERS, fields.get("entityIdentifierCode")),
        organisation or carried(fields.get("lastName")),
        npi(fields.get("identifier")),
        "" if organisation else carried(fields.get("firstName"), 35),
        is_person=not organisation,
    )


def _place(item: Json) -> Place:
    fields = members(item)
    has_city = bool(carried(fields.get("city")))
    return Place(
        one_of(PLACES, fields.get("entityIdentifierCode")),
        carried(fields.get("transportLocationName")),
        carried(fields.get("address1"), 55),
        carried(fields.get("city"), 30),
        # N4 begins with the city; a state alone would stand in the wrong place.
        carried(fields.get("state"), 2) if has_city else "",
        carried(fields.get("postalCode"), 15) if has_city else "",
    )


def _ambulance(fields: Mapping[str, Json]) -> Ambulance | None:
    transport = carried(fields.get("transportCode"), 1)
    if not transport:
        return None
    return Ambulance(transport, distance=carried(fields.get("transportDistance"), 15))


def _service(item: Json) -> Service:
    fields = members(members(item).get("professionalService"))
    return Service(
        procedure=carried(fields.get("procedureCode"), 48),
        # The request numbers it, the answer does not (C23).
        modifier=carried(fields.get("procedureModifier1"), 2),
        quantity=carried(fields.get("serviceUnitCount"), 15),
        unit=carried(fields.get("unitOrBasisForMeasurementCode"), 2) or "UN",
        qualifier=carried(fields.get("productOrServiceIDQualifier"), 2) or "HC",
    )
