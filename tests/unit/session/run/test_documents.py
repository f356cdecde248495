from dataclasses import replace
from pathlib import Path

from harness.config import Capabilities, Overrides
from harness.openapi.effective import in_use
from harness.resources import shipped
from harness.session.run.documents import chosen, documents_of, documents_used
from harness.workflow.document.parse import load as load_book
from tests.products import load


def operations(*apis: str) -> set[str]:
    settings = load(Overrides(apis=apis), folder=Path("/"), environ={})
    return {label for used in documents_used(chosen(settings)) for label in used.operations}


def test_the_operations_under_test_are_seventeen_and_two_token_endpoints() -> None:
    assert len(operations("dental", "medical", "prior-auth")) == 17 + 2


def test_retrieval_is_under_test_where_the_target_can_do_it() -> None:
    settings = load(Overrides(apis=("medical",)), folder=Path("/"), environ={})
    without = replace(
        settings,
        environment=replace(
            settings.environment, capabilities=Capabilities(retrieves_uploads=False)
        ),
    )

    names = {
        can: [document.api.name for document in chosen(each)]
        for can, each in ((True, settings), (False, without))
    }

    assert names == {
        True: ["medical-submission", "medical-status", "medical-retrieval", "token-v2"],
        False: ["medical-submission", "medical-status", "token-v2"],
    }


def test_operations_that_no_requirement_speaks_of_are_not_counted() -> None:
    assert not any(
        "/noa" in label or "/determination" in label for label in operations("prior-auth")
    )


INNER = """\
arazzo: 1.0.1
info: {title: I, version: '1'}
sourceDescriptions:
  - {name: things, type: openapi, url: ./openapi.yaml}
workflows: [{workflowId: inner, steps: [{stepId: s, operationId: getThing}]}]
"""
OUTER = """\
arazzo: 1.0.1
info: {title: O, version: '1'}
sourceDescriptions:
  - {name: in, type: arazzo, url: ./inner.arazzo.yaml}
  - {name: token, type: openapi, url: TOKEN}
workflows: [{workflowId: outer, steps: [{stepId: c, workflowId: $sourceDescriptions.in.inner}]}]
"""
OPENAPI = """\
openapi: 3.1.0
info: {title: T, version: '1'}
servers: [{url: 'http://localhost/v1'}]
paths: {/thing: {get: {operationId: getThing, responses: {'200': {description: fine}}}}}
"""


def test_a_workflow_document_is_judged_by_the_documents_it_uses(tmp_path: Path) -> None:
    token = shipped("specs") / "token-v2" / "openapi.yaml"
    (tmp_path / "openapi.yaml").write_text(OPENAPI)
    (tmp_path / "inner.arazzo.yaml").write_text(INNER)
    path = tmp_path / "outer.arazzo.yaml"
    path.write_text(OUTER.replace("TOKEN", str(token)))

    found = documents_of(load_book(path, resolve=in_use))

    assert [(each.api, each.origin, each.operations) for each in found] == [
        ("token-v2", "bundled", ("POST /apip/auth/v2/token",)),
        ("things", "own", ("GET /v1/thing",)),
    ]
