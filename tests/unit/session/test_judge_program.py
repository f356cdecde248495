import sys
from uuid import uuid4

import pytest

from harness.errors import ConfigurationError
from harness.session.judge.program import (
    MOST_OUTPUT_BYTES,
    Children,
    leaked,
    left_behind,
    program_of,
    run_program,
)

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


def test_of_a_flood_the_first_and_the_last_are_kept() -> None:
    script = "print('first'); print('x' * 30_000_000); print('last')"

    end = run_program([sys.executable, "-c", script], {}, 60)

    assert end.output.startswith("first\nxxx")
    assert end.output.endswith("xxx\nlast\n")
    assert len(end.output) < 2 * MOST_OUTPUT_BYTES + 200_000
    assert end.printed_bytes == 30_000_012


LEAVES = (
    "import os, sys, time\n"
    "if os.fork(): sys.exit(0)\n"
    "os.setsid()\n"
    "print('goes on', flush=True)\n"
    "time.sleep(600)\n"
)


def test_what_leaves_its_group_is_observed_until_it_is_quiet_and_then_ended() -> None:
    mark = f"HARNESS_MARK={uuid4()}"
    asked: list[float] = []

    def is_quiet(seconds: float) -> bool:
        asked.append(seconds)
        return len(asked) > 3

    name, _, value = mark.partition("=")
    children = Children(mark, is_quiet, lambda _: None)
    end = run_program([sys.executable, "-c", LEAVES], {name: value}, 60, children=children)

    assert len(asked) == 4
    assert asked == sorted(asked)
    assert end.exit_code == 0
    assert left_behind(mark) == ()


def test_what_leaves_its_group_and_is_never_quiet_outlives_the_limit() -> None:
    mark = f"HARNESS_MARK={uuid4()}"
    name, _, value = mark.partition("=")
    children = Children(mark, lambda _: False, lambda _: None)

    end = run_program([sys.executable, "-c", LEAVES], {name: value}, 1, children=children)

    assert end.timed_out
    assert left_behind(mark) == ()
