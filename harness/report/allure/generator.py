"""Find the generator of Allure's HTML report, or install it: a package of Node, pinned by a lock."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.report.wording import one_line

PIN = Path(__file__).parent
"""Where package.json and package-lock.json pin the generator."""
FOLDER = Path(sys.prefix) / "share" / "allure"
"""Where it is installed: beside the Python that runs us, whatever the working directory."""
OLDEST_NODE = 20
INSTALL_SECONDS = 900.0
EXTRA = "pip install 'contract-harness[allure]'"
"""What brings a Node along where the machine has none."""

_ASK_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Generator:
    """A Node and the Allure command that it is to run."""

    node: Path
    script: Path


def find(folder: Path = FOLDER, node: Path | None = None) -> Generator | str:
    """Return the generator installed below a folder, or the reason why there is none."""
    node = node or find_program("node")
    script = folder / "node_modules" / ".bin" / "allure"
    if node is None or not node.is_file():
        return f"there is no Node at {node}" if node else "there is no Node"
    if not script.is_file():
        return f"Allure is not installed in {folder}"
    return Generator(node, script)


def find_program(name: str) -> Path | None:
    """Return where a program lies: on the PATH, else beside our Python, activated or not."""
    found = shutil.which(name) or shutil.which(name, path=str(Path(sys.executable).parent))
    return Path(found) if found else None


def version(node: Path) -> str:
    """Return what a Node says its version is, or nothing where it does not run."""
    try:
        asked = _run([str(node), "--version"], {}, _ASK_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return asked.stdout.strip() if asked.returncode == 0 else ""


def install(
    environment: Mapping[str, str],
    folder: Path = FOLDER,
    *,
    timeout_seconds: float = INSTALL_SECONDS,
) -> str:
    """Install what the lock pins below a folder, with npm; return why it could not be, or nothing.

    The environment is the user's: npm finds its registry and its proxy there. What is ours in it
    may be a secret, and npm runs code of others.
    """
    node, npm = find_program("node"), find_program("npm")
    if node is None or npm is None or not _is_new_enough(version(node)):
        return f"Node {OLDEST_NODE} or newer with npm is needed; {EXTRA} brings one"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copyfile(PIN / name, folder / name)
        # `ci` takes the locked versions with their digests and nothing else.
        command = [str(npm), "ci", "--prefix", str(folder), "--no-audit", "--no-fund", "--silent"]
        handed = {
            name: value for name, value in environment.items() if not name.startswith("HARNESS_")
        }
        # npm is a script of Node and takes the first on the PATH: the one that was looked at.
        handed["PATH"] = os.pathsep.join([str(node.parent), environment.get("PATH", os.defpath)])
        done = _run(command, {**handed, "ALLURE_NO_ANALYTICS": "1"}, timeout_seconds)
    except OSError as problem:
        return f"{folder} cannot be written ({problem.strerror})"
    except subprocess.TimeoutExpired:
        return f"npm did not end within {timeout_seconds:g} seconds"
    return f"npm ended with {done.returncode}: {_last_line(done)}" if done.returncode else ""


def _is_new_enough(said: str) -> bool:
    major = said.removeprefix("v").partition(".")[0]
    return major.isdecimal() and int(major) >= OLDEST_NODE


def _run(
    command: Sequence[str], environment: Mapping[str, str], timeout_seconds: float
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 found on the PATH; nothing in it comes from a target
        command,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=timeout_seconds,
        env=environment,
    )


def _last_line(done: subprocess.CompletedProcess[str]) -> str:
    lines = (done.stdout + done.stderr).strip().splitlines() or ["no message"]
    named = [line for line in lines if "error" in line.lower()]
    return one_line((named or lines)[-1])
