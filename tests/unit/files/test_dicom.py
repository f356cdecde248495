from io import BytesIO

import pytest

from harness.files.pictures import dicom


def test_the_magic_follows_the_preamble() -> None:
    assert dicom(text="x")[:132] == bytes(128) + b"DICM"


@pytest.mark.parametrize("size_bytes", [None, 1_000, 100_000])
def test_an_independent_reader_finds_image_and_text(size_bytes: int | None) -> None:
    pydicom = pytest.importorskip("pydicom")

    dataset = pydicom.dcmread(
        BytesIO(dicom(text="Synthetic é", width=3, height=3, size_bytes=size_bytes))
    )

    assert dataset.SOPClassUID.name == "Secondary Capture Image Storage"
    assert dataset.file_meta.TransferSyntaxUID.name == "Explicit VR Little Endian"
    assert (dataset.Rows, dataset.Columns, len(dataset.PixelData)) == (3, 3, 10)
    assert dataset.ImageComments == "Synthetic é"
    assert dataset.PatientID == "SYNTHETIC"
