"""What our workflows are without our extensions passes in Redocly respect, against the mock.

Runs where Node and @redocly/cli are: `HARNESS_PEERS` names the folder that holds `node_modules/`,
else `redocly` is looked for on the path.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from harness.config import MOCK_CLIENT_ID, MOCK_CLIENT_SECRET
from harness.mock.app import create_app
from harness.mock.server import running
from harness.mock.settings import MockSettings
from harness.resources import shipped
from harness.workflow import parse
from harness.workflow.cases import mains
from harness.workflow.lint import lint
from harness.workflow.model import Book, Severity
from tests.integration.portable import Portable

PATHS = sorted(shipped("workflows").glob("*.arazzo.yaml"))


def program() -> str | None:
    """Return Redocly's program where it and Node are installed."""
    folder = os.environ.get("HARNESS_PEERS", "")
    own = Path(folder, "node_modules/.bin/redocly").absolute()
    found = str(own) if folder and own.exists() else shutil.which("redocly")
    return found if found and shutil.which("node") else None


def portable(path: Path, folder: Path) -> tuple[Path, Portable]:
    """Write what is left of a document, beside copies of all that it refers to."""
    for name in ("specs", "workflows"):
        shutil.copytree(shipped(name), folder / name)
    (folder / "harness.yaml").write_text("{}\n", encoding="utf-8")
    maker = Portable(parse.load(path))
    place = folder / "workflows" / path.name
    place.write_text(json.dumps(maker.document(), indent=1), encoding="utf-8")
    return place, maker


def servers(book: Book, url: str) -> list[str]:
    """Return Redocly's arguments that send every source to the mock."""
    return [
        argument
        for each in book.descriptions
        if each.api is not None
        for argument in ("-S", f"{each.name}={url}{urlsplit(each.api.servers[0]).path}")
    ]


@pytest.mark.parametrize("path", PATHS, ids=[path.name for path in PATHS])
def test_what_is_left_without_extensions_is_a_sound_document(path: Path, tmp_path: Path) -> None:
    place, maker = portable(path, tmp_path)

    errors = [each for each in lint(parse.load(place)) if each.severity is Severity.ERROR]

    assert errors == []
    assert maker.kept > maker.dropped / 2


@pytest.mark.slow
@pytest.mark.skipif(program() is None, reason="Node with @redocly/cli is not installed")
@pytest.mark.parametrize("path", PATHS, ids=[path.name for path in PATHS])
def test_redocly_respect_passes_what_is_left(path: Path, tmp_path: Path) -> None:
    place, maker = portable(path, tmp_path)
    chosen = [each for workflow in mains(maker.book) for each in ("-w", workflow.id)]
    given = {"clientId": MOCK_CLIENT_ID, "clientSecret": MOCK_CLIENT_SECRET}
    with running(create_app(MockSettings())) as url:
        command = [str(program()), "respect", place.name, *chosen, *servers(maker.book, url)]
        command += ["-i", json.dumps(given)]
        done = subprocess.run(
            command, cwd=place.parent, capture_output=True, text=True, timeout=120, check=False
        )

    assert done.returncode == 0, (done.stdout + done.stderr)[-6000:]
