import pytest

from harness.codes.identifiers import UNASSIGNED_PREFIXES, has_campus_prefix, is_tax_id


def test_nine_digits_are_a_tax_id() -> None:
    assert is_tax_id("123456789")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12345678",
        "1234567890",
        "12-3456789",
        "12345678A",
        "123456789\n",
        "\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669",
    ],
)
def test_anything_else_is_no_tax_id(text: str) -> None:
    assert not is_tax_id(text)
    assert not has_campus_prefix(text)


def test_seventeen_prefixes_are_unassigned() -> None:
    assert len(UNASSIGNED_PREFIXES) == 17
    assert has_campus_prefix("123456789")
    assert not has_campus_prefix("003456789")
    assert not has_campus_prefix("073456789")
    assert not has_campus_prefix("973456789")
