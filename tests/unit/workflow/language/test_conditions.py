from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.exchange import Response
from harness.workflow.language.conditions import Comparison, ConditionError, Literal, condition
from harness.workflow.language.scope import Received, Scope
from harness.workflow.language.truth import decide, equals, observed

BODY = b'{"status":"up","n":"10","z":null,"list":[{"b":1}],"empty":[],"yes":true,"no":false,"text":"","obj":{"a":[1,2]}}'
SCOPE = Scope(
    inputs={"name": "UP", "three": 3, "same": {"a": [1, 2]}, "numbers": [1, True]},
    received=Received(Response(200, (("Content-Type", "application/json"), ("X-Rate", "5")), BODY)),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$statusCode == 200", True),
        ("$statusCode == '200'", True),
        ("$statusCode != 200", False),
        ("$statusCode==200&&$inputs.three==3", True),
        ("$statusCode == 200 && false", False),
        ("false && $statusCode == 200", False),
        ("false || $statusCode == 200", True),
        ("true || false && false", True),
        ("(true || false) && false", False),
        ("!(1 == 2)", True),
        ("!!true", True),
        ("!$response.body#/yes", False),
        ("$response.body#/status == 'UP'", True),
        ("$response.body#/status == $inputs.name", True),
        ("$response.body#/status != 'UP'", False),
        ("$response.body#/z == null", True),
        ("$response.body#/nope == null", True),
        ("null != $response.body#/status", True),
        ("$response.body#/nope != null", False),
        ("$response.body#/z == 0", False),
        ("$response.body#/z == ''", False),
        ("$response.body#/z == false", False),
        ("$response.body#/z < 5", False),
        ("$response.body#/z >= 0", False),
        ("null == null", True),
        ("$response.body.list[0].b == 1", True),
        ("$response.body#/list/0/b == 1", True),
        ("$response.body#/list[0].b == 1", True),
        ("$response.header.x-rate >= 5", True),
        ("$response.body#/n > 9", True),
        ("$response.body#/n > '9'", True),
        ("'10' == '10.0'", False),
        ("10 == 10.0", True),
        ("-1 < 0", True),
        ("1e2 == 100", True),
        ("'abc' < 'ABD'", True),
        ("'it''s' == 'IT''S'", True),
        ("$response.body#/yes == true", True),
        ("$response.body#/yes == 1", False),
        ("$response.body#/no == 0", False),
        ("$response.body#/yes == 'true'", False),
        ("$response.body#/yes", True),
        ("$response.body#/no", False),
        ("$response.body#/text", False),
        ("$response.body#/obj == $inputs.same", True),
        ("null", False),
        ("true", True),
    ],
)
def test_a_condition_is_true_or_false(text: str, expected: bool) -> None:
    assert decide(condition(text), SCOPE).value is expected


@pytest.mark.parametrize(
    "text",
    [
        "$response.body#/nope == 'x'",
        "$response.body#/nope != 'x'",
        "!($response.body#/nope == 'x')",
        "$response.body#/nope",
        "!$response.body#/nope",
        "$response.body#/nope > 3",
        "$response.body#/nope == 'x' && $statusCode == 200",
        "$steps.other.outputs.id == 'x'",
        "$response.body#/yes < 3",
    ],
)
def test_what_does_not_resolve_is_neither_true_nor_false(text: str) -> None:
    found = decide(condition(text), SCOPE)

    assert found.value is None
    assert "did not resolve" in found.reason or "no order" in found.reason


def test_the_other_side_of_or_can_settle_what_one_side_cannot() -> None:
    assert (
        decide(condition("$response.body#/nope == 'x' || $statusCode == 200"), SCOPE).value is True
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "breaks off"),
        ("$statusCode ==", "breaks off"),
        ("$statusCode == 200 200", "not expected"),
        ("$statusCode = 200", "compared with '==', not '='"),
        ("status == 200", "a member of the answer is $response.body#/status"),
        ("statusCode == 200", "write $statusCode"),
        ("$response.body#/status == UP", "in single quotes: 'UP'"),
        ("$response.body#/a == True", "written true"),
        ('$response.body#/a == "x"', "single quotes: 'x'"),
        ("'open", "not closed"),
        ("{$statusCode} == 200", "without braces"),
        ("1 < 2 < 3", "parentheses"),
        ("!$statusCode == 200", "parentheses"),
        ("(true", "breaks off"),
        ("$status == 200", "there is no $status"),
        ("__import__('os')", "is no expression"),
        ("06 == 6", "no meaning"),
        ("true and false", "'and' is written &&"),
        ("(" * 60 + "true" + ")" * 60, "nested"),
        ("true && " * 1000 + "true", "longer"),
    ],
)
def test_what_is_no_condition_says_why(text: str, reason: str) -> None:
    with pytest.raises(ConditionError, match=reason.replace("$", "\\$")):
        condition(text)


def test_a_quote_is_written_twice() -> None:
    assert condition("'it''s' == 'x'") == Comparison("==", Literal("it's"), Literal("x"))


def test_the_values_are_told() -> None:
    assert observed(condition("$statusCode == 201 && $response.body#/status == 'X'"), SCOPE) == (
        "$statusCode is 200, $response.body#/status is 'up'"
    )


def test_a_boolean_inside_an_array_is_no_number() -> None:
    assert not equals([1, 1], [1, True])
    assert equals({"a": [True]}, {"a": [True]})


@given(st.text(max_size=60))
def test_any_text_is_a_condition_or_is_refused(text: str) -> None:
    with suppress(ConditionError):
        condition(text)


@given(st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=30))
def test_every_string_can_be_written_as_a_literal(text: str) -> None:
    quoted = "'" + text.replace("'", "''") + "'"

    assert condition(f"{quoted} == 'x'") == Comparison("==", Literal(text), Literal("x"))
