"""`harness spec` as its user starts it: lists, findings, imports, changes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.spec_command import SCHEMAS, TOKEN, spec
from tests.program import CLEAN, ROOT

pytestmark = pytest.mark.slow


def test_list_names_documents_and_operations_without_loading_hypothesis(tmp_path: Path) -> None:
    code = "import sys; from harness.cli.main import cli; cli(['spec', 'list'], standalone_mode=False); sys.exit('hypothesis' in sys.modules)"

    listed = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        cwd=tmp_path,
        env={**CLEAN, "PYTHONPATH": str(ROOT)},
    )

    assert listed.returncode == 0, listed.stderr
    assert "dental  Dental attachments 1\n" in listed.stdout
    assert "  POST /apip/auth/v2/token  (issueToken)\n" in listed.stdout


def test_requirements_are_listed_with_their_cases_and_what_is_open(tmp_path: Path) -> None:
    listed = spec("list", "--requirements", "--api", "medical", folder=tmp_path)

    lines = listed.stdout.splitlines()
    assert listed.returncode == 0, listed.stderr
    assert any(line.startswith("A0") and " cases " in line for line in lines)
    assert not any(line.startswith(("D", "P", "S")) for line in lines)
    assert lines[-1].startswith("103 requirements: ")
    assert lines[-1].endswith(" testable without a case")


def test_the_coverage_of_all_requirements_is_written_to_a_file(tmp_path: Path) -> None:
    written = spec("list", "--requirements", "--write", "all.csv", folder=tmp_path)

    lines = (tmp_path / "all.csv").read_text().splitlines()
    assert written.returncode == 0, written.stderr
    assert written.stdout == "347 requirements written to all.csv\n"
    assert len(lines) == 348
    assert any(line.startswith("D112,SHALL,yes,dental/") for line in lines)


def test_lint_without_a_file_is_about_the_bundled_documents(tmp_path: Path) -> None:
    linted = spec("lint", folder=tmp_path)

    assert linted.returncode == 0
    assert linted.stdout.splitlines()[-1] == "7 documents: 0 errors, 0 warnings, 0 notes"


@pytest.mark.parametrize(
    ("form", "key"),
    [pytest.param("json", "rule", id="json"), pytest.param("sarif", "ruleId", id="sarif")],
)
def test_findings_are_written_for_programs(tmp_path: Path, form: str, key: str) -> None:
    (tmp_path / "a.yaml").write_text(f"{SCHEMAS}    A: {{type: string, pattern: '[a-'}}\n")

    linted = spec("lint", "a.yaml", "--format", form, folder=tmp_path)

    found = json.loads(linted.stdout)
    results = found if form == "json" else found["runs"][0]["results"]
    assert linted.returncode == 1
    assert "pattern-unusable" in [each[key] for each in results]


def test_import_stores_the_document_and_tells_the_drift(tmp_path: Path) -> None:
    (tmp_path / "token.yaml").write_text(TOKEN)

    imported = spec("import", "token.yaml", folder=tmp_path)

    lines = imported.stdout.splitlines()
    assert imported.returncode == 0, imported.stderr
    assert lines[:4] == [
        "token-v2  T 9",
        "source    token.yaml",
        "sha256    b88180873612868b2986da934779a4e8ba81b809ddb7141ae759a16d7ab7445c",
        "stored    specs/downloaded/token-v2.json",
    ]
    assert any(line.startswith("warning   specs/token-v2/overlay.yaml:") for line in lines)
    assert any(line.startswith("drift     2 breaking, ") for line in lines)
    listed = spec("list", folder=tmp_path)
    assert "token-v2  T 9  (specs/downloaded/token-v2.json)\n" in listed.stdout


def test_second_import_shows_all_that_changed_since_the_first(tmp_path: Path) -> None:
    (tmp_path / "token.yaml").write_text(TOKEN)
    more = "".join(f", /more/{n}: {{get: {{}}}}" for n in range(25))
    (tmp_path / "next.yaml").write_text(TOKEN.replace("{post: {}}", "{post: {}}" + more))
    spec("import", "token.yaml", "--as", "token-v2", folder=tmp_path)

    imported = spec("import", "next.yaml", "--as", "token-v2", folder=tmp_path)

    lines = imported.stdout.splitlines()
    assert imported.returncode == 0, imported.stderr
    assert any(
        line.startswith("changed   0 breaking, 25 harmless since the import of ") for line in lines
    )
    assert sum(line.startswith("  harmless operation-added GET /more/") for line in lines) == 25


def test_import_takes_in_the_files_that_a_document_refers_to(tmp_path: Path) -> None:
    files = tmp_path / "api" / "schemas"
    files.mkdir(parents=True)
    (files / "a.yaml").write_text("A: {properties: {b: {$ref: b.yaml}}}")
    (files / "b.yaml").write_text("{properties: {a: {$ref: 'a.yaml#/A'}}}")
    document = tmp_path / "api" / "token.yaml"
    document.write_text(f"{SCHEMAS}    R: {{$ref: './schemas/a.yaml#/A'}}")

    imported = spec("import", "api/token.yaml", folder=tmp_path)

    stored = json.loads((tmp_path / "specs/downloaded/token-v2.json").read_text())
    assert imported.returncode == 0, imported.stderr
    assert "bundled   3 files into one\n" in imported.stdout
    assert stored["components"]["schemas"] == {
        "R": {"properties": {"b": {"$ref": "#/components/schemas/b"}}},
        "b": {"properties": {"a": {"$ref": "#/components/schemas/R"}}},
    }
    document.write_text(f"{SCHEMAS}    R: {{$ref: 'https://127.0.0.1:1/a.yaml'}}")
    refused = spec("import", "api/token.yaml", folder=tmp_path)
    assert refused.returncode == 2
    assert refused.stderr == (
        "error: api/token.yaml:6:15: refers to https://127.0.0.1:1/a.yaml, "
        "on a host that is not allowed. Add --allow-host 127.0.0.1 if you trust it.\n"
    )
    tried = spec("import", "api/token.yaml", "--allow-host", "127.0.0.1", folder=tmp_path)
    assert tried.returncode == 3
    assert "https://127.0.0.1:1/a.yaml: cannot be fetched" in tried.stderr


def test_import_into_a_folder_that_cannot_be_made_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "token.yaml").write_text(TOKEN)
    (tmp_path / "specs").write_text("")

    imported = spec("import", "token.yaml", folder=tmp_path)

    assert imported.returncode == 3
    assert "specs/downloaded cannot be written" in imported.stderr


@pytest.mark.parametrize(
    ("new", "options", "code", "said"),
    [
        pytest.param("token-v2", [], 0, "0 breaking, 0 harmless\n", id="same"),
        pytest.param("new.yaml", [], 0, " breaking, ", id="told"),
        pytest.param("new.yaml", ["--fail-on", "breaking"], 1, "path-prefix-", id="fails"),
        pytest.param("new.yaml", ["--format", "markdown"], 0, "| **breaking** | ", id="table"),
        pytest.param("new.yaml", ["--format", "json"], 0, '"breaking": true', id="json"),
        pytest.param("new.yaml", ["--format", "html"], 0, "<h2>Breaking (", id="page"),
        pytest.param("new.yaml", ["--fail-on", "warning"], 1, "path-prefix-", id="fails-sooner"),
        pytest.param(
            "new.yaml", ["--map-prefix", "/apip/auth/v2=/apip/auth/v3"], 0, " breaking, ", id="map"
        ),
    ],
)
def test_diff_tells_what_changed(
    tmp_path: Path, new: str, options: list[str], code: int, said: str
) -> None:
    (tmp_path / "new.yaml").write_text(TOKEN.replace("v2/token", "v3/token"))

    compared = spec("diff", "token-v2", new, *options, folder=tmp_path)

    assert compared.returncode == code, compared.stderr
    assert said in compared.stdout


def test_prefix_without_an_equals_sign_is_refused(tmp_path: Path) -> None:
    compared = spec("diff", "dental", "dental", "--map-prefix", "/v1", folder=tmp_path)

    assert compared.returncode == 2
    assert "--map-prefix '/v1': write OLD=NEW, such as /v1=/v2" in compared.stderr


def test_a_name_that_is_neither_a_file_nor_a_document_is_refused(tmp_path: Path) -> None:
    compared = spec("diff", "dentl", "dental", folder=tmp_path)

    assert compared.returncode == 2
    assert compared.stderr == (
        "error: there is no file or bundled document 'dentl'. Did you mean 'dental'?\n"
    )
