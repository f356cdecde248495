import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harness import record
from harness.errors import ConfigurationError, DocumentError, HarnessError
from harness.events import RunFinished
from harness.outcome import Status
from harness.session.certify.certificate import Application, check_papers, issue
from harness.session.reporting import verdict_inputs
from harness.session.reporting.verdict_inputs import judged_run
from harness.verdict import fold
from tests.auditor.forging import certify, finished
from tests.products import PRODUCTS
from tests.unit.session.bundles import ATTEST, NOW, SERVER, SUBJECT, archive, bundle, key
from tests.unit.session.folders import CASES, NPI, WAIVER, run_folder

FILES = {
    *("certificate.json", "certificate.html", "record.jsonl", "verdict.json", "evidence.har"),
    *("traceability.csv", "documents.json", "public-key.pem", "MANIFEST.sha256"),
    *("attestation.dsse.json", "requirements/dental/requirements.yaml"),
}


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def told(folder: Path) -> dict[str, object]:
    certificate: dict[str, object] = json.loads((folder / "certificate.json").read_text())
    return certificate


def test_a_bundle_holds_all_that_its_verdict_rests_on(tmp_path: Path) -> None:
    folder = bundle(tmp_path)

    certificate = told(folder)
    assert names(folder) == FILES
    assert certificate["certified"] is True
    assert certificate["verdict"] == "CONFORMANT"
    assert certificate["subject"] == {
        "partner": "Sample Payer",
        "product": "Gateway",
        "version": "4.2",
        "role": "payer",
        "environment": "custom",
        "base_url": "http://127.0.0.1:40001",
    }
    assert (certificate["issued"], certificate["expires"]) == ("2026-11-23T09:30:00Z", "2027-02-20")
    assert certificate["coverage"] == {
        "requirements": {
            "everything": 3,
            "testable": 2,
            "tested": 2,
            "percent_of_testable": 100.0,
            "percent_of_everything": 66.6,
        },
        "operations": {"total": 1, "reached": 1, "percent": 100.0},
    }
    assert certificate["strengths"] == [
        {"strength": "SHALL", "total": 3, "testable": 2, "passed": 2, "failed": 0, "observed": 0}
        | {"untestable": 1, "untested": 0, "waived": 0},
        {"strength": "SHOULD", "total": 0, "testable": 0, "passed": 0, "failed": 0, "observed": 0}
        | {"untestable": 0, "untested": 0, "waived": 0},
        {"strength": "OBSERVE", "total": 0, "testable": 0, "passed": 0, "failed": 0, "observed": 0}
        | {"untestable": 0, "untested": 0, "waived": 0},
    ]


def test_what_people_saw_and_what_the_suite_proved_come_along(tmp_path: Path) -> None:
    folder = bundle(tmp_path, papers=True)

    assert names(folder) == FILES | {"attest.yaml", "proof.json"}
    assert told(folder)["attestations"] == [
        {"requirement": "D003", "who": "Jo Sample", "when": "2026-11-22"}
        | {"what": "Saw the attachment in the portal."}
    ]
    says = "The suite detects 1 of 2 injected faults."
    proof = {"faults": 2, "caught": 1, "says": says}
    assert told(folder)["proof"] == proof


def test_a_failure_is_reported_with_its_requirement_attribution_and_curl(tmp_path: Path) -> None:
    folder = bundle(tmp_path, cases={**CASES, NPI: Status.FAIL})

    certificate = told(folder)
    finding = certificate["findings"][0]  # type: ignore[index]  # JSON
    assert (certificate["certified"], certificate["verdict"]) == (False, "NON_CONFORMANT")
    assert (finding["case"], finding["attribution"]) == (NPI, "api")
    assert finding["curl"].startswith("curl ")
    assert certificate["statements"] == {"D001": "A wrong NPI is refused"}


def test_a_certificate_ends_with_the_waiver_it_rests_on(tmp_path: Path) -> None:
    folder = bundle(tmp_path, cases={**CASES, NPI: Status.FAIL}, waivers=WAIVER)

    certificate = told(folder)
    assert (certificate["certified"], certificate["expires"]) == (True, "2026-12-31")
    assert certificate["waivers"][0]["id"] == "WVR-1"  # type: ignore[index]  # JSON


def test_the_same_run_and_the_same_papers_give_the_same_archive(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()

    one, two = bundle(tmp_path / "one"), bundle(tmp_path / "two")

    assert archive(one).read_bytes() == archive(two).read_bytes()


def test_the_statement_is_an_in_toto_test_result(tmp_path: Path) -> None:
    folder = bundle(tmp_path)

    envelope = json.loads((folder / "attestation.dsse.json").read_text())
    statement = json.loads(base64.b64decode(envelope["payload"]))
    assert envelope["payloadType"] == "application/vnd.in-toto+json"
    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    assert statement["predicateType"] == "https://in-toto.io/attestation/test-result/v0.1"
    assert statement["predicate"]["result"] == "PASSED"
    assert sorted(statement["predicate"]["passedTests"]) == sorted(CASES)
    assert [each["name"] for each in statement["subject"]] == [
        *("MANIFEST.sha256", "certificate.json", "record.jsonl", "verdict.json")
    ]
    assert [each["name"] for each in statement["predicate"]["configuration"]] == [
        *("openapi/dental", "requirements/dental")
    ]


@pytest.mark.parametrize(
    ("run", "message"),
    [
        pytest.param({"shard": "1/3"}, "is shard 1/3 of a run", id="shard"),
        pytest.param({"end": None}, "was cut off", id="unfinished"),
        pytest.param({"cases": {}}, "ran no case", id="empty"),
        pytest.param({"leaks": None}, "not found free of secrets", id="not_scanned"),
        pytest.param({"leaks": 2}, "not found free of secrets", id="leaks"),
        pytest.param(
            {"end": RunFinished("2026-11-21T10:00:00Z", 1.0)}, "clock was set back", id="backwards"
        ),
        pytest.param({"started": "2026-11-24T10:00:00Z"}, "clock was set back", id="future"),
    ],
)
def test_what_cannot_be_certified_leaves_no_bundle(
    tmp_path: Path, run: dict[str, object], message: str
) -> None:
    with pytest.raises(ConfigurationError, match=message):
        bundle(tmp_path, **run)  # type: ignore[arg-type]  # names are checked at run time

    assert not (tmp_path / "run" / "certificate").exists()
    assert not (tmp_path / "run" / "certificate.zip").exists()


def test_a_run_that_is_too_old_is_not_certified(tmp_path: Path) -> None:
    folder = run_folder(tmp_path / "run", **SERVER)  # type: ignore[arg-type]  # names are checked at run time

    with pytest.raises(ConfigurationError, match="would have ended on 2027-02-20"):
        issue(
            judged_run(folder), Application(SUBJECT), key(), now=datetime(2027, 2, 21, tzinfo=UTC)
        )


def test_a_certificate_is_never_overwritten(tmp_path: Path) -> None:
    folder = bundle(tmp_path)
    before = archive(folder).read_bytes()

    with pytest.raises(ConfigurationError, match="never overwritten"):
        issue(judged_run(folder.parent), Application(SUBJECT), key(), now=NOW)

    assert archive(folder).read_bytes() == before


@pytest.mark.parametrize(
    ("attest", "message"),
    [
        pytest.param(ATTEST.replace("D003", "D999"), r"a\.yaml:1:16: there is no", id="unknown"),
        pytest.param(
            ATTEST.replace("who:", "by:"), "there is no attestation member 'by'", id="typo"
        ),
        pytest.param("who: me", "is not a list", id="no_list"),
    ],
)
def test_papers_are_read_before_anything_runs(tmp_path: Path, attest: str, message: str) -> None:
    (tmp_path / "a.yaml").write_text(attest.replace("D003", "D001"))
    application = Application(SUBJECT, tmp_path / "a.yaml")

    with pytest.raises(DocumentError, match=message):
        check_papers(application, PRODUCTS, today=NOW.date())


def test_a_proof_that_contradicts_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "p.json").write_text(
        '{"sentence": "The suite detects 128 of 128 injected faults."}'
    )

    with pytest.raises(HarnessError, match="is not that of its matrix"):
        check_papers(Application(SUBJECT, proof=tmp_path / "p.json"), PRODUCTS, today=NOW.date())


def test_a_finished_run_is_read_and_judged_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = finished(tmp_path / "run")
    done: list[str] = []

    def counting(name: str, do: Callable[..., object]) -> Callable[..., object]:
        def counted(*given: object, **named: object) -> object:
            done.append(name)
            return do(*given, **named)

        return counted

    monkeypatch.setattr(record, "parse", counting("read", record.parse))
    monkeypatch.setattr(verdict_inputs, "judge", counting("judged", fold.judge))

    ran = certify("--of", str(folder))

    assert ran.exit_code == 0, ran.output
    assert (folder / "certificate.zip").is_file()
    assert done == ["read", "judged"]
