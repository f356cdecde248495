"""Know the designations of the areas of the oral cavity."""

from types import MappingProxyType

AREAS = MappingProxyType(
    {
        "00": "whole mouth",
        "01": "maxillary arch",
        "02": "mandibular arch",
        "10": "upper right quadrant",
        "20": "upper left quadrant",
        "30": "lower left quadrant",
        "40": "lower right quadrant",
    }
)


def is_oral_cavity_area(text: str) -> bool:
    """Tell whether a text designates an area of the oral cavity."""
    return text in AREAS
