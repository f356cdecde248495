"""Build the bench of a run from its settings: client, tokens, documents and the journal."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial

from harness.client.http import Client, Time
from harness.client.redaction import Redactor
from harness.client.tokens import Tokens
from harness.config import Credentials, Environment, Settings
from harness.errors import HarnessError
from harness.openapi.model import Api
from harness.plugin.bench import Bench, WorkflowOptions
from harness.rules.own.hooks import Hooks, hooks_of
from harness.session.run.journal import Journal
from harness.settings import required_credentials


@contextmanager
def open_bench(
    settings: Settings,
    apis: Sequence[Api],
    journal: Journal,
    redactor: Redactor,
    time: Time,
    workflows: WorkflowOptions | None = None,
) -> Iterator[Bench]:
    """Yield a bench and close its connections afterwards. Raises MissingCredentials."""
    # Before anything is opened, since nothing can be sent without them.
    credentials = required_credentials(settings)
    environment = settings.environment
    passphrase = environment.client_key_passphrase
    # Before a client is there that could send anything.
    for secret in (*settings.secrets, *([passphrase] if passphrase else [])):
        redactor.learn_credential(secret)
    for owner in (credentials, *settings.roles.values()):
        redactor.learn_credential(owner.client_secret)
        # An identifier is no secret (RFC 6749, 2.2), and often begins as its secret does.
        redactor.allow(owner.client_id)
    redactor.allow(environment.base_url)
    hooks = hooks_of(settings.rules)
    with closing(_client(environment, journal, redactor, time, hooks)) as client:
        tokens_of = partial(_tokens, settings, client, redactor, time)
        yield Bench(
            settings=settings,
            credentials=credentials,
            client=client,
            tokens=tokens_of(credentials),
            redactor=redactor,
            apis={api.name: api for api in apis},
            time=time,
            write=journal.write,
            counts=journal.counts,
            roles={role: tokens_of(owner, role) for role, owner in settings.roles.items()},
            hooks=hooks,
            workflows=workflows or WorkflowOptions({"*": environment.base_url}),
        )


def _client(
    environment: Environment, journal: Journal, redactor: Redactor, time: Time, hooks: Hooks
) -> Client:
    return Client(
        environment,
        time=time,
        redactor=redactor,
        record=journal.exchange,
        first_id=journal.first_exchange,
        prepare=hooks.prepared,
    )


def _tokens(
    settings: Settings,
    client: Client,
    redactor: Redactor,
    time: Time,
    owner: Credentials,
    role: str = "",
) -> Tokens:
    return Tokens(
        settings,
        owner,
        send=client.bound("run/token", patient=True),
        monotonic=time.monotonic,
        learn=redactor.learn_credential,
        role=role,
    )


def find_out(settings: Settings, *, time: Time) -> Iterator[tuple[str, str | None]]:
    """Yield each API with what keeps it from working, or None."""
    redactor = Redactor(settings.environment.masked_names)
    # Nothing of it is recorded, since `doctor` only looks.
    unwritten = Journal(None, lambda _: None)
    with open_bench(settings, (), unwritten, redactor, time) as bench:
        for api in settings.apis:
            if settings.products.called(api).token is None:
                continue
            try:
                bench.tokens.bearer(api)
            except HarnessError as problem:
                yield api, redactor.text(str(problem))
            else:
                yield api, None
