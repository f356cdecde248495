"""Build the bench of a run from its settings: client, tokens, documents and the journal."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from harness.client.http import Client, Time
from harness.client.redaction import Redactor
from harness.client.tokens import Tokens
from harness.config import Credentials, Settings
from harness.plugin.bench import Bench, WorkflowOptions
from harness.session.journal import Journal
from harness.settings import required_credentials
from harness.spec.model import Api


@contextmanager
def open_bench(
    settings: Settings,
    apis: Sequence[Api],
    journal: Journal,
    redactor: Redactor,
    time: Time,
    workflows: WorkflowOptions | None = None,
) -> Iterator[Bench]:
    """Give a bench and close its connections afterwards. Raises MissingCredentials."""
    credentials = required_credentials(settings)
    client = Client(
        settings.environment,
        time=time,
        redactor=redactor,
        record=journal.exchange,
        first_id=journal.first_exchange,
    )

    def tokens_of(owner: Credentials) -> Tokens:
        return Tokens(
            settings.environment,
            owner,
            send=client.bound("run/token", patient=True),
            monotonic=time.monotonic,
            learn=redactor.learn,
        )

    try:
        yield Bench(
            settings=settings,
            credentials=credentials,
            client=client,
            tokens=tokens_of(credentials),
            redactor=redactor,
            apis={api.name: api for api in apis},
            time=time,
            write=journal.write,
            exchanges=journal.taken,
            counts=journal.counts,
            roles={role: tokens_of(owner) for role, owner in settings.roles.items()},
            workflows=workflows or WorkflowOptions({"*": settings.environment.base_url}),
        )
    finally:
        client.close()
