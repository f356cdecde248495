"""Ask a target which APIs it has, where no setting says so."""

import re
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import replace

from harness.client.http import Client, Time
from harness.client.redaction import Redactor
from harness.config import Environment, Settings
from harness.exchange import Exchange, Request
from harness.openapi.bundled import bundled_document
from harness.openapi.model import Api
from harness.product import ProductFacts, Products

_NO_SUCH_ROUTE = 404
_PARAMETER = re.compile(r"\{[^{}]*\}")
_NOBODYS = "00000000-0000-4000-8000-000000000000"


def probe_capabilities(
    settings: Settings, redactor: Redactor, time: Time
) -> tuple[Settings, tuple[Exchange, ...]]:
    """Return settings that say which documents the target has that not all have, and the exchanges that showed it.

    Nobody is named: a gateway that knows a route asks for a token, one that does not answers 404.
    """
    environment, products = settings.environment, settings.products
    open_ones = _undecided(environment, [products.called(name) for name in settings.apis])
    if not open_ones:
        return settings, ()
    exchanges: list[Exchange] = []
    known: dict[str, bool] = {}
    with closing(
        Client(environment, time=time, redactor=redactor, record=exchanges.append)
    ) as client:
        send = client.bound("run/discovery", patient=True)
        for document, capability in open_ones.items():
            asked = _questions(environment, bundled_document(document, products.specs))
            answers = [send(each).response for each in asked]
            known[capability] = any(
                each is None or each.status != _NO_SUCH_ROUTE for each in answers
            )
    return replace(settings, environment=_with(environment, known)), tuple(exchanges)


def with_all_capabilities(environment: Environment, products: Products) -> Environment:
    """Return an environment that has every document of which it was not known: our own mock has them."""
    return _with(environment, dict.fromkeys(_undecided(environment, products.facts).values(), True))


def _undecided(environment: Environment, facts: Iterable[ProductFacts]) -> dict[str, str]:
    """Return the documents of which no setting says whether the target has them, with the capability."""
    return {
        document: capability
        for each in facts
        for document, capability in each.optional.items()
        if getattr(environment.capabilities, capability) is None
    }


def _with(environment: Environment, known: Mapping[str, bool]) -> Environment:
    return replace(environment, capabilities=replace(environment.capabilities, **known))


def _questions(environment: Environment, api: Api) -> tuple[Request, ...]:
    """Return a call of each route: one that answers 404 alone may be broken, all are not there."""
    return tuple(
        Request(
            each.method,
            environment.base_url + _PARAMETER.sub(_NOBODYS, each.full_path),
            operation=each.label,
        )
        for each in api.operations
    )
