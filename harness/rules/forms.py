"""Write the parts of a form: JSON parts and files."""

from collections.abc import Sequence

from harness.client.multipart import Part
from harness.files.upload import Upload
from harness.jsonvalue import Json, compact

JSON = "application/json"


def json_part(name: str, value: Json) -> Part:
    """Write a value as a JSON part."""
    return Part(name, compact(value).encode("utf-8", "surrogatepass"), content_type=JSON)


def request_part(claim: Json) -> Part:
    """Write claim metadata as the JSON part `request`."""
    return json_part("request", claim)


def file_parts(uploads: Sequence[Upload]) -> tuple[Part, ...]:
    """Write each upload as a part `files`."""
    return tuple(
        Part("files", upload.content, filename=upload.file_name, content_type=upload.media_type)
        for upload in uploads
    )
