from harness.jsonvalue import members
from harness.mock.answer import (
    Answer,
    in_capitals,
    with_charset,
    with_header,
    with_json,
    with_members_reversed,
    with_part_headers_in_capitals,
    with_parts,
    with_unknown_members,
)

JSON = Answer(200, ((b"content-type", b"application/json"),), b'{"a":1,"b":[{"c":2}]}')
TEXT = Answer(200, ((b"content-type", b"text/plain"),), b"{}")
PARTS = Answer(
    200,
    ((b"content-type", b"multipart/form-data; boundary=b"),),
    b"--b\r\nContent-Type: a/b\r\n\r\none\r\n--b\r\nContent-Type: c/d\r\n\r\ntwo\r\n--b--\r\n",
)


def test_every_object_gets_one_more_member() -> None:
    changed = with_json(with_unknown_members)(JSON)

    assert changed.body.count(b"xLaterAddition") == 2
    assert with_json(with_unknown_members)(TEXT) == TEXT


def test_members_are_turned_around_and_items_are_not() -> None:
    assert with_members_reversed({"a": 1, "b": [{"c": 2, "d": 3}, 4]}) == {
        "b": [{"d": 3, "c": 2}, 4],
        "a": 1,
    }
    assert list(members(with_members_reversed({"a": 1, "b": 2}))) == ["b", "a"]


def test_parts_are_turned_around_between_the_same_delimiters() -> None:
    changed = with_parts(lambda parts: parts[::-1])(PARTS)

    assert changed.body == (
        b"--b\r\nContent-Type: c/d\r\n\r\ntwo\r\n--b\r\nContent-Type: a/b\r\n\r\none\r\n--b--\r\n"
    )
    assert with_parts(lambda parts: parts[::-1])(JSON) == JSON


def test_only_the_headers_of_parts_change_their_case() -> None:
    changed = with_parts(with_part_headers_in_capitals)(PARTS)

    assert changed.body.count(b"CONTENT-TYPE: ") == 2
    assert b"one" in changed.body


def test_header_names_and_charset() -> None:
    assert in_capitals(JSON).headers == ((b"CONTENT-TYPE", b"application/json"),)
    assert with_charset(JSON).header(b"content-type") == b"application/json;charset=UTF-8"
    assert with_charset(TEXT) == TEXT
    assert with_header(JSON, b"content-type", b"a/b").headers == ((b"content-type", b"a/b"),)
