"""Find the Arazzo documents that a command names: files, and those that ship with the program."""

from collections.abc import Iterable
from pathlib import Path

from harness.errors import ConfigurationError, StorageError, suggestion
from harness.resources import shipped
from harness.settings_file import ARAZZO_SUFFIXES


def shipped_workflows() -> dict[str, Path]:
    """Return the documents that ship, by name: `onboarding`."""
    paths = sorted(shipped("workflows").glob(f"*{ARAZZO_SUFFIXES[0]}"))
    return {each.name.removesuffix(ARAZZO_SUFFIXES[0]): each for each in paths}


def located(names: Iterable[Path]) -> tuple[Path, ...]:
    """Return the file of each name, every one once; a file of that name wins over one that ships."""
    known = shipped_workflows()
    found: dict[Path, Path] = {}
    for name in names:
        path = name if name.exists() else known.get(str(name), name)
        found.setdefault(path.resolve(), path)
    return tuple(found.values())


def exported(name: str, folder: Path) -> tuple[Path, ...]:
    """Copy a document that ships, and the data and files beside it, into a folder. Return what was written.

    The OpenAPI documents it calls are named as those that ship, so that the copy runs anywhere.
    Raises ConfigurationError where there is no such document, or where a file of the name is there.
    """
    known = shipped_workflows()
    if name not in known:
        raise ConfigurationError(
            f"no workflow called '{name}' ships.", advice=suggestion(name, tuple(known))
        )
    source = known[name]
    text = source.read_text(encoding="utf-8")
    every = _beside(source.parent)
    rows = [each for each in every if each.parts[0] == "data" and each.as_posix() in text]
    # Files may be named in rows of data, and not in the document itself.
    whole = text + "".join((source.parent / each).read_text(encoding="utf-8") for each in rows)
    beside = [each for each in every if each.as_posix() in whole]
    content = {Path(source.name): _anywhere(text).encode()}
    content |= {each: (source.parent / each).read_bytes() for each in beside}
    # All are looked at before the first is written.
    for each in content:
        if (folder / each).exists():
            raise ConfigurationError(
                f"{folder / each} is there already.", advice="Name another folder with -o."
            )
    try:
        for each, raw in content.items():
            (folder / each).parent.mkdir(parents=True, exist_ok=True)
            (folder / each).write_bytes(raw)
    except OSError as problem:
        raise StorageError(folder, problem) from None
    return tuple(folder / each for each in content)


def _beside(folder: Path) -> tuple[Path, ...]:
    every = (each for part in ("data", "files") for each in sorted((folder / part).rglob("*")))
    return tuple(each.relative_to(folder) for each in every if each.is_file())


def _anywhere(text: str) -> str:
    """Name the OpenAPI documents by their names, and leave out the place of the schema for editors."""
    for each in sorted(shipped("specs").glob("*/openapi.yaml")):
        text = text.replace(
            f"../specs/{each.parent.name}/openapi.yaml", f"harness:{each.parent.name}"
        )
    lines = text.splitlines(keepends=True)
    return "".join(each for each in lines if not each.startswith("# yaml-language-server:"))
