"""Sort the formats that a document names by whether and how they are checked."""

from dataclasses import dataclass

from harness.jsonvalue import members, text
from harness.openapi.formats import BITS, FORMATS, OPEN_FORMATS, Formats
from harness.openapi.model import Api
from harness.openapi.references import index_of
from harness.openapi.structure import Kind


@dataclass(frozen=True, slots=True)
class FormatsUsed:
    """The formats that a document names, each once and in order."""

    asserting: tuple[str, ...]
    """A value that breaks one of these is wrong."""
    warning: tuple[str, ...]
    """A value that breaks one of these is reported as a warning."""
    unchecked: tuple[str, ...]
    """Nobody looks at these: unknown, or switched off."""


def formats_used(api: Api) -> FormatsUsed:
    """Sort the formats of a document's schemas by what becomes of a value that breaks them."""
    schemas = (node.value for node in index_of(api.root).nodes if node.kind is Kind.SCHEMA)
    found = {text(members(schema).get("format")) for schema in schemas}
    # A format may be any text; only what can be printed in a line is worth naming.
    names = sorted(name for name in found if name.isprintable() and 0 < len(name) <= 60)
    asserting = set() if api.formats is Formats.NONE else {*FORMATS, *BITS}
    if api.formats is Formats.ALL:
        asserting |= set(OPEN_FORMATS)
    warning = set(OPEN_FORMATS) if api.formats is Formats.STANDARD else set()
    return FormatsUsed(
        tuple(name for name in names if name in asserting),
        tuple(name for name in names if name in warning),
        tuple(name for name in names if name not in asserting | warning),
    )
