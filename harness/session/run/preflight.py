"""Find out before the first case whether the run can be done at all."""

from harness.config import Settings
from harness.errors import ConfigurationError
from harness.plugin.bench import Bench


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
    """Get one token for each API of the run that has tokens. Raises Unreachable or TokenRefused."""
    for api in bench.settings.apis:
        if bench.settings.products.called(api).token is not None:
            bench.tokens.bearer(api)
