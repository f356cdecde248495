from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import InvalidArgument
from harness.products.prior_auth.strategies.requests import envelopes
from harness.products.prior_auth.strategies.reviews import reviews
from harness.x12.build import Envelope, build, enclosed, recounted, write
from harness.x12.check import check
from harness.x12.interchange import Delimiters, Interchange, segment
from harness.x12.messages import request
from harness.x12.parse import parse
from harness.x12.review import Kind
from tests.unit.x12.messages import INQUIRY, inquiry_with

ENVELOPE = Envelope(
    Kind.INQUIRY, "SYNTHSENDER", "INQDEMO", datetime(2024, 1, 15, 10, 21, 37, tzinfo=UTC), 42, "7"
)


@st.composite
def requests(draw: st.DrawFn) -> Interchange:
    kind = draw(st.sampled_from(Kind))
    envelope = draw(envelopes(kind=kind, sender="A", receiver="INQDEMO", any_delimiters=True))
    return request(envelope, draw(reviews(kind=kind, payer_id="INQDEMO")))


def test_an_envelope_is_put_around_a_body() -> None:
    text = build(enclosed(ENVELOPE, parse(INQUIRY).interchange.segments[3:-3]))

    assert text == INQUIRY


def test_the_interchange_header_is_106_characters_long() -> None:
    assert build(enclosed(ENVELOPE, ())).index("GS*") == 106


@settings(max_examples=40)
@given(requests())
def test_what_is_built_is_read_back_as_it_was(interchange: Interchange) -> None:
    assert parse(build(interchange)).interchange == interchange


@settings(max_examples=40)
@given(requests())
def test_what_is_built_is_sound_with_any_delimiters(interchange: Interchange) -> None:
    assert check(build(interchange)) == ()


def test_counts_and_closing_numbers_are_computed_anew() -> None:
    text = inquiry_with("SE*14*0001", "SE*1*9").replace("GE*1*7", "GE*5*5")

    assert build(parse(text).interchange) == INQUIRY


def test_an_interchange_without_trailers_is_left_as_it_is() -> None:
    interchange = Interchange((segment("ISA", "00"), segment("GS", "HI"), segment("ST", "278")))

    assert recounted(interchange) == interchange


def test_writing_changes_nothing() -> None:
    text = inquiry_with("SE*14", "SE*99")

    assert write(parse(text).interchange) == text


@pytest.mark.parametrize("value", ["a*b", "a~b", "a:b", "a^b", "a\nb", "\u00e9"])
def test_a_value_that_cannot_be_written_is_refused(value: str) -> None:
    interchange = enclosed(ENVELOPE, (segment("REF", "ZZ", value),))

    with pytest.raises(InvalidArgument, match="REF holds"):
        build(interchange)


@pytest.mark.parametrize("party", ["", " A", "A ", "A" * 16, "\u00e9"])
def test_a_party_that_does_not_fit_is_refused(party: str) -> None:
    with pytest.raises(InvalidArgument, match="1 to 15 printable"):
        enclosed(replace(ENVELOPE, receiver=party), ())


@pytest.mark.parametrize("number", [-1, 1_000_000_000])
def test_a_control_number_has_at_most_nine_digits(number: int) -> None:
    with pytest.raises(InvalidArgument, match="nine digits"):
        enclosed(replace(ENVELOPE, control_number=number), ())


def test_unusable_delimiters_are_refused() -> None:
    with pytest.raises(InvalidArgument, match="delimiters"):
        enclosed(replace(ENVELOPE, delimiters=Delimiters(element="A")), ())
