"""Faults in what the dental API refuses: rules that are not kept, and one too many."""

from harness.codes.media_types import MEDIA_TYPES
from harness.mock.fault import Fault

AREA = "dental"
_TYPE_REQUIREMENTS = {
    "bmp": "D026",
    "jpeg": "D027",
    "tiff": "D028",
    "png": "D029",
    "pdf": "D030",
    "txt": "D031",
    "doc": "D032",
    "docx": "D032",
    "dicom": "D033",
    "gif": "D034",
    "rtf": "D035",
}


def _unchecked(name: str, breaks: str, what: str) -> Fault:
    return Fault(name, AREA, breaks, f"Accepts {what}.")


_RULES = (
    _unchecked("submitter-requirement-unchecked", "D102", "a claim without submitter id"),
    _unchecked("tax-id-requirement-unchecked", "D103", "a claim without tax id"),
    _unchecked("tax-id-format-unchecked", "D104", "a malformed tax id"),
    _unchecked("claim-id-requirement-unchecked", "D107", "a claim without claim id"),
    _unchecked("claim-id-length-unchecked", "D108", "a claim id of 51 characters"),
    _unchecked("payer-id-requirement-unchecked", "D109", "a claim without payer id"),
    _unchecked("payer-id-pattern-unchecked", "D110", "a payer id of other than five characters"),
    _unchecked("npi-requirement-unchecked", "D111", "a claim without NPI"),
    _unchecked("npi-checksum-unchecked", "D112", "an NPI with a wrong check digit"),
    _unchecked("npi-digits-unchecked", "D113", "an NPI of other than ten digits"),
    _unchecked("service-date-requirement-unchecked", "D114", "a claim without date of service"),
    _unchecked("service-date-format-unchecked", "D115", "a malformed date of service"),
    _unchecked("birth-date-unchecked", "D116", "a malformed birth date"),
    _unchecked("last-name-pattern-unchecked", "D117", "a last name of 76 characters"),
    _unchecked("first-name-pattern-unchecked", "D118", "a first name of 51 characters"),
    _unchecked("member-id-pattern-unchecked", "D119", "a member id of 51 characters"),
    _unchecked("member-data-completeness-unchecked", "D133", "member data given in part"),
    _unchecked("attachment-ids-requirement-unchecked", "D120", "a search without ids"),
    _unchecked("attachment-id-pattern-unchecked", "D121", "a malformed attachment id"),
    _unchecked("containers-mixed", "D132", "a search across two containers"),
    _unchecked("unknown-id-overlooked", "D135", "an attachment id that does not exist"),
    _unchecked("policies-unchecked", "D136", "calls by a client without the dental product"),
    _unchecked("foreign-attachment-readable", "D138", "a search for another's attachment"),
    _unchecked("foreign-submitter-accepted", "D050", "a foreign submitter id"),
    _unchecked("foreign-tax-id-accepted", "D051", "a foreign tax id"),
    _unchecked("roles-unchecked", "D074", "searches by providers and uploads by payers"),
    _unchecked("healthcheck-open", "D009", "a healthcheck without a token"),
    _unchecked("unsupported-type-accepted", "D036", "files of any type"),
    _unchecked("disguised-type-accepted", "D036", "files of another type than they claim"),
    _unchecked("no-files-accepted", "D037", "a call without files"),
    _unchecked("eleven-files-accepted", "D038", "more than ten files"),
    _unchecked("empty-id-list-accepted", "D065", "an empty list of ids"),
    _unchecked("eleven-ids-accepted", "D064", "more than ten ids"),
    _unchecked("file-metadata-unrequired", "D083", "image intelligence without metadata"),
    _unchecked("metadata-count-unchecked", "D090", "fewer metadata entries than files"),
    _unchecked("metadata-file-name-unchecked", "D091", "metadata for another file name"),
    _unchecked("metadata-media-type-unchecked", "D092", "metadata for another media type"),
    _unchecked("procedure-codes-unchecked", "D093", "malformed procedure codes"),
    _unchecked("long-procedure-code-accepted", "D094", "a procedure code of 26 characters"),
    _unchecked("metadata-date-unchecked", "D095", "a malformed service date in the metadata"),
    _unchecked("tooth-numbers-unchecked", "D096", "malformed tooth numbers"),
    _unchecked("tooth-letters-accepted", "D097", "tooth numbers that are letters"),
)
_REFUSALS = (
    Fault("ten-files-refused", AREA, "D038", "Refuses ten files."),
    Fault("ten-ids-refused", AREA, "D064", "Refuses ten ids."),
    Fault("bare-ids-refused", AREA, "D068", "Refuses ids without prefix."),
    Fault("control-number-refused", AREA, "D067", "Refuses control numbers in a search."),
    Fault("error-echoes-patient", AREA, "D060", "A refusal repeats the patient's last name."),
    *(
        Fault(
            f"{media_type.kind}-refused",
            AREA,
            _TYPE_REQUIREMENTS[media_type.kind],
            f"Refuses {media_type.kind}.",
        )
        for media_type in MEDIA_TYPES
    ),
)

FAULTS = (*_RULES, *_REFUSALS)
