"""Know the seven tooth surfaces and how several are written together."""

from types import MappingProxyType

SURFACES = MappingProxyType(
    {
        "M": "mesial",
        "O": "occlusal",
        "D": "distal",
        "B": "buccal",
        "L": "lingual",
        "F": "facial",
        "I": "incisal",
    }
)

MOST_PER_TOOTH = 5


def is_surface_list(text: str) -> bool:
    """Tell whether a text is one to five different surface letters, such as MOD."""
    return (
        1 <= len(text) <= MOST_PER_TOOTH
        and len(set(text)) == len(text)
        and all(letter in SURFACES for letter in text)
    )
