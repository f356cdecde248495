"""Find out before the first case whether the run can be done at all."""

import re
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import replace

from harness.client.http import Client, Time
from harness.client.redaction import Redactor
from harness.config import Environment, Settings
from harness.errors import ConfigurationError, NoToken
from harness.events import MockRecognised
from harness.exchange import Exchange, Request
from harness.openapi.bundled import bundled_document
from harness.openapi.model import Api
from harness.plugin.bench import Bench
from harness.plugin.recognise import is_token_of_our_mock
from harness.product import ProductFacts, Products


def check_entitlement(settings: Settings) -> None:
    """Refuse cases without the ids that the credentials may send for. Raises ConfigurationError."""
    environment = settings.environment
    for facts in map(settings.products.called, settings.apis):
        missing = [name for name in facts.wants if not getattr(environment, name)]
        if missing:
            variables = " and ".join(f"HARNESS_{name.upper()}" for name in missing)
            raise ConfigurationError(
                f"{facts.title} cannot be called in environment '{environment.name}' "
                f"without {' and '.join(missing)}.",
                advice=f"Set {variables}, or leave {facts.name} out by naming others with --api.",
            )


def check_target_answers(bench: Bench) -> None:
    """Ask each token endpoint of the run for a token. Raises NoToken where no case could be judged.

    That is where nothing answers, and where every endpoint rejects the credentials. An endpoint that is
    broken otherwise is what its own cases are there to find; what needs its token is inconclusive.
    """
    problems = [_problem(bench, api) for api in _one_for_each_endpoint(bench.settings)]
    reasons = [each for each in problems if each is not None]
    # One endpoint that gives tokens is enough for some cases to be judged.
    if not reasons or len(reasons) < len(problems):
        return
    is_hopeless = all(each.rejects_credentials for each in reasons)
    is_silent = not any(each.is_answered for each in reasons)
    # Token endpoints may be gone alone, and the rest of the API is still to be judged.
    if is_hopeless or (
        is_silent and not bench.client.is_alive(bench.settings.environment.base_url)
    ):
        raise reasons[0]


def _one_for_each_endpoint(settings: Settings) -> Iterable[str]:
    """Return one API for each token endpoint; some have none."""
    asked = [api for api in settings.apis if settings.products.called(api).token]
    # Reversed, so that the first API of each endpoint is the one that stays.
    return {settings.token_endpoint(api).path: api for api in reversed(asked)}.values()


def _problem(bench: Bench, api: str) -> NoToken | None:
    try:
        token = bench.tokens.bearer(api)
    except NoToken as problem:
        return problem
    if is_token_of_our_mock(token):
        bench.write(MockRecognised("token"))
    return None


_NO_SUCH_ROUTE = 404
_PARAMETER = re.compile(r"\{[^{}]*\}")
# In the form of a UUID of version 4, and nobody's.
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
            # No answer proves nothing; only 404 says that there is no such route.
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
