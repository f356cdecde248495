from collections import Counter
from pathlib import Path

import pytest

from harness.client.redaction import Redactor
from harness.client.tokens import Tokens
from harness.config import Overrides
from harness.errors import HarnessError, InvalidArgument, MissingPart, Unreachable
from harness.events import CasePlanned, Event
from harness.outcome import Attribution, Check, Status
from harness.plugin.bench import Bench, WorkflowOptions, omitted
from harness.settings import required_credentials
from tests.fakes import FakeClock, client_of
from tests.products import load

PLANNED = CasePlanned("dental/create/x", "X", "dental", "create", ("D001",))


def bench_of(events: list[Event]) -> Bench:
    settings = load(Overrides(), folder=Path("/"), environ={})
    clock = FakeClock()
    redactor = Redactor()
    redactor.learn("a-known-secret")
    client = client_of(lambda _: None, clock, [])  # type: ignore[arg-type,return-value]  # never called
    credentials = required_credentials(settings)
    return Bench(
        settings=settings,
        credentials=credentials,
        client=client,
        tokens=Tokens(
            settings,
            credentials,
            send=client.bound("t"),
            monotonic=clock.time().monotonic,
            learn=redactor.learn,
        ),
        redactor=redactor,
        apis={},
        time=clock.time(),
        write=events.append,
        counts=Counter({"dental/create/x": 3}),
        workflows=WorkflowOptions(),
    )


def raising(problem: HarnessError) -> tuple[Check, ...]:
    raise problem


@pytest.mark.parametrize(
    ("checks", "status"),
    [
        pytest.param((Check("a", Status.PASS),), Status.PASS, id="pass"),
        pytest.param(
            (Check("a", Status.PASS), Check("b", Status.FAIL, "1", "2")), Status.FAIL, id="fail"
        ),
        pytest.param((), Status.ERROR, id="no-check-is-no-pass"),
    ],
)
def test_the_checks_decide_the_outcome(checks: tuple[Check, ...], status: Status) -> None:
    outcome = bench_of([]).perform(PLANNED, lambda: checks)

    assert outcome.status is status
    assert outcome.requests == 3


def test_a_failure_of_what_is_only_recommended_is_a_warning() -> None:
    planned = CasePlanned("a/b/c", "C", "a", "b", strength="SHOULD")

    outcome = bench_of([]).perform(planned, lambda: (Check("a", Status.FAIL, "1", "2"),))

    assert outcome.status is Status.WARN


@pytest.mark.parametrize(
    ("problem", "attribution"),
    [
        pytest.param(Unreachable("gone"), Attribution.ENVIRONMENT, id="network"),
        pytest.param(InvalidArgument("ours"), Attribution.HARNESS, id="ours"),
    ],
)
def test_what_we_could_not_tell_is_an_error_with_whose_fault_it_is(
    problem: HarnessError, attribution: Attribution
) -> None:
    outcome = bench_of([]).perform(PLANNED, lambda: raising(problem))

    assert (outcome.status, outcome.attribution) == (Status.ERROR, attribution)


def test_a_secret_in_a_check_is_masked() -> None:
    checks = (Check("a", Status.FAIL, "x", "the a-known-secret"),)

    outcome = bench_of([]).perform(PLANNED, lambda: checks)

    assert outcome.checks[0].actual == "the [masked]"
    assert outcome.message == "a: expected x, got the [masked]"


def test_what_does_not_apply_is_omitted_with_the_reason() -> None:
    assert omitted(PLANNED, "why").status is Status.OMIT


@pytest.mark.parametrize(
    ("only", "apis", "wanted"),
    [
        pytest.param("", ("dental",), True, id="all"),
        pytest.param("", ("medical",), False, id="other-api"),
        pytest.param("dental/create", ("dental",), True, id="below"),
        pytest.param("dental/crea", ("dental",), False, id="half-a-word"),
        pytest.param("dental/create/npi-checksum", ("dental",), True, id="exact"),
        pytest.param("*/npi-*", ("dental",), True, id="wildcard"),
        pytest.param("medical/*, dental/create/npi-*", ("dental",), True, id="second-pattern"),
        pytest.param("dental/search", ("dental",), False, id="other-group"),
    ],
)
def test_patterns_select_by_name_by_folder_or_by_wildcard(
    only: str, apis: tuple[str, ...], wanted: bool
) -> None:
    settings = load(Overrides(only=only, apis=apis), folder=Path("/"), environ={})

    assert settings.selects("dental/create/npi-checksum") is wanted


def test_a_case_of_no_api_is_selected_by_pattern_alone() -> None:
    settings = load(Overrides(apis=("dental",)), folder=Path("/"), environ={})

    assert settings.selects("my-workflow")


def test_what_the_document_no_longer_has_is_left_out_with_that_reason() -> None:
    problem = MissingPart("no longer has the operation 'x'.")

    outcome = bench_of([]).perform(PLANNED, lambda: raising(problem))

    assert (outcome.status, outcome.message) == (Status.OMIT, "no longer has the operation 'x'.")
