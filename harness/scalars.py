"""Give plain YAML scalars their types by YAML 1.2's JSON schema: `010`, `on` and `12:30` stay strings."""

import re

from harness.jsonvalue import Json

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)", re.ASCII)
_FLOAT = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?", re.ASCII)
_WORDS = {"": None, "null": None, "~": None, "true": True, "false": False}


def typed(text: str, *, is_plain: bool) -> Json:
    """Return what a scalar means; one that was quoted, or written as a block, is a string."""
    if not is_plain:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if len(text) <= 64 and _INTEGER.fullmatch(text):
        return int(text)
    if len(text) <= 64 and _FLOAT.fullmatch(text):
        return float(text)
    return text
