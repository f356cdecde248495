import pytest

from harness.codes.media_types import (
    MEDIA_TYPES,
    media_type_named,
    media_type_of_file,
    media_type_of_kind,
)
from harness.errors import InvalidArgument


def test_eleven_types_share_no_name_and_no_extension() -> None:
    names = [name for each in MEDIA_TYPES for name in (each.canonical, *each.aliases)]
    extensions = [extension for each in MEDIA_TYPES for extension in each.extensions]

    assert len(MEDIA_TYPES) == 11
    assert len(set(names)) == len(names)
    assert len(set(extensions)) == len(extensions)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("image/jpg", "jpeg"),
        ("IMAGE/X-MS-BMP", "bmp"),
        ("text/plain; charset=utf-8", "txt"),
        ("text/rtf", "rtf"),
    ],
)
def test_aliases_case_and_parameters_lead_to_the_same_type(name: str, kind: str) -> None:
    assert media_type_named(name) == media_type_of_kind(kind)


@pytest.mark.parametrize(
    ("file_name", "kind"),
    [("xray.JPG", "jpeg"), ("a.b.tif", "tiff"), ("scan.dcm", "dicom"), (".pdf", "pdf")],
)
def test_the_last_extension_announces_the_type(file_name: str, kind: str) -> None:
    assert media_type_of_file(file_name) == media_type_of_kind(kind)


@pytest.mark.parametrize("file_name", ["", "pdf", "xray.", "xray.pdf.exe", "xray.pdf "])
def test_other_file_names_announce_nothing(file_name: str) -> None:
    assert media_type_of_file(file_name) is None


def test_unknown_names_have_no_type() -> None:
    assert media_type_named("application/zip") is None


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="no file kind 'zip'"):
        media_type_of_kind("zip")
