"""Let Hypothesis draw by strategy and seed alone, and keep its own files out of the user's folder."""

import gzip
import json
from collections.abc import Mapping, Sequence
from functools import cache
from os import getpid
from tempfile import TemporaryDirectory

from hypothesis.configuration import set_hypothesis_home_dir
from hypothesis.internal.charmap import charmap_file
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

from harness.scratch import sweep

_ENCODABLE: Mapping[str, Sequence[tuple[int, int]]] = {
    "utf-8": ((0, 0xD7FF), (0xE000, 0x10FFFF)),
    "ascii": ((0, 0x7F),),
}
"""The code points of each codec: all but surrogates (RFC 3629, section 3), and seven bits."""


@cache
def prepare_drawing() -> "TemporaryDirectory[str]":
    """Set Hypothesis up for this process; to be called before the first draw.

    Its folder ends with the process. Of its own accord it also reads every loaded module that does
    not lie below site-packages and draws one value in twenty from the constants found there: data
    would then differ between a checkout and an installed wheel, and with whatever else is imported.
    """
    sweep()
    prefix = f"harness-drawing-{getpid()}-"
    folder = TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True)
    set_hypothesis_home_dir(folder.name)
    _state_codecs()
    _mine_no_constants()
    return folder


def _state_codecs() -> None:
    # Hypothesis encodes each of 1,114,112 code points to learn this, unless its folder says so.
    for name, intervals in _ENCODABLE.items():
        file = charmap_file(f"codec-v2-{name}")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(gzip.compress(json.dumps([intervals, []]).encode(), mtime=0))


def _mine_no_constants() -> None:
    # There is no setting for it (6.170); a backend of one's own would not do: after a failure and
    # for mutations Hypothesis goes back to its own provider, and repeats the failing request for it.
    own = providers.HypothesisProvider
    own._local_constants = Constants()  # type: ignore[method-assign,assignment]  # in place of what it would read
    providers.CONSTANTS_CACHE.cache.clear()
