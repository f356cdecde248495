"""Name the messages of a health care services review: their version and the codes of their BHT segment."""

from enum import Enum


class Kind(Enum):
    """An inquiry asks what was decided, a submission asks for a decision."""

    INQUIRY = "inquiry"
    SUBMISSION = "submission"

    @property
    def version(self) -> str:
        """GS08 and ST03."""
        return "005010X215" if self is Kind.INQUIRY else "005010X217"

    @property
    def request_purpose(self) -> str:
        """BHT02 of the request."""
        return "28" if self is Kind.INQUIRY else "13"

    @property
    def response_purpose(self) -> str:
        """BHT02 of the response."""
        return "49" if self is Kind.INQUIRY else "11"

    @property
    def response_type(self) -> str:
        """BHT06 of the response."""
        return "RD" if self is Kind.INQUIRY else "18"


PURPOSES = {kind.version: (kind.request_purpose, kind.response_purpose) for kind in Kind}
KNOWN_VERSIONS = frozenset({*PURPOSES, "005010X216"})
"""X216 is the notice of admission, which has purposes of its own."""


def kind_of(version: str) -> Kind | None:
    """Return the kind of message with a version, or None."""
    return next((kind for kind in Kind if kind.version == version), None)
