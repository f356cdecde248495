from pathlib import Path

import pytest

from harness import document
from harness.document import Document
from harness.errors import DocumentError


def test_scalars_follow_yaml_1_2_so_codes_stay_strings() -> None:
    parsed = document.parse("tax: 012345678\nat: 12:30:00\nok: yes\nday: 2024-01-15\nexp: 1e3\n")

    assert parsed.data == {
        "tax": "012345678",
        "at": "12:30:00",
        "ok": "yes",
        "day": "2024-01-15",
        "exp": 1000.0,
    }


def test_numbers_null_and_booleans_keep_their_types() -> None:
    parsed = document.parse("[0, -7, 2.5, true, false, null, ~, 'true', \"1\"]")

    assert parsed.data == [0, -7, 2.5, True, False, None, None, "true", "1"]


def test_every_value_knows_its_line_and_column() -> None:
    parsed = document.parse("a: 1\nb:\n  - x\n  - {c/d: 2}\n", "book.yaml")

    assert str(parsed.source("/b/1/c~1d")) == "book.yaml:4:11"
    assert str(parsed.key_source("/b/1/c~1d")) == "book.yaml:4:6"
    assert str(parsed.source("/b/7")) == "book.yaml:3:3"
    assert parsed.line(4) == "  - {c/d: 2}"
    assert parsed.line(99) == ""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "a: 1\na: 2", "f:2:1: has the key 'a' twice. Remove one of them.", id="duplicate"
        ),
        pytest.param("a: *x", "f:1:4: refers to itself or to nothing (*x).", id="alias-to-nothing"),
        pytest.param("a: &x [*x]", "f:1:8: refers to itself or to nothing (*x).", id="own-alias"),
        pytest.param(
            "a: !!set {}", "f:1:4: uses the tag tag:yaml.org,2002:set. Remove the tag.", id="tag"
        ),
        pytest.param(
            "[1]: 2", "f:1:1: has a key that is not a string. Quote the key.", id="list-as-key"
        ),
        pytest.param(
            "--- 1\n--- 2", "f:2:1: holds a second document. Keep one document a file.", id="two"
        ),
        pytest.param("[" * 101, "f:1:101: is nested more than 100 deep.", id="deep"),
    ],
)
def test_what_cannot_be_trusted_is_refused_with_its_place(text: str, message: str) -> None:
    with pytest.raises(DocumentError) as caught:
        document.parse(text, "f")

    assert str(caught.value).startswith(message)


def test_an_alias_stands_for_its_anchor_and_knows_its_own_place() -> None:
    parsed = document.parse("a: &x {b: [1, 2]}\nc: [*x, *y]\n".replace(", *y", ""))

    assert parsed.data == {"a": {"b": [1, 2]}, "c": [{"b": [1, 2]}]}
    assert str(parsed.source("/c/0/b/1")) == "<text>:2:5"


def test_a_bomb_of_aliases_is_refused_before_anybody_walks_it() -> None:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]

    with pytest.raises(DocumentError, match="holds more than 400,000 values"):
        document.parse("\n".join(levels))


def test_aliases_do_not_hide_depth() -> None:
    levels = ["a0: &a0 [x]", *(f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 120))]

    with pytest.raises(DocumentError, match="nested more than 100 deep"):
        document.parse("\n".join(levels))


def test_broken_yaml_names_line_and_column() -> None:
    with pytest.raises(DocumentError, match=r"^f:2:1: is not valid YAML"):
        document.parse("a: [1,\n", "f")


def test_ten_thousand_levels_end_in_an_error_not_in_a_crash() -> None:
    with pytest.raises(DocumentError, match="nested"):
        document.parse("[" * 10_000 + "]" * 10_000)


def test_a_file_that_is_missing_large_or_not_text_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "big.yaml").write_text("a" * 100)
    (tmp_path / "binary.yaml").write_bytes(b"a: \xff")

    with pytest.raises(DocumentError, match="cannot be read"):
        document.read(tmp_path / "none.yaml")
    with pytest.raises(DocumentError, match="larger than 10 bytes"):
        document.read(tmp_path / "big.yaml", limit_bytes=10)
    with pytest.raises(DocumentError, match=r"not UTF-8 \(byte 3\)"):
        document.read(tmp_path / "binary.yaml")


def test_the_digest_is_of_the_text() -> None:
    assert isinstance(document.parse("a: 1"), Document)
    assert document.parse("").sha256.startswith("e3b0c44298fc1c14")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "{" + ",".join(f'"{each}":1' for each in range(100_001)) + "}",
            "f:1:988892: is an object of more than 100,000 members.",
            id="members",
        ),
        pytest.param(
            "[" + "1," * 400_000 + "1]", "f:1:800000: holds more than 400,000 values.", id="values"
        ),
    ],
)
def test_more_than_memory_should_hold_is_refused_early(text: str, message: str) -> None:
    with pytest.raises(DocumentError) as caught:
        document.parse(text, "f")

    assert str(caught.value).startswith(message)


def test_json_may_write_what_lies_beyond_the_basic_plane_as_a_pair() -> None:
    parsed = document.parse('{"a": "\\ud83d\\uDE00\\/", "b": "\\\\ud83d\\\\ude00"}')

    assert parsed.data == {"a": "\U0001f600/", "b": "\\ud83d\\ude00"}


def test_half_a_pair_is_refused() -> None:
    with pytest.raises(DocumentError, match=r"^a\.json:1:7: is not valid JSON \(half a surrogate"):
        document.parse('{"a": "\\ud83d"}', "a.json")


def test_tags_of_the_json_schema_are_heeded() -> None:
    text = "{a: !!str 5, b: !!int '7', c: !!float 1, d: !!bool 'true', e: !!null '', f: !!seq [1]}"

    assert document.parse(text).data == {"a": "5", "b": 7, "c": 1, "d": True, "e": None, "f": [1]}


@pytest.mark.parametrize("text", ["a: !!int x", "a: !!bool 1", "a: !!float true", "a: !!binary x"])
def test_a_tag_that_does_not_fit_is_refused(text: str) -> None:
    with pytest.raises(DocumentError, match="tag"):
        document.parse(text)


@pytest.mark.parametrize(
    "character",
    [
        pytest.param("\x7f", id="delete"),
        pytest.param("\x80", id="first-of-c1"),
        pytest.param("\x85", id="next-line"),
        pytest.param("\x9f", id="last-of-c1"),
        pytest.param("\u2028", id="line-separator"),
        pytest.param("\ufffe", id="no-character"),
    ],
)
def test_json_holds_every_character_that_rfc_8259_allows(character: str) -> None:
    parsed = document.parse(f'{{"a": "{character}",\n"b": 1}}', "a.json")

    assert parsed.data == {"a": character, "b": 1}
    assert str(parsed.source("/b")) == "a.json:2:6"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param('{"a": 1,}', "f.json:1:9: is not valid JSON (expected a name", id="comma"),
        pytest.param('{"a": NaN}', "f.json:1:7: is not valid JSON (expected a value)", id="nan"),
        pytest.param('{"a": 01}', "f.json:1:8: is not valid JSON (expected a comma", id="zero"),
        pytest.param("{'a': 1}", "f.json:1:2: is not valid JSON (expected a name", id="quotes"),
        pytest.param('{"a": "\t"}', "f.json:1:8: is not valid JSON (invalid control", id="tab"),
        pytest.param('{"a": 1} x', "f.json:1:10: is not valid JSON (expected the end", id="rest"),
        pytest.param(
            '{"a"\n: [1}', "f.json:2:5: is not valid JSON (expected a comma", id="bracket"
        ),
        pytest.param("[", "f.json:1:2: is not valid JSON (expected a value or the end", id="open"),
        pytest.param('{"a": 1, "a": 2}', "f.json:1:10: has the key 'a' twice.", id="twice"),
        pytest.param('{"a": 1 /* b */}', "f.json:1:9: is not valid JSON", id="comment"),
    ],
)
def test_a_json_file_is_read_as_json_alone(text: str, message: str) -> None:
    with pytest.raises(DocumentError) as caught:
        document.parse(text, "f.json")

    assert str(caught.value).startswith(message)


def test_braces_may_be_yaml_where_the_name_does_not_say_json() -> None:
    parsed = document.parse("{a: 1, 'b': [x, y]}", "f.yaml")

    assert parsed.data == {"a": 1, "b": ["x", "y"]}


def test_json_in_a_yaml_file_keeps_its_numbers_and_places() -> None:
    parsed = document.parse('{"a": [1.50, -0, 1e2, {"b": null}],\n  "c/d": true}', "f.yaml")

    assert parsed.data == {"a": [1.5, 0, 100.0, {"b": None}], "c/d": True}
    assert str(parsed.source("/a/3/b")) == "f.yaml:1:29"
    assert str(parsed.key_source("/c~1d")) == "f.yaml:2:3"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("{<<: *b, y: 3}", {"x": 1, "y": 3}, id="own-member-wins"),
        pytest.param("{y: 3, <<: *b}", {"x": 1, "y": 3}, id="wherever-it-stands"),
        pytest.param("{<<: [*b, *c]}", {"x": 1, "y": 2, "z": 5}, id="the-first-of-a-list-wins"),
        pytest.param("{<<: {y: 4}}", {"y": 4}, id="object-in-place"),
        pytest.param("{'<<': *b}", {"<<": {"x": 1, "y": 2}}, id="quoted-is-a-name"),
        pytest.param("{q: {<<: *b}}", {"q": {"x": 1, "y": 2}}, id="nested"),
    ],
)
def test_merge_keys_add_the_members_they_name(text: str, expected: object) -> None:
    parsed = document.parse(f"b: &b {{x: 1, y: 2}}\nc: &c {{y: 4, z: 5}}\na: {text}\n")

    assert isinstance(parsed.data, dict)
    assert parsed.data["a"] == expected
    assert parsed.data["b"] == {"x": 1, "y": 2}


def test_what_was_merged_stands_at_its_merge_key() -> None:
    parsed = document.parse("b: &b {x: {z: 1}}\na:\n  <<: *b\n  y: 3\n", "f")

    assert str(parsed.source("/a/x/z")) == "f:3:3"
    assert str(parsed.source("/a/y")) == "f:4:6"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a: {<<: 1}", id="number"),
        pytest.param("a: {<<: [[]]}", id="list-of-lists"),
        pytest.param("b: &b text\na: {<<: *b}", id="text"),
        pytest.param("a: {<<: }", id="nothing"),
    ],
)
def test_a_merge_key_without_an_object_is_refused(text: str) -> None:
    with pytest.raises(DocumentError, match="merges what is no object"):
        document.parse(text)


def test_json_has_no_merge_keys() -> None:
    assert document.parse('{"<<": {"a": 1}}', "a.json").data == {"<<": {"a": 1}}
