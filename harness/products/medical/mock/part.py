"""What medical attachments bring to the mock."""

from collections.abc import Iterable
from html import escape
from pathlib import Path

from harness.jsonvalue import Json
from harness.mock.gate import MISSING
from harness.mock.landing import code, row, template
from harness.mock.part import Failure, MockApi, MockContext, MockPart, PageContext
from harness.mock.reply import Reply
from harness.products.medical.facts import RETRIEVAL_BASE, STATUS_BASE, SUBMISSION_BASE
from harness.products.medical.mock import faults_edges, faults_retrieval, retrieval, tolerances
from harness.products.medical.mock.api import Medical, unable
from harness.products.medical.mock.faults import ANSWER_FAULTS, REFUSAL_FAULTS
from harness.products.medical.mock.retrieval import DocumentStore, Retrieval
from harness.products.medical.mock.sandbox import Delivery, TestPayer, payers
from harness.products.medical.mock.store import TransactionStore

_WANTS = {Delivery.FAX: "fax number", Delivery.MAIL: "postal address", Delivery.NONE: ""}
# Statuses that the submission document describes; others come from the gateway.
_OF_THE_SUBMISSION = (400, 413, 415, 429)


def _apis(context: MockContext) -> Iterable[MockApi]:
    settings, faults, gate = context.settings, context.faults, context.gate
    # One store for both: what is submitted is what can be retrieved.
    documents = DocumentStore(settings.limits)
    yield Medical(settings, faults, gate, TransactionStore(settings.limits), documents)
    yield Retrieval(settings, faults, gate, documents)


def _failure(failed: Failure) -> Reply:
    """Word a failure as the gateway, the retrieval API or one of the other two does."""
    # A crash of the upload is what its framework words by itself (A070).
    if failed.is_bug and failed.path.startswith(SUBMISSION_BASE):
        return unable(failed.now)
    # Words of the gateway, which answers before any of the APIs.
    if failed.status == 401:
        error = "invalid_request" if failed.sentence == MISSING else "invalid_access_token"
        body: Json = {"error": error, "error_description": failed.sentence}
        return Reply(failed.status, body, headers=failed.headers)
    if failed.path.startswith(RETRIEVAL_BASE):
        return retrieval.failure(failed.status, failed.sentence, failed.headers)
    if failed.path.startswith(SUBMISSION_BASE) and failed.status in _OF_THE_SUBMISSION:
        errors: Json = [{"field": "request", "description": failed.sentence}]
        return Reply(failed.status, {"status": "errors", "errors": errors}, headers=failed.headers)
    said: Json = {"statusCode": str(failed.status), "statusMessage": failed.sentence}
    return Reply(failed.status, said, headers=failed.headers)


def _page(_: PageContext) -> str:
    rows = "".join(map(_payer, payers().values()))
    return template(Path(__file__).parent / "page.html").substitute(payers=rows)


def _payer(payer: TestPayer) -> str:
    message = escape(payer.verdict.message)
    return row(code(payer.id), escape(payer.verdict.code), message, _WANTS[payer.delivery])


PART = MockPart(
    apis=_apis,
    failure=_failure,
    faults=(
        *REFUSAL_FAULTS,
        *ANSWER_FAULTS,
        *faults_retrieval.FAULTS,
        *faults_edges.FAULTS,
    ),
    tolerances=tolerances.TOLERANCES,
    open_paths={
        "upload-without-token": SUBMISSION_BASE,
        "status-without-token": STATUS_BASE,
        "retrieval-without-token": RETRIEVAL_BASE,
    },
    page=_page,
)
