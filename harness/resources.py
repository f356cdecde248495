"""Find the documents that ship with the program, in a checkout and in a wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def shipped(folder: str) -> Path:
    """Return the folder `specs` or `workflows`: inside the installed package, else beside it."""
    # A wheel installs nothing but the package, so that the documents lie within it there.
    packed = _PACKAGE / "shipped" / folder
    return packed if packed.is_dir() else _PACKAGE.parent / folder
