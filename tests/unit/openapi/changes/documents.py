"""Small documents that differ in one thing, and what a comparison of them comes to."""

from collections.abc import Mapping
from typing import Any

from harness.document import parse
from harness.jsonvalue import compact
from harness.openapi.change import Change, Level
from harness.openapi.diff import diff
from harness.openapi.load import build_api
from harness.openapi.model import Api

BREAKS, WARNS, HARMLESS, NOTHING = "breaks", "warns", "harmless", "nothing"


def api(document: Mapping[str, Any]) -> Api:
    return build_api(parse(compact(document), "small.json"), "small")


def document(operation: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """Return a document of one operation."""
    version = more.pop("version", "3.1.0")
    return {
        "openapi": version,
        "info": {"title": "t", "version": "1"},
        "paths": {"/a/{x}": {"post": {"operationId": "a", "responses": {}, **operation}}},
        **more,
    }


def request(schema: Any, **more: Any) -> Api:
    content = {"application/json": {"schema": schema}}
    return api(document({"requestBody": {"required": True, "content": content}}, **more))


def response(schema: Any, **more: Any) -> Api:
    content = {"application/json": {"schema": schema}}
    return api(document({"responses": {"200": {"description": "", "content": content}}}, **more))


def verdict(changes: tuple[Change, ...]) -> str:
    """Return the heaviest level, in the words of the tables."""
    levels = {change.level for change in changes}
    if Level.BREAKING in levels:
        return BREAKS
    if Level.WARNING in levels:
        return WARNS
    return HARMLESS if Level.HARMLESS in levels else NOTHING


def verdicts(old: Any, new: Any, **more: Any) -> tuple[str, str]:
    """Compare two schemas as that of a request and as that of a response."""
    return (
        verdict(diff(request(old, **more), request(new, **more))),
        verdict(diff(response(old, **more), response(new, **more))),
    )
