from collections.abc import Callable

import pytest

from harness.openapi.bundled import bundled_document, document_names
from harness.openapi.change import Change
from harness.openapi.diff import diff
from harness.openapi.model import Api


def told(old: Api, new: Api) -> list[str]:
    return [str(each).rpartition(" [")[0].replace("GET /base/v1/", "") for each in diff(old, new)]


@pytest.mark.parametrize("name", document_names())
def test_document_does_not_differ_from_itself(name: str) -> None:
    api = bundled_document(name)

    assert diff(api, api) == ()


@pytest.mark.parametrize(
    ("old", "new", "there", "back"),
    [
        pytest.param(
            "    get:\n",
            "    put:\n",
            ["breaking operation-removed things/{id}: removed"],
            ["breaking operation-removed PUT /base/v1/things/{id}: removed"],
            id="operation",
        ),
        pytest.param(
            "operationId: getThing",
            "operationId: fetchThing",
            ["harmless operation-id-changed things/{id}: getThing -> fetchThing"],
            ["harmless operation-id-changed things/{id}: fetchThing -> getThing"],
            id="operation-id",
        ),
        pytest.param(
            "operationId: getThing",
            "operationId: getThing\n      security: [{bearer: []}]",
            ["breaking security-changed things/{id}: secured now"],
            ["harmless security-changed things/{id}: open now"],
            id="security",
        ),
        pytest.param(
            "      in: query\n",
            "      in: query\n      required: true\n",
            ["breaking parameter-required things/{id} query depth: required now"],
            ["harmless parameter-required things/{id} query depth: optional now"],
            id="parameter-required",
        ),
        pytest.param(
            "        '200':",
            "        '201':",
            [
                "breaking answer-removed things/{id} answer 200: removed",
                "harmless answer-added things/{id} answer 201: added",
            ],
            [
                "breaking answer-removed things/{id} answer 201: removed",
                "harmless answer-added things/{id} answer 200: added",
            ],
            id="success-covered-by-default",
        ),
        pytest.param(
            "        4XX:",
            "        5XX:",
            [
                "harmless answer-removed things/{id} answer 4XX: removed",
                "harmless answer-added things/{id} answer 5XX: added",
            ],
            [
                "harmless answer-removed things/{id} answer 5XX: removed",
                "harmless answer-added things/{id} answer 4XX: added",
            ],
            id="refusals",
        ),
        pytest.param(
            "application/problem+json",
            "application/json",
            [
                "breaking response-media-type-removed things/{id} "
                "answer 4XX application/problem+json: removed",
                "harmless response-media-type-added things/{id} answer 4XX application/json: added",
            ],
            [
                "breaking response-media-type-removed things/{id} "
                "answer 4XX application/json: removed",
                "harmless response-media-type-added things/{id} "
                "answer 4XX application/problem+json: added",
            ],
            id="media-type",
        ),
    ],
)
def test_change_of_an_operation_is_classified(
    api_with: Callable[..., Api],
    api_text: Api,
    old: str,
    new: str,
    there: list[str],
    back: list[str],
) -> None:
    after = api_with(old, new)

    assert [each for each in told(api_text, after) if "operation-added" not in each] == there
    assert [each for each in told(after, api_text) if "operation-added" not in each] == back


@pytest.mark.parametrize(
    ("parameter", "expected"),
    [
        pytest.param(
            "{name: X-A, in: header, required: true}",
            "breaking parameter-added things/{id} header x-a: added, required",
            id="required",
        ),
        pytest.param(
            "{name: a, in: query}",
            "harmless parameter-added things/{id} query a: added",
            id="optional",
        ),
    ],
)
def test_new_parameter_breaks_only_where_it_is_required(
    api_with: Callable[..., Api], api_text: Api, parameter: str, expected: str
) -> None:
    after = api_with("      parameters:\n", f"      parameters:\n        - {parameter}\n")

    assert told(api_text, after) == [expected]


def test_parameter_that_goes_is_harmless(api_with: Callable[..., Api], api_text: Api) -> None:
    old = "      parameters:\n        - $ref: '#/components/parameters/Depth'\n"

    assert told(api_text, api_with(old, "")) == [
        "harmless parameter-removed things/{id} query depth: removed"
    ]


def test_body_that_becomes_required_breaks(api_with: Callable[..., Api]) -> None:
    body = "operationId: getThing\n      requestBody: {content: {}"
    before = api_with("operationId: getThing", f"{body}}}")
    after = api_with("operationId: getThing", f"{body}, required: true}}")

    assert told(before, after) == ["breaking body-required things/{id} body: required now"]
    assert told(after, before) == ["harmless body-required things/{id} body: optional now"]


def test_new_success_without_a_default_breaks(api_with: Callable[..., Api]) -> None:
    default = "        default:\n          description: Failed.\n"
    before = api_with(default, "")
    after = api_with(default, "        '202':\n          description: Taken.\n")

    assert told(before, after) == ["breaking answer-added things/{id} answer 202: added"]


def test_inlined_reference_and_folded_all_of_are_the_same_schema(
    api_with: Callable[..., Api], api_text: Api
) -> None:
    folded = api_with(
        "      required: [name]\n", "      allOf: [{required: [name]}, {type: object}]\n"
    )
    inlined = api_with(
        "name:\n          $ref: '#/components/schemas/Name'",
        "name: {type: string, pattern: '^[A-Z][a-z]+$', maxLength: 10}",
    )

    assert diff(api_text, folded) == ()
    assert diff(api_text, inlined) == ()


def test_nullable_of_3_0_is_the_null_of_3_1(api_with: Callable[..., Api]) -> None:
    old = api_with("format: date", "nullable: true", version="3.0.3")
    new = api_with("type: string\n          format: date", "type: [string, 'null']")

    assert diff(old, new) == ()


def test_name_of_a_path_parameter_does_not_matter(
    api_with: Callable[..., Api], api_text: Api
) -> None:
    renamed = api_with(
        "/things/{id}:\n    parameters:\n      - name: id",
        "/things/{key}:\n    parameters:\n      - name: key",
    )

    assert diff(api_text, renamed) == ()


def test_fingerprint_names_a_change_for_good() -> None:
    change = Change("operation-removed", "GET /a", "", "removed", is_breaking=True)

    assert change.fingerprint == "8946ee7eb743"


def test_a_lower_bound_of_zero_is_none(api_with: Callable[..., Api]) -> None:
    old = api_with("maxLength: 10", "maxLength: 10\n      minLength: 0")
    new = api_with("maxLength: 10", "maxLength: 10")

    assert (diff(old, new), diff(new, old)) == ((), ())
