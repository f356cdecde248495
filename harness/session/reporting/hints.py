"""Say how to get what a pasted `curl` needs: a token, and the mock of the run where that has ended."""

import shlex
from urllib.parse import urlsplit

from harness.client.tokens import FORM
from harness.config import MOCK_CLIENT_ID, MOCK_CLIENT_SECRET, Settings
from harness.product import TokenEndpoint
from harness.verdict.model import Verdict

_TAKE_TOKEN = r"""sed 's/.*"access_token" *: *"\([^"]*\)".*/\1/'"""


def hints(verdict: Verdict, settings: Settings, faults: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return lines that make the first finding's command work; none where there is no finding.

    Credentials of one's own are named, not shown. How to get a token is said only where it is known.
    """
    if not verdict.findings:
        return ()
    credentials = settings.credentials
    # A command without a token needs no line that fetches one.
    if "$TOKEN" not in verdict.findings[0].curl:
        return _mock(verdict, settings, faults)
    endpoint = _endpoint(verdict, settings)
    if endpoint is None:
        return _mock(verdict, settings, faults)
    # Somebody else's secret is named and never shown.
    is_own = credentials is not None and credentials.client_id != MOCK_CLIENT_ID
    is_mock = (verdict.environment == "mock" or verdict.scope.is_mock) and not is_own
    token = f"TOKEN=$({_request(verdict, endpoint, is_mock=is_mock)} | {_TAKE_TOKEN})"
    return (*_mock(verdict, settings, faults), f"token     {token}")


def _endpoint(verdict: Verdict, settings: Settings) -> TokenEndpoint | None:
    """Return the token endpoint of the product that the first finding's operation belongs to."""
    path = verdict.findings[0].operation.partition(" ")[2]
    owner = settings.products.at_path(path)
    return settings.token_endpoint(owner.name) if owner and owner.token else None


def _mock(verdict: Verdict, settings: Settings, faults: tuple[str, ...]) -> tuple[str, ...]:
    environment, specs = settings.environment, settings.specs
    # Only our own mock ends with the run; every other server goes on.
    if environment.base_url:
        return ()
    port = urlsplit(verdict.base_url).port
    flags = "".join(f" --spec {shlex.quote(str(spec))}" for spec in specs)
    flags += "".join(f" --fault {fault}" for fault in faults)
    return (f"mock      harness mock --port {port}{flags}",)


def _request(verdict: Verdict, endpoint: TokenEndpoint, *, is_mock: bool) -> str:
    client_id = MOCK_CLIENT_ID if is_mock else '"$HARNESS_CLIENT_ID"'
    secret = MOCK_CLIENT_SECRET if is_mock else '"$HARNESS_CLIENT_SECRET"'
    url = shlex.quote(verdict.base_url + endpoint.path)
    if endpoint.takes_form:
        fields = (
            f"-d grant_type=client_credentials -d client_id={client_id} -d client_secret={secret}"
        )
        return f"curl -sS {url} -H 'Content-Type: {FORM}' {fields}"
    body = '{"grant_type":"client_credentials","client_id":"%s","client_secret":"%s"}'
    # Quoted first and filled in then, since the shell must see its variables outside of the quotes.
    quoted = shlex.quote(body) % (_inside(client_id), _inside(secret))
    return f"curl -sS {url} -H 'Content-Type: application/json' -d {quoted}"


def _inside(value: str) -> str:
    """Write a value or a shell variable inside single quotes."""
    return f"'{value}'" if value.startswith('"') else value
