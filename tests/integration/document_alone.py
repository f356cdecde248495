"""A product's mock in this process, tried by its document alone, as a stranger's API is."""

import asyncio
import itertools
from collections.abc import Callable, Iterator
from functools import cache

import httpx

from harness.config import MOCK_CLIENT_ID, MOCK_CLIENT_SECRET, Credentials, Environment
from harness.exchange import Exchange, Request, Response
from harness.mock.settings import MAIN_CLIENT, MockSettings
from harness.openapi.model import Api
from harness.outcome import Check, Status
from harness.rules.document.candidates import Given
from harness.rules.document.catalogue import document_rules
from harness.rules.document.draft import Access
from harness.rules.document.scene import Scene
from harness.rules.rule import AnyRule
from harness.rules.target import Target
from harness.rules.trial import Effort, try_rule
from tests.integration.mock_api import MockApi
from tests.products import create_app, documents, rules

BASE_URL = "http://mock"
ENVIRONMENT = Environment("mock", BASE_URL)
CREDENTIALS = Credentials(MOCK_CLIENT_ID, MOCK_CLIENT_SECRET)
ONE = Effort(examples=1, seed=1, shrink=False)
Said = tuple[str, str, str, str]
"""Case, check, expected and actual of a failed check."""


class Bench:
    """A new mock with some faults, a token that it gave, and its documents."""

    def __init__(self, product: str, *faults: str, token_path: str) -> None:
        transport = httpx.ASGITransport(create_app(MockSettings(faults=frozenset(faults))))
        self._client = httpx.AsyncClient(transport=transport)
        self._loop, self._ids = asyncio.new_event_loop(), itertools.count(1)
        self.apis = {api.name: api for api in documents([product])}
        fields = MockApi().fields()
        answer = self._loop.run_until_complete(
            self._client.post(BASE_URL + token_path, json=fields)
            if token_path.endswith("v2/token")
            else self._client.post(BASE_URL + token_path, data={**fields})
        )
        self.token = str(answer.json().get("access_token", ""))

    def close(self) -> None:
        self._loop.run_until_complete(self._client.aclose())
        self._loop.close()

    def send(self, request: Request) -> Exchange:
        found = self._loop.run_until_complete(
            self._client.request(
                request.method,
                request.url,
                headers=list(request.headers),
                content=request.body,
            )
        )
        response = Response(found.status_code, tuple(found.headers.items()), found.content)
        return Exchange(next(self._ids), request, response)

    @property
    def target(self) -> Target:
        return Target(ENVIRONMENT, self.apis, self.send, lambda _: self.token, lambda: True)


GIVEN = Given(
    members={
        "/request/submitterId": MAIN_CLIENT.submitter_ids[0],
        "/request/billingProviderTaxId": MAIN_CLIENT.tax_ids[0],
    }
)
"""What a user says in harness.yaml of values that these credentials may send for."""


def generic_rules(api: Api, token: str, operation: str = "") -> Iterator[AnyRule]:
    """Yield the rules that the document alone gives, those of one operation where it is named."""
    access = Access(headers=(("Authorization", f"Bearer {token}"),))
    scene = Scene(api, lambda _: access, GIVEN)
    for rule in document_rules(api, scene):
        if not operation or rule.id.startswith(f"{api.name}/{operation}/"):
            yield rule


def generic(bench: Bench, name: str, operation: str = "") -> frozenset[Said]:
    """Return what the generic suite says against a mock by its document."""
    found = generic_rules(bench.apis[name], bench.token, operation)
    return frozenset(said for rule in found for said in failed(rule, bench.target))


def failed(rule: AnyRule, target: Target) -> Iterator[Said]:
    """Yield what a rule holds against a target."""
    for check in try_rule(rule, target, ONE):
        if check.status is Status.FAIL:
            yield _said(rule, check)


def _said(rule: AnyRule, check: Check) -> Said:
    return rule.id, check.name, check.expected, check.actual[:80]


@cache
def domain_rule(product: str, case: str) -> AnyRule:
    """Return a rule of the product's own suite."""
    apis = {api.name: api for api in documents([product])}
    found: Callable[[AnyRule], bool] = lambda rule: rule.id == case  # noqa: E731
    return next(filter(found, rules(ENVIRONMENT, CREDENTIALS, apis)))
