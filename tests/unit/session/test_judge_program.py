import sys

import pytest

from harness.errors import ConfigurationError
from harness.session.judge.program import leaked, program_of, run_program

FOREVER = "import time\nwhile True: time.sleep(0.01)"


def test_a_program_is_ended_once_it_is_enough() -> None:
    end = run_program([sys.executable, "-c", FOREVER], {}, 60, lambda: True)

    assert end.was_stopped
    assert not end.timed_out
    assert end.exit_code is None


def test_a_program_that_outlives_its_limit_is_ended() -> None:
    end = run_program([sys.executable, "-c", FOREVER], {}, 0.05)

    assert end.timed_out


def test_a_program_that_is_not_there_is_named() -> None:
    with pytest.raises(ConfigurationError, match="/no/such/program"):
        run_program(program_of("/no/such/program --x").words, {}, 1)


def test_what_a_program_prints_is_searched_for_secrets() -> None:
    assert leaked("Authorization: Bearer abc.def", "s3cret", ("abc.def",)) == ("token 1",)
    assert leaked("all is well", "s3cret", ("abc.def",)) == ()


def test_what_was_printed_long_before_the_end_is_searched_too() -> None:
    script = "print('early'); print('x' * 1_000_000)"

    end = run_program([sys.executable, "-c", script], {}, 60)

    assert end.output.startswith("early")
