"""Valid inquiries and submissions to bend: the same ones every time, and plainly synthetic."""

from dataclasses import replace
from datetime import UTC, datetime

from harness.products.prior_auth.strategies.keys import inquiry_payer
from harness.products.prior_auth.strategies.requests import PriorAuthRequest
from harness.x12.build import Envelope
from harness.x12.kinds import Kind
from harness.x12.review import Ambulance, Event, Member, Payer, Place, Requester, Review, Service

WRITES = ("writes_allowed",)
REFUSES = ("validates_requests", "takes_invented_values")
"""A request with a fault holds a value that no sandbox was promised to know."""
INVENTS = ("takes_invented_values",)

SENDER = "201985AAS"  # of the published submission; the vendor issues sender ids
FIRST_KEY = "278_217_01_A1"
_PAYER_NAME = "HARNESS TEST PAYER"
_WRITTEN = datetime(2026, 1, 16, 10, 30, tzinfo=UTC)
_REQUESTER = Requester(
    "HARNESS TEST CLINIC",
    npi="1234567893",  # the example of the CMS check-digit note; it is nobody's
    employer_number="123456789",
)
_MEMBER = Member("SAMPLETON", "", "SAM", birth_date="20000131", group_number="00000000")
_INQUIRED = Event(service_type="1", facility_type="11", event_date="20260116")
_SUBMITTED = Event(
    service_type="56",
    facility_type="41",
    event_date="20260201",
    diagnoses=(("ABK", "R079"),),
    ambulance=Ambulance("X", reason="D", distance="27"),
    places=(
        Place("PW", "HOME", "1 SYNTHETIC WAY", "TESTVILLE", "TN", "37201"),
        Place("FS", "SAMPLE CLINIC", "2 SYNTHETIC WAY", "TESTVILLE", "TN", "37201"),
    ),
    services=(Service("A0428", modifier="RX", quantity="5"), Service("A0425", quantity="27")),
)


def inquiry(member_id: str = "TST1", key: str = "") -> PriorAuthRequest:
    """Return an inquiry about a member, at the demo payer unless another key is given."""
    payer = key or inquiry_payer()
    review = Review(
        transaction_id="HARNESS0001",
        payer=Payer(payer, _PAYER_NAME),
        requester=_REQUESTER,
        member=replace(_MEMBER, member_id=member_id),
        event=_INQUIRED,
    )
    return PriorAuthRequest(_envelope(Kind.INQUIRY, SENDER, payer), review)


def submission(key: str = FIRST_KEY, *, sender: str = "") -> PriorAuthRequest:
    """Return a submission under a key, which stands for the sender too unless one is given."""
    review = Review(
        transaction_id="HARNESS0002",
        payer=Payer("UHC", _PAYER_NAME),
        requester=replace(_REQUESTER, employer_number=""),
        member=replace(_MEMBER, member_id="HARNESS0001", gender="U", account_number="HARNESS-1"),
        event=_SUBMITTED,
    )
    return PriorAuthRequest(_envelope(Kind.SUBMISSION, sender or key, key), review)


def request_of(kind: Kind) -> PriorAuthRequest:
    """Return the valid request of a kind that is certified in total."""
    return inquiry() if kind is Kind.INQUIRY else submission()


def _envelope(kind: Kind, sender: str, receiver: str) -> Envelope:
    # Numbers that no answer has by chance, so that an echo is one.
    numbers = {"control_number": 202601161, "group_number": "1161"}
    return Envelope(kind, sender, receiver, _WRITTEN, **numbers)  # type: ignore[arg-type]  # named as the fields are
