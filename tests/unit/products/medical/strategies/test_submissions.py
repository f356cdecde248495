import json
import re

import pytest
from hypothesis import Phase, find, given, settings

from harness.codes.dates import is_compact_date
from harness.codes.identifiers import is_npi
from harness.errors import InvalidArgument
from harness.jsonvalue import Json, items, lookup, text
from harness.products.medical.strategies.submissions import medical_requests

FILES = ("a.pdf", "b.png")
FIRST_FOUND = settings(phases=[Phase.generate])
requests = medical_requests(payer_id="TESTEP06", file_names=FILES)


@given(requests)
def test_requests_carry_every_required_member(request: dict[str, Json]) -> None:
    assert re.fullmatch(r"[0-9]{9}", text(request["controlNumber"]))
    assert request["tradingPartnerServiceId"] == "TESTEP06"
    assert request["tradingPartnerName"]
    assert is_npi(text(lookup(request, "/provider/npi")))
    assert len(text(lookup(request, "/provider/address/state"))) == 2
    assert 1 <= len(text(lookup(request, "/subscriber/firstName"))) <= 35
    assert 1 <= len(text(lookup(request, "/subscriber/lastName"))) <= 60
    assert is_compact_date(text(lookup(request, "/claimInformation/beginClaimServiceDate")))
    assert 1 <= len(text(lookup(request, "/claimInformation/patientControlNumber"))) <= 50
    assert json.loads(json.dumps(request)) == request


@given(requests)
def test_each_file_has_its_service_line(request: dict[str, Json]) -> None:
    lines = items(lookup(request, "/claimInformation/serviceLines"))

    assert [lookup(line, "/attachmentDetails/name") for line in lines] == list(FILES)
    assert all(
        is_compact_date(text(lookup(line, "/serviceLineDateInformation/submissionDate")))
        for line in lines
    )


@pytest.mark.parametrize(
    ("member", "distinct"),
    [("providerAttachmentControlNumber", 2), ("payerClaimControlNumber", 1)],
    ids=["unsolicited", "solicited"],
)
def test_control_numbers_follow_the_kind_of_request(member: str, distinct: int) -> None:
    request = find(requests, lambda found: member in json.dumps(found), settings=FIRST_FOUND)

    lines = items(lookup(request, "/claimInformation/serviceLines"))

    assert len({text(lookup(line, f"/{member}")) for line in lines} - {""}) == distinct


def test_a_request_without_files_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="at least one file"):
        medical_requests(payer_id="TESTEP06", file_names=())
