"""Look into a parsed OpenAPI document by pointer, through its references, and note what is broken."""

import re
from dataclasses import dataclass, field

from harness.document import Document
from harness.errors import DocumentError
from harness.jsonvalue import MISSING, Json, items, lookup, members, text
from harness.openapi.model import Defect, DefectKind
from harness.openapi.references import index_of
from harness.openapi.structure import Version, version_of

_VARIABLE = re.compile(r"\{([^{}]*)\}")
_SECTIONS = {
    Version.V2_0: ("paths",),
    Version.V3_0: ("paths",),
    Version.V3_1: ("paths", "components", "webhooks"),
    Version.V3_2: ("paths", "components", "webhooks"),
}
"""What a document must have one of (OpenAPI 3.1, 4.8.1; 3.0.4, 4.7.1)."""


def check_version(document: Document) -> Version:
    """Return the version of a document. Raises DocumentError where nothing can be made of it."""
    root = document.data
    if not isinstance(root, dict):
        raise _refused(document, "", "is not an OpenAPI document.", "It must be an object.")
    version = version_of(root)
    if version is None:
        raise _unknown_version(document, root)
    sections = _SECTIONS[version]
    if not any(isinstance(root.get(section), dict) for section in sections):
        wanted = " or ".join(f"'{section}'" for section in sections)
        advice = "List the operations below it."
        raise _refused(document, "", f"has no object {wanted}.", advice)
    return version


def _unknown_version(document: Document, root: dict[str, Json]) -> DocumentError:
    word = "swagger" if "swagger" in root else "openapi"
    version = root.get(word)
    # YAML reads an unquoted 3.0 as a number, and 3.10 would become 3.1.
    if isinstance(version, int | float):
        what = f"has the version {version} as a number."
        return _refused(document, f"/{word}", what, f"Write it in quotes: {word}: '{version}'.")
    what = (
        f"has the {'Swagger' if word == 'swagger' else 'OpenAPI'} version '{text(version)[:20]}'."
    )
    return _refused(
        document,
        f"/{word}",
        what if version else "names no version.",
        "Give 'openapi: 3.0.x', 3.1.x or 3.2.x, or 'swagger: \"2.0\"'.",
    )


def _refused(document: Document, pointer: str, what: str, advice: str) -> DocumentError:
    return DocumentError(what, source=document.source(pointer), advice=advice)


@dataclass(frozen=True, slots=True)
class Reader:
    """A document's values by pointer, with references resolved; what is broken is noted, not raised."""

    document: Document
    root: Json
    defects: dict[str, Defect] = field(default_factory=dict)
    """By their pointers: the first one noted at a place counts."""

    def note(self, kind: DefectKind, pointer: str, what: str, advice: str = "") -> Defect:
        """Note a fault of the document, once for each place."""
        found = Defect(kind, pointer, self.document.source(pointer), what, advice)
        # One finding for each place: what was noted first is the more specific one.
        return self.defects.setdefault(pointer, found)

    def check_references(self) -> None:
        """Note the references that lead nowhere, wherever they stand."""
        index = index_of(self.root)
        for node in index.nodes:
            if node.reference:
                self._resolved(node.pointer, node.reference)

    def at(self, pointer: str) -> tuple[Json, str]:
        """Return the value at a pointer and, where references led away, its final pointer."""
        value = lookup(self.root, pointer)
        reference = members(value).get("$ref")
        if isinstance(reference, str):
            return self._resolved(pointer, reference)
        return self._json(value), pointer

    def _resolved(self, pointer: str, reference: str) -> tuple[Json, str]:
        # What the index does not hold stands in no schema with an `$id`, and has no base.
        index = index_of(self.root)
        node = index.by_pointer.get(pointer)
        base = node.base if node else ""
        place = f"{pointer}/$ref"
        # Bundling joins the files before; what is left here could not be read.
        if index.is_external(reference, base):
            what = f"refers to another file, '{reference[:120]}'."
            advice = "Bundle the document into one file first; 'harness spec import' does."
            self.note(DefectKind.REFERENCE_UNREADABLE, place, what, advice)
            return None, pointer
        found, final = index.follow(reference, base)
        if found is MISSING:
            what = f"refers to '{reference[:120]}', which leads to no value."
            self.note(DefectKind.REFERENCE_DANGLING, place, what, "Mend the reference.")
            return None, pointer
        return self._json(found), final

    def object_at(self, pointer: str) -> dict[str, Json]:
        """Return the object at a pointer; an empty one where nothing or something else stands there."""
        # Something of another shape is a defect, and is read as if it were empty.
        value, final = self.at(pointer)
        if value is not None and not isinstance(value, dict):
            what = "is not an object."
            self.note(DefectKind.STRUCTURE_MALFORMED, final, what, "See the OpenAPI specification.")
        return value if isinstance(value, dict) else {}

    def defect_at(self, pointer: str) -> Defect | None:
        """Return what was noted at a value or at its reference."""
        return self.defects.get(f"{pointer}/$ref") or self.defects.get(pointer)

    def servers(self, pointer: str = "") -> tuple[str, ...]:
        """Return the addresses that the object at a pointer names."""
        found = members(lookup(self.root, pointer)).get("servers")
        return tuple(_server_url(item) for item in items(found))

    @staticmethod
    def _json(value: object) -> Json:
        return None if value is MISSING else value  # type: ignore[return-value]  # the root holds JSON only


def _server_url(server: Json) -> str:
    """Return a server's address with its variables at their defaults."""
    variables = members(members(server).get("variables"))
    return _VARIABLE.sub(
        lambda match: text(members(variables.get(match[1])).get("default")),
        # A variable without a default leaves a gap, rather than its name in braces.
        text(members(server).get("url")),
    )
