import json

from harness.openapi.change import Change
from harness.openapi.diff_report import as_json, as_markdown, as_text

BREAKING = Change("operation-removed", "GET /a|b", "", "removed", is_breaking=True)
HARMLESS = Change("answer-added", "GET /c", "answer 404", "added", is_breaking=False)


def test_text_has_a_line_for_each_change_and_a_count() -> None:
    assert as_text((BREAKING, HARMLESS)) == (
        "breaking operation-removed GET /a|b: removed [34c984f1e113]\n"
        "harmless answer-added GET /c answer 404: added [67521e531bb0]\n"
        "1 breaking, 1 harmless\n"
    )


def test_no_change_is_told() -> None:
    assert as_text(()) == "0 breaking, 0 harmless\n"
    assert as_markdown(()) == "No changes.\n"


def test_json_holds_every_field() -> None:
    assert json.dumps(as_json((HARMLESS,))) == (
        '[{"id": "answer-added", "breaking": false, "operation": "GET /c", "path": "answer 404", '
        '"change": "added", "fingerprint": "67521e531bb0"}]'
    )


def test_markdown_cells_cannot_be_broken_out_of() -> None:
    lines = as_markdown((BREAKING,)).splitlines()

    assert lines[0] == "1 breaking, 0 harmless"
    assert lines[-1] == (
        "| **breaking** | operation-removed | GET /a\\|b |  | removed | 34c984f1e113 |"
    )
