"""Speak to prior authorization the way a rule needs: in JSON or in X12, whole or edited."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from harness.exchange import Headers
from harness.jsonvalue import MISSING, Json, items, lookup, members, text
from harness.products.prior_auth.strategies.requests import PriorAuthRequest, inquiry_payer
from harness.rules.target import Answered, Target, json_body
from harness.x12.build import Envelope
from harness.x12.review import (
    Ambulance,
    Event,
    Kind,
    Member,
    Payer,
    Place,
    Requester,
    Review,
    Service,
)

WRITES = ("writes_allowed",)
REFUSES = ("validates_requests", "takes_invented_values")
"""A request with a fault holds a value that no sandbox was promised to know."""
INVENTS = ("takes_invented_values",)

SENDER = "201985AAS"  # of the published submission; the vendor issues sender ids
FIRST_KEY = "278_217_01_A1"
_PAYER_NAME = "HARNESS TEST PAYER"
# Fixed, so that two runs send the same bytes.
_WRITTEN = datetime(2026, 1, 16, 10, 30, tzinfo=UTC)
# Names that say where they come from, should they turn up in somebody's data.
_REQUESTER = Requester(
    "HARNESS TEST CLINIC",
    npi="1234567893",  # the example of the CMS check-digit note; it is nobody's
    employer_number="123456789",
)
_MEMBER = Member("SAMPLETON", "", "SAM", birth_date="20000131", group_number="00000000")
_INQUIRED = Event(service_type="1", facility_type="11", event_date="20260116")
# After the published submission: an ambulance ride between two places (C80 to C82).
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
    # The key of an inquiry is payer and receiver at once (C69).
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
        # The member of a submission selects nothing; its key does (S049, S050).
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


API = "prior-auth"
TENANT = "x-optum-tenant-id"
CORRELATION = "x-optum-correlation-id"
_EVENT = "/patientEventDetail"
_REJECTION = "validation"
"""How the names of members end that hold rejections, at every level that there is."""


@dataclass(frozen=True, slots=True)
class RequestVariant:
    """One of the four operations, and where its cases are filed."""

    kind: Kind
    operation_id: str
    is_x12: bool

    @property
    def prefix(self) -> str:
        """How the ids of its cases begin."""
        return f"{API}/{self.kind.value}{'-x12' if self.is_x12 else ''}"

    def needs(self, *more: str) -> tuple[str, ...]:
        """Return the capabilities that a target must have for its cases: a submission is kept."""
        # An inquiry reads; a submission asks for a review, which is kept.
        return (*(WRITES if self.kind is Kind.SUBMISSION else ()), *more)

    def ask(self, target: Target, sent: PriorAuthRequest, headers: Headers = ()) -> "Decided":
        """Send a request and read what was decided."""
        return Decided(self, sent, self.send(target, self.body(sent), headers))

    def body(self, sent: PriorAuthRequest) -> Json:
        """Return the body that a request has in this form."""
        return {"x12": sent.x12} if self.is_x12 else sent.json

    def send(self, target: Target, body: Json, headers: Headers = ()) -> Answered:
        """Send just this JSON value, in the name of the tenant if there is one."""
        kind, content = json_body(body)
        return self.send_bytes(target, (*kind, *tenant(target), *headers), content)

    def send_bytes(self, target: Target, headers: Headers, body: bytes) -> Answered:
        """Send just these bytes with a good token."""
        operation = target.operation(API, self.operation_id)
        return target.call(operation, headers=(*target.authorization(API), *headers), body=body)


def tenant(target: Target) -> Headers:
    """Return the header that names the tenant of the run; none where it has none."""
    # Most callers have none, and the header is optional (C86).
    own = target.environment.tenant_id
    return ((TENANT, own),) if own else ()


INQUIRY = RequestVariant(Kind.INQUIRY, "inquire", is_x12=False)
INQUIRY_X12 = RequestVariant(Kind.INQUIRY, "inquireX12", is_x12=True)
SUBMISSION = RequestVariant(Kind.SUBMISSION, "submit", is_x12=False)
SUBMISSION_X12 = RequestVariant(Kind.SUBMISSION, "submitX12", is_x12=True)
INQUIRIES = (INQUIRY, INQUIRY_X12)
SUBMISSIONS = (SUBMISSION, SUBMISSION_X12)
VARIANTS = (*INQUIRIES, *SUBMISSIONS)


@dataclass(frozen=True, slots=True)
class Reject:
    """Why a request was turned down: where that stands in the JSON form, AAA01, AAA03, AAA04."""

    at: str
    response: str
    reason: str
    follow_up: str


@dataclass(frozen=True, slots=True)
class Decided:
    """A request with its answer; what is missing is empty, for checks to find."""

    variant: RequestVariant
    sent: PriorAuthRequest
    answered: Answered

    @property
    def forms(self) -> Mapping[str, Json]:
        """The object that holds both forms."""
        return members(members(self.answered.body).get(self.variant.kind.value))

    @property
    def x12(self) -> str:
        """The X12 form."""
        return text(self.forms.get("x12"))

    @property
    def json(self) -> Mapping[str, Json]:
        """The JSON form."""
        return members(self.forms.get("json"))

    @property
    def authorization_id(self) -> str:
        """The id of the transaction."""
        return text(members(self.answered.body).get("authorizationId"))

    @property
    def action(self) -> str:
        """The certification action code; empty where nothing was decided."""
        return self.value(f"{_EVENT}/certificationActionCode")

    @property
    def review_number(self) -> str:
        """The review identification number."""
        return self.value(f"{_EVENT}/reviewIdentificationNumber")

    @property
    def procedures(self) -> tuple[str, ...]:
        """The procedure codes of the service lines."""
        lines = items(lookup(self.json, f"{_EVENT}/serviceLevel"))
        return tuple(text(lookup(line, "/professionalService/procedureCode")) for line in lines)

    @property
    def rejects(self) -> tuple[Reject, ...]:
        """Why the request was turned down, at every level."""
        return tuple(_rejects(self.json))

    @property
    def decision(self) -> str:
        """The answer in short: action and review number, else the reasons."""
        if self.action:
            return f"{self.action} {self.review_number}".strip()
        reasons = [f"{reject.reason} at {reject.at}" for reject in self.rejects]
        return ", ".join(reasons) or f"status {self.answered.response.status}, no decision"

    def value(self, pointer: str) -> str:
        """Return a string of the JSON form; anything else is empty."""
        found = lookup(self.json, pointer)
        # Empty, so that a check compares it and no rule has to ask first.
        return text(found) if found is not MISSING else ""


def _rejects(value: Json) -> Iterator[Reject]:
    # Rejections stand at several levels; the walk ends, as JSON has no cycles.
    for item in items(value):
        yield from _rejects(item)
    for name, inner in members(value).items():
        if name.lower().endswith(_REJECTION):
            yield from (_reject(name, item) for item in items(inner))
        else:
            yield from _rejects(inner)


def _reject(at: str, entry: Json) -> Reject:
    fields = members(entry)
    names = ("responseCode", "rejectReasonCode", "followupActionCode")
    return Reject(at, *(text(fields.get(name)) for name in names))
