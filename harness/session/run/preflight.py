"""Find out before the first case whether the run can be done at all."""

from harness.config import Settings
from harness.errors import ConfigurationError
from harness.plugin.bench import Bench


def check_entitlement(settings: Settings) -> None:
    """Refuse dental cases without the ids that the credentials may send for."""
    environment = settings.environment
    if "dental" not in settings.apis or (environment.submitter_id and environment.tax_id):
        return
    raise ConfigurationError(
        f"no submitter id and billing tax id for environment '{environment.name}'.",
        advice="Set HARNESS_SUBMITTER_ID and HARNESS_TAX_ID, or leave dental out with --api.",
    )


def check_target_answers(bench: Bench) -> None:
    """Get one token for each API of the run. Raises Unreachable or TokenRefused."""
    for api in bench.settings.apis:
        bench.tokens.bearer(api)
