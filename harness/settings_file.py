"""Read `harness.yaml`: refuse what nobody reads, and say where."""

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from pathlib import Path

from harness import document
from harness.config import Capabilities, Environment
from harness.document import Document
from harness.errors import DocumentError, UnknownName
from harness.jsonvalue import MISSING, Json, items, lookup, members, text

FILE_NAME = "harness.yaml"


def find(folder: Path) -> Document | None:
    """Find `harness.yaml` here or in a folder above, as pyproject.toml is found."""
    for place in (folder, *folder.parents):
        if (place / FILE_NAME).is_file():
            return document.read(place / FILE_NAME, limit_bytes=1_000_000)
    return None


def environment_from(
    environment: Environment, file: Document | None, pointer: str, apis: tuple[str, ...]
) -> Environment:
    """Return the environment with what the object at a pointer of the file changes.

    `apis` are those that may have a token endpoint at a path of its own.
    """
    names = tuple(each.name for each in fields(Environment) if each.name != "name")
    given = checked(file, pointer, names)
    changes = {
        name: _READERS.get(name, _read_text)(file, f"{pointer}/{name}", value)
        for name, value in given.items()
        if name not in ("capabilities", "token_paths")
    }
    if "token_paths" in given:
        changes["token_paths"] = _read_token_paths(file, f"{pointer}/token_paths", apis)
    changes["capabilities"] = _capabilities(
        environment.capabilities, file, f"{pointer}/capabilities"
    )
    return replace(environment, **changes)  # type: ignore[arg-type]  # each reader returns its field's type


def _read_text(file: Document | None, pointer: str, value: Json) -> object:
    if not isinstance(value, str):
        raise _wrong(file, pointer, "a string (quote it)")
    return value


def _read_number(file: Document | None, pointer: str, value: Json) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise _wrong(file, pointer, "a number, zero or more")
    return float(value)


def _read_hosts(file: Document | None, pointer: str, value: Json) -> object:
    if not all(isinstance(item, str) for item in items(value)) or not items(value):
        raise _wrong(file, pointer, "a list of host names")
    return tuple(text(item) for item in items(value))


def _read_token_paths(
    file: Document | None, pointer: str, apis: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    return tuple((name, text(path)) for name, path in checked(file, pointer, apis).items())


def _capabilities(usual: Capabilities, file: Document | None, pointer: str) -> Capabilities:
    """Return the environment's usual capabilities with those that the file changes."""
    given = checked(file, pointer, tuple(each.name for each in fields(Capabilities)))
    for name, each in given.items():
        if not isinstance(each, bool):
            raise _wrong(file, f"{pointer}/{name}", "true or false")
    return replace(usual, **{name: each is True for name, each in given.items()})


_READERS: Mapping[str, Callable[[Document | None, str, Json], object]] = {
    "requests_per_second": _read_number,
    "timeout_seconds": _read_number,
    "deadline_seconds": _read_number,
    "max_answer_bytes": _read_number,
    "allowed_hosts": _read_hosts,
}


def checked(file: Document | None, pointer: str, known: tuple[str, ...]) -> Mapping[str, Json]:
    """Return an object of the file after refusing keys that nobody reads."""
    value = lookup(file.data, pointer) if file else None
    if value is None or value is MISSING:
        return {}
    if not isinstance(value, Mapping):
        raise _wrong(file, pointer, "an object")
    for name in value:
        if name not in known:
            place = file.key_source(f"{pointer}/{name}") if file else None
            raise UnknownName(place, kind="setting", name=name, known=known)
    return members(value)


def _wrong(file: Document | None, pointer: str, wanted: str) -> DocumentError:
    name = pointer.rpartition("/")[2] or "the file"
    return DocumentError(f"{name} must be {wanted}.", source=file.source(pointer) if file else None)
