"""What may stand where in an Arazzo document, as a table (specification 1.0.1 and 1.1.0, section 5.8)."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Field:
    """One fixed field: the kind of its value, whether it must be there, and since which minor version."""

    kind: str
    """`string` (not empty), `text` (empty too), `any`, `schema`, `a|b` (words), or `object`, `list` or `map` and the shape's name."""
    required: bool = False
    since: int = 0


@dataclass(frozen=True, slots=True)
class Shape:
    """An object's fixed fields and those of our extensions that belong on it.

    An extension that is read as the standard key of the same name is a field too.
    """

    title: str
    fields: Mapping[str, Field]
    extensions: tuple[str, ...] = ()


_STRING = Field("string")
_TEXT = Field("text")
_NEEDED = Field("string", required=True)

# `list?` may be empty where the specification demands no item.
SHAPES: Mapping[str, Shape] = MappingProxyType(
    {
        "root": Shape(
            "document",
            {
                "arazzo": _NEEDED,
                "$self": Field("string", since=1),
                "$schema": _STRING,
                "info": Field("object info", required=True),
                "sourceDescriptions": Field("list source", required=True),
                "workflows": Field("list workflow", required=True),
                "components": Field("object components"),
            },
        ),
        "info": Shape(
            "info",
            {
                "title": Field("text", required=True),
                "summary": _TEXT,
                "description": _TEXT,
                "version": Field("text", required=True),
            },
        ),
        "source": Shape(
            "source description",
            {"name": _NEEDED, "url": _NEEDED, "type": Field("openapi|arazzo|asyncapi")},
        ),
        "workflow": Shape(
            "workflow",
            {
                "workflowId": _NEEDED,
                "summary": _TEXT,
                "description": _TEXT,
                "inputs": Field("schema"),
                "dependsOn": Field("strings"),
                "steps": Field("list step", required=True),
                "successActions": Field("list? success"),
                "failureActions": Field("list? failure"),
                "outputs": Field("map output"),
                "parameters": Field("list? parameter"),
            },
            ("x-cases", "x-scope", "x-teardown", "x-env"),
        ),
        "step": Shape(
            "step",
            {
                "stepId": _NEEDED,
                "description": _TEXT,
                "operationId": _STRING,
                "operationPath": _STRING,
                "workflowId": _STRING,
                "channelPath": Field("string", since=1),
                "correlationId": Field("string", since=1),
                "action": Field("send|receive", since=1),
                # Whole milliseconds.
                "timeout": Field("integer", since=1),
                "dependsOn": Field("strings", since=1),
                "parameters": Field("list? parameter"),
                "requestBody": Field("object body"),
                "successCriteria": Field("list criterion"),
                # A field too, so that its items are checked like those of the standard key.
                "x-successCriteria": Field("list criterion"),
                "onSuccess": Field("list? success"),
                "onFailure": Field("list? failure"),
                "outputs": Field("map output"),
                "x-outputs": Field("map x-output"),
            },
            ("x-successCriteria", "x-outputs"),
        ),
        "parameter": Shape(
            "parameter",
            {
                "name": _NEEDED,
                # Not required in the table: whether it is needed depends on what the step calls.
                "in": Field("path|query|querystring|header|cookie"),
                "value": Field("any", required=True),
            },
        ),
        "body": Shape(
            "request body",
            {
                "contentType": _STRING,
                "payload": Field("any"),
                "replacements": Field("list? replacement"),
                "x-replacements": Field("list? replacement"),
            },
            ("x-files", "x-replacements"),
        ),
        "replacement": Shape(
            "payload replacement",
            {
                "target": Field("text", required=True),
                "targetSelectorType": Field("language", since=1),
                "value": Field("any", required=True),
            },
        ),
        "criterion": Shape(
            "criterion",
            {"context": _STRING, "condition": _NEEDED, "type": Field("language")},
        ),
        "success": Shape(
            "success action",
            {
                "name": _NEEDED,
                "type": Field("end|goto", required=True),
                "workflowId": _STRING,
                "stepId": _STRING,
                "parameters": Field("list? parameter", since=1),
                "criteria": Field("list? criterion"),
            },
        ),
        "failure": Shape(
            "failure action",
            {
                "name": _NEEDED,
                "type": Field("end|goto|retry", required=True),
                "workflowId": _STRING,
                "stepId": _STRING,
                "retryAfter": Field("number"),
                "retryLimit": Field("integer"),
                "parameters": Field("list? parameter", since=1),
                "criteria": Field("list? criterion"),
            },
            ("x-poll",),
        ),
        "components": Shape(
            "components",
            {
                "inputs": Field("map schema"),
                "parameters": Field("map parameter"),
                "successActions": Field("map success"),
                "failureActions": Field("map failure"),
            },
        ),
    }
)

REUSABLE = ("parameter", "success", "failure")
"""Shapes in whose place a Reusable Object may stand, inside lists."""

# In the order of the table and each once, for messages and for the editors' schema.
EXTENSIONS = tuple(dict.fromkeys(name for shape in SHAPES.values() for name in shape.extensions))
