"""A QR code is read again by a reader that shares nothing with what draws it."""

import pytest

from harness.report.html.certificate import SIZE, matrix, svg_path

SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
DIGEST = "SHA256:9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0BB22CD15D6C15B0F00A08"


def is_fixed(row: int, column: int) -> bool:
    finder = (row < 9 and column < 9) or (row < 9 and column > 24) or (row > 24 and column < 9)
    return finder or 6 in (row, column) or (24 <= row <= 28 and 24 <= column <= 28)


def codewords(rows: list[list[bool]]) -> list[int]:
    bits, upward, column = "", True, SIZE - 1
    while column > 0:
        column -= column == 6
        for step in range(SIZE):
            row = SIZE - 1 - step if upward else step
            for place in (column, column - 1):
                if not is_fixed(row, place):
                    bits += str(int(rows[row][place] ^ ((row + place) % 2 == 0)))
        upward, column = not upward, column - 2
    return [int(bits[start : start + 8], 2) for start in range(0, 800, 8)]


def read(rows: list[list[bool]]) -> str:
    words = codewords(rows)
    bits = "".join(f"{byte:08b}" for byte in (*words[0:64:2], *words[1:64:2]))
    assert bits[:4] == "0010"
    count, place, text = int(bits[4:13], 2), 13, ""
    while len(text) < count:
        wide = count - len(text) > 1
        value = int(bits[place : place + (11 if wide else 6)], 2)
        text += SIGNS[value // 45] + SIGNS[value % 45] if wide else SIGNS[value]
        place += 11 if wide else 6
    return text


def syndromes(block: list[int]) -> set[int]:
    """Evaluate a block at the powers of two: all are 0 where nothing has to be corrected."""
    exponents = [1]
    while len(exponents) < 255:
        doubled = exponents[-1] * 2
        exponents.append(doubled ^ 0x11D if doubled > 255 else doubled)
    logarithms = {value: place for place, value in enumerate(exponents)}
    found = set()
    for power in range(18):
        value = 0
        for byte in block:
            value = exponents[(logarithms[value] + power) % 255] if value else 0
            value ^= byte
        found.add(value)
    return found


@pytest.mark.parametrize("text", [DIGEST, "A", "AB", ":" * 90])
def test_what_is_drawn_is_read_again(text: str) -> None:
    rows = [list(row) for row in matrix(text)]

    assert read(rows) == text
    words = codewords(rows)
    assert syndromes(words[0::2]) == syndromes(words[1::2]) == {0}


def test_the_patterns_by_which_it_is_found_are_there() -> None:
    rows = matrix(DIGEST)
    ring = [int(each) for each in rows[0][:8]]

    assert len(rows) == len(rows[0]) == SIZE
    assert ring == [1, 1, 1, 1, 1, 1, 1, 0]
    assert [int(each) for each in rows[6][8:25]] == [1, 0] * 8 + [1]
    # Level M and mask 0 (ISO/IEC 18004, table C.1), read along row 8 and down from the middle.
    along = [rows[8][column] for column in (0, 1, 2, 3, 4, 5, 7, 8)]
    down = [rows[row][8] for row in (7, 5, 4, 3, 2, 1, 0)]
    assert "".join(str(int(each)) for each in (*along, *down)) == "101010000010010"


@pytest.mark.parametrize("text", ["a", "A" * 91])
def test_what_does_not_fit_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        matrix(text)


def test_the_drawing_leaves_a_white_edge() -> None:
    assert svg_path(DIGEST).startswith("M4 4h1v1h-1z")
