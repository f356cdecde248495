import pytest

from harness.workflow.language.expressions import (
    ExpressionError,
    is_expression,
    is_near_miss,
    parse,
)


@pytest.mark.parametrize(
    "text",
    [
        "$url",
        "$method",
        "$statusCode",
        "$self",
        "$request.header.accept",
        "$request.query.queryUrl",
        "$request.path.id",
        "$request.body",
        "$request.body#/user/uuid",
        "$response.body#/status",
        "$response.body#/a~1b/m~0n",
        "$response.body#",
        "$response.header.Server",
        "$inputs.username",
        "$inputs.customer#/firstName",
        "$inputs.x-store-id",
        "$outputs.bar",
        "$outputs.mapped#/name",
        "$steps.someStepId.outputs.pets",
        "$steps.someStepId.outputs.pets#/0/id",
        "$workflows.foo.inputs.username",
        "$workflows.foo.outputs.mappedResponse#/name",
        "$sourceDescriptions.petstore.getPetById",
        "$sourceDescriptions.petstore.url",
        "$components.parameters.foo",
        "$components.successActions.bar",
        "$components.failureActions.baz",
        "$message.payload#/status",
        "$response.body.items[0].name",
    ],
)
def test_the_specifications_expressions_are_read(text: str) -> None:
    assert is_expression(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "url",
        "$",
        "$urls",
        "$inputs",
        "$inputs.",
        "$input.id",
        "$response",
        "$response.bdy",
        "$response.body#status",
        "$response.body#/a~2",
        "$response.header",
        "$response.header.a b",
        "$steps.create",
        "$steps.create.output.id",
        "$steps.a.b.outputs.id",
        "$components.unknown.x",
        "$inputs.a{b}",
        "$5.00",
        "$inputs." + "a" * 3000,
    ],
)
def test_what_is_no_expression_is_refused_in_words(text: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)

    assert str(caught.value)


def test_a_pointer_is_kept_apart_from_the_name() -> None:
    found = parse("$steps.create.outputs.a.b#/0/id")

    assert (found.root, found.names, found.pointer) == (
        "steps",
        ("create", "outputs", "a.b"),
        "/0/id",
    )


@pytest.mark.parametrize(
    "text", ["$input.id", "$step.a.outputs.b", "$inputs", "$response.bdy", "$respons.body"]
)
def test_a_slip_is_told_from_a_text(text: str) -> None:
    assert is_near_miss(text)


@pytest.mark.parametrize("text", ["$5.00", "$ref", "$schema", "dollar", "$inputs.x", "$"])
def test_a_text_is_told_from_a_slip(text: str) -> None:
    assert not is_near_miss(text)
