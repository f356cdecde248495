"""Read a Swagger 2.0 document as the OpenAPI 3.0 document that says the same, each value in its old place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import unquote

from harness.document import Document
from harness.jsonvalue import Json, escape, items, members, text
from harness.openapi.references import index_of
from harness.openapi.structure import Kind, Member, Shape, Version, member

# Swagger 2.0 has no TRACE.
METHODS = ("get", "put", "post", "delete", "options", "head", "patch")

_JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"
_FORMS = (_FORM, "multipart/form-data")
# `csv` is the default below; `tsv` has no style that means it.
_STYLES: Mapping[str, Mapping[str, Json]] = MappingProxyType(
    {
        "multi": {"style": "form", "explode": True},
        "ssv": {"style": "spaceDelimited", "explode": False},
        "pipes": {"style": "pipeDelimited", "explode": False},
    }
)
# Members that a parameter has beside those of its schema.
_NOT_OF_THE_SCHEMA = (
    *("name", "in", "required", "description", "collectionFormat", "schema", "allowEmptyValue"),
)
_FLOWS = {
    "implicit": "implicit",
    "password": "password",
    "application": "clientCredentials",
    "accessCode": "authorizationCode",
}
_KEPT = ("info", "tags", "security", "externalDocs")
_DEFINITIONS = "#/definitions/"

Object = Mapping[str, Json]


def converted(document: Document) -> Document:
    """Return the document in the words of OpenAPI 3.0; it knows where in the file each part stood."""
    # Places in the new document lead to lines of the old one, since that is what a user can mend.
    work = _Conversion(document)
    data = work.document()
    return document.with_parts(data, work.parts)


@dataclass(slots=True)
class _Conversion:
    """Writes the new document from the top down; `parts` remembers what came from where."""

    original: Document
    parts: dict[str, tuple[Document, str]] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    """Where schemas went, by their old pointers: for references that lead into an operation."""

    @property
    def root(self) -> Object:
        return members(self.original.data)

    def document(self) -> Json:
        root = self.root
        # These are the same in both versions.
        kept = {key: value for key, value in root.items() if key in _KEPT or key.startswith("x-")}
        self._came("/servers", "/host" if "host" in root else "/basePath")
        paths: dict[str, Json] = {}
        for path, item in members(root.get("paths")).items():
            paths[path] = item if path.startswith("x-") else self._item(path, item)
        components: dict[str, Json] = {
            "schemas": self._definitions(),
            "securitySchemes": self._security_schemes(),
        }
        data: dict[str, Json] = {
            "openapi": "3.0.3",
            **kept,
            "servers": _servers(root),
            "paths": paths,
            "components": {key: value for key, value in components.items() if value},
        }
        self._came("/openapi", "/swagger")
        return data

    # Only where a part moved: what lies within it is found from there.
    def _came(self, new: str, old: str) -> None:
        self.parts[new] = (self.original, old)

    def _definitions(self) -> Json:
        result = {}
        for name, definition in members(self.root.get("definitions")).items():
            old = f"/definitions/{escape(name)}"
            result[name] = self._schema(definition, old, f"/components/schemas/{escape(name)}")
        self._came("/components/schemas", "/definitions")
        return result

    def _security_schemes(self) -> Json:
        given = members(self.root.get("securityDefinitions")).items()
        self._came("/components/securitySchemes", "/securityDefinitions")
        return {name: _security_scheme(members(item)) for name, item in given}

    def _item(self, path: str, item: Json) -> Json:
        pointer = f"/paths/{escape(path)}"
        # A shared path item becomes a copy, since its operations are rewritten.
        given, old = self._resolved(item, pointer)
        shared = self._listed(given.get("parameters"), f"{old}/parameters")
        result: dict[str, Json] = {
            key: value for key, value in given.items() if key.startswith("x-")
        }
        for method in METHODS:
            if method in given:
                place = (f"{old}/{method}", f"{pointer}/{method}")
                result[method] = self._operation(members(given[method]), place, shared)
        if text(members(item).get("$ref")) and not given:
            result["$ref"] = members(item)["$ref"]  # which leads nowhere, and is a defect
        return result

    def _listed(self, parameters: Json, pointer: str) -> list[tuple[Object, str]]:
        return [
            self._resolved(parameter, f"{pointer}/{index}")
            for index, parameter in enumerate(items(parameters))
        ]

    def _operation(
        self, given: Object, place: tuple[str, str], shared: Iterable[tuple[Object, str]]
    ) -> Json:
        old, new = place
        own = self._listed(given.get("parameters"), f"{old}/parameters")
        # An operation's parameter takes the place of the path's, which stands before it.
        named = {_key(item, pointer): (item, pointer) for item, pointer in (*shared, *own)}
        replaced = ("parameters", "responses", "consumes", "produces", "schemes")
        result: dict[str, Json] = {
            key: value for key, value in given.items() if key not in replaced
        }
        self._came(new, old)
        # Body and form fields are no parameters in 3.0 but the request body.
        plain = [
            value for value in named.values() if value[0].get("in") not in ("body", "formData")
        ]
        result["parameters"] = [
            self._parameter(item, pointer, f"{new}/parameters/{index}")
            for index, (item, pointer) in enumerate(plain)
        ]
        body = self._body(list(named.values()), f"{new}/requestBody", self._sent(given))
        if body is not None:
            result["requestBody"] = body
        result["responses"] = self._responses(given, old, new)
        return result

    def _sent(self, given: Object) -> list[str]:
        return _names(given.get("consumes", self.root.get("consumes")))

    def _parameter(self, given: Object, old: str, new: str) -> Json:
        self._came(new, old)
        if text(given.get("$ref")):
            return given  # which leads nowhere, and is a defect
        result: dict[str, Json] = {
            key: given[key] for key in ("name", "in", "required", "description") if key in given
        }
        result.update({key: value for key, value in given.items() if key.startswith("x-")})
        result["schema"] = self._plain(given, old, f"{new}/schema")
        if given.get("type") == "array":
            # collectionFormat is csv unless given (OpenAPI 2.0, "Parameter Object").
            joined: Object = {"explode": False}
            result.update(_STYLES.get(text(given.get("collectionFormat")), joined))
        return result

    def _body(self, named: list[tuple[Object, str]], new: str, sent: list[str]) -> Json:
        fields = [(item, pointer) for item, pointer in named if item.get("in") == "formData"]
        # Form fields are not allowed beside a body (OpenAPI 2.0, "Parameter Object").
        for given, old in named:
            if given.get("in") == "body":
                return self._payload(given, old, new, sent or [_JSON])
        return self._form(fields, new, sent) if fields else None

    def _payload(self, given: Object, old: str, new: str, kinds: list[str]) -> Json:
        self._came(new, old)
        content: dict[str, Json] = {}
        # One schema for each media type: 2.0 has one for all of them.
        for kind in kinds:
            place = f"{new}/content/{escape(kind)}/schema"
            content[kind] = {
                "schema": self._schema(given.get("schema", {}), f"{old}/schema", place)
            }
        result: dict[str, Json] = {"required": given.get("required") is True, "content": content}
        if "description" in given:
            result["description"] = given["description"]
        return result

    def _form(self, fields: list[tuple[Object, str]], new: str, sent: list[str]) -> Json:
        self._came(new, fields[0][1])
        has_file = any(field.get("type") == "file" for field, _ in fields)
        forms = [each for each in sent if each in _FORMS]
        # Files travel in no other form (OpenAPI 2.0, "Parameter Object": consumes has to say so).
        kind = "multipart/form-data" if has_file else next(iter(forms), _FORM)
        start = f"{new}/content/{escape(kind)}/schema"
        properties: dict[str, Json] = {}
        for item, old in fields:
            name = text(item.get("name"))
            properties[name] = self._plain(item, old, f"{start}/properties/{escape(name)}")
        required = [text(field.get("name")) for field, _ in fields if field.get("required") is True]
        schema: Json = {"type": "object", "required": required, "properties": properties}
        return {"required": bool(required), "content": {kind: {"schema": schema}}}

    def _responses(self, given: Object, old: str, new: str) -> Json:
        kinds = _names(given.get("produces", self.root.get("produces")))
        result: dict[str, Json] = {}
        for status, response in members(given.get("responses")).items():
            place = f"{new}/responses/{escape(status)}"
            pointer = f"{old}/responses/{escape(status)}"
            result[status] = (
                response
                if status.startswith("x-")
                else self._response(response, pointer, place, kinds)
            )
        return result

    def _response(self, value: Json, pointer: str, new: str, kinds: list[str]) -> Json:
        given, old = self._resolved(value, pointer)
        self._came(new, old)
        if text(given.get("$ref")):
            return given  # which leads nowhere, and is a defect
        result: dict[str, Json] = {key: given[key] for key in ("description",) if key in given}
        result.update({key: member for key, member in given.items() if key.startswith("x-")})
        headers: dict[str, Json] = {}
        for name, header in members(given.get("headers")).items():
            tail = f"headers/{escape(name)}"
            headers[name] = self._header(members(header), f"{old}/{tail}", f"{new}/{tail}")
        if headers:
            result["headers"] = headers
        if "schema" in given:
            result["content"] = self._content(given, old, new, kinds)
        return result

    def _header(self, given: Object, old: str, new: str) -> Json:
        self._came(new, old)
        result: dict[str, Json] = {"schema": self._plain(given, old, f"{new}/schema")}
        if "description" in given:
            result["description"] = given["description"]
        return result

    def _content(self, given: Object, old: str, new: str, kinds: list[str]) -> Json:
        is_file = members(given["schema"]).get("type") == "file"
        examples = members(given.get("examples"))
        content: dict[str, Json] = {}
        # Without `produces` nothing is promised of the media type;
        # JSON is what such documents mean.
        for kind in kinds or (["*/*"] if is_file else [_JSON]):
            place = f"{new}/content/{escape(kind)}"
            entry: dict[str, Json] = {}  # a file has no schema, whatever its media type
            if not is_file:
                entry["schema"] = self._schema(given["schema"], f"{old}/schema", f"{place}/schema")
            if kind in examples:
                entry["example"] = examples[kind]
                self._came(f"{place}/example", f"{old}/examples/{escape(kind)}")
            content[kind] = entry
        return content

    def _plain(self, given: Object, old: str, new: str) -> Json:
        """Return the schema that a parameter or header is by itself."""
        self._came(new, old)
        if given.get("type") == "file":
            return {"type": "string", "format": "binary"}
        left_out = (*_NOT_OF_THE_SCHEMA, *(key for key in given if key.startswith("x-")))
        result = {key: value for key, value in given.items() if key not in left_out}
        return _nullable(result, given)

    def _schema(self, value: Json, old: str, new: str) -> Json:
        self._came(new, old)
        # The first place counts, where one schema is copied to several media types.
        self.moved.setdefault(old, new)
        return self._translated(value)

    def _translated(self, value: Json) -> Json:
        # A boolean, or nothing at all, has nothing to translate.
        given = members(value)
        if not given:
            return value
        # What stands beside a reference is ignored in 2.0, as in 3.0.
        if isinstance(given.get("$ref"), str):
            return {"$ref": self._reference(text(given["$ref"]))}
        result = {
            key: self._member(each, member(Version.V2_0, Kind.SCHEMA, key))
            for key, each in given.items()
        }
        if result.get("type") == "file":
            result.update({"type": "string", "format": "binary"})
        if isinstance(result.get("discriminator"), str):
            result["discriminator"] = {"propertyName": result["discriminator"]}
        return _nullable(result, given)

    def _member(self, value: Json, found: Member) -> Json:
        if found.kind is not Kind.SCHEMA:
            return value
        if isinstance(value, list):
            return [self._translated(item) for item in value]
        if found.shape is Shape.MAP:
            return {name: self._translated(member) for name, member in members(value).items()}
        return self._translated(value)

    def _reference(self, reference: str) -> str:
        if reference.startswith(_DEFINITIONS):
            return f"#/components/schemas/{reference.removeprefix(_DEFINITIONS)}"
        pointer = unquote(reference.removeprefix("#"))
        # A reference may lead into a schema that moved; the nearest such ancestor says where to.
        above = pointer
        while above and above not in self.moved:
            above = above.rpartition("/")[0]
        return f"#{self.moved[above]}{pointer[len(above) :]}" if above else reference

    def _resolved(self, value: Json, pointer: str) -> tuple[Object, str]:
        """Return what a value or its reference means, and where that stands; itself where it leads nowhere."""
        reference = text(members(value).get("$ref"))
        if not reference:
            return members(value), pointer
        found, final = index_of(self.original.data).follow(reference)
        # Left as it is, so that reading the new document notes it as a defect.
        return (members(found), final) if isinstance(found, Mapping) else (members(value), pointer)


def _key(parameter: Object, pointer: str) -> tuple[str, str]:
    """Distinguish parameters by name and place; a body has neither of its own, a broken one its pointer."""
    location = text(parameter.get("in"))
    name = "" if location == "body" else text(parameter.get("name"))
    return (name, location) if location else (pointer, "")


def _nullable(result: dict[str, Json], given: Object) -> Json:
    """Heed `x-nullable`, the extension by which documents of this version say what 3.0 calls nullable."""
    return {**result, "nullable": True} if given.get("x-nullable") is True else result


def _servers(root: Object) -> list[Json]:
    host, base = text(root.get("host")), text(root.get("basePath"))
    # Without schemes, that by which the document was fetched counts (OpenAPI 2.0, "Swagger
    # Object"); a file was fetched by none.
    schemes = [text(scheme) for scheme in items(root.get("schemes"))] or ["http"]
    return [{"url": f"{scheme}://{host}{base}" if host else base or "/"} for scheme in schemes]


def _security_scheme(given: Object) -> Json:
    result: dict[str, Json] = {
        key: value for key, value in given.items() if key == "description" or key.startswith("x-")
    }
    match given.get("type"):
        case "basic":
            return {**result, "type": "http", "scheme": "basic"}
        case "oauth2":
            flow = {k: given[k] for k in ("authorizationUrl", "tokenUrl", "scopes") if k in given}
            name = _FLOWS.get(text(given.get("flow")), "implicit")
            return {**result, "type": "oauth2", "flows": {name: flow}}
        case _:
            return given


def _names(value: Json) -> list[str]:
    return [item for item in items(value) if isinstance(item, str)]
