from harness.mock.fault import (
    with_changed,
    with_each,
    with_media_type,
    with_member,
    with_status,
    without,
    without_header,
)
from harness.mock.reply import Reply

REPLY = Reply(200, {"name": "a", "list": [1, 2]}, headers=(("X-Name", "a"), ("x-other", "b")))


def test_a_member_is_left_out() -> None:
    assert without("name")(REPLY).body == {"list": [1, 2]}


def test_a_member_is_replaced_in_its_place() -> None:
    assert with_member("name", 5)(REPLY).body == {"name": 5, "list": [1, 2]}


def test_a_member_is_computed_from_the_right_one_and_never_invented() -> None:
    assert with_changed("name", lambda value: [value])(REPLY).body == {
        "name": ["a"],
        "list": [1, 2],
    }
    assert with_changed("other", lambda value: [value])(REPLY) == REPLY


def test_every_item_is_changed() -> None:
    assert with_each("list", str)(REPLY).body == {
        "name": "a",
        "list": ["1", "2"],
    }


def test_status_media_type_and_headers_are_changed() -> None:
    assert with_status(418)(REPLY).status == 418
    assert with_media_type("text/plain")(REPLY).media_type == "text/plain"
    assert without_header("x-name")(REPLY).headers == (("x-other", "b"),)
