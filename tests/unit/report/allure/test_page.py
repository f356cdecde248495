import json
from pathlib import Path

import pytest

from harness.report.allure.generator import PIN, Generator, find
from harness.report.allure.page import (
    fitting,
    is_self_contained,
    render,
    without_tracking,
)

TRACKING = (
    '<script async src="https://www.googletagmanager.com/gtag/js?id=G-1"></script>\n'
    "<script>\n window.dataLayer = window.dataLayer || [];\n gtag('js', new Date());</script>"
)
PAGE = f"<html><head>{TRACKING}</head><body>report</body></html>"


def generator(folder: Path, script: str) -> Generator:
    """Install a stand-in: a shell plays Node, and its script plays Allure."""
    command = folder / "node_modules" / ".bin" / "allure"
    command.parent.mkdir(parents=True)
    command.write_text(script, encoding="utf-8")
    found = find(folder, Path("/bin/sh"))
    assert isinstance(found, Generator)
    return found


def writing(page: str) -> str:
    return f'while [ "$1" != -o ]; do shift; done; mkdir -p "$2"; cat >"$2/index.html" <<"END"\n{page}\nEND\n'


def test_the_report_is_written_without_tracking(tmp_path: Path) -> None:
    reason = render(generator(tmp_path, writing(PAGE)), tmp_path, tmp_path / "report", {})

    page = (tmp_path / "report" / "index.html").read_text(encoding="utf-8")
    assert reason == ""
    assert "googletagmanager" not in page
    assert "<body>report</body>" in page


def test_the_generator_is_given_the_configuration(tmp_path: Path) -> None:
    copying = (
        'while [ "$1" != -c ]; do shift; done; rc="$2"\n'
        'while [ "$1" != -o ]; do shift; done; mkdir -p "$2"; cp "$rc" "$2/index.html"'
    )

    reason = render(
        generator(tmp_path, copying), tmp_path, tmp_path / "report", {"name": "CONFORMANT"}
    )

    assert reason == ""
    assert (tmp_path / "report" / "index.html").read_text() == '{"name": "CONFORMANT"}'


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        pytest.param("echo broken; exit 3", "Allure ended with 3: broken", id="failed"),
        pytest.param("exit 0", "Allure wrote no index.html", id="nothing_written"),
        pytest.param(
            writing('<script src="https://cdn.example/a.js"></script>'),
            "Allure's report would load something from elsewhere; it was removed",
            id="external",
        ),
    ],
)
def test_a_reason_says_why_there_is_no_report(tmp_path: Path, script: str, reason: str) -> None:
    assert render(generator(tmp_path, script), tmp_path, tmp_path / "report", {}) == reason
    assert not (tmp_path / "report" / "index.html").exists()


def test_a_generator_that_hangs_is_ended(tmp_path: Path) -> None:
    hanging = generator(tmp_path, "sleep 30 & wait")

    reason = render(hanging, tmp_path, tmp_path / "report", {}, timeout_seconds=0.2)

    assert reason == "Allure did not end within 0.2 seconds"


def test_a_node_that_cannot_run_is_a_reason(tmp_path: Path) -> None:
    broken = Generator(tmp_path / "node", tmp_path / "allure")

    assert render(broken, tmp_path, tmp_path, {}).startswith("Allure could not be started (")


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    assert find(tmp_path, tmp_path / "node") == f"there is no Node at {tmp_path / 'node'}"
    assert find(tmp_path, Path("/bin/sh")) == f"Allure is not installed in {tmp_path}"


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        pytest.param("<p>see https://example.org</p>", True, id="a_mention"),
        pytest.param('<a href="https://example.org">x</a>', True, id="a_link"),
        pytest.param('<script src="//cdn.example/a.js">', False, id="no_scheme"),
        pytest.param("<link rel=icon href=https://example.org/x>", False, id="stylesheet"),
        pytest.param(PAGE, False, id="tracking"),
    ],
)
def test_a_page_that_loads_something_is_recognised(*, page: str, expected: bool) -> None:
    assert is_self_contained(page) is expected


def test_only_the_tracking_is_taken_out() -> None:
    assert without_tracking(PAGE) == "<html><head></head><body>report</body></html>"


def test_a_page_is_as_wide_as_what_shows_it() -> None:
    page = fitting("<html><head></head></html>")

    assert page.startswith('<html><head><meta name="viewport" content="width=device-width')
    assert fitting(page) == page


def test_the_generator_is_pinned_and_names_no_registry() -> None:
    package = json.loads((PIN / "package.json").read_text(encoding="utf-8"))
    lock = (PIN / "package-lock.json").read_text(encoding="utf-8")

    assert package["dependencies"] == {"allure": "3.18.0"}
    assert '"resolved"' not in lock
