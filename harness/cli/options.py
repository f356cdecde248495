"""The options that commands share, and how they become settings."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import click
from click.core import ParameterSource

from harness import limits
from harness.cli.console import Level
from harness.config import ENVIRONMENTS, PROFILES, Overrides
from harness.errors import ConfigurationError
from harness.products.registry import installed

Command = TypeVar("Command", bound=Callable[..., object])

Option = Callable[[Command], Command]

_ENVIRONMENT = click.option(
    "--env",
    "environment",
    metavar="NAME",
    help=f"Which target: {', '.join(ENVIRONMENTS)}, or an environment of harness.yaml; "
    "the mock unless given.",
)
_BASE_URL = click.option(
    "--base-url",
    metavar="URL",
    help="A server that has all APIs below it; reports call it custom.",
)


class ApiName(click.Choice[str]):
    """The name of an installed API, or one that a document was imported under in this folder."""

    def __init__(self) -> None:
        super().__init__(installed().names)

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the name. Fails as a choice does where nothing is called so."""
        # Only where no installed API is called so are imported documents looked for.
        if value in self.choices:
            return super().convert(value, param, ctx)
        from harness.products.document import imported_documents  # noqa: PLC0415 reading documents is slow to import

        return value if value in imported_documents() else super().convert(value, param, ctx)


_APIS = click.option(
    "--api",
    "apis",
    multiple=True,
    type=click.Choice(installed().names),
    help="Only this API; may be given again.",
)
_ANY_APIS = click.option(
    "--api",
    "apis",
    multiple=True,
    type=ApiName(),
    help="Only this API, or a document that was imported under this name; may be given again.",
)
_ONLY = click.option(
    "--only",
    default="",
    metavar="PATTERN",
    help="Only cases whose id fits: a name, a part before a slash, or with *; commas separate.",
)
_PROFILE = click.option(
    "--profile", type=click.Choice(list(PROFILES)), help="How much to demand; ci unless given."
)
_SEED = click.option(
    "--seed", type=click.IntRange(min=0), help="The seed of all generated data; 1 unless given."
)
_REPORTS = click.option(
    "--reports",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Where runs are written; reports unless given.",
)
_PRODUCTION = click.option(
    "--i-mean-production", is_flag=True, help="Allow an environment that is production."
)


def _raise_limit(_: click.Context, __: click.Parameter, value: str | None) -> None:
    if value is None:
        return
    try:
        limits.adopt(limits.DEFAULT.at_size(limits.size_in_bytes(value)))
    except limits.InvalidSize as problem:
        raise click.BadParameter(f"'{value}' {problem}") from None


_SPECS = click.option(
    "--spec",
    "specs",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE-OR-NAME",
    help="Test this OpenAPI document in place of the installed APIs; may be given again.",
)
_FAULTS = click.option(
    "--fault", "faults", multiple=True, metavar="NAME", help="Break a promise of the mock."
)
_WAIVERS = click.option(
    "--waivers", type=click.Path(path_type=Path), help="A waivers.yaml to apply."
)
_MAX_SIZE = click.option(
    "--max-size",
    metavar="SIZE",
    is_eager=True,  # other options read documents
    expose_value=False,
    callback=_raise_limit,
    help="Read OpenAPI and Arazzo documents up to this size, as 100MiB; 20MiB unless given.",
)


def size_option(command: Command) -> Command:
    """Add the option that raises how large a document may be."""
    return _MAX_SIZE(command)


def suite_options(command: Command) -> Command:
    """Add the options of what a run of the suite tests: documents, faults of the mock, waivers."""
    return with_options(command, _SPECS, _FAULTS, _WAIVERS)


def target_options(command: Command) -> Command:
    """Add the options that choose a target, a selection and a folder."""
    return with_options(
        command,
        _ENVIRONMENT,
        _BASE_URL,
        _ANY_APIS,
        _ONLY,
        _PROFILE,
        _SEED,
        _REPORTS,
        _PRODUCTION,
        _MAX_SIZE,
    )


def workflow_target_options(command: Command) -> Command:
    """Add those of `target_options` that mean something to the cases of one document."""
    return with_options(
        command, _ENVIRONMENT, _BASE_URL, _ONLY, _PROFILE, _REPORTS, _PRODUCTION, _MAX_SIZE
    )


def load_target_options(command: Command) -> Command:
    """Add those of `target_options` that a run under load takes: production is none of its targets."""
    return with_options(command, _ENVIRONMENT, _BASE_URL, _ONLY, _SEED, _REPORTS, _MAX_SIZE)


def certified_options(command: Command) -> Command:
    """Add those of `target_options` that leave whole products to be certified."""
    return with_options(
        command, _ENVIRONMENT, _BASE_URL, _APIS, _SEED, _REPORTS, _PRODUCTION, _MAX_SIZE
    )


def watched_options(command: Command) -> Command:
    """Add those of `target_options` that leave profile and folder to a watch."""
    return with_options(command, _ENVIRONMENT, _BASE_URL, _APIS, _ONLY, _SEED, _PRODUCTION)


def inspected_options(command: Command) -> Command:
    """Add those of `target_options` that say what `doctor` looks at."""
    return with_options(command, _ENVIRONMENT, _BASE_URL, _APIS, _REPORTS, _PRODUCTION, _MAX_SIZE)


def with_options(command: Command, *options: Option[Command]) -> Command:
    """Add options to a command, which lists them in this order."""
    # Decorators apply from the inside out.
    for option in reversed(options):
        command = option(command)
    return command


def refuse_given(context: click.Context, names: Iterable[str], reason: str) -> None:
    """Raise ConfigurationError where an option was given that has no effect in this call."""
    for parameter in context.command.params:
        # Defaults and variables are no choice of this call.
        source = context.get_parameter_source(parameter.name or "")
        if parameter.name in names and source is ParameterSource.COMMANDLINE:
            raise ConfigurationError(
                f"{parameter.opts[-1]} has no effect {reason}.", advice="Leave it out."
            )


def shard_option(command: Command) -> Command:
    """Add the option that says which part of several this process takes."""
    option = click.option(
        "--shard",
        default="",
        metavar="I/N|auto",
        help="Only the I-th of N parts; auto reads it from the variables of the CI system. See merge.",
    )
    return option(command)


def cluster_options(command: Command) -> Command:
    """Add the options that name a cluster, and the certificates by which both sides know each other."""
    on = click.option(
        "--on",
        "address",
        metavar="tls://HOST:PORT",
        help="Have the workers of this Dask scheduler do the work; needs contract-harness[cluster].",
    )
    what = {
        "ca": "who signed the certificates of the cluster",
        "cert": "the certificate of this side",
        "key": "its private key",
    }
    files = (
        click.option(
            f"--cluster-{name}",
            type=click.Path(path_type=Path),
            metavar="FILE",
            help=f"For --on: {help_text} (PEM); HARNESS_CLUSTER_{name.upper()} unless given.",
        )
        for name, help_text in what.items()
    )
    return with_options(command, on, *files)


def jobs_option(command: Command) -> Command:
    """Add the option that says how many cases run at a time."""
    jobs = click.option(
        "--jobs",
        type=click.IntRange(1, 64),
        default=1,
        show_default=True,
        metavar="N",
        help="How many cases run side by side; they share one client, its tokens and its rate.",
    )
    return jobs(command)


def jobs_options(command: Command) -> Command:
    """Add the options that say how many cases run at a time, and when to stop."""
    exit_first = click.option(
        "-x", "--exitfirst", "exit_first", is_flag=True, help="Stop at the first case that fails."
    )
    return jobs_option(exit_first(command))


def level_options(command: Command) -> Command:
    """Add the options that say how much is printed; the command takes `level`."""
    quiet = click.option(
        "-q", "--quiet", "level", flag_value=Level.QUIET.value, help="Print the verdict alone."
    )
    full = click.option(
        "-v",
        "--verbose",
        "level",
        flag_value=Level.FULL.value,
        help="Print every case that does not pass, with its whole message.",
    )
    return full(quiet(command))


def level_of(value: str | None) -> Level:
    """Return the level that was chosen."""
    return Level(value) if value else Level.NORMAL


def checks_option(command: Command) -> Command:
    """Add the option that says what a broken contract does to a workflow."""
    option = click.option(
        "--contract-checks",
        type=click.Choice(["fail", "warn", "off"]),
        default="fail",
        show_default=True,
        help="What a request or a response that breaks its OpenAPI document does.",
    )
    return option(command)


def outside_option(command: Command) -> Command:
    """Add the option that lets a document read files from anywhere on this machine."""
    option = click.option(
        "--allow-outside",
        is_flag=True,
        help="Read sources and files also from outside the document's project.",
    )
    return option(command)


def pairs(given: Sequence[str], option: str) -> dict[str, str]:
    """Read `NAME=VALUE` as often as it was given. Raises ConfigurationError."""
    found = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not equals or not name:
            raise ConfigurationError(
                f"{option} {each} is not NAME=VALUE.",
                advice="Put what it is for and = before it; --base-url takes one address for all.",
            )
        found[name] = value
    return found


def overrides_from(values: Mapping[str, object]) -> Overrides:
    """Turn what click parsed into overrides of the settings."""
    given = dict(values)
    meant = given.pop("i_mean_production", False) is True
    return Overrides(**given, production_meant=meant)  # type: ignore[arg-type]  # click has checked the types
