import pytest

from harness.outcome import Check, Outcome, Status, worst


@pytest.mark.parametrize(
    ("statuses", "result"),
    [
        pytest.param([], Status.ERROR, id="no-evidence"),
        pytest.param([Status.PASS, Status.OMIT], Status.PASS, id="omit-does-not-block"),
        pytest.param([Status.PASS, Status.WARN], Status.WARN, id="warn"),
        pytest.param(
            [Status.ERROR, Status.FAIL, Status.PASS], Status.FAIL, id="fail-outranks-error"
        ),
        pytest.param([Status.SKIP, Status.PASS], Status.SKIP, id="skip-blocks"),
        pytest.param([Status.OMIT], Status.OMIT, id="only-omitted"),
    ],
)
def test_the_worst_status_counts(statuses: list[Status], result: Status) -> None:
    assert worst(statuses) is result


def test_the_first_bad_check_is_the_failed_one_before_the_warning() -> None:
    warned = Check("a", Status.WARN)
    failed = Check("b", Status.FAIL)

    assert Outcome("c", Status.FAIL, (warned, failed)).first_bad is failed
    assert Outcome("c", Status.PASS, (Check("a", Status.PASS),)).first_bad is None
