import json
from html.parser import HTMLParser

import pytest

from harness.openapi.change import Change, Level
from harness.openapi.diff_report import as_json, as_markdown, as_page, as_text


class _Reader(HTMLParser):
    """Keeps what a reader of a page sees."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


BREAKING = Change("operation-removed", "GET /a|b", "", "removed", Level.BREAKING, "Calls fail.")
HARMLESS = Change("answer-added", "GET /c", "answer 404", "added", Level.HARMLESS)
SHARED = Change(
    "request-max-length-narrowed",
    "",
    "schema <A> /b",
    "maxLength 9 -> 5",
    Level.BREAKING,
    "A request that was valid can be refused.",
    tuple(f"GET /{name}" for name in "abcdefg"),
    '"aaaaaa"',
)


def test_text_has_a_line_for_each_change_and_a_count() -> None:
    assert as_text((BREAKING, HARMLESS)) == (
        "breaking operation-removed GET /a|b: removed [34c984f1e113]\n"
        "    Calls fail.\n"
        "harmless answer-added GET /c answer 404: added [67521e531bb0]\n"
        "1 breaking, 1 harmless\n"
    )


def test_shared_schema_names_some_of_its_operations_and_a_value() -> None:
    assert as_text((SHARED,)) == (
        "breaking request-max-length-narrowed schema <A> /b: maxLength 9 -> 5 [2429155e47f0]\n"
        '    A request that was valid can be refused. Example: "aaaaaa"\n'
        "    in GET /a, GET /b, GET /c, GET /d, GET /e and 2 more\n"
        "1 breaking, 0 harmless\n"
    )


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        pytest.param([Level.WARNING], "0 breaking, 0 harmless, 1 warning", id="one-warning"),
        pytest.param(
            [Level.WARNING, Level.WARNING, Level.INFORMATIONAL],
            "0 breaking, 0 harmless, 2 warnings, 1 informational",
            id="both",
        ),
    ],
)
def test_light_levels_are_counted_where_there_are_any(levels: list[Level], expected: str) -> None:
    changes = tuple(Change("a", "", "", str(index), each) for index, each in enumerate(levels))

    assert as_text(changes).splitlines()[-1] == expected


def test_no_change_is_said() -> None:
    assert as_text(()) == "0 breaking, 0 harmless\n"
    assert as_markdown(()) == "No changes.\n"


def test_json_holds_every_field() -> None:
    assert json.loads(json.dumps(as_json((SHARED,)))) == [
        {
            "id": "request-max-length-narrowed",
            "level": "breaking",
            "breaking": True,
            "operation": "",
            "path": "schema <A> /b",
            "change": "maxLength 9 -> 5",
            "reason": "A request that was valid can be refused.",
            "example": '"aaaaaa"',
            "operations": [f"GET /{name}" for name in "abcdefg"],
            "fingerprint": SHARED.fingerprint,
        }
    ]


def test_markdown_cells_cannot_be_broken_out_of() -> None:
    lines = as_markdown((BREAKING,)).splitlines()

    assert lines[0] == "1 breaking, 0 harmless"
    assert lines[-1] == (
        "| **breaking** | operation-removed | GET /a\\|b | removed | Calls fail. | 34c984f1e113 |"
    )


def test_page_shows_every_change_and_nothing_from_a_document_acts_in_it() -> None:
    page = as_page((SHARED, HARMLESS), "<script>", "new.yaml")
    reader = _Reader()
    reader.feed(page)

    shown = " ".join(reader.texts)
    assert "<script>" not in page
    assert "schema <A> /b" in shown
    assert "in 7 operations" in shown
    assert "Harmless (1)" in shown
