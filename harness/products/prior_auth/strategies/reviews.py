"""Generate what a prior authorization request asks for, in no form yet."""

from typing import TypeVar

from hypothesis import strategies as st

from harness.strategies.dates import birth_dates, service_dates
from harness.strategies.identifiers import member_ids
from harness.strategies.names import names
from harness.strategies.npis import npis
from harness.strategies.tax_ids import tax_ids
from harness.x12.kinds import Kind
from harness.x12.review import (
    Ambulance,
    Dependent,
    Event,
    Member,
    Payer,
    Place,
    Provider,
    Requester,
    Review,
    Service,
)

_Item = TypeVar("_Item")

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
        dependent=st.none() | _dependents(has_gender=is_submission),
    )


def _requesters() -> st.SearchStrategy[Requester]:
    return st.builds(
        Requester,
        name=st.sampled_from(_HOSPITALS),
        entity=st.sampled_from(("1P", "FA")),
        npi=npis(),
        employer_number=st.just("") | tax_ids(),
        telephone=st.sampled_from(("", "5555550100")),
        fax=st.sampled_from(("", "5555550101")),
    )


def _members(member_id: str, *, has_gender: bool) -> st.SearchStrategy[Member]:
    return st.builds(
        Member,
        last_name=names(max_size=35, plain=True),
        first_name=names(max_size=35, plain=True),
        member_id=st.just(member_id) if member_id else member_ids(),
        birth_date=birth_dates(compact=True),
        gender=_genders(has_gender=has_gender),
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
        diagnoses=st.sampled_from(_DIAGNOSES).map(lambda code: (("ABK", code),)),
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
