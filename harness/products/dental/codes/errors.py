"""List the 48 published dental error rows with a message key, a meaning and a working HTTP status."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DentalError:
    """A row of the published table; `key` is its only unique member.

    `status` is a working mapping, for the vendor publishes none.
    `reachable` tells whether a caller of the published operations can provoke it.
    """

    code: str
    key: str
    description: str
    status: int
    reachable: bool


PLACEHOLDER_CODE = "DENTATT_XXX"
"""Printed for three different rows; only their keys tell them apart."""

# The only code whose prefix differs (C20).
_PRINTED_SPELLINGS = {"DENTAL_017": "DENTATT_017"}

# Number, message key, meaning, working status, and whether a caller can provoke it.
_REQUEST_ERRORS = (
    # Three rows are printed under this placeholder (C50): only the key tells them apart.
    ("XXX", "Required.req.submitterId", "The submitter id is missing.", 400, True),
    ("XXX", "Required.req.billingProviderTaxId", "The billing tax id is missing.", 400, True),
    ("XXX", "Pattern.req.billingProviderTaxId", "The billing tax id is malformed.", 400, True),
    ("002", "Required.req.attachmentControlNumber", "The control number is missing.", 400, False),
    (
        "003",
        "Pattern.req.attachmentControlNumber",
        "The control number is not 24 hexadecimal digits.",
        400,
        False,
    ),
    ("004", "Required.req.claimId", "The claim id is missing.", 400, True),
    ("005", "Pattern.req.claimId", "The claim id has more than 50 characters.", 400, True),
    ("006", "Required.req.payerId", "The payer id is missing.", 400, True),
    ("007", "Pattern.req.payerId", "The payer id is not five letters or digits.", 400, True),
    ("008", "Required.req.providerNpi", "The provider's NPI is missing.", 400, True),
    ("009", "Checksum.req.providerNpi", "The provider's NPI has a wrong check digit.", 400, True),
    ("010", "Pattern.req.providerNpi", "The provider's NPI is not ten digits.", 400, True),
    ("011", "Required.req.dateOfService", "The date of service is missing.", 400, True),
    ("012", "Pattern.req.dateOfService", "The date of service is malformed.", 400, True),
    (
        "013",
        "Pattern.req.patientDateOfBirth",
        "The birth date is not a YYYY-MM-DD date.",
        400,
        True,
    ),
    ("014", "Pattern.req.patientLastName", "The patient's last name is malformed.", 400, True),
    ("015", "Pattern.req.patientFirstName", "The patient's first name is malformed.", 400, True),
    ("016", "Pattern.req.memberId", "The member id is malformed.", 400, True),
    ("017", "NotNull.req.attachmentIds", "The list of attachment ids is missing.", 400, True),
    ("018", "Pattern.req.attachmentId", "An attachment id is malformed.", 400, True),
    ("021", "Missing.req.header.authorization", "The Authorization header is missing.", 401, True),
    (
        "022",
        "Missing.req.header.userInfo",
        "The gateway's user-info header is missing.",
        401,
        False,
    ),
    (
        "112",
        "Attachments.req.memberMetadata.missing",
        "Member data is given only in part.",
        400,
        True,
    ),
)

_ATTACHMENT_ERRORS = (
    (
        "101",
        "Attachment.req.addFile.attachmentClosed",
        "A closed attachment takes no further file.",
        409,
        False,
    ),
    (
        "102",
        "Attachment.req.addFile.attachmentArchived",
        "An archived attachment takes no further file.",
        409,
        False,
    ),
    (
        "105",
        "Attachment.req.attachments.find.multiple",
        "Several attachments match where one should.",
        400,
        False,
    ),
    (
        "106",
        "Attachment.req.comprehensive.timeout",
        "Creating the attachment took too long.",
        504,
        False,
    ),
    (
        "107",
        "Attachment.req.deleteFile.fileNotFound",
        "The file to delete is not in the attachment.",
        404,
        False,
    ),
    (
        "108",
        "Attachment.req.deleteFile.attachmentClosed",
        "A closed attachment gives up no file.",
        409,
        False,
    ),
    (
        "109",
        "Attachment.req.deleteFile.attachmentArchived",
        "An archived attachment gives up no file.",
        409,
        False,
    ),
    (
        "110",
        "Attachment.req.complete.claimId.mismatch",
        "The attachment belongs to another claim id.",
        400,
        False,
    ),
    (
        "111",
        "Attachments.req.searchAttachments.containerMismatch",
        "The ids belong to different attachments.",
        400,
        True,
    ),
    (
        "200",
        "DataService.attachments.find.retryExhausted",
        "The attachment could not be read in time.",
        504,
        False,
    ),
    ("201", "DataService.attachments.find.notFound", "No attachment has this id.", 404, True),
)

# Codes 400 to 409 are of the file service and no HTTP statuses (C58).
_SERVICE_ERRORS = (
    ("001", "Service.genericError", "The service failed unexpectedly.", 500, False),
    ("300", "UserAccess.policy.notfound", "No access policy exists for the caller.", 403, True),
    ("301", "UserAccess.policy.missingrequired", "The caller lacks a required policy.", 403, False),
    ("302", "UserAccess.permission.denied", "The caller's policies do not permit this.", 403, True),
    ("400", "FileManagement.service.error", "The file service failed.", 502, False),
    ("401", "FileManagement.fileId.error", "The file service refuses the file id.", 502, False),
    (
        "402",
        "FileManagement.response.parse.failed",
        "The file service's answer cannot be parsed.",
        502,
        False,
    ),
    ("403", "FileManagement.upload.failed", "The file service did not store the file.", 502, False),
    (
        "404",
        "FileManagement.download.failed",
        "The file service did not return the file.",
        502,
        False,
    ),
    (
        "405",
        "FileManagement.delete.failed",
        "The file service did not delete the file.",
        502,
        False,
    ),
    ("406", "FileManagement.list.failed", "The file service did not list its files.", 502, False),
    (
        "407",
        "FileManagement.response.validation.null",
        "The file service's answer is null.",
        502,
        False,
    ),
    (
        "408",
        "FileManagement.response.validation.failed",
        "The file service's answer is invalid.",
        502,
        False,
    ),
    (
        "409",
        "FileManagement.list.tags",
        "The file service did not return the file's tags.",
        502,
        False,
    ),
)

DENTAL_ERRORS = tuple(
    DentalError(f"DENTATT_{number}", key, description, status, reachable)
    for number, key, description, status, reachable in (
        *_REQUEST_ERRORS,
        *_ATTACHMENT_ERRORS,
        *_SERVICE_ERRORS,
    )
)

# By key and never by text: several rows have the same text (C56, D150).
_BY_KEY = {error.key: error for error in DENTAL_ERRORS}


def canonical_code(code: str) -> str:
    """Return the code under its regular spelling: the table prints DENTAL_017 for DENTATT_017."""
    return _PRINTED_SPELLINGS.get(code, code)


def printed_code(code: str) -> str:
    """Return the spelling that the published table prints for a canonical code."""
    return next((printed for printed, known in _PRINTED_SPELLINGS.items() if known == code), code)


def error_by_key(key: str) -> DentalError | None:
    """Return the one error with this message key."""
    return _BY_KEY.get(key)


def errors_by_code(code: str) -> tuple[DentalError, ...]:
    """Return the errors with this code in either spelling; the placeholder stands for three."""
    return tuple(error for error in DENTAL_ERRORS if error.code == canonical_code(code))
