from dataclasses import replace
from pathlib import Path

import pytest

from harness.config import Capabilities
from harness.errors import UnknownName
from harness.events import Event
from harness.openapi.effective import completed, in_use
from harness.openapi.model import Api
from harness.outcome import Status
from harness.plugin.workflows import run_workflow
from harness.resources import shipped
from harness.workflow.cases.case_list import WorkflowCase, expand
from harness.workflow.document.parse import load
from tests.unit.plugin.test_bench import bench_of


def shipped_case(name: str) -> WorkflowCase:
    return expand(load(shipped("workflows") / f"{name}.arazzo.yaml"))[0]


def test_a_case_that_writes_is_omitted_where_writing_is_not_allowed() -> None:
    events: list[Event] = []
    bench = bench_of(events)
    environment = replace(
        bench.settings.environment, capabilities=Capabilities(writes_allowed=False)
    )
    careful = replace(bench, settings=replace(bench.settings, environment=environment))

    outcome = run_workflow(careful, shipped_case("dental-attachments"))

    assert outcome.status is Status.OMIT
    assert outcome.message == "the target has no capability 'writes_allowed'"
    assert events == []


def test_a_need_that_no_target_knows_is_a_mistake_of_the_document() -> None:
    case = replace(shipped_case("dental-attachments"), needs=("write_allowed",))

    with pytest.raises(UnknownName, match="Did you mean 'writes_allowed'"):
        run_workflow(bench_of([]), case)


@pytest.mark.parametrize("name", ["dental-attachments", "medical-attachments"])
def test_every_shipped_case_that_uploads_says_that_it_writes(name: str) -> None:
    cases = expand(load(shipped("workflows") / f"{name}.arazzo.yaml"))

    assert all("writes_allowed" in case.needs for case in cases)


def test_a_case_is_left_out_where_its_document_lacks_what_it_calls() -> None:
    def resolve(path: Path, name: str) -> Api:
        ours = in_use(path, name)
        kept = tuple(each for each in ours.operations if each.id != "createAttachments")
        return completed(replace(ours, operations=kept), ours)

    book = load(shipped("workflows") / "dental-attachments.arazzo.yaml", resolve=resolve)

    outcome = run_workflow(bench_of([]), expand(book)[0])

    assert outcome.status is Status.OMIT
    assert "no longer has the operation 'createAttachments'" in outcome.message
