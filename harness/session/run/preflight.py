"""Find out before the first case whether the run can be done at all."""

from collections.abc import Iterable

from harness.config import Settings
from harness.errors import ConfigurationError, NoToken
from harness.events import MockRecognised
from harness.plugin.bench import Bench
from harness.plugin.recognise import is_token_of_our_mock


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
    if not reasons or len(reasons) < len(problems):
        return
    is_hopeless = all(each.rejects_credentials for each in reasons)
    is_silent = not any(each.is_answered for each in reasons)
    if is_hopeless or (
        is_silent and not bench.client.is_alive(bench.settings.environment.base_url)
    ):
        raise reasons[0]


def _one_for_each_endpoint(settings: Settings) -> Iterable[str]:
    """Return one API for each token endpoint; some have none."""
    asked = [api for api in settings.apis if settings.products.called(api).token]
    return {settings.token_endpoint(api).path: api for api in reversed(asked)}.values()


def _problem(bench: Bench, api: str) -> NoToken | None:
    try:
        token = bench.tokens.bearer(api)
    except NoToken as problem:
        return problem
    if is_token_of_our_mock(token):
        bench.write(MockRecognised("token"))
    return None
