"""The wheel, in an empty environment and an empty folder, does what a checkout does."""

import os
import re
import subprocess
import sys
import tarfile
import zipfile
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
CONFTEST = 'pytest_plugins = ["harness.plugin.pytest_entry"]\n'
COMMANDS = (
    ("--help",),
    ("--version",),
    ("spec", "list"),
    ("judge", "list"),
    ("workflow", "list", "medical-attachments"),
    ("workflow", "run", "medical-attachments"),
    ("workflow", "export", "medical-attachments", "-o", "own"),
    ("generate", "npi", "--count", "3"),
    ("generate", "claim", "--broken", "npi-checksum"),
    ("mock", "--list-faults"),
    ("run", "--only", "dental/health/healthy,dental/create/npi-checksum", "--no-allure"),
    ("run", "--only", "medical/status/TESTEP06", "--no-allure"),
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder with an sdist and the wheel that is built from it, as an index would have them."""
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    subprocess.run([*build, "-t", "sdist"], cwd=ROOT, check=True, capture_output=True)
    with tarfile.open(next(folder.glob("*.tar.gz"))) as archive:
        archive.extractall(folder / "src", filter="data")
    (source,) = (folder / "src").iterdir()
    subprocess.run([*build, "-t", "wheel"], cwd=source, check=True, capture_output=True)
    return folder


def required(wheel: Path) -> dict[str, Distribution]:
    """Return what the wheel says that it needs, and what that needs in turn, as it is installed here."""
    metadata = zipfile.Path(wheel, f"{'-'.join(wheel.name.split('-')[:2])}.dist-info/METADATA")
    waiting = re.findall(r"^Requires-Dist: (.+)$", metadata.read_text(), re.MULTILINE)
    found: dict[str, Distribution] = {}
    while waiting:
        wanted = Requirement(waiting.pop())
        name = canonicalize_name(wanted.name)
        if name in found or (wanted.marker and not wanted.marker.evaluate({"extra": ""})):
            continue
        found[name] = distribution(name)
        waiting += found[name].requires or []
        for extra in wanted.extras:
            every = [Requirement(each) for each in found[name].requires or []]
            waiting += [
                str(each).partition(";")[0]
                for each in every
                if each.marker and each.marker.evaluate({"extra": extra})
            ]
    return found


@pytest.fixture(scope="module")
def programs(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the programs of an environment with the wheel and what it requires, without any network.

    The dependencies are linked from where this test runs, so that one which nobody declared is missing.
    """
    place = tmp_path_factory.mktemp("venv") / "venv"
    subprocess.run([sys.executable, "-m", "venv", place], check=True)
    (site,) = place.glob("lib/python*/site-packages")
    wheel = next(built.glob("*.whl"))
    for each in required(wheel).values():
        for file in each.files or ():
            origin, copy = Path(str(each.locate_file(file))), site / file
            if ".." not in file.parts and origin.is_file() and not copy.exists():
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.symlink_to(origin.resolve())
    subprocess.run(
        [place / "bin" / "python", "-m", "pip", "install", "--quiet", "--no-deps", "--no-index",
         "--disable-pip-version-check", wheel],
        check=True, capture_output=True,
    )  # fmt: skip
    return place / "bin"


def run(programs: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    own = {k: v for k, v in os.environ.items() if not k.startswith(("HARNESS_", "PYTHON"))}
    return subprocess.run(
        [programs / words[0], *words[1:]], cwd=folder, env=own,
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


def test_the_wheel_holds_documents_scenarios_and_types_and_no_more(built: Path) -> None:
    names = zipfile.ZipFile(next(built.glob("*.whl"))).namelist()

    assert {
        "harness/py.typed",
        "harness/shipped/specs/dental/client-requirements.yaml",
        "harness/shipped/specs/dental/scenarios/create.yaml",
        "harness/shipped/specs/platform/scenarios/always.yaml",
        "harness/shipped/workflows/medical-attachments.arazzo.yaml",
    } <= set(names)
    assert {name.split("/")[0].partition("-")[0] for name in names} == {
        "harness",
        "contract_harness",
    }


def test_the_metadata_names_the_distribution_and_its_command(programs: Path) -> None:
    script = (
        "from importlib.metadata import distribution as d; x = d('contract-harness');"
        "print(x.version, *sorted(e.name for e in x.entry_points), x.metadata['License-Expression'])"
    )

    shown = run(programs, programs, "python", "-c", script)

    version, *names, licence = shown.stdout.split()
    assert version[0].isdigit()
    assert "harness" in names
    assert licence == "Apache-2.0"


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_it_works_in_an_empty_folder(
    words: tuple[str, ...], programs: Path, tmp_path: Path
) -> None:
    ran = run(programs, tmp_path, "harness", *words)

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_document_of_ones_own_is_mocked_and_run(programs: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.yaml").write_text((ROOT / "docs/tutorials/notes.yaml").read_text())

    ran = run(programs, tmp_path, "harness", "mock", "--spec", "notes.yaml", "--list-faults")

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert len(ran.stdout.splitlines()) > 10


def test_a_pytest_of_ones_own_wants_one_line_in_its_conftest(
    programs: Path, tmp_path: Path
) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST)
    exported = run(
        programs, tmp_path, "harness", "workflow", "export", "medical-attachments", "-o", "own"
    )
    assert exported.returncode == 0, exported.stderr

    collected = run(
        programs,
        tmp_path,
        "python",
        "-m",
        "pytest",
        "--collect-only",
        "-q",
        "-p",
        "no:schemathesis",
    )

    assert collected.returncode == 0, collected.stdout + collected.stderr
    assert "TESTEP06" in collected.stdout
