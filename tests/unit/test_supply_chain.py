"""What CI runs is named by content, and what it uploads holds no keys."""

import re
from pathlib import Path

import pytest

from harness import document
from harness.jsonvalue import items, members, text

ROOT = Path(__file__).parents[2]
FILES = [
    *sorted((ROOT / ".github" / "workflows").glob("*.yml")),
    ROOT / "action.yml",
    *sorted((ROOT / "docs" / "ci").glob("*github.yml")),
]


@pytest.mark.parametrize("path", FILES, ids=lambda each: each.name)
def test_actions_are_pinned_by_commit_and_say_their_version(path: Path) -> None:
    used = re.findall(r"uses: (\S+)(.*)", path.read_text())

    loose = [
        name
        for name, comment in used
        if not (re.fullmatch(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}", name) and "# v" in comment)
    ]
    assert loose == []


@pytest.mark.parametrize("path", FILES, ids=lambda each: each.name)
def test_reports_are_kept_without_keys(path: Path) -> None:
    for step in _steps(document.read(path).data):
        if "upload-artifact" in text(step.get("uses")):
            kept = text(members(step.get("with")).get("path"))
            assert kept == "dist/" or "sbom" in kept or ".pem" in kept, kept


def _steps(value: object) -> list[dict[str, object]]:
    found = [dict(value)] if isinstance(value, dict) and "uses" in value else []
    inner = members(value).values() if isinstance(value, dict) else items(value)
    return [*found, *(step for each in inner for step in _steps(each))]


def test_every_dependency_is_locked_by_hash() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    names = re.findall(r"^([A-Za-z0-9_.-]+)==", lock, re.MULTILINE)

    assert len(names) > 20
    assert len(re.findall(r"^[A-Za-z0-9_.-]+==[^\n]*\\\n    --hash=", lock, re.MULTILINE)) == len(
        names
    )


def test_the_threat_model_names_files_that_exist() -> None:
    named = re.findall(r"`([a-z_/]+\.py)`", (ROOT / "SECURITY.md").read_text())

    missing = [
        each for each in named if not any((ROOT / top / each).is_file() for top in ("harness", ""))
    ]
    assert len(named) > 10
    assert missing == []


TEMPLATES = [
    *(ROOT / "docs" / "ci").iterdir(),
    *(each for each in (ROOT / ".github").rglob("*") if each.is_file()),
]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda each: each.name)
def test_a_template_has_no_placeholder_that_a_user_has_to_find(path: Path) -> None:
    assert not re.search(r"\bOWNER\b|\bTODO\b", path.read_text())


MORE = {
    "watch-github.yml": {"watch": {"issues"}},
    "release.yml": {"attest": {"id-token", "attestations"}, "publish": {"id-token"}},
}
"""What a job may besides reading: the watch keeps issues, a release signs and is trusted by the index."""
WRITES = {("release.yml", "release")}
"""The jobs that write to the repository: a release is one."""


@pytest.mark.parametrize("path", FILES, ids=lambda each: each.name)
def test_a_workflow_may_read_and_no_more(path: Path) -> None:
    if path.name != "action.yml":
        workflow = members(document.read(path).data)
        assert workflow["permissions"] == {"contents": "read"}
        more = {
            name: set(members(members(job).get("permissions"))) - {"contents"}
            for name, job in members(workflow["jobs"]).items()
        }
        assert {name: each for name, each in more.items() if each} == MORE.get(path.name, {})
        writing = {
            (path.name, name)
            for name, job in members(workflow["jobs"]).items()
            if members(members(job).get("permissions")).get("contents") == "write"
        }
        assert writing == {each for each in WRITES if each[0] == path.name}


def test_the_image_runs_without_root_and_any_command() -> None:
    lines = (ROOT / "Containerfile").read_text().splitlines()
    last = lines[max(i for i, line in enumerate(lines) if line.startswith("FROM")) :]

    assert "USER harness" in last
    assert 'ENTRYPOINT ["/opt/harness/bin/harness"]' in last
    copied = [
        line.split()[-2] for line in lines if line.startswith("COPY") and "--from" not in line
    ]
    assert [each for each in copied if not (ROOT / each).exists()] == []
    ignored = (ROOT / ".containerignore").read_text().splitlines()
    assert "!.ci" in ignored
