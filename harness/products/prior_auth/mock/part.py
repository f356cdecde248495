"""What prior authorization brings to the mock."""

from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path

from harness.mock.landing import code, row, template
from harness.mock.part import Failure, MockApi, MockContext, MockPart, PageContext
from harness.mock.reply import Reply
from harness.products.prior_auth.facts import BASE
from harness.products.prior_auth.mock import faults, faults_forms, tolerances
from harness.products.prior_auth.mock.api import PriorAuth, failure
from harness.products.prior_auth.mock.decisions import Canned, table
from harness.x12.review import Decision

# Values of HCR01, for the page that lists what the mock answers.
_ACTIONS = {
    "A1": "certified in total",
    "A2": "certified in part",
    "A3": "not certified",
    "A4": "pended",
    "A6": "modified",
    "C": "cancelled",
}


def _apis(context: MockContext) -> Iterable[MockApi]:
    yield PriorAuth(context.settings, context.faults, context.gate)


def _failure(failed: Failure) -> Reply:
    return failure(failed.status, failed.sentence, failed.headers)


def _page(_: PageContext) -> str:
    known = table()
    return template(Path(__file__).parent / "page.html").substitute(
        inquiry_payer=escape(known.inquiry_payer),
        members=_canned(known.members),
        inquiry_keys=_canned(known.inquiry_keys),
        submission_keys=_canned(known.submission_keys),
    )


def _canned(rows: Mapping[str, Canned]) -> str:
    # Keys and answers of the table are texts of a file, and escaped like any other.
    return "".join(row(code(key), escape(_answer(canned))) for key, canned in rows.items())


def _answer(canned: Canned) -> str:
    answer = canned.answer
    if not isinstance(answer, Decision):
        return f"rejected with {answer.reason}"
    return f"{answer.action} {_ACTIONS.get(answer.action, '')}, {answer.review_number}".strip(", ")


PART = MockPart(
    apis=_apis,
    failure=_failure,
    faults=(
        *faults.FAULTS,
        *faults_forms.FORM_FAULTS,
        *faults_forms.PAIR_FAULTS,
        *faults_forms.EDGE_FAULTS,
    ),
    tolerances=tolerances.TOLERANCES,
    open_paths={"prior-auth-without-token": BASE},
    page=_page,
)
