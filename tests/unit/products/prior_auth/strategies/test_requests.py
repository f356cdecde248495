from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import InvalidArgument
from harness.jsonvalue import Json, lookup
from harness.mock.fault import ActiveFaults
from harness.products.prior_auth.mock.rules import json_complaints
from harness.products.prior_auth.strategies.mutations import prior_auth_mutations
from harness.products.prior_auth.strategies.requests import (
    PriorAuthRequest,
    inquiry_payer,
    known_member_ids,
    paired_requests,
    prior_auth_requests,
    submission_keys,
)
from harness.x12.check import check
from harness.x12.review import Kind

NO_FAULTS = ActiveFaults([])
KINDS = st.sampled_from(Kind)


def test_the_known_values_are_those_of_the_sandbox() -> None:
    assert inquiry_payer() == "INQDEMO"
    assert known_member_ids() == tuple(f"TST{number}" for number in range(1, 12))
    assert len(submission_keys()) == 7


@settings(max_examples=40)
@given(KINDS.flatmap(lambda kind: paired_requests(kind=kind)))
def test_requests_are_valid_in_both_forms(request_: PriorAuthRequest) -> None:
    assert json_complaints(request_.envelope.kind, request_.json, NO_FAULTS) == ()
    assert check(request_.x12) == ()


@settings(max_examples=20)
@given(prior_auth_requests(kind=Kind.INQUIRY))
def test_inquiries_are_about_a_known_member_of_the_demo_payer(request_: Mapping[str, Json]) -> None:
    assert request_["payerId"] == request_["umClearingHouseId"] == "INQDEMO"
    assert lookup(request_, "/subscriber/memberId") in known_member_ids()


@settings(max_examples=20)
@given(prior_auth_requests(kind=Kind.SUBMISSION))
def test_submissions_go_to_a_known_key(request_: Mapping[str, Json]) -> None:
    assert request_["umClearingHouseId"] in submission_keys()


@settings(max_examples=10)
@given(prior_auth_requests(kind=Kind.INQUIRY, key="000000000000001", member_id="SYN1"))
def test_another_key_and_member_can_be_named(request_: Mapping[str, Json]) -> None:
    assert request_["payerId"] == request_["umClearingHouseId"] == "000000000000001"
    assert lookup(request_, "/subscriber/memberId") == "SYN1"


@settings(max_examples=20)
@given(data=st.data(), kind=KINDS)
def test_each_mutation_is_refused(data: st.DataObject, kind: Kind) -> None:
    valid = data.draw(prior_auth_requests(kind=kind))
    accepted = [
        each.rule
        for each in prior_auth_mutations(valid, kind=kind)
        if not json_complaints(kind, each.request, NO_FAULTS)
    ]

    assert accepted == []


@given(data=st.data())
@settings(max_examples=5)
def test_mutations_have_names_of_their_own(data: st.DataObject) -> None:
    valid = data.draw(prior_auth_requests(kind=Kind.SUBMISSION))
    rules = [each.rule for each in prior_auth_mutations(valid, kind=Kind.SUBMISSION)]

    assert len(rules) == len(set(rules)) == 20


def test_only_a_whole_request_can_be_mutated() -> None:
    with pytest.raises(InvalidArgument, match="senderId, payerId"):
        prior_auth_mutations({}, kind=Kind.INQUIRY)
