import pytest

from harness.verdict.load.judgement import InvalidLimit, seconds_in, share_in


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("500ms", 0.5), ("2s", 2.0), ("1.5m", 90.0), ("1h", 3600.0)],
    ids=["milliseconds", "seconds", "minutes", "hours"],
)
def test_a_duration_is_written_with_its_unit(text: str, wanted: float) -> None:
    assert seconds_in(text) == wanted


@pytest.mark.parametrize("text", ["", "500", "-1s", "0s", "1d", "1s1s", "\u0661s", "nan", "1e3s"])
def test_what_is_no_duration_is_refused_with_the_form(text: str) -> None:
    with pytest.raises(InvalidLimit, match="write it as 500ms, 2s or 1m"):
        seconds_in(text)


def test_a_share_is_written_in_percent() -> None:
    assert [share_in(each) for each in ("1%", "0.5%", "0%", "100%")] == [0.01, 0.005, 0.0, 1.0]


@pytest.mark.parametrize("text", ["1", "101%", "-1%", "%", "1 %%"])
def test_what_is_no_share_is_refused_with_the_form(text: str) -> None:
    with pytest.raises(InvalidLimit, match=r"write it as 1% or 0\.5%"):
        share_in(text)
