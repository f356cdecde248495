import pytest

from harness.report.wording import duration, figure, one_line, plural


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        pytest.param(0.0123, "12 ms", id="milliseconds"),
        pytest.param(9.84, "9.8 s", id="seconds"),
        pytest.param(125.4, "2 min 5 s", id="minutes"),
    ],
)
def test_a_duration_is_written_as_people_say_it(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_one_line_is_one_harmless_line() -> None:
    assert one_line("a\r\n\x1b[31m\u202eb") == "a [31m b"
    assert one_line("x" * 300, 10) == "xxxxxxxxx\u2026"


def test_figures_group_their_digits() -> None:
    assert figure(1234567) == "1,234,567"
    assert (plural(1, "case"), plural(1200, "case")) == ("1 case", "1,200 cases")
