from harness.report.html.view_model import latency
from harness.verdict.model import OperationUse


def use(name: str, p50: float, p95: float, *, answered: int = 3) -> OperationUse:
    return OperationUse(name, "dental", 3, answered, p50, p95)


def test_the_scale_runs_over_whole_powers_of_ten() -> None:
    found = latency((use("GET /a", 0.002, 0.02), use("GET /b", 0.05, 0.3)))

    assert (found.low, found.high) == ("1 ms", "1 s")


def test_the_places_keep_their_order_and_stay_inside() -> None:
    found = latency((use("GET /a", 0.001, 0.01), use("GET /b", 0.1, 1.0)))

    assert found.places == {"GET /a": (4.0, 34.7), "GET /b": (65.3, 96.0)}


def test_an_operation_that_never_answered_has_no_place() -> None:
    found = latency((use("GET /a", 0.0, 0.0, answered=0),))

    assert found.places == {}
