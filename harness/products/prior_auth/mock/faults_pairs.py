"""Faults in which one member of the JSON form no longer says what the X12 form says."""

from collections.abc import Mapping

from harness.jsonvalue import Json, members, text
from harness.mock.fault import Change, Fault
from harness.mock.reply import Reply
from harness.products.prior_auth.mock.faults import AREA
from harness.products.prior_auth.mock.faults_forms import JSON

PAIRS: Mapping[str, str] = {
    "umClearingHouseId": "S032",
    "payerId": "S053",
    "payerName": "S053",
    "requester/requesterType": "S042",
    "requester/organizationName": "S042",
    "requester/npi": "S042",
    "subscriber/memberId": "S040",
    "subscriber/firstName": "S040",
    "subscriber/dateOfBirth": "S040",
    "subscriber/supplementalIdentification/patientAccountNumber": "S040",
    "patientEventDetail/requestCategoryCode": "S044",
    "patientEventDetail/certificationTypeCode": "S044",
    "patientEventDetail/serviceTypeCode": "S044",
    "patientEventDetail/facilityCodeQualifier": "S044",
    "patientEventDetail/certificationIssueDate": "S038",
    "patientEventDetail/certificationEffectiveDateBegin": "S038",
    "patientEventDetail/ambulanceTransportCode": "S057",
    "patientEventDetail/ambulanceUnitOrBasisForMeasurementCode": "S057",
}
"""Place of a member in the JSON form to the requirement that binds it to the X12 form."""


def _other(value: str) -> str:
    """Return another value of the same length, of digits where it has digits at its end."""
    last = value[-1:]
    return value[:-1] + ("1" if last != "1" else "2" if last.isdigit() else "Q")


def _changed(value: Json, names: list[str]) -> Json:
    """Return the object with another text at a path; as it is where nothing is there."""
    held = members(value)
    if names[0] not in held:
        return value
    if len(names) > 1:
        return {**held, names[0]: _changed(held[names[0]], names[1:])}
    return {**held, names[0]: _other(text(held[names[0]]))} if text(held[names[0]]) else value


def _change(path: str) -> Change:
    names = path.split("/")
    return lambda reply: Reply(reply.status, _changed(reply.body, names))


def name_of(path: str) -> str:
    """Return the id of the fault at a place."""
    return f"json-{path.rpartition('/')[2]}-differs"


FAULTS = tuple(
    Fault(name_of(path), AREA, breaks, f"The JSON form has another {path}.", JSON, _change(path))
    for path, breaks in PAIRS.items()
)
