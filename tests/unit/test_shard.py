"""Which part of the cases a job takes, by flag or by the variables of its CI system."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import ConfigurationError
from harness.shard import JOB_VARIABLES, JobVariables, Shard, balanced, chosen_shard, shard_named


def auto(**variables: str) -> Shard | None:
    return chosen_shard("auto", variables)


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        pytest.param({"JOB_COMPLETION_INDEX": "0", "JOB_COMPLETIONS": "4"}, "1/4", id="kubernetes"),
        pytest.param({"CI_NODE_INDEX": "1", "CI_NODE_TOTAL": "3"}, "1/3", id="gitlab-first"),
        pytest.param({"CI_NODE_INDEX": "3", "CI_NODE_TOTAL": "3"}, "3/3", id="gitlab-last"),
        pytest.param(
            {"BUILDKITE_PARALLEL_JOB": "2", "BUILDKITE_PARALLEL_JOB_COUNT": "3"},
            "3/3",
            id="buildkite",
        ),
        pytest.param({"CIRCLE_NODE_INDEX": "0", "CIRCLE_NODE_TOTAL": "1"}, "1/1", id="circleci"),
        pytest.param({"HARNESS_SHARD_INDEX": "1", "HARNESS_SHARD_TOTAL": "2"}, "2/2", id="own"),
        pytest.param(
            {
                "HARNESS_SHARD_INDEX": "1",
                "HARNESS_SHARD_TOTAL": "3",
                "CI_NODE_INDEX": "2",
                "CI_NODE_TOTAL": "3",
            },
            "2/3",
            id="two-that-agree",
        ),
        pytest.param(
            {"HARNESS_SHARD_INDEX": "1", "HARNESS_SHARD_TOTAL": "2", "CI_NODE_TOTAL": "1"},
            "2/2",
            id="gitlab-without-parallel",
        ),
    ],
)
def test_a_job_takes_the_part_of_its_number(variables: dict[str, str], expected: str) -> None:
    assert str(auto(**variables)) == expected


@pytest.mark.parametrize("names", JOB_VARIABLES, ids=lambda each: each.index)
def test_the_jobs_of_a_system_take_each_part_once(names: JobVariables) -> None:
    numbers = range(names.first, names.first + 3)

    jobs = [auto(**{names.index: str(each), names.count: "3"}) for each in numbers]

    assert jobs == [Shard(1, 3), Shard(2, 3), Shard(3, 3)]


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        pytest.param({}, "no variable tells which of several jobs this is. Set one of", id="none"),
        pytest.param({"CI_NODE_TOTAL": "1"}, "no variable tells", id="gitlab-without-parallel"),
        pytest.param(
            {"JOB_COMPLETION_INDEX": "0"},
            "JOB_COMPLETION_INDEX is set and JOB_COMPLETIONS is not. Set both, or write --shard",
            id="no-count",
        ),
        pytest.param(
            {"CI_NODE_TOTAL": "3"}, "CI_NODE_TOTAL is set and CI_NODE_INDEX is not.", id="no-index"
        ),
        pytest.param(
            {"CI_NODE_INDEX": "1", "CI_NODE_TOTAL": ""},
            "CI_NODE_INDEX is set and CI_NODE_TOTAL is not.",
            id="empty-count",
        ),
        pytest.param(
            {
                "CI_NODE_INDEX": "1",
                "CI_NODE_TOTAL": "3",
                "BUILDKITE_PARALLEL_JOB": "1",
                "BUILDKITE_PARALLEL_JOB_COUNT": "3",
            },
            "contradict each other: CI_NODE_INDEX says 1/3 and BUILDKITE_PARALLEL_JOB says 2/3.",
            id="two-that-differ",
        ),
        pytest.param(
            {"CI_NODE_INDEX": "0", "CI_NODE_TOTAL": "3"},
            "CI_NODE_INDEX is 0, and CI_NODE_TOTAL is 3. CI_NODE_INDEX counts from 1 to 3.",
            id="below",
        ),
        pytest.param(
            {"JOB_COMPLETION_INDEX": "3", "JOB_COMPLETIONS": "3"},
            "JOB_COMPLETION_INDEX counts from 0 to 2.",
            id="beyond",
        ),
        pytest.param(
            {"JOB_COMPLETION_INDEX": "0", "JOB_COMPLETIONS": "0"},
            "JOB_COMPLETION_INDEX is 0, and JOB_COMPLETIONS is 0.",
            id="no-jobs",
        ),
        pytest.param(
            {"CIRCLE_NODE_INDEX": "-1", "CIRCLE_NODE_TOTAL": "3"},
            "'-1', which is no number",
            id="sign",
        ),
        pytest.param(
            {"CIRCLE_NODE_INDEX": "1", "CIRCLE_NODE_TOTAL": "\u0663"},
            "which is no number",
            id="digit",
        ),
    ],
)
def test_variables_that_tell_no_part_are_a_mistake_that_says_what_to_set(
    variables: dict[str, str], message: str
) -> None:
    with pytest.raises(ConfigurationError) as told:
        auto(**variables)

    assert message in str(told.value)
    assert "--shard auto: " in str(told.value)


def test_a_part_that_is_named_asks_no_variable() -> None:
    assert chosen_shard("2/3", {"CI_NODE_INDEX": "1", "CI_NODE_TOTAL": "3"}) == Shard(2, 3)
    assert chosen_shard("", {"CI_NODE_INDEX": "1", "CI_NODE_TOTAL": "3"}) is None


@pytest.mark.parametrize("text", ["0/3", "4/3", "1", "1/", "a/b", "AUTO", "1/10000"])
def test_what_is_no_part_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match="is not a shard"):
        shard_named(text)


SECONDS = {"a": 5.0, "b": 4.0, "c": 3.0, "d": 3.0, "e": 3.0, "f": 0.0}


def test_cases_are_split_so_that_all_shards_take_about_as_long() -> None:
    split = balanced(SECONDS, 2)

    assert split.parts == (("a", "d", "f"), ("b", "c", "e"))
    loads = [sum(SECONDS[case] for case in part) for part in split.parts]
    assert max(loads) - min(loads) <= max(SECONDS.values())


def test_the_order_of_a_record_does_not_change_its_split() -> None:
    backwards = dict(reversed(SECONDS.items()))

    assert balanced(backwards, 3) == balanced(SECONDS, 3)
    assert balanced(backwards, 3).sha256 == balanced(SECONDS, 3).sha256
    assert balanced({**SECONDS, "f": 9.0}, 3).sha256 != balanced(SECONDS, 3).sha256


@given(
    st.dictionaries(st.text(min_size=1, max_size=4), st.floats(0, 1e6), max_size=30),
    st.lists(st.text(min_size=1, max_size=4), max_size=10),
    st.integers(1, 7),
)
def test_every_case_is_in_one_shard_whether_it_was_known_before_or_not(
    seconds: dict[str, float], new: list[str], count: int
) -> None:
    split = balanced(seconds, count)
    shards = [Shard(index, count, split) for index in range(1, count + 1)]

    for case in (*seconds, *new):
        assert sum(shard.holds(case) for shard in shards) == 1


def test_a_case_that_is_new_goes_where_it_goes_without_a_record() -> None:
    split = balanced(SECONDS, 3)

    for case in ("new/one", "new/two", "new/three"):
        for index in (1, 2, 3):
            assert Shard(index, 3, split).holds(case) == Shard(index, 3).holds(case)


def test_equal_cases_are_spread_and_not_heaped() -> None:
    split = balanced(dict.fromkeys("abcdef", 0.0), 3)

    assert [len(part) for part in split.parts] == [2, 2, 2]
