import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.codes.media_types import MEDIA_TYPES
from harness.errors import InvalidArgument
from harness.files.samples import KINDS, SYNTHETIC_TEXT, sample, sample_upload
from harness.files.sniff import sniff


def test_every_supported_type_has_a_sample() -> None:
    assert sorted(KINDS) == sorted(each.kind for each in MEDIA_TYPES)


@pytest.mark.parametrize("kind", KINDS)
def test_a_sample_is_sniffed_as_its_own_type(kind: str) -> None:
    upload = sample_upload(kind)

    assert sniff(upload.content) == upload.media_type


@pytest.mark.parametrize("kind", KINDS)
def test_a_sample_is_the_same_every_time(kind: str) -> None:
    assert sample(kind) == sample(kind)


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"docx", "doc"}))
def test_a_sample_says_that_it_is_synthetic(kind: str) -> None:
    assert SYNTHETIC_TEXT.encode() in sample(kind)


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"dicom"}))
@given(extra=st.integers(0, 70_000))
@settings(max_examples=25)
def test_a_sample_has_exactly_the_size_asked_for(kind: str, extra: int) -> None:
    size = len(sample(kind)) + extra

    assert len(sample(kind, size_bytes=size)) == size


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"dicom"}))
@pytest.mark.parametrize("extra", [0, 1, 2, 3, 4, 254, 255, 256, 257, 65_535, 65_536, 65_537])
def test_block_boundaries_are_no_obstacle_to_an_exact_size(kind: str, extra: int) -> None:
    size = len(sample(kind)) + extra

    content = sample(kind, size_bytes=size)

    assert len(content) == size
    assert sniff(content) == sniff(sample(kind))


def test_a_dicom_file_has_an_even_size() -> None:
    assert len(sample("dicom", size_bytes=4096)) == 4096
    with pytest.raises(InvalidArgument, match="even number of bytes"):
        sample("dicom", size_bytes=4097)


@pytest.mark.parametrize("kind", KINDS)
def test_a_sample_cannot_be_smaller_than_its_format(kind: str) -> None:
    with pytest.raises(InvalidArgument, match="at least"):
        sample(kind, size_bytes=1)


def test_an_unknown_kind_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InvalidArgument, match=r"no file kind 'exe'.*bmp, jpeg"):
        sample("exe")


def test_texts_beyond_a_format_are_refused() -> None:
    with pytest.raises(InvalidArgument, match="28,000"):
        sample("doc", text="x" * 40_000)
    with pytest.raises(InvalidArgument, match="comment"):
        sample("dicom", text="x" * 10_241)


def test_an_upload_carries_a_fitting_name_unless_one_is_given() -> None:
    assert sample_upload("jpeg").file_name == "sample.jpg"
    assert sample_upload("jpeg", "xray.jpeg").file_name == "xray.jpeg"
    assert sample_upload("txt", size_bytes=100).media_type == "text/plain"
