import json
import re
from datetime import UTC, datetime
from html import unescape

import pytest

from harness.jsonvalue import Json
from harness.outcome import Outcome, Status
from harness.report.allure.page import is_self_contained
from harness.report.html.certificate import render, svg_path
from harness.verdict.attestations import Attestation
from harness.verdict.certificate import CertificateDetails, Proof, Subject, certificate
from tests.unit.report.samples import (
    CREATE,
    INQUIRY,
    STATUS,
    TODAY,
    UPLOAD,
    exchange,
    failed,
    passed,
    plan,
    record,
    requirement,
    sample,
)

CASE = "dental/create/npi"
OPERATIONS = (CREATE, UPLOAD, STATUS, INQUIRY)
SUBJECT = Subject("Sample Payer", "Gateway", "4.2")
DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0bb22cd15d6c15b0f00a08"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def page(*outcomes: Outcome, subject: Subject = SUBJECT, **run: object) -> str:
    exchanges = [exchange(n, CASE, name) for n, name in enumerate(OPERATIONS, start=1)]
    found = sample(
        record([plan(CASE, "D001")], outcomes, exchanges, profile="onboarding", **run),
        [requirement("D001")],
        "onboarding",
    )
    papers = CertificateDetails(
        subject,
        NOW,
        "0.1.0",
        "sha256:abc",
        (Attestation("D001", "Jo Sample", TODAY, "Saw it."),),
        Proof(128, 128),
    )
    told = certificate(found.record, found.verdict, papers, {"record.jsonl": "e" * 64}, day=TODAY)
    parsed: dict[str, Json] = json.loads(json.dumps(told))
    return render(parsed, DIGEST)


def words(markup: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", markup.partition("<body>")[2])).split())


def test_the_first_sheet_says_who_what_and_until_when() -> None:
    told = words(page(passed(CASE, exchange=1)))

    assert told.startswith("Certificate of conformance Gateway 4.2 Sample Payer Conformant")
    assert "Holds until 2027-02-20" in told
    assert "Signed by sha256:abc" in told
    assert "128 of 128 injected faults detected" in told
    assert "Saw it. Jo Sample 2026-11-22" in told


def test_a_failure_is_never_called_a_certificate() -> None:
    told = words(page(failed(CASE, exchange=1)))

    assert told.startswith("Conformance report, not a certificate")
    assert "Not conformant" in told
    assert "Certificate of conformance" not in told
    assert "Attributed to api" in told
    assert "curl " in told


@pytest.mark.parametrize("outcome", [passed(CASE), failed(CASE), Outcome(CASE, Status.ERROR)])
def test_the_page_loads_nothing_and_runs_nothing(outcome: Outcome) -> None:
    markup = page(outcome)

    assert is_self_contained(markup)
    assert "<script" not in markup
    assert "default-src 'none'" in unescape(markup)


def test_what_partners_write_is_shown_and_never_run() -> None:
    markup = page(passed(CASE), subject=Subject("<script>alert(1)</script>", "A&B", '"1"'))

    assert "<script>" not in markup
    assert "<script>alert(1)</script>" in words(markup)


def test_the_page_shows_the_digest_of_the_certificate_as_a_square_and_in_letters() -> None:
    shown = page(passed(CASE))

    assert svg_path(f"SHA256:{DIGEST.upper()}") in shown
    assert f"<code>{DIGEST}</code>" in shown
