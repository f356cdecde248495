"""Judge what a dental call sends in the order of the reference: the claim field by field, then files and their metadata."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from harness.codes.dates import is_iso_date
from harness.codes.identifiers import is_npi, is_tax_id, is_ten_digits
from harness.codes.media_types import ANY_BINARY, media_type_named
from harness.files.sniff import sniff
from harness.jsonvalue import Json, members, text
from harness.mock.body import Part, essence_of
from harness.mock.fault import ActiveFaults
from harness.mock.settings import Client
from harness.mock.shapes import Rule, first_broken, is_given, is_text, optional
from harness.products.dental.mock.tolerances import TAX_ID_PRINTED

# Exactly five letters or digits (D110).
_PAYER_ID = re.compile(r"[A-Za-z0-9]{5}")
MEMBER_FIELDS = ("memberId", "patientLastName", "patientFirstName", "patientDateOfBirth")
MEMBER_DATA_MISSING = "Attachments.req.memberMetadata.missing"
PERMISSION_DENIED = "UserAccess.permission.denied"
_TAX_ID = "billingProviderTaxId"


def _at_most(longest: int) -> Callable[[Json], bool]:
    return optional(lambda text: is_text(text, longest=longest))


FIELDS: Mapping[str, tuple[Rule, ...]] = {
    # In the order of the published table, which is the order in which errors are listed.
    "claimId": (
        Rule("Required.req.claimId", is_given, "claim-id-requirement-unchecked"),
        Rule("Pattern.req.claimId", _at_most(50), "claim-id-length-unchecked"),
    ),
    "payerId": (
        Rule("Required.req.payerId", is_given, "payer-id-requirement-unchecked"),
        Rule(
            "Pattern.req.payerId",
            optional(lambda text: _PAYER_ID.fullmatch(text) is not None),
            "payer-id-pattern-unchecked",
        ),
    ),
    "memberId": (Rule("Pattern.req.memberId", _at_most(50), "member-id-pattern-unchecked"),),
    "providerNPI": (
        Rule("Required.req.providerNpi", is_given, "npi-requirement-unchecked"),
        Rule("Pattern.req.providerNpi", optional(is_ten_digits), "npi-digits-unchecked"),
        Rule(
            "Checksum.req.providerNpi",
            # The check digit is judged where there are ten digits: else the form is blamed (D113).
            optional(lambda text: is_npi(text) or not is_ten_digits(text)),
            "npi-checksum-unchecked",
        ),
    ),
    "submitterId": (
        Rule("Required.req.submitterId", is_given, "submitter-requirement-unchecked"),
        Rule("Pattern.req.submitterId", _at_most(50), ""),
    ),
    "dateOfService": (
        Rule("Required.req.dateOfService", is_given, "service-date-requirement-unchecked"),
        Rule("Pattern.req.dateOfService", optional(is_iso_date), "service-date-format-unchecked"),
    ),
    "patientLastName": (
        Rule("Pattern.req.patientLastName", _at_most(75), "last-name-pattern-unchecked"),
    ),
    "patientFirstName": (
        Rule("Pattern.req.patientFirstName", _at_most(50), "first-name-pattern-unchecked"),
    ),
    "patientDateOfBirth": (
        Rule("Pattern.req.patientDateOfBirth", optional(is_iso_date), "birth-date-unchecked"),
    ),
    "billingProviderTaxId": (
        Rule("Required.req.billingProviderTaxId", is_given, "tax-id-requirement-unchecked"),
        Rule("Pattern.req.billingProviderTaxId", optional(is_tax_id), "tax-id-format-unchecked"),
    ),
}


def broken_rules(claim: Mapping[str, Json], faults: ActiveFaults) -> tuple[str, ...]:
    """Return the message keys of every field that breaks a rule, one a field, in field order.

    The reference requires each of the four member fields; the one code it has for their absence
    also covers the absence of all four.
    """
    keys = []
    for name, rules in FIELDS.items():
        key = first_broken(rules, _meant(name, claim, faults), faults)
        # C43: the table requires each, the one code calls them all or none.
        if name in MEMBER_FIELDS and _is_missing(claim.get(name), faults):
            key = MEMBER_DATA_MISSING
        if key is not None and key not in keys:
            keys.append(key)
    return tuple(keys)


def denied(claim: Mapping[str, Json], client: Client, faults: ActiveFaults) -> bool:
    """Return whether a claim names a submitter or a tax id that the client is not entitled to."""
    submitter, tax_id = claim.get("submitterId"), _meant(_TAX_ID, claim, faults)
    foreign_submitter = is_given(submitter) and submitter not in client.submitter_ids
    foreign_tax_id = is_given(tax_id) and tax_id not in client.tax_ids
    return (foreign_submitter and "foreign-submitter-accepted" not in faults) or (
        foreign_tax_id and "foreign-tax-id-accepted" not in faults
    )


def _meant(name: str, claim: Mapping[str, Json], faults: ActiveFaults) -> Json:
    value = claim.get(name)
    if name != _TAX_ID or TAX_ID_PRINTED not in faults or not isinstance(value, str):
        return value
    # 12-3456789 is how forms print an employer id.
    return value[:2] + value[3:] if value[2:3] == "-" else value


def _is_missing(value: Json, faults: ActiveFaults) -> bool:
    return not is_given(value) and "member-data-completeness-unchecked" not in faults


MOST_FILES = 10
# The document lists them; as content they are texts and not DICOM files.
_DICOM_AS_TEXT = ("application/dicom+json", "application/dicom+xml")
# The published patterns demand exactly two entries and forbid the blank of their own examples;
# these are what they must mean.
_PROCEDURE_CODES = re.compile(r"[A-Za-z0-9]{1,25}(, *[A-Za-z0-9]{1,25})*")
_LONG_PROCEDURE_CODES = re.compile(r"[A-Za-z0-9]+(, *[A-Za-z0-9]+)*")
_TOOTH_NUMBERS = re.compile(r"[A-Za-z0-9]{1,2}(, *[A-Za-z0-9]{1,2})*")
_COMPARISONS = ("metadata-file-name-unchecked", "metadata-media-type-unchecked")
_NUMERIC_LIST = re.compile(r"[0-9, ]*")


def broken_file_rules(files: Sequence[Part], faults: ActiveFaults) -> tuple[str, ...]:
    """Return the message keys of what is wrong with the files, at most one."""
    # One less: a bound that is off by one.
    most = MOST_FILES - 1 if "ten-files-refused" in faults else MOST_FILES
    if not files:
        return () if "no-files-accepted" in faults else ("Required.req.files",)
    if len(files) > most and "eleven-files-accepted" not in faults:
        return ("Size.req.files",)
    if not all(is_file_name(file.filename) for file in files):
        return ("Name.req.files",)
    if not all(is_supported(file, faults) for file in files):
        return ("Type.req.files",)
    return ()


def is_file_name(name: Json) -> bool:
    """Return whether a file name is a plain one: 1 to 255 characters, none of them a control."""
    return is_given(name) and is_text(name, longest=255)


def is_supported(file: Part, faults: ActiveFaults) -> bool:
    """Return whether the content is of one of the eleven types, and of the one it is said to be."""
    # By its content, since the declared type is the caller's word alone.
    found = media_type_named(sniff(file.content) or "")
    if found is None:
        return "unsupported-type-accepted" in faults
    if f"{found.kind}-refused" in faults:
        return False
    declared = file.media_type
    # No claim was made, so none can be false.
    if declared in ("", ANY_BINARY):
        return True
    if declared in _DICOM_AS_TEXT:
        return found.kind in ("dicom", "txt")
    return media_type_named(declared) == found or "disguised-type-accepted" in faults


def broken_metadata_rules(
    metadata: Json, files: Sequence[Part], faults: ActiveFaults
) -> tuple[str, ...]:
    """Return the message keys of what is wrong with the file metadata, one for each member."""
    entries = [members(item) for item in metadata] if isinstance(metadata, list) else []
    # An entry that is no object reads as an empty one.
    if not entries or not all(entries):
        return () if "file-metadata-unrequired" in faults else ("Required.req.fileMetadata",)
    keys = [
        key
        for name, rules in _entry_rules(faults).items()
        if (key := _first_broken_in(entries, name, rules, faults)) is not None
    ]
    # Only of well-formed entries can it be said which file they mean.
    if not keys and not _describes(entries, files, faults):
        keys.append("Match.req.fileMetadata")
    return tuple(keys)


def _entry_rules(faults: ActiveFaults) -> Mapping[str, tuple[Rule, ...]]:
    codes = _LONG_PROCEDURE_CODES if "long-procedure-code-accepted" in faults else _PROCEDURE_CODES
    return {
        "fileName": (Rule("Pattern.req.fileMetadata.fileName", is_file_name, ""),),
        "mimeType": (Rule("Pattern.req.fileMetadata.mimeType", is_given, ""),),
        "procedureCodes": (
            Rule(
                "Pattern.req.fileMetadata.procedureCodes",
                lambda value: isinstance(value, str) and codes.fullmatch(value) is not None,
                "procedure-codes-unchecked",
            ),
        ),
        "serviceDate": (
            Rule(
                "Pattern.req.fileMetadata.serviceDate",
                lambda value: isinstance(value, str) and is_iso_date(value),
                "metadata-date-unchecked",
            ),
        ),
        "toothNumbers": (
            Rule(
                "Pattern.req.fileMetadata.toothNumbers",
                lambda value: (
                    isinstance(value, str) and _TOOTH_NUMBERS.fullmatch(value) is not None
                ),
                "tooth-numbers-unchecked",
            ),
            Rule(
                "Pattern.req.fileMetadata.toothNumbers",
                lambda value: not _is_lettered(value),
                "tooth-letters-accepted",
            ),
        ),
    }


def _is_lettered(value: Json) -> bool:
    """Return whether an otherwise good list of teeth holds letters, which image intelligence refuses."""
    return (
        isinstance(value, str)
        and _TOOTH_NUMBERS.fullmatch(value) is not None
        and not _NUMERIC_LIST.fullmatch(value)
    )


def _first_broken_in(
    entries: Sequence[Mapping[str, Json]], name: str, rules: tuple[Rule, ...], faults: ActiveFaults
) -> str | None:
    keys = (first_broken(rules, entry.get(name), faults) for entry in entries)
    return next((key for key in keys if key is not None), None)


def _describes(
    entries: Sequence[Mapping[str, Json]], files: Sequence[Part], faults: ActiveFaults
) -> bool:
    """Return whether there is one entry for each file, with its name and media type, in any order."""
    if len(entries) != len(files):
        return "metadata-count-unchecked" in faults
    # Parameters of a media type do not make it another type.
    said = [(text(entry["fileName"]), essence_of(text(entry["mimeType"]))[0]) for entry in entries]
    sent = [(file.filename, file.media_type) for file in files]
    compared = [index for index, fault in enumerate(_COMPARISONS) if fault not in faults]
    # A multiset: two files may have one name, and their order is free (D090).
    return Counter(_picked(said, compared)) == Counter(_picked(sent, compared))


def _picked(
    pairs: Sequence[tuple[str | None, str]], indices: Sequence[int]
) -> list[tuple[str | None, ...]]:
    return [tuple(pair[index] for index in indices) for pair in pairs]
