"""Write a generated form with our own multipart writer, its files real and fitting their metadata."""

from collections.abc import Mapping, Sequence

from harness.client.multipart import Part
from harness.files.upload import Upload
from harness.jsonvalue import Json, items
from harness.products.dental.rules.baseline import uploads
from harness.rules.forms import file_parts, json_part

_METADATA = "fileMetadata"
_MOST_BUILT = 20


def parts_of(body: object, *, is_valid: bool) -> tuple[Part, ...] | None:
    """Return the parts of a generated form; None where its very shape is what is wrong with it.

    Generated files are noise under fixed names, so that no server could take them for images.
    """
    if not isinstance(body, Mapping) or not isinstance(body.get("files"), list | tuple):
        return None
    given = body["files"]
    if "request" not in body or not all(_is_content(each) for each in given):
        return None
    entries = body.get(_METADATA)
    count = len(items(entries)) if is_valid and _METADATA in body else len(given)
    files = uploads(min(count, _MOST_BUILT))
    described = (json_part(_METADATA, _fitting(entries, files)),) if _METADATA in body else ()
    return (json_part("request", body["request"]), *described, *file_parts(files))


def _is_content(value: object) -> bool:
    return isinstance(value, str | bytes) or hasattr(value, "data")


def _fitting(entries: Json, files: Sequence[Upload]) -> Json:
    """Name the files in their entries; a name that is left out or of another type stays so."""
    listed = items(entries)
    if len(listed) != len(files):
        return entries
    return [_named(entry, file) for entry, file in zip(listed, files, strict=True)]


def _named(entry: Json, file: Upload) -> Json:
    if not isinstance(entry, Mapping):
        return entry
    fitting = {"fileName": file.file_name, "mimeType": file.media_type}
    return {
        name: fitting[name] if name in fitting and isinstance(value, str) and value else value
        for name, value in entry.items()
    }
