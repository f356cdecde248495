"""Ask a target which APIs it has, where no setting says so."""

import re
from contextlib import closing
from dataclasses import replace

from harness.client.http import Client, Time
from harness.client.redaction import Redactor
from harness.config import Environment, Settings
from harness.exchange import Exchange, Request
from harness.openapi.bundled import bundled_document

_RETRIEVAL = "medical-retrieval"
_NO_SUCH_ROUTE = 404
_PARAMETER = re.compile(r"\{[^{}]*\}")
_NOBODYS = "00000000-0000-4000-8000-000000000000"


def discovered(
    settings: Settings, redactor: Redactor, time: Time
) -> tuple[Settings, tuple[Exchange, ...]]:
    """Return settings that say whether there is a retrieval API, and the exchanges that told.

    Nobody is named: a gateway that knows a route asks for a token, one that does not answers 404.
    """
    environment = settings.environment
    if environment.capabilities.retrieves_uploads is not None or "medical" not in settings.apis:
        return settings, ()
    found: list[Exchange] = []
    with closing(Client(environment, time=time, redactor=redactor, record=found.append)) as client:
        send = client.bound("run/discovery", patient=True)
        answers = [send(each).response for each in _questions(environment)]
    offered = any(each is None or each.status != _NO_SUCH_ROUTE for each in answers)
    return replace(settings, environment=offering(environment, retrieval=offered)), tuple(found)


def offering(environment: Environment, *, retrieval: bool) -> Environment:
    """Return an environment of which is known whether it has a retrieval API, if it was not."""
    usual = environment.capabilities
    if usual.retrieves_uploads is not None:
        return environment
    return replace(environment, capabilities=replace(usual, retrieves_uploads=retrieval))


def _questions(environment: Environment) -> tuple[Request, ...]:
    """Return a call of each route: one that answers 404 alone may be broken, all are not there."""
    return tuple(
        Request(
            each.method,
            environment.base_url + _PARAMETER.sub(_NOBODYS, each.full_path),
            operation=each.label,
        )
        for each in bundled_document(_RETRIEVAL).operations
    )
