"""No document ends in anything but our own errors, whichever parser reads it."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from random import Random

import pytest

from harness import record
from harness.config import Overrides
from harness.errors import HarnessError
from harness.openapi import requirements
from harness.openapi.lint.run import Selection, lint_file
from harness.openapi.load import load_api
from harness.openapi.soundness import check_sound
from harness.resources import shipped
from harness.session.certify import bundle
from harness.session.certify.verify import verify
from harness.verdict import waivers
from harness.workflow.cases.case_list import expand
from harness.workflow.document.parse import load as load_book
from harness.workflow.lint.check import lint as lint_book
from tests.hard.mutations import mutated
from tests.hard.sizes import attempts
from tests.integration.test_workflow_command import BOOK, OPENAPI
from tests.products import load as load_settings
from tests.unit.session import bundles

pytestmark = pytest.mark.slow

HARNESS_YAML = """\
profile: ci
seed: 3
environments:
  mock: {base_url: 'http://127.0.0.1:9', requests_per_second: 2, capabilities: {load_allowed: true}}
  sandbox:
    allowed_hosts: [a.example]
    masked_names: [X-Door]
    token_paths: {dental: /t}
"""
WAIVERS = """\
- id: W1
  requirement: D001
  case: dental/create/x
  reason: known
  owner: someone
  approver: another
  expires: 2027-01-01
"""


def read_openapi(path: Path) -> None:
    api = load_api(path, "x")
    lint_file(path, selection=Selection(), ignores=(), today=date(2026, 11, 22))
    check_sound(api)


def read_book(path: Path) -> None:
    book = load_book(path)
    lint_book(book)
    for each in book.workflows:
        expand(book, each.id)


def read_settings(path: Path) -> None:
    load_settings(Overrides(), folder=path.parent, environ={})


known = cache(requirements.load)
Reader = Callable[[Path], object]
PARSERS: Mapping[str, tuple[str, Callable[[], bytes], Reader]] = {
    "openapi": ("x.yaml", lambda: OPENAPI.replace("SERVER", "http://127.0.0.1:9").encode(), read_openapi),
    "openapi-whole": (
        "x.yaml", (shipped("specs") / "token-v2" / "openapi.yaml").read_bytes, read_openapi,
    ),
    "workflow": ("book.arazzo.yaml", BOOK.encode, read_book),
    "settings": ("harness.yaml", HARNESS_YAML.encode, read_settings),
    "waivers": ("waivers.yaml", WAIVERS.encode, lambda path: waivers.load(path, known())),
}  # fmt: skip


@pytest.mark.parametrize("name", PARSERS)
def test_a_broken_document_is_an_error_of_ours(name: str, tmp_path: Path) -> None:
    file, content, read = PARSERS[name]
    (tmp_path / "openapi.yaml").write_text(OPENAPI.replace("SERVER", "http://127.0.0.1:9"))
    raw, path, odd = content(), tmp_path / file, []
    for seed in range(attempts(100_000, least=150)):
        path.write_bytes(mutated(raw, Random(seed)))  # noqa: S311 no secret is drawn
        try:
            read(path)
        except HarnessError:
            continue
        except Exception as problem:  # noqa: BLE001 what must not be is counted
            odd.append(f"seed {seed}: {type(problem).__name__}: {problem}")

    assert odd == []


def test_a_broken_record_is_an_error_of_ours(tmp_path: Path) -> None:
    folder = bundles.bundle(tmp_path)
    raw, odd = (folder / "record.jsonl").read_bytes(), []
    for seed in range(attempts(100_000, least=150)):
        try:
            record.parse(mutated(raw, Random(seed)), "record.jsonl")  # noqa: S311
        except HarnessError:
            continue
        except Exception as problem:  # noqa: BLE001
            odd.append(f"seed {seed}: {type(problem).__name__}: {problem}")

    assert odd == []


def test_a_changed_bundle_is_told(tmp_path: Path) -> None:
    """Every file, small and large, is changed in one byte, cut or mutated; none may still hold."""
    folder = bundles.bundle(tmp_path)
    files = {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    paths, held = list(files), []
    for seed in range(attempts(20_000, least=100)):
        random = Random(seed)  # noqa: S311
        path = paths[seed % len(paths)]
        raw = files[path]
        at = random.randrange(len(raw))
        flipped = raw[:at] + bytes([raw[at] ^ (1 << random.randrange(8))]) + raw[at + 1 :]
        path.write_bytes(flipped if seed % 3 else mutated(raw, random) + b" ")
        try:
            if verify(folder, now=bundles.NOW).holds:
                held.append(f"seed {seed}: {path.name} at {at}")
        except HarnessError:
            pass
        path.write_bytes(raw)

    assert held == []
    assert verify(folder, now=bundles.NOW).holds


def test_a_changed_archive_is_told(tmp_path: Path) -> None:
    archive = bundles.archive(bundles.bundle(tmp_path))
    raw, held = archive.read_bytes(), []
    for seed in range(attempts(20_000, least=100)):
        random = Random(seed)  # noqa: S311
        at = random.randrange(len(raw))
        archive.write_bytes(
            raw[:at] + bytes([raw[at] ^ (1 << random.randrange(8))]) + raw[at + 1 :]
        )
        try:
            found = bundle.read(archive)
        except HarnessError:
            continue
        if found and verify(archive, now=bundles.NOW).holds:
            held.append(f"seed {seed} at {at}")

    assert held == []
