"""Judge the files of a dental call and the metadata that image intelligence wants with them."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from harness.codes.dates import is_iso_date
from harness.codes.media_types import ANY_BINARY, media_type_named
from harness.files.sniff import sniff
from harness.jsonvalue import Json, members, text
from harness.mock.body import essence_of
from harness.mock.fault import ActiveFaults
from harness.mock.form import Part
from harness.mock.rules import Rule, first_broken, is_given, is_text

MOST_FILES = 10
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
    found = media_type_named(sniff(file.content) or "")
    if found is None:
        return "unsupported-type-accepted" in faults
    if f"{found.kind}-refused" in faults:
        return False
    declared = file.media_type
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
    if not entries or not all(entries):
        return () if "file-metadata-unrequired" in faults else ("Required.req.fileMetadata",)
    keys = [
        key
        for name, rules in _entry_rules(faults).items()
        if (key := _first_broken_in(entries, name, rules, faults)) is not None
    ]
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
    said = [(text(entry["fileName"]), essence_of(text(entry["mimeType"]))[0]) for entry in entries]
    sent = [(file.filename, file.media_type) for file in files]
    compared = [index for index, fault in enumerate(_COMPARISONS) if fault not in faults]
    return Counter(_picked(said, compared)) == Counter(_picked(sent, compared))


def _picked(
    pairs: Sequence[tuple[str | None, str]], indices: Sequence[int]
) -> list[tuple[str | None, ...]]:
    return [tuple(pair[index] for index in indices) for pair in pairs]
