"""Generate uploads of the supported kinds and the metadata that describes them."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import product

from hypothesis import strategies as st

from harness.codes.media_types import media_type_of_kind
from harness.errors import InvalidArgument
from harness.files.samples import KINDS, sample
from harness.files.upload import Upload
from harness.jsonvalue import Json
from harness.products.dental.strategies.values import procedure_lists, tooth_lists
from harness.strategies.dates import service_dates
from harness.strategies.identifiers import check_sizes

MOST_FILES = 10
# A space and a letter beyond ASCII: both are common in names that people give.
_STEMS = ("xray", "chart", "narrative letter", "r\u00f6ntgen")


def files(*, kinds: Sequence[str] | None = None) -> st.SearchStrategy[Upload]:
    """Generate one valid file under a fitting name, of any or of the given kinds."""
    return st.sampled_from(_choices(tuple(KINDS if kinds is None else kinds)))


def uploads(
    *, min_size: int = 1, max_size: int = MOST_FILES, kinds: Sequence[str] | None = None
) -> st.SearchStrategy[tuple[Upload, ...]]:
    """Generate valid files with distinct names; ask for 0 or for 11 to break the limits."""
    # A typing error in a size would otherwise build gigabytes.
    check_sizes(min_size, max_size, most=100)
    return st.lists(files(kinds=kinds), min_size=min_size, max_size=max_size).map(_numbered)


def file_metadata(uploads: Sequence[Upload]) -> st.SearchStrategy[list[dict[str, Json]]]:
    """Generate the Image Intelligence entry of each upload, in the same order."""
    # A tuple of strategies and no list: entry and file must stay in step.
    return st.tuples(*(_entries(upload) for upload in uploads)).map(list)


def _entries(upload: Upload) -> st.SearchStrategy[dict[str, Json]]:
    return st.fixed_dictionaries(
        {
            "fileName": st.just(upload.file_name),
            "mimeType": st.just(upload.media_type),
            "procedureCodes": procedure_lists(max_size=3),
            "serviceDate": service_dates(),
            "toothNumbers": tooth_lists(max_size=4),
        }
    )


@cache
def _choices(kinds: tuple[str, ...]) -> tuple[Upload, ...]:
    if not kinds:
        raise InvalidArgument("no file kind to choose from.")
    return tuple(choice for kind in kinds for choice in _choices_of_kind(kind))


def _choices_of_kind(kind: str) -> tuple[Upload, ...]:
    content, media_type = sample(kind), media_type_of_kind(kind)
    names = product(_STEMS, media_type.extensions)
    return tuple(
        Upload(stem + extension, media_type.canonical, content) for stem, extension in names
    )


def _numbered(chosen: list[Upload]) -> tuple[Upload, ...]:
    return tuple(
        # The same file may be drawn twice; its number makes the name unique.
        replace(upload, file_name=_with_number(upload.file_name, number))
        for number, upload in enumerate(chosen, start=1)
    )


def _with_number(file_name: str, number: int) -> str:
    stem, dot, extension = file_name.rpartition(".")
    return f"{stem}_{number}{dot}{extension}"
