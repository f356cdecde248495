"""Render `certificate.html` from a certificate: one file that prints and loads nothing."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, reduce

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from harness.jsonvalue import Json
from harness.report.html.report_page import TEMPLATES, asset, policy
from harness.report.wording import LABELS, duration, figure, one_line, plural

_TITLES = {
    "CONFORMANT": "Conformant",
    "CONFORMANT_WITH_WAIVERS": "Conformant with waivers",
    "NON_CONFORMANT": "Not conformant",
    "INCONCLUSIVE": "Inconclusive",
}

_KINDS = {
    "certificate": "Certificate of conformance",
    "specimen": "Specimen of a certificate, which certifies nothing",
    "report": "Conformance report, not a certificate",
}
_OUTCOMES = {str(status): label for status, label in LABELS.items()}
"""The words that every report has for what a case came to."""


def render(certificate: Mapping[str, Json], digest: str) -> str:
    """Return the page; all that it says stands in the certificate, whose SHA-256 is the digest."""
    style = asset("tokens.css") + asset("certificate.css")
    return (
        _environment()
        .get_template("certificate.html")
        .render(
            c=certificate,
            title=_TITLES,
            kinds=_KINDS,
            outcomes=_OUTCOMES,
            style=Markup(style),  # noqa: S704 a file of ours
            policy=policy(style),
            digest=digest,
            # In capitals, since the alphanumeric set has no small letters.
            code=svg_path(f"SHA256:{digest.upper()}"),
            code_size=SIZE + 2 * QUIET,
        )
    )


# Compiling templates takes most of the time of a page, and they never change while we run.
@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(count=figure, duration=duration, line=one_line, plural=plural)
    return environment


# ISO/IEC 18004, version 4 with level M: the smallest code that holds "SHA256:" and a digest.
SIZE = 33
MOST = 90
"""Signs that a code of this version and level holds."""
QUIET = 4
"""White modules around the code, without which it is not found."""
# The alphanumeric set of the standard; a sign's place in it is its value (table 5).
_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_DATA, _CORRECTION, _BLOCKS = 32, 18, 2
"""Bytes of a block, bytes that correct it, and how many blocks there are (table 9)."""
_ALIGNMENT = 26
"""Where the middle of the one alignment pattern is (annex E)."""
_FORMAT = 0b101010000010010
"""Level M and mask 0, with their correction bits and the mask of the standard (7.9)."""

Matrix = Sequence[Sequence[bool]]


def matrix(text: str) -> Matrix:
    """Return the modules of a text, row by row, dark ones true. Raises ValueError where it does not fit."""
    if len(text) > MOST or not set(text) <= set(_SIGNS):
        raise ValueError(f"{text!r} does not fit into a code of version 4-M")
    fixed = _patterns()
    bits = _bits(_codewords(text))
    rows = [[fixed.get((row, column), False) for column in range(SIZE)] for row in range(SIZE)]
    # Data is masked as it is laid; the fixed patterns are not.
    for row, column in _path():
        if (row, column) not in fixed:
            is_masked = (row + column) % 2 == 0
            # Seven modules are left over in this version and hold zeros.
            rows[row][column] = next(bits, False) != is_masked
    return rows


def svg_path(text: str) -> str:
    """Return the dark modules as the `d` of an SVG path, within a square of SIZE + 2 * QUIET."""
    return "".join(
        f"M{column + QUIET} {row + QUIET}h1v1h-1z"
        for row, modules in enumerate(matrix(text))
        for column, is_dark in enumerate(modules)
        if is_dark
    )


def _codewords(text: str) -> Sequence[int]:
    """Return the bytes of the code: the blocks dealt out in turns, then what corrects them."""
    data = _padded(text)
    blocks = [data[start : start + _DATA] for start in range(0, len(data), _DATA)]
    corrections = [_remainder(block) for block in blocks]
    # Byte by byte from each block in turn, so that damage in one spot is shared between them.
    return [
        *(block[place] for place in range(_DATA) for block in blocks),
        *(block[place] for place in range(_CORRECTION) for block in corrections),
    ]


def _padded(text: str) -> Sequence[int]:
    # Mode 2 is alphanumeric, and nine bits hold the length up to version 9.
    bits = f"0010{len(text):09b}"
    for start in range(0, len(text), 2):
        values = [_SIGNS.index(sign) for sign in text[start : start + 2]]
        # Two signs of 45 fit into eleven bits, a last single one into six.
        bits += f"{values[0] * 45 + values[1]:011b}" if len(values) > 1 else f"{values[0]:06b}"
    room = _DATA * _BLOCKS * 8
    # Up to four zeros end the text, then zeros up to a whole byte.
    bits += "0" * min(4, room - len(bits))
    bits += "0" * (-len(bits) % 8)
    data = [int(bits[start : start + 8], 2) for start in range(0, len(bits), 8)]
    # These two bytes in turn fill what is left (7.4.10).
    return [*data, *([0xEC, 0x11] * _DATA)][: _DATA * _BLOCKS]


def _remainder(block: Sequence[int]) -> Sequence[int]:
    """Return the Reed-Solomon correction of a block (7.5.2)."""
    divisor = _divisor()
    rest = [0] * _CORRECTION
    for byte in block:
        factor = byte ^ rest[0]
        rest = [*rest[1:], 0]
        rest = [each ^ _product(other, factor) for each, other in zip(rest, divisor, strict=True)]
    return rest


def _divisor() -> Sequence[int]:
    """Return the generator polynomial without its leading one, the highest power first."""
    # The product of (x - 2^i) for as many powers as there are correction bytes.
    found = [*([0] * (_CORRECTION - 1)), 1]
    root = 1
    for _ in range(_CORRECTION):
        found = [
            _product(each, root) ^ (found[place + 1] if place + 1 < _CORRECTION else 0)
            for place, each in enumerate(found)
        ]
        root = _product(root, 2)
    return found


def _product(one: int, other: int) -> int:
    """Multiply in GF(256) modulo x^8 + x^4 + x^3 + x^2 + 1."""

    def step(sofar: int, bit: int) -> int:
        doubled = (sofar << 1) ^ (0x11D if sofar & 0x80 else 0)
        return doubled ^ (one if other >> bit & 1 else 0)

    # Bit by bit from the highest: double, reduce, and add where the bit is set.
    return reduce(step, range(7, -1, -1), 0)


def _bits(codewords: Sequence[int]) -> Iterator[bool]:
    return (bool(byte >> place & 1) for byte in codewords for place in range(7, -1, -1))


def _path() -> Iterator[tuple[int, int]]:
    """Yield the modules in the order in which data fills them (7.7.3): up and down, two columns at a time."""
    # Column 6 belongs to a timing pattern and is passed over.
    columns = [*range(SIZE - 1, 6, -2), *range(5, 0, -2)]
    for number, right in enumerate(columns):
        rows = range(SIZE - 1, -1, -1) if number % 2 == 0 else range(SIZE)
        for row in rows:
            yield row, right
            yield row, right - 1


def _patterns() -> dict[tuple[int, int], bool]:
    """Return the modules that are the same in every code of this version, level and mask."""
    # Timing patterns: alternating modules that tell a reader the size of one.
    found = {(6, place): place % 2 == 0 for place in range(SIZE)}
    found |= {(place, 6): place % 2 == 0 for place in range(SIZE)}
    # Finder patterns in three corners, with the light ring around each.
    for row, column in ((3, 3), (3, SIZE - 4), (SIZE - 4, 3)):
        found |= _rings(row, column, 4, (2, 4))
    found |= _rings(_ALIGNMENT, _ALIGNMENT, 2, (1,))
    return found | _format()


def _rings(row: int, column: int, reach: int, light: Sequence[int]) -> dict[tuple[int, int], bool]:
    """Return squares around a middle; those at these distances are light."""
    return {
        (row + down, column + right): max(abs(down), abs(right)) not in light
        for down in range(-reach, reach + 1)
        for right in range(-reach, reach + 1)
        if 0 <= row + down < SIZE and 0 <= column + right < SIZE
    }


def _format() -> dict[tuple[int, int], bool]:
    """Return both copies of the format, and the module that is always dark (7.9.1)."""
    bit = [bool(_FORMAT >> place & 1) for place in range(15)]
    # Row and column 6 are the timing patterns' and are passed over.
    upright = [*range(6), 7, 8]
    first = {(row, 8): bit[place] for place, row in enumerate(upright)}
    first |= {
        (8, column): bit[place]
        for place, column in zip(range(8, 15), (7, 5, 4, 3, 2, 1, 0), strict=True)
    }
    second = {(8, SIZE - 1 - place): bit[place] for place in range(8)}
    second |= {(SIZE - 15 + place, 8): bit[place] for place in range(8, 15)}
    return first | second | {(SIZE - 8, 8): True}
