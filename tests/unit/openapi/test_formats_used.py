from pathlib import Path

import pytest

from harness.document import parse
from harness.openapi.formats import BITS, FORMATS, OPEN_FORMATS
from harness.openapi.formats_used import FormatsUsed, formats_used
from harness.openapi.load import build_api

DOCUMENT = """\
openapi: 3.1.0
info: {title: F, version: '1'}
x-formats: MODE
components:
  schemas:
    A:
      type: object
      properties:
        format: {type: string, format: uri}
        day: {type: string, format: date}
        count: {type: integer, format: int32}
        tooth: {type: string, format: tooth}
      example: {format: email}
"""


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        pytest.param("standard", FormatsUsed(("date", "int32"), ("uri",), ("tooth",)), id="usual"),
        pytest.param("all", FormatsUsed(("date", "int32", "uri"), (), ("tooth",)), id="all"),
        pytest.param("none", FormatsUsed((), (), ("date", "int32", "tooth", "uri")), id="none"),
    ],
)
def test_formats_are_told_by_what_a_breach_does(mode: str, expected: FormatsUsed) -> None:
    assert formats_used(build_api(parse(DOCUMENT.replace("MODE", mode)), "f")) == expected


def test_the_page_says_what_each_format_does() -> None:
    page = (Path(__file__).parents[3] / "docs/reference/formats.md").read_text()
    rows = [row.split("|") for row in page.splitlines() if row.startswith("| `")]
    told = {name.strip("` "): row[3].strip() for row in rows for name in row[1].split(",")}

    expected = dict.fromkeys((*FORMATS, *BITS), "fails") | dict.fromkeys(OPEN_FORMATS, "warns")
    assert told == expected
