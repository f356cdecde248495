from collections.abc import Callable
from pathlib import Path

import pytest

from harness.document import parse
from harness.errors import DocumentError
from harness.openapi.load import build_api, load_api
from harness.openapi.model import Api, Header, Parameter


def refusal(text: str) -> str:
    with pytest.raises(DocumentError) as caught:
        build_api(parse(text, "api.yaml"), "api")
    return str(caught.value)


@pytest.mark.parametrize("section", ["webhooks", "components", "paths"])
def test_one_section_is_enough_from_3_1_on(section: str) -> None:
    api = build_api(parse(f"openapi: 3.1.0\ninfo: {{}}\n{section}: {{}}\n"), "api")

    assert (api.operations, api.defects) == ((), ())


def test_webhooks_and_callbacks_are_operations_of_their_own() -> None:
    body = "requestBody: {content: {application/json: {schema: {type: object}}}}"
    text = (
        f"openapi: 3.1.0\nwebhooks: {{sent: {{post: {{{body}}}}}}}\n"
        f"paths: {{/a: {{get: {{callbacks: {{done: {{'{{$url}}': {{post: {{{body}}}}}}}}}}}}}}}\n"
    )

    api = build_api(parse(text), "api")

    assert [(each.path, each.method) for each in api.webhooks] == [("sent", "POST")]
    assert [each.path for each in api.operations] == ["/a"]
    assert [each.path for each in api.operations[0].callbacks] == ["{$url}"]


def test_a_broken_part_leaves_the_others_as_they_are() -> None:
    text = (
        f"{HEAD}  /a: {{get: {{responses: {{'200': {{$ref: '#/gone'}}, '400': {{description: d}}}},"
        " requestBody: {$ref: '#/lost'}, parameters: [{name: q, in: query}, {$ref: '#/no'}]}}\n"
        "  /b: {get: {operationId: b}}\n"
    )

    api = build_api(parse(text, "api.yaml"), "api")
    first, second = api.operations

    assert [each.status for each in first.answers] == ["200", "400"]
    assert first.answers[0].defect is not None
    assert first.answers[1].defect is None
    assert first.body_defect is not None
    assert [each.name for each in first.parameters] == ["q"]
    assert second.id == "b"
    assert [each.kind.value for each in api.defects] == ["reference-dangling"] * 3


def test_a_path_item_keeps_what_stands_beside_its_reference() -> None:
    text = (
        f"{HEAD}  /a: {{$ref: '#/components/pathItems/P', post: {{operationId: own}}}}\n"
        "components: {pathItems: {P: {get: {operationId: shared}}}}\n"
    )

    api = build_api(parse(text), "api")

    assert [each.id for each in api.operations] == ["own", "shared"]


def test_operation_carries_its_full_path_and_its_place(api_text: Api) -> None:
    operation = api_text.operation("getThing")

    assert operation is not None
    assert operation.label == "GET /base/v1/things/{id}"
    assert operation.path == "/things/{id}"
    assert str(operation.source) == "small.yaml:13:7"
    assert operation.pointer == "/paths/~1things~1{id}/get"


def test_path_parameters_and_referenced_ones_are_joined(api_text: Api) -> None:
    operation = api_text.operations[0]

    assert operation.parameters == (
        Parameter("id", "path", required=True, schema={"type": "string"}),
        Parameter("depth", "query", required=False, schema={"type": "integer"}),
    )


def test_operation_parameter_replaces_the_path_parameter(
    api_with: Callable[[str, str], Api],
) -> None:
    api = api_with("{type: integer}", "{type: string}")
    replaced = api_with(
        "- $ref: '#/components/parameters/Depth'", "- {name: id, in: path, required: true}"
    )

    assert len(api.operations[0].parameters) == 2
    assert replaced.operations[0].parameters == (Parameter("id", "path", required=True),)


def test_schema_keeps_its_reference(api_text: Api) -> None:
    answer = api_text.operations[0].answers[0]

    assert answer.status == "200"
    assert answer.headers == (Header("X-Trace", True, {"type": "string"}),)
    assert answer.media_types[0].schema == {"$ref": "#/components/schemas/Thing"}
    assert answer.media_types[0].pointer.endswith("/responses/200/content/application~1json")


def test_server_variables_take_their_defaults(api_with: Callable[[str, str], Api]) -> None:
    api = api_with(
        "url: https://sandbox.example/base/v1/",
        "{url: 'https://{host}/{base}', variables: {host: {default: h.example}, base: {default: b}}}",
    )

    assert api.servers == ("https://h.example/b",)


def test_operation_without_an_id_is_named_by_method_and_path(
    api_with: Callable[[str, str], Api],
) -> None:
    api = api_with("operationId: getThing", "summary: Get it")

    assert api.operations[0].id == "GET /things/{id}"


@pytest.mark.parametrize(
    ("security", "secured"),
    [
        pytest.param("[]", False, id="none"),
        pytest.param("[{bearer: []}]", True, id="bearer"),
        pytest.param("[{bearer: []}, {}]", False, id="optional"),
    ],
)
def test_empty_security_requirement_opens_an_operation(
    api_with: Callable[[str, str], Api], security: str, secured: bool
) -> None:
    api = api_with("operationId: getThing", f"operationId: getThing\n      security: {security}")

    assert api.operations[0].secured is secured


HEAD = "openapi: 3.1.0\ninfo: {}\npaths:\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "- 1",
            "api.yaml:1:1: is not an OpenAPI document. It must be an object.",
            id="array",
        ),
        pytest.param(
            "info: {}\nswagger: '1.2'",
            "api.yaml:2:10: has the Swagger version '1.2'. "
            "Give 'openapi: 3.0.x', 3.1.x or 3.2.x, or 'swagger: \"2.0\"'.",
            id="swagger",
        ),
        pytest.param(
            "openapi: 4.0.0",
            "api.yaml:1:10: has the OpenAPI version '4.0.0'. "
            "Give 'openapi: 3.0.x', 3.1.x or 3.2.x, or 'swagger: \"2.0\"'.",
            id="version",
        ),
        pytest.param(
            "openapi: 3.1",
            "api.yaml:1:10: has the version 3.1 as a number. Write it in quotes: openapi: '3.1'.",
            id="version-as-a-number",
        ),
        pytest.param(
            "info: {}",
            "api.yaml:1:1: names no version. "
            "Give 'openapi: 3.0.x', 3.1.x or 3.2.x, or 'swagger: \"2.0\"'.",
            id="no-version",
        ),
        pytest.param(
            "openapi: 3.0.3\npaths: []",
            "api.yaml:1:1: has no object 'paths'. List the operations below it.",
            id="no-paths",
        ),
        pytest.param(
            "openapi: 3.1.0\ncomponents: []",
            "api.yaml:1:1: has no object 'paths' or 'components' or 'webhooks'. "
            "List the operations below it.",
            id="neither-of-three",
        ),
    ],
)
def test_what_nothing_can_be_made_of_is_refused_with_its_place(text: str, expected: str) -> None:
    assert refusal(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            f"{HEAD}  things: {{}}",
            "api.yaml:4:11: has the path 'things'. Begin it with a slash.",
            id="slash",
        ),
        pytest.param(
            f"{HEAD}  /a: []",
            "api.yaml:4:7: is not an object. See the OpenAPI specification.",
            id="path-item",
        ),
        pytest.param(
            f"{HEAD}  /a:\n    get:\n      responses: {{'2xy': {{}}}}",
            "api.yaml:6:26: documents the status '2xy'. Write 201, 4XX or default, in quotes.",
            id="status",
        ),
        pytest.param(
            f"{HEAD}  /a:\n    get:\n      parameters: [{{name: b}}]",
            "api.yaml:6:20: is a parameter without a name or without a place ('in'). Give both.",
            id="parameter",
        ),
        pytest.param(
            f"{HEAD}  /a: {{get: {{operationId: x}}}}\n  /b: {{get: {{operationId: x}}}}",
            "api.yaml:5:27: has the operationId 'x' twice. Rename one.",
            id="duplicate",
        ),
        pytest.param(
            f"{HEAD}  /a: {{$ref: 'other.yaml#/a'}}",
            "api.yaml:4:14: refers to another file, 'other.yaml#/a'. "
            "Bundle the document into one file first; 'harness spec import' does.",
            id="file",
        ),
        pytest.param(
            f"{HEAD}  /a: {{$ref: '#/x'}}\nx: {{$ref: 'other.yaml#/a'}}",
            "api.yaml:4:14: refers to '#/x', which leads to no value. Mend the reference.",
            id="file-behind-a-reference",
        ),
        pytest.param(
            f"{HEAD}  /a: {{$ref: '#/gone'}}",
            "api.yaml:4:14: refers to '#/gone', which leads to no value. Mend the reference.",
            id="dangling",
        ),
        pytest.param(
            f"{HEAD}  /a: {{$ref: '#/components/b'}}\ncomponents: {{b: {{$ref: '#/components/b'}}}}",
            "api.yaml:4:14: refers to '#/components/b', which leads to no value. "
            "Mend the reference.",
            id="endless",
        ),
    ],
)
def test_fault_of_a_part_is_a_defect_with_its_place(text: str, expected: str) -> None:
    defects = build_api(parse(text, "api.yaml"), "api").defects

    assert str(defects[0].error()) == expected


def test_extension_beside_the_paths_is_no_path(api_with: Callable[[str, str], Api]) -> None:
    api = api_with("paths:\n", "paths:\n  x-owner: {name: us}\n")

    assert [operation.id for operation in api.operations] == ["getThing"]


def test_reference_in_example_data_is_data(api_with: Callable[[str, str], Api]) -> None:
    api = api_with("example: Sam", "example: {$ref: '#/nowhere'}")

    assert api.operations[0].id == "getThing"


def test_chain_of_references_is_followed() -> None:
    chain = "\n".join(f"    r{n}: {{$ref: '#/components/x/r{n + 1}'}}" for n in range(9))
    api = build_api(
        parse(
            f"{HEAD}  /a: {{$ref: '#/components/x/r0'}}\n"
            f"components:\n  x:\n{chain}\n    r9: {{get: {{operationId: found}}}}"
        ),
        "api",
    )

    assert [operation.id for operation in api.operations] == ["found"]


def test_downloaded_vendor_document_loads(vendor_file: tuple[str, Path]) -> None:
    name, path = vendor_file

    api = load_api(path, name)

    assert [operation.path for operation in api.operations]
    assert all(operation.answers for operation in api.operations)


SERVERS = """\
openapi: 3.2.0
info: {title: S, version: '1'}
servers: [{url: 'https://root.example/r'}]
paths:
  /a:
    servers: [{url: 'https://path.example/p'}]
    get: {operationId: ofPath}
    post: {operationId: ofOperation, servers: [{url: '/o/{v}', variables: {v: {default: '2'}}}]}
  /b:
    query: {operationId: asked}
    additionalOperations: {COPY: {operationId: copied}}
"""


def test_an_operation_has_the_nearest_server() -> None:
    api = build_api(parse(SERVERS), "api")

    assert {each.id: (each.servers, each.label) for each in api.operations} == {
        "ofPath": (("https://path.example/p",), "GET /p/a"),
        "ofOperation": (("/o/2",), "POST /o/2/a"),
        "asked": (("https://root.example/r",), "QUERY /r/b"),
        "copied": (("https://root.example/r",), "COPY /r/b"),
    }


def test_methods_of_other_names_are_found_where_they_stand() -> None:
    api = build_api(parse(SERVERS), "api")

    copied = api.operation("copied")

    assert copied is not None
    assert copied.pointer == "/paths/~1b/additionalOperations/COPY"


def test_a_parameter_says_how_it_is_written(api_with: Callable[[str, str], Api]) -> None:
    described = "- {name: f, in: query, style: deepObject, explode: false, allowReserved: true}"
    api = api_with("- $ref: '#/components/parameters/Depth'", described)

    found = api.operations[0].parameters[-1]

    assert (found.style, found.explode, found.allows_reserved) == ("deepObject", False, True)


@pytest.mark.parametrize(
    ("parameter", "expected"),
    [
        (Parameter("a", "query"), True),
        (Parameter("a", "cookie"), True),
        (Parameter("a", "query", style="pipeDelimited"), False),
        (Parameter("a", "path"), False),
        (Parameter("a", "header"), False),
        (Parameter("a", "path", explode=True), True),
        (Parameter("a", "query", explode=False), False),
    ],
)
def test_only_form_explodes_by_itself(parameter: Parameter, *, expected: bool) -> None:
    assert parameter.is_exploded is expected
