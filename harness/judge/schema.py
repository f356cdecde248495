"""The JSON Schema of a scenario file, made from the same tables that the judge works with."""

from collections.abc import Mapping

from harness.jsonvalue import Json
from harness.judge.expectations import KINDS
from harness.judge.scenario import Effect
from harness.x12.review import Kind

# As in a name of a row, a part may still be a reference when the form is checked.
_ID = r"^([a-z0-9-]|\$(row|main)\.[a-z_]+)+(/([a-zA-Z0-9-]|\$(row|main)\.[a-z_]+)+){1,3}$"
_NAME: Json = {"type": "string", "pattern": r"^\$(row|main)\.[a-z_]+$"}
_ACTION: Json = {
    "type": "string",
    "pattern": r"^([a-z0-9-]+(\.[a-z0-9-]+)?|\$(row|main)\.[a-z_]+)$",
}
# A letter for the set and three digits, as in every requirement set.
_REQUIREMENT = "^[A-Z][0-9]{3}$"
_INPUTS: Json = {"anyOf": [{"type": "object"}, _NAME]}
_TEXT: Json = {"type": "string", "minLength": 1}
_REQUIREMENTS: Json = {"type": "array", "items": {"type": "string", "pattern": _REQUIREMENT}}
_STRENGTH: Json = {"enum": ["SHALL", "SHOULD", "OBSERVE"]}

# A reference, whose value is not known before rows are written out.
_WORD: Json = {"type": "string", "pattern": r"^\$"}
_COUNT: Json = {"anyOf": [{"type": "number", "minimum": 0}, _WORD]}
_WORDS: Json = {"anyOf": [{"type": "array", "items": _TEXT}, _WORD]}
_ARGUMENTS: Mapping[str, Json] = {
    "operation": _TEXT,
    "of": _TEXT,
    "failed": _TEXT,
    **dict.fromkeys(("times", "at_least", "at_most", "per_second"), _COUNT),
    **dict.fromkeys(("operations", "names", "final", "look", "but", "values"), _WORDS),
    "call": {"type": "integer"},
    "calls": {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2},
    "in": {"type": "array", "items": {"enum": ["path", "query", "body"]}},
    "kind": {"enum": [each.value for each in Kind]},
    "if_called": {"type": "boolean"},
    "all": {"type": "boolean"},
}
"""What the arguments of expectations may be; the others are of any kind."""


def scenario_schema() -> Json:
    """Return the schema (2020-12) of a file that holds a list of scenarios."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Scenarios for a client under judgement",
        "type": "object",
        "required": ["scenarios"],
        "additionalProperties": False,
        "properties": {
            "product": _TEXT,
            "always": {"type": "array", "items": _expectation()},
            "scenarios": {"type": "array", "items": _scenario()},
        },
    }


def _scenario() -> Json:
    return {
        "type": "object",
        "required": ["scenario", "title", "verifies", "action", "instruct", "expect"],
        "additionalProperties": False,
        "properties": {
            "scenario": {"type": "string", "pattern": _ID},
            "title": _TEXT,
            "verifies": {**_object(_REQUIREMENTS), "minItems": 1},
            "action": _ACTION,
            "rows": {
                "type": "array",
                "minItems": 1,
                "items": {"type": "object", "required": ["id"]},
            },
            "instruct": _TEXT,
            "inputs": _INPUTS,
            "script": {"type": "array", "items": _turn()},
            "expect": {"type": "array", "items": _expectation()},
            "forbid": {"type": "array", "items": _expectation()},
            "attest": {"type": "array", "items": _TEXT},
            "control": {
                "type": "object",
                "required": ["action", "operation"],
                "additionalProperties": False,
                "properties": {"action": _ACTION, "operation": _TEXT, "inputs": _INPUTS},
            },
            "faults": {"type": "array", "items": _TEXT},
            "token_seconds": {"type": "integer", "minimum": 1, "maximum": 7200},
            "repeat": {"type": "integer", "minimum": 1, "maximum": 50},
            "quiet_seconds": {"type": "number", "minimum": 0, "maximum": 60},
            "most_calls": {"type": "integer", "minimum": 1, "maximum": 2000},
            "certificate": {
                "anyOf": [{"enum": ["sound", "wrong-name", "expired", "unknown-authority"]}, _NAME]
            },
            "limit_seconds": {"type": "number", "exclusiveMinimum": 0, "maximum": 600},
        },
    }


def _turn() -> Json:
    return {
        "type": "object",
        "required": ["on"],
        "additionalProperties": False,
        "properties": {
            "on": _TEXT,
            "nth": {"type": "integer", "minimum": 1},
            "from": {"type": "integer", "minimum": 1},
            "to": {"type": "integer", "minimum": 1},
            "answer": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "status": {
                        "anyOf": [{"type": "integer", "minimum": 200, "maximum": 599}, _NAME]
                    },
                    "headers": {"type": "object"},
                    "text": {"type": "string"},
                    "json": True,
                    "members": {"type": "object"},
                    "replace": {"type": "object"},
                },
            },
            "effect": {"enum": [each.value for each in Effect]},
            "delay_seconds": {"type": "number", "minimum": 0, "maximum": 60},
            "chunk_bytes": {"type": "integer", "minimum": 1},
        },
    }


def _expectation() -> Json:
    """Return the schema of one expectation: the name of its kind as a key, beside what rates it."""
    beside: dict[str, Json] = {
        "strength": _STRENGTH,
        "verifies": _REQUIREMENTS,
        "because": _TEXT,
    }
    kinds: dict[str, Json] = {
        name: {
            "type": "object",
            "required": list(kind.needed),
            "additionalProperties": False,
            "properties": {
                each: _ARGUMENTS.get(each, True) for each in (*kind.needed, *kind.optional)
            },
        }
        for name, kind in KINDS.items()
    }
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {**kinds, **beside},
        # Exactly one kind: the schema of an array item has no other way to say it.
        "oneOf": [{"required": [name]} for name in KINDS],
    }


def _object(schema: Json) -> dict[str, Json]:
    return dict(schema) if isinstance(schema, dict) else {}
