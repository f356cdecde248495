"""The vendor's own documents in place of ours: the same cases, the same verdict, the same faults found."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harness.openapi.effective import effective
from harness.openapi.imports import import_document
from harness.session.run.requirement_cases import planned_cases
from tests.products import PRODUCTS
from tests.program import harness
from tests.work import at_most

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
VENDOR = ROOT.parent / "shared" / "vendor-specs"
"""No part of the project: without it these tests are skipped."""

NAMES = {
    "optum-authorization-auth-only": "token-sntl",
    "optum-medical-network-attachment-retrieval-v1": "medical-retrieval",
    "optum-medical-network-attachment-status-v1": "medical-status",
    "optum-medical-network-attachments-submission-v1": "medical-submission",
    "optum-prior-authorization-v1": "prior-auth",
    "optum-real-dental-attachments-api": "dental",
    "optum-security-and-authorization-v2": "token-v2",
    "optum-security-and-authorization-v3": "token-sntl",
}
SUBSETS = {
    "dental": "dental/health,dental/token,dental/round-trip,dental/create/npi-*",
    "prior-auth": "prior-auth/token,prior-auth/health,prior-auth/*/documented-members",
    "medical": "medical/token,medical/upload-health,medical/status/*01,medical/metadata/by-claim-*,"
    "medical/retrieval/health/healthy,medical/retrieval/search/*-days,medical/retrieval/document",
}


@pytest.fixture(scope="module")
def vendor() -> Path:
    if not VENDOR.is_dir():
        pytest.skip("the vendor's documents are not beside the project")
    return VENDOR


@pytest.fixture(scope="module")
def workplace(vendor: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder into which all of the vendor's documents were imported."""
    folder = tmp_path_factory.mktemp("vendor")
    for file in sorted(NAMES, reverse=True):
        imported(vendor / f"{file}.json", folder)
    return folder


def imported(path: Path, folder: Path) -> str:
    taken = import_document(
        str(path),
        folder=folder / "specs" / "downloaded",
        fetch=lambda url: url.encode(),
        now=lambda: datetime(2026, 11, 22, tzinfo=UTC),
    )
    return taken.api.name


def run(folder: Path, *arguments: str) -> dict[str, object]:
    """Run in a folder, with the documents that were imported there; return the verdict."""
    ended = harness("run", "--no-allure", *arguments, folder=folder)
    path = folder / "reports" / "latest" / "verdict.json"
    assert path.is_file(), ended.stdout + ended.stderr
    verdict: dict[str, object] = json.loads(path.read_text())
    return verdict


def told(verdict: dict[str, object]) -> dict[str, object]:
    """Return what a verdict says of the API."""
    operations = verdict["operations"]
    assert isinstance(operations, dict)
    said = {key: verdict[key] for key in ("verdict", "cases", "requirements", "findings")}
    return said | {key: operations[key] for key in ("total", "reached")}


@pytest.mark.parametrize("file", NAMES)
def test_every_document_is_recognised_and_corrected_with_little_work(
    vendor: Path, tmp_path: Path, file: str
) -> None:
    name = imported(vendor / f"{file}.json", tmp_path)

    with at_most(calls=1_600_000):
        found = effective(name, tmp_path / "specs" / "downloaded")

    assert name == NAMES[file]
    assert found.is_downloaded
    unmatched = [each.target for each in found.unmatched]
    assert unmatched == (["$.components.schemas.Errors"] if file.endswith("-v3") else [])


def test_the_same_cases_are_planned(workplace: Path) -> None:
    downloaded = workplace / "specs" / "downloaded"

    plan = {each.case: each.requirements for each in planned_cases(PRODUCTS, downloaded)}

    assert plan == {
        each.case: each.requirements for each in planned_cases(PRODUCTS, workplace / "none")
    }


@pytest.mark.parametrize("api", SUBSETS)
def test_the_mock_gets_the_same_verdict(workplace: Path, tmp_path: Path, api: str) -> None:
    arguments = ("--api", api, "--only", SUBSETS[api])

    verdict = run(workplace, *arguments)

    assert verdict["verdict"] == "CONFORMANT"
    assert told(verdict) == told(run(tmp_path, *arguments))


def test_faults_are_found_by_the_same_cases(workplace: Path, tmp_path: Path) -> None:
    cases = ["dental/create/npi-checksum", "medical/status/TESTEP06"]
    faults = ("--fault", "npi-checksum-unchecked", "--fault", "wrong-status-TESTEP06")
    arguments = (*faults, "--only", ",".join(cases))

    verdict = run(workplace, *arguments)

    assert verdict["verdict"] == "NON_CONFORMANT"
    assert [case for case, _ in _findings(verdict)] == cases
    assert _findings(verdict) == _findings(run(tmp_path, *arguments))


def _findings(verdict: dict[str, object]) -> list[tuple[str, str]]:
    findings = verdict["findings"]
    assert isinstance(findings, list)
    return [(each["case"], each["fingerprint"]) for each in findings]


def test_the_record_says_by_which_documents(workplace: Path) -> None:
    run(workplace, "--api", "dental", "--only", "dental/health")

    first = (workplace / "reports/latest/record.jsonl").read_text().partition("\n")[0]
    documents = json.loads(first)["documents"]
    assert [(each["api"], each["path"], each["origin"]) for each in documents] == [
        ("dental", "specs/downloaded/dental.json", "downloaded"),
        ("token-sntl", "specs/downloaded/token-sntl.json", "downloaded"),
    ]


def test_a_correction_without_use_is_told_and_recorded(vendor: Path, tmp_path: Path) -> None:
    imported(vendor / "optum-security-and-authorization-v3.json", tmp_path)

    verdict = run(tmp_path, "--api", "dental", "--only", "dental/token")

    first = (tmp_path / "reports/latest/record.jsonl").read_text().partition("\n")[0]
    unmatched = [each["unmatched"] for each in json.loads(first)["documents"]]
    assert verdict["verdict"] == "CONFORMANT"
    assert unmatched == [
        [],
        [
            "specs/token-sntl/overlay.yaml:23:13: "
            "the target $.components.schemas.Errors matches nothing."
        ],
    ]
