"""What all products of the mock share: token endpoints, their faults, and one more client."""

from collections.abc import Iterable
from dataclasses import replace
from html import escape
from pathlib import Path

from harness.config import MOCK_CLIENT_SECRET
from harness.mock.landing import template
from harness.mock.part import Failure, MockApi, PageContext, SharedPart, TokenContext
from harness.mock.reply import Reply
from harness.mock.settings import MAIN_CLIENT, Client
from harness.mock.tolerances import replying
from harness.products.platform.facts import SNTL_PATH, V2_PATH
from harness.products.platform.mock import faults
from harness.products.platform.mock.token_endpoints import (
    TWO_HOURS,
    TokenEndpoints,
    sntl_failure,
    v2_failure,
)

# Good credentials without the dental product, for the rules on entitlement (D136).
MEDICAL_ONLY_CLIENT = Client(
    client_id="harness-mock-medical-only",
    client_secret="harness-mock-medical-only-secret-which-is-public",  # noqa: S106 the mock's own
    organisation="medical-only",
    roles=frozenset(),
    submitter_ids=("777676",),
    tax_ids=("111222333",),
    products=frozenset({"medical"}),
)


def _apis(context: TokenContext) -> Iterable[MockApi]:
    yield TokenEndpoints(context.settings, context.faults, context.tokens)


def _failure(failed: Failure) -> Reply:
    is_sntl = failed.path.startswith(SNTL_PATH)
    words = (
        sntl_failure(failed.status, failed.sentence)
        # A failure is worded by the endpoint whose path was asked for.
        if is_sntl
        else v2_failure(failed.status, "invalid_request", failed.sentence)
    )
    return replace(words, headers=(*words.headers, *failed.headers))


def _page(context: PageContext) -> str:
    client = context.settings.clients[0]
    served = [fact.title for fact in context.facts if fact.token and fact.token.path == V2_PATH]
    # The first product with a healthcheck gives the page its example.
    bases = [base for fact in context.facts for base in fact.base_paths if fact.health]
    return template(Path(__file__).parent / "page.html").substitute(
        curl=context.curl,
        base=context.base,
        token_path=SNTL_PATH,
        v2_path=V2_PATH,
        health_path=f"{next(iter(bases), '')}/healthcheck",
        served=escape(" and ".join(served) or "no product here"),
        client_id=escape(client.client_id),
        client_secret=_secret(client),
    )


def _secret(client: Client) -> str:
    # Only the built-in secret is public; one from a file stays there.
    return escape(MOCK_CLIENT_SECRET if client == MAIN_CLIENT else "SECRET")


PART = SharedPart(
    paths=(SNTL_PATH, V2_PATH),
    apis=_apis,
    failure=_failure,
    page=_page,
    faults=(*faults.PROTOCOL_FAULTS, *faults.TOKEN_FAULTS),
    tolerances=(replying(TWO_HOURS, "A dental token lives 7200 seconds and says so.", {}),),
    clients=(MEDICAL_ONLY_CLIENT,),
)
