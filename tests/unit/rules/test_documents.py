"""A document in use that lacks an operation is a finding, and its cases are left out with that reason."""

import re
from dataclasses import replace

import pytest

from harness.config import Credentials, Environment
from harness.errors import MissingPart
from harness.openapi.bundled import bundled_document
from harness.openapi.effective import completed
from harness.openapi.model import Api
from harness.outcome import Attribution, Status
from harness.product import Products
from harness.products.dental.rules.single_faults import rules as single_faults
from harness.products.registry import SHIPPED
from harness.rules import part
from harness.rules.part import RuleContext
from harness.rules.target import Target

CREATE = "createAttachments"


def without(operation_id: str) -> Api:
    ours = bundled_document("dental")
    kept = tuple(each for each in ours.operations if each.id != operation_id)
    return completed(replace(ours, operations=kept), ours)


def test_an_operation_that_is_gone_is_a_warning_about_the_document() -> None:
    api = without(CREATE)
    context = RuleContext(
        Environment("e", ""), Credentials("i", "s"), {"dental": api}, Products(SHIPPED)
    )

    (rule,) = part.rules(context)
    (check,) = rule.once(None)  # type: ignore[arg-type]  # it asks no target

    assert rule.id == f"dental/document/{CREATE}"
    assert (check.status, check.attribution) == (Status.WARN, Attribution.DOCUMENT)
    assert check.actual.startswith(f"the document no longer has the operation '{CREATE}'")


def test_a_whole_document_has_no_such_finding() -> None:
    apis = {"dental": bundled_document("dental")}
    context = RuleContext(Environment("e", ""), Credentials("i", "s"), apis, Products(SHIPPED))

    assert list(part.rules(context)) == []


def test_a_rule_that_calls_it_is_left_out() -> None:
    target = Target(Environment("e", ""), {"dental": without(CREATE)}, send=None, bearer=None)  # type: ignore[arg-type]  # nothing is sent

    with pytest.raises(MissingPart, match=re.escape(f"no longer has the operation '{CREATE}'")):
        target.operation("dental", CREATE)


@pytest.mark.parametrize(
    "operation_id", [CREATE, "createAttachmentsWithImageIntelligence", "searchAttachments"]
)
def test_its_cases_are_planned_all_the_same(operation_id: str) -> None:
    environment = Environment("mock", "http://127.0.0.1:1")
    whole = single_faults(environment, bundled_document("dental"))

    found = single_faults(environment, without(operation_id))

    assert [each.id for each in found] == [each.id for each in whole]
