"""One trial: a mock in this process, its cases, and the clock that both share."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from harness.config import Overrides, Settings
from harness.errors import Unreachable
from harness.outcome import Status
from harness.session.prove.trial import trial
from harness.session.run.mock_process import with_clock
from tests.products import load


def settings_for(folder: Path, only: str) -> Settings:
    return load(Overrides(only=only), folder=folder, environ={})


def statuses(
    folder: Path, only: str, *, faults: Sequence[str] = (), tolerances: Sequence[str] = ()
) -> dict[str, Status]:
    with trial(settings_for(folder, only), faults=faults, tolerances=tolerances) as tried:
        return {each.case: each.status for each in tried.run(tried.cases)}


def test_a_token_is_seen_to_end_over_a_socket(tmp_path: Path) -> None:
    case = "dental/health/expired-token"

    assert statuses(tmp_path, case) == {case: Status.PASS}
    assert statuses(tmp_path, case, faults=["expired-token-accepted"]) == {case: Status.FAIL}
    assert statuses(tmp_path, case, tolerances=["dental-token-lives-two-hours"]) == {
        case: Status.PASS
    }


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        ("transport-slow-drip", Status.FAIL),
        ("transport-held-midway", Status.FAIL),
        ("transport-garbage", Status.FAIL),
        ("transport-tokens-reset", Status.ERROR),
    ],
)
def test_a_broken_transport_is_never_green(tmp_path: Path, fault: str, status: Status) -> None:
    case = "dental/health/healthy"

    assert statuses(tmp_path, case, faults=[fault]) == {case: status}


def test_a_clock_that_does_not_move_is_no_time_that_passed(tmp_path: Path) -> None:
    with trial(settings_for(tmp_path, "dental/health")) as tried:
        bench = with_clock(tried.bench)
        assert bench.advance is not None

        with pytest.raises(Unreachable, match="did not move its clock"):
            bench.advance(1e15)
