"""Define the form of every plain field of OpenAPI 2.0 to 3.2, and say which fields must be there.

`structure` knows what stands where; only a lint needs to know that a `description` is a text.
Forms: string, boolean, number, count (a whole number from 0), strings, texts (a map of texts),
lists (a map of lists of texts), kind (what `type` takes in the version), a choice `a|b`.
"""

from collections.abc import Mapping
from types import MappingProxyType

from harness.openapi.structure import Kind, Version

_EVERYWHERE = {
    **dict.fromkeys(
        [
            "$ref",
            "title",
            "summary",
            "description",
            "termsOfService",
            "version",
            "name",
            "url",
            "email",
            "openapi",
            "swagger",
            "operationId",
            "operationRef",
            "pattern",
            "format",
            "contentType",
            "bearerFormat",
            "scheme",
            "openIdConnectUrl",
            "authorizationUrl",
            "tokenUrl",
            "refreshUrl",
            "propertyName",
            "namespace",
            "prefix",
            "identifier",
            "externalValue",
            "basePath",
            "host",
            "jsonSchemaDialect",
            "$self",
            "$id",
            "$schema",
            "$anchor",
            "$dynamicRef",
            "$dynamicAnchor",
            "$comment",
            "contentEncoding",
            "contentMediaType",
            "style",
            "deviceAuthorizationUrl",
            "oauth2MetadataUrl",
            "serializedValue",
            "parent",
            "kind",
            "defaultMapping",
            "nodeType",
        ],
        "string",
    ),
    **dict.fromkeys(
        [
            "required",
            "deprecated",
            "allowEmptyValue",
            "explode",
            "allowReserved",
            "nullable",
            "readOnly",
            "writeOnly",
            "uniqueItems",
            "attribute",
            "wrapped",
        ],
        "boolean",
    ),
    **dict.fromkeys(["multipleOf", "maximum", "minimum"], "number"),
    **dict.fromkeys(
        [
            "maxLength",
            "minLength",
            "maxItems",
            "minItems",
            "maxProperties",
            "minProperties",
            "maxContains",
            "minContains",
        ],
        "count",
    ),
    **dict.fromkeys(["tags", "consumes", "produces"], "strings"),
    "schemes": "strings",
}
# Fields whose form depends on the object that they stand in.
_AT: Mapping[tuple[Kind, str], str] = MappingProxyType(
    {
        (Kind.SERVER_VARIABLE, "enum"): "strings",
        (Kind.SERVER_VARIABLE, "default"): "string",
        (Kind.SCHEMA, "required"): "strings",
        (Kind.SCHEMA, "type"): "kind",
        (Kind.SCHEMA, "dependentRequired"): "lists",
        (Kind.SCHEMA, "discriminator"): "string",  # of Swagger 2.0 alone; from 3.0 on an object
        (Kind.DISCRIMINATOR, "mapping"): "texts",
        (Kind.OAUTH_FLOW, "scopes"): "texts",
        (Kind.SECURITY_SCHEME, "scopes"): "texts",
        (Kind.SECURITY_SCHEME, "flow"): "implicit|password|application|accessCode",
        (Kind.PARAMETER, "collectionFormat"): "csv|ssv|tsv|pipes|multi",
        (Kind.ITEMS, "collectionFormat"): "csv|ssv|tsv|pipes",
        (Kind.HEADER, "collectionFormat"): "csv|ssv|tsv|pipes",
        (Kind.SECURITY_REQUIREMENT, "*"): "strings",
    }
)
# What each version allows, as alternatives in one text.
_PLACES = {
    Version.V2_0: "query|header|path|formData|body",
    Version.V3_0: "query|header|path|cookie",
    Version.V3_1: "query|header|path|cookie",
    Version.V3_2: "query|querystring|header|path|cookie",
}
_SCHEMES = {
    Version.V2_0: "basic|apiKey|oauth2",
    Version.V3_0: "apiKey|http|oauth2|openIdConnect",
    Version.V3_1: "apiKey|http|mutualTLS|oauth2|openIdConnect",
    Version.V3_2: "apiKey|http|mutualTLS|oauth2|openIdConnect",
}
_PLAIN_TYPES = "string|number|integer|boolean|array|object"

_REQUIRED: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.DOCUMENT: "info",
        Kind.INFO: "title version",
        Kind.LICENSE: "name",
        Kind.SERVER: "url",
        Kind.SERVER_VARIABLE: "default",
        Kind.EXTERNAL_DOCS: "url",
        Kind.PARAMETER: "name in",
        Kind.REQUEST_BODY: "content",
        Kind.RESPONSE: "description",
        Kind.TAG: "name",
        Kind.SECURITY_SCHEME: "type",
        Kind.OAUTH_FLOW: "scopes",
        Kind.DISCRIMINATOR: "propertyName",
        Kind.ITEMS: "type",
    }
)


def required_fields(version: Version, kind: Kind) -> tuple[str, ...]:
    """Return the fields that an object must have."""
    names = _REQUIRED.get(kind, "").split()
    is_old = version in (Version.V2_0, Version.V3_0)
    if kind is Kind.DOCUMENT and is_old:
        names.append("paths")  # OpenAPI 3.1.1, 4.8.1: from there on webhooks or components will do
    if kind is Kind.OPERATION and is_old:
        names.append("responses")  # no longer required by OpenAPI 3.1.1, 4.8.10
    if kind is Kind.RESPONSE and version is Version.V3_2:
        names.remove("description")  # OpenAPI 3.2.0, 4.17
    return tuple(names)


def form(version: Version, kind: Kind, name: str) -> str:
    """Return the form of a plain field; empty where anything may stand."""
    if name == "in" and kind is Kind.PARAMETER:
        return _PLACES[version]
    if kind is Kind.SECURITY_SCHEME and name in ("type", "in"):
        places = "query|header" if version is Version.V2_0 else "query|header|cookie"
        return _SCHEMES[version] if name == "type" else places
    if name == "type" and version is Version.V2_0 and kind is not Kind.SCHEMA:
        plain = _PLAIN_TYPES.removesuffix("|object")
        return f"{plain}|file" if kind is Kind.PARAMETER else plain
    # A switch in OpenAPI 3.0, a bound in JSON Schema.
    if name in ("exclusiveMaximum", "exclusiveMinimum"):
        return "number" if version.has_json_schema and kind is Kind.SCHEMA else "boolean"
    return _AT.get((kind, name)) or _EVERYWHERE.get(name, "")


def known_types(version: Version) -> tuple[str, ...]:
    """Return the types that a schema may name."""
    extra = ("null",) if version.has_json_schema else ()
    files = ("file",) if version is Version.V2_0 else ()  # Swagger 2.0, Response Object
    return (*_PLAIN_TYPES.split("|"), *extra, *files)
