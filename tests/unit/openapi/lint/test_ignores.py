from datetime import date
from pathlib import Path

import pytest

from harness.document import parse
from harness.errors import UsageError
from harness.openapi.lint.ignores import Kept, read_ignores
from harness.openapi.lint.run import lint_file, selection_of

DAY = date(2026, 11, 1)
SCHEMA = """\
openapi: 3.1.0
info: {{title: T, version: '1'}}
components:
  schemas:
    A:
      type: string
      {before}
      pattern: a+  {beside}
"""
ENTRY = "- {rule: pattern-not-anchored, reason: r, expires: '2026-12-01'%s}"


def linted(folder: Path, *, before: str = "", beside: str = "", entry: str = "") -> Kept:
    path = folder / "api.yaml"
    path.write_text(SCHEMA.format(before=before, beside=beside))
    ignores = read_ignores(parse(entry, "ignore.yaml")) if entry else ()
    selection = selection_of("pattern-not-anchored")
    return lint_file(path, selection=selection, ignores=ignores, today=DAY)


def ids(kept: Kept) -> list[str]:
    return [each.rule.id for each in kept.findings]


def test_a_comment_in_the_line_leaves_its_finding_out(tmp_path: Path) -> None:
    kept = linted(tmp_path, beside="# lint-ignore pattern-not-anchored until 2026-11-01: theirs")

    assert (ids(kept), kept.ignored) == ([], 1)


def test_a_comment_alone_speaks_of_the_next_line(tmp_path: Path) -> None:
    kept = linted(tmp_path, before="# lint-ignore pattern-not-anchored until 2026-11-01: theirs")

    assert (ids(kept), kept.ignored) == ([], 1)


def test_an_ended_ignore_counts_no_more_and_is_reported(tmp_path: Path) -> None:
    kept = linted(tmp_path, beside="# lint-ignore pattern-not-anchored until 2026-10-31: theirs")

    assert (ids(kept), kept.ignored) == (["pattern-not-anchored", "ignore-expired"], 0)


@pytest.mark.parametrize(
    ("comment", "what"),
    [
        pytest.param(
            "# lint-ignore pattern-not-anchored until 2026-12-01", "no reason", id="reason"
        ),
        pytest.param("# lint-ignore pattern-not-anchored: theirs", "no end", id="end"),
        pytest.param(
            "# lint-ignore pattern-not-anchored until 2026-13-01: x", "is no day", id="day"
        ),
        pytest.param(
            "# lint-ignore pattern-anchored until 2026-12-01: x", "there is no rule", id="rule"
        ),
    ],
)
def test_a_comment_without_rule_end_or_reason_leaves_nothing_out(
    tmp_path: Path, comment: str, what: str
) -> None:
    kept = linted(tmp_path, beside=comment)

    assert ids(kept) == ["pattern-not-anchored", "ignore-malformed"]
    assert what in kept.findings[1].what


def test_an_ignore_of_nothing_is_reported(tmp_path: Path) -> None:
    kept = linted(tmp_path, beside="# lint-ignore path-query until 2026-12-01: theirs")

    assert ids(kept) == ["pattern-not-anchored", "ignore-unused"]


@pytest.mark.parametrize(
    ("more", "ignored"),
    [
        pytest.param("", 1, id="everywhere"),
        pytest.param(", file: 'api.*'", 1, id="file"),
        pytest.param(", file: 'other.yaml'", 0, id="other-file"),
        pytest.param(", at: /components/schemas/A", 1, id="below"),
        pytest.param(", at: /components/schemas/A/pattern", 1, id="there"),
        pytest.param(", at: /components/schemas/A/pat", 0, id="no-prefix-of-a-name"),
        pytest.param(", at: /components/schemas/B", 0, id="elsewhere"),
    ],
)
def test_an_entry_of_a_file_is_narrowed_by_file_and_pointer(
    tmp_path: Path, more: str, ignored: int
) -> None:
    kept = linted(tmp_path, entry=ENTRY % more)

    assert kept.ignored == ignored


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("a: 1", "is not a list of ignores", id="no-list"),
        pytest.param("- {rule: path-query, expires: '2026-12-01'}", "has no reason", id="reason"),
        pytest.param("- {rule: path-query, reason: r}", "has no expires", id="expires"),
        pytest.param("- {rule: x, reason: r, expires: '2026-12-01'}", "no rule of", id="rule"),
        pytest.param("- {rule: path-query, reason: r, expires: soon}", "is no day", id="day"),
        pytest.param("- {until: 1}", "no ignore member 'until'", id="member"),
    ],
)
def test_an_entry_that_nobody_can_review_is_refused(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read_ignores(parse(text, "ignore.yaml"))
