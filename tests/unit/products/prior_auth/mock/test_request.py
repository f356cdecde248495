import pytest

from harness.jsonvalue import Json
from harness.products.prior_auth.mock.decisions import table
from harness.products.prior_auth.mock.request import asked_in_json, carried
from harness.products.prior_auth.mock.x12 import asked_in_x12
from harness.x12.review import Decision, Kind, Member, Payer, Requester
from tests.integration.prior_auth_bench import x12


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(" Sam ", "Sam", id="outer-blanks"),
        pytest.param("a*b~c:d^e", "a b c d e", id="delimiters"),
        pytest.param("Zo\u00eb\n", "Zo", id="other-characters"),
        pytest.param("x" * 9, "xxxxx", id="too-long"),
        pytest.param("abcd efg", "abcd", id="cut-at-a-blank"),
        pytest.param(None, "", id="nothing"),
        pytest.param(5, "", id="number"),
    ],
)
def test_a_text_is_carried_as_both_forms_can(value: Json, expected: str) -> None:
    assert carried(value, 5 if expected != "a b c d e" else 9) == expected


def test_an_x12_request_is_read_level_by_level() -> None:
    asked = asked_in_x12(Kind.SUBMISSION, x12(Kind.SUBMISSION))
    review = asked.review

    assert (asked.sender, asked.receiver, asked.control_number, asked.group_number) == (
        "SYNTHSENDER",
        "278_217_01_A1",
        42,
        "7",
    )
    assert review.payer == Payer("PAYER01", "MADE-UP PAYER")
    assert review.requester == Requester(
        "MADE-UP CLINIC", npi="1234567893", employer_number="123456789"
    )
    assert review.member == Member("SAMPLETON", "TST2", "SAM", "20000131", "", "00000000")
    assert [place.city for place in review.event.places] == ["TESTVILLE"]
    assert [service.modifier for service in review.event.services] == ["RX"]


@pytest.mark.parametrize("text", ["", "ISA", "none"])
def test_an_unreadable_request_asks_nothing(text: str) -> None:
    asked = asked_in_x12(Kind.INQUIRY, text)

    assert (asked.receiver, asked.review.member.member_id) == ("", "")


def test_an_empty_object_asks_nothing() -> None:
    asked = asked_in_json(Kind.INQUIRY, {})

    assert (asked.receiver, asked.review.payer.id, asked.review.dependent) == ("", "", None)


def test_a_certified_answer_has_the_dates_of_the_published_one() -> None:
    assert table().members["TST2"].answer == Decision(
        "A1", "A062951774", "A062951774", "20230802", "20230831", "20230801"
    )
    assert table().members["TST3"].answer == Decision("A3", "A060795810", "A060795810")
