"""Documents of several files become one; what may not be followed is refused at its place."""

import json

import pytest

from harness.document import Document, parse
from harness.errors import DocumentError, ForbiddenTarget
from harness.jsonvalue import Json, lookup
from harness.openapi.bundle import bundle
from harness.openapi.load import build_api
from harness.openapi.location import Bounds
from harness.openapi.references import references
from tests.work import at_most

ROOT = "https://vendor.example/api/openapi.yaml"
HEAD = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\n"


class Site:
    """Has files by name below the folder of the document, and keeps what was read."""

    def __init__(self, **files: str) -> None:
        self.files = {
            f"https://vendor.example/api/{name}.yaml": text for name, text in files.items()
        }
        self.read: list[str] = []

    def __call__(self, location: str) -> Document:
        self.read.append(location)
        return parse(self.files[location], location)


def bundled(text: str, site: Site, *hosts: str) -> Document:
    return bundle(parse(f"{HEAD}{text}", ROOT), site, Bounds(ROOT, frozenset(hosts)))


def schemas(document: Document) -> Json:
    found = lookup(document.data, "/components/schemas")
    assert isinstance(found, dict)
    return found


def body(reference: str) -> str:
    return f"paths: {{/a: {{post: {{requestBody: {{content: {{a/b: {{schema: {{$ref: '{reference}'}}}}}}}}}}}}}}"


def test_a_document_that_refers_to_nothing_else_is_left_as_it_is() -> None:
    document = parse(
        f"{HEAD}{body('#/components/schemas/A')}\ncomponents: {{schemas: {{A: {{}}}}}}"
    )

    assert bundle(document, Site(), Bounds("a.yaml")) is document


def test_a_schema_of_another_file_is_taken_in_with_what_it_refers_to() -> None:
    site = Site(x="A: {properties: {b: {$ref: '#/B'}}}\nB: {type: string}\nC: {}\n")

    document = bundled(body("x.yaml#/A"), site)

    assert schemas(document) == {
        "A": {"properties": {"b": {"$ref": "#/components/schemas/B"}}},
        "B": {"type": "string"},
    }
    assert site.read == ["https://vendor.example/api/x.yaml"]
    assert build_api(document, "t").operations[0].body[0].schema == {
        "$ref": "#/components/schemas/A"
    }


def test_files_may_refer_to_each_other_in_a_circle() -> None:
    site = Site(
        x="A: {properties: {b: {$ref: 'y.yaml#/B'}}}",
        y="B: {properties: {a: {$ref: 'x.yaml#/A'}, root: {$ref: 'openapi.yaml#/info'}}}",
    )

    document = bundled(body("x.yaml#/A"), site)

    assert schemas(document) == {
        "A": {"properties": {"b": {"$ref": "#/components/schemas/B"}}},
        "B": {"properties": {"a": {"$ref": "#/components/schemas/A"}, "root": {"$ref": "#/info"}}},
    }
    assert len(site.read) == 2


def test_paths_and_components_become_what_they_refer_to() -> None:
    site = Site(path="get: {operationId: one}", Claim="{type: object, title: claim}")
    text = (
        "paths: {/a: {$ref: path.yaml}, /b: {$ref: path.yaml}}\n"
        "components: {schemas: {Claim: {$ref: Claim.yaml}}}"
    )

    document = bundled(text, site)

    assert lookup(document.data, "/paths") == {
        "/a": {"get": {"operationId": "one"}},
        "/b": {"$ref": "#/paths/~1a"},
    }
    assert schemas(document) == {"Claim": {"type": "object", "title": "claim"}}


def test_other_values_and_names_that_are_taken_find_a_place() -> None:
    site = Site(x="Answer: {description: d}\nA: {type: integer}")
    text = (
        "paths: {/a: {get: {responses: {default: {$ref: 'x.yaml#/Answer'}}}}}\n"
        "components: {schemas: {A: {}, B: {items: {$ref: 'x.yaml#/A'}}}}"
    )

    document = bundled(text, site)

    assert lookup(document.data, "/paths/~1a/get/responses/default") == {
        "$ref": "#/x-bundled/Answer"
    }
    assert lookup(document.data, "/x-bundled") == {"Answer": {"description": "d"}}
    assert schemas(document) == {
        "A": {},
        "B": {"items": {"$ref": "#/components/schemas/A-2"}},
        "A-2": {"type": "integer"},
    }


def test_data_that_looks_like_a_reference_is_left_alone_and_an_example_is_taken_in() -> None:
    site = Site(x="value: {$ref: 'no.yaml'}")
    text = (
        "paths: {}\ncomponents: {parameters: {P: {example: {$ref: 'no.yaml'},"
        " examples: {one: {$ref: 'x.yaml'}}}}, schemas: {A: {const: {$ref: 'no.yaml'}}}}"
    )

    document = bundled(text, site)

    assert lookup(document.data, "/components/parameters/P") == {
        "example": {"$ref": "no.yaml"},
        "examples": {"one": {"$ref": "#/components/examples/x"}},
    }
    assert lookup(document.data, "/components/examples/x") == {"value": {"$ref": "no.yaml"}}
    assert list(references(document.data)) == [
        ("/components/parameters/P/examples/one", "#/components/examples/x")
    ]


def test_a_fault_in_another_file_is_told_at_its_place_there() -> None:
    document = bundled(body("x.yaml#/A"), Site(x="\nA:\n  pattern: '['\n"))

    place = document.source("/components/schemas/A/pattern")
    assert str(place) == "https://vendor.example/api/x.yaml:3:12"
    assert str(document.source("/info/title")) == f"{ROOT}:2:15"


PLACE = f"{ROOT}:3:66"


@pytest.mark.parametrize(
    ("reference", "kind", "said"),
    [
        pytest.param(
            "https://user:secret@other.example/x.json?key=secret#/A",
            ForbiddenTarget,
            "refers to https://other.example/x.json, on a host that is not allowed. "
            "Add --allow-host other.example if you trust it.",
            id="host",
        ),
        pytest.param(
            "//other.example/x.json",
            ForbiddenTarget,
            "refers to https://other.example/x.json, on a host that is not allowed. "
            "Add --allow-host other.example if you trust it.",
            id="host-only",
        ),
        pytest.param(
            "http://vendor.example/x.json",
            ForbiddenTarget,
            "refers from https to http://vendor.example/x.json. "
            "Use https there too, or download the files and import those.",
            id="in-the-open",
        ),
        pytest.param(
            "file:///etc/passwd",
            DocumentError,
            "refers to 'file:///etc/passwd', which no document may. "
            "Give a path or an https address.",
            id="file",
        ),
        pytest.param(
            "https://[x",
            DocumentError,
            "refers to 'https://[x', which is no address. Give a path or an https address.",
            id="no-address",
        ),
        pytest.param(
            "x.yaml#/B",
            DocumentError,
            "refers to '#/B' in https://vendor.example/api/x.yaml, which leads to no value. "
            "Mend the reference.",
            id="no-value",
        ),
    ],
)
def test_a_reference_that_may_not_be_followed_is_refused(
    reference: str, kind: type[Exception], said: str
) -> None:
    with pytest.raises(kind) as caught:
        bundled(body(reference), Site(x="A: {}"))

    assert str(caught.value) == f"{PLACE}: {said}"


def test_a_host_that_was_named_is_allowed() -> None:
    site = Site()
    site.files["https://other.example/x.json"] = '{"A": {"$ref": "y.json"}}'
    site.files["https://other.example/y.json"] = '{"type": "null"}'

    document = bundled(body("https://other.example/x.json#/A"), site, "other.example")

    assert schemas(document) == {
        "A": {"$ref": "#/components/schemas/y"},
        "y": {"type": "null"},
    }


def test_more_than_three_hundred_files_of_the_web_are_refused() -> None:
    site = Site(**{f"f{each}": f"$ref: f{each + 1}.yaml" for each in range(310)})

    with pytest.raises(DocumentError) as caught:
        bundled(body("f0.yaml"), site)

    assert str(caught.value).startswith(
        "https://vendor.example/api/f298.yaml:1:7: "
        "refers to https://vendor.example/api/f299.yaml, beyond the limit of 300 files."
    )


def test_more_than_twenty_megabytes_in_all_are_refused() -> None:
    half = " " * (11 * 1024 * 1024)

    with pytest.raises(DocumentError, match="beyond the limit of 20,971,520 bytes in all"):
        bundled(body("a.yaml"), Site(a=f"$ref: b.yaml\n#{half}", b=f"type: string\n#{half}"))


def test_values_that_multiply_are_refused_before_they_make_much_work() -> None:
    strings = [f"{each}" for each in range(9000)]
    nested = '{"a": ' * 80 + json.dumps(strings) + "}" * 80
    below = {f"b{depth}": {"$ref": f"x.yaml#/w{'/a' * depth}"} for depth in range(60)}
    text = f"paths: {{}}\ncomponents: {{schemas: {{R: {{properties: {json.dumps(below)}}}}}}}"
    site = Site(x=f'{{"w": {nested}}}')

    with at_most(calls=10_000_000), pytest.raises(DocumentError, match="too large or too deep"):
        bundled(text, site)


def test_what_is_too_deep_once_it_is_in_its_place_is_refused() -> None:
    site = Site(x="[" * 99 + "]" * 99)

    with pytest.raises(DocumentError, match="too large or too deep"):
        bundled(body("x.yaml"), site)
