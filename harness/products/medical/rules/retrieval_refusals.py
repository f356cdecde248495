"""Promises on what a search for documents refuses: no dates, none that are dates, and other types."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from harness.jsonvalue import Json
from harness.openapi.requirements import Strength
from harness.products.medical.rules.fields import slug_of
from harness.products.medical.rules.retrieval_requests import (
    FILTERS,
    FIRST,
    LAST,
    READS,
    TEST,
    look_for,
    look_for_body,
    refused_with,
)
from harness.rules.edits import drop
from harness.rules.rule import Checks, Rule
from harness.rules.target import Target, json_body

_DAYS: dict[str, Json] = {FIRST: "2026-01-16", LAST: "2026-01-17"}
_NO_DATES: tuple[Json, ...] = ("20260116", "2026-02-30", "01/16/2026", "today", 20260116, ["x"])
_MISTYPED: dict[str, Json] = {**dict.fromkeys(FILTERS, 7), "size": "ten"}


def rules() -> tuple[Rule, ...]:
    """Return the rules on searches that are refused."""
    return (
        *(rule for day in (FIRST, LAST) for rule in _without(day)),
        *(_mistyped(name, value) for name, value in _MISTYPED.items()),
        _rule("other-mode", "a mode is true or false", "A015", _other_mode),
        *_bodies(),
    )


def _rule(
    name: str,
    title: str,
    requirement: str,
    verify: Callable[[Target, Any], Checks],
    values: SearchStrategy[Any] | None = None,
) -> Rule:
    case = f"medical/retrieval/search/{name}"
    return Rule(case, title, (requirement,), verify, values, needs=READS)


def _without(day: str) -> tuple[Rule, ...]:
    slug = "first-day" if day == FIRST else "last-day"

    def rule(name: str, title: str, criteria: Json) -> Rule:
        def verify(target: Target, _: object) -> Checks:
            return refused_with(look_for(target, criteria), 400)

        return _rule(f"{name}-{slug}", title, "A015", verify)

    return (
        rule("missing", f"a search without {day} is refused", drop(_DAYS, day)),
        rule("null", f"a search whose {day} is null is refused", {**_DAYS, day: None}),
        rule("empty", f"a search whose {day} is empty is refused", {**_DAYS, day: ""}),
        _rule(
            f"malformed-{slug}",
            f"a search whose {day} is no date is refused",
            "A015",
            lambda target, value: refused_with(look_for(target, {**_DAYS, day: value}), 400),
            st.sampled_from(_NO_DATES),
        ),
    )


def _mistyped(name: str, value: Json) -> Rule:
    def verify(target: Target, _: object) -> Checks:
        return refused_with(look_for(target, {**_DAYS, name: value}), 400)

    title = f"a search whose {name} is of another type is refused"
    return _rule(f"mistyped-{slug_of(name)}", title, "A015", verify)


def _other_mode(target: Target, _: object) -> Checks:
    return refused_with(look_for(target, _DAYS, "?testMode=maybe"), 400)


def _bodies() -> tuple[Rule, ...]:
    def rule(name: str, title: str, body: bytes) -> Rule:
        def verify(target: Target, _: object) -> Checks:
            headers = (("Content-Type", "application/json"),)
            return refused_with(look_for_body(target, headers, body), 400)

        return _rule(name, title, "A015", verify)

    return (
        rule("no-body", "a search without a body is refused", b""),
        rule("not-json", "a search that is no JSON is refused", b"{start"),
        rule("list", "a search that is a list is refused", b"[]"),
        rule("no-criteria", "a search without criteria is refused", b"{}"),
        Rule(
            "medical/retrieval/search/media-type",
            "a search under another media type than JSON is refused",
            ("O020",),
            _media_type,
            strength=Strength.SHOULD,
            needs=READS,
        ),
    )


def _media_type(target: Target, _: object) -> Checks:
    _, body = json_body(_DAYS)
    answered = look_for_body(target, (("Content-Type", "text/plain"),), body, TEST)
    return refused_with(answered, 400, 415)
