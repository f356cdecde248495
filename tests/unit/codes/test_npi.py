import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harness.codes.identifiers import check_digit, completed, is_issuable, is_npi, is_ten_digits
from harness.errors import InvalidArgument

npis = st.integers(100_000_000, 299_999_999).map(lambda body: completed(str(body)))


@pytest.mark.parametrize(
    "text", ["1234567893", "1760854442", "1245319599", "1000000004", "2000000002", "1558598797"]
)
def test_published_numbers_are_npis(text: str) -> None:
    assert is_npi(text)


@pytest.mark.parametrize("text", ["1234567890", "7759621873"])
def test_documented_samples_with_a_wrong_sum_are_no_npis(text: str) -> None:
    assert not is_npi(text)
    assert is_ten_digits(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("123456789", id="nine-digits"),
        pytest.param("12345678931", id="eleven-digits"),
        pytest.param("1234567893\n", id="newline"),
        pytest.param(" 1234567893", id="space"),
        pytest.param("123456789E", id="letter"),
        pytest.param(
            "\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669\u0663", id="arabic-indic-digits"
        ),
        pytest.param(
            "\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19\uff13", id="full-width-digits"
        ),
    ],
)
def test_other_forms_are_no_npis(text: str) -> None:
    assert not is_npi(text)
    assert not is_ten_digits(text)


def test_check_digit_follows_the_published_example() -> None:
    assert check_digit("123456789") == "3"
    assert completed("123456789") == "1234567893"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "12345678",
        "1234567890",
        "12345678x",
        "\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669",
    ],
)
def test_only_nine_digits_are_completed(body: str) -> None:
    with pytest.raises(InvalidArgument, match="nine ASCII digits"):
        check_digit(body)


@pytest.mark.parametrize("text", ["0000000006", "9999999995"])
def test_a_good_sum_with_another_first_digit_was_never_issued(text: str) -> None:
    assert is_npi(text)
    assert not is_issuable(text)


@given(npi=npis, position=st.integers(0, 9), shift=st.integers(1, 9))
def test_every_change_of_one_digit_is_caught(npi: str, position: int, shift: int) -> None:
    digit = str((int(npi[position]) + shift) % 10)

    assert not is_npi(npi[:position] + digit + npi[position + 1 :])


@given(npi=npis, position=st.integers(0, 8))
@example(npi="1090000001", position=1)
def test_swapped_neighbours_are_caught_unless_they_are_zero_and_nine(
    npi: str, position: int
) -> None:
    pair = npi[position : position + 2]
    swapped = npi[:position] + pair[::-1] + npi[position + 2 :]

    assert is_npi(swapped) == (is_npi(npi) and (pair in ("09", "90") or pair[0] == pair[1]))


@pytest.mark.parametrize(
    ("first_nine", "expected"),
    [("134567890", True), ("298765432", True), ("312345678", False), ("012345678", False)],
)
def test_what_was_issued_begins_with_one_or_two_whatever_follows(
    first_nine: str, *, expected: bool
) -> None:
    assert is_issuable(completed(first_nine)) is expected
