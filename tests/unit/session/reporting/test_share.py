import json
import re
import zipfile
from pathlib import Path

import pytest

from harness.errors import ConfigurationError
from harness.outcome import Attribution, Status
from harness.session.reporting.reports import write_reports
from harness.session.reporting.share import share
from harness.session.run.lifecycle import CompletedRun, RunEnd
from tests.unit.session.folders import CASES, NPI, run_folder


@pytest.fixture
def failing(tmp_path: Path) -> Path:
    folder = run_folder(tmp_path / "run", {**CASES, NPI: Status.FAIL}, leaks=None)
    write_reports(CompletedRun(folder, RunEnd(), ()), allure=False)
    return folder


def test_a_folder_for_each_that_is_at_fault_has_a_page_causes_and_evidence(failing: Path) -> None:
    target = failing.parent / "share.zip"

    packed = share(failing, target)

    assert packed == {"api": 1}
    with zipfile.ZipFile(target) as archive:
        names = archive.namelist()
        causes = json.loads(archive.read("api/causes.json"))
        page = archive.read("api/index.html").decode()
    assert {"api/index.html", "api/causes.json", "api/evidence.har"} <= set(names)
    assert [each["case"] for each in causes] == [NPI]
    assert "At fault: the API." in page
    assert re.findall(r"<(?:link|img|iframe|script)\b", page) == []


def test_the_same_run_gives_the_same_bytes(failing: Path) -> None:
    one, other = failing.parent / "1.zip", failing.parent / "2.zip"

    share(failing, one)
    share(failing, other)

    assert one.read_bytes() == other.read_bytes()


def test_only_the_evidence_of_its_causes_is_packed(failing: Path) -> None:
    target = failing.parent / "share.zip"
    share(failing, target)

    with zipfile.ZipFile(target) as archive:
        har = json.loads(archive.read("api/evidence.har"))

    assert {each["_case"] for each in har["log"]["entries"]} <= {NPI}


def test_where_nobody_is_at_fault_there_is_nothing_to_share(failing: Path) -> None:
    with pytest.raises(ConfigurationError, match="has no cause at fault: environment"):
        share(failing, failing.parent / "share.zip", (Attribution.ENVIRONMENT,))

    assert not (failing.parent / "share.zip").exists()
