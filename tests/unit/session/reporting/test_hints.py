from dataclasses import replace

from harness.config import ENVIRONMENTS, Credentials
from harness.outcome import Status
from harness.session.reporting.hints import hints
from harness.verdict.model import Conclusion, Counts, Finding, Verdict
from tests.products import settings_at

CURL = 'curl -sS -H "Authorization: Bearer $TOKEN" http://127.0.0.1:4001/x'
VERDICT = Verdict(
    conclusion=Conclusion.NON_CONFORMANT,
    exit_code=1,
    reason="",
    run_id="r",
    harness_version="0",
    environment="mock",
    base_url="http://127.0.0.1:4001",
    profile="ci",
    seed=1,
    started="",
    duration_seconds=0,
    requests=1,
    cases=Counts(),
    findings=(
        Finding(
            "dental/create/npi-checksum",
            "t",
            Status.FAIL,
            operation="POST /dental/attachments/v1/attachments/documents",
            curl=CURL,
        ),
    ),
)
MOCK = settings_at(ENVIRONMENTS["mock"])
UNKNOWN = Finding("workflow/main", "t", Status.FAIL, operation="GET /nobody/v1/x", curl=CURL)


def test_the_mock_of_a_run_can_be_brought_back_with_its_faults() -> None:
    mock, token = hints(VERDICT, MOCK, ("npi-checksum-unchecked",))

    assert mock == "mock      harness mock --port 4001 --fault npi-checksum-unchecked"
    assert "/apip/auth/sntl/v1/token" in token
    assert "-d client_id=harness-mock-client" in token


def test_for_a_real_target_the_token_comes_from_variables_and_shows_no_secret() -> None:
    verdict = replace(
        VERDICT,
        environment="sandbox",
        base_url="https://sandbox-apigw.optum.com",
        findings=(
            Finding(
                "medical/status/TESTEP06",
                "t",
                Status.FAIL,
                operation="GET /medicalnetwork/attachments/status/v1/{traceId}",
                curl=CURL,
            ),
        ),
    )

    (token,) = hints(verdict, settings_at(ENVIRONMENTS["sandbox"]))

    assert "/apip/auth/v2/token" in token
    assert """"client_secret":"'"$HARNESS_CLIENT_SECRET"'"}'""" in token


def test_without_a_finding_there_is_nothing_to_hint_at() -> None:
    assert hints(replace(VERDICT, findings=()), MOCK, ()) == ()


def test_a_command_that_needs_no_token_gets_no_hint_at_one() -> None:
    plain = Finding("workflow/main", "t", Status.FAIL, curl="curl -sS http://127.0.0.1:9/x")
    environment = replace(MOCK.environment, base_url="http://127.0.0.1:9")
    elsewhere = replace(MOCK, environment=environment)

    assert hints(replace(VERDICT, findings=(plain,)), elsewhere) == ()


def test_of_an_operation_that_no_product_owns_no_token_is_made_up() -> None:
    (mock,) = hints(replace(VERDICT, findings=(UNKNOWN,)), MOCK)

    assert mock == "mock      harness mock --port 4001"


def test_credentials_of_ones_own_are_named_for_a_mock_that_is_not_ours() -> None:
    own = Credentials("acme-client", "synthetic-secret-0001")

    *_, token = hints(VERDICT, replace(MOCK, credentials=own))

    assert "$HARNESS_CLIENT_SECRET" in token
    assert "harness-mock" not in token
    assert "synthetic-secret-0001" not in token
