"""Plain lines of a test script become criteria and captures; the others are given back."""

import pytest

from harness.workflow.imports.postman_scripts import read_tests


@pytest.mark.parametrize(
    ("lines", "conditions"),
    [
        (["pm.response.to.have.status(201);"], ["$statusCode == 201"]),
        (["pm.test('x', function () {", "    pm.response.to.have.status(200);", "});"], ["$statusCode == 200"]),
        (["pm.test('x', () => pm.response.to.have.status(200));"], ["$statusCode == 200"]),
        (['pm.test("a; b", () => { pm.expect(pm.response.code).to.be.oneOf([200, 201]); });'], ["$statusCode == 200 || $statusCode == 201"]),
        (["tests['ok'] = responseCode.code === 200;"], ["$statusCode == 200"]),
        (["const d = pm.response.json();", "pm.expect(d.a.b[0]).to.eql('it''s');"], []),
        (["const d = pm.response.json();", "pm.expect(d.a.b[0]).to.eql(\"it's\");"], ["$response.body#/a/b/0 == 'it''s'"]),
        (["pm.expect(pm.response.json().n).to.equal(3)"], ["$response.body#/n == 3"]),
        (["pm.expect(pm.response.json().ok).to.be.true"], ["$response.body#/ok == true"]),
        (["pm.expect(pm.response.json()).to.have.property('id')"], ["$response.body#/id != null"]),
        (["pm.response.to.have.header('X-Id')"], ["$response.header.X-Id != null"]),
        (["let v = JSON.parse(responseBody)", "pm.expect(v['a b']).to.eq(null)"], ["$response.body#/a b == null"]),
    ],
)  # fmt: skip
def test_what_a_plain_test_asks(lines: list[str], conditions: list[str]) -> None:
    assert [each["condition"] for each in read_tests(lines).criteria] == conditions


@pytest.mark.parametrize(
    "line",
    [
        "pm.environment.set('t', d.token)",
        'pm.collectionVariables.set("t", d.token);',
        "postman.setEnvironmentVariable('t', d.token);",
        "pm.globals.set(`t`, d?.token)",
    ],
)
def test_what_a_test_keeps(line: str) -> None:
    found = read_tests(["var d = pm.response.json();", line])

    assert (found.captures, found.lost) == ([("t", "$response.body#/token")], [])


@pytest.mark.parametrize(
    "line",
    [
        "pm.expect(pm.response.responseTime).to.be.below(200)",
        "pm.environment.set('t', Math.random())",
        "pm.expect(d.list.length).to.be.above(2)",
        "eval('1')",
        "if (d.a) { pm.environment.set('t', d.a) }",
    ],
)
def test_what_is_not_plain_is_given_back(line: str) -> None:
    found = read_tests(["var d = pm.response.json();", "console.log(d);", "// a word", line])

    assert (found.criteria, found.captures, len(found.lost) > 0) == ([], [], True)
