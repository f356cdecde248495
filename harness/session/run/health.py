"""Find out, without running a case, whether a target answers and takes the credentials."""

from collections.abc import Iterator

from harness.client.http import Time
from harness.client.redaction import Redactor
from harness.config import Settings
from harness.errors import HarnessError
from harness.session.run.bench import open_bench
from harness.session.run.journal import Journal


def find_out(settings: Settings, *, time: Time) -> Iterator[tuple[str, str | None]]:
    """Yield each API with what keeps it from working, or None."""
    redactor = Redactor(settings.environment.masked_names)
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
