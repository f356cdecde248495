"""What a message on a health care services review says, as plain values that know neither JSON nor X12."""

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Payer:
    """Who reviews: NM1 PR or X3."""

    id: str
    name: str
    entity: str = "PR"
    contact_url: str = ""


@dataclass(frozen=True, slots=True)
class Requester:
    """Who asks: NM1 1P or FA; a person has a first name and an organisation has none."""

    name: str
    first_name: str = ""
    entity: str = "1P"
    is_person: bool = False
    npi: str = ""
    employer_number: str = ""
    """REF EI."""
    telephone: str = ""
    fax: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """The subscriber: NM1 IL."""

    last_name: str
    member_id: str
    first_name: str = ""
    birth_date: str = ""
    gender: str = ""
    group_number: str = ""
    """REF 6P."""
    account_number: str = ""
    """REF EJ."""


@dataclass(frozen=True, slots=True)
class Dependent:
    """The patient where the subscriber is not: NM1 QC."""

    last_name: str
    first_name: str = ""
    birth_date: str = ""
    gender: str = ""


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider of the event: NM1 SJ, DN, DK, 71 or FA."""

    entity: str
    name: str
    npi: str = ""
    first_name: str = ""
    is_person: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A stop of a transport: NM1 PW, ND, R3 or FS with its address."""

    entity: str
    name: str
    address: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""


@dataclass(frozen=True, slots=True)
class Ambulance:
    """How and how far a patient is taken: CR1."""

    transport: str
    reason: str = ""
    # Miles.
    unit: str = "DH"
    distance: str = ""


@dataclass(frozen=True, slots=True)
class Service:
    """One service line: SV1."""

    procedure: str
    modifier: str = ""
    quantity: str = ""
    # Units of service, and procedure codes of HCPCS.
    unit: str = "UN"
    qualifier: str = "HC"


@dataclass(frozen=True, slots=True)
class Event:
    """What is to be reviewed: UM and what goes with it."""

    # A health services review, asked for the first time.
    category: str = "HS"
    certification: str = "I"
    service_type: str = ""
    facility_type: str = ""
    # The type is a place of service code.
    facility_qualifier: str = "B"
    event_date: str = ""
    """DTP AAH."""
    diagnoses: tuple[tuple[str, str], ...] = ()
    """Qualifier and code, without a decimal point."""
    providers: tuple[Provider, ...] = ()
    places: tuple[Place, ...] = ()
    ambulance: Ambulance | None = None
    services: tuple[Service, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided: HCR, REF BB and the dates of the certification."""

    action: str
    review_number: str = ""
    previous_number: str = ""
    issue_date: str = ""
    expiration_date: str = ""
    effective_date: str = ""


class Rejected(Enum):
    """The level at which a request was turned down."""

    REQUEST = "requestValidation"
    PAYER = "umRequestValidation"
    SUBSCRIBER = "subscriberRequestValidation"


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why nothing was decided: AAA01, AAA03 and AAA04."""

    reason: str
    at: Rejected = Rejected.REQUEST
    # Not valid; to be corrected and sent again.
    response: str = "N"
    follow_up: str = "C"


@dataclass(frozen=True, slots=True)
class Review:
    """One request for a review, whichever form it came in."""

    transaction_id: str
    """BHT03."""
    payer: Payer
    requester: Requester
    member: Member
    event: Event = Event()
    dependent: Dependent | None = None


class Kind(Enum):
    """An inquiry asks what was decided, a submission asks for a decision."""

    INQUIRY = "inquiry"
    SUBMISSION = "submission"

    @property
    def version(self) -> str:
        """GS08 and ST03."""
        return "005010X215" if self is Kind.INQUIRY else "005010X217"

    @property
    def request_purpose(self) -> str:
        """BHT02 of the request."""
        return "28" if self is Kind.INQUIRY else "13"

    @property
    def response_purpose(self) -> str:
        """BHT02 of the response."""
        return "49" if self is Kind.INQUIRY else "11"

    @property
    def response_type(self) -> str:
        """BHT06 of the response."""
        return "RD" if self is Kind.INQUIRY else "18"


# By version, since ST03 is all that a reader has before BHT.
PURPOSES = {kind.version: (kind.request_purpose, kind.response_purpose) for kind in Kind}
KNOWN_VERSIONS = frozenset({*PURPOSES, "005010X216"})
"""X216 is the notice of admission, which has purposes of its own."""


def kind_of(version: str) -> Kind | None:
    """Return the kind of message with a version, or None."""
    return next((kind for kind in Kind if kind.version == version), None)
