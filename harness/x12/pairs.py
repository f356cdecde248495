"""List which JSON member of an answer says the same as which X12 element."""

from dataclasses import dataclass
from typing import TypeAlias

from harness.x12.review import Kind

Where: TypeAlias = tuple[tuple[int, tuple[str, ...]], ...]
"""Positions and the codes of which one has to stand there."""

BOTH = (Kind.INQUIRY, Kind.SUBMISSION)
PAYERS = ("PR", "X3")
REQUESTERS = ("1P", "2A", "2B", "36", "FA", "PR", "X3")
"""NM101 and requesterType of who asks."""
PLACES = ("PW", "ND", "R3", "FS")
PROVIDERS = ("SJ", "DN", "DK", "71", "FA")


@dataclass(frozen=True, slots=True)
class Place:
    """An element: the level it stands at ('' is outside all), its segment, and its position."""

    level: str
    segment: str
    element: int
    where: Where = ()
    component: int = 1


@dataclass(frozen=True, slots=True)
class Pair:
    """A member of the JSON answer and the element that repeats it."""

    pointer: str
    """Into the JSON form of the answer (RFC 6901)."""
    place: Place
    requirements: tuple[str, ...]
    kinds: tuple[Kind, ...] = BOTH

    @property
    def name(self) -> str:
        """The member's own name."""
        return self.pointer.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class ListPair:
    """An array of the JSON answer and the segment that begins each of its items in X12."""

    pointer: str
    level: str
    head: str
    members: tuple[tuple[str, Place], ...]
    """Pointers into an item and their elements; an item ends where the next begins."""
    requirements: tuple[str, ...]
    where: Where = ()

    @property
    def name(self) -> str:
        """The array's own name."""
        return self.pointer.rpartition("/")[2]


# Conditions on NM101, the code of the party, since one level can have several NM1.
_PAYER = ((1, PAYERS),)
_ASKING = ((1, REQUESTERS),)
_INSURED = ((1, ("IL",)),)
_DEPENDENT = ((1, ("QC",)),)


def _payer(element: int) -> Place:
    return Place("20", "NM1", element, _PAYER)


def _requester(element: int, *where: tuple[int, tuple[str, ...]]) -> Place:
    return Place("21", "NM1", element, (*_ASKING, *where))


def _date(qualifier: str) -> Place:
    return Place("EV", "DTP", 3, ((1, (qualifier,)), (2, ("D8",))))


_EVENT = "/patientEventDetail"
_MEMBER = "/subscriber"
# NM102: 2 is an organisation, 1 a person; one NM103 holds either's name.
_ORGANISATION, _PERSON = (2, ("2",)), (2, ("1",))

PAIRS = (
    Pair("/submitterTransactionIdentifier", Place("", "BHT", 3), ("S053",)),
    Pair("/umClearingHouseId", Place("", "GS", 3), ("S032",)),
    Pair("/payerId", _payer(9), ("S053",)),
    Pair("/payerName", _payer(3), ("S053",)),
    Pair("/contactUrl", Place("20", "PER", 4, ((3, ("UR",)),)), ("S043",)),
    Pair("/requester/requesterType", _requester(1), ("S042",)),
    Pair("/requester/organizationName", _requester(3, _ORGANISATION), ("S042",)),
    Pair("/requester/lastName", _requester(3, _PERSON), ("S042",)),
    Pair("/requester/npi", _requester(9, (8, ("XX",))), ("S042",)),
    Pair("/requester/employersId", _requester(9, (8, ("24",))), ("S042",)),
    Pair(
        "/requester/requesterIdentification/employerIdentificationNumber",
        Place("21", "REF", 2, ((1, ("EI",)),)),
        ("S042",),
    ),
    Pair(f"{_MEMBER}/lastName", Place("22", "NM1", 3, _INSURED), ("S040",)),
    Pair(f"{_MEMBER}/firstName", Place("22", "NM1", 4, _INSURED), ("S040",)),
    Pair(f"{_MEMBER}/memberId", Place("22", "NM1", 9, _INSURED), ("S040",)),
    Pair(f"{_MEMBER}/dateOfBirth", Place("22", "DMG", 2, ((1, ("D8",)),)), ("S040",)),
    Pair(f"{_MEMBER}/genderCode", Place("22", "DMG", 3), ("S040",)),
    Pair(
        f"{_MEMBER}/supplementalIdentification/groupNumber",
        Place("22", "REF", 2, ((1, ("6P",)),)),
        ("S041",),
    ),
    Pair(
        f"{_MEMBER}/supplementalIdentification/patientAccountNumber",
        Place("22", "REF", 2, ((1, ("EJ",)),)),
        ("S040",),
    ),
    Pair("/dependent/lastName", Place("23", "NM1", 3, _DEPENDENT), ("S040",)),
    Pair("/dependent/firstName", Place("23", "NM1", 4, _DEPENDENT), ("S040",)),
    Pair("/dependent/dateOfBirth", Place("23", "DMG", 2, ((1, ("D8",)),)), ("S040",)),
    Pair("/dependent/genderCode", Place("23", "DMG", 3), ("S040",)),
    Pair(f"{_EVENT}/requestCategoryCode", Place("EV", "UM", 1), ("S044",)),
    Pair(f"{_EVENT}/certificationTypeCode", Place("EV", "UM", 2), ("S044",)),
    Pair(f"{_EVENT}/serviceTypeCode", Place("EV", "UM", 3), ("S044",)),
    Pair(f"{_EVENT}/facilityTypeCode", Place("EV", "UM", 4), ("S044",)),
    Pair(f"{_EVENT}/facilityCodeQualifier", Place("EV", "UM", 4, component=2), ("S044",)),
    Pair(f"{_EVENT}/certificationActionCode", Place("EV", "HCR", 1), ("S035",)),
    Pair(f"{_EVENT}/reviewIdentificationNumber", Place("EV", "HCR", 2), ("S036",)),
    Pair(
        f"{_EVENT}/previousReviewAuthorizationNumber",
        Place("EV", "REF", 2, ((1, ("BB",)),)),
        ("S037",),
    ),
    Pair(f"{_EVENT}/certificationIssueDate", _date("102"), ("S038",)),
    Pair(f"{_EVENT}/certificationExpirationDate", _date("036"), ("S038",)),
    Pair(f"{_EVENT}/certificationEffectiveDateBegin", _date("007"), ("S038",)),
    Pair(f"{_EVENT}/eventDateBegin", _date("AAH"), ("S058",)),
    Pair(f"{_EVENT}/ambulanceTransportCode", Place("EV", "CR1", 3), ("S057",)),
    Pair(f"{_EVENT}/ambulanceUnitOrBasisForMeasurementCode", Place("EV", "CR1", 5), ("S057",)),
    Pair(f"{_EVENT}/ambulanceTransportDistance", Place("EV", "CR1", 6), ("S057",)),
)


# A place within an item, whose level the list itself gives.
def _part(segment: str, element: int, component: int = 1, where: Where = ()) -> Place:
    return Place("", segment, element, where, component)


LIST_PAIRS = (
    ListPair(
        f"{_EVENT}/patientEventProviderName",
        "EV",
        "NM1",
        (
            ("/entityIdentifierCode", _part("NM1", 1)),
            ("/organizationName", _part("NM1", 3, where=(_ORGANISATION,))),
            ("/lastName", _part("NM1", 3, where=(_PERSON,))),
            ("/firstName", _part("NM1", 4)),
            ("/identificationCodeQualifier", _part("NM1", 8)),
            ("/identifier", _part("NM1", 9)),
        ),
        ("S039",),
        ((1, PROVIDERS),),
    ),
    ListPair(
        f"{_EVENT}/patientEventTransportInformation",
        "EV",
        "NM1",
        (
            ("/entityIdentifierCode", _part("NM1", 1)),
            ("/transportLocationName", _part("NM1", 3)),
            ("/address1", _part("N3", 1)),
            ("/city", _part("N4", 1)),
            ("/state", _part("N4", 2)),
            ("/postalCode", _part("N4", 3)),
        ),
        ("S056",),
        ((1, PLACES),),
    ),
    ListPair(
        f"{_EVENT}/serviceLevel",
        "SS",
        "HL",
        (
            ("/professionalService/productOrServiceIDQualifier", _part("SV1", 1)),
            ("/professionalService/procedureCode", _part("SV1", 1, 2)),
            ("/professionalService/procedureModifier", _part("SV1", 1, 3)),
            ("/professionalService/unitOrBasisForMeasurementCode", _part("SV1", 3)),
            ("/professionalService/serviceUnitCount", _part("SV1", 4)),
        ),
        ("S055",),
    ),
)
