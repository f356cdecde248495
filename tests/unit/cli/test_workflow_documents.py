"""`harness workflow lint` on the command line: what is printed, and the exit code."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from harness.cli.workflow_documents import lint
from harness.resources import shipped

DOCUMENT = """\
arazzo: 1.0.1
info: {title: T, version: '1'}
sourceDescriptions: [{name: token, type: openapi, url: openapi.yaml}]
workflows:
  - workflowId: w
    steps:
      - stepId: s
        operationId: issueToken
        requestBody: {payload: {client_id: a, client_secret: b, grant_type: client_credentials}}
        successCriteria: [{condition: CONDITION}]
"""


@pytest.mark.parametrize(
    ("condition", "code", "first", "last"),
    [
        ("$statusCode == 200", 0, "1 document without an error", "1 document without an error"),
        ("$response.body#/scope == null", 0, "note: Redocly respect reads this otherwise", "1 document without an error"),
        ("$statusCode = 200", 1, "error: this simple criterion cannot be evaluated", "1 error"),
    ],
)  # fmt: skip
def test_an_error_fails_the_lint_and_a_note_does_not(
    tmp_path: Path, condition: str, code: int, first: str, last: str
) -> None:
    source = shipped("specs") / "token-v2" / "openapi.yaml"
    (tmp_path / "openapi.yaml").write_bytes(source.read_bytes())
    path = tmp_path / "w.arazzo.yaml"
    path.write_text(DOCUMENT.replace("CONDITION", condition), encoding="utf-8")

    done = CliRunner().invoke(lint, [str(path)])

    lines = done.output.splitlines()
    assert done.exit_code == code
    assert lines[0].startswith(first)
    assert lines[-1] == last
