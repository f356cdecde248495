"""Find out by its answers whether a target is the mock that ships with the program."""

import base64
import json
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace

from harness.client.http import Client, Time
from harness.client.redaction import Redactor
from harness.config import CUSTOM, MOCK_HEADER, MOCK_TOKEN_KEY, Credentials, Environment, Settings
from harness.exchange import Exchange, Request
from harness.jsonvalue import members
from harness.plugin.server_resolution import ResolvedServers
from harness.settings import as_mock_client, as_nobody
from harness.workflow.document.model import Book
from harness.workflow.document.parse import included

_PATIENCE_SECONDS = 5.0
NOBODY = Credentials("", "")
"""Stands for credentials where there are none."""


def with_credentials(settings: Settings, *, time: Time, others: Iterable[str] = ()) -> Settings:
    """Return settings that have the mock's published credentials where the target is our mock.

    Nothing is asked where credentials were given. `others` are further servers that would get them:
    they are sent to none unless every one of them answers as our mock. Where nothing answers, the run
    begins without credentials, and ends with the sentence that says so.
    """
    environment = settings.environment
    # A run that starts the mock itself has its credentials from the settings.
    is_embedded = not environment.base_url
    if settings.credentials is not None or is_embedded or not may_be_our_mock(environment):
        return settings
    urls = dict.fromkeys((environment.base_url, *others))
    answers = [_asked(replace(environment, base_url=url), time) for url in urls]
    # One of them may be a stranger's server: not even published credentials are sent there.
    if all(is_marked(answer) for answer in answers):
        return as_mock_client(settings)
    if all(answer.response is None for answer in answers):
        # Without an answer there is no need of credentials: the run ends by saying so.
        return replace(settings, credentials=NOBODY)
    return settings


def may_be_our_mock(environment: Environment) -> bool:
    """Return whether it is worth asking; where a run starts the mock itself, nothing need be asked.

    What counts as the vendor's is never asked for what its answers do not promise.
    """
    return environment.like == "mock"


def for_workflows(
    resolved: ResolvedServers, configured: Settings, books: Iterable[Book], *, time: Time
) -> Settings:
    """Return the settings for documents whose requests go where they were aimed.

    Where a document chose the target, it is no longer the one that the settings name. Workflows
    may need no credentials; nothing is asked where no workflow reads them.
    """
    settings = resolved.settings
    # Where requests go elsewhere than the settings say, the mock's published secret stays behind.
    if settings.environment.base_url != configured.environment.base_url:
        name = configured.environment.settings_of or configured.environment.name
        environment = replace(settings.environment, name=CUSTOM, settings_of=name)
        settings = replace(as_nobody(settings), environment=environment)
    if any(map(_reads_credentials, books)):
        settings = with_credentials(settings, time=time, others=resolved.options.servers.values())
    # No URL means that the run starts the mock, which brings its credentials along.
    is_mock_to_come = not settings.environment.base_url
    return (
        settings
        if settings.credentials or is_mock_to_come
        else replace(settings, credentials=NOBODY)
    )


def _reads_credentials(book: Book) -> bool:
    """Return whether a workflow takes an input from a variable that may hold credentials."""
    return any(
        variable.startswith("HARNESS_") and "_CLIENT_" in f"_{variable}"
        for other in included(book)
        for workflow in other.workflows
        for _, variable in workflow.env
    )


def is_our_mock(environment: Environment, *, time: Time) -> bool:
    """Return whether a target answers as the mock that ships with the program."""
    return is_marked(_asked(environment, time))


def is_marked(exchange: Exchange) -> bool:
    """Return whether an answer bears the mark of our mock."""
    return exchange.response is not None and exchange.response.header(MOCK_HEADER) is not None


def is_token_of_our_mock(token: str) -> bool:
    """Return whether a token names the key of our mock in its head (RFC 7515, section 4.1.4)."""
    head = token.partition(".")[0]
    try:
        # Base64url in a JWS comes without padding (RFC 7515, 2), which the decoder wants.
        header = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    except (ValueError, RecursionError):
        return False
    return members(header).get("kid") == MOCK_TOKEN_KEY


def _asked(environment: Environment, time: Time) -> Exchange:
    """Ask a target for its root, once and without credentials: our mock marks whatever it answers."""
    # A question that nobody answers must not hold up the run for its usual timeouts.
    brief = replace(
        environment,
        timeout_seconds=min(environment.timeout_seconds, _PATIENCE_SECONDS),
        deadline_seconds=min(environment.deadline_seconds, _PATIENCE_SECONDS),
    )
    # Nothing of it enters the record: the run has not begun.
    with closing(Client(brief, time=time, redactor=Redactor(), record=_forget)) as client:
        return client.bound("run/recognition")(Request("GET", f"{environment.base_url}/"))


def _forget(_: Exchange) -> None:
    return
