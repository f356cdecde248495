"""Find out, without running a case, whether a target answers and takes the credentials."""

from collections.abc import Iterator

from harness.client.http import Client, Time
from harness.client.redaction import Redactor
from harness.client.tokens import Tokens
from harness.config import Settings
from harness.errors import HarnessError
from harness.settings import required_credentials


def find_out(settings: Settings, *, time: Time) -> Iterator[tuple[str, str | None]]:
    """Give each API with what keeps it from working, or None."""
    redactor = Redactor()
    client = Client(settings.environment, time=time, redactor=redactor, record=lambda _: None)
    tokens = Tokens(
        settings.environment,
        required_credentials(settings),
        send=client.bound("doctor"),
        monotonic=time.monotonic,
        learn=redactor.learn,
    )
    for api in settings.apis:
        try:
            tokens.bearer(api)
        except HarnessError as problem:
            yield api, redactor.text(str(problem))
        else:
            yield api, None
    client.close()
