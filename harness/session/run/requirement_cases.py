"""Find the cases that verify each requirement, of rules and shipped workflows alike."""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from harness.config import (
    DOWNLOADED,
    ENVIRONMENTS,
    MOCK_CLIENT_ID,
    MOCK_CLIENT_SECRET,
    MOCK_SUBMITTER_ID,
    MOCK_TAX_ID,
    Credentials,
)
from harness.events import CasePlanned
from harness.openapi.effective import effective, in_use
from harness.openapi.requirements import Requirement
from harness.plugin.rules import planned_rule
from harness.plugin.workflows import planned_workflow
from harness.product import Products
from harness.products.catalogue import rules
from harness.rules.part import RuleContext
from harness.session.run.suite_plan import suite_workflows
from harness.workflow.cases.case_list import expand
from harness.workflow.document.parse import load

MOST_CASES = 5
"""How many cases a requirement's row of the coverage names; the rest is counted."""


def planned_cases(products: Products, downloaded: Path = DOWNLOADED) -> Iterator[CasePlanned]:
    """Return every case that a run against any environment can have, with all roles there are.

    Only of the mock can the clock be moved.
    """
    names = dict.fromkeys(name for each in products.facts for name in each.documents)
    apis = {name: effective(name, downloaded, products.specs).api for name in names}
    credentials = Credentials(MOCK_CLIENT_ID, MOCK_CLIENT_SECRET)
    for name, environment in ENVIRONMENTS.items():
        # The ids of a partner are not known here; those of the mock stand for them.
        mock_environment = replace(environment, submitter_id=MOCK_SUBMITTER_ID, tax_id=MOCK_TAX_ID)
        context = RuleContext(
            mock_environment, credentials, apis, products, can_advance_time=name == "mock"
        )
        yield from map(planned_rule, rules(context))
    resolve = partial(in_use, downloaded=downloaded)
    for path in suite_workflows(products):
        for case in expand(load(path, resolve=resolve)):
            yield planned_workflow(case, products)


def counts(cases: Iterable[CasePlanned]) -> Counter[str]:
    """Return the number of cases by requirement id."""
    # A case counts once, even where it names an id twice.
    named = {(name, case.case) for case in cases for name in case.requirements}
    return Counter(name for name, _ in named)


def coverage(requirements: Iterable[Requirement], cases: Iterable[CasePlanned]) -> str:
    """Return each requirement with the cases that verify it, as CSV."""
    named: defaultdict[str, set[str]] = defaultdict(set)
    for case in cases:
        for name in case.requirements:
            named[name].add(case.case)
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow(("requirement", "strength", "testable", "cases"))
    for each in requirements:
        testable = each.untestable or "yes"
        rows.writerow((each.id, each.strength, testable, _compact(named[each.id])))
    return written.getvalue()


def _compact(cases: Iterable[str]) -> str:
    first, rest = sorted(cases)[:MOST_CASES], sorted(cases)[MOST_CASES:]
    return "; ".join([*first, f"+{len(rest)}"] if rest else first)
