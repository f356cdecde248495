"""The pages of docs/: links lead somewhere, commands exist, and what is marked as run runs as it says.

`<!-- run -->` before a block of commands says that the last ends with 0, `<!-- run 3 -->` with 3; a command
that ends in `&` stays up for the page. `<!-- file: NAME -->` before a block puts it into the page's folder.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, fields
from pathlib import Path
from socket import socket

import pytest
from click.testing import CliRunner

from harness.cli.main import cli
from harness.config import Capabilities, Environment
from harness.outcome import Status
from harness.settings_file import DocumentSettings
from harness.verdict.gates import PROFILES
from tests.program import CLEAN

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
BLOCK = re.compile(
    r"<!-- (?P<kind>run|file:)(?: (?P<word>\S+))? -->\n```\w+\n(?P<body>.+?)```", re.DOTALL
)
NOT_A_SETTING = {
    *("name", "settings_of", "is_production_meant", "logins", "client_key_passphrase"),
    "load_hosts",
}
"""What no file can set; `harness/settings_file.py` says why."""


HEADS = {"verdict", "profile"}


def named(path: Path) -> str:
    return path.relative_to(DOCS).as_posix()


@dataclass(frozen=True, slots=True)
class Bench:
    """The folder in which a page's commands run, and the port that stands for its 8080."""

    folder: Path
    port: str
    servers: ExitStack

    def popen(self, words: list[str]) -> "subprocess.Popen[str]":
        programs = f"{Path(sys.executable).parent}{os.pathsep}{CLEAN['PATH']}"
        return subprocess.Popen(
            words, cwd=self.folder, env={**CLEAN, "PATH": programs, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

    def serve(self, line: str) -> None:
        """Start a server that ends with its stream, and wait for the line that says it is ready."""
        ends = ["--stop-with-stdin"]
        server = self.servers.enter_context(self.popen([*program(line), *ends]))
        self.servers.callback(server.terminate)
        assert server.stdout is not None
        assert "ready" in server.stdout.readline()

    def run(self, line: str) -> tuple[int, str]:
        shell = ["/bin/sh", "-c", shlex.join(program(line))]
        with self.popen(shell) as process:
            shown, _ = process.communicate(timeout=240)
        return process.returncode, shown


def program(line: str) -> list[str]:
    words = shlex.split(line.removesuffix("&").removesuffix("|| true "), comments=True)
    return [sys.executable, "-m", *words] if words[0] == "harness" else words


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    shutil.copy(DOCS / "tutorials" / "notes.yaml", tmp_path)
    with ExitStack() as servers:
        yield Bench(tmp_path, port, servers)


@pytest.mark.slow
@pytest.mark.parametrize(
    "page", [each for each in PAGES if BLOCK.search(each.read_text())], ids=named
)
def test_what_a_page_marks_as_run_runs_as_it_says(page: Path, bench: Bench) -> None:
    for block in BLOCK.finditer(page.read_text()):
        body = block["body"].replace("8080", bench.port)
        if block["kind"] == "file:":
            (bench.folder / block["word"]).parent.mkdir(exist_ok=True)
            (bench.folder / block["word"]).write_text(body)
            continue
        lines = re.findall(r"^\$ (.+)$", body, re.MULTILINE)
        for line in lines:
            if line.endswith("&"):
                bench.serve(line)
                continue
            code, shown = bench.run(line.removesuffix(" || true"))
            expected = int(block["word"] or 0) if line is lines[-1] else 0
            assert code == expected or line.endswith("|| true"), f"$ {line}\n{shown}"
            assert "Traceback" not in shown


def commands() -> list[str]:
    found = (
        line
        for page in PAGES
        for body in re.findall(r"```console\n(.+?)```", page.read_text(), re.DOTALL)
        for line in re.findall(r"^\$ harness (.+)$", body, re.MULTILINE)
    )
    return sorted(set(found))


@pytest.mark.slow
def test_every_command_that_is_shown_exists_with_these_options() -> None:
    helps: dict[tuple[str, ...], str] = {}
    for line in commands():
        words = shlex.split(line.removesuffix("&"), comments=True)
        groups = ("judge", "workflow", "spec", "generate")
        is_inner = words[0] in groups or words[:2] in (["report", "merge"], ["prove", "merge"])
        names = tuple(words[: 2 if is_inner else 1])
        if names not in helps:
            shown = CliRunner().invoke(cli, [*names, "--help"])
            assert shown.exit_code == 0, shown.output
            helps[names] = shown.output
        missing = [word for word in words if word.startswith("--") and word not in helps[names]]
        assert missing == [], line


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_leads_to_a_page_or_a_file(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())

    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_page_stands_in_the_table_of_contents() -> None:
    contents = (ROOT / "mkdocs.yml").read_text()

    assert [named(each) for each in PAGES if f" {named(each)}" not in contents] == []


def test_the_page_of_settings_names_every_key_and_no_other() -> None:
    page = (DOCS / "reference" / "settings.md").read_text()
    keys = {each.name for each in (*fields(Capabilities), *fields(DocumentSettings))}
    keys |= {each.name for each in fields(Environment)} - NOT_A_SETTING
    keys |= {
        "profile",
        "seed",
        "reports",
        "workflows",
        "rules",
        "trusted_keys",
        "environments",
        "documents",
        "gates",
        "max_document_size",
    }

    rows = re.findall(r"^\| (`[a-z_`, ]+`) \|", page, re.MULTILINE)

    assert set(re.findall(r"`([a-z_]+)`", " ".join(rows))) == keys


def test_the_page_of_results_names_every_outcome_profile_and_exit_code() -> None:
    page = (DOCS / "reference" / "results.md").read_text()
    rows = re.findall(r"^\| `?([a-z_0-9]+)`? \|", page, re.MULTILINE)

    assert {*(str(each) for each in Status), *PROFILES, *"012345"} == set(rows) - HEADS
