"""A folder may be called anything, whatever the machine is set to."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import harness
from harness.resources import shipped

pytestmark = pytest.mark.slow

BOOK = """arazzo: 1.0.1
info: {title: Lebt es, version: 1.0.0}
sourceDescriptions: [{name: token, type: openapi, url: SPEC}]
workflows:
  - workflowId: prüfen
    steps:
      - stepId: token
        operationId: issueToken
        requestBody:
          contentType: application/json
          payload: {grant_type: client_credentials, client_id: nobody, client_secret: nothing}
        successCriteria: [{condition: $statusCode == 200}]
"""


@pytest.mark.parametrize("mode", ["0", None], ids=["ascii", "as_python_likes"])
def test_a_path_with_an_umlaut_survives_a_locale_without_one(
    mode: str | None, tmp_path: Path
) -> None:
    place = tmp_path / "Prüfung"
    place.mkdir()
    (place / "harness.yaml").write_text("reports: läufe\n", encoding="utf-8")
    spec = shipped("specs") / "token-v2" / "openapi.yaml"
    (place / "bü.arazzo.yaml").write_text(BOOK.replace("SPEC", str(spec)), encoding="utf-8")
    clean = {name: each for name, each in os.environ.items() if "HARNESS_" not in name}
    clean |= {"LC_ALL": "POSIX", "PYTHONPATH": str(Path(harness.__file__).parents[1])}
    environment = {**clean, **({"PYTHONUTF8": mode} if mode else {})}

    def run(*words: str) -> str:
        found = subprocess.run(
            [sys.executable, "-m", "harness", *words],
            cwd=place,
            env=environment,
            check=False,
            capture_output=True,
            timeout=600,
        )
        return (found.stdout + found.stderr).decode("utf-8")

    told = run("workflow", "run", "bü.arazzo.yaml", "--allow-outside")
    again = run("workflow", "replay", "läufe/latest")

    assert "bü.arazzo.yaml, against the mock" in told
    assert "NON_CONFORMANT" in told
    verdict = json.loads((place / "läufe" / "latest" / "verdict.json").read_text(encoding="utf-8"))
    assert verdict["scope"]["suite"] == "bü.arazzo.yaml"
    assert again.startswith("same   ")
