"""Turn the options of a cluster into its address and certificates."""

from collections.abc import Mapping
from pathlib import Path

import click

from harness.cli.options import refuse_given
from harness.session.cluster.address import VARIABLES, Cluster, cluster_at
from harness.settings import environment_variables

_AT_HOME = ("jobs", "exit_first", "resume", "baseline")
"""Options on which process does what, of this machine alone."""


def named_cluster(
    context: click.Context, address: str | None, files: Mapping[str, Path | None]
) -> Cluster | None:
    """Return the cluster that --on names, if any. Raises ConfigurationError."""
    if address is None:
        refuse_given(context, [f"cluster_{name}" for name in VARIABLES], "without --on")
        return None
    refuse_given(context, _AT_HOME, "with --on")
    named = {name: files.get(f"cluster_{name}") for name in VARIABLES}
    return cluster_at(address, named, environment_variables(Path.cwd()))
