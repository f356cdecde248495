"""Look into a parsed OpenAPI document by pointer, through its references."""

import re
from dataclasses import dataclass

from harness.document import Document
from harness.errors import DocumentError
from harness.jsonvalue import MISSING, Json, items, lookup, members, text
from harness.openapi.references import index_of, references

_VARIABLE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Reader:
    """A document's values by pointer, with references resolved and shapes checked."""

    document: Document
    root: Json

    def refuse(self, pointer: str, what: str, advice: str = "") -> DocumentError:
        return DocumentError(what, source=self.document.source(pointer), advice=advice)

    def check_version(self) -> None:
        if not isinstance(self.root, dict):
            raise self.refuse("", "is not an OpenAPI document.", "It must be an object.")
        if "swagger" in self.root:
            advice = "Convert it to OpenAPI 3 first, for example with swagger2openapi."
            raise self.refuse("/swagger", "is a Swagger 2 document.", advice)
        version = text(self.root.get("openapi"))
        if not re.fullmatch(r"3\.[012](\.[0-9]+)?", version):
            found = f"has the OpenAPI version '{version[:20]}'." if version else "names no version."
            raise self.refuse("/openapi", found, "Give 'openapi: 3.0.x', 3.1.x or 3.2.x.")
        if not isinstance(self.root.get("paths"), dict):
            raise self.refuse("", "has no object 'paths'.", "List the operations below it.")

    def check_references(self) -> None:
        """Refuse references that lead nowhere, so that no validation stumbles over one later."""
        for pointer, reference in references(self.root):
            self._resolved(pointer, reference)

    def at(self, pointer: str) -> tuple[Json, str]:
        """Return the value at a pointer and, where references led away, its final pointer."""
        value = lookup(self.root, pointer)
        reference = members(value).get("$ref")
        if isinstance(reference, str):
            return self._resolved(pointer, reference)
        return self._json(value), pointer

    def _resolved(self, pointer: str, reference: str) -> tuple[Json, str]:
        index = index_of(self.root)
        node = index.by_pointer.get(pointer)
        base = node.base if node else ""
        if index.is_external(reference, base):
            what = f"refers to another file, '{reference[:120]}'."
            raise self.refuse(
                f"{pointer}/$ref",
                what,
                "Bundle the document into one file first; 'harness spec import' does.",
            )
        found, final = index.follow(reference, base)
        if found is MISSING:
            what = f"refers to '{reference[:120]}', which leads to no value."
            raise self.refuse(f"{pointer}/$ref", what, "Mend the reference.")
        return self._json(found), final

    def object_at(self, pointer: str) -> dict[str, Json]:
        value, final = self.at(pointer)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise self.refuse(final, "is not an object.", "See the OpenAPI specification.")
        return value

    def servers(self, pointer: str = "") -> tuple[str, ...]:
        """Return the addresses that the object at a pointer names."""
        found = members(lookup(self.root, pointer)).get("servers")
        return tuple(_server_url(each) for each in items(found))

    @staticmethod
    def _json(value: object) -> Json:
        return None if value is MISSING else value  # type: ignore[return-value]  # the root holds JSON only


def _server_url(server: Json) -> str:
    """Return a server's address with its variables at their defaults."""
    variables = members(members(server).get("variables"))
    return _VARIABLE.sub(
        lambda match: text(members(variables.get(match[1])).get("default")),
        text(members(server).get("url")),
    )
