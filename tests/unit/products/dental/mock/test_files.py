import pytest

from harness.files.samples import KINDS, sample_upload
from harness.jsonvalue import Json
from harness.mock.body import Part
from harness.mock.fault import ActiveFaults
from harness.products.dental.mock.rules import broken_file_rules, broken_metadata_rules
from tests.integration.mock_api import metadata_of

PNG = sample_upload("png", "tooth.png")


def part(name: str, content: bytes, content_type: str) -> Part:
    return Part("files", name, content_type, content)


def png(name: str = "tooth.png", content_type: str = "image/png") -> Part:
    return part(name, PNG.content, content_type)


@pytest.mark.parametrize("kind", KINDS)
def test_each_of_the_eleven_kinds_is_taken(kind: str, no_faults: ActiveFaults) -> None:
    upload = sample_upload(kind)
    file = part(upload.file_name, upload.content, upload.media_type)

    assert broken_file_rules([file], no_faults) == ()


@pytest.mark.parametrize("content_type", ["", "application/octet-stream", "IMAGE/PNG; q=1"])
def test_a_kind_may_go_under_a_general_name(content_type: str, no_faults: ActiveFaults) -> None:
    assert broken_file_rules([png(content_type=content_type)], no_faults) == ()


@pytest.mark.parametrize(
    "content",
    [b"", b"MZ\x90\0", b"PK\x03\x04rest", b"\x00\x00\x00\x18ftypmp42", b"\x7fELF\2"],
    ids=["empty", "exe", "zip", "mp4", "elf"],
)
def test_any_other_content_is_refused(content: bytes, no_faults: ActiveFaults) -> None:
    file = part("a.png", content, "application/octet-stream")

    assert broken_file_rules([file], no_faults) == ("Type.req.files",)


@pytest.mark.parametrize("content_type", ["image/gif", "text/html", "video/mp4", "nonsense"])
def test_content_of_another_kind_than_it_claims_is_refused(
    content_type: str, no_faults: ActiveFaults
) -> None:
    assert broken_file_rules([png(content_type=content_type)], no_faults) == ("Type.req.files",)


@pytest.mark.parametrize("name", ["", " ", "a\nb", "x" * 256, "\0"])
def test_a_file_name_is_a_plain_one(name: str, no_faults: ActiveFaults) -> None:
    assert broken_file_rules([png(name)], no_faults) == ("Name.req.files",)


@pytest.mark.parametrize(("count", "keys"), [(1, ()), (10, ()), (11, ("Size.req.files",))])
def test_one_to_ten_files_are_taken(
    count: int, keys: tuple[str, ...], no_faults: ActiveFaults
) -> None:
    assert broken_file_rules([png()] * count, no_faults) == keys


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"fileName": None}, "fileName"),
        ({"mimeType": 5}, "mimeType"),
        ({"procedureCodes": "D0220,,D0230"}, "procedureCodes"),
        ({"procedureCodes": "D" * 26}, "procedureCodes"),
        ({"procedureCodes": ["D0220"]}, "procedureCodes"),
        ({"serviceDate": "2026-02-30"}, "serviceDate"),
        ({"toothNumbers": "114"}, "toothNumbers"),
        ({"toothNumbers": "14;16"}, "toothNumbers"),
        ({"toothNumbers": "AS"}, "toothNumbers"),
        ({"toothNumbers": 14}, "toothNumbers"),
    ],
)
def test_a_malformed_member_of_the_metadata_is_named(
    changes: dict[str, Json], key: str, no_faults: ActiveFaults
) -> None:
    metadata = metadata_of([("tooth.png", PNG.content, "image/png")], changes)

    keys = broken_metadata_rules(metadata, [png()], no_faults)

    assert keys in (
        (f"Pattern.req.fileMetadata.{key}",),
        ("Match.req.fileMetadata",) if key == "mimeType" else (),
    )


@pytest.mark.parametrize("metadata", [None, [], {}, "x", [1], [{}], [None]])
def test_metadata_is_an_array_of_objects(metadata: Json, no_faults: ActiveFaults) -> None:
    keys = broken_metadata_rules(metadata, [png()], no_faults)

    assert keys == ("Required.req.fileMetadata",)


@pytest.mark.parametrize("teeth", ["1", "01", "14,16", "14, 16", "51,82"])
def test_teeth_are_numbers_with_or_without_a_blank_between(
    teeth: str, no_faults: ActiveFaults
) -> None:
    metadata = metadata_of([("tooth.png", PNG.content, "image/png")], {"toothNumbers": teeth})

    assert broken_metadata_rules(metadata, [png()], no_faults) == ()


def test_metadata_swapped_between_two_files_does_not_match(no_faults: ActiveFaults) -> None:
    metadata = metadata_of([("a.png", b"", "image/gif"), ("b.gif", b"", "image/png")])

    keys = broken_metadata_rules(metadata, [png("a.png"), png("b.gif", "image/gif")], no_faults)

    assert keys == ("Match.req.fileMetadata",)
