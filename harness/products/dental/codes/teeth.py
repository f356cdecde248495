"""Name teeth in the Universal and the FDI system and translate the one into the other."""

PERMANENT = tuple(str(number) for number in range(1, 33))
"""Universal permanent teeth, upper right third molar first."""

PRIMARY = tuple("ABCDEFGHIJKLMNOPQRST")
"""Universal primary teeth."""

SUPERNUMERARY_PERMANENT = tuple(str(number) for number in range(51, 83))
"""An extra tooth beside permanent tooth n is n + 50."""

SUPERNUMERARY_PRIMARY = tuple(f"{letter}S" for letter in PRIMARY)
"""An extra tooth beside a primary tooth adds the letter S."""

UNIVERSAL = PERMANENT + PRIMARY + SUPERNUMERARY_PERMANENT + SUPERNUMERARY_PRIMARY
"""All 104 Universal designations (HL7 ADAUniversalToothDesignationSystem)."""

SAFE_NUMERIC = tuple(number.zfill(2) for number in PERMANENT) + SUPERNUMERARY_PERMANENT
"""The numbers that fit both the two-character pattern and Image Intelligence's numeric check."""

# Quadrant by quadrant in the order of the Universal numbers, hence two ranges that run down.
_FDI_PERMANENT = (
    *(str(tooth) for tooth in range(18, 10, -1)),
    *(str(tooth) for tooth in range(21, 29)),
    *(str(tooth) for tooth in range(38, 30, -1)),
    *(str(tooth) for tooth in range(41, 49)),
)
_FDI_PRIMARY = (
    *(str(tooth) for tooth in range(55, 50, -1)),
    *(str(tooth) for tooth in range(61, 66)),
    *(str(tooth) for tooth in range(75, 70, -1)),
    *(str(tooth) for tooth in range(81, 86)),
)
FDI = frozenset(_FDI_PERMANENT + _FDI_PRIMARY)
"""All 52 designations of ISO 3950."""

FDI_ONLY = tuple(sorted(FDI - set(UNIVERSAL)))
"""FDI designations that name no tooth at all in the Universal system."""

_UNIVERSAL = frozenset(UNIVERSAL)
_SAFE_NUMERIC = frozenset(SAFE_NUMERIC)


def is_universal(text: str) -> bool:
    """Return whether a text names a tooth in the Universal system, unpadded."""
    return text in _UNIVERSAL


def is_safe_numeric(text: str) -> bool:
    """Return whether a text is 01 to 32 or 51 to 82."""
    return text in _SAFE_NUMERIC


def padded(tooth: str) -> str:
    """Return a tooth in two characters where it can be: 3 becomes 03, letters stay."""
    # The pattern wants two characters (D096), so 3 is written 03.
    return tooth.zfill(2) if tooth in PERMANENT else tooth


def unpadded(tooth: str) -> str:
    """Return a permanent tooth without its leading zero; anything else stays."""
    return tooth[1:] if tooth[:1] == "0" and tooth[1:] in PERMANENT else tooth
