from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.codes.dates import is_iso_date
from harness.codes.media_types import media_type_named, media_type_of_file
from harness.errors import InvalidArgument
from harness.files.sniff import sniff
from harness.files.upload import Upload
from harness.jsonvalue import text
from harness.products.dental.strategies.files import file_metadata, files, uploads


@given(files())
def test_name_media_type_and_content_of_a_file_agree(upload: Upload) -> None:
    assert sniff(upload.content) == upload.media_type
    assert media_type_of_file(upload.file_name) == media_type_named(upload.media_type)


@given(uploads())
def test_uploads_are_one_to_ten_with_distinct_names(chosen: tuple[Upload, ...]) -> None:
    assert 1 <= len(chosen) <= 10
    assert len({upload.file_name for upload in chosen}) == len(chosen)


@given(uploads(min_size=11, max_size=11, kinds=("pdf", "txt")))
def test_uploads_can_break_the_limit_on_request(chosen: tuple[Upload, ...]) -> None:
    assert len(chosen) == 11
    assert {upload.media_type for upload in chosen} <= {"application/pdf", "text/plain"}


@pytest.mark.parametrize("kinds", [(), ("exe",)], ids=["none", "unknown"])
def test_impossible_kinds_are_refused(kinds: Sequence[str]) -> None:
    with pytest.raises(InvalidArgument, match="no file kind"):
        files(kinds=kinds)


@pytest.mark.parametrize(("least", "most"), [(-1, 1), (2, 1), (1, 101)])
def test_impossible_numbers_of_files_are_refused(least: int, most: int) -> None:
    with pytest.raises(InvalidArgument, match="within 0 to 100"):
        uploads(min_size=least, max_size=most)


@given(st.data())
def test_metadata_describes_each_upload_in_order(data: st.DataObject) -> None:
    chosen = data.draw(uploads(max_size=3))

    entries = data.draw(file_metadata(chosen))

    assert [entry["fileName"] for entry in entries] == [upload.file_name for upload in chosen]
    assert [entry["mimeType"] for entry in entries] == [upload.media_type for upload in chosen]
    assert all(is_iso_date(text(entry["serviceDate"])) for entry in entries)
    assert all(entry["toothNumbers"] and entry["procedureCodes"] for entry in entries)
