from dataclasses import replace
from pathlib import Path

import pytest

from harness.errors import DocumentError
from harness.openapi.load import load_api
from harness.openapi.model import Api
from harness.outcome import Status
from harness.workflow.document import parse
from tests.unit.workflow.conftest import HEAD, OPENAPI, Bench, answer

ONE = "workflows: [{workflowId: w, steps: [{stepId: s, operationId: listThings}]}]\n"


@pytest.mark.parametrize("version", ["1.0.0", "1.0.1", "1.1.0", "1.1.7-rc1"])
def test_known_versions_are_read(bench: Bench, version: str) -> None:
    assert bench.book((HEAD + ONE).replace("1.1.0", version)).problems == ()


@pytest.mark.parametrize("text", ["openapi: 3.1.0", "[]", "arazzo: 2.0.0", "arazzo: 1.1", "x"])
def test_what_is_no_arazzo_document_is_refused(bench: Bench, text: str) -> None:
    path = bench.folder / "x.yaml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(DocumentError, match=r"Start it with 'arazzo: 1\.0\.1'"):
        parse.load(path)


def test_newer_fields_are_refused_in_an_older_document(bench: Bench) -> None:
    text = (
        (HEAD + ONE)
        .replace("arazzo: 1.1.0", "arazzo: 1.0.1")
        .replace("stepId: s,", "stepId: s, timeout: 5,")
    )

    assert [each.rule for each in bench.book(text).problems] == ["version"]


def test_selectors_are_of_1_1(bench: Bench) -> None:
    old = """\
workflows:
  - workflowId: w
    steps:
      - stepId: s
        operationId: listThings
        outputs: {x: {context: $response.body, selector: '$[0].id', type: jsonpath}}
    outputs: {x: $steps.s.outputs.x}
"""

    assert bench.book((HEAD + old).replace("1.1.0", "1.0.1", 1)).problems[0].rule == "version"
    assert bench.run(old, [answer(200, b'[{"id":"7"}]')]).report.outputs == {"x": "7"}


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ("{context: $response.body, selector: '$[*].id', type: jsonpath}", ["7_P", "8"]),
        ("{context: $response.body, selector: /1/id, type: jsonpointer}", "8"),
        ("{context: $response.body#/0/id, selector: '^[^_]+', type: regex}", "7"),
        (
            "{context: $response.body#/0/xml, selector: //b, type: {type: xpath, version: xpath-30}}",
            "t",
        ),
    ],
)
def test_selectors(bench: Bench, selector: str, expected: object) -> None:
    key = "x-outputs" if "regex" in selector else "outputs"
    text = f"""\
workflows:
  - workflowId: w
    steps:
      - stepId: s
        operationId: listThings
        {key}: {{x: {selector}}}
    outputs: {{x: $steps.s.outputs.x}}
"""

    run = bench.run(text, [answer(200, b'[{"id":"7_P","xml":"<a><b>t</b></a>"},{"id":"8"}]')])

    assert run.report.outputs == {"x": expected}


def test_members_of_a_reusable_object_are_ignored(bench: Bench) -> None:
    text = """\
components: {parameters: {p: {name: page, in: query, value: 1}}}
workflows:
  - {workflowId: w, steps: [{stepId: s, operationId: listThings, parameters: [{reference: $components.parameters.p, extra: 1}]}]}
"""

    assert bench.book(text).problems == ()


def test_a_reference_that_leads_nowhere_is_a_problem(bench: Bench) -> None:
    text = """\
components: {parameters: {page: {name: page, in: query, value: 1}}}
workflows:
  - {workflowId: w, steps: [{stepId: s, operationId: listThings, parameters: [{reference: $components.parameters.pag}]}]}
"""

    problem = bench.book(text).problems[0]

    assert (problem.rule, problem.advice) == (
        "reference",
        "Did you mean '$components.parameters.page'?",
    )


def test_workflows_of_another_document_can_be_called(bench: Bench) -> None:
    bench.write(
        """\
workflows:
  - workflowId: other
    inputs: {type: object, properties: {id: {type: string}}}
    steps: [{stepId: s, operationId: getThing, parameters: [{name: id, in: path, value: $inputs.id}]}]
    outputs: {id: $inputs.id}
""",
        "other.arazzo.yaml",
    )
    text = """\
arazzo: 1.0.1
info: {title: T, version: '1'}
sourceDescriptions: [{name: other, type: arazzo, url: other.arazzo.yaml}]
workflows:
  - workflowId: w
    steps:
      - {stepId: s, workflowId: $sourceDescriptions.other.other, parameters: [{name: id, value: '5'}]}
    outputs: {id: $steps.s.outputs.id}
"""

    run = bench.run(text, [answer(200, b'{"id":"5"}')])

    assert (run.report.status, run.report.outputs) == (Status.PASS, {"id": "5"})


def test_a_source_can_name_the_document_itself(bench: Bench) -> None:
    text = """\
workflows:
  - workflowId: w
    steps: [{stepId: s, workflowId: $sourceDescriptions.me.other}]
    outputs: {id: $steps.s.outputs.id}
  - workflowId: other
    steps: [{stepId: s, operationId: $sourceDescriptions.things.getThing, parameters: [{name: id, in: path, value: '5'}]}]
    outputs: {id: $steps.s.outputs.id}
"""
    text = text.replace("value: '5'}]}]", "value: '5'}], outputs: {id: $response.body#/id}}]")
    head = HEAD + "  - {name: me, type: arazzo, url: ./flow.arazzo.yaml}\n"

    run = bench.run(head + text, [answer(200, b'{"id":"5"}')])

    assert (run.report.status, run.report.outputs) == (Status.PASS, {"id": "5"})


def test_documents_that_include_each_other_are_a_problem(bench: Bench) -> None:
    head = HEAD.replace(
        "type: openapi, url: ./openapi.yaml", "type: arazzo, url: ./other.arazzo.yaml"
    )
    bench.write(
        (head + ONE).replace("./other.arazzo.yaml", "./flow.arazzo.yaml"), "other.arazzo.yaml"
    )

    other = bench.book(head + ONE).descriptions[0].book

    assert other is not None
    assert "includes itself" in other.problems[0].title


def test_an_unreadable_document_named_twice_fails_twice_for_the_same_reason(bench: Bench) -> None:
    named = HEAD.partition("sourceDescriptions:")[0] + (
        "sourceDescriptions:\n"
        "  - {name: one, type: arazzo, url: ./broken.arazzo.yaml}\n"
        "  - {name: two, type: arazzo, url: ./broken.arazzo.yaml}\n"
    )
    bench.write("[", "broken.arazzo.yaml")

    first, second = bench.book(named + ONE).problems[:2]

    assert first.title.partition("broken")[2] == second.title.partition("broken")[2]
    assert "includes itself" not in second.title


IDENTITIES = [
    ("https://example.org/flows/main.yaml", "things.yaml", "by $self"),
    ("https://example.org/flows/main.yaml", "known.yaml", ""),
    ("sub/main.arazzo.yaml", "things.yaml", ""),
    ("sub/main.arazzo.yaml", "../openapi.yaml", ""),
    ("sub/main.arazzo.yaml", "openapi.yaml", "there is no file"),
]


@pytest.mark.parametrize(("own", "url", "problem"), IDENTITIES)
def test_sources_are_sought_from_the_identity_of_the_document(
    bench: Bench, own: str, url: str, problem: str
) -> None:
    openapi = (bench.folder / "openapi.yaml").read_text()
    (bench.folder / "sub").mkdir()
    (bench.folder / "sub" / "things.yaml").write_text(openapi)
    known = "$self: https://example.org/flows/known.yaml\n"
    (bench.folder / "known.yaml").write_text(known + openapi.replace("3.1.0", "3.2.0"))
    text = (HEAD + ONE).replace("./openapi.yaml", url).replace("info:", f"$self: {own}\ninfo:", 1)

    found = [each.title for each in bench.book(text).problems]

    assert [problem in each for each in found] == ([True] if problem else [])


@pytest.mark.parametrize("url", ["https://example.org/me.yaml", "me.yaml"])
def test_a_source_that_has_the_identity_of_the_document_is_it(bench: Bench, url: str) -> None:
    text = (HEAD + ONE).replace("type: openapi, url: ./openapi.yaml", f"type: arazzo, url: {url}")
    text = text.replace("info:", "$self: https://example.org/me.yaml\ninfo:", 1)

    book = bench.book(text)

    assert book.descriptions[0].is_self
    assert book.problems == ()


def test_an_operation_path_names_an_operation(bench: Bench) -> None:
    text = ONE.replace(
        "operationId: listThings",
        "operationPath: '{$sourceDescriptions.things.url}#/paths/~1things/get'",
    )

    assert bench.run(text, [answer(200, b"[]")]).report.status is Status.PASS


def test_an_operation_id_of_two_sources_must_say_which(bench: Bench) -> None:
    (bench.folder / "second.yaml").write_text(OPENAPI, encoding="utf-8")
    head = HEAD + "  - {name: second, type: openapi, url: ./second.yaml}\n"

    run = bench.run(head + ONE, [answer(200, b"[]")])
    qualified = bench.run(
        head + ONE.replace("listThings", "$sourceDescriptions.second.listThings"),
        [answer(200, b"[]")],
    )

    assert run.report.status is Status.ERROR
    assert qualified.report.status is Status.PASS


def test_inputs_may_refer_to_the_components(bench: Bench) -> None:
    text = """\
components: {inputs: {page: {type: object, properties: {page: {type: integer, default: 3}}}}}
workflows:
  - workflowId: w
    inputs: {$ref: '#/components/inputs/page'}
    steps: [{stepId: s, operationId: listThings, parameters: [{name: page, in: query, value: $inputs.page}]}]
"""

    assert bench.run(text, [answer(200, b"[]")]).calls == ["GET /things?page=3"]


def test_sources_outside_the_project_need_leave(tmp_path: Path) -> None:
    (tmp_path / "openapi.yaml").write_text(OPENAPI, encoding="utf-8")
    (tmp_path / "inner").mkdir()
    path = tmp_path / "inner" / "flow.arazzo.yaml"
    path.write_text((HEAD + ONE).replace("./openapi.yaml", "../openapi.yaml"), encoding="utf-8")

    assert "lies outside" in parse.load(path).problems[0].title
    assert parse.load(path, allow_outside=True).problems == ()


def test_a_source_can_be_given_by_another_document(bench: Bench) -> None:
    path = bench.folder / "given.arazzo.yaml"
    path.write_text(HEAD + ONE, encoding="utf-8")
    asked: list[tuple[str, str]] = []

    def resolve(place: Path, name: str) -> Api:
        asked.append((place.name, name))
        return replace(load_api(place, name), title="Given")

    book = parse.load(path, resolve=resolve)

    assert len(asked) == 1
    assert [each.api.title for each in book.descriptions if each.api] == ["Given"]
