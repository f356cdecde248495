from datetime import UTC, datetime

import pytest

from harness.jsonvalue import items, lookup, members
from harness.mock.admin import Entry, Journal, media_type_in, names_in

NOON = datetime(2026, 1, 16, 12, tzinfo=UTC)
TRACE_ID = "0f0e0d0c-0000-4000-8000-000000000001"


def entry(path: str = "/a") -> Entry:
    return Entry(NOON, "GET", path, (), "clinic", "", 200, 12, 1.5)


def test_only_the_last_requests_are_kept_and_all_are_counted() -> None:
    journal = Journal(2, ())
    for path in ("/a", "/b", "/c"):
        journal.add(entry(path))

    written = journal.written()

    assert lookup(written, "/requests") == 3
    rows = [members(each) for each in items(members(written)["entries"])]
    assert [(row["number"], row["path"]) for row in rows] == [(2, "/b"), (3, "/c")]


def test_an_entry_says_who_asked_what_and_what_came_of_it() -> None:
    journal = Journal(1, ())
    journal.add(entry())

    assert lookup(journal.written(), "/entries/0") == {
        "number": 1,
        "at": "2026-01-16T12:00:00.000Z",
        "method": "GET",
        "path": "/a",
        "query": [],
        "client": "clinic",
        "mediaType": "",
        "status": 200,
        "bytesSent": 12,
        "milliseconds": 1.5,
    }


def test_a_cleared_journal_counts_from_one() -> None:
    journal = Journal(2, ())
    journal.add(entry())

    journal.clear()

    assert (len(journal), lookup(journal.written(), "/requests")) == (0, 0)


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/status/v1/metadata", "/status/v1/metadata"),
        (f"/status/v1/{TRACE_ID}", f"/status/v1/{TRACE_ID}"),
        ("/status/v1/Sam Sampleton", "/status/v1/…"),
        ("/status/999-99-9999/x", "/status/…/…"),
        ("/status" * 30, "/status" * 11 + "/…"),
    ],
)
def test_a_path_shows_what_the_mock_knows_and_nothing_a_caller_made_up(
    path: str, shown: str
) -> None:
    assert Journal(1, ["/status/v1/metadata"]).path(path) == shown


def test_of_a_query_only_names_are_kept() -> None:
    assert names_in(b"fieldset=summary&patient=Sampleton") == ("fieldset", "patient")
    assert names_in(b"999999999") == ("…",)
    assert names_in(b"") == ()


def test_of_a_content_type_only_the_media_type_is_kept() -> None:
    assert media_type_in({b"content-type": b"Multipart/Form-Data; boundary=x"}) == (
        "multipart/form-data"
    )
    assert media_type_in({b"content-type": b"Sam Sampleton"}) == "…"
    assert media_type_in({}) == ""
