"""Hold what one multipart file part carries."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as a client sends it: the name and media type it claims, and its bytes."""

    file_name: str
    media_type: str
    content: bytes
