"""Work out how many bytes a file still lacks to reach a wanted size."""

from harness.errors import InvalidArgument


def missing_bytes(kind: str, *, smallest: int, size_bytes: int | None) -> int:
    """Return the bytes to add, none where no size is wanted; a file cannot shrink."""
    if size_bytes is None:
        return 0
    if size_bytes < smallest:
        raise InvalidArgument(f"a {kind} file cannot have {size_bytes} bytes, {smallest} at least.")
    return size_bytes - smallest
