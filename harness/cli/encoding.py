"""Read and write UTF-8 whatever the machine is set to."""

import os
import sys

_MODE = "PYTHONUTF8"


def ensure_utf8() -> None:
    """Start this process again in UTF-8 mode where Python reads names in another encoding (PEP 540).

    Otherwise a folder called `ü` breaks under another locale what holds its path: the record, the
    reports, a document that is named again later.
    """
    is_utf8 = sys.getfilesystemencoding().lower() in ("utf-8", "utf8")
    has_tried = os.environ.get(_MODE) == "1"
    if is_utf8 or has_tried or sys.flags.ignore_environment:
        return
    os.execve(sys.executable, sys.orig_argv, {**os.environ, _MODE: "1"})  # noqa: S606 ourselves again
