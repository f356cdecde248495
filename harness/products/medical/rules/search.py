"""Make transactions that a metadata search can single out, and ask for them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

from harness.codes.identifiers import completed
from harness.jsonvalue import Json, lookup, text
from harness.outcome import Check
from harness.products.medical.rules.baseline import (
    ELECTRONIC,
    documents,
    for_payer,
    payer,
    submission,
)
from harness.products.medical.rules.checks import accepted
from harness.products.medical.rules.requests import Receipt, found, search, upload
from harness.rules.answers import answer_time
from harness.rules.checks import check, status
from harness.rules.edits import drop, put
from harness.rules.rule import Checks
from harness.rules.target import Answered, Target

FIRST_DAY, LAST_DAY = "transactionReceivedStartDate", "transactionReceivedEndDate"
# Letters alone: names with digits may be refused, and a token stands in names.
_LETTERS = str.maketrans("0123456789", "qrstuvwxyz")
# Claim dates are spread over some 27 years from here, so that two uploads rarely share one.
_EARLIEST = date(1990, 1, 1)

_PLACES = {
    "payerId": "/tradingPartnerServiceId",
    "payerName": "/tradingPartnerName",
    "claimNumber": "/claimInformation/claimNumber",
    "patientFirstName": "/subscriber/firstName",
    "patientLastName": "/subscriber/lastName",
    "memberId": "/subscriber/memberId",
    "providerId": "/provider/npi",
    "providerFirstName": "/provider/firstName",
    "providerLastName": "/provider/lastName",
}
"""Where a submission holds the value that each text filter looks for."""
_DATE_PLACES = {
    "claimStartDate": "/claimInformation/beginClaimServiceDate",
    "claimEndDate": "/claimInformation/endClaimServiceDate",
}
SUBMITTER = "submitterId"
FILTERS = (SUBMITTER, *_PLACES, *_DATE_PLACES)
SHARED = (SUBMITTER, "payerId", *_DATE_PLACES)
"""Filters that other transactions of the day fit too; a claim date may begin or end a range."""
# A date before all claim dates, and one after them.
_NOBODYS, _BEFORE, _AFTER = "harnesswrong", "1975-05-05", "2020-05-05"


@dataclass(frozen=True, slots=True)
class Own:
    """A transaction of ours that a search can single out, and the criteria that fit it."""

    receipt: Receipt
    sent: Json
    days: Mapping[str, Json]
    fitting: Mapping[str, Json]
    """Each filter with the value that finds this transaction."""

    @property
    def trace_id(self) -> str:
        return self.receipt.trace_id.lower()

    def criteria(self, *names: str) -> dict[str, Json]:
        """Return the days with fitting values for these filters, and whose transactions to search.

        One document wants the submitter in every search, another does not.
        """
        return {**self.days, **{name: self.fitting[name] for name in (SUBMITTER, *names)}}


def fresh(target: Target) -> str:
    """Return letters that no transaction has yet, for they come from a new trace id."""
    trace_id = upload(target, submission(), documents(1)).trace_id
    # Trace ids are unique by the API's own promise; hashed, for they may share a prefix.
    return sha256(trace_id.encode()).hexdigest()[:14].translate(_LETTERS)


def own(target: Target, token: str, *, payer_id: str = ELECTRONIC) -> Own:
    """Upload a transaction whose values all hold the token."""
    sent = marked(token, payer_id=payer_id)
    receipt = upload(target, sent, documents(1))
    return Own(receipt, sent, days_around(receipt.answered), _fitting(sent, receipt))


def marked(token: str, *, payer_id: str = ELECTRONIC) -> Json:
    """Return a valid submission by and for people who are called by the token."""
    # Everything follows from the token, so that a failing search can be read and repeated.
    number = int(token, 36)
    day = _EARLIEST + timedelta(days=number % 9999)
    sent: Json = for_payer(payer(payer_id))
    changes: Mapping[str, Json] = {
        "tradingPartnerName": f"Harness {token}",
        "subscriber": {"memberId": token, "firstName": token, "lastName": token},
        # With the right check digit: an NPI that fails it may be refused.
        "provider.npi": completed(f"1{number % 10**8:08}"),
        "provider.firstName": token,
        "provider.lastName": token,
        "claimInformation.claimNumber": token,
        "claimInformation.beginClaimServiceDate": f"{day:%Y%m%d}",
        "claimInformation.endClaimServiceDate": f"{day + timedelta(days=1):%Y%m%d}",
    }
    for path, value in changes.items():
        sent = put(sent, path, value)
    # Beside an organisation the names of a person would not be the provider's.
    return drop(sent, "provider.organizationName")


def _fitting(sent: Json, receipt: Receipt) -> dict[str, Json]:
    def at(place: str) -> str:
        return text(lookup(sent, place))

    dates = {name: at(place) for name, place in _DATE_PLACES.items()}
    return {
        SUBMITTER: receipt.submitter_id,
        **{name: at(place) for name, place in _PLACES.items()},
        **{name: f"{day[:4]}-{day[4:6]}-{day[6:]}" for name, day in dates.items()},
    }


def days_around(answered: Answered) -> dict[str, Json]:
    """Return the day before and the day after an answer: whatever zone a day is counted in."""
    moment = answer_time(answered.response)
    # Without a Date header any day has to do.
    if moment is None:
        return {FIRST_DAY: "2000-01-01", LAST_DAY: "2099-12-31"}
    day = moment.date()
    return {
        FIRST_DAY: (day - timedelta(days=1)).isoformat(),
        LAST_DAY: (day + timedelta(days=1)).isoformat(),
    }


def own_submitter(target: Target) -> dict[str, Json]:
    """Return the submitter as criterion, where settings say who that is."""
    submitter_id = target.environment.submitter_id
    return {SUBMITTER: submitter_id} if submitter_id else {}


def unfit(name: str) -> Json:
    """Return a value that fits no claim of ours, be a date one to equal or the end of a range."""
    if not name.endswith("Date"):
        return _NOBODYS
    # Equal to none, and as the end of a range before all, as its beginning after all.
    return _BEFORE if name.lower().startswith(("claimend", "end")) else _AFTER


def beside(names: Iterable[str], name: str) -> tuple[str, ...]:
    """Return filters that an unfit one can join: of the dates it is the only one, lest a range end early."""
    is_date = name.endswith("Date")
    return tuple(
        sorted(candidate for candidate in names if not (is_date and candidate.endswith("Date")))
    )


def finds(target: Target, criteria: Json, mine: Own) -> Checks:
    """Judge a search that fits a transaction of ours: it is among the hits."""
    yield from accepted(mine.receipt)
    answered = search(target, criteria)
    yield status(answered, 200)
    yield from answered.conforms()
    yield listed(answered, mine.trace_id)


def finds_not(target: Target, criteria: Json, mine: Own) -> Checks:
    """Judge a search that does not fit a transaction of ours: it is not among the hits."""
    yield from accepted(mine.receipt)
    answered = search(target, criteria)
    yield status(answered, 200)
    yield from answered.conforms()
    yield unlisted(answered, mine.trace_id)


def listed(answered: Answered, trace_id: str) -> Check:
    """Check that a transaction is among the hits."""
    hits = found(answered)
    return check("hits", answered, trace_id, _listed(hits), holds=trace_id in hits)


def unlisted(answered: Answered, trace_id: str) -> Check:
    """Check that a transaction is not among the hits."""
    hits = found(answered)
    return check("hits", answered, f"none is {trace_id}", _listed(hits), holds=trace_id not in hits)


def _listed(hits: Sequence[str]) -> str:
    return f"{len(hits)} hits: {', '.join(hits)}" if hits else "no hit"
