from harness.x12.interchange import Delimiters, Element, Interchange, Segment, element, segment


def test_empty_elements_at_the_end_are_left_out() -> None:
    assert segment("NM1", "PR", "", ("", ""), "") == segment("NM1", "PR")


def test_an_element_beyond_the_end_is_empty() -> None:
    found = segment("HL", "1")

    assert found.value(4) == ""
    assert found.element(0).is_empty


def test_a_component_is_read_by_its_position() -> None:
    found = segment("UM", "HS", ("11", "B"))

    assert (found.value(2), found.value(2, 2), found.value(2, 3)) == ("11", "B", "")


def test_a_changed_element_leaves_the_others_alone() -> None:
    found = segment("HL", "1").with_value(3, "20")

    assert [each.value for each in found.elements] == ["1", "", "20"]


def test_an_element_knows_where_it_began() -> None:
    found = Segment("UM", (element("HS"), element(("11", "B")), element("X")), 3, 100)

    assert [found.offset_of(position) for position in range(4)] == [100, 103, 106, 111]


def test_a_segment_is_written_with_the_delimiters_of_its_interchange() -> None:
    found = Segment("REF", (Element((("a", "b"), ("c",))), element("d")))

    assert found.written(Delimiters("|", "!", ">", "$")) == "REF|a>b!c|d"


def test_two_segments_are_equal_wherever_they_stand() -> None:
    assert Segment("SE", (element("1"),), 4, 90) == segment("SE", "1")


def test_the_first_segment_with_an_id_is_found() -> None:
    interchange = Interchange((segment("REF", "A"), segment("REF", "B")))

    assert interchange.first("REF") == segment("REF", "A")
    assert interchange.first("HL") is None
