"""`run` and `prove` come to the same: what is proved to be caught is what a run reports."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from harness.config import Overrides, Settings
from harness.mock import damage
from harness.plugin.clock import real_time
from harness.products.platform.mock.faults import TOKENS
from harness.report.proof import Detection, Proof
from harness.session.prove.campaign import LocalProcesses, look_at_clean_mock
from harness.session.prove.tasks import Plan, tasks_of
from harness.session.prove.trial import trial
from harness.session.reporting.verdict_inputs import conclude, load_inputs
from harness.session.run.lifecycle import TRANSPORT_FAULT, Task, run_cases
from harness.session.run.suite_cases import run_suite
from harness.verdict.model import Conclusion, Verdict
from tests.hard.sizes import attempts
from tests.products import FAULTS, load

pytestmark = pytest.mark.slow

ONLY = (
    "*/token/*,dental/health,*-health/*,prior-auth/health,*/no-token,*/empty-*,*/malformed-token,"
    "*/unsigned-token,*/tampered-*,*/other-scheme,*/token-in-query,medical/trace-id/*"
)
EVERY = tuple(each for each in FAULTS if each.area == TOKENS)
TOKEN_FAULTS = EVERY[:: len(EVERY) // attempts(len(EVERY), least=12)]
"""All of them in `make hard`, and some from the whole list in `make test`."""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("both-ways")
    return load(Overrides(only=ONLY, reports=folder), folder=folder, environ={})


@pytest.fixture(scope="module")
def proofs(settings: Settings) -> Mapping[str, Proof]:
    plan = Plan(TOKEN_FAULTS, (), seeds=(1,))
    clean = look_at_clean_mock(settings)
    found = LocalProcesses(2).results(tasks_of(plan, settings, clean))
    return {each.fault: each for each in found if isinstance(each, Proof)}


def verdict_of(settings: Settings, *faults: str) -> Verdict:
    time = real_time()
    ran = run_cases(settings, run_suite, Task(faults=faults), time=time, listen=lambda _: None)
    return conclude(load_inputs(ran.folder), leaks=0)


@pytest.mark.parametrize("fault", [each.id for each in TOKEN_FAULTS])
def test_a_token_fault_is_caught_by_prove_just_as_it_is_found_by_run(
    settings: Settings, proofs: Mapping[str, Proof], fault: str
) -> None:
    failed = {*proofs[fault].failed}
    # What prove saw fail is run again. All of it is run where prove saw nothing fail, and where a
    # case fails only after others, as by a token that lives too short.
    verdict = verdict_of(replace(settings, only=",".join(sorted(failed)) or ONLY), fault)
    if not failed <= {each.case for each in verdict.findings}:
        verdict = verdict_of(settings, fault)

    found = {each.case for each in verdict.findings}
    assert failed <= found
    assert (proofs[fault].detection is Detection.FAILED) == bool(found)
    if proofs[fault].detection is not Detection.OBSERVED:
        assert verdict.conclusion is Conclusion.NON_CONFORMANT


def test_a_run_knows_the_transport_faults_by_their_names() -> None:
    named = {each.id for each in FAULTS if each.id.startswith(TRANSPORT_FAULT)}

    assert {each.id for each in damage.FAULTS} <= named


def test_run_and_prove_have_the_same_cases(settings: Settings) -> None:
    whole = replace(settings, only="dental/health,dental/token,medical/onboarding,dental/model")

    planned = [each.planned.case for each in verdict_of(whole).judged]

    with trial(whole) as tried:
        assert [each.id for each in tried.cases] == planned
