"""What dental attachments bring to the mock."""

from collections.abc import Iterable
from html import escape
from pathlib import Path

from harness.mock.landing import template
from harness.mock.part import Failure, MockApi, MockContext, MockPart, PageContext
from harness.mock.reply import Reply
from harness.mock.settings import PAYER, PROVIDER
from harness.products.dental.facts import BASE
from harness.products.dental.mock import faults, faults_troubles, tolerances
from harness.products.dental.mock.api import Dental
from harness.products.dental.mock.problems import failure
from harness.products.dental.mock.store import DentalStore


def _apis(context: MockContext) -> Iterable[MockApi]:
    # Made with the endpoints, so that a reset of the mock empties it.
    store = DentalStore(context.settings.limits, context.faults)
    yield Dental(context.settings, context.faults, context.gate, store)


def _failure(failed: Failure) -> Reply:
    return failure(failed.status, failed.headers, failed.sentence)


def _page(context: PageContext) -> str:
    # The page shows a call that works as it stands, with what its first client may name.
    client = context.settings.clients[0]
    return template(Path(__file__).parent / "page.html").substitute(
        curl=context.curl,
        base=context.base,
        dental_base=BASE,
        submitter_id=escape(next(iter(client.submitter_ids), "(none)")),
        tax_id=escape(next(iter(client.tax_ids), "(none)")),
    )


PART = MockPart(
    apis=_apis,
    failure=_failure,
    faults=(*faults.REFUSAL_FAULTS, *faults.ANSWER_FAULTS, *faults_troubles.FAULTS),
    tolerances=tolerances.TOLERANCES,
    # What a client without this product gets is a code of its own: `Dental` sees to that.
    words_entitlement=True,
    roles=(PROVIDER, PAYER),
    page=_page,
)
