"""A folder of somebody else, in which harness is started: nothing in it is run, and nothing beyond it is read."""

from pathlib import Path

import pytest

from tests.program import harness

pytestmark = pytest.mark.slow

MODULES = (
    "random", "signal", "struct", "socket", "json", "multiprocessing/__init__", "harness/__init__",
    "harness/__main__", "uvicorn", "yaml", "click", "conftest", "sitecustomize", "usercustomize",
    "hooks", "evil", "rules",
)  # fmt: skip
SETTINGS = {
    "pytest.ini": "[pytest]\naddopts = -p evil\npythonpath = .\n",
    "schemathesis.toml": 'hooks = "hooks"\n',
    ".pth": "import evil\n",
}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a folder whose every module leaves a mark when it is imported."""
    folder = tmp_path / "checkout"
    for name in MODULES:
        path = folder / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"open({str(tmp_path / 'ran')!r}, 'a').write({name!r})\n")
    for name, text in SETTINGS.items():
        (folder / name).write_text(text)
    return folder


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(("run", "--only", "dental/health", "--no-allure"), id="run"),
        pytest.param(("run", "--only", "dental/health", "--no-allure", "-n", "2"), id="processes"),
        pytest.param(
            ("prove", "--only", "dental/health", "--fault", "health-without-token", "--jobs", "2"),
            id="prove",
        ),
        pytest.param(("doctor",), id="doctor"),
    ],
)
def test_no_module_of_the_current_folder_is_run(checkout: Path, command: tuple[str, ...]) -> None:
    ran = harness(*command, folder=checkout)

    assert not (checkout.parent / "ran").exists(), (checkout.parent / "ran").read_text()
    assert ran.returncode in (0, 2), ran.stdout + ran.stderr
