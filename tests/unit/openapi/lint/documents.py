"""Documents of OpenAPI 2.0, 3.0 and 3.1 that have nothing against them."""

from typing import Any

Root = dict[str, Any]

ERROR = {
    "description": "No.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def clean(version: str = "3.0.3") -> Root:
    """Return a document that uses most of OpenAPI 3 and has nothing against it."""
    return {
        "openapi": version,
        "info": {
            "title": "Library",
            "version": "1.2",
            "contact": {
                "name": "Desk",
                "url": "https://library.acme.com/help",
                "email": "desk@acme.com",
            },
            "license": {"name": "MIT", "url": "https://library.acme.com/license"},
        },
        "servers": [
            {
                "url": "https://{region}.acme.com/v1",
                "variables": {"region": {"enum": ["eu", "us"], "default": "eu"}},
            }
        ],
        "security": [{"key": []}, {"login": ["read"]}],
        "tags": [
            {"name": "books"},
            {"name": "loans", "externalDocs": {"url": "https://acme.com/loans"}},
        ],
        "paths": {
            "/books": {
                "get": _list_books(),
                "post": _create_book(),
            },
            "/books/{id}": {
                "parameters": [{"$ref": "#/components/parameters/Id"}],
                "get": _read("readBook", "books", "Book"),
                "put": {
                    "operationId": "replaceBook",
                    "summary": "Replace a book.",
                    "tags": ["books"],
                    "requestBody": {"$ref": "#/components/requestBodies/Book"},
                    "responses": {"204": {"description": "Done."}, "404": ERROR},
                },
            },
            "/loans": {"post": _create_loan()},
            "/covers": {"post": _upload()},
        },
        "components": _components(),
    }


def _list_books() -> Root:
    return {
        "operationId": "listBooks",
        "summary": "List books.",
        "tags": ["books"],
        "parameters": [
            {
                "name": "limit",
                "in": "query",
                "schema": {"type": "integer", "minimum": 1, "maximum": 50, "default": 10},
                "example": 5,
            },
            {
                "name": "sort",
                "in": "query",
                "schema": {"type": "string", "enum": ["title", "year"]},
            },
            {
                "name": "filter",
                "in": "query",
                "style": "deepObject",
                "explode": True,
                "schema": {"type": "object", "properties": {"year": {"type": "integer"}}},
            },
            {"name": "X-Trace", "in": "header", "schema": {"type": "string", "format": "uuid"}},
        ],
        "responses": {
            "200": {
                "description": "Books.",
                "headers": {"X-Total": {"schema": {"type": "integer", "minimum": 0}, "example": 3}},
                "content": {
                    "application/json": {
                        "schema": {"type": "array", "items": {"$ref": "#/components/schemas/Book"}},
                        "examples": {"two": {"$ref": "#/components/examples/Two"}},
                    },
                    "application/xml": {"schema": {"type": "object"}, "example": "<books/>"},
                },
            },
            "400": ERROR,
        },
    }


def _create_book() -> Root:
    return {
        "operationId": "createBook",
        "summary": "Create a book.",
        "tags": ["books"],
        "requestBody": {"$ref": "#/components/requestBodies/Book"},
        "responses": {
            "201": {
                "description": "Created.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Book"}}},
                "links": {
                    "read": {"operationId": "readBook", "parameters": {"id": "$response.body#/id"}}
                },
            },
            "4XX": ERROR,
        },
        "callbacks": {
            "changed": {
                "{$request.body#/hook}": {
                    "post": {
                        "summary": "Hear of a change.",
                        "requestBody": {
                            "content": {
                                "application/json": {"schema": {"type": "string"}, "example": "new"}
                            }
                        },
                        "responses": {"200": {"description": "Taken."}},
                    }
                }
            }
        },
    }


def _read(name: str, tag: str, schema: str) -> Root:
    return {
        "operationId": name,
        "summary": "Read one.",
        "tags": [tag],
        "responses": {
            "200": {
                "description": "It.",
                "content": {
                    "application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}
                },
            },
            "404": ERROR,
        },
    }


def _create_loan() -> Root:
    return {
        "operationId": "createLoan",
        "summary": "Lend a book.",
        "tags": ["loans"],
        "security": [],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {
                        "oneOf": [
                            {"$ref": "#/components/schemas/Short"},
                            {"$ref": "#/components/schemas/Long"},
                        ],
                        "discriminator": {
                            "propertyName": "kind",
                            "mapping": {"short": "#/components/schemas/Short", "long": "Long"},
                        },
                    },
                    "example": {"kind": "short", "days": 3},
                }
            },
        },
        "responses": {"201": {"description": "Lent."}, "409": ERROR},
    }


def _upload() -> Root:
    return {
        "operationId": "uploadCover",
        "summary": "Upload a cover.",
        "tags": ["books"],
        "requestBody": {
            "content": {
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "properties": {
                            "file": {"type": "string", "format": "binary"},
                            "note": {"type": "string"},
                        },
                    },
                    "encoding": {"file": {"contentType": "image/png, image/jpeg"}},
                }
            }
        },
        "responses": {"201": {"description": "Stored."}, "415": ERROR},
    }


def _components() -> Root:
    return {
        "securitySchemes": {
            "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
            "login": {
                "type": "oauth2",
                "flows": {
                    "authorizationCode": {
                        "authorizationUrl": "https://acme.com/authorize",
                        "tokenUrl": "https://acme.com/token",
                        "scopes": {"read": "Read."},
                    }
                },
            },
        },
        "parameters": {
            "Id": {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
        },
        "requestBodies": {
            "Book": {
                "required": True,
                "content": {
                    "application/json": {
                        "schema": {"$ref": "#/components/schemas/Book"},
                        "example": {"title": "Emma", "isbn": "978-0141439587"},
                    }
                },
            }
        },
        "examples": {"Two": {"value": [{"id": "a", "title": "Emma", "isbn": "978-0141439587"}]}},
        "schemas": {
            "Book": {
                "type": "object",
                "required": ["id", "title"],
                "properties": {
                    "id": {"type": "string", "readOnly": True},
                    "title": {"type": "string", "minLength": 1, "maxLength": 80, "example": "Emma"},
                    "isbn": {
                        "type": "string",
                        "pattern": "^97[89]-[0-9]{10}$",
                        "example": "978-0141439587",
                    },
                    "pages": {"type": "integer", "minimum": 1, "maximum": 5000, "default": 100},
                    "price": {
                        "type": "number",
                        "multipleOf": 0.01,
                        "exclusiveMinimum": True,
                        "minimum": 0,
                    },
                    "state": {"type": "string", "enum": ["new", "used"], "default": "new"},
                    "tags": {
                        "type": "array",
                        "items": {"type": "string"},
                        "minItems": 0,
                        "maxItems": 5,
                    },
                    "sequel": {"$ref": "#/components/schemas/Book"},
                    "published": {"type": "string", "format": "date", "example": "1815-12-23"},
                    "subtitle": {"type": "string", "nullable": True},
                    "secret": {"type": "string", "writeOnly": True},
                },
            },
            "Loan": {
                "type": "object",
                "required": ["kind"],
                "properties": {"kind": {"type": "string"}},
            },
            "Short": {
                "allOf": [
                    {"$ref": "#/components/schemas/Loan"},
                    {
                        "type": "object",
                        "required": ["days"],
                        "properties": {"days": {"type": "integer"}},
                    },
                ]
            },
            "Long": {
                "allOf": [
                    {"$ref": "#/components/schemas/Loan"},
                    {
                        "type": "object",
                        "required": ["weeks"],
                        "properties": {"weeks": {"type": "integer"}},
                    },
                ]
            },
            "Problem": {"type": "object", "properties": {"detail": {"type": "string"}}},
        },
    }


def clean_31() -> Root:
    """Return the same in the words of OpenAPI 3.1, with a webhook."""
    root = clean("3.1.0")
    book = root["components"]["schemas"]["Book"]["properties"]
    book["subtitle"] = {"type": ["string", "null"]}
    book["price"] = {"type": "number", "exclusiveMinimum": 0}
    book["pair"] = {"type": "array", "prefixItems": [{"type": "string"}], "items": False}
    root["webhooks"] = {
        "lent": {
            "post": {
                "operationId": "onLent",
                "summary": "Hear of a loan.",
                "requestBody": {
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/Loan"}}
                    }
                },
                "responses": {"200": {"description": "Taken."}},
            }
        }
    }
    return root


def clean_20() -> Root:
    """Return a document of Swagger 2.0."""
    return {
        "swagger": "2.0",
        "info": {"title": "Library", "version": "1"},
        "host": "api.acme.com",
        "basePath": "/v1",
        "schemes": ["https"],
        "consumes": ["application/json"],
        "produces": ["application/json"],
        "security": [{"key": []}],
        "securityDefinitions": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}},
        "paths": {
            "/books/{id}": {
                "get": {
                    "operationId": "readBook",
                    "summary": "Read a book.",
                    "parameters": [
                        {"name": "id", "in": "path", "required": True, "type": "string"},
                        {
                            "name": "fields",
                            "in": "query",
                            "type": "array",
                            "items": {"type": "string"},
                            "collectionFormat": "multi",
                        },
                    ],
                    "responses": {
                        "200": {
                            "description": "It.",
                            "schema": {"$ref": "#/definitions/Book"},
                            "examples": {"application/json": {"title": "Emma"}},
                        },
                        "404": {"description": "No."},
                    },
                },
                "put": {
                    "operationId": "replaceBook",
                    "summary": "Replace a book.",
                    "parameters": [
                        {"name": "id", "in": "path", "required": True, "type": "string"},
                        {"name": "book", "in": "body", "schema": {"$ref": "#/definitions/Book"}},
                    ],
                    "responses": {"200": {"description": "Done."}, "400": {"description": "No."}},
                },
            }
        },
        "definitions": {
            "Book": {
                "type": "object",
                "required": ["title"],
                "properties": {"title": {"type": "string", "example": "Emma"}},
            }
        },
    }
