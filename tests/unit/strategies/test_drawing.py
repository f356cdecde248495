"""What Hypothesis is told instead of finding it out at each start."""

import gzip
import json

import pytest
from hypothesis.internal.charmap import charmap_file, intervals_from_codec

from harness.strategies.drawing import prepare_drawing


@pytest.mark.parametrize("codec", ["utf-8", "ascii"])
def test_hypothesis_reads_which_characters_a_codec_has(codec: str) -> None:
    prepare_drawing()

    stated, lossy = json.loads(gzip.decompress(charmap_file(f"codec-v2-{codec}").read_bytes()))
    encodable, _ = intervals_from_codec(codec)
    assert tuple(map(tuple, stated)) == encodable.intervals
    assert lossy == []


@pytest.mark.parametrize("codec", ["utf-8", "ascii"])
def test_the_bounds_are_those_of_the_codec(codec: str) -> None:
    prepare_drawing()
    encodable, _ = intervals_from_codec(codec)

    for first, last in encodable.intervals:
        chr(first).encode(codec)
        chr(last).encode(codec)
        for outside in (first - 1, last + 1):
            if 0 <= outside <= 0x10FFFF:
                with pytest.raises(UnicodeEncodeError):
                    chr(outside).encode(codec)
