import json
from functools import partial
from pathlib import Path

import pytest

from tests.program import harness
from tests.unit.rules.document.bookshop import TEXT


def run(tmp_path: Path, *options: str) -> tuple[int, str, dict[str, object]]:
    document = tmp_path / "books.yaml"
    document.write_text(TEXT)
    reports = tmp_path / "reports"
    words = ("run", "--spec", document, "--reports", reports, "--no-allure", *options)
    done = harness(*words, folder=tmp_path)
    path = reports / "latest" / "verdict.json"
    verdict = json.loads(path.read_text()) if path.is_file() else {}
    return done.returncode, done.stdout + done.stderr, verdict


def test_a_document_is_run_against_its_own_mock(tmp_path: Path) -> None:
    code, output, verdict = run(tmp_path, "--min-keyword-coverage", "95")

    assert code == 0, output
    constraints = verdict["constraints"]
    assert isinstance(constraints, dict)
    assert constraints["total"] == 25
    assert constraints["exercised"] >= 0.95 * constraints["total"]
    assert "addBook" in (tmp_path / "reports" / "latest" / "report.html").read_text()
    assert verdict["verdict"] == "CONFORMANT"
    table = (tmp_path / "reports" / "latest" / "traceability.csv").read_text()
    assert "books.addBook.refuses" in table


def test_a_fault_of_the_document_is_found(tmp_path: Path) -> None:
    code, output, verdict = run(tmp_path, "--fault", "addBook/unchecked/body/title/maxLength")

    assert code == 1, output
    assert verdict["verdict"] == "NON_CONFORMANT"
    assert "books/addBook/body-title-maxLength" in output


def test_every_fault_of_a_document_is_proved_to_be_found(tmp_path: Path) -> None:
    document = tmp_path / "books.yaml"
    document.write_text(TEXT)

    done = harness("prove", "--spec", document, "--reports", tmp_path / "reports", "--jobs", "2")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "The suite detects 66 of 66 injected faults." in done.stdout


def test_an_unknown_fault_of_a_document_is_a_usage_error(tmp_path: Path) -> None:
    code, output, verdict = run(tmp_path, "--fault", "addBook/unchecked/body/titel/maxLength")

    assert code == 2
    assert "Did you mean 'addBook/unchecked/body/title/maxLength'?" in output
    assert verdict == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {}\n", "has no operation"),
        ("nothing: here\n", "books.yaml"),
    ],
    ids=["no-operation", "no-document"],
)
def test_what_cannot_be_tried_is_one_sentence(tmp_path: Path, text: str, words: str) -> None:
    document = tmp_path / "books.yaml"
    document.write_text(text)

    done = harness("run", "--spec", document, "--reports", tmp_path / "reports")

    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_an_imported_document_has_a_name(tmp_path: Path) -> None:
    document = tmp_path / "books.yaml"
    document.write_text(TEXT)

    started = partial(harness, folder=tmp_path)

    imported = started("spec", "import", "books.yaml", "--as", "bookshop")
    done = started("run", "--api", "bookshop", "--only", "bookshop/listBooks", "--no-allure")
    mixed = started("run", "--api", "bookshop", "--api", "dental")
    unknown = started("run", "--spec", "bookstore")

    assert imported.returncode == 0
    assert "harness run --api bookshop" in imported.stdout
    assert done.returncode == 0, done.stdout + done.stderr
    assert mixed.returncode == 2
    assert "--api dental is an installed API" in mixed.stderr
    assert unknown.returncode == 2
    assert "Imported are: bookshop" in unknown.stderr
