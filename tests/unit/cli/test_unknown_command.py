"""A misspelt command names the one that was probably meant."""

from collections.abc import Iterator

import click
from click.testing import CliRunner

from harness.cli.main import cli


def test_a_misspelt_command_is_answered_with_the_nearest() -> None:
    result = CliRunner().invoke(cli, ["runn"])

    assert result.exit_code == 2
    assert "No such command 'runn'. Did you mean 'run'?" in result.output


def test_every_command_is_where_the_groups_say() -> None:
    def commands(group: click.Group) -> Iterator[click.Command]:
        for name in group.list_commands(click.Context(group)):
            found = group.get_command(click.Context(group), name)
            assert isinstance(found, click.Command), name
            yield found
            if isinstance(found, click.Group):
                yield from commands(found)

    assert len(list(commands(cli))) > 30
