"""Keep what Hypothesis stores for itself out of the user's working directory."""

from functools import cache
from tempfile import TemporaryDirectory

from hypothesis.configuration import set_hypothesis_home_dir


@cache
def use_scratch_folder() -> "TemporaryDirectory[str]":
    """Give Hypothesis a folder that ends with the process; to be called before the first draw."""
    folder = TemporaryDirectory(prefix="harness-", ignore_cleanup_errors=True)
    set_hypothesis_home_dir(folder.name)
    return folder
