"""Know how OpenAPI documents are built: which member is a keyword, which is a name, what stands at each.

The tables follow the "Fixed Fields" of OpenAPI 2.0, 3.0.4, 3.1.1 and 3.2.0 and the vocabularies of
JSON Schema 2020-12. Everything that has to distinguish a keyword from a name that looks like one asks here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from functools import lru_cache
from types import MappingProxyType

from harness.jsonvalue import Json, members, text


class Version(StrEnum):
    """A version of OpenAPI, by what a document names first."""

    V2_0 = "2.0"
    V3_0 = "3.0"
    V3_1 = "3.1"
    V3_2 = "3.2"

    @property
    def has_json_schema(self) -> bool:
        """Whether schemas are JSON Schema 2020-12 as it is (OpenAPI 3.1, 4.8.24)."""
        return self in (Version.V3_1, Version.V3_2)


class Kind(StrEnum):
    """What a value of a document is."""

    DOCUMENT = auto()
    INFO = auto()
    CONTACT = auto()
    LICENSE = auto()
    SERVER = auto()
    SERVER_VARIABLE = auto()
    COMPONENTS = auto()
    PATHS = auto()
    PATH_ITEM = auto()
    OPERATION = auto()
    EXTERNAL_DOCS = auto()
    PARAMETER = auto()
    REQUEST_BODY = auto()
    MEDIA_TYPE = auto()
    ENCODING = auto()
    RESPONSES = auto()
    RESPONSE = auto()
    CALLBACK = auto()
    EXAMPLE = auto()
    LINK = auto()
    HEADER = auto()
    TAG = auto()
    SCHEMA = auto()
    DISCRIMINATOR = auto()
    XML = auto()
    SECURITY_SCHEME = auto()
    OAUTH_FLOWS = auto()
    OAUTH_FLOW = auto()
    SECURITY_REQUIREMENT = auto()
    ITEMS = auto()
    """The schema-like object within parameters and headers of Swagger 2."""
    VALUE = auto()
    """The value of a keyword: a text, a number, a list of names."""
    DATA = auto()
    """Anything a document shows or stores: an example, a default, an extension."""


class Shape(Enum):
    """How many values of a kind a member holds."""

    ONE = auto()
    LIST = auto()
    MAP = auto()
    """An object whose keys are names; one that begins with `x-` is a name as well."""
    ONE_OR_LIST = auto()
    """`items` before JSON Schema 2020-12: one schema, or one for each position."""


@dataclass(frozen=True, slots=True)
class Member:
    """What stands at a member of an object."""

    kind: Kind
    shape: Shape = Shape.ONE


Fields = Mapping[str, Member]

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
"""The fixed methods of a path item, in the order in which we report; `query` came with 3.2."""

_VERSION_3 = re.compile(r"(3\.[012])(?:\.[0-9]+(?:-[0-9A-Za-z.-]+)?)?", re.ASCII)
_NAMED: Fields = MappingProxyType({})


def version_of(root: Json) -> Version | None:
    """Return the version that a document names, or None where it is no OpenAPI document."""
    document = members(root)
    if text(document.get("swagger")) == "2.0":
        return Version.V2_0
    # Any patch release is the same to us; a suffix such as -rc1 is one of a release to come.
    match = _VERSION_3.fullmatch(text(document.get("openapi")))
    return Version(match[1]) if match else None


@lru_cache(maxsize=256)
def fields(version: Version, kind: Kind) -> Fields:
    """Return the fixed members that a version of OpenAPI gives an object."""
    table = _TABLES[version]
    return table.get(kind, _NAMED)


def entries(version: Version, kind: Kind) -> Member | None:
    """Return what stands at every other member of an object whose keys are names, else None."""
    return _ENTRIES[version].get(kind)


def is_extensible(kind: Kind) -> bool:
    """Return whether members that begin with `x-` are extensions, not names ("Specification Extensions")."""
    return kind is not Kind.SECURITY_REQUIREMENT


# Asked for every member of every object; the tables do not change.
@lru_cache(maxsize=16384)
def member(version: Version, kind: Kind, key: str) -> Member:
    """Return what stands at a member of an object: data, where the object has no such member.

    A schema keyword that came with a later version is read as there: whoever wrote it meant that.
    """
    # The document's own version decides, then 3.1 where a schema uses a newer keyword.
    known = fields(version, kind).get(key) or _foreign(version, kind).get(key)
    if known is not None:
        return known
    named = entries(version, kind)
    # An extension is data, also among names; only scopes of security have no extensions.
    if named is not None and not (key.startswith("x-") and is_extensible(kind)):
        return named
    return Member(Kind.DATA)


def inner(version: Version, place: Member, key: str, *, in_list: bool = False) -> Member:
    """Return what stands one step further down from a place, at a name, a keyword or a position."""
    # A place that is a map or a list is left by one step, at whose end one value stands.
    is_entry = place.shape in (Shape.MAP, Shape.LIST)
    if is_entry or (in_list and place.shape is Shape.ONE_OR_LIST):
        return Member(place.kind)
    return member(version, place.kind, key)


def _foreign(version: Version, kind: Kind) -> Fields:
    # Schemas only: elsewhere a member of another version is as good as none.
    is_older = version in (Version.V2_0, Version.V3_0)
    return _TABLES[Version.V3_1][Kind.SCHEMA] if kind is Kind.SCHEMA and is_older else _NAMED


def _values(names: str) -> dict[str, Member]:
    return dict.fromkeys(names.split(), Member(Kind.VALUE))


def _data(names: str) -> dict[str, Member]:
    return dict.fromkeys(names.split(), Member(Kind.DATA))


def _one(kind: Kind, names: str) -> dict[str, Member]:
    return dict.fromkeys(names.split(), Member(kind))


def _list(kind: Kind, names: str) -> dict[str, Member]:
    return dict.fromkeys(names.split(), Member(kind, Shape.LIST))


def _map(kind: Kind, names: str) -> dict[str, Member]:
    return dict.fromkeys(names.split(), Member(kind, Shape.MAP))


_ABOUT: dict[Kind, dict[str, Member]] = {
    Kind.INFO: _values("title description termsOfService version")
    | _one(Kind.CONTACT, "contact")
    | _one(Kind.LICENSE, "license"),
    Kind.CONTACT: _values("name url email"),
    Kind.LICENSE: _values("name url"),
    Kind.EXTERNAL_DOCS: _values("description url"),
    Kind.TAG: _values("name description") | _one(Kind.EXTERNAL_DOCS, "externalDocs"),
    Kind.XML: _values("name namespace prefix attribute wrapped"),
}

# Keywords that schemas of 2.0 and all of 3 have in common.
_SHARED_SCHEMA = (
    _values(
        "$ref title description type format multipleOf maximum exclusiveMaximum minimum exclusiveMinimum"
        " maxLength minLength pattern maxItems minItems uniqueItems maxProperties minProperties required readOnly"
    )
    | _data("default enum example")
    | _map(Kind.SCHEMA, "properties")
    | _list(Kind.SCHEMA, "allOf")
    | _one(Kind.SCHEMA, "additionalProperties")
    | {"items": Member(Kind.SCHEMA, Shape.ONE_OR_LIST)}
    | _one(Kind.XML, "xml")
    | _one(Kind.EXTERNAL_DOCS, "externalDocs")
)
_SCHEMA_3_0 = (
    _SHARED_SCHEMA
    | _values("nullable writeOnly deprecated")
    | _list(Kind.SCHEMA, "anyOf oneOf")
    | _one(Kind.SCHEMA, "not")
    | _one(Kind.DISCRIMINATOR, "discriminator")
)
_SCHEMA_3_1 = (
    # 3.1 has type lists with null in place of `nullable`.
    {key: value for key, value in _SCHEMA_3_0.items() if key != "nullable"}
    | _values(
        "$id $schema $anchor $dynamicRef $dynamicAnchor $vocabulary $comment maxContains minContains"
        " dependentRequired contentEncoding contentMediaType"
    )
    | _data("const examples")
    | _list(Kind.SCHEMA, "prefixItems")
    | _map(Kind.SCHEMA, "$defs definitions patternProperties dependentSchemas dependencies")
    | _one(Kind.SCHEMA, "if then else contains propertyNames contentSchema")
    | _one(Kind.SCHEMA, "unevaluatedItems unevaluatedProperties")
)

# A parameter or header of Swagger 2 is a schema without objects and references.
_ITEMS_2_0 = (
    _values(
        "type format collectionFormat maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength"
        " pattern maxItems minItems uniqueItems multipleOf"
    )
    | _data("default enum")
    | _one(Kind.ITEMS, "items")
)
_TABLE_2_0: dict[Kind, dict[str, Member]] = {
    **_ABOUT,
    Kind.DOCUMENT: _values("swagger host basePath schemes consumes produces")
    | _one(Kind.INFO, "info")
    | _one(Kind.PATHS, "paths")
    | _map(Kind.SCHEMA, "definitions")
    | _map(Kind.PARAMETER, "parameters")
    | _map(Kind.RESPONSE, "responses")
    | _map(Kind.SECURITY_SCHEME, "securityDefinitions")
    | _list(Kind.SECURITY_REQUIREMENT, "security")
    | _list(Kind.TAG, "tags")
    | _one(Kind.EXTERNAL_DOCS, "externalDocs"),
    Kind.PATH_ITEM: _values("$ref")
    | _one(Kind.OPERATION, "get put post delete options head patch")
    | _list(Kind.PARAMETER, "parameters"),
    Kind.OPERATION: _values(
        "tags summary description operationId consumes produces schemes deprecated"
    )
    | _one(Kind.EXTERNAL_DOCS, "externalDocs")
    | _list(Kind.PARAMETER, "parameters")
    | _one(Kind.RESPONSES, "responses")
    | _list(Kind.SECURITY_REQUIREMENT, "security"),
    Kind.PARAMETER: _ITEMS_2_0
    | _values("name in description required allowEmptyValue")
    | _one(Kind.SCHEMA, "schema"),
    Kind.ITEMS: _ITEMS_2_0,
    Kind.RESPONSE: _values("description")
    | _one(Kind.SCHEMA, "schema")
    | _map(Kind.HEADER, "headers")
    | _data("examples"),
    Kind.HEADER: _ITEMS_2_0 | _values("description"),
    Kind.SCHEMA: _SHARED_SCHEMA | _values("discriminator"),
    Kind.SECURITY_SCHEME: _values("type description name in flow authorizationUrl tokenUrl scopes"),
}

# A header is a parameter without name and place (OpenAPI 3.0.4, 4.7.21).
_CARRIER = (
    _values("description required deprecated style explode")
    | _one(Kind.SCHEMA, "schema")
    | _data("example")
    | _map(Kind.EXAMPLE, "examples")
    | _map(Kind.MEDIA_TYPE, "content")
)
_TABLE_3_0: dict[Kind, dict[str, Member]] = {
    **_ABOUT,
    Kind.DOCUMENT: _values("openapi")
    | _one(Kind.INFO, "info")
    | _list(Kind.SERVER, "servers")
    | _one(Kind.PATHS, "paths")
    | _one(Kind.COMPONENTS, "components")
    | _list(Kind.SECURITY_REQUIREMENT, "security")
    | _list(Kind.TAG, "tags")
    | _one(Kind.EXTERNAL_DOCS, "externalDocs"),
    Kind.SERVER: _values("url description") | _map(Kind.SERVER_VARIABLE, "variables"),
    Kind.SERVER_VARIABLE: _values("enum default description"),
    Kind.COMPONENTS: _map(Kind.SCHEMA, "schemas")
    | _map(Kind.RESPONSE, "responses")
    | _map(Kind.PARAMETER, "parameters")
    | _map(Kind.EXAMPLE, "examples")
    | _map(Kind.REQUEST_BODY, "requestBodies")
    | _map(Kind.HEADER, "headers")
    | _map(Kind.SECURITY_SCHEME, "securitySchemes")
    | _map(Kind.LINK, "links")
    | _map(Kind.CALLBACK, "callbacks"),
    Kind.PATH_ITEM: _values("$ref summary description")
    | _one(Kind.OPERATION, "get put post delete options head patch trace")
    | _list(Kind.SERVER, "servers")
    | _list(Kind.PARAMETER, "parameters"),
    Kind.OPERATION: _values("tags summary description operationId deprecated")
    | _one(Kind.EXTERNAL_DOCS, "externalDocs")
    | _list(Kind.PARAMETER, "parameters")
    | _one(Kind.REQUEST_BODY, "requestBody")
    | _one(Kind.RESPONSES, "responses")
    | _map(Kind.CALLBACK, "callbacks")
    | _list(Kind.SECURITY_REQUIREMENT, "security")
    | _list(Kind.SERVER, "servers"),
    Kind.PARAMETER: _CARRIER | _values("name in allowEmptyValue allowReserved"),
    Kind.HEADER: _CARRIER,
    Kind.REQUEST_BODY: _values("description required") | _map(Kind.MEDIA_TYPE, "content"),
    Kind.MEDIA_TYPE: _one(Kind.SCHEMA, "schema")
    | _data("example")
    | _map(Kind.EXAMPLE, "examples")
    | _map(Kind.ENCODING, "encoding"),
    Kind.ENCODING: _values("contentType style explode allowReserved")
    | _map(Kind.HEADER, "headers"),
    Kind.RESPONSE: _values("description")
    | _map(Kind.HEADER, "headers")
    | _map(Kind.MEDIA_TYPE, "content")
    | _map(Kind.LINK, "links"),
    Kind.EXAMPLE: _values("summary description externalValue") | _data("value"),
    Kind.LINK: _values("operationRef operationId description")
    | _data("parameters requestBody")
    | _one(Kind.SERVER, "server"),
    Kind.SCHEMA: _SCHEMA_3_0,
    Kind.DISCRIMINATOR: _values("propertyName mapping"),
    Kind.SECURITY_SCHEME: _values("type description name in scheme bearerFormat openIdConnectUrl")
    | _one(Kind.OAUTH_FLOWS, "flows"),
    Kind.OAUTH_FLOWS: _one(
        Kind.OAUTH_FLOW, "implicit password clientCredentials authorizationCode"
    ),
    Kind.OAUTH_FLOW: _values("authorizationUrl tokenUrl refreshUrl scopes"),
}


def _extended(
    table: dict[Kind, dict[str, Member]], more: dict[Kind, dict[str, Member]]
) -> dict[Kind, dict[str, Member]]:
    # Extends kinds that are known; a kind that is new to a version needs an entry of its own.
    return {kind: {**given, **more.get(kind, {})} for kind, given in table.items()}


_TABLE_3_1 = _extended(
    _TABLE_3_0,
    {
        Kind.DOCUMENT: _values("jsonSchemaDialect") | _map(Kind.PATH_ITEM, "webhooks"),
        Kind.INFO: _values("summary"),
        Kind.LICENSE: _values("identifier"),
        Kind.COMPONENTS: _map(Kind.PATH_ITEM, "pathItems"),
    },
) | {Kind.SCHEMA: _SCHEMA_3_1}
_TABLE_3_2 = _extended(
    _TABLE_3_1,
    {
        Kind.DOCUMENT: _values("$self"),
        Kind.SERVER: _values("name"),
        Kind.COMPONENTS: _map(Kind.MEDIA_TYPE, "mediaTypes"),
        Kind.PATH_ITEM: _one(Kind.OPERATION, "query")
        | _map(Kind.OPERATION, "additionalOperations"),
        Kind.MEDIA_TYPE: _one(Kind.SCHEMA, "itemSchema")
        | _list(Kind.ENCODING, "prefixEncoding")
        | _one(Kind.ENCODING, "itemEncoding"),
        Kind.ENCODING: _map(Kind.ENCODING, "encoding")
        | _list(Kind.ENCODING, "prefixEncoding")
        | _one(Kind.ENCODING, "itemEncoding"),
        Kind.RESPONSE: _values("summary"),
        Kind.EXAMPLE: _data("dataValue") | _values("serializedValue"),
        Kind.TAG: _values("summary parent kind"),
        Kind.XML: _values("nodeType"),
        Kind.DISCRIMINATOR: _values("defaultMapping"),
        Kind.SECURITY_SCHEME: _values("oauth2MetadataUrl deprecated"),
        Kind.OAUTH_FLOWS: _one(Kind.OAUTH_FLOW, "deviceAuthorization"),
        Kind.OAUTH_FLOW: _values("deviceAuthorizationUrl"),
    },
)

_TABLES: Mapping[Version, Mapping[Kind, Fields]] = MappingProxyType(
    {
        Version.V2_0: _TABLE_2_0,
        Version.V3_0: _TABLE_3_0,
        Version.V3_1: _TABLE_3_1,
        Version.V3_2: _TABLE_3_2,
    }
)
# These hold nothing but names: paths, statuses, expressions, schemes.
_OF_3: Mapping[Kind, Member] = MappingProxyType(
    {
        Kind.PATHS: Member(Kind.PATH_ITEM),
        Kind.RESPONSES: Member(Kind.RESPONSE),
        Kind.CALLBACK: Member(Kind.PATH_ITEM),
        Kind.SECURITY_REQUIREMENT: Member(Kind.VALUE),
    }
)
_ENTRIES: Mapping[Version, Mapping[Kind, Member]] = MappingProxyType(dict.fromkeys(Version, _OF_3))
