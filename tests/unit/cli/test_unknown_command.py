"""A misspelt command names the one that was probably meant."""

from click.testing import CliRunner

from harness.cli.main import cli


def test_a_misspelt_command_is_answered_with_the_nearest() -> None:
    result = CliRunner().invoke(cli, ["runn"])

    assert result.exit_code == 2
    assert "No such command 'runn'. Did you mean 'run'?" in result.output
