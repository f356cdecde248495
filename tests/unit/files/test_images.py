from io import BytesIO
from typing import Protocol

import pytest

from harness.files.pictures import bmp, gif, jpeg, png, tiff

image = pytest.importorskip("PIL.Image")


class ImageGenerator(Protocol):
    def __call__(
        self, *, text: str, width: int = 1, height: int = 1, size_bytes: int | None = None
    ) -> bytes: ...


GENERATORS = {"BMP": bmp, "TIFF": tiff, "JPEG": jpeg, "PNG": png, "GIF": gif}
each_format = pytest.mark.parametrize(
    ("name", "generator"), GENERATORS.items(), ids=[name.lower() for name in GENERATORS]
)


@each_format
@pytest.mark.parametrize("size", [(1, 1), (37, 19), (64, 3)], ids=["dot", "odd", "wide"])
def test_an_independent_decoder_sees_the_pixels(
    name: str, generator: ImageGenerator, size: tuple[int, int]
) -> None:
    with image.open(BytesIO(generator(text="x", width=size[0], height=size[1]))) as decoded:
        decoded.load()

        assert (decoded.format, decoded.size) == (name, size)
        assert len(set(decoded.convert("L").tobytes())) == 1


@each_format
@pytest.mark.parametrize("size_bytes", [1_000, 1_001, 70_001])
def test_padded_images_still_decode(name: str, generator: ImageGenerator, size_bytes: int) -> None:
    with image.open(BytesIO(generator(text="Synthetic", size_bytes=size_bytes))) as decoded:
        decoded.load()

        assert decoded.format == name


@pytest.mark.parametrize("text", ["", "abc", "abcd", "x" * 600])
def test_a_tiff_describes_itself(text: str) -> None:
    with image.open(BytesIO(tiff(text=text))) as decoded:
        assert decoded.tag_v2[270] == text


@pytest.mark.parametrize("length", [1, 255, 256, 600])
def test_a_gif_carries_its_comment(length: int) -> None:
    with image.open(BytesIO(gif(text="x" * length))) as decoded:
        assert decoded.info["comment"] == b"x" * length
