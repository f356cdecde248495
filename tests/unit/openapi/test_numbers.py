from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.openapi.numbers import exact, is_multiple


@pytest.mark.parametrize(
    "value", [19.99, 0.07, 1.1, 8.61, 100.1, 4.35, 2.3, 1.15, -0.01, 0, 3, 1e20]
)
def test_hundredths_are_multiples_of_a_hundredth(value: float) -> None:
    assert is_multiple(value, 0.01)


@pytest.mark.parametrize(
    ("value", "divisor"),
    [
        pytest.param(0.005, 0.01, id="half"),
        pytest.param(1.001, 0.01, id="thousandth"),
        pytest.param(7, 2, id="whole"),
        pytest.param(0.3, 0.2, id="tenths"),
        pytest.param(1e-30, 0.01, id="tiny"),
        pytest.param(Decimal("0.1000000000000000055"), 0.1, id="more-digits-than-a-float-has"),
    ],
)
def test_what_is_no_multiple_is_none(value: float, divisor: float) -> None:
    assert not is_multiple(value, divisor)


@pytest.mark.parametrize(
    ("value", "divisor"),
    [
        pytest.param(Decimal("1e400"), 0.01, id="beyond-floats"),
        pytest.param(Decimal("1e999999999"), 0.001, id="far-beyond"),
        pytest.param(0.0075, 0.0001, id="small"),
        pytest.param(1e308, 0.5, id="large"),
        pytest.param(12345678901234567890, 10, id="long"),
        pytest.param(float("inf"), 2, id="not-finite"),
    ],
)
def test_size_does_not_matter(value: float, divisor: float) -> None:
    assert is_multiple(value, divisor)


@given(st.integers(-(10**12), 10**12), st.integers(0, 6))
def test_every_decimal_is_a_multiple_of_its_last_place(digits: int, places: int) -> None:
    value = float(Decimal(digits).scaleb(-places))

    assert is_multiple(value, float(Decimal(1).scaleb(-places)))


@pytest.mark.parametrize("written", ["1.5", "1e2", "0.1", "-2.50"])
def test_a_number_that_a_float_holds_is_a_float(written: str) -> None:
    assert isinstance(exact(written), float)


@pytest.mark.parametrize("written", ["0.1000000000000000055", "1e400", "123456789012345678.5"])
def test_a_number_that_no_float_holds_keeps_its_digits(written: str) -> None:
    assert exact(written) == Decimal(written)
