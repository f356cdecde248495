import pytest

from harness.openapi.backtracking import is_exponential
from harness.openapi.patterns import compiled


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param(r"^(a+)+$", id="loop-in-loop"),
        pytest.param(r"(a|aa)+$", id="one-or-two"),
        pytest.param(r"^(a|a?)+$", id="maybe-empty"),
        pytest.param(r"(?:a|b|ab)+c", id="two-ways"),
        pytest.param(r"^(\s*\w+\s*)*$", id="optional-edges"),
        pytest.param(r"(x+x+)+y", id="neighbours"),
        pytest.param(r"((ab)*)*", id="group-in-loop"),
        pytest.param(r"(.*,){11}P", id="many-times"),
        pytest.param(r"(a?){50}a{50}", id="optional-many-times"),
        pytest.param(r"^(([a-z])+.)+[A-Z]([a-z])+$", id="known-vulnerable"),
        pytest.param(r"(?=(a+)+$)a", id="lookahead"),
        pytest.param(r"^(\w+\s?)*$", id="optional-separator"),
        pytest.param(r"^(a{1,2})*$", id="count-in-loop"),
        pytest.param(r"^(a*){3,20}$", id="loop-in-count"),
        pytest.param(r"^(on|off|o[nf]+)*$", id="alike-in-two-ways"),
        pytest.param(r"^((a|b)*c?)*$", id="optional-end"),
    ],
)
def test_loop_with_two_ways_through_is_exponential(pattern: str) -> None:
    assert is_exponential(compiled(pattern))


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param(r"^\d{4}-\d{2}-\d{2}$", id="date"),
        pytest.param(r"^[A-Za-z0-9]{1,2}(, ?[A-Za-z0-9]{1,2})*$", id="list"),
        pytest.param(r"^([A-Z]{3}#)?([0-9]{12}|[0-9a-fA-F]{24})$", id="choice"),
        pytest.param(r"^[a-z0-9]+(?:-[a-z0-9]+)*$", id="slug"),
        pytest.param(r"^[\w.]+@([\w-]+\.)+\w+$", id="mail"),
        pytest.param(r"^(true|tan)*$", id="common-prefix"),
        pytest.param(r"(\d|[0-9a-f])+x", id="merged-classes"),
        pytest.param(r"^([^,]*,)*$", id="negated-class"),
        pytest.param(r"^(?:\D\d)+\W$", id="categories"),
        pytest.param(r"^(a)\1$", id="back-reference"),
        pytest.param(r"^(?:\ba|b)+$", id="boundary"),
        pytest.param(r"^(?:,[a-z_]+=(?:on|off|default))*$", id="choices-that-begin-alike"),
        pytest.param(r"^((xn--)?[a-zA-Z0-9]+(-[a-zA-Z0-9]+)*\.)+[a-zA-Z]{2,}\.?$", id="host"),
        pytest.param(
            r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$",
            id="host-of-labels",
        ),
        pytest.param(r"^(\d{3})*$", id="fixed-count-in-loop"),
        pytest.param(r"^(\d{12})*$", id="large-fixed-count-in-loop"),
        pytest.param(r"^(a{2}|b)+$", id="count-in-choice"),
    ],
)
def test_loop_with_one_way_through_is_not(pattern: str) -> None:
    assert not is_exponential(compiled(pattern))
