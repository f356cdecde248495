"""The same seed gives the same data: in a checkout and from a wheel, whatever else is loaded."""

import subprocess
import sys
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
DRAW = ("generate", "claim", "--seed", "3", "--count", "40")
DECOY = """\
import sys
sys.path.insert(0, {folder!r})
sys.argv[1:] = {arguments!r}
import decoy
from harness.cli.main import main
main()
"""


def said(python: Path | str, *arguments: str, folder: Path) -> str:
    run = subprocess.run(
        [str(python), *arguments], capture_output=True, text=True, timeout=600, check=True, cwd=folder
    )  # fmt: skip
    return run.stdout


def test_constants_of_other_modules_are_never_drawn(tmp_path: Path) -> None:
    lines = [f"N{number} = {number * 79}; S{number} = 'word {number}'" for number in range(100)]
    (tmp_path / "decoy.py").write_text("\n".join(lines))
    script = DECOY.format(folder=str(tmp_path), arguments=list(DRAW))

    plain = said(sys.executable, "-m", "harness", *DRAW, folder=tmp_path)
    beside = said(sys.executable, "-c", script, folder=tmp_path)

    assert plain.count("\n") >= 40
    assert beside == plain


def test_an_installed_wheel_draws_what_the_checkout_draws(tmp_path: Path) -> None:
    build = ("-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist"))
    said(sys.executable, *build, folder=ROOT)
    venv.create(tmp_path / "venv", symlinks=True)
    packages = next((tmp_path / "venv").glob("lib/python*/site-packages"))
    with ZipFile(next((tmp_path / "dist").glob("*.whl"))) as wheel:
        wheel.extractall(packages)
    # The dependencies are those of this environment; its link to the checkout is not followed.
    libraries = [each for each in sys.path if each.endswith("site-packages")]
    (packages / "libraries.pth").write_text("\n".join(libraries))
    python = tmp_path / "venv" / "bin" / "python"

    where = said(python, "-c", "import harness; print(harness.__file__)", folder=tmp_path)

    assert where.startswith(str(packages))
    assert said(python, "-m", "harness", *DRAW, folder=tmp_path) == said(
        sys.executable, "-m", "harness", *DRAW, folder=tmp_path
    )
