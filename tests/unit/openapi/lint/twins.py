"""Near misses: what resembles a planted defect and is right."""

from tests.unit.openapi.lint.defects import JSON, LIST, POST, READ, TEXT, op
from tests.unit.openapi.lint.documents import clean_20, clean_31
from tests.unit.openapi.lint.planting import BOOK, Planted, both, drop, property_, put

_ID = {"name": "id", "in": "path", "required": True, "schema": TEXT}
_LOAN = "/paths/~1loans/post/requestBody/content/application~1json/schema"
TWINS = tuple(
    Planted(name, "", change, *base)
    for name, change, *base in (
        # data and extensions
        ("reference in an extension", put("/x-policies", {"$ref": "#/x-gone"})),
        ("extension in a path item", put("/paths/~1books/x-rate", 5)),
        ("extension beside paths", put("/paths/x-shared", {"a": 1})),
        ("property called default", put(f"{BOOK}/properties/default", {"type": "string", "example": "a"})),
        ("default response by reference", both(put("/components/responses", {"No": {"description": "n"}}), put(f"{LIST}/responses/default", {"$ref": "#/components/responses/No"}))),
        ("property called example, by reference", put(f"{BOOK}/properties/example", {"$ref": "#/components/schemas/Problem"})),
        ("property called enum", put(f"{BOOK}/properties/enum", {"type": "array", "items": TEXT})),
        ("property called $ref", put(f"{BOOK}/properties/$ref", TEXT)),
        ("property called required", put(f"{BOOK}/properties/required", {"type": "boolean"})),
        ("schema called Default", both(put("/components/schemas/default", TEXT), property_({"$ref": "#/components/schemas/default"}))),
        ("empty schema", property_({})),
        ("unknown keyword of 3.1", property_({"type": "string", "errorMessage": "no"}), clean_31),
        ("boolean schemas of 3.1", put(f"{BOOK}/properties/extra", True), clean_31),
        ("additionalProperties false", property_({"type": "object", "properties": {"a": TEXT}, "additionalProperties": False})),
        # statuses and responses
        ("range of statuses", put(f"{LIST}/responses/5XX", {"description": "x"})),
        ("default response", put(f"{LIST}/responses/default", {"description": "x"})),
        ("redirect alone", both(put("/paths/~1y", {"get": {**op(), "responses": {"302": {"description": "x"}, "404": {"description": "x"}}}}))),
        ("empty content of a 204", put("/paths/~1books~1{id}/put/responses/204/content", {})),
        # references
        ("percent-encoded reference", property_({"$ref": "#/paths/~1books~1%7Bid%7D/get/responses/200/content/application~1json/schema"})),
        ("anchor", both(put("/components/schemas/Loan/$anchor", "loan"), property_({"$ref": "#loan"})), clean_31),
        ("local $defs", property_({"$id": "https://acme.com/s", "$defs": {"a": TEXT}, "$ref": "#/$defs/a"}), clean_31),
        ("beside a reference in 3.1", put(f"{BOOK}/properties/sequel/description", "The next."), clean_31),
        ("description beside a reference to a response in 3.1", both(put("/components/responses", {"No": {"description": "n"}}), put(f"{LIST}/responses/500", {"$ref": "#/components/responses/No", "description": "x"})), clean_31),
        ("schema used by a mapping alone", both(put("/components/schemas/Other", {"allOf": [{"$ref": "#/components/schemas/Loan"}]}), put(f"{_LOAN}/discriminator/mapping/other", "#/components/schemas/Other"))),
        ("child of a base with a discriminator", both(put("/components/schemas/Loan/discriminator", {"propertyName": "kind"}), put("/components/schemas/Other", {"allOf": [{"$ref": "#/components/schemas/Loan"}]}))),
        ("components alone", both(drop("/paths"), drop("/security"), drop("/webhooks"), put("/components/schemas/Extra", TEXT)), clean_31),
        ("error of a request, used", both(put("/components/schemas/BadRequest", TEXT), property_({"$ref": "#/components/schemas/BadRequest"}))),
        # paths and parameters
        ("concrete beside a template", put("/paths/~1books~1new", {"get": op()})),
        ("paths of another method", put("/paths/~1books~1{id}~1pages", {"get": op(parameters=[_ID])})),
        ("parameter of the path item", put("/paths/~1things~1{id}", {"parameters": [_ID], "get": op()})),
        ("parameter of the operation over that of the path", put(f"{READ}/parameters", [_ID])),
        ("two expressions in a segment", put("/paths/~1y~1{a}.{b}", {"get": op(parameters=[{**_ID, "name": "a"}, {**_ID, "name": "b"}])})),
        ("same name in two places", put(f"{LIST}/parameters/-", {"name": "limit", "in": "header", "schema": TEXT})),
        ("parameter by its content", put(f"{LIST}/parameters/-", {"name": "q", "in": "query", "content": {"application/json": {"schema": TEXT}}})),
        ("cookie called Authorization", put(f"{LIST}/parameters/-", {"name": "Authorization", "in": "cookie", "schema": TEXT})),
        ("header X-Accept", put(f"{LIST}/parameters/-", {"name": "X-Accept", "in": "header", "schema": TEXT})),
        ("style matrix", put("/components/parameters/Id/style", "matrix")),
        ("example of a list as it is sent", put(f"{LIST}/parameters/-", {"name": "q", "in": "query", "explode": False, "schema": {"type": "array", "items": TEXT}, "example": "a,b"})),
        # media types
        ("media type with a parameter", put(f"{LIST}/responses/200/content/application~1json; version=2", {"schema": TEXT})),
        ("media type range", put(f"{LIST}/responses/200/content/text~1*", {"schema": TEXT})),
        ("example of text", put(f"{LIST}/responses/200/content/text~1csv", {"schema": {"type": "object"}, "example": "a,b"})),
        ("example of XML", put(f"{LIST}/responses/200/content/application~1atom+xml", {"schema": {"type": "object"}, "example": "<a/>"})),
        ("link by reference", put(f"{POST}/responses/201/links/read", {"operationRef": "#/paths/~1books~1{id}/get", "parameters": {"path.id": "$response.body#/id"}})),
        ("constant in a link", put(f"{POST}/responses/201/links/read/parameters/id", "first")),
        ("callback at a fixed address", put(f"{POST}/callbacks/plain", {"https://acme.com/hook": {"post": {"summary": "s", "responses": {"200": {"description": "k"}}}}})),
        # schemas
        ("required in a branch", property_({"type": "object", "properties": {"a": TEXT, "b": TEXT}, "oneOf": [{"required": ["a"]}, {"required": ["b"]}]})),
        ("required of what allOf describes", property_({"allOf": [{"$ref": "#/components/schemas/Loan"}], "required": ["kind"]})),
        ("required beside what is described in a sibling", property_({"allOf": [{"type": "object", "properties": {"a": TEXT}}, {"required": ["a"]}]})),
        ("required of a map", property_({"type": "object", "required": ["a"], "additionalProperties": {"type": "string"}})),
        ("required of a pattern", property_({"type": "object", "required": ["x-a"], "patternProperties": {"^x-": TEXT}}), clean_31),
        ("required and empty in 3.1", property_({"type": "object", "required": []}), clean_31),
        ("null in a nullable enum", both(put(f"{BOOK}/properties/state/nullable", True), put(f"{BOOK}/properties/state/enum/-", None))),
        ("default null where it is allowed", put(f"{BOOK}/properties/subtitle/default", None)),
        ("bounds that are equal", property_({"type": "integer", "minimum": 3, "maximum": 3})),
        ("exclusive bounds with a number between", property_({"type": "number", "minimum": 0, "maximum": 1, "exclusiveMinimum": True, "exclusiveMaximum": True})),
        ("array of anything", property_({"type": "array", "items": {}})),
        ("array that stays empty in 3.1", property_({"type": "array", "maxItems": 0}), clean_31),
        ("length of a text or a number", property_({"type": ["string", "integer"], "maxLength": 3}), clean_31),
        ("keyword without a type", property_({"maxLength": 3})),
        ("unknown format", property_({"type": "string", "format": "isbn"})),
        ("int64 as a text", property_({"type": "string", "format": "int64"})),
        ("allOf of a number and an integer", property_({"allOf": [{"type": "number"}, {"type": "integer"}]})),
        ("allOf of lists that share a value", property_({"allOf": [{"type": "string", "enum": ["a", "b"]}, {"enum": ["b"]}]})),
        ("allOf of bounds that meet", property_({"allOf": [{"type": "string", "minLength": 5}, {"maxLength": 5}]})),
        ("discriminator of a base", put("/components/schemas/Loan/discriminator", {"propertyName": "kind"})),
        ("recursion that may end", property_({"type": "array", "items": {"$ref": "#/components/schemas/Book"}})),
        ("recursion that is nullable", both(put("/components/schemas/N", {"type": "object", "nullable": True, "required": ["n"], "properties": {"n": {"$ref": "#/components/schemas/N"}}}), property_({"$ref": "#/components/schemas/N"}))),
        ("recursion with another choice", both(put("/components/schemas/N", {"type": "object", "required": ["n"], "properties": {"n": {"oneOf": [TEXT, {"$ref": "#/components/schemas/N"}]}}}), property_({"$ref": "#/components/schemas/N"}))),
        ("closed beside allOf, all described", property_({"allOf": [{"type": "object", "properties": {"a": TEXT}}], "properties": {"a": TEXT}, "additionalProperties": False})),
        # values
        ("request without what is read-only", put(f"/components/requestBodies/Book{JSON}/example", {"title": "Emma"})),
        ("example of a file", put("/paths/~1covers/post/requestBody/content/multipart~1form-data/example", "--boundary")),
        ("pattern with alternatives in brackets", property_({"type": "string", "pattern": "^(?:a|b)$"})),
        ("pattern whose alternatives are anchored", property_({"type": "string", "pattern": "^a$|^b$"})),
        ("pattern with a bar in a class", property_({"type": "string", "pattern": "^[a|b]$"})),
        # security and servers
        ("security of nobody", put(f"{LIST}/security", [])),
        ("optional security", put(f"{LIST}/security", [{"key": []}, {}])),
        ("roles of an API key in 3.1", put("/security/0/key", ["admin"]), clean_31),
        ("token over HTTP on this machine", put("/components/securitySchemes/login/flows/authorizationCode/tokenUrl", "http://localhost:8080/token")),
        ("API key called Authorization in a cookie", both(put("/components/securitySchemes/key/in", "cookie"), put("/components/securitySchemes/key/name", "Authorization"))),
        ("developer.example is no test host", put("/servers/0", {"url": "https://developer.example/v1"})),
        ("latest.acme.com is no test host", put("/servers/0", {"url": "https://latest.acme.com/v1"})),
        ("relative server", put("/servers/-", {"url": "/v1"})),
        ("relative server with a dot", put("/servers/-", {"url": "./v1"})),
        ("server without a protocol", put("/servers/-", {"url": "//api.acme.com/v1"})),
        ("server that is a variable", put("/servers/-", {"url": "{base}", "variables": {"base": {"default": "https://api.acme.com"}}})),
        ("server with a port", put("/servers/-", {"url": "https://api.acme.com:8443/v1"})),
        ("tags that nobody declares", drop("/tags")),
        # Swagger 2.0
        ("form of texts", put("/paths/~1books~1{id}/put/parameters/1", {"name": "f", "in": "formData", "type": "string"}), clean_20),
        ("file as multipart", both(put("/paths/~1books~1{id}/put/parameters/1", {"name": "f", "in": "formData", "type": "file"}), put("/paths/~1books~1{id}/put/consumes", ["multipart/form-data"])), clean_20),
        ("header Accept in 2.0", put("/paths/~1books~1{id}/get/parameters/-", {"name": "Accept", "in": "header", "type": "string"}), clean_20),
        ("required parameter of a type in 2.0", put("/paths/~1books~1{id}/get/parameters/-", {"name": "n", "in": "query", "type": "integer", "required": True, "maximum": 5}), clean_20),
    )
)  # fmt: skip
