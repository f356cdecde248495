"""Where expected and actual part is shown, not only that they do."""

import pytest

from harness.exchange import Exchange, Request, Response
from harness.outcome import Status
from harness.report.deviation import MOST, hex_window, json_lines, lines, x12_lines
from harness.verdict.model import Finding

BOUNDARY = '--b\r\nContent-Disposition: form-data; name="x"; filename="a.txt"\r\n\r\n'


def finding(expected: str, actual: str, *, where: str = "", exchange: int = 0) -> Finding:
    return Finding(
        "c", "c", Status.FAIL, check="x", expected=expected, actual=actual, where=where,
        exchange=exchange,
    )  # fmt: skip


def test_json_is_told_by_the_nodes_that_differ() -> None:
    assert json_lines({"a": [1, {"b": "x"}]}, {"a": [1, {"b": "y"}], "c": 2}) == (
        "at /a/1/b",
        '- "x"',
        '+ "y"',
        "at /c",
        "- (not there)",
        "+ 2",
    )


def test_a_missing_node_is_called_missing() -> None:
    assert json_lines({"a": None}, {})[1:] == ("- null", "+ (missing)")


def test_x12_is_told_by_segments_with_the_element_in_brackets() -> None:
    expected = "ST*278*0001~UM*HS*I*1~AAA*N**33*C~"
    actual = "ST*278*0001~UM*HS*I*2~"

    assert x12_lines(expected, actual) == (
        "segment 2",
        "- UM*HS*I*[1]",
        "+ UM*HS*I*[2]",
        "segment 3",
        "- [AAA]*[N]*[]*[33]*[C]",
        "+ (no such segment)",
    )


@pytest.mark.parametrize(
    ("expected", "actual", "shown"),
    [
        pytest.param(
            b"0123456789abcdef",
            b"0123456789abcde",
            (
                "16 bytes sent, 15 returned; they part at byte 15",
                "- 00000007  37 38 39 61 62 63 64 65 [66]  |789abcdef|",
                "+ 00000007  37 38 39 61 62 63 64 65 [end]  |789abcde|",
            ),
            id="cut",
        ),
        pytest.param(
            b"ab\x00", b"ab\xff",
            (
                "3 bytes sent, 3 returned; they part at byte 2",
                "- 00000000  61 62 [00]  |ab.|",
                "+ 00000000  61 62 [ff]  |ab.|",
            ),
            id="changed",
        ),
        pytest.param(b"a", b"a", (), id="equal"),
    ],
)  # fmt: skip
def test_bytes_are_told_by_a_window_around_the_first_difference(
    expected: bytes, actual: bytes, shown: tuple[str, ...]
) -> None:
    assert hex_window(expected, actual) == shown


def test_a_part_that_came_back_otherwise_is_compared_with_what_was_sent() -> None:
    kind = (("Content-Type", "multipart/form-data; boundary=b"),)
    sent = Request("POST", "http://h/", kind, f"{BOUNDARY}hello\r\n--b--".encode())
    came = Response(200, kind, f"{BOUNDARY}hell\r\n--b--".encode())
    exchanges = (
        Exchange(1, sent, Response(201)),
        Exchange(2, Request("POST", "http://h/search"), came),
    )
    found = finding("5", "4", where="response.body part a.txt", exchange=2)

    assert lines(found, exchanges)[0] == "5 bytes sent, 4 returned; they part at byte 4"


def test_what_is_no_structure_needs_no_difference() -> None:
    assert lines(finding("DENTATT_009", "201")) == ()


def test_no_difference_is_longer_than_a_dozen_lines() -> None:
    found = json_lines(list(range(50)), list(range(1, 51)))

    assert len(found) == MOST
    assert found[-1].endswith("lines more")
