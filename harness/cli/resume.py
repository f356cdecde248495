"""Turn `--resume RUN` into the settings that the run was begun with."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from shutil import rmtree

from harness.cli.console import say
from harness.config import Settings
from harness.errors import ConfigurationError
from harness.products.registry import installed
from harness.session.run.suite_run import RunOptions
from harness.session.run.unfinished import overrides_of, reopen, with_mock_again, with_shard_again
from harness.settings import load

_MEANT = "i_mean_production"


def begin_again(
    run: Path, options: RunOptions, target: Mapping[str, object]
) -> tuple[Settings, RunOptions]:
    """Return what to run and how. Raises ConfigurationError where flags contradict the record."""
    given = [name for name, value in target.items() if name != _MEANT and not _is_left_out(value)]
    if given or replace(options, allure=True) != RunOptions():
        raise ConfigurationError(
            "--resume goes on as the run was begun; no other choice can be made.",
            advice="Leave the other options out, or begin a run of its own.",
        )
    earlier = reopen(run)
    # Shards that were killed with their run are run again as a whole.
    rmtree(earlier.folder / ".parts", ignore_errors=True)
    overrides = overrides_of(earlier, production_meant=target.get(_MEANT) is True)
    loaded = load(overrides, folder=Path.cwd(), products=installed())
    settings = with_shard_again(with_mock_again(loaded, earlier), earlier)
    say(
        f"going on with {earlier.folder.name}: "
        f"{len(earlier.done)} of {earlier.planned} cases are settled"
    )
    return settings, replace(options, faults=earlier.run.faults, earlier=earlier)


def _is_left_out(value: object) -> bool:
    # A seed of 0 is a choice, although it equals False.
    return value is None or value is False or value in ("", ())
