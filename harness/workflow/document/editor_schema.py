"""Derive the JSON Schema that editors use to complete and check Arazzo documents with our extensions."""

import json
from collections.abc import Mapping

from harness.jsonvalue import Json
from harness.workflow.document.shapes import EXTENSIONS, REUSABLE, SHAPES, Field, Shape

# The form of a type that names its version, for languages with several.
_VERSIONED: Mapping[str, Json] = {
    "type": "object",
    "required": ["type", "version"],
    "properties": {"type": {"type": "string"}, "version": {"type": "string"}},
}
_LANGUAGE: Mapping[str, Json] = {
    "anyOf": [{"enum": ["simple", "regex", "jsonpath", "xpath", "jsonpointer"]}, _VERSIONED]
}


def _selector(*types: str) -> Mapping[str, Json]:
    kind: Json = {"anyOf": [{"enum": list(types)}, _VERSIONED]}
    return {
        "type": "object",
        "required": ["context", "selector", "type"],
        "properties": {
            "context": {"type": "string"},
            "selector": {"type": "string"},
            "type": kind,
        },
        "additionalProperties": False,
    }


_SELECTED = ("jsonpath", "xpath", "jsonpointer")
_REUSABLE: Mapping[str, Json] = {
    "type": "object",
    "required": ["reference"],
    "properties": {"reference": {"type": "string"}},
}
_PLAIN: Mapping[str, Json] = {
    "any": True,
    "schema": {"type": ["object", "boolean"]},
    "string": {"type": "string", "minLength": 1},
    "text": {"type": "string"},
    "integer": {"type": "integer", "minimum": 0},
    "number": {"type": "number", "minimum": 0},
    "language": _LANGUAGE,
    "strings": {"type": "array", "uniqueItems": True, "items": {"type": "string"}},
    "output": {"anyOf": [{"type": "string"}, _selector(*_SELECTED)]},
    "x-output": {"anyOf": [{"type": "string"}, _selector(*_SELECTED, "regex")]},
}
_EXTENSIONS: Mapping[str, Json] = {
    "x-cases": {"type": "object"},
    "x-scope": {"enum": ["case", "session"]},
    "x-teardown": {"type": "string"},
    "x-env": {"type": "object", "additionalProperties": {"type": "string"}},
    "x-files": {"type": "object"},
    "x-poll": {
        "type": "object",
        "properties": {
            name: {"type": "number", "minimum": 0}
            for name in ("backoff", "maxInterval", "deadline")
        },
        "additionalProperties": False,
    },
}


def editor_schema() -> Mapping[str, Json]:
    """Return a JSON Schema 2020-12 for Arazzo 1.0.x and 1.1.x with the extensions."""
    definitions = {name: _object(shape) for name, shape in SHAPES.items() if name != "root"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Arazzo with {', '.join(EXTENSIONS[:-1])} and {EXTENSIONS[-1]}",
        **_object(SHAPES["root"]),
        "$defs": definitions,
    }


def schema_text() -> str:
    """Return the schema as it is printed and shipped."""
    return json.dumps(editor_schema(), indent=2) + "\n"


def _object(shape: Shape) -> dict[str, Json]:
    known: dict[str, Json] = {name: _field(field) for name, field in shape.fields.items()}
    # A field with the name of an extension has a stricter schema, which stays.
    known.update({name: _EXTENSIONS[name] for name in shape.extensions if name not in known})
    return {
        "type": "object",
        "required": [name for name, field in shape.fields.items() if field.required],
        "properties": known,
        # Keys of other tools are allowed, so that editors do not mark them.
        "patternProperties": {"^x-": True},
        "additionalProperties": False,
    }


def _field(field: Field) -> Json:
    kind, _, shape = field.kind.partition(" ")
    match kind:
        case "object":
            return {"$ref": f"#/$defs/{shape}"}
        case "map":
            return {"type": "object", "additionalProperties": _item(shape)}
        case "list" | "list?":
            return {
                "type": "array",
                "minItems": 0 if kind == "list?" else 1,
                "items": _listed(shape),
            }
        case _ if kind in _PLAIN:
            return _PLAIN[kind]
        # The kinds that are left list their words, with `|` between them.
        case _:
            return {"enum": kind.split("|")}


def _item(shape: str) -> Json:
    return _PLAIN.get(shape, {"$ref": f"#/$defs/{shape}"})


def _listed(shape: str) -> Json:
    if shape not in REUSABLE:
        return {"$ref": f"#/$defs/{shape}"}
    # Either the object itself or a reference to one in `components`.
    return {"anyOf": [_REUSABLE, {"$ref": f"#/$defs/{shape}"}]}
