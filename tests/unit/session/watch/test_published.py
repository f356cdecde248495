import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harness.errors import ConfigurationError, Unreachable
from harness.session.watch.published import Looked, Published, look, published_at

URL = "https://vendor.example/notes.json"
NOTES = Published(URL, "notes")


def document(*paths: str) -> bytes:
    operation = {"get": {"responses": {"200": {"description": "found"}}}}
    found = {"openapi": "3.1.0", "info": {"title": "Notes", "version": "1"}}
    return json.dumps({**found, "paths": dict.fromkeys(paths, operation)}).encode()


def looked(folder: Path, raw: bytes | None, before: Mapping[str, str] | None = None) -> Looked:
    def fetch(url: str) -> bytes:
        if raw is None:
            raise Unreachable(f"{url} cannot be fetched.")
        return raw

    now = datetime(2026, 11, 30, tzinfo=UTC)
    return look([NOTES], folder, before or {}, fetch=fetch, now=lambda: now)


def test_a_first_look_keeps_a_copy_and_tells_nothing(tmp_path: Path) -> None:
    assert looked(tmp_path, document("/a")) == Looked((), {URL: ""})
    assert (tmp_path / "documents" / "notes.json").is_file()


def test_a_change_is_told_once_with_what_it_breaks_and_how_it_is_taken_over(tmp_path: Path) -> None:
    looked(tmp_path, document("/a", "/b"))

    told = looked(tmp_path, document("/a")).news

    assert len(told) == 1
    assert told[0].startswith(f"notes at {URL} has changed, 1 breaking")
    assert "GET /b" in told[0]
    assert told[0].endswith(f"harness spec import {URL} --as notes")
    assert looked(tmp_path, document("/a")).news == ()


def test_a_document_that_cannot_be_read_is_told_when_it_begins_and_when_it_ends(
    tmp_path: Path,
) -> None:
    looked(tmp_path, document("/a"))
    first = looked(tmp_path, None)
    second = looked(tmp_path, None, first.problems)
    third = looked(tmp_path, document("/a"), second.problems)

    assert "cannot be fetched" in "".join(first.news)
    assert second.news == ()
    assert third.news == (f"{URL} can be read again.",)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (URL, Published(URL)),
        (f"notes={URL}", NOTES),
        (f"{URL}?a=b", Published(f"{URL}?a=b")),
    ],
)
def test_addresses_are_read_with_or_without_a_name(given: str, expected: Published) -> None:
    assert published_at(given) == expected


@pytest.mark.parametrize("given", ["openapi.yaml", "notes=openapi.yaml", "ftp://host/a", "a="])
def test_what_is_no_address_is_refused(given: str) -> None:
    with pytest.raises(ConfigurationError, match="is not an address"):
        published_at(given)
