"""What XPath 1.0 says of comparisons (3.4), and what a replacement may select."""

import pytest

from harness.workflow.language.languages import QueryError
from harness.workflow.language.xpath import is_true, replaced

DOCUMENT = "<r><x n='1'/><x n='2'>2</x><y>abc</y></r>"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("//x/@n = 2", True),
        ("//x/@n = 3", False),
        ("//x/@n != 1", True),
        ("count(//x[@n = 2]) = 1", True),
        ("//x[@n != 1]/@n = 2", True),
        ("//x = 2", True),
        ("//x/@n = //x", True),
        ("//y = 'abc'", True),
        ("//y = 1", False),
        ("//y != 1", True),
        ("//y < 1", False),
        ("'1' = 1", True),
        ("true() = '0'", True),
        ("//z = false()", True),
        ("//z = ''", False),
        ("number(//y) = number(//y)", False),
    ],
)
def test_comparisons_of_version_1_0(expression: str, *, expected: bool) -> None:
    assert is_true(expression, DOCUMENT, "xpath-10") is expected


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/a/b", '<a k="1"><b>new</b></a>'),
        ("/a/@k", '<a k="new"><b><c>old</c></b></a>'),
        ("//c/text()", '<a k="1"><b><c>new</c></b></a>'),
    ],
    ids=["element", "attribute", "text"],
)
def test_a_replacement_may_select_an_element_an_attribute_or_a_text(
    target: str, expected: str
) -> None:
    assert replaced('<a k="1"><b><c>old</c></b></a>', target, "new") == expected


@pytest.mark.parametrize("target", ["/a/z", "count(/a)", "/"])
def test_a_replacement_that_selects_nothing_of_the_kind_is_refused(target: str) -> None:
    with pytest.raises(QueryError, match="selects no"):
        replaced("<a/>", target, "new")


def test_a_prefix_that_the_library_keeps_for_itself_is_no_obstacle() -> None:
    document = '<ns0:a xmlns:ns0="urn:one"><ns0:b>old</ns0:b></ns0:a>'

    changed = replaced(document, "/ns0:a/ns0:b", "new")

    assert changed == '<ns0:a xmlns:ns0="urn:one"><ns0:b>new</ns0:b></ns0:a>'
