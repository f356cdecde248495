import os
import sys
from pathlib import Path

import pytest

from harness.report.allure import generator
from harness.report.allure.generator import EXTRA, Generator, find, find_program, install, version

NODE = "#!/bin/sh\necho v24.1.0\n"
NPM = """#!/bin/sh
while [ "$1" != --prefix ]; do shift; done
mkdir -p "$2/node_modules/.bin" && env > "$2/handed"
echo '#!/bin/sh' > "$2/node_modules/.bin/allure"
"""


def machine(folder: Path, monkeypatch: pytest.MonkeyPatch, **programs: str) -> dict[str, str]:
    """Make a machine that has these programs, and none beside Python."""
    places = folder / "bin"
    places.mkdir()
    for name, text in programs.items():
        (places / name).write_text(text)
        (places / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(places))
    monkeypatch.setattr(sys, "executable", str(folder / "python"))
    return {"PATH": os.pathsep.join([str(places), "/usr/bin", "/bin"])}


def test_the_locked_generator_is_installed_and_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    variables = machine(tmp_path, monkeypatch, node=NODE, npm=NPM)
    folder = tmp_path / "share" / "allure"

    assert install(variables, folder) == ""
    assert isinstance(find(folder), Generator)
    assert (folder / "package-lock.json").read_bytes() == (
        generator.PIN / "package-lock.json"
    ).read_bytes()


def test_npm_is_handed_what_is_the_users_and_no_secret_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    variables = machine(tmp_path, monkeypatch, node=NODE, npm=NPM)
    ours = {"HARNESS_CLIENT_SECRET": "canary-8d1f", "https_proxy": "http://proxy.example:3128"}

    install({**variables, **ours}, tmp_path / "allure")

    handed = (tmp_path / "allure" / "handed").read_text()
    assert "canary" not in handed
    assert "https_proxy=http://proxy.example:3128\n" in handed


@pytest.mark.parametrize(
    "programs",
    [
        pytest.param({}, id="none"),
        pytest.param({"node": NODE}, id="no_npm"),
        pytest.param({"node": NODE.replace("24", "18"), "npm": NPM}, id="too_old"),
        pytest.param({"node": "#!/bin/sh\nexit 1\n", "npm": NPM}, id="broken"),
    ],
)
def test_a_machine_without_a_fitting_node_is_told_what_brings_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, programs: dict[str, str]
) -> None:
    variables = machine(tmp_path, monkeypatch, **programs)

    reason = install(variables, tmp_path / "allure")

    assert reason == f"Node 20 or newer with npm is needed; {EXTRA} brings one"


def test_what_npm_says_is_passed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failing = "#!/bin/sh\necho 'npm ERROR integrity checksum failed' >&2; exit 7\n"
    variables = machine(tmp_path, monkeypatch, node=NODE, npm=failing)

    assert install(variables, tmp_path / "allure") == (
        "npm ended with 7: npm ERROR integrity checksum failed"
    )


def test_an_npm_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    variables = machine(tmp_path, monkeypatch, node=NODE, npm="#!/bin/sh\nexec sleep 30\n")

    reason = install(variables, tmp_path / "allure", timeout_seconds=0.2)

    assert reason == "npm did not end within 0.2 seconds"


def test_a_folder_that_cannot_be_made_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    variables = machine(tmp_path, monkeypatch, node=NODE, npm=NPM)
    (tmp_path / "share").write_text("a file")

    reason = install(variables, tmp_path / "share" / "allure")

    assert reason == f"{tmp_path / 'share' / 'allure'} cannot be written (Not a directory)"


def test_a_program_beside_python_is_found_where_the_path_has_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine(tmp_path, monkeypatch)
    (tmp_path / "node").write_text(NODE)
    (tmp_path / "node").chmod(0o755)

    assert find_program("node") == tmp_path / "node"
    assert version(tmp_path / "node") == "v24.1.0"
