import pytest

from harness.exchange import Response
from harness.outcome import Attribution, Status
from harness.source import Source
from harness.workflow.document.model import Criterion, CriterionKind
from harness.workflow.language.criteria import as_check, judge
from harness.workflow.language.scope import Received, Scope

HERE = Source("flow.yaml", 3, 5)
JSON = b'{"items":[{"x":"y","n":2}],"pets":[1],"z":null,"s":"uuid-1_P_9","list":["aaaa"]}'
XML = b'<?xml version="1.0"?><o:order xmlns:o="urn:o"><item price="3">tea</item><item price="4">milk</item></o:order>'


def scope(body: bytes = JSON, kind: str = "application/json", **inputs: object) -> Scope:
    return Scope(inputs=inputs, received=Received(Response(200, (("Content-Type", kind),), body)))


def status(
    kind: CriterionKind, condition: str, context: str, seen: Scope, version: str = ""
) -> Status:
    return judge(Criterion(condition, kind, HERE, context, version), seen).status


@pytest.mark.parametrize(
    ("condition", "context", "expected"),
    [
        ("^200$", "$statusCode", Status.PASS),
        ("^2\\d{2}$", "$statusCode", Status.PASS),
        ("^4", "$statusCode", Status.FAIL),
        ("y", "$response.body#/items/0/x", Status.PASS),
        ('"x":"y"', "$response.body", Status.PASS),
        (".*", "$response.body#/z", Status.FAIL),
        (".*", "$response.body#/nope", Status.FAIL),
        (".*", "$response.header.nope", Status.FAIL),
        ("(", "$statusCode", Status.ERROR),
        ("^2", "$status", Status.ERROR),
        ("^({$inputs.code})$", "$statusCode", Status.PASS),
        ("^({$inputs.nope})$", "$statusCode", Status.ERROR),
    ],
)
def test_regex(condition: str, context: str, expected: Status) -> None:
    assert status(CriterionKind.REGEX, condition, context, scope(code="200|204")) is expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("$.items[?@.x == 'y']", Status.PASS),
        ("$..[?@.x == 'y']", Status.PASS),
        ("$[?@.x == 'y']", Status.FAIL),
        ("$[?count(@.pets) > 0]", Status.FAIL),
        ("$.pets[*]", Status.PASS),
        ("$.nope", Status.FAIL),
        ("$.items[?@.x == '{$inputs.wanted}']", Status.PASS),
        ("$.list[?match(@, '(a|aa)+b')]", Status.FAIL),
        ("$.list[?search(@, 'a{4}')]", Status.PASS),
        ("$.items[", Status.ERROR),
        ("$.items[?@.x =~ /y/]", Status.ERROR),
        ("items[0]", Status.ERROR),
        ("$.list[?search(@, '(')]", Status.ERROR),
    ],
)
def test_jsonpath_is_that_of_rfc_9535(condition: str, expected: Status) -> None:
    assert (
        status(CriterionKind.JSONPATH, condition, "$response.body", scope(wanted="y")) is expected
    )


def test_the_specifications_own_jsonpath_example_holds_for_an_array_of_objects_without_pets() -> (
    None
):
    seen = scope(b'[{"pets":[]}]')

    assert (
        status(CriterionKind.JSONPATH, "$[?count(@.pets) > 0]", "$response.body", seen)
        is Status.PASS
    )


def test_jsonpath_on_what_is_no_json_fails() -> None:
    seen = scope(b"plain", "text/plain")

    assert status(CriterionKind.JSONPATH, "$.a", "$response.body", seen) is Status.FAIL


@pytest.mark.parametrize(
    ("condition", "version", "expected"),
    [
        ("count(//item) = 2", "", Status.PASS),
        ("count(//item)", "", Status.PASS),
        ("/o:order/item[@price > 3]", "", Status.PASS),
        ("/o:order/item[@price > 9]", "", Status.FAIL),
        ("0", "", Status.FAIL),
        ("''", "", Status.FAIL),
        ("'x'", "", Status.PASS),
        ("some $i in //item satisfies $i = 'tea'", "", Status.PASS),
        ("let $x := 3 return $x = 3", "", Status.PASS),
        ("let $x := 3 return $x = 3", "xpath-10", Status.ERROR),
        ("count(//item) = 2", "xpath-10", Status.PASS),
        ("matches(//item[1], '^t.a$')", "", Status.PASS),
        ("matches(//item[1], '(a+)+$')", "", Status.ERROR),
        ("doc('/etc/passwd')", "", Status.ERROR),
        ("count(1 to 3000000) > 1", "", Status.ERROR),
        ("((", "", Status.ERROR),
        ("//item[. = '{$inputs.drink}']", "", Status.PASS),
    ],
)
def test_xpath(condition: str, version: str, expected: Status) -> None:
    seen = scope(XML, "application/xml", drink="milk")

    assert status(CriterionKind.XPATH, condition, "$response.body", seen, version) is expected


@pytest.mark.parametrize("body", [b"not xml", b"<a>", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'])
def test_xpath_on_what_is_no_plain_xml_fails(body: bytes) -> None:
    assert (
        status(CriterionKind.XPATH, "true()", "$response.body", scope(body, "text/xml"))
        is Status.FAIL
    )


def test_a_condition_that_cannot_be_evaluated_is_an_error_of_the_document() -> None:
    criterion = Criterion("$statusCode = 200", CriterionKind.SIMPLE, HERE)

    check = as_check(criterion, judge(criterion, scope()), step="s", exchange=4)

    assert (check.status, check.attribution) == (Status.ERROR, Attribution.DOCUMENT)
    assert check.actual.startswith("cannot be evaluated: ")
    assert (check.source, check.exchange) == ("flow.yaml:3:5", 4)


def test_a_failed_condition_tells_the_values() -> None:
    criterion = Criterion("$statusCode == 201", CriterionKind.SIMPLE, HERE)

    found = judge(criterion, scope())

    assert (found.status, found.expected, found.actual) == (
        Status.FAIL,
        "201",
        "200",
    )
