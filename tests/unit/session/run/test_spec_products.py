from dataclasses import replace
from pathlib import Path

import pytest

from harness.config import Overrides
from harness.products.registry import installed
from harness.session.run.spec_products import with_documents
from harness.settings import load
from tests.unit.rules.document.bookshop import TEXT

FILE = "environments: {sandbox: {capabilities: {writes_allowed: true}}}\n"


@pytest.mark.parametrize(
    ("url", "file", "may_write"),
    [
        ("http://127.0.0.1:8080", "", True),
        ("https://api.example.org", "", False),
        ("https://api.example.org", FILE.replace("sandbox", "mock"), True),
        ("https://api.example.org", FILE, False),
    ],
    ids=["loopback", "elsewhere", "said", "said-of-another"],
)
def test_a_host_elsewhere_is_changed_only_where_the_file_says_so(
    url: str, file: str, may_write: bool, tmp_path: Path
) -> None:
    (tmp_path / "books.yaml").write_text(TEXT)
    (tmp_path / "harness.yaml").write_text(file or "seed: 1\n")
    settings = load(Overrides(base_url=url), folder=tmp_path, products=installed(), environ={})

    with with_documents(replace(settings, file_folder=tmp_path), [tmp_path / "books.yaml"]) as run:
        assert run.environment.capabilities.writes_allowed is may_write
